"""Sentences that a later sentence of the papers changes, with the change: value by value, or the clause as a whole."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from tsel_core.document import Document, SourceSpan
from tsel_core.sweep.sentences import sentences_of
from tsel_core.text.values import Value, extract_values
from tsel_core.trust.amendments.changed import Amendments, Change, bare
from tsel_core.trust.amendments.clauses import Line, numbered
from tsel_core.trust.amendments.find import might_amend
from tsel_core.trust.amendments.headings import begins_amendment
from tsel_core.trust.amendments.pointers import may_point
from tsel_core.trust.amendments.words import without_own_number
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
    return Amendments(lambda: _in_clauses(numbered((s.span, s.text) for s in sentences_of(documents))))


def _in_clauses(lines: Sequence[Line]) -> list[Line]:
    """Lines of which those below the heading of an amendment, without a number of their own, stand in no clause."""
    found: list[Line] = []
    carried, last = "", -1
    for line in lines:
        if line.span.doc_index != last:
            carried, last = "", line.span.doc_index
        if line.number and begins_amendment(line.text):
            carried = line.number
        elif line.number != carried:
            carried = ""
        found.append(replace(line, number="", para="") if carried else line)
    return found


def _changes(span: SourceSpan, said: str, amendments: Amendments) -> Iterator[ItemChange]:
    """The changes of what a sentence says: value by value, then of the clause as a whole, then what only touches it."""
    told: set[SourceSpan] = {a.span for a in amendments.found if a.span.touches(span)}
    own = len(said) - len(without_own_number(said))
    values = [v for v in extract_values(said) if v.kind not in ("name", "ordinal") and not _is_number(v, own)]
    changes = [c for value in values if (c := amendments.of(value, span)) is not None]
    plain = [amendments.names_what(c) for c in changes]
    for change, sure in sorted(zip(changes, plain, strict=True), key=lambda both: not both[1]):
        if change.amendment.span not in told:
            told.add(change.amendment.span)
            yield _told_of(change, said, sure=sure)
    whole = amendments.of_clause(span)
    if whole is not None and whole.span not in told:
        told.add(whole.span)
        yield ItemChange(whole.span)
    touching = amendments.touching(values, (), span, "") if not told else None
    if touching is None or any(a.old and a.line is touching for a in amendments.found):
        return  # one that names the old value has been looked at above
    if any(p.inside for p in amendments.pointers if p.line is touching):  # a contract's own clauses name each other
        yield ItemChange(touching.span, sure=False)


def _is_number(value: Value, own: int) -> bool:
    """Whether a value is the number of the clause itself, which has `own` characters."""
    return value.kind == "number" and value.end <= own


def _told_of(change: Change, said: str, *, sure: bool) -> ItemChange:
    """The change of a value; of one that another value of the clause may have had, only that there is one."""
    amendment = change.amendment
    if not sure or (amendment.whole and change.new is None):
        return ItemChange(amendment.span, sure=sure or amendment.whole)
    new = _whole(change.new, amendment.line.text) if change.new is not None else ""
    return ItemChange(amendment.span, _whole(change.old, said), new)


def _whole(value: Value, text: str) -> str:
    """A value with what it counts: 20日."""
    said = bare(value.text)
    return said + value.unit if value.unit and said + value.unit in text else said
