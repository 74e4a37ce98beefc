"""The HTML report of `tsel eval`: one file, inline SVG, no scripts and nothing fetched."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from pathlib import Path
from typing import Any

from tsel_cli.render.eval.table import LINES, cell

_STYLE = (
    "body{font:15px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#222}"
    "table{border-collapse:collapse;margin:1rem 0}td,th{padding:.25rem .7rem;border-bottom:1px solid #ddd;"
    "text-align:right}td:first-child,th:first-child{text-align:left}.lost{color:#a00}.gained{color:#060}"
    "@media(prefers-color-scheme:dark){body{background:#181818;color:#ddd}td,th{border-color:#444}}"
)
_WIDTH, _HEIGHT, _PAD = 640, 260, 46


def write_eval_report(path: str | Path, content: dict[str, Any]) -> None:
    """Write the report of an evaluation (the object of --json)."""
    Path(path).write_text(eval_report(content), encoding="utf-8")


def eval_report(content: dict[str, Any]) -> str:
    """The report as one HTML page."""
    summaries, machine = content["settings"], content["machine"]
    where = machine.get("gpu") or machine["cpu"]
    head = f"{content['model']['name']} on {where}, {summaries[0]['num_items']} questions"
    parts = [
        "<!doctype html><html lang='en'><meta charset='utf-8'><title>tsel eval</title>",
        f"<style>{_STYLE}</style><h1>tsel eval</h1><p>{escape(head)}</p>",
        _summary_table(summaries),
        "<h2>Fidelity against time</h2>",
        _scatter(summaries),
        "<h2>Coverage by layer (prefill)</h2>",
        _layers(content["readings"]),
        "<p>The last layer has no value where it attends for a chunk's last token alone, and then to every row.</p>",
        "<h2>Questions</h2>",
        _items(content["items"]),
    ]
    worse = content.get("regressions") or []
    if worse:
        parts.insert(2, "<ul class='lost'>" + "".join(f"<li>{escape(w)}</li>" for w in worse) + "</ul>")
    return "".join(parts) + "</html>\n"


def _summary_table(summaries: Sequence[dict[str, Any]]) -> str:
    rows = ["<tr><th></th>" + "".join(f"<th>{escape(s['setting'])}</th>" for s in summaries) + "</tr>"]
    for name, key, form in LINES:
        cells = "".join(f"<td>{cell(s[key], form)}</td>" for s in summaries)
        rows.append(f"<tr><td>{escape(name)}</td>{cells}</tr>")
    cells = "".join(f"<td>{len(s['lost'])} / {len(s['gained'])}</td>" for s in summaries)
    rows.append(f"<tr><td>lost / gained</td>{cells}</tr>")
    return f"<table>{''.join(rows)}</table>"


def _scatter(summaries: Sequence[dict[str, Any]]) -> str:
    """KL from full (up is worse) against seconds of prefill."""
    points = [(s["prefill_s"], s["kl"] or 0.0, s["setting"]) for s in summaries]
    right, top = max(p[0] for p in points) or 1.0, max(p[1] for p in points) or 1.0
    drawn = []
    for x, y, name in points:
        cx, cy = _place(x / right, y / top)
        drawn.append(
            f"<circle cx='{cx:.1f}' cy='{cy:.1f}' r='4' fill='#06c'><title>{escape(name)}: {x:.1f} s, KL {y:.4f}"
            "</title></circle>" + _text(cx + 7, cy - 5, name)
        )
    return _frame("".join(drawn), f"prefill, up to {right:.1f} s", f"KL, up to {top:.4f}")


def _layers(readings: Sequence[dict[str, Any]]) -> str:
    """Mean coverage of every layer, a line a setting."""
    sums: dict[str, dict[int, list[float]]] = {}
    for reading in readings:
        for layer, value in reading["by_layer"].items():
            sums.setdefault(reading["setting"], {}).setdefault(int(layer), []).append(value)
    if not sums:
        return "<p>Nothing was selected: the documents are shorter than the budgets.</p>"
    last = max(max(layers) for layers in sums.values()) or 1
    drawn = []
    for number, (name, layers) in enumerate(sums.items()):
        color = f"hsl({number * 67 % 360} 70% 45%)"
        spots = [_place(layer / last, sum(v) / len(v)) for layer, v in sorted(layers.items())]
        line = " ".join(f"{x:.1f},{y:.1f}" for x, y in spots)
        drawn.append(
            f"<polyline points='{line}' fill='none' stroke='{color}' stroke-width='2'/>"
            + _text(_PAD + 8, _HEIGHT - _PAD - 8 - 15 * number, name, color)
        )
    return _frame("".join(drawn), f"layer 0 to {last}", "coverage, 0 to 1")


def _place(x: float, y: float) -> tuple[float, float]:
    return _PAD + x * (_WIDTH - 2 * _PAD), _HEIGHT - _PAD - y * (_HEIGHT - 2 * _PAD)


def _text(x: float, y: float, text: str, color: str = "currentColor") -> str:
    return f"<text x='{x:.1f}' y='{y:.1f}' font-size='12' fill='{color}'>{escape(text)}</text>"


def _frame(inner: str, below: str, left: str) -> str:
    wide, high = _WIDTH - 2 * _PAD, _HEIGHT - 2 * _PAD
    return (
        f"<svg viewBox='0 0 {_WIDTH} {_HEIGHT}' width='{_WIDTH}' role='img'>"
        f"<title>{escape(left)}; {escape(below)}</title>"
        f"<rect x='{_PAD}' y='{_PAD}' width='{wide}' height='{high}' fill='none' stroke='#999'/>"
        + _text(_WIDTH / 2 - 60, _HEIGHT - 12, below)
        + _text(_PAD, _PAD - 10, left)
        + f"{inner}</svg>"
    )


def _items(items: Sequence[dict[str, Any]]) -> str:
    """Every answer beside the one of full attention."""
    full = {i["item_id"]: i for i in items if i["setting"] == "full"}
    rows = ["<tr><th>question</th><th>setting</th><th>score</th><th>KL</th><th>reply</th></tr>"]
    for item in items:
        before = full.get(item["item_id"], item)["score"]
        mark = "lost" if item["score"] < before else "gained" if item["score"] > before else ""
        rows.append(
            f"<tr class='{mark}'><td>{escape(item['item_id'])}</td><td>{escape(item['setting'])}</td>"
            f"<td>{item['score']:.2f}</td><td>{cell(item['kl'], '.4f')}</td><td>{escape(item['reply'][:300])}</td></tr>"
        )
    return f"<table>{''.join(rows)}</table>"
