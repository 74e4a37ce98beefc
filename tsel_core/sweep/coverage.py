"""Which parts of a document the items of a summary came from, and which hold none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tsel_core.document import Document
from tsel_core.sweep.item import Item

_NAMED = 12  # units without items that are named one by one


@dataclass(frozen=True)
class OutputCoverage:
    """`num_units` of the documents are in flow, items came from `num_with_items` of them.

    `without` are the labels of the others when they can be told apart by a person (pages, or few of anything);
    `gap` is the longest stretch of units in a row that gave none: (first label, last label, how many).
    """

    num_items: int
    num_units: int
    num_with_items: int
    unit_kind: str
    without: tuple[str, ...] = ()
    gap: tuple[str, str, int] | None = None

    def as_json(self) -> dict[str, Any]:
        """The object "output_coverage" of the JSON."""
        return {
            "items": self.num_items,
            "units": self.num_units,
            "units_with_items": self.num_with_items,
            "unit_kind": self.unit_kind,
            "units_without_items": list(self.without),
            "longest_gap": None if self.gap is None else {"from": self.gap[0], "to": self.gap[1], "units": self.gap[2]},
        }


def output_coverage(documents: Sequence[Document], items: Sequence[Item]) -> OutputCoverage:
    """Coverage of what was written."""
    places = _places(documents)
    used = {
        places[s.doc_index, s.unit_index] for i in items for s in i.evidence if (s.doc_index, s.unit_index) in places
    }
    labels = {place: label for (d, u), place in places.items() for label in [_label(documents[d], u, place)]}
    ordered = list(dict.fromkeys(places.values()))
    bare = [p for p in ordered if p not in used]
    gap = _longest([p in used for p in ordered])
    named = tuple(labels[p] for p in bare) if len(bare) <= _NAMED else ()
    stretch = (labels[ordered[gap[0]]], labels[ordered[gap[1] - 1]], gap[1] - gap[0]) if gap[1] - gap[0] > 1 else None
    kinds = {d.unit_kind for d in documents}
    kind = next(iter(kinds)) if len(kinds) == 1 else "unit"
    return OutputCoverage(len(items), len(ordered), len(ordered) - len(bare), kind, named, stretch)


def _places(documents: Sequence[Document]) -> dict[tuple[int, int], tuple[int, int]]:
    """What each unit counts as: its page where a document has pages, itself elsewhere."""
    found: dict[tuple[int, int], tuple[int, int]] = {}
    for doc_index, document in enumerate(documents):
        for unit in document.units:
            if unit.in_flow and unit.text.strip():
                paged = document.unit_kind == "page" and unit.page is not None
                found[doc_index, unit.index] = (doc_index, unit.page if paged and unit.page is not None else unit.index)
    return found


def _label(document: Document, unit_index: int, place: tuple[int, int]) -> str:
    """How a person finds a place: "p. 4", or the unit's own label."""
    unit = document.units[unit_index]
    return f"p. {place[1]}" if document.unit_kind == "page" and unit.page is not None else unit.label


def _longest(used: Sequence[bool]) -> tuple[int, int]:
    """[first, last) of the longest stretch of False."""
    best = (0, 0)
    begin = 0
    for number, value in enumerate([*used, True]):
        if value:
            if number - begin > best[1] - best[0]:
                best = (begin, number)
            begin = number + 1
    return best
