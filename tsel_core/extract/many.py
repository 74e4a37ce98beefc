"""A row for each found item: the fields are asked of the item's own words, in its document's language.

Values that stand there alone, and parts that columns usually ask for, are taken by code.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

from tsel_core.document import Document
from tsel_core.errors import UsageError
from tsel_core.evidence.asking.asker import Asker
from tsel_core.extract.cell import Cell, Place, typed
from tsel_core.extract.fields import Field
from tsel_core.extract.item_doubts import item_doubt
from tsel_core.extract.item_parts import part_of
from tsel_core.extract.lists import joined, list_documents
from tsel_core.extract.row_cells import row_cell
from tsel_core.listing.run import Listed, Listing
from tsel_core.listing.wish import Wish
from tsel_core.models.load import device_list
from tsel_core.prompts.library import prompt_list, prompt_text
from tsel_core.prompts.tasks import ask_task
from tsel_core.session import Session
from tsel_core.text.language import Lang, document_lang
from tsel_core.text.normalize import normalise
from tsel_core.text.refusal import is_refusal
from tsel_core.text.tokens import states
from tsel_core.text.values import extract_values

_SHORT, _WHOLE = 40, 0.85  # characters of an answer, and its share of the item, that says nothing of a column
_WRITTEN = 64  # tokens of an answer about one item
_VALUES = ("money", "date", "percent", "duration")


class Parts(Protocol):
    """What is kept of a document whose items are not all done: its list, and each item's cells, by their names."""

    def find(self, name: str) -> Mapping[str, Any] | None:
        """What was put there before."""

    def add(self, name: str, told: Mapping[str, Any]) -> None:
        """Keep it."""


@dataclass(frozen=True)
class ItemRow:
    """A found item and its cells, in the order of the fields."""

    item: Listed
    cells: tuple[Cell, ...]

    def as_json(self, listing: Listing) -> dict[str, Any]:
        """The object of the JSON: the item's, with its cells."""
        return {**self.item.as_json(listing.documents), "cells": _cells_json(self.cells)}


@dataclass(frozen=True)
class ItemTable:
    """A list with the fields of each item."""

    listing: Listing
    rows: tuple[ItemRow, ...]

    def as_json(self) -> dict[str, Any]:
        """The object of the JSON: the list's, its items with their cells."""
        return {**self.listing.as_json(), "items": [row.as_json(self.listing) for row in self.rows]}

    @staticmethod
    def from_json(
        documents: Sequence[Document], wish: Wish, fields: Sequence[Field], told: Mapping[str, Any]
    ) -> ItemTable:
        """What `as_json` told of, of the same documents."""
        listing = Listing.from_json(documents, wish, told)
        cells = [_cells_of(fields, item["cells"]) for item in told["items"]]
        return ItemTable(listing, tuple(ItemRow(*pair) for pair in zip(listing.items, cells, strict=True)))

    @staticmethod
    def joined(tables: Sequence[ItemTable], wish: Wish) -> ItemTable:
        """One of several documents'."""
        listing = joined([t.listing for t in tables], wish)
        cells = [row.cells for t in tables for row in t.rows]
        return ItemTable(listing, tuple(ItemRow(*pair) for pair in zip(listing.items, cells, strict=True)))


def item_table(
    session: Session, document: Document, wish: Wish, fields: Sequence[Field], parts: Parts | None = None
) -> ItemTable:
    """The list of a wish, and the fields of each item; what `parts` has is not asked again. Raises what reading raises.

    Ctrl-C in the list keeps what was found so far; in the fields it is raised.
    """
    if len(device_list(session.device)) > 1:
        raise UsageError("--many asks on one device", "name one --device")
    told = None if parts is None else parts.find("list")
    if told is None:
        listing = list_documents(session, [document], wish)
        if parts is not None and not listing.interrupted:
            parts.add("list", listing.as_json())
    else:
        listing = Listing.from_json([document], wish, told)
    before = {} if parts is None else {n: parts.find(str(n)) for n in range(len(listing.items))}
    cells = {n: _cells_of(fields, kept) for n, kept in before.items() if kept is not None}
    missing = [n for n in range(len(listing.items)) if n not in cells]
    lang = document_lang([[u.text for u in document.units]])
    if missing:
        prompt = session.build((), ask_task("", lang))
        reading = session.read(prompt)
        session.progress.begin("extract", len(listing.items), "items")
        with session.asker(prompt, reading) as asker:
            for number in missing:
                cells[number] = tuple(_cell(f, listing.items[number], listing, asker, lang) for f in fields)
                if parts is not None:
                    parts.add(str(number), _cells_json(cells[number]))
                session.progress.advance(number + 1)
        session.progress.end()
    return ItemTable(listing, tuple(ItemRow(item, cells[n]) for n, item in enumerate(listing.items)))


