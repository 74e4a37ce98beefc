"""Colours that are one to the eye."""

from __future__ import annotations

MAX_DIFFERENCE = 16  # of red, green or blue

Colour = tuple[int, int, int]
WHITE: Colour = (255, 255, 255)


def is_same_colour(ink: Colour, ground: Colour) -> bool:
    """No reader tells the two apart."""
    return all(abs(a - b) <= MAX_DIFFERENCE for a, b in zip(ink, ground, strict=True))


def hex_colour(text: str | None) -> Colour | None:
    """ "FFFFFF" or "#fff" as three numbers; None for "auto" and other words."""
    text = (text or "").lstrip("#")
    if len(text) == 3:
        text = "".join(c * 2 for c in text)
    if len(text) != 6:
        return None
    try:
        return int(text[0:2], 16), int(text[2:4], 16), int(text[4:6], 16)
    except ValueError:
        return None
