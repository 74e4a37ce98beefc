"""The report of `tsel bench --html`: one page, plots as inline SVG, no network."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from pathlib import Path
from typing import Any

from tsel_cli.render.bench.plots import curves, reading_bars
from tsel_cli.render.bench.table import conclusions, lines_of, seconds, verdict
from tsel_core.bench.rows import BenchRow

_STYLE = (
    "body{font-family:system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}"
    "table{border-collapse:collapse;margin:.5rem 0}td,th{padding:.2rem .8rem;text-align:right}"
    "td:first-child{text-align:left}tr{border-bottom:1px solid #ddd}"
)


def write_bench_html(path: str | Path, groups: Sequence[Sequence[BenchRow]], about: dict[str, Any]) -> None:
    """Write the report. Raises OSError when the file cannot be written."""
    Path(path).write_text(bench_page(groups, about), encoding="utf-8", newline="\n")


def bench_page(groups: Sequence[Sequence[BenchRow]], about: dict[str, Any]) -> str:
    """The page: what was measured, time against length, where the time went, predictions, a table a length."""
    machine = about["machine"]
    where = machine.get("gpu") or f"{machine['cpu']}, {machine['num_threads']} threads"
    versions = ", ".join(f"{k} {machine[k]}" for k in ("python", "torch", "transformers"))
    parts = [
        "<!doctype html><html lang='en'><meta charset='utf-8'><title>tsel bench</title>",
        f"<style>{_STYLE}</style><h1>tsel bench</h1>",
        f"<p>{escape(about['document'])}, {escape(about['model']['name'])} on {escape(where)} ({escape(versions)}), "
        f"budget {about['selection']['budget']:,}, {about['max_new_tokens']} tokens written</p>",
        *(f"<p>{escape(line)}</p>" for line in conclusions(about)),
    ]
    for title, plot in (
        ("Seconds to the first token", curves(groups, lambda r: r.prefill_s, "s")),
        ("Seconds a written token", curves(groups, _per_token, "s")),
        ("Where reading spends its time", reading_bars(groups[-1])),
    ):
        if plot:
            parts.append(f"<h2>{title}</h2>{plot}")
    parts.append(_predictions(about))
    for rows in groups:
        body = [[name, *(cell(r) for r in rows)] for name, cell in lines_of(rows)]
        parts.append(f"<h2>{rows[0].num_tokens:,} tokens</h2><p>{escape(verdict(rows))}</p>")
        parts.append(_table(["", *(r.setting for r in rows)], body))
    return "\n".join(parts) + "\n"


def _per_token(row: BenchRow) -> float | None:
    return 1 / row.decode_tokens_per_s if row.decode_tokens_per_s else None


def _predictions(about: dict[str, Any]) -> str:
    found = about["predictions"]
    if not found:
        return ""
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
    table = _table(["", "setting", "first token", "answer of 200 words"], body)
    return f"<h2>Your documents</h2><p>{escape(about['prediction_basis'])}.{star}</p>{table}"


def _table(head: Sequence[str], body: Sequence[Sequence[str]]) -> str:
    lines = ["".join(f"<th>{escape(h)}</th>" for h in head)]
    lines += ["".join(f"<td>{escape(cell)}</td>" for cell in line) for line in body]
    return "<table>" + "".join(f"<tr>{line}</tr>" for line in lines) + "</table>"
