"""The report of `tsel bench --html`: one page, plots as inline SVG, no network."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tsel_cli.places import write_file
from tsel_cli.render.bench.plots import curves, reading_bars
from tsel_cli.render.bench.table import conclusions, lines_of, seconds, verdict
from tsel_cli.render.pages import render_page
from tsel_core.bench.rows import BenchRow


def write_bench_html(path: str | Path, groups: Sequence[Sequence[BenchRow]], about: dict[str, Any]) -> None:
    """Write the report. Raises OSError when the file cannot be written."""
    page = bench_page(groups, about)
    write_file(Path(path), page.encode("utf-8"), overwrite=True)


def bench_page(groups: Sequence[Sequence[BenchRow]], about: dict[str, Any]) -> str:
    """The page: what was measured, time against length, where the time went, predictions, a table a length."""
    machine = about["machine"]
    where = machine.get("gpu") or f"{machine['cpu']}, {machine['num_threads']} threads"
    versions = ", ".join(f"{k} {machine[k]}" for k in ("python", "torch", "transformers"))
    plots = (
        ("Seconds to the first token", curves(groups, lambda r: r.prefill_s, "s")),
        ("Seconds a written token", curves(groups, _per_token, "s")),
        ("Where reading spends its time", reading_bars(groups[-1])),
    )
    basis, predictions = _predictions(about)
    return render_page(
        "bench/page.html",
        about=f"{about['document']}, {about['model']['name']} on {where} ({versions}), "
        f"budget {about['selection']['budget']:,}, {about['max_new_tokens']} tokens written",
        conclusions=conclusions(about),
        plots=[(title, plot) for title, plot in plots if plot],
        basis=basis,
        predictions=predictions,
        groups=[
            {
                "title": f"{rows[0].num_tokens:,} tokens",
                "verdict": verdict(rows),
                "head": ["", *(r.setting for r in rows)],
                "body": [[name, *(cell(r) for r in rows)] for name, cell in lines_of(rows)],
            }
            for rows in groups
        ],
    )


def _per_token(row: BenchRow) -> float | None:
    return 1 / row.decode_tokens_per_s if row.decode_tokens_per_s else None


def _predictions(about: dict[str, Any]) -> tuple[str, list[list[str]]]:
    """What the predictions rest on, and a row for each document and setting."""
    found = about["predictions"]
    body = [
        [
            f"{Path(p['document']).name}, {p['num_tokens']:,} tokens" + ("" if p["in_trained_window"] else " *"),
            p["setting"],
            seconds(p["first_token_s"]),
            seconds(p["answer_s"]),
        ]
        for p in found
    ]
    star = "" if all(p["in_trained_window"] for p in found) else " * beyond this model's trained window."
    return (f"{about['prediction_basis']}.{star}" if found else ""), body
