"""Rows of found items: what the model says of an item is a value only in the item's own words."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from tsel_core.document import Document, SourceSpan, Unit
from tsel_core.extract.fields import Field
from tsel_core.extract.many import _cell, without_name
from tsel_core.listing.run import Listed, Listing
from tsel_core.listing.wish import Wish

TEXT = "The Recipient shall keep the data secret and destroy it."


@pytest.mark.parametrize(
    ("name", "text", "left"),
    [
        ("Duty", "Duty", ""),
        ("Duty", "The duty.", ""),
        ("Duty", "The duty is to keep the data secret.", "keep the data secret"),
        ("Deadline", "Deadline: within 5 days", "within 5 days"),
        ("期限", "期限は3日以内です", "3日以内です"),
        ("期限", "期限：3日", "3日"),
        ("Duty", "Duty free goods", "Duty free goods"),
        ("Is", "Isabel", "Isabel"),
        ("Who", "The Buyer.", "The Buyer."),
    ],
)
def test_an_answer_without_the_name_of_its_field(name: str, text: str, left: str) -> None:
    assert without_name(Field(name), text) == left


@pytest.mark.parametrize(
    ("said", "status", "value"),
    [
        ("The duty is to keep the data secret", "stated", "keep the data secret"),
        ("Duty", "not stated", None),
        ("The duty is to burn the data", "unsure", "burn the data"),
    ],
)
def test_a_cell_of_an_item(said: str, status: str, value: Any) -> None:
    document = Document("a.txt", "0", "txt", "paragraph", (Unit(0, "paragraph", "para 1", TEXT),))
    item = Listed(SourceSpan(0, 0, 0, len(TEXT)), "cited", "words")
    listing = Listing(Wish.of("every obligation"), (document,), (item,), ())
    asker: Any = SimpleNamespace(ask=lambda *given, **more: SimpleNamespace(text=said))
    cell = _cell(Field("Duty"), item, listing, asker)
    assert (cell.status, cell.value) == (status, value)
