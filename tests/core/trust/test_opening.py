"""A contract's own date, first day and parties: the sentence that opens it says them, other dates of it are not it."""

from __future__ import annotations

import pytest

from tests.core.trust.test_claims import checked

LINES = (
    "PACKING AGREEMENT",
    "THIS AGREEMENT, made and entered into this 7th day of March, 2011, and effective as of April 1, 2011, by and between LARCH FOODS, INC., 12 Mill Road, Austin,",
    "and TEMPLE PACKING COMPANY, a corporation of Ohio.",
    "1. The first delivery is made on May 2, 2011.",
    "2. This agreement ends on March 31, 2014.",
    "3. This agreement shall be governed by, and its provisions enforced in accordance with, the laws of the State of Ohio.",
)


@pytest.mark.parametrize(
    ("question", "answer", "verdict"),
    [
        ("What is the date of this contract?", "The date of this contract is March 7, 2011.", "supported"),
        ("What is the date of this contract?", "March 7, 2011", "supported"),
        ("What is the date of this contract?", "The date of this contract is April 1, 2011.", "unsure"),
        ("What is the date of this contract?", "The date of this contract is March 31, 2014.", "unsure"),
        ("On what date does this contract take effect?", "This contract takes effect on April 1, 2011.", "supported"),
        ("On what date does this contract take effect?", "This contract takes effect on March 7, 2011.", "unsure"),
        ("On what date does this contract take effect?", "This contract takes effect on May 2, 2011.", "unsure"),
        ("When does this agreement end?", "This agreement ends on March 31, 2014.", "supported"),
        ("Who are the parties to this contract?", "The parties to this contract are Larch Foods, Inc. and Temple Packing Company.", "supported"),
        ("Who are the parties to this contract?", "The parties to this contract are Larch Foods, Inc. and Ohio Growers.", "contradicted"),
        ("Which state's law governs the interpretation of the contract?", "The laws of the State of Ohio govern the interpretation of the contract.", "supported"),
        ("Which state's law governs the interpretation of the contract?", "The laws of the State of Texas govern the interpretation of the contract.", "contradicted"),
    ],
)
def test_what_the_opening_says(question: str, answer: str, verdict: str) -> None:
    (claim,) = checked(answer, question, LINES).claims
    assert claim.verdict == verdict


def test_a_denial_of_it_is_not_stated() -> None:
    (claim,) = checked("This contract does not take effect on April 1, 2011.", "On what date does this contract take effect?", LINES).claims
    assert claim.verdict != "supported"


def test_as_of_is_the_first_day_where_no_other_is_named() -> None:
    lines = ("THIS LEASE is made as of June 3, 2015 between Ada Quill and Rowan Birch.", "1. The rent is due on June 30, 2015.")
    question = "On what date does this contract take effect?"
    assert [c.verdict for c in checked("This contract takes effect on June 3, 2015.", question, lines).claims] == ["supported"]
    assert [c.verdict for c in checked("This contract takes effect on June 30, 2015.", question, lines).claims] != ["supported"]


@pytest.mark.parametrize(
    ("line", "question", "yes"),
    [
        ("Neither party may assign this contract without the written consent of the other party.", "Is consent of or notice to a party required if the contract is assigned to a third party? Quote the clause.", "supported"),
        ("Neither party may publish the figures without the written consent of the other party.", "Is consent of or notice to a party required if the contract is assigned to a third party? Quote the clause.", "unsure"),
        ("The Lessee may sublet the shop. Please cite the lease in letters.", "May the Lessee sublet the shop? Please quote the exact words.", "supported"),
        ("The Lessee may paint the shop.", "May the Lessee sublet the shop? Please quote the exact words.", "unsure"),
    ],
)
def test_orders_about_the_form_of_an_answer_are_not_asked_for(line: str, question: str, yes: str) -> None:
    (claim,) = checked("Yes.", question, (line, "Nothing else is agreed.")).claims
    assert claim.verdict == yes
