"""The HTML report of `tsel eval`: one file, inline SVG, no scripts and nothing fetched."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from markupsafe import Markup

from tsel_cli.places import write_file
from tsel_cli.render.eval.table import LINES, cell
from tsel_cli.render.pages import render_page
from tsel_cli.render.svg import element, picture, polyline, text

_WIDTH, _HEIGHT, _PAD = 640, 260, 46


def write_eval_report(path: str | Path, content: dict[str, Any]) -> None:
    """Write the report of an evaluation (the object of --json)."""
    page = eval_report(content)
    write_file(Path(path), page.encode("utf-8"), overwrite=True)


def eval_report(content: dict[str, Any]) -> str:
    """The report as one HTML page."""
    summaries, machine = content["settings"], content["machine"]
    where = machine.get("gpu") or machine["cpu"]
    head = f"{content['model']['name']} on {where}, {summaries[0]['num_items']} questions"
    return render_page(
        "eval/page.html",
        head=head,
        worse=content.get("regressions") or [],
        settings=[s["setting"] for s in summaries],
        summary=_summary(summaries),
        scatter=_scatter(summaries),
        layers=_layers(content["readings"]),
        items=_items(content["items"]),
    )


def _summary(summaries: Sequence[dict[str, Any]]) -> list[tuple[str, list[str]]]:
    rows = [(name, [cell(s[key], form) for s in summaries]) for name, key, form in LINES]
    return [*rows, ("lost / gained", [f"{len(s['lost'])} / {len(s['gained'])}" for s in summaries])]


def _scatter(summaries: Sequence[dict[str, Any]]) -> Markup:
    """KL from full (up is worse) against seconds of prefill."""
    points = [(s["prefill_s"], s["kl"] or 0.0, s["setting"]) for s in summaries]
    right, top = max(p[0] for p in points) or 1.0, max(p[1] for p in points) or 1.0
    drawn = []
    for x, y, name in points:
        cx, cy = _place(x / right, y / top)
        title = element("title", f"{name}: {x:.1f} s, KL {y:.4f}")
        drawn += [element("circle", title, cx=cx, cy=cy, r=4, fill="#06c"), text(cx + 7, cy - 5, name)]
    return _frame(drawn, f"prefill, up to {right:.1f} s", f"KL, up to {top:.4f}")


def _layers(readings: Sequence[dict[str, Any]]) -> Markup:
    """Mean coverage of every layer, a line a setting."""
    sums: dict[str, dict[int, list[float]]] = {}
    for reading in readings:
        for layer, value in reading["by_layer"].items():
            sums.setdefault(reading["setting"], {}).setdefault(int(layer), []).append(value)
    if not sums:
        return Markup()
    last = max(max(layers) for layers in sums.values()) or 1
    drawn = []
    for number, (name, layers) in enumerate(sums.items()):
        color = f"hsl({number * 67 % 360} 70% 45%)"
        spots = [_place(layer / last, sum(v) / len(v)) for layer, v in sorted(layers.items())]
        drawn += [polyline(spots, color), text(_PAD + 8, _HEIGHT - _PAD - 8 - 15 * number, name, color)]
    return _frame(drawn, f"layer 0 to {last}", "coverage, 0 to 1")


def _place(x: float, y: float) -> tuple[float, float]:
    return _PAD + x * (_WIDTH - 2 * _PAD), _HEIGHT - _PAD - y * (_HEIGHT - 2 * _PAD)


def _frame(inner: Sequence[Markup], below: str, left: str) -> Markup:
    wide, high = _WIDTH - 2 * _PAD, _HEIGHT - 2 * _PAD
    frame = element("rect", x=_PAD, y=_PAD, width=wide, height=high, fill="none", stroke="#999")
    named = (text(_WIDTH / 2 - 60, _HEIGHT - 12, below), text(_PAD, _PAD - 10, left))
    return picture([frame, *named, *inner], _WIDTH, _HEIGHT, f"{left}; {below}")


def _items(items: Sequence[dict[str, Any]]) -> list[dict[str, str]]:
    """Every answer beside the one of full attention."""
    full = {i["item_id"]: i for i in items if i["setting"] == "full"}
    rows = []
    for item in items:
        before = full.get(item["item_id"], item)["score"]
        mark = "lost" if item["score"] < before else "gained" if item["score"] > before else ""
        rows.append(
            {
                "mark": mark,
                "item_id": item["item_id"],
                "setting": item["setting"],
                "score": f"{item['score']:.2f}",
                "kl": cell(item["kl"], ".4f"),
                "reply": item["reply"][:300],
            }
        )
    return rows
