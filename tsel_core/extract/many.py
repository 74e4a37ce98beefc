"""A row for each found item: the fields are asked of the item's own words, values are taken from them by code."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tsel_core.document import Document
from tsel_core.errors import UsageError
from tsel_core.evidence.asker import Asker
from tsel_core.extract.cell import Cell, Place, typed
from tsel_core.extract.fields import Field
from tsel_core.extract.lists import list_documents
from tsel_core.listing.run import Listed, Listing
from tsel_core.listing.wish import Wish
from tsel_core.models.load import device_list
from tsel_core.prompts.library import prompt_list, prompt_text
from tsel_core.prompts.tasks import ask_task
from tsel_core.session import Session
from tsel_core.text.normalize import normalise
from tsel_core.text.refusal import is_refusal
from tsel_core.text.tokens import states
from tsel_core.text.values import extract_values

_WRITTEN = 64  # tokens of an answer about one item
_VALUES = ("money", "date", "percent", "duration")


@dataclass(frozen=True)
class ItemRow:
    """A found item and its cells, in the order of the fields."""

    item: Listed
    cells: tuple[Cell, ...]

    def as_json(self, listing: Listing) -> dict[str, Any]:
        """The object of the JSON: the item's, with its cells."""
        return {**self.item.as_json(listing.documents), "cells": {c.field.name: c.as_json() for c in self.cells}}


def item_rows(
    session: Session, documents: Sequence[Document], wish: Wish, fields: Sequence[Field]
) -> tuple[Listing, list[ItemRow]]:
    """The list of a wish, and the fields of each item. Raises what reading raises."""
    if len(device_list(session.device)) > 1:
        raise UsageError("--many asks on one device", "name one --device")
    listing = list_documents(session, documents, wish)
    prompt = session.build((), ask_task("", wish.lang))
    reading = session.read(prompt)
    rows: list[ItemRow] = []
    session.progress.begin("extract", len(listing.items), "items")
    with session.asker(prompt, reading) as asker:
        for number, item in enumerate(listing.items):
            rows.append(ItemRow(item, tuple(_cell(f, item, listing, asker) for f in fields)))
            session.progress.advance(number + 1)
    session.progress.end()
    return listing, rows


def _cell(field: Field, item: Listed, listing: Listing, asker: Asker) -> Cell:
    """A field of one item: a value that stands there alone is it, else the model chooses or says; words are checked."""
    unit = listing.documents[item.span.doc_index].units[item.span.unit_index]
    quote = unit.text[item.span.start : item.span.end]
    place = (Place(unit.label, quote),)
    if field.kind in _VALUES:
        values = [v for v in extract_values(quote) if v.kind == field.kind]
        if not values:
            return Cell(field, "not stated", nearest=place)
        if len({v.value for v in values}) == 1:
            only = values[0]
            return Cell(field, "stated", quote[only.start : only.end], only.value, place)
    passage = f"{unit.speaker}: {quote}" if unit.speaker else quote
    if unit.heading_path:
        passage = f"{unit.heading_path[-1]}: {passage}"
    text = _asked(field, passage, listing.wish, asker)
    if not text or is_refusal(text) or _says_nothing(text, listing.wish):
        return Cell(field, "not stated", nearest=place)
    value = typed(field, text, [quote])
    if value is None:
        return Cell(field, "unsure", text, None, place, reason=f"no {field.kind} in the answer")
    bare = text.strip(' .。"“”「」')
    held = field.kind == "yesno" or states(passage, bare) or normalise(bare) in normalise(passage)
    return Cell(
        field, "stated" if held else "unsure", text, value, place, reason="" if held else "not the item's words"
    )


def _says_nothing(text: str, wish: Wish) -> bool:
    return normalise(text).strip(' .。「」"') in prompt_list("list", "not_stated", wish.lang)


def _asked(field: Field, passage: str, wish: Wish, asker: Asker) -> str:
    instruction = prompt_text("list", "field", wish.lang)
    reply = asker.ask(instruction, field.asked(wish.lang), [passage], _WRITTEN, alone=True, scored=False)
    return reply.text.strip()
