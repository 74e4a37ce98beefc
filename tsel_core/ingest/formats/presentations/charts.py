"""A chart's part (DrawingML): its titles, then a row of categories and a row of numbers for each series."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tsel_core.ingest.formats.table_text import SEPARATOR

MAX_POINTS = 20_000


def is_chart(root: Any) -> bool:
    """The part is a chart, of either of Office's two kinds."""
    return _local(root) == "chartSpace"


def chart_lines(root: Any) -> Iterator[str]:
    """Lines of the chart as a reader sees it."""
    for title in _all(root, "title"):
        text = _words(title)
        if text:
            yield text
    shown = ""
    for series in (*_all(root, "ser"), *_all(root, "series")):
        name = " ".join(_values(_child(series, "tx")))
        categories = _values(_child(series, "cat", "xVal"))
        head = SEPARATOR.join(["", *categories])
        if categories and head != shown:
            shown = head
            yield head
        numbers = _values(_child(series, "val", "yVal"))
        if name or numbers:
            yield SEPARATOR.join([name, *numbers])
    for data in _all(root, "chartData"):  # the newer kind keeps its numbers apart from its series
        for level in _all(data, "lvl"):
            cells = [" ".join((p.text or "").split()) for p in level]
            yield SEPARATOR.join(_number(c) for c in cells)


def _child(element: Any, *names: str) -> Any | None:
    return next((c for c in element if _local(c) in names), None)


def _all(root: Any, name: str) -> Iterator[Any]:
    return (e for e in root.iter() if _local(e) == name)


def _values(element: Any | None) -> list[str]:
    """Values of a cache in the order of their places; missing ones are empty."""
    if element is None:
        return []
    points = {int(p.get("idx") or 0): p for p in _all(element, "pt") if (p.get("idx") or "0").isdigit()}
    if not points:
        text = _words(element) or " ".join((v.text or "").strip() for v in _all(element, "v"))
        return [text] if text else []
    last = min(max(points), MAX_POINTS)
    values = [next((v.text or "" for v in _all(points[n], "v")), "") if n in points else "" for n in range(last + 1)]
    return [_number(" ".join(v.split())) for v in values]


def _number(text: str) -> str:
    """Without the tail that binary fractions leave: 0.1 for 0.10000000000000001."""
    try:
        return f"{float(text):.12g}" if "." in text else text
    except ValueError:
        return text


def _words(element: Any) -> str:
    return " ".join("".join(e.text or "" for e in _all(element, "t")).split())


def _local(element: Any) -> str:
    return element.tag.rsplit("}", 1)[-1] if isinstance(element.tag, str) else ""
