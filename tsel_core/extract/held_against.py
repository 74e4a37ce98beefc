# ruff: noqa: E501 (patterns)
"""Doubted cells of a contract held against its clauses, which code finds: what both say is stated, another matter's value goes.

A doubt is set aside only where the cell's words or value are those of the one clause that surely states the fact, or of
the amendment that surely gave it its new value, while the passage against it has the old one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from tsel_core.document import Document, SourceSpan
from tsel_core.extract.by_clauses import fact_of, first_day, place_of, swept
from tsel_core.extract.cell import OTHER_VALUE, UNPROVED, Cell, Place, typed
from tsel_core.extract.last_day import with_last_day
from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.listing.changed import changes_in
from tsel_core.sweep.item import Item
from tsel_core.text.same_values import same_value
from tsel_core.text.values import extract_values

_LAW = lazy_pattern(r"\blaws?\b|法", re.I)
_NOT = lazy_pattern(r"\b(?:not|no|never|neither|nor|unless|except|if)\b|ない|ません|除|場合|ただし", re.I)
_NOTICE = lazy_pattern(r"\bnotice\b|予告|通知|前までに", re.I)
_OF_NOTICE = lazy_pattern(r"notice|予告|解約", re.I)
_LABEL = r"Guarantor|Surety|連帯保証人|保証人"
_GUARANTOR = lazy_pattern(rf"(?:^|[.;。；\n]\s*)({_LABEL})\s*[:：]\s*([A-Z\u3041-\u9fff][^.;:：。；\n\t(（_]{{1,60}})")
_NOBODY = lazy_pattern(r"none|n/?a|not applicable|nil|tbd|to be .*|(?:該当)?なし|無し?|未定", re.I)
_MANY = 3


def held_against(cell: Cell, document: Document) -> Cell:
    """The cell as the clauses of a contract have it; another column, and another paper's, as it is."""
    fact = "" if cell.field.question or cell.field.choices else fact_of(cell.field)
    if fact == "end":
        return with_last_day(cell, document)
    if fact == "parties" and cell.status != "not stated" and cell.field.kind in ("text", "list"):
        return _with_guarantors(cell, document)
    if cell.status != "unsure" or cell.reason not in (OTHER_VALUE, UNPROVED):
        return cell
    rule = {"law": _law, "start": _start, "payment": _payment, "termination": _notice, "cap": _several}.get(fact)
    items = (swept(document) if rule else None) or []
    return rule(cell, document, items) if rule and items else cell


def _law(cell: Cell, document: Document, items: Sequence[Item]) -> Cell:
    """The cell's own words are words of the one clause on the law."""
    found = _of("law", items)
    said = " ".join(cell.text.split()).casefold().rstrip(".。")
    if len(found) != 1 or not _LAW.search(cell.text):
        return cell
    place = place_of(found[0], document)
    inside = said in " ".join(place.quote.split()).casefold()
    one = len(_LAW.findall(place.quote)) == len(_LAW.findall(cell.text))  # and not English law here, Danish law there
    if not inside or not one or _NOT.search(place.quote) or _is_changed(document, found):
        return cell
    return replace(cell, status="stated", places=(place,), reason="")


def _start(cell: Cell, document: Document, items: Sequence[Item]) -> Cell:
    """The one day on which the term begins by its clause, which the cell cites."""
    told = first_day([i for i in items if i.verdict == "supported" or i.name == "term"])
    days = [v for v in extract_values(cell.text) if v.kind == "date"]
    if told is None or len(days) != 1 or cell.field.kind not in ("date", "text"):
        return cell
    place = place_of(told.items[0], document)
    if not same_value(days[0], told.values[0]):
        value = typed(cell.field, told.values[0].text, [place.quote])
        return Cell(cell.field, "unsure", told.values[0].text, value, (place, *cell.places[:1]), reason="another clause says when it begins")
    if told.items[0].verdict != "supported" or not _cites(cell, place) or _is_changed(document, told.items):
        return cell
    return replace(cell, status="stated", places=(place,), reason="")


