"""The report of `tsel bench --html`: one page, plots as inline SVG, no network."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from pathlib import Path
from typing import Any

from tsel_cli.render.bench_table import LINES, verdict
from tsel_core.bench_rows import BenchRow

_COLORS = {"full": "#2563eb", "select": "#059669", "transformers": "#9ca3af", "transformers, cudnn": "#6b7280"}
_WIDTH, _HEIGHT, _PAD = 640, 300, 50
_STYLE = (
    "body{font-family:system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}"
    "table{border-collapse:collapse;margin:.5rem 0}td,th{padding:.2rem .8rem;text-align:right}"
    "td:first-child{text-align:left}tr{border-bottom:1px solid #ddd}"
)


def write_bench_html(path: str | Path, groups: Sequence[Sequence[BenchRow]], about: dict[str, Any]) -> None:
    """Write the report. Raises OSError when the file cannot be written."""
    Path(path).write_text(bench_page(groups, about), encoding="utf-8", newline="\n")


def bench_page(groups: Sequence[Sequence[BenchRow]], about: dict[str, Any]) -> str:
    """The page: what was measured, time against length, where the time went, a table a length."""
    machine = about["machine"]
    where = machine.get("gpu") or f"{machine['cpu']}, {machine['num_threads']} threads"
    versions = ", ".join(f"{k} {machine[k]}" for k in ("python", "torch", "transformers"))
    parts = [
        "<!doctype html><html lang='en'><meta charset='utf-8'><title>tsel bench</title>",
        f"<style>{_STYLE}</style><h1>tsel bench</h1>",
        f"<p>{escape(about['document'])}, {escape(about['model']['name'])} on {escape(where)} ({escape(versions)}), "
        f"budget {about['selection']['budget']:,}, {about['max_new_tokens']} tokens written</p>",
        "<h2>Seconds to the first token</h2>" + _curves(groups),
        "<h2>Where reading spends its time</h2>" + _bars(groups[-1]),
    ]
    for rows in groups:
        head = "".join(f"<th>{escape(r.setting)}</th>" for r in rows)
        body = "".join(
            f"<tr><td>{escape(name)}</td>{''.join(f'<td>{escape(cell(r))}</td>' for r in rows)}</tr>"
            for name, cell in LINES
        )
        parts.append(f"<h2>{rows[0].num_tokens:,} tokens</h2><p>{escape(verdict(rows))}</p>")
        parts.append(f"<table><tr><th></th>{head}</tr>{body}</table>")
    return "\n".join(parts) + "\n"


def _curves(groups: Sequence[Sequence[BenchRow]]) -> str:
    """Prefill seconds against tokens, a line a setting."""
    right = max(r.num_tokens for rows in groups for r in rows)
    top = max(r.prefill_s for rows in groups for r in rows)
    lines: dict[str, list[tuple[float, float]]] = {}
    for row in (r for rows in groups for r in rows):
        x = _PAD + row.num_tokens / right * (_WIDTH - 2 * _PAD)
        y = _HEIGHT - _PAD - row.prefill_s / top * (_HEIGHT - 2 * _PAD)
        lines.setdefault(row.setting, []).append((x, y))
    drawn = [_text(_PAD, _HEIGHT - 15, "0"), _text(_WIDTH - _PAD - 60, _HEIGHT - 15, f"{right:,} tokens")]
    drawn.append(_text(8, _PAD, f"{top:.3g} s"))
    for number, (name, points) in enumerate(lines.items()):
        color = _COLORS.get(name, "#b45309")
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        drawn.append(f"<polyline points='{path}' fill='none' stroke='{color}' stroke-width='2'/>")
        drawn += [f"<circle cx='{x:.1f}' cy='{y:.1f}' r='4' fill='{color}'/>" for x, y in points]
        drawn.append(_text(_PAD + 12, _PAD + 16 * number, name, color))
    return _svg("".join(drawn), _HEIGHT, "seconds to the first token against tokens")


def _bars(rows: Sequence[BenchRow]) -> str:
    """Linear, attention and selection seconds of each of our settings at one length."""
    ours = [r for r in rows if r.prefill_attention_s is not None]
    top = max(r.prefill_s for r in ours)
    drawn = []
    for number, row in enumerate(ours):
        attention, selection = row.prefill_attention_s or 0.0, row.prefill_selection_s or 0.0
        x, y = 110.0, 20 + 34 * number
        drawn.append(_text(5, y + 15, row.setting))
        linear = max(0.0, row.prefill_s - attention - selection)
        for part, color in ((linear, "#94a3b8"), (attention, "#2563eb"), (selection, "#059669")):
            wide = part / top * (_WIDTH - 200)
            drawn.append(f"<rect x='{x:.1f}' y='{y}' width='{wide:.1f}' height='20' fill='{color}'/>")
            x += wide
        drawn.append(_text(x + 6, y + 15, f"{row.prefill_s:.3g} s"))
    legend = (("linear", "#94a3b8"), ("attention", "#2563eb"), ("selection", "#059669"))
    drawn += [_text(110 + 90 * i, 20 + 34 * len(ours) + 14, name, color) for i, (name, color) in enumerate(legend)]
    return _svg("".join(drawn), 50 + 34 * len(ours), "linear, attention and selection seconds")


def _text(x: float, y: float, text: str, color: str = "currentColor") -> str:
    return f"<text x='{x:.1f}' y='{y:.1f}' font-size='12' fill='{color}'>{escape(text)}</text>"


def _svg(inner: str, height: int, title: str) -> str:
    return f"<svg viewBox='0 0 {_WIDTH} {height}' width='{_WIDTH}' role='img'><title>{title}</title>{inner}</svg>"
