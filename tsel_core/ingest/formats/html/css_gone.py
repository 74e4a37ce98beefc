"""Styles under which nothing of an element is drawn where a reader could see it."""

from __future__ import annotations

import math
import re

from tsel_core.ingest.formats.html.css_lengths import LENGTH, SCREEN, four, has_length, number, pixels
from tsel_core.lazy_pattern import lazy_pattern

FAR_PX = 500  # text that begins so far left of or above the page is out of it
FARTHER_PX = 5000  # the same to the right of it, or below a fixed place
FAINT = 0.06  # of a colour's strength: black on white is then told from white by 15 of 255
FLAT = 0.02  # of a scale: letters of 16 pixels are then thinner than one
_NOTHING = lazy_pattern(r"rect\((?:\s*[01](?:px)?[\s,]*){4}\)|circle\(\s*0|ellipse\(\s*(?:0|\S+\s+0(?![\d.]))")
_INSET = lazy_pattern(r"inset\(([^)]*)\)")
_POLYGON = lazy_pattern(r"polygon\(([^)]*)\)")
_OPACITY = lazy_pattern(r"opacity\(([^)]*)\)")
_CLEAR_MASK = lazy_pattern(
    r"gradient\((?:[^(),]*\b(?:deg|turn|to|at|circle|ellipse)\b[^(),]*,)?\s*(?:transparent[^(),]*,?\s*)+\)"
)
_MASKS = ("mask", "mask-image", "-webkit-mask", "-webkit-mask-image")
_SHIFT = lazy_pattern(r"translate(?:x|y|3d)?\(([^)]*)\)")
_SCALE = lazy_pattern(r"scale(x|y|3d)?\(([^)]*)\)")
_MATRIX = lazy_pattern(r"matrix\(([^)]*)\)")
_TURN = lazy_pattern(r"rotate([xy])\(\s*([-+.\d]+)(deg|turn|rad)?\s*\)|(?:^|\s)([xy])\s+([-+.\d]+)(deg|turn|rad)")
_SCROLLED = ("hidden", "clip", "auto", "scroll")


def is_gone(values: dict[str, str]) -> bool:
    """An element with these declarations shows nothing of what is in it."""
    if values.get("display") == "none" or values.get("content-visibility") == "hidden":
        return True
    if values.get("-webkit-text-security", "none") != "none":  # dots in the place of letters
        return True
    if _is_clipped(values.get("clip", "")) or _is_clipped(values.get("clip-path", "")):
        return True
    if any(_CLEAR_MASK.search(values.get(mask, "")) for mask in _MASKS):
        return True
    return _is_flat(values) or _is_turned_away(values) or _is_far(values) or _is_cut(values)


def strength(values: dict[str, str]) -> float:
    """How opaque the element is by itself: 0 to 1."""
    faded = _OPACITY.search(values.get("filter", ""))
    own = number(values.get("opacity"), 1.0) * (number(faded[1], 1.0) if faded else 1.0)
    return max(0.0, min(1.0, own))


def _is_clipped(clip: str) -> bool:
    if _NOTHING.search(clip):
        return True
    inset = _INSET.search(clip)
    if inset is not None:
        top, right, bottom, left = (_share(side) for side in four(inset[1].split(" round ")[0]))
        return top + bottom >= 1 or left + right >= 1
    polygon = _POLYGON.search(clip)
    return polygon is not None and _has_no_area(polygon[1])


def _share(side: str) -> float:
    return number(side, 0.0) if side.endswith("%") else 0.0


def _has_no_area(points: str) -> bool:
    """All the corners of a shape lie on one line, as far as their numbers say."""
    corners = [[float(m[1]) for m in LENGTH.finditer(point)] for point in points.split(",")]
    places = [corner for corner in corners if len(corner) == 2]
    if len(places) < 3 or len(places) < len(corners) - 1:  # the first part may be a rule for filling
        return len(places) < 3 and len(corners) < 3
    twice = sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(places, [*places[1:], places[0]], strict=True))
    return abs(twice) < 1e-6


def _is_flat(values: dict[str, str]) -> bool:
    """Its letters have no height or no width."""
    transform = values.get("transform", "")
    for kind, inside in _SCALE.findall(transform):
        factors = [number(f, 1.0) for f in re.split(r"[,\s]+", inside.strip()) if f]
        if any(abs(f) <= FLAT for f in factors[: 2 if kind in ("", "3d") else 1]):
            return True
    if any(abs(number(f, 1.0)) <= FLAT for f in values.get("scale", "").split()[:2]):
        return True
    for inside in _MATRIX.findall(transform):
        m = [number(f, 0.0) for f in inside.split(",")]
        if len(m) == 6 and abs(m[0] * m[3] - m[1] * m[2]) <= FLAT * FLAT:
            return True
    return False


def _is_turned_away(values: dict[str, str]) -> bool:
    """Turned so that its edge, or its invisible back, is what a reader faces."""
    is_one_sided = values.get("backface-visibility") == "hidden"
    for match in _TURN.finditer(f"{values.get('transform', '')} {values.get('rotate', '')}"):
        turn = float(match[2] or match[5] or 0)
        unit = match[3] or match[6] or "deg"
        facing = math.cos({"deg": math.radians(turn), "turn": turn * 2 * math.pi, "rad": turn}[unit])
        if abs(facing) <= FLAT or (is_one_sided and facing < 0):
            return True
    return False


def _is_far(values: dict[str, str]) -> bool:
    """Its text stands off the page."""
    indent = values.get("text-indent", "")
    is_wide = indent.strip().endswith("%") and number(indent, 0.0) >= 1 and _scrolls(values)
    is_left = "%" in indent and number(indent, 0.0) <= -1
    if is_wide or is_left or pixels(indent) <= -FAR_PX or pixels(indent) >= FARTHER_PX:
        return True
    if values.get("position") in ("absolute", "fixed", "relative"):
        places = [pixels(values.get(side)) for side in ("left", "top", "right", "bottom")]
        if values["position"] == "fixed" and (places[0] >= SCREEN["width"] or places[1] >= SCREEN["height"]):
            return True  # nobody can scroll there
        if min(places) <= -FAR_PX or max(places[0], places[2], places[3]) >= FARTHER_PX:
            return True
    margins = [values.get("margin-left", ""), values.get("margin-top", ""), *values.get("margin", "").split()]
    if any(pixels(m) <= -4 * FAR_PX for m in margins) or pixels(values.get("margin-left")) >= FARTHER_PX:
        return True  # margins that let boxes overlap are smaller
    moved = [*_SHIFT.findall(values.get("transform", "")), values.get("translate", "")]
    shifts = [pixels(part) for shift in moved for part in re.split(r"[,\s]+", shift.strip())]
    for inside in _MATRIX.findall(values.get("transform", "")):
        shifts += [number(f, 0.0) for f in inside.split(",")[4:6]]
    return any(shift <= -FAR_PX or shift >= FARTHER_PX for shift in shifts)


def _is_cut(values: dict[str, str]) -> bool:
    """It has no room, and what has none is not shown."""
    if not _scrolls(values):
        return False
    sides = [values.get(side, "") for side in ("height", "width", "max-height", "max-width")]
    if any(has_length(side) and pixels(side) <= 1 for side in sides):
        return True
    high = values.get("line-height", "")
    return has_length(high) and pixels(high) <= 0


def _scrolls(values: dict[str, str]) -> bool:
    ways = " ".join(values.get(name, "") for name in ("overflow", "overflow-x", "overflow-y"))
    return any(word in ways for word in _SCROLLED)
