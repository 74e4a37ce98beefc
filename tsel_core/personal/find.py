"""Every piece of personal data in documents that has a form, with its place; what has none is not found."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from tsel_core.document import Document, SourceSpan, Unit, file_name
from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.personal.forms import BORN, FORMS, KINDS, Form, PersonalKind
from tsel_core.personal.roles import is_no_name, role_names
from tsel_core.sweep.people import find_people
from tsel_core.sweep.sentences import sentences_of
from tsel_core.text.dates import find_dates

# a first name before a known one
_FIRST = r"(?!(?:The|This|And|Mr|Mrs|Ms|Dr|Chair|Name|By|For|To|With|From)\b)[A-Z][a-zà-ÿ'’-]+ "
_BEFORE = 40  # characters in which a label stands
_NOT_NAMES = lazy_pattern(
    r"(?:Agreement|Party|Parties|Section|Article|Company|Limited|Corporation|Title|Date|Signature|Role|Address|Phone)\b|[課部室係局社所店]$|会社"
)


@dataclass(frozen=True)
class Personal:
    """One occurrence; `sure` when a label, check digits or its form leave no doubt."""

    kind: PersonalKind
    value: str
    span: SourceSpan
    sure: bool

    def as_json(self, documents: Sequence[Document]) -> dict[str, Any]:
        """An entry of "items"."""
        document = documents[self.span.doc_index]
        unit = document.units[self.span.unit_index]
        return {
            "kind": self.kind,
            "value": self.value,
            "sure": self.sure,
            "file": file_name(document),
            "label": unit.label_at(self.span.start),
            "in_flow": unit.in_flow,
            "quote": around(unit, self.span),
            "doc_index": self.span.doc_index,
            "unit_index": self.span.unit_index,
            "start": self.span.start,
            "end": self.span.end,
        }


def around(unit: Unit, span: SourceSpan, most: int = 60) -> str:
    """A value with the words around it."""
    lo, hi = max(0, span.start - most), min(len(unit.text), span.end + most)
    return ("…" if lo else "") + " ".join(unit.text[lo:hi].split()) + ("…" if hi < len(unit.text) else "")


def find_personal(documents: Sequence[Document]) -> list[Personal]:
    """In reading order; text that the model is not given (headers, comments, hidden cells) is searched too."""
    found: list[Personal] = []
    for doc_index, document in enumerate(documents):
        names = _people(document)
        for unit in document.units:
            found += _in_unit(unit, doc_index, names)
    known = {p.value for p in found if p.kind == "name" and len(p.value) > 2}
    return sorted([*found, *_again(documents, found, known)], key=_order)


def _order(one: Personal) -> tuple[int, int, int, int]:
    return one.span.doc_index, one.span.unit_index, one.span.start, KINDS.index(one.kind)


def _in_unit(unit: Unit, doc_index: int, names: Sequence[str]) -> list[Personal]:
    taken: list[Personal] = []

    def take(kind: PersonalKind, start: int, end: int, sure: bool) -> None:
        free = all(end <= p.span.start or p.span.end <= start for p in taken)
        value = " ".join(unit.text[start:end].split())
        if free and value:
            taken.append(Personal(kind, value, SourceSpan(doc_index, unit.index, start, end), sure))

    for start, end, value, _ in find_dates(unit.text):
        if value.count("-") >= 2 and BORN.search(unit.text[max(0, start - _BEFORE) : start]):
            take("birth", start, end, True)
    dates = [(start, end) for start, end, _, _ in find_dates(unit.text)]
    for form in FORMS:
        for start, end, sure in _matches(form, unit.text):
            is_date = form.kind in ("phone", "account", "tax") and any(a < end and start < b for a, b in dates)
            if not is_date or sure:
                take(form.kind, start, end, sure)
    for start, end, sure in role_names(unit.text):
        take("name", start, end, sure)
    for name in names:
        for match in re.finditer(rf"(?<!\w){re.escape(name)}(?!\w)", unit.text):
            take("name", match.start(), match.end(), True)
    return taken


def _matches(form: Form, text: str) -> Iterator[tuple[int, int, bool]]:
    for match in form.pattern.finditer(text):
        start, end = match.span("value" if "value" in form.pattern.groupindex else 0)
        value = text[start:end]
        labelled = form.label is not None and form.label.search(text[max(0, start - _BEFORE) : start]) is not None
        checked = form.check is not None and form.check(value)
        if (form.needs and not labelled) or (form.kind == "name" and _NOT_NAMES.search(value)):
            continue
        if form.kind == "name" and form.needs and is_no_name(value):
            continue
        if form.check is not None and not checked and not labelled:
            continue
        yield start, end, form.sure or labelled or (checked and form.kind != "tax")


def _people(document: Document) -> list[str]:
    """Speakers and people of an attendance list."""
    speakers = [u.speaker for u in document.units if u.speaker]
    people = find_people(sentences_of([document]))
    full = [name for name in dict.fromkeys([*speakers, *people.by_call.values()]) if len(name) > 1]
    return sorted(full, key=len, reverse=True)


def _again(documents: Sequence[Document], found: Sequence[Personal], names: set[str]) -> list[Personal]:
    """Names that are known from one place, at the others."""
    more: list[Personal] = []
    if not names:
        return more
    known = "|".join(map(re.escape, sorted(names, key=len, reverse=True)))
    pattern = re.compile(rf"(?<!\w)(?:{_FIRST})?(?:{known})(?!\w)")
    held: dict[tuple[int, int], list[SourceSpan]] = {}
    for one in found:
        held.setdefault((one.span.doc_index, one.span.unit_index), []).append(one.span)
    for doc_index, document in enumerate(documents):
        for unit in document.units:
            spans = held.get((doc_index, unit.index), ())
            for match in pattern.finditer(unit.text):
                if all(match.end() <= s.start or s.end <= match.start() for s in spans):
                    span = SourceSpan(doc_index, unit.index, match.start(), match.end())
                    more.append(Personal("name", " ".join(match.group().split()), span, True))
    return more
