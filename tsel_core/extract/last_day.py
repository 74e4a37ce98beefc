# ruff: noqa: E501 (patterns)
"""The last day of a contract from its own term clause: as it is written there, or reckoned where that is certain."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date, timedelta

from tsel_core.document import Document
from tsel_core.extract.by_clauses import swept
from tsel_core.extract.cell import Cell, Place, typed
from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.listing.changed import changes_in
from tsel_core.sweep.sentences import Sentence, sentences_of
from tsel_core.text.values import Value, extract_values

COMPUTED = "computed from its term"
_NAME = r"(?:term|agreement|lease|contract|tenancy|licen[cs]e|hire|deed|engagement|appointment|subscription)"
_OF_TERM = lazy_pattern(
    rf"^[\W\d]{{0,12}}(?:(?:the|this) )?(?:(?:initial|fixed|original|contract|lease) )?{_NAME}(?: of (?:the|this) {_NAME})?(?: \([^()]{{1,40}}\))?,? "
    r"(?:is(?! (?:made|entered|dated|governed|between|executed|signed|concluded)\b)|begins?|commences?|starts?|runs?|continues?|lasts?|ends?|expires?|terminates?|(?:shall|will) (?:be|begin|commence|start|run|continue|last|end|expire|terminate|remain)|remains?|takes effect|comes into force)\b"
    r"|^[\W\d]{0,12}(?:(?:本契約|契約|本件|本賃貸借|賃貸借|業務委託)の?)?(?:有効期間|契約期間|期間|賃貸借期間|委託期間|雇用期間)(?:は|とは|[:：])",
    re.I,
)
_FROM = lazy_pattern(r"\s*,?\s*(?:from and including|(?:beginning|commencing|starting)(?: on| from| with)?(?: and including)?)\s*", re.I)
_BEGINS = lazy_pattern(r"\b(?:begins?|commences?|starts?|begin|commence|start)(?: on| from)?\s*$", re.I)
_FOR = lazy_pattern(r"[\s,]*(?:and )?(?:(?:shall |will )?(?:continues?|runs?|lasts?|remains? in (?:force|effect)) )?for (?:an? )?(?:(?:initial|fixed) )?(?:(?:term|period) of )?", re.I)
_FROM_JA = lazy_pattern(r"(?:から|より)(?:起算して)?(?:満)?")
_BEHIND_JA = lazy_pattern(r"間?(?:とする|とします|である|です|。|$)")
_TO = lazy_pattern(r"\bto(?: and including)?\s*$", re.I)
_LAST = lazy_pattern(r"\b(?:until|till|through|(?:ends?|ending|expires?|expiring|terminates?|end|expire|terminate)(?: on)?)\s*$", re.I)
_LAST_JA = lazy_pattern(r"[（(][^（）()]{1,10}[)）]まで|まで")
_OPEN = lazy_pattern(r"\b(?:at (?:least|most)|minimum|maximum|up to|about|approximately|estimated|not (?:less|more)|or more|or less)\b|以内|以上|以下|約\d|最長|最短|少なくとも", re.I)


@dataclass(frozen=True)
class _Term:
    """A sentence that states the term, and the last day that it gives; "" where it gives none."""

    sentence: Sentence
    day: str = ""
    computed: bool = False


def with_last_day(cell: Cell, document: Document) -> Cell:
    """The cell of an end date, by the term clause where it is empty or cites another matter: always unsure."""
    if cell.status == "stated" or (cell.status == "not stated" and cell.reason) or cell.field.question:
        return cell
    items = swept(document) if cell.field.kind in ("date", "text") else None
    if items is None:
        return cell
    known = {(i.place.unit_index, i.place.start) for i in items if i.name == "term" and i.verdict == "supported"}
    terms = list(_terms(sentences_of([document]), known))
    if not terms or any(_stands_in(place, term.sentence, document) for place in cell.places for term in terms):
        return cell
    days = {term.day for term in terms if term.day}
    changed = any(changes_in([document], [t.sentence.span for t in terms]))
    chosen = next((t for t in terms if t.day), terms[0])
    place = _place(chosen.sentence, document)
    if len(days) != 1 or changed:
        return Cell(cell.field, "unsure", place.quote, None if cell.field.kind == "date" else place.quote, (place,), reason="a clause speaks of it")
    if cell.field.kind == "date":
        return Cell(cell.field, "unsure", place.quote, chosen.day, (place,), reason=_why(chosen))
    return Cell(cell.field, "unsure", chosen.day, typed(cell.field, chosen.day), (place,), reason=_why(chosen))


def _why(term: _Term) -> str:
    return COMPUTED if term.computed else "it is from a clause that names such a value"


def _terms(sentences: list[Sentence], known: AbstractSet[tuple[int, int]]) -> Iterator[_Term]:
    """The sentences of a contract that state its term, with their last day; `known`: where some begin."""
    for sentence in sentences:
        is_known = (sentence.span.unit_index, sentence.span.start) in known
        if sentence.aside or not (is_known or _OF_TERM.search(sentence.text)):
            continue
        values = extract_values(sentence.text)
        days = [v for v in values if v.kind == "date" and re.fullmatch(r"\d{4}-\d\d-\d\d", v.value)]
        spans = [v for v in values if v.kind == "duration"]
        written = [d.value for d in days if _is_last(d, days[0], sentence.text)]
        if len(written) == 1:
            yield _Term(sentence, written[0])
        elif not written and len(days) == len(spans) == 1:
            found = _reckoned(days[0], spans[0], sentence.text)
            yield _Term(sentence, found, computed=bool(found))
        elif spans:
            yield _Term(sentence)


def _is_last(day: Value, first: Value, text: str) -> bool:
    ranges = day is not first and _TO.search(text[: day.start])  # "from ... to ..."
    return bool(ranges or _LAST.search(text[: day.start]) or _LAST_JA.match(text, day.end))


def _reckoned(day: Value, span: Value, text: str) -> str:
    """The last day of so many years or months from a first day that counts; "" where that is not certain."""
    if _OPEN.search(text):
        return ""
    if span.end <= day.start:
        counts = bool(_FROM.fullmatch(text[span.end : day.start]))
    elif text[day.end : span.start].isascii():
        counts = bool(_FOR.fullmatch(text[day.end : span.start]) and _BEGINS.search(text[: day.start]))
    else:
        counts = bool(_FROM_JA.fullmatch(text[day.end : span.start]) and _BEHIND_JA.match(text, span.end))
    return _last(day.value, span.value) if counts else ""


def _last(first: str, span: str) -> str:
    match = re.fullmatch(r"(\d{1,4}) month", span)
    if match is None:
        return ""
    try:
        begin = date.fromisoformat(first)
        months = begin.month - 1 + int(match[1])
        year, month = begin.year + months // 12, months % 12 + 1
        if begin.day > monthrange(year, month)[1]:  # from 31 January for a month: until when?
            return ""
        return (date(year, month, begin.day) - timedelta(days=1)).isoformat()
    except (ValueError, OverflowError):
        return ""


def _stands_in(place: Place, sentence: Sentence, document: Document) -> bool:
    """Whether a quote is of the sentence."""
    quote, own = (" ".join(text.split()) for text in (place.quote, _place(sentence, document).quote))
    return bool(quote) and (quote in own or own in quote)


def _place(sentence: Sentence, document: Document) -> Place:
    unit = document.units[sentence.span.unit_index]
    return Place(unit.label_at(sentence.span.start), unit.text[sentence.span.start : sentence.span.end])
