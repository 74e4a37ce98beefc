"""What a review found lifted or contradicted by one form of values, agreement of readings and amendments."""

from __future__ import annotations

from pathlib import Path

import pytest

from tsel_core.evidence.locating.agree import agree
from tsel_core.evidence.locating.locate import Locator
from tsel_core.evidence.locating.quoted_clause import quoted_places
from tsel_core.evidence.locating.the_turn import TheTurn
from tsel_core.ingest import read_document
from tsel_core.text.self_renewal import as_contracts_say
from tsel_core.trust.claims.judge import judge_claims
from tsel_core.trust.fact_tracing import FactIndex
from tsel_core.trust.passages import PassageIndex

TWO_PAIRS = """SERVICE AGREEMENT

2. Notice
The notice period is thirty days and the trial period is one week.

7. Interest
Interest is due after thirty days.

AMENDMENT

In clause 2 "one week" is replaced by "two weeks" (see clause 7) and "thirty days" by "sixty days".
"""
PARTS = "RULES\n\nPart A - Hire\n\n1. Booking\nBook in writing.\n\n2. Payment\nPay on the day.\n\nPart B - Sale\n\n1. Orders\nOrder in writing.\n\n2. Delivery\nDelivered in a week.\n"


def index(text: str, folder: Path) -> PassageIndex:
    (folder / "a.txt").write_text(text, encoding="utf-8")
    return PassageIndex.build([read_document(folder / "a.txt")])


def verdict(text: str, question: str, claim: str, folder: Path) -> str:
    return judge_claims(claim, question, FactIndex(index(text, folder)))[0].verdict


@pytest.mark.parametrize(
    ("one", "two"), [("5 keys", "5 months"), ("The first tenant pays.", "1 key"), ("2025 units", "30 June 2025"), ("6名", "6か月")]
)
def test_a_number_of_things_is_no_length_of_time_and_no_date(one: str, two: str) -> None:
    assert not agree(one, two, "How many?")


def test_a_turn_with_six_months_does_not_say_six_keys() -> None:
    turn = TheTurn((0,), "The keys are kept for 6 months.")
    assert not turn.holds("Ann keeps 6 keys.", "How many keys does Ann keep?", ())
    assert turn.holds("6 months", "How long are the keys kept?", ())


@pytest.mark.parametrize(("one", "two"), [("7", "7 days"), ("seven", "7 days"), ("GBP 1,200", "1,200"), ("七日", "7日")])
def test_a_lone_number_may_leave_out_its_unit(one: str, two: str) -> None:
    assert agree(one, two, "How many?")


@pytest.mark.parametrize(
    "question", ["Can the tenant extend the lease on its own?", "May we renew the licence without asking?", "Does the supplier carry on by itself?"]
)
def test_who_renews_on_its_own_is_no_contract_that_does(question: str) -> None:
    assert as_contracts_say(question) == question


def test_a_contract_that_renews_by_itself_renews_automatically() -> None:
    assert "automatically" in as_contracts_say("Does the lease renew by itself?")


def test_a_clause_in_brackets_takes_no_replacement(tmp_path: Path) -> None:
    assert verdict(TWO_PAIRS, "When is interest due?", "Interest is due after 60 days.", tmp_path) != "supported"
    assert verdict(TWO_PAIRS, "How long is the notice period?", "The notice period is 60 days.", tmp_path) != "contradicted"


@pytest.mark.parametrize(
    ("stands", "claim"),
    [("$5,000", "5,000 United States dollars"), ("ILS 5,000", "5,000 ILS"), ("KES 5,000", "5,000 KES"), ("NT$5,000", "5,000 New Taiwan dollars"), ("¥5,000", "5,000 yen")],
)
def test_a_currency_in_other_words_is_the_same(stands: str, claim: str, tmp_path: Path) -> None:
    text = f"The fee for the china plates is {stands}.\n\nThe hire begins at ten.\n"
    assert verdict(text, "What is the fee for the plates?", f"The fee for the china plates is {claim}.", tmp_path) == "supported"


@pytest.mark.parametrize(("number", "other"), [("1", "Orders"), ("2", "Delivery")])
def test_sections_of_two_parts_are_both_shown(number: str, other: str, tmp_path: Path) -> None:
    text, sure = quoted_places(f"Quote section {number}.", Locator(index(PARTS, tmp_path)), "Places with {number}:")
    assert not sure
    assert other in text
