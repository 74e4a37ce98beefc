"""Plots of experiments as one SVG: answers kept against cost, and the KL of every group of documents.

python -m tests.quality.experiment_plot A.json B.json --out plot.svg
The files are those experiment_table.py takes; several of one model are joined. A developer's tool.
"""

from __future__ import annotations

import argparse
import math
import sys
from collections.abc import Callable, Sequence
from html import escape
from pathlib import Path

from tests.quality.experiment_table import grouped, load_results
from tsel_core.evaluation.results import Results, Summary
from tsel_core.evaluation.trust_rates import rate
from tsel_core.selection.cost import prefill_cost
from tsel_core.settings import Setting

_WIDTH, _LEFT, _RIGHT, _ROW = 760, 150, 20, 22
_COLORS = ("#2563eb", "#059669", "#b45309", "#7c3aed", "#dc2626", "#0891b2", "#65a30d", "#db2777", "#475569", "#ca8a04")
_COST_AT = 131_072  # tokens
_LEAST_KL = 1e-4  # the left end of the axis; what is smaller is drawn there

Scale = Callable[[float], float]


def plot(results: Results, settings: Sequence[Setting], num_layers: int) -> str:
    """The SVG. Settings without a full comparison (full itself, no answers) are left out."""
    shown = [s for s in results.summaries() if s.kl is not None]
    costs = {s.name: prefill_cost(s.selection, _COST_AT, num_layers=num_layers).flops for s in settings}
    color = {s.setting: _COLORS[i % len(_COLORS)] for i, s in enumerate(shown)}
    parts: list[str] = []
    top = 30.0
    for title, draw in (
        (
            f"Right answers of full attention kept (share, 95 % interval); in brackets the counted attention cost of "
            f"reading {_COST_AT:,} tokens, full = 1",
            lambda at: _kept_rows(shown, costs, color, at),
        ),
        ("KL(full || setting), nats, by group of documents", lambda at: _kl_rows(results, color, at)),
    ):
        parts.append(_text(10, top, title, weight="bold"))
        rows, top = draw(top + 24)
        parts += [*rows, ""]
        top += 34
    body = "\n".join(p for p in parts if p)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {top:.0f}" width="{_WIDTH}" height="{top:.0f}" '
        f'font-family="sans-serif" font-size="11">\n<rect width="100%" height="100%" fill="white"/>\n{body}\n</svg>\n'
    )


def _kept_rows(
    shown: Sequence[Summary], costs: dict[str, float], color: dict[str, str], top: float
) -> tuple[list[str], float]:
    """A row a setting, the cheapest last: its share and interval. Also where the next part begins."""
    found = [(s, rate(round((s.kept or 0.0) * s.num_found), s.num_found)) for s in shown if s.num_found]
    if not found:
        return [_text(_LEFT, top, "full attention had no exact answer right")], top + _ROW
    low = min(0.9, *(math.floor((r.low or 0.0) * 20) / 20 for _, r in found))
    x = _linear(low, 1.0)
    parts, bottom = _axis(x, [low + i * 0.05 for i in range(round((1 - low) / 0.05) + 1)], "{:.2f}", top, len(found))
    for number, (s, r) in enumerate(sorted(found, key=lambda f: -costs.get(f[0].setting, 1.0))):
        y = top + number * _ROW
        parts += [
            _text(10, y + 4, f"{s.setting} ({costs.get(s.setting, 1.0):.3f})", color[s.setting]),
            _line(x(r.low or low), y, x(r.high or 1.0), y, f'stroke="{color[s.setting]}" stroke-width="2"'),
            _dot(x(r.num / r.of), y, color[s.setting], f"{s.setting}: {r.num} of {r.of}"),
        ]
    return parts, bottom


def _kl_rows(results: Results, color: dict[str, str], top: float) -> tuple[list[str], float]:
    """A row a group, a dot a setting."""
    groups = {"all": results, **dict(sorted(grouped(results, "source").items()))}
    means = {g: [(s.setting, s.kl) for s in r.summaries() if s.kl is not None] for g, r in groups.items()}
    highest = max((kl for row in means.values() for _, kl in row), default=1.0)
    end = float(10 ** math.ceil(math.log10(max(highest, 0.031))))
    x = _logarithmic(_LEAST_KL, end)
    marks = [10.0**e for e in range(-4, 3) if 10.0**e <= end]
    parts, bottom = _axis(x, marks, "{:g}", top, len(means))
    parts.append(_line(x(0.03), top - 12, x(0.03), bottom - 18, 'stroke="#dc2626" stroke-dasharray="4 3"'))
    parts.append(_text(x(0.03) + 3, top - 4, "aim 0.03", "#dc2626"))
    for number, (group, row) in enumerate(means.items()):
        y = top + number * _ROW
        parts.append(_text(10, y + 4, group))
        parts += [_dot(x(max(kl, _LEAST_KL)), y, color[name], f"{group}, {name}: {kl:.4f}") for name, kl in row]
    return parts, bottom


def _linear(low: float, high: float) -> Scale:
    width = _WIDTH - _LEFT - _RIGHT
    return lambda value: _LEFT + (value - low) / (high - low) * width


def _logarithmic(low: float, high: float) -> Scale:
    along = _linear(math.log10(low), math.log10(high))
    return lambda value: along(math.log10(value))


def _axis(x: Scale, marks: Sequence[float], form: str, top: float, num_rows: int) -> tuple[list[str], float]:
    """Thin lines at the marks, their numbers below `num_rows` rows, and where the next part begins."""
    end = top + (num_rows - 1) * _ROW + 12
    lines = [_line(x(m), top - 12, x(m), end, 'stroke="#ddd"') for m in marks]
    return [*lines, *(_text(x(m) - 8, end + 14, form.format(m)) for m in marks)], end + 18


def _dot(x: float, y: float, color: str, title: str) -> str:
    inside = f"<title>{escape(title)}</title>"
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4.5" fill="{color}" fill-opacity="0.8">{inside}</circle>'


def _line(x1: float, y1: float, x2: float, y2: float, look: str) -> str:
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" {look}/>'


def _text(x: float, y: float, text: str, color: str = "#111", weight: str = "normal") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" fill="{color}" font-weight="{weight}">{escape(text)}</text>'


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the plot."""
    parser = argparse.ArgumentParser(prog="experiment_plot", description=__doc__)
    parser.add_argument("files", nargs="+")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--layers", type=int, default=28, help="layers of the model, where some are kept full")
    options = parser.parse_args(arguments)
    results, settings = load_results(options.files)
    options.out.write_text(plot(results, settings, options.layers), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
