"""A comparison as parts of a Word file in order: paragraphs, headings, rows; what moved stands in both places."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tsel_core.compare.words import Span

if TYPE_CHECKING:
    from tsel_core.compare.change import Change
    from tsel_core.compare.comparison import Comparison
    from tsel_core.compare.pieces import Piece
    from tsel_core.document import Document, Unit

_CELL = "\t"  # between the cells of a row, as the readers put it
_DEEPEST = 9  # levels of headings that Word has


@dataclass(frozen=True)
class Part:
    """A paragraph or a row of a table; `noted` is the change whose comment stands at it."""

    spans: tuple[Span, ...]
    noted: Change | None = None
    level: int = 0  # of a heading, from 1
    is_row: bool = False
    old: tuple[int, ...] = ()  # pieces of the old file in it

    @property
    def whole(self) -> Span | None:
        """What all of it is, where it came or went as a whole."""
        kinds = {span.kind for span in self.spans}
        return self.spans[-1] if kinds in ({"inserted"}, {"deleted"}) else None


def parts_of(made: Comparison) -> list[Part]:
    """Everything of both files, in the order of the new one; what moved went where it stood in the old one."""
    parts: list[Part] = []
    away: list[Part] = []
    for change in made.changes:
        unit = _unit(made.new, change.new) or _unit(made.old, change.old)
        is_row = (change.new or change.old)[0].is_row and len(change.old + change.new) <= 2
        level = _level(unit, change.new or change.old)
        old = tuple(p.at for p in change.old)
        if change.kind == "moved":
            parts.append(Part((Span("inserted", change.new_text),), change, level, is_row))
            away.append(Part((Span("deleted", change.old_text),), None, level, is_row, old))
            continue
        spans = change.spans or (Span("same", change.new_text),)
        if is_row and any(_CELL in s.text for s in spans if s.kind != "same") and len(change.old) == len(change.new):
            parts.append(Part((Span("deleted", change.old_text),), None, level, True, old))
            parts.append(Part((Span("inserted", change.new_text),), change, level, True))
        else:
            parts.append(Part(spans, change, level, is_row, old))
    for part in sorted(away, key=lambda p: p.old):
        parts.insert(_behind(parts, part.old[0]), part)
    return parts


def cells_of(part: Part) -> list[list[Span]]:
    """The spans of a row, cut where its cells end."""
    cells: list[list[Span]] = [[]]
    for span in part.spans:
        for at, text in enumerate(span.text.split(_CELL)):
            if at:
                cells.append([])
            if text:
                cells[-1].append(Span(span.kind, text, span.author, span.time))
    return cells


def _behind(parts: Sequence[Part], piece: int) -> int:
    """The place behind the part with the piece that went before this one."""
    before = [(max(p.old), at) for at, p in enumerate(parts) if p.old and max(p.old) < piece]
    return max(before)[1] + 1 if before else 0


def _unit(document: Document, pieces: Sequence[Piece]) -> Unit | None:
    index = pieces[0].unit if pieces else -1
    return document.units[index] if 0 <= index < len(document.units) else None


def _level(unit: Unit | None, pieces: Sequence[Piece]) -> int:
    """How deep a heading is; 0 for other text."""
    if unit is None or not unit.heading_path or unit.kind == "row":
        return 0
    is_heading = " ".join(pieces[0].text.split()) == unit.heading_path[-1]
    return min(len(unit.heading_path), _DEEPEST) if is_heading else 0
