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
    used = {(s.doc_index, s.unit_index) for i in items for s in i.evidence}
    units = [(d, u) for d, document in enumerate(documents) for u in document.units if u.in_flow and u.text.strip()]
    bare = [u for d, u in units if (d, u.index) not in used]
    kinds = {d.unit_kind for d in documents}
    gap = _longest([(d, u.index) in used for d, u in units])
    named = tuple(u.label for u in bare) if len(bare) <= _NAMED else ()
    stretch = (units[gap[0]][1].label, units[gap[1] - 1][1].label, gap[1] - gap[0]) if gap[1] - gap[0] > 1 else None
    kind = next(iter(kinds)) if len(kinds) == 1 else "unit"
    return OutputCoverage(len(items), len(units), len(units) - len(bare), kind, named, stretch)


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
