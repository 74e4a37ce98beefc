"""What a paragraph gives: its text and what hangs on it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Change:
    """A tracked change: insert, delete, move-from or move-to; who, when, the words."""

    kind: str
    author: str
    date: str
    text: str
    time: str = ""  # as the file has it


@dataclass
class Line:
    """What a paragraph gives: its text and what hangs on it."""

    text: str = ""
    notes: list[tuple[str, str, str]] = field(default_factory=list)  # (footnote|endnote, id, words before it)
    comments: list[str] = field(default_factory=list)
    boxes: list[Any] = field(default_factory=list)  # w:txbxContent elements
    ruby: list[tuple[str, str]] = field(default_factory=list)  # (base, reading)
    hidden: list[str] = field(default_factory=list)  # pieces that no reader sees
    changes: list[Change] = field(default_factory=list)
    parts: list[str] = field(default_factory=list)  # relationship ids of diagrams and charts
    shapes: list[str] = field(default_factory=list)  # words of drawn shapes and WordArt
    objects: list[tuple[str, str]] = field(default_factory=list)  # (relationship id, program) of embedded files
    pictures: int = 0
    _hidden_at: int = -1  # pieces of seen text before the last hidden one

    def hide(self, text: str, at: int) -> None:
        """Keep a piece that no reader sees; `at`: pieces of seen text before it."""
        if self.hidden and self._hidden_at == at:
            self.hidden[-1] += text
        else:
            self.hidden.append(text)
        self._hidden_at = at


def joined(first: Line, second: Line) -> Line:
    """Two paragraphs as one: the mark between them was deleted."""
    return Line(
        first.text + second.text,
        first.notes + second.notes,
        first.comments + second.comments,
        first.boxes + second.boxes,
        first.ruby + second.ruby,
        first.hidden + second.hidden,
        parts=first.parts + second.parts,
        shapes=first.shapes + second.shapes,
        objects=first.objects + second.objects,
    )
