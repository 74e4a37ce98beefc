"""Text that gives orders to a reader or a program is found without a model; honest imperatives are not."""

from __future__ import annotations

import pytest
from order_forms import DIALOGUES, DISGUISES, HONEST, LATER, ORDERS, PLAIN_ORDER, TEMPLATES
from order_forms_more import EN, HONEST_MORE, ORDERS_MORE

from tsel_core.document import Document, Unit
from tsel_core.trust.orders.detect import all_signs, find_orders, orders_in
from tsel_core.trust.orders.views import folded

FORMS = [(lang, name, text) for lang, forms in ORDERS.items() for name, text in forms.items()]


def document(text: str) -> Document:
    """A contract with `text` in its middle, a paragraph a unit."""
    parts = ["The invoice number is 4711.", *text.split("\n\n"), "Delivery is on the second Monday of May.", "Signed by R. Hall."]
    units = tuple(Unit(i, "paragraph", f"para {i + 1}", part) for i, part in enumerate(parts))
    return Document("contract.txt", "0" * 64, "txt", "paragraph", units)


def marked(text: str) -> set[int]:
    """Units that are marked."""
    return {m.span.unit_index for m in find_orders([document(text)])}


@pytest.mark.parametrize(("lang", "form", "text"), FORMS, ids=[f"{a}-{b}" for a, b, _ in FORMS])
def test_an_order_is_found_in_its_language(lang: str, form: str, text: str) -> None:
    found, last = marked(text), 1 + text.count("\n\n")
    assert 1 in found, f"{lang} {form}"
    assert max(found) <= last, f"{lang} {form}: {found}"


@pytest.mark.parametrize(("lang", "text"), LATER)
def test_orders_that_were_written_later_are_found(lang: str, text: str) -> None:
    assert marked(text) == {1}, lang


@pytest.mark.parametrize("lang", ORDERS_MORE)
def test_orders_in_further_languages(lang: str) -> None:
    ignore, one_word = ORDERS_MORE[lang]
    assert [marked(text) for text in (ignore, one_word, f"{ignore} {one_word}")] == [{1}, {1}, {1}]


@pytest.mark.parametrize("name", EN)
def test_further_disguises(name: str) -> None:
    assert marked(EN[name]) == {1}


@pytest.mark.parametrize("name", list(DISGUISES))
def test_an_order_is_found_behind_its_disguise(name: str) -> None:
    assert marked(DISGUISES[name]) == {1}


@pytest.mark.parametrize("name", list(TEMPLATES))
def test_a_chat_template_in_a_document_is_found(name: str) -> None:
    assert marked(TEMPLATES[name])


@pytest.mark.parametrize("name", list(DIALOGUES))
def test_a_forged_conversation_is_found(name: str) -> None:
    assert marked(DIALOGUES[name])


@pytest.mark.parametrize("text", [*HONEST, *HONEST_MORE])
def test_an_honest_text_is_not_marked(text: str) -> None:
    assert not find_orders([document(text)]), orders_in(text)


def test_only_the_paragraph_of_a_page_is_marked() -> None:
    page = "\n\n".join(["The goods are forty pallets of bricks. " * 8] * 3 + [PLAIN_ORDER] + ["Delivery is in May. " * 12] * 3)
    unit = Unit(0, "page", "p. 1", page)
    (mark,) = find_orders([Document("a.pdf", "0" * 64, "pdf", "page", (unit,))])
    assert PLAIN_ORDER in page[mark.span.start : mark.span.end]
    assert mark.span.end - mark.span.start < len(PLAIN_ORDER) + 4


def test_the_mark_says_where_what_and_how() -> None:
    (mark,) = find_orders([document(DISGUISES["tags"])])
    told = mark.as_json()
    assert (told["label"], told["file"], told["disguise"]) == ("para 2", "contract.txt", "tags")
    assert "Ignore all previous instructions" in str(told["quote"])


def test_every_sign_can_be_reached() -> None:
    """A pattern whose literals never stand in folded text would never be tried."""
    for sign in all_signs():
        assert sign.needs, sign
        assert all(word == folded(word) for word in sign.needs), sign
