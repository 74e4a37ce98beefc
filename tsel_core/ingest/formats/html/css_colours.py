"""Colours of styles, as far as they can be known without drawing the page."""

from __future__ import annotations

from typing import Any

from tsel_core.ingest.formats.text_colours import Colour

GREY = 0.02  # of the strongest colour: less is told from grey by nobody
_LIGHTEST = {"lab": 100.0, "lch": 100.0, "oklab": 1.0, "oklch": 1.0}
_STRONGEST = {"lab": 125.0, "lch": 150.0, "oklab": 0.4, "oklch": 0.4}


def colour_of(text: str) -> tuple[Colour | None, float]:
    """(red, green and blue or None when they are not known, how opaque)."""
    from tinycss2.color4 import parse_color

    found = parse_color(text)
    if found is None or isinstance(found, str):
        return None, 1.0
    try:
        red, green, blue = (max(0.0, min(1.0, part or 0.0)) for part in found.to("srgb").coordinates)
    except NotImplementedError:  # a space of colours that the library does not turn into another
        return _grey(found), float(found.alpha)
    return (round(red * 255), round(green * 255), round(blue * 255)), float(found.alpha)


def _grey(found: Any) -> Colour | None:
    """White, black and the greys between them in the newer spaces of colours; None for what has a hue."""
    lightest = _LIGHTEST.get(found.space)
    if lightest is None:
        return None
    light, *rest = (float(part or 0.0) for part in found.coordinates)
    hued = rest[:1] if found.space.endswith("lch") else rest
    if any(abs(part) > GREY * _STRONGEST[found.space] for part in hued):
        return None
    share = max(0.0, min(1.0, light / lightest))
    if found.space.startswith("ok"):
        linear = share**3
    else:
        linear = ((share * 100 + 16) / 116) ** 3 if share > 0.08 else share / 9.033
    level = round(255 * (1.055 * linear ** (1 / 2.4) - 0.055 if linear > 0.0031308 else 12.92 * linear))
    return level, level, level