def _payment(cell: Cell, document: Document, items: Sequence[Item]) -> Cell:
    """The passage against it has the value that an amendment of the payment clause replaced by the cell's."""
    if cell.reason != OTHER_VALUE or not cell.places:
        return cell
    of_cell = [v for v in extract_values(cell.text) if v.kind == "duration"]
    rival = _span(cell.places[-1], document)
    if len(of_cell) != 1 or rival is None:
        return cell
    for change in changes_in([document], [rival])[0]:
        olds, news = ([v for v in extract_values(text) if v.kind == "duration"] for text in (change.old, change.new))
        if not change.sure or len(olds) != 1 or len(news) != 1 or not same_value(news[0], of_cell[0]):
            continue
        amends = [i for i in _of("payment", items) if i.place.unit_index == change.span.unit_index]
        others = [v for v in extract_values(cell.places[-1].quote) if v.kind == "duration"]
        if amends and len(others) == 1 and same_value(others[0], olds[0]):
            return replace(cell, status="stated", places=(place_of(amends[0], document), cell.places[-1]), reason="")
    return cell


def _notice(cell: Cell, document: Document, items: Sequence[Item]) -> Cell:
    """The clauses on the notice that ends the contract, where the cell cites another matter."""
    found = _of("termination", items)
    if _OF_NOTICE.search(cell.field.words):
        found = [i for i in found if _NOTICE.search(i.what) and any(v.kind == "duration" for v in extract_values(i.what))]
    places = tuple(place_of(i, document) for i in found[:_MANY])
    own = replace(cell, places=cell.places[:-1] if cell.reason == OTHER_VALUE else cell.places)  # the last is against it
    if not places or any(_cites(own, place) for place in places):
        return cell
    text = "; ".join(i.what for i in found[:_MANY])
    values = {v.value: v.text for i in found for v in extract_values(i.what) if v.kind == cell.field.kind}
    in_words = cell.field.kind in ("text", "list")
    if not in_words and len(values) != 1:
        return Cell(cell.field, "unsure", text, None, places, reason="a clause speaks of it")
    value = typed(cell.field, text if in_words else next(iter(values.values())))
    return Cell(cell.field, "unsure", text, value, places, reason="a clause speaks of it")


def _several(cell: Cell, document: Document, items: Sequence[Item]) -> Cell:
    """Two clauses on it: whose is asked for, nobody can say, and both are shown."""
    places = [place_of(i, document) for i in _of("cap", items)]
    if len({p.quote for p in places}) < 2:
        return cell
    more = [p for p in places if not _cites(cell, p)]
    return replace(cell, places=(*cell.places, *more)[:_MANY], reason="several clauses speak of it")


def _with_guarantors(cell: Cell, document: Document) -> Cell:
    """The parties with who is named behind "Guarantor:"."""
    text, places = cell.text, list(cell.places)
    added: list[str] = []
    for unit in (u for u in document.units if u.in_flow):
        for match in _GUARANTOR.finditer(unit.text):
            name = match[2].strip(" ,、")
            known = " ".join(name.split()).casefold() in " ".join((text, *added)).casefold()
            if known or not name or _NOBODY.fullmatch(name):
                continue
            added.append(f"{name}（{match[1]}）" if not match[1].isascii() else f"{name} ({match[1].lower()})")
            places.append(Place(unit.label_at(match.start()), match[0].strip(" .;。；\n")))
    if not added or swept(document) is None:
        return cell
    text = "; ".join((text, *added))
    value = [*cell.value, *added] if isinstance(cell.value, list) else text
    return replace(cell, text=text, value=value, places=tuple(places))


def _of(fact: str, items: Sequence[Item]) -> list[Item]:
    return [i for i in items if i.name == fact and i.verdict == "supported"]


def _is_changed(document: Document, items: Sequence[Item]) -> bool:
    return any(changes_in([document], [i.place for i in items]))


def _cites(cell: Cell, place: Place) -> bool:
    """Whether one of the cell's quotes is of a clause."""
    own = _squeezed(place.quote)
    return any((quote := _squeezed(p.quote)) and (quote in own or own in quote) for p in cell.places)


def _squeezed(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()


def _span(place: Place, document: Document) -> SourceSpan | None:
    """Where a quote stands."""
    for unit in document.units:
        at = unit.text.find(place.quote) if place.quote else -1
        if at >= 0:
            return SourceSpan(0, unit.index, at, at + len(place.quote))
    return None
