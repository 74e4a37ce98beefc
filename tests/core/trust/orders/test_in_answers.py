"""What becomes of a passage that gives orders in an answer: named in JSON, warnings and receipt."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from order_answers import GOODS, POISON, answered
from order_forms import PLAIN_ORDER

from tsel_cli.i18n.translate import translate
from tsel_cli.render.forms import answer_text
from tsel_cli.render.receipt import order_lines
from tsel_core.answer import Answer
from tsel_core.document import Document, Unit
from tsel_core.trust.orders.detect import find_orders
from tsel_core.trust.orders.doubt import without_orders


def orders(answer: Answer) -> list[dict[str, Any]]:
    return answer.as_json("1")["orders"]  # type: ignore[no-any-return]


def test_orders_are_named_in_json_warnings_and_receipt() -> None:
    answer = answered("4711", "The invoice number is 4711.", PLAIN_ORDER)
    (order,) = orders(answer)
    assert (order["label"], order["quote"]) == ("para 2", PLAIN_ORDER)
    assert any("para 2" in w and PLAIN_ORDER in w for w in answer.warnings)
    (line,) = order_lines(answer)
    assert line == f'ORDERS    para 2 gives orders to its reader or to this program: "{PLAIN_ORDER}"'
    for words in (line, *answer.warnings):
        assert translate(words).startswith(("指示文    para 2に、", "para 2に、"))


def test_a_document_without_orders_says_nothing_of_them() -> None:
    answer = answered("4711", "The invoice number is 4711.", "Delivery is in May.")
    assert (orders(answer), order_lines(answer), list(answer.warnings)) == ([], [], [])


def test_many_orders_are_counted() -> None:
    answer = answered("4711", "The invoice number is 4711.", *[f"{n}. {PLAIN_ORDER}" for n in range(6)])
    assert len(orders(answer)) == 6
    assert order_lines(answer)[3:] == ["ORDERS    3 more passages give orders"]
    assert len(order_lines(replace(answer, extra={"orders": orders(answer)[:2]}))) == 2


def test_what_rests_on_an_order_is_doubtful_and_the_other_value_is_shown() -> None:
    answer = answered("The invoice number is 9999.", *GOODS, POISON)
    (claim,) = answer.extra["claims"]
    assert (claim["verdict"], claim["why"]) == ("unsure", "order")
    assert claim["evidence"]["label"] == "para 2"
    assert answer.citations
    assert all(c.doubtful for c in answer.citations)
    assert answer.extra["support"]["verdict"] == "weak"
    shown = answer_text(answer)
    assert "DOUBTFUL" in shown
    assert "4711" in shown


def test_a_value_that_honest_text_states_too_is_supported() -> None:
    answer = answered("The invoice number is 4711.", *GOODS, POISON.replace("9999", "4711"))
    (claim,) = answer.extra["claims"]
    assert claim["verdict"] == "supported"
    assert claim["evidence"]["label"] == "para 2"


def test_an_answer_apart_from_the_orders_is_as_before() -> None:
    answer = answered("The price is 8,200 pounds.", *GOODS, POISON)
    assert [c["verdict"] for c in answer.extra["claims"]] == ["supported"]
    assert not any(c.doubtful for c in answer.citations)


def test_a_word_that_only_an_order_holds_is_doubtful() -> None:
    answer = answered("ZEBRA", *GOODS, PLAIN_ORDER)
    assert answer.extra["support"]["verdict"] != "supported"
    assert all(c["verdict"] != "supported" for c in answer.extra["claims"])
    assert all(c.doubtful for c in answer.citations)


def test_marked_characters_are_blank_and_all_others_stay() -> None:
    documents = [Document("a.txt", "0" * 64, "txt", "paragraph", tuple(Unit(i, "paragraph", "", t) for i, t in enumerate((*GOODS, POISON))))]
    (blank,) = without_orders(documents, find_orders(documents))
    assert [u.text for u in blank.units] == [*GOODS, ""]
    assert [u.index for u in blank.units] == [0, 1, 2, 3]
    page = "\n\n".join([*GOODS, *["Bricks are red. " * 9] * 5, POISON])
    documents = [Document("a.txt", "0" * 64, "txt", "page", (Unit(0, "page", "p. 1", page),))]
    (blank,) = without_orders(documents, find_orders(documents))
    assert len(blank.units[0].text) == len(page)
    assert blank.units[0].text.startswith(GOODS[0])
    assert "9999" not in blank.units[0].text
