"""What is not found may stand in what was not read."""

from __future__ import annotations

from tests.support.order_answers import GOODS, answered
from tsel_cli.render.confidence import confidence_block

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
