"""Sentences that a later sentence of the papers changes, with the change: value by value, or the clause as a whole."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from tsel_core.document import Document, SourceSpan
from tsel_core.sweep.sentences import sentences_of
from tsel_core.text.values import Value, extract_values
from tsel_core.trust.amendments.changed import Amendments, bare
from tsel_core.trust.amendments.clauses import numbered
from tsel_core.trust.amendments.find import might_amend
from tsel_core.trust.amendments.pointers import may_point
from tsel_core.trust.places import span_json


@dataclass(frozen=True)
class ItemChange:
    """The sentence at `span` changes an item: `old` of it becomes `new`; "" where the words of that sentence must tell.

    One that is not `sure` speaks of the item's clause, and a person must read whether it changes the item.
    """

    span: SourceSpan
    old: str = ""
    new: str = ""
    sure: bool = True

    def as_json(self, documents: Sequence[Document]) -> dict[str, Any]:
        """An entry of "changed_by"."""
        return {**span_json(documents, self.span), "old": self.old or None, "new": self.new or None, "sure": self.sure}

    @staticmethod
    def from_json(told: dict[str, Any]) -> ItemChange:
        """The change that `as_json` told of."""
        span = SourceSpan(told["doc_index"], told["unit_index"], told["start"], told["end"])
        return ItemChange(span, told["old"] or "", told["new"] or "", told["sure"])


def changes_in(documents: Sequence[Document], spans: Sequence[SourceSpan]) -> list[tuple[ItemChange, ...]]:
    """The changes of what sentences say, for each sentence in its order."""
    amendments = _amendments(documents) if spans else None
    if amendments is None or not (amendments.found or amendments.pointers):
        return [() for _ in spans]
    texts = [documents[s.doc_index].units[s.unit_index].text[s.start : s.end] for s in spans]
    return [tuple(_changes(span, said, amendments)) for span, said in zip(spans, texts, strict=True)]


def _amendments(documents: Sequence[Document]) -> Amendments | None:
    """Those of all documents; None where no unit has the words of one."""
    units = (u.text for document in documents for u in document.units if u.in_flow)
    if not any(may_point(text) or any(might_amend(line) for line in text.split("\n")) for text in units):
        return None
    return Amendments(lambda: numbered((s.span, s.text) for s in sentences_of(documents)))


def _changes(span: SourceSpan, said: str, amendments: Amendments) -> Iterator[ItemChange]:
    """The changes of what a sentence says: value by value, then of the clause as a whole, then what only touches it."""
    told: set[SourceSpan] = {a.span for a in amendments.found if _same_place(a.span, span)}
    values = [v for v in extract_values(said) if v.kind not in ("name", "ordinal")]
    for value in values:
        change = amendments.of(value, span)
        if change is not None and change.amendment.span not in told:
            told.add(change.amendment.span)
            new = _whole(change.new, change.amendment.line.text) if change.new is not None else ""
            yield ItemChange(change.amendment.span, _whole(change.old, said), new)
    whole = amendments.of_clause(span)
    if whole is not None and whole.span not in told:
        told.add(whole.span)
        yield ItemChange(whole.span)
    touching = amendments.touching(values, (), span, "") if not told else None
    if touching is None or any(a.old and a.line is touching for a in amendments.found):
        return  # one that names the old value has been looked at above
    if any(p.inside for p in amendments.pointers if p.line is touching):  # a contract's own clauses name each other
        yield ItemChange(touching.span, sure=False)


def _whole(value: Value, text: str) -> str:
    """A value with what it counts: 20日."""
    said = bare(value.text)
    return said + value.unit if value.unit and said + value.unit in text else said


def _same_place(one: SourceSpan, two: SourceSpan) -> bool:
    same = (one.doc_index, one.unit_index) == (two.doc_index, two.unit_index)
    return same and one.start < two.end and one.end > two.start
