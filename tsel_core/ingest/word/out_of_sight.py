"""What of a Word file's text is laid out so that no reader sees it: pressed into nothing, or put beside the page."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from tsel_core.ingest.word.package import W, local
from tsel_core.lazy_pattern import lazy_pattern

NARROW_PER_CENT = 10  # of a letter's width (w:w)
NARROW_TWIPS = 40  # for a whole run (w:fitText)
LOW_TWIPS = 30  # an exact height of a line or a row: a point and a half
RAISED_HALF_POINTS = 1000  # over or under its line
BESIDE_TWIPS = 20_000  # of indentation: 35 cm
FRAME_TWIPS = 17_500  # a frame's place on the page; a page has at most 31,680
THIN_EMU = 12_700  # a point
PAGE_EMU = 20_200_000  # the largest page
MARGIN_EMU = 2_000_000  # more than what a place may be counted from
BESIDE_POINTS = 1600  # more than the largest page
_DRAWN = tuple(
    f"{{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}}{name}" for name in ("anchor", "inline")
)
_SHAPES = tuple(f"{{urn:schemas-microsoft-com:vml}}{name}" for name in ("shape", "rect", "roundrect", "oval", "group"))
_LENGTH = lazy_pattern(r"(-?\d+(?:\.\d+)?)(pt|in|cm|mm|px)?")
_UNITS = {"pt": 1.0, "in": 72.0, "cm": 28.35, "mm": 2.835, "px": 0.75}
_TABLE, _TABLE_INDENT = W + "tbl", f"{W}tblPr/{W}tblInd"
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
    """What it stands in (paragraph, row, table, box) is as low as a line of dust, not shown, or beside the page."""
    for element in run.iterancestors(_PARAGRAPH, _ROW, _TABLE, *_DRAWN, *_SHAPES):
        if element.tag in _DRAWN or element.tag in _SHAPES:
            if _box_is_gone(element) if element.tag in _DRAWN else _shape_is_gone(element):
                return True
            continue
        if element.tag == _TABLE:
            aside = _int(_attribute(element.find(_TABLE_INDENT), "w"))
            if aside is not None and abs(aside) >= BESIDE_TWIPS:
                return True
            continue
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
    if frame.get(W + "hRule") == "exact" and _is_low(frame.get(W + "h")):
        return True
    places = [_int(frame.get(W + side)) for side in ("x", "y")]
    return any(place is not None and abs(place) >= FRAME_TWIPS for place in places)


def _box_is_gone(box: Any) -> bool:
    """A drawing that is not shown, has no size, or stands beside every page."""
    size = {"H": 0, "V": 0}
    for child in box:
        name = local(child)
        if name == "docPr" and child.get("hidden") in ("1", "true"):
            return True
        if name == "extent":
            sides = [_int(child.get(side)) for side in ("cx", "cy")]
            if any(side is not None and side <= THIN_EMU for side in sides):
                # a box that grows with its text, and a group, whose size some programs do not write
                return not any(local(part) in ("spAutoFit", "wgp") for part in box.iter())
            size = {"H": sides[0] or 0, "V": sides[1] or 0}
    for child in box:
        name = local(child)
        if name in ("positionH", "positionV"):
            offset = next((_int(part.text) for part in child if local(part) == "posOffset"), None)
            if offset is not None and (offset >= PAGE_EMU or offset + size[name[-1]] <= -MARGIN_EMU):
                return True
    return False


def _shape_is_gone(shape: Any) -> bool:
    """The same of a drawing of Word 2003."""
    style = dict(part.strip().split(":", 1) for part in (shape.get("style") or "").lower().split(";") if ":" in part)
    if style.get("visibility", "").strip() == "hidden":
        return True
    points = {name: _points(value) for name, value in style.items()}
    if any(points.get(side) == 0 for side in ("width", "height")):
        return "mso-fit-shape-to-text" not in str(shape.xpath("string(.//@style)"))
    places = [points.get(side) or 0 for side in ("left", "top", "margin-left", "margin-top")]
    return min(places) <= -BESIDE_POINTS or max(places) >= BESIDE_POINTS


def _points(text: str) -> float | None:
    match = _LENGTH.fullmatch(text.strip())
    return float(match[1]) * _UNITS[match[2] or "px"] if match else None


def _attribute(element: Any | None, name: str) -> str | None:
    return None if element is None else element.get(W + name)


def _is_low(text: str | None) -> bool:
    height = _int(text)
    return height is not None and 0 < height <= LOW_TWIPS


def _number(element: Any | None) -> int | None:
    return None if element is None else _int(element.get(W + "val"))


def _int(text: str | None) -> int | None:
    sign, digits = (-1, text[1:]) if text and text[0] == "-" else (1, text or "")
    return sign * int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 9 else None
