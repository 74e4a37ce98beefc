"""Text that is drawn over itself, for bold letters or a shadow: it is there once."""

from __future__ import annotations

from collections import defaultdict
from typing import Protocol, TypeVar

NEAR = 0.15  # of the height: how far copies stand from each other
MOST = 64  # pieces of the same words that are compared


class Boxed(Protocol):
    """Text with its box."""

    text: str
    x0: float
    y0: float
    x1: float
    y1: float


Piece = TypeVar("Piece", bound=Boxed)


def without_copies(pieces: list[Piece]) -> list[Piece]:
    """The pieces without those that repeat the words of an earlier one at its place."""
    seen: dict[str, list[Piece]] = defaultdict(list)
    kept: list[Piece] = []
    for piece in pieces:
        others = seen[piece.text]
        near = NEAR * max(1.0, piece.y1 - piece.y0)
        if not any(abs(o.x0 - piece.x0) <= near and abs(o.y0 - piece.y0) <= near for o in others[:MOST]):
            others.append(piece)
            kept.append(piece)
    return kept

