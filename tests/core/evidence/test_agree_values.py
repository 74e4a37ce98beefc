"""Two readings agree by their values in one canonical form, and not by figures that other units have."""

from __future__ import annotations

import pytest

from tsel_core.evidence.locating.agree import agree
from tsel_core.evidence.locating.typed import values_beside, values_told

FEE, LONG, MANY = "What is the fee?", "How long is the notice period?", "How many keys are there?"


@pytest.mark.parametrize(
    ("one", "two", "question"),
    [
        ("Within seven days of receipt.", "The Buyer must pay within 7 days.", "When must the Buyer pay?"),
        ("七日以内に支払う。", "7日以内", "いつまでに支払いますか。"),
        ("The fee is GBP 1,200.", "£1,200 per month", FEE),
        ("1,200 pounds", "GBP 1,200", FEE),
        ("It ends on 30 June 2025.", "2025-06-30", "When does it end?"),
        ("30 June", "It ends on 30 June 2025.", "When does it end?"),  # one leaves out the year
        ("令和7年6月30日に終了する。", "2025年6月30日", "いつ終了しますか。"),
        ("one key", "1 key", MANY),
        ("a week", "7 days", LONG),
        ("on the fifth day", "the 5th day", "On which day?"),
        ("GBP 120 (formerly GBP 100)", "£120 from 1 May 2025", FEE),  # what stood before is told with what stands now
        ("The fee was GBP 100 and is now GBP 120.", "£120 from 1 May 2025", FEE),
        ("賃料は10万円から12万円に変更されました。", "2025年5月から12万円", "賃料はいくらですか。"),
    ],
)
def test_they_agree(one: str, two: str, question: str) -> None:
    assert agree(one, two, question)
    assert agree(two, one, question)


@pytest.mark.parametrize(
    ("one", "two", "question"),
    [
        ("7 days", "7 months", LONG),
        ("7 days", "7 working days", LONG),
        ("one year", "12 days", LONG),
        ("GBP 100", "EUR 100", FEE),
        ("GBP 100", "GBP 120 (formerly GBP 100)", FEE),  # the old one alone is another answer
        ("10万円", "10万円から12万円に変更されました。", "賃料はいくらですか。"),
        ("no one", "1", MANY),
        ("2024-06-30", "30 June 2025", "When does it end?"),
    ],
)
def test_they_do_not(one: str, two: str, question: str) -> None:
    assert not agree(one, two, question)
    assert not agree(two, one, question)


def test_what_was_before_agrees_where_it_is_asked_for() -> None:
    assert agree("GBP 100", "GBP 120 (formerly GBP 100)", "What was the fee before the change, originally?")


def test_values_of_a_question_are_none_of_its_answer_in_any_form() -> None:
    assert values_beside("Seven days, for GBP 5.", "What is paid for 7 days?") == [values_told("Seven days, for GBP 5.")[1]]
