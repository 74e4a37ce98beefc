"""Charts of the report as inline SVG: coverage per step with cache hits, coverage by layer, a bar of the times."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from markupsafe import Markup

from tsel_cli.render.svg import element
from tsel_core.report.build import ExplainData

_WIDTH, _HEIGHT, _LEFT = 380, 120, 30
_COLORS = ("#b4530a", "#e39b3c", "#4f7fa8", "#7d9f5c", "#8a6fae", "#b86a7b", "#6d7780")
MAX_POINTS = 600  # of a line; more steps are joined by their lowest value


def coverage_chart(data: ExplainData, words: Mapping[str, str]) -> Markup:
    """Line of coverage per step, a band for each sentence, bars below for Selection Cache hits of the step.

    A step without coverage (every layer re-used a pick) is a gap in the line.
    """
    known = [min(1.0, max(0.0, v)) for v in data.coverage if v is not None]
    if not data.coverage:
        return Markup()
    low = min(0.9, int(min(known, default=0.9) * 10) / 10)
    step = (_WIDTH - _LEFT) / len(data.coverage)

    def y(value: float) -> float:
        return 6 + (1 - (value - low) / (1 - low)) * (_HEIGHT - 30)

    note = ""
    if known:
        note = f"{words['mean']} {100 * sum(known) / len(known):.1f} %, {words['lowest']} {100 * min(known):.1f} %"
    drawing = element(
        "svg",
        *(part for v in (low, (1 + low) / 2, 1.0) for part in _grid_line(v, y)),
        *_bands(data, step),
        *(part for run in _runs(data.coverage) for part in _line(run, step, y)),
        *_hit_bars(data.hits),
        viewBox=f"0 0 {_WIDTH} {_HEIGHT}",
        role="img",
        aria_label=words["coverage"],
    )
    return drawing + element("p", note, class_="hint") + _hits_note(data.hits, words)


def _grid_line(value: float, y: Callable[[float], float]) -> tuple[Markup, Markup]:
    line = element("line", class_="chart-grid", x1=_LEFT, x2=_WIDTH, y1=y(value), y2=y(value))
    return line, element("text", f"{100 * value:.0f} %", x=0, y=y(value) + 3)


def _bands(data: ExplainData, step: float) -> list[Markup]:
    return [
        element(
            "rect",
            class_="chart-band",
            data_sentence=number,
            x=_LEFT + sentence.first_step * step,
            y=4,
            width=float(max(0, sentence.last_step - sentence.first_step) * step),
            height=_HEIGHT - 20,
        )
        for number, sentence in enumerate(data.sentences)
    ]


def _line(run: Sequence[tuple[int, float]], step: float, y: Callable[[float], float]) -> tuple[Markup, Markup]:
    """A stretch of the line with its filled area."""
    points = " ".join(f"{_LEFT + (at + 0.5) * step:.1f},{y(value):.1f}" for at, value in run)
    first, last = (_LEFT + (run[i][0] + 0.5) * step for i in (0, -1))
    base = _HEIGHT - 18
    area = element("polygon", class_="chart-fill", points=f"{first:.1f},{base} {points} {last:.1f},{base}")
    return area, element("polyline", class_="chart-line", points=points)


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


def _hit_bars(hits: Sequence[float]) -> list[Markup]:
    """A bar below the line for each step (or some neighbours): as high as the share of layers that re-used a pick."""
    group = -(-len(hits) // MAX_POINTS) if hits else 1
    step = (_WIDTH - _LEFT) / max(1, len(hits))
    bars = []
    for at in range(0, len(hits), group):
        some = hits[at : at + group]
        height = 13 * min(1.0, max(0.0, sum(some) / len(some)))
        if height > 0:
            wide = f"{max(0.4, group * step * 0.8):.2f}"
            place = {"x": _LEFT + at * step, "y": _HEIGHT - height}
            bars.append(element("rect", class_="chart-hit", width=wide, height=height, **place))
    return bars


def _hits_note(hits: Sequence[float], words: Mapping[str, str]) -> Markup:
    if not hits:
        return Markup()
    text = f"{words['hits']}: {100 * sum(hits) / len(hits):.0f} %"
    return element("p", element("span", class_="dot hit"), text, class_="hint")


def layer_chart(coverage: Mapping[int, float], words: Mapping[str, str]) -> Markup:
    """A bar for each layer; its title names the layer and the value."""
    if not coverage:
        return Markup()
    step = (_WIDTH - _LEFT) / len(coverage)
    bars = []
    for i, (layer, value) in enumerate(sorted(coverage.items())):
        high = 40 * min(1.0, max(0.0, value))
        title = element("title", f"{int(layer)}: {100 * value:.1f} %")
        place = {"x": _LEFT + i * step, "y": 46 - high, "width": step * 0.8, "height": high}
        bars.append(element("rect", title, fill=_COLORS[2], **place))
    name = words["layer"]
    ground = element("text", "0", x=0, y=46)
    drawing = element("svg", ground, *bars, viewBox=f"0 0 {_WIDTH} 50", role="img", aria_label=name)
    return drawing + element("p", name, class_="hint")


def time_bar(timings: Mapping[str, float]) -> Markup:
    """A stacked bar of the phases (what is a part of another, like prefill_linear, is only in the table)."""
    phases = [(k, v) for k, v in timings.items() if v > 0 and k != "total" and not k.startswith("prefill_")]
    total = sum(v for _, v in phases)
    if not total:
        return Markup()
    spans = []
    for i, (name, seconds) in enumerate(phases):
        style = f"width:{100 * seconds / total:.2f}%;background:{_COLORS[i % len(_COLORS)]}"
        spans.append(element("span", style=style, title=f"{name} {seconds:.2f} s"))
    return element("div", *spans, class_="bar")


def phase_dot(timings: Mapping[str, float], name: str) -> Markup:
    """The colour of a phase in the bar."""
    phases = [k for k, v in timings.items() if v > 0 and k != "total" and not k.startswith("prefill_")]
    if name not in phases:
        return Markup()
    return element("span", class_="dot", style=f"background:{_COLORS[phases.index(name) % len(_COLORS)]}")
