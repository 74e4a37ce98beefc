"""What is not found may stand in what was not read."""

from __future__ import annotations

from tests.support.order_answers import GOODS, answered
from tsel_cli.render.confidence import confidence_block
from tsel_cli.render.forms import answer_text
from tsel_cli.render.receipt import receipt_lines

LOST = "page 2 could not be read"
NOTHING = "Not found in the document."


def test_not_found_is_unsure_where_text_may_be_missing() -> None:
    whole = answered(NOTHING, *GOODS, question="Who insures the goods?", confidence="confident")
    assert whole.extra["confidence"] == "confident"
    assert confidence_block(whole) == ""
    damaged = answered(NOTHING, *GOODS, question="Who insures the goods?", confidence="confident", missing=LOST)
    assert damaged.extra["confidence"] == "unsure"
    assert "may be missing" in confidence_block(damaged)


def test_what_is_found_is_as_sure_as_before() -> None:
    found = answered("The invoice number is 4711.", *GOODS, confidence="confident", missing=LOST)
    assert found.extra["confidence"] == "confident"


def test_a_place_that_was_looked_at_is_named_once() -> None:
    found = answered("Nobody insures the goods.", *GOODS, question="Who insures the goods?", confidence="unsure")
    place = {"doc_index": 0, "unit_index": 99, "start": 0, "end": 9, "file": "goods.txt", "label": "para 3", "quote": "Alder Ltd and Birch plc"}
    found.extra["evidence"] = [place, {**place, "end": 12}, {**place, "label": "para 4"}]
    found.extra["nearest"] = []
    assert confidence_block(found).count("Alder Ltd and Birch plc") == 2


def test_that_an_answer_is_unsure_is_said_once_and_in_the_receipt() -> None:
    plain = answered("The invoice number is 4711.", *GOODS, confidence="unsure")
    assert "Unsure" in confidence_block(plain)
    assert any("the answer is unsure" in line for line in receipt_lines(plain))
    marked = answered("Yes.", *GOODS, question="Is the number of the invoice secret?", confidence="unsure")
    assert marked.extra["claims"][0]["verdict"] == "unsure"
    marked.extra["looks"] = {"other": "No, it is not."}
    shown = answer_text(marked)
    assert shown.count("Unsure") == 1
    assert 'Read in another way, the model answers: "No, it is not." Check both.' in shown
    assert not any("the answer is unsure" in line for line in receipt_lines(marked))
    assert any("1 unsure" in line for line in receipt_lines(marked))
    sure = answered("The invoice number is 4711.", *GOODS, confidence="confident")
    assert not any("unsure" in line for line in receipt_lines(sure))


def test_the_best_place_is_named_beside_the_nearest_passages() -> None:
    refused = answered(NOTHING, *GOODS, question="Who insures the goods?", confidence="unsure")
    refused.extra["nearest"] = [{"doc_index": 0, "unit_index": 1, "file": "goods.txt", "label": "para 1", "quote": "a near one"}]
    place = {"doc_index": 0, "unit_index": 99, "start": 0, "end": 9, "file": "goods.txt", "label": "para 3", "quote": "Insuring is forbidden"}
    refused.extra["evidence"] = [place, {**place, "unit_index": 98, "quote": "another one"}]
    assert "Insuring is forbidden" in confidence_block(refused)
    assert "another one" not in confidence_block(refused)
