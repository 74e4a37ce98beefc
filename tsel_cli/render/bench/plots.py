"""Plots of `tsel bench` as SVG: a figure against length, a line a setting; where reading spends its time."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from markupsafe import Markup

from tsel_cli.render.svg import element, picture, polyline, text
from tsel_core.bench.rows import BenchRow

_COLORS = {"full": "#2563eb", "select": "#059669", "transformers": "#9ca3af", "transformers, cudnn": "#6b7280"}
_MORE_COLORS = ("#b45309", "#7c3aed", "#be185d")
_PARTS = (("linear", "#94a3b8"), ("attention", "#2563eb"), ("selection", "#059669"))
_WIDTH, _HEIGHT, _PAD = 640, 300, 50


def curves(groups: Sequence[Sequence[BenchRow]], figure: Callable[[BenchRow], float | None], unit: str) -> Markup:
    """A figure against tokens; "" when no row has it."""
    points = [(r.setting, r.num_tokens, value) for rows in groups for r in rows if (value := figure(r)) is not None]
    if not points:
        return Markup()
    right, top = max(p[1] for p in points), max(p[2] for p in points) or 1.0
    lines: dict[str, list[tuple[float, float]]] = {}
    for setting, num, value in points:
        x = _PAD + num / right * (_WIDTH - 2 * _PAD)
        lines.setdefault(setting, []).append((x, _HEIGHT - _PAD - value / top * (_HEIGHT - 2 * _PAD)))
    drawn = [
        text(_PAD, _HEIGHT - 15, "0"),
        text(_WIDTH - _PAD - 60, _HEIGHT - 15, f"{right:,} tokens"),
        text(8, _PAD, f"{top:.3g} {unit}"),
    ]
    for number, (name, line) in enumerate(lines.items()):
        color = _COLORS.get(name, _MORE_COLORS[number % len(_MORE_COLORS)])
        drawn.append(polyline(line, color))
        drawn += [element("circle", cx=x, cy=y, r=4, fill=color) for x, y in line]
        drawn.append(text(_PAD + 12, _PAD + 16 * number, name, color))
    return picture(drawn, _WIDTH, _HEIGHT, "time against tokens")


def reading_bars(rows: Sequence[BenchRow]) -> Markup:
    """Linear, attention and selection seconds of each of our settings at one length; "" without them."""
    ours = [(r, r.prefill_s) for r in rows if r.prefill_attention_s is not None and r.prefill_s]
    if not ours:
        return Markup()
    top, drawn = max(total for _, total in ours), []
    for number, (row, total) in enumerate(ours):
        attention, selection = row.prefill_attention_s or 0.0, row.prefill_selection_s or 0.0
        x, y = 110.0, 20 + 34 * number
        drawn.append(text(5, y + 15, row.setting))
        parts = (max(0.0, total - attention - selection), attention, selection)
        for part, (_, color) in zip(parts, _PARTS, strict=True):
            wide = part / top * (_WIDTH - 200)
            drawn.append(element("rect", x=x, y=y, width=wide, height=20, fill=color))
            x += wide
        drawn.append(text(x + 6, y + 15, f"{total:.3g} s"))
    drawn += [text(110 + 90 * i, 20 + 34 * len(ours) + 14, name, color) for i, (name, color) in enumerate(_PARTS)]
    return picture(drawn, _WIDTH, 50 + 34 * len(ours), "linear, attention and selection seconds")
