"""Lengths and numbers of styles, in pixels, as far as they can be known without drawing the page."""

from __future__ import annotations

import re

from tsel_core.lazy_pattern import lazy_pattern

LENGTH = lazy_pattern(
    r"([-+]?\d*\.?\d+(?:e[-+]?\d+)?)\s*(px|pt|em|rem|ex|ch|vw|vh|vmin|vmax|in|cm|mm|q|pc|%)?(?![\w%])", re.I
)
_PIXELS = {"px": 1.0, "": 1.0, "pt": 4 / 3, "em": 16.0, "rem": 16.0, "ex": 8.0, "ch": 8.0, "vw": 12.8, "vh": 8.0,
           "vmin": 8.0, "vmax": 12.8, "in": 96.0, "cm": 37.8, "mm": 3.78, "q": 0.945, "pc": 16.0}  # fmt: skip
_MATH = lazy_pattern(r"(calc|min|max|clamp)\((.*)\)", re.S)
SCREEN = {"width": 1280.0, "height": 800.0}  # pixels of the screen that a page is thought to be read on
UNKNOWN_PX = 250.0  # what a share of an unknown length counts as
SIZE_WORDS = {"xx-small": 9.0, "x-small": 10.0, "small": 13.0, "smaller": 13.0}


def pixels(text: str | None) -> float:
    """A length; 0 for none, UNKNOWN_PX for a share that is not 0 and for what cannot be worked out."""
    return _length(text, _PIXELS, share=True)


def font_size(text: str, above: float) -> float:
    """A font's size in one of the size `above`; 16 for what is not known."""
    text = text.strip()
    if text in SIZE_WORDS:
        return SIZE_WORDS[text]
    if text in ("inherit", "unset", "revert", "larger"):
        return above
    return _length(text, {**_PIXELS, "em": above, "ex": above / 2, "ch": above / 2, "%": above / 100}, share=False)


def number(text: str | None, default: float) -> float:
    """A number or a percentage."""
    match = LENGTH.match((text or "").strip())
    if match is None:
        math = _MATH.fullmatch((text or "").strip())
        return default if math is None else number(math[2], default)
    return float(match[1]) / (100 if match[2] == "%" else 1)


def has_length(text: str) -> bool:
    """The text begins with a length, or is worked out of some."""
    return bool(LENGTH.match(text) or _MATH.match(text))


def _length(text: str | None, units: dict[str, float], *, share: bool) -> float:
    math = _MATH.fullmatch((text or "").strip())
    if math is not None:
        values = [_one(match, units, share) for match in LENGTH.finditer(math[2])]
        if not values or "var(" in math[2]:
            return UNKNOWN_PX
        if math[1] == "min":
            return min(values)
        if math[1] == "clamp" and len(values) == 3:
            return max(values[0], min(values[1], values[2]))
        if math[1] == "calc" and len(values) > 1 and any(values):
            return UNKNOWN_PX
        return max(values)
    match = LENGTH.match((text or "").strip())
    if match is None:
        return 0.0 if share else 16.0
    return _one(match, units, share)


def _one(match: re.Match[str], units: dict[str, float], share: bool) -> float:
    unit = (match[2] or "").lower()
    if unit == "%" and share:
        return 0.0 if float(match[1]) == 0 else UNKNOWN_PX
    return float(match[1]) * units[unit]


def four(text: str) -> list[str]:
    """Values of the four sides, from the top on, of which one to four are written."""
    sides = text.split()[:4] or ["0"]
    top, right = sides[0], sides[1] if len(sides) > 1 else sides[0]
    return [top, right, sides[2] if len(sides) > 2 else top, sides[3] if len(sides) > 3 else right]
