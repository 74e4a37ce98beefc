# ruff: noqa: E501 (markup is easier to read in one piece)
"""Charts of the report as inline SVG: coverage per step with cache hits, coverage by layer, a bar of the times."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from tsel_core.report.build import ExplainData
from tsel_core.text.safe import escape_html

_WIDTH, _HEIGHT, _LEFT = 380, 120, 30
_COLORS = ("#b4530a", "#e39b3c", "#4f7fa8", "#7d9f5c", "#8a6fae", "#b86a7b", "#6d7780")
MAX_POINTS = 600  # of a line; more steps are joined by their lowest value


def coverage_chart(data: ExplainData, words: Mapping[str, str]) -> str:
    """Line of coverage per step, a band for each sentence, bars below for Selection Cache hits of the step.

    A step without coverage (every layer re-used a pick) is a gap in the line.
    """
    known = [min(1.0, max(0.0, v)) for v in data.coverage if v is not None]
    if not data.coverage:
        return ""
    low = min(0.9, int(min(known, default=0.9) * 10) / 10)
    step = (_WIDTH - _LEFT) / len(data.coverage)

    def y(value: float) -> float:
        return 6 + (1 - (value - low) / (1 - low)) * (_HEIGHT - 30)

    bands = []
    for number, sentence in enumerate(data.sentences):
        width = max(0, sentence.last_step - sentence.first_step) * step
        left = _LEFT + sentence.first_step * step
        bands.append(
            f'<rect class="chart-band" data-sentence="{number}" x="{left:.1f}" y="4" width="{width:.1f}" height="{_HEIGHT - 20}"/>'
        )
    lines = "".join(_line(run, step, y) for run in _runs(data.coverage))
    grid = "".join(
        f'<line class="chart-grid" x1="{_LEFT}" x2="{_WIDTH}" y1="{y(v):.1f}" y2="{y(v):.1f}"/>'
        f'<text x="0" y="{y(v) + 3:.1f}">{100 * v:.0f} %</text>'
        for v in (low, (1 + low) / 2, 1.0)
    )
    note = ""
    if known:
        note = f"{words['mean']} {100 * sum(known) / len(known):.1f} %, {words['lowest']} {100 * min(known):.1f} %"
    return (
        f'<svg viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" aria-label="{escape_html(words["coverage"])}">{grid}{"".join(bands)}'
        f"{lines}{_hit_bars(data.hits)}</svg><p class=\"hint\">{escape_html(note)}</p>{_hits_note(data.hits, words)}"
    )


def _line(run: Sequence[tuple[int, float]], step: float, y: Callable[[float], float]) -> str:
    """A stretch of the line with its filled area."""
    points = " ".join(f"{_LEFT + (at + 0.5) * step:.1f},{y(value):.1f}" for at, value in run)
    first, last = (_LEFT + (run[i][0] + 0.5) * step for i in (0, -1))
    base = _HEIGHT - 18
    return (
        f'<polygon class="chart-fill" points="{first:.1f},{base} {points} {last:.1f},{base}"/>'
        f'<polyline class="chart-line" points="{points}"/>'
    )


def _runs(values: Sequence[float | None]) -> list[list[tuple[int, float]]]:
    """Stretches of (step, value) without a gap, thinned to the lowest of neighbours when there are too many."""
    group = -(-len(values) // MAX_POINTS)
    runs: list[list[tuple[int, float]]] = [[]]
    for at in range(0, len(values), group):
        some = [min(1.0, max(0.0, v)) for v in values[at : at + group] if v is not None]
        if some:
            runs[-1].append((at, min(some)))
        elif runs[-1]:
            runs.append([])
    return [run for run in runs if run]


def _hit_bars(hits: Sequence[float]) -> str:
    """A bar below the line for each step (or some neighbours): as high as the share of layers that re-used a pick."""
    group = -(-len(hits) // MAX_POINTS) if hits else 1
    step = (_WIDTH - _LEFT) / max(1, len(hits))
    bars = []
    for at in range(0, len(hits), group):
        some = hits[at : at + group]
        height = 13 * min(1.0, max(0.0, sum(some) / len(some)))
        if height > 0:
            bars.append(
                f'<rect class="chart-hit" x="{_LEFT + at * step:.1f}" y="{_HEIGHT - height:.1f}" '
                f'width="{max(0.4, group * step * 0.8):.2f}" height="{height:.1f}"/>'
            )
    return "".join(bars)


def _hits_note(hits: Sequence[float], words: Mapping[str, str]) -> str:
    if not hits:
        return ""
    text = f"{words['hits']}: {100 * sum(hits) / len(hits):.0f} %"
    return f'<p class="hint"><span class="dot hit"></span>{escape_html(text)}</p>'


def layer_chart(coverage: Mapping[int, float], words: Mapping[str, str]) -> str:
    """A bar for each layer; its title names the layer and the value."""
    if not coverage:
        return ""
    step = (_WIDTH - _LEFT) / len(coverage)
    bars = "".join(
        f'<rect x="{_LEFT + i * step:.1f}" y="{46 - 40 * min(1.0, max(0.0, value)):.1f}" width="{step * 0.8:.1f}" '
        f'height="{40 * min(1.0, max(0.0, value)):.1f}" fill="{_COLORS[2]}"><title>{int(layer)}: {100 * value:.1f} %</title></rect>'
        for i, (layer, value) in enumerate(sorted(coverage.items()))
    )
    name = escape_html(words["layer"])
    return f'<svg viewBox="0 0 {_WIDTH} 50" role="img" aria-label="{name}"><text x="0" y="46">0</text>{bars}</svg><p class="hint">{name}</p>'


def time_bar(timings: Mapping[str, float]) -> str:
    """A stacked bar of the phases (what is a part of another, like prefill_linear, is only in the table)."""
    phases = [(k, v) for k, v in timings.items() if v > 0 and k != "total" and not k.startswith("prefill_")]
    total = sum(v for _, v in phases)
    if not total:
        return ""
    spans = "".join(
        f'<span style="width:{100 * v / total:.2f}%;background:{_COLORS[i % len(_COLORS)]}" title="{escape_html(k)} {v:.2f} s"></span>'
        for i, (k, v) in enumerate(phases)
    )
    return f'<div class="bar">{spans}</div>'


def phase_dot(timings: Mapping[str, float], name: str) -> str:
    """The colour of a phase in the bar."""
    phases = [k for k, v in timings.items() if v > 0 and k != "total" and not k.startswith("prefill_")]
    if name not in phases:
        return ""
    return f'<span class="dot" style="background:{_COLORS[phases.index(name) % len(_COLORS)]}"></span>'
