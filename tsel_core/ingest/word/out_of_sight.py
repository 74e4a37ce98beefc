"""What of a Word file's text is laid out so that no reader sees it: pressed into nothing, or put beside the page."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from tsel_core.ingest.word.package import W, local

NARROW_PER_CENT = 10  # of a letter's width (w:w)
NARROW_TWIPS = 40  # for a whole run (w:fitText)
LOW_TWIPS = 30  # an exact height of a line or a row: a point and a half
RAISED_HALF_POINTS = 1000  # over or under its line
BESIDE_TWIPS = 20_000  # of indentation: 35 cm
FRAME_TWIPS = 17_500  # a frame's place on the page; a page has at most 31,680
_PARAGRAPH, _PROPERTIES = W + "p", W + "pPr"
_ROW, _HEIGHT = W + "tr", f"{W}trPr/{W}trHeight"


def is_squeezed(layers: Iterable[Any], half_points: int) -> bool:
    """Properties of a run, nearest first, that press its letters into one place or lift them off the page."""
    found: dict[str, Any] = {}
    for layer in layers:
        for child in layer:
            found.setdefault(local(child), child)
    narrow = _number(found.get("w"))
    if narrow is not None and 0 < narrow <= NARROW_PER_CENT:
        return True
    fit = _number(found.get("fitText"))
    if fit is not None and 0 <= fit <= NARROW_TWIPS:
        return True
    apart = _number(found.get("spacing"))
    if apart is not None and apart <= -5 * half_points:  # twips: half of the letters' height
        return True
    raised = _number(found.get("position"))
    return raised is not None and abs(raised) >= RAISED_HALF_POINTS


def is_out_of_sight(run: Any) -> bool:
    """The paragraph, or the row of a table that it stands in, is as low as a line of dust, or beside the page."""
    for element in run.iterancestors(_PARAGRAPH, _ROW):
        if element.tag == _PARAGRAPH:
            properties = element.find(_PROPERTIES)
            if properties is not None and _paragraph_is_gone(properties):
                return True
            continue
        height = element.find(_HEIGHT)
        if height is not None and height.get(W + "hRule") == "exact" and _is_low(height.get(W + "val")):
            return True
    return False


def _paragraph_is_gone(properties: Any) -> bool:
    spacing = properties.find(W + "spacing")
    if spacing is not None and spacing.get(W + "lineRule") == "exact" and _is_low(spacing.get(W + "line")):
        return True
    indent = properties.find(W + "ind")
    if indent is not None:
        sides = (_int(indent.get(W + side)) for side in ("left", "start"))
        if any(side is not None and abs(side) >= BESIDE_TWIPS for side in sides):
            return True
    frame = properties.find(W + "framePr")
    if frame is None:
        return False
    places = [_int(frame.get(W + side)) for side in ("x", "y")]
    return any(place is not None and abs(place) >= FRAME_TWIPS for place in places)


def _is_low(text: str | None) -> bool:
    height = _int(text)
    return height is not None and 0 < height <= LOW_TWIPS


def _number(element: Any | None) -> int | None:
    return None if element is None else _int(element.get(W + "val"))


def _int(text: str | None) -> int | None:
    sign, digits = (-1, text[1:]) if text and text[0] == "-" else (1, text or "")
    return sign * int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 9 else None
