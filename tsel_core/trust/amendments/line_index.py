"""The sentences of documents by their place, their clause and their part."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from tsel_core.document import SourceSpan
from tsel_core.trust.amendments.clauses import Line


@dataclass(frozen=True)
class Places:
    """Sentences by the unit they stand in, by the number of their clause, and by part and number."""

    units: Mapping[tuple[int, int], Sequence[Line]]
    numbered: Mapping[str, Sequence[Line]]
    clauses: Mapping[tuple[int, str], Sequence[Line]]

    @staticmethod
    def of(lines: Sequence[Line]) -> Places:
        """Those of the lines of all documents; a clause has the sentences of its sub-clauses too."""
        units: dict[tuple[int, int], list[Line]] = defaultdict(list)
        numbers: dict[str, list[Line]] = defaultdict(list)
        clauses: dict[tuple[int, str], list[Line]] = defaultdict(list)
        for line in lines:
            units[line.span.doc_index, line.span.unit_index].append(line)
            numbers[line.number].append(line)
            for number in _up(line.number):
                clauses[line.part, number].append(line)
        return Places(dict(units), dict(numbers), dict(clauses))

    def at(self, place: SourceSpan) -> Line | None:
        """The first sentence that has characters of a place."""
        lines = self.units.get((place.doc_index, place.unit_index), ())
        return next((x for x in lines if x.span.touches(place)), None)

    def in_clause(self, part: int, number: str) -> Sequence[Line]:
        """The sentences of a clause of a part, in order."""
        return self.clauses.get((part, number), ())


def _up(number: str) -> Iterator[str]:
    """ "4.1.2", "4.1" and "4"."""
    yield number
    while "." in number:
        number = number.rpartition(".")[0]
        yield number
