"""Plots of `tsel bench` as SVG: a figure against length, a line a setting; where reading spends its time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape

from tsel_core.bench.rows import BenchRow

_COLORS = {"full": "#2563eb", "select": "#059669", "transformers": "#9ca3af", "transformers, cudnn": "#6b7280"}
_MORE_COLORS = ("#b45309", "#7c3aed", "#be185d")
_PARTS = (("linear", "#94a3b8"), ("attention", "#2563eb"), ("selection", "#059669"))
_WIDTH, _HEIGHT, _PAD = 640, 300, 50


def curves(groups: Sequence[Sequence[BenchRow]], figure: Callable[[BenchRow], float | None], unit: str) -> str:
    """A figure against tokens; "" when no row has it."""
    points = [(r.setting, r.num_tokens, value) for rows in groups for r in rows if (value := figure(r)) is not None]
    if not points:
        return ""
    right, top = max(p[1] for p in points), max(p[2] for p in points) or 1.0
    lines: dict[str, list[tuple[float, float]]] = {}
    for setting, num, value in points:
        x = _PAD + num / right * (_WIDTH - 2 * _PAD)
        lines.setdefault(setting, []).append((x, _HEIGHT - _PAD - value / top * (_HEIGHT - 2 * _PAD)))
    drawn = [
        _text(_PAD, _HEIGHT - 15, "0"),
        _text(_WIDTH - _PAD - 60, _HEIGHT - 15, f"{right:,} tokens"),
        _text(8, _PAD, f"{top:.3g} {unit}"),
    ]
    for number, (name, line) in enumerate(lines.items()):
        color = _COLORS.get(name, _MORE_COLORS[number % len(_MORE_COLORS)])
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in line)
        drawn.append(f"<polyline points='{path}' fill='none' stroke='{color}' stroke-width='2'/>")
        drawn += [f"<circle cx='{x:.1f}' cy='{y:.1f}' r='4' fill='{color}'/>" for x, y in line]
        drawn.append(_text(_PAD + 12, _PAD + 16 * number, name, color))
    return _svg("".join(drawn), _HEIGHT, "time against tokens")


def reading_bars(rows: Sequence[BenchRow]) -> str:
    """Linear, attention and selection seconds of each of our settings at one length; "" without them."""
    ours = [(r, r.prefill_s) for r in rows if r.prefill_attention_s is not None and r.prefill_s]
    if not ours:
        return ""
    top, drawn = max(total for _, total in ours), []
    for number, (row, total) in enumerate(ours):
        attention, selection = row.prefill_attention_s or 0.0, row.prefill_selection_s or 0.0
        x, y = 110.0, 20 + 34 * number
        drawn.append(_text(5, y + 15, row.setting))
        parts = (max(0.0, total - attention - selection), attention, selection)
        for part, (_, color) in zip(parts, _PARTS, strict=True):
            wide = part / top * (_WIDTH - 200)
            drawn.append(f"<rect x='{x:.1f}' y='{y}' width='{wide:.1f}' height='20' fill='{color}'/>")
            x += wide
        drawn.append(_text(x + 6, y + 15, f"{total:.3g} s"))
    drawn += [_text(110 + 90 * i, 20 + 34 * len(ours) + 14, name, color) for i, (name, color) in enumerate(_PARTS)]
    return _svg("".join(drawn), 50 + 34 * len(ours), "linear, attention and selection seconds")


def _text(x: float, y: float, text: str, color: str = "currentColor") -> str:
    return f"<text x='{x:.1f}' y='{y:.1f}' font-size='12' fill='{color}'>{escape(text)}</text>"


def _svg(inner: str, height: int, title: str) -> str:
    return f"<svg viewBox='0 0 {_WIDTH} {height}' width='{_WIDTH}' role='img'><title>{title}</title>{inner}</svg>"
