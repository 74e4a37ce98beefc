"""Which of two decisions of a meeting stands."""

from __future__ import annotations

from tsel_core.document import SourceSpan
from tsel_core.sweep.item import Item
from tsel_core.sweep.merge import merge_items


def decision(what: str, score: float, at: int, section: str = "training days") -> Item:
    return Item("decision", what, (SourceSpan(0, at, 0, 9),), status="decided", section=section, score=score)


def test_a_doubtful_decision_is_settled_by_a_plain_one_on_its_topic() -> None:
    doubtful, plain = decision("let us go on with 4 days for now", 0.76, 1), decision("3 days a year", 1.0, 5)
    assert merge_items([doubtful, plain]) == [plain]
    assert merge_items([plain, decision("4 days might do", 0.76, 9)])[0] == plain  # what comes later stays, marked


def test_another_topic_or_another_kind_of_value_settles_nothing() -> None:
    doubtful = decision("let us go on with 4 days for now", 0.76, 1)
    assert len(merge_items([doubtful, decision("3 days a year", 1.0, 5, "holidays")])) == 2
    assert len(merge_items([doubtful, decision("Ms Ito leads it", 1.0, 5)])) == 2
    plain = decision("4 days a year", 1.0, 1)
    assert len(merge_items([plain, decision("the room costs 300 euros", 1.0, 5)])) == 2