def _cells_json(cells: Sequence[Cell]) -> dict[str, Any]:
    return {c.field.name: c.as_json() for c in cells}


def _cells_of(fields: Sequence[Field], told: Mapping[str, Any]) -> tuple[Cell, ...]:
    return tuple(Cell.from_json(field, told[field.name]) for field in fields)


def _cell(field: Field, item: Listed, listing: Listing, asker: Asker, lang: Lang) -> Cell:
    """A field of one item; unsure where its words are plainly of something else."""
    document = listing.documents[item.span.doc_index]
    quote = document.units[item.span.unit_index].text[item.span.start : item.span.end]
    in_row = row_cell(field, document, item.span.unit_index, quote)
    if in_row is not None:
        return in_row
    cell = _said(field, item, listing, asker, lang)
    doubt = item_doubt(field, cell.text, cell.value, quote, lang) if cell.status == "stated" else ""
    return replace(cell, status="unsure", reason=doubt) if doubt else cell


def _said(field: Field, item: Listed, listing: Listing, asker: Asker, lang: Lang) -> Cell:
    """A field of one item: a value that stands there alone is it, else the model chooses or says; words are checked."""
    unit = listing.documents[item.span.doc_index].units[item.span.unit_index]
    quote = unit.text[item.span.start : item.span.end]
    place = (Place(unit.label_at(item.span.start), quote),)
    if field.kind in _VALUES:
        values = [v for v in extract_values(quote) if v.kind == field.kind]
        if not values:
            return Cell(field, "not stated", nearest=place)
        if len({v.value for v in values}) == 1:
            only = values[0]
            return Cell(field, "stated", quote[only.start : only.end], only.value, place)
    part = part_of(field, quote, lang)
    if part is not None and not (part and item_doubt(field, part, part, quote, lang)):
        return Cell(field, "stated", part, part, place) if part else Cell(field, "not stated", nearest=place)
    passage = f"{unit.speaker}: {quote}" if unit.speaker else quote
    if unit.heading_path:
        passage = f"{unit.heading_path[-1]}: {passage}"
    text = without_name(field, _asked(field, passage, lang, asker))
    if not text or is_refusal(text) or _says_nothing(text, lang):
        return Cell(field, "not stated", nearest=place)
    value = typed(field, text, [quote])
    if value is None:
        return Cell(field, "unsure", text, None, place, reason=f"no {field.kind} in the answer")
    bare = text.strip(' .。"“”「」')
    if field.kind == "text" and len(bare) > _SHORT and len(bare) >= _WHOLE * len(quote):
        return Cell(field, "unsure", text, value, place, reason="the whole item again")
    held = field.kind == "yesno" or states(passage, bare) or normalise(bare) in normalise(passage)
    return Cell(
        field, "stated" if held else "unsure", text, value, place, reason="" if held else "not the item's words"
    )


def without_name(field: Field, text: str) -> str:
    """An answer without the field's own name before it ("The duty is to pay", "期限: 3日"); "" where it is no more."""
    bare = text.strip(' .。"“”「」')
    lead = rf"(?:the\s+)?{re.escape(field.name)}\s*(?:(?:[:：は]|\b(?:is|are)\b)\s*(?:(?:to|that)\s+)?|$)"
    named = re.match(lead, bare, re.IGNORECASE)
    return text if named is None else bare[named.end() :]


def _says_nothing(text: str, lang: Lang) -> bool:
    return normalise(text).strip(' .。「」"') in prompt_list("list", "not_stated", lang)


def _asked(field: Field, passage: str, lang: Lang, asker: Asker) -> str:
    instruction = prompt_text("list", "field", lang)
    reply = asker.ask(instruction, field.asked(lang), [passage], _WRITTEN, alone=True, scored=False)
    return reply.text.strip()
