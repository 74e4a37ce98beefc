"""The text of an item's document, wherever it is."""

from __future__ import annotations

from tests.quality.packed import text_of
from tsel_core.evaluation.items import Item
from tsel_core.evaluation.runner import text_document


def test_inline_or_read() -> None:
    item = Item("1", "a", "What?", ("x",), "any", "qa", "en", "", None)
    assert text_of(item, lambda name: [text_document(name, "One.\n\nTwo.")]) == "One.\nTwo."
    inline = Item("1", "a", "What?", ("x",), "any", "qa", "en", "", "Mine.")
    assert text_of(inline, lambda name: []) == "Mine."
