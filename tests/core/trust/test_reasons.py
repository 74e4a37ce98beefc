"""Reasons that a reader understands: what a sentence has in the place of a value, or that it has none; and values in other forms."""

from __future__ import annotations

import pytest

from tests.core.trust.test_claims import checked
from tsel_cli.render.trust_words import claim_words

LINES = (
    "SERVICE AGREEMENT", "This agreement is made on 3 March 2025 between Penrose Ltd (the Supplier) and Hale plc (the Customer).",
    "1. The Supplier cleans the offices of the Customer on working days.", "2. The Customer shall pay a monthly fee of GBP 15,000 within thirty (30) days of the invoice.",
    "3. The Supplier's liability is limited to half a million dollars.", "4. The agreement runs for two and a half years.",
    "5. Meetings are held in the main building at half past two.", "6. The Director of Operations signs all orders.",
    "7. English law governs this agreement.", "8. Deliveries are made by the Supplier before noon.", "9. Interest is 2½% a month.",
)  # fmt: skip


def told(question: str, answer: str) -> tuple[str, str]:
    (claim,) = checked(answer, question, LINES).claims
    return claim_words({"verdict": claim.verdict, "why": claim.why, "detail": claim.detail}, "en")


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("What is the fee?", "The monthly fee is £15k."),
        ("What is the liability limited to?", "The Supplier's liability is limited to USD 500,000."),
        ("How long does the agreement run?", "The agreement runs for 30 months."),
        ("When are meetings held?", "Meetings are held at 14:30 in the main building."),
        ("What is the interest?", "Interest is 2.5% a month."),
    ],
)
def test_the_same_value_in_another_form(question: str, answer: str) -> None:
    assert told(question, answer)[0] == "Supported"


@pytest.mark.parametrize(
    ("question", "answer", "verdict", "why"),
    [
        ("What is the fee?", "The monthly fee is GBP 16,000.", "Contradicted", "the document has another number (GBP 16,000 / GBP 15,000)"),
        ("How many days?", "There are 45 days.", "Not stated", "the nearest sentence of the document does not have this number (45 days)"),
        ("When are deliveries made?", "Deliveries are made on Mondays before noon.", "Not stated", "the nearest sentence of the document does not have this day or time (Mondays)"),
        ("When are deliveries made?", "Deliveries are made in December.", "Not stated", "the nearest sentence of the document does not have this day or time (December)"),
        ("Who cleans?", "The Contractor cleans the offices of the Customer.", "Contradicted", "the nearest sentence of the document does not have this name (Contractor)"),
        ("When must the fee be paid?", "Payment Terms: the Customer shall pay within 30 days of the invoice.", "Unsure", "no sentence of the document says it in these words"),
    ],
)  # fmt: skip
def test_what_a_reason_says(question: str, answer: str, verdict: str, why: str) -> None:
    assert told(question, answer) == (verdict, why)


def test_the_number_of_the_clause_that_a_claim_names_is_no_other_number() -> None:
    assert told("Which law governs?", "Clause 7 says that English law governs this agreement.")[1] != "the nearest sentence of the document does not have this number (7)"
    assert told("Which law governs?", "Clause 8 says that English law governs this agreement.")[0] != "Supported"


def test_a_firm_is_the_same_with_its_form_written_out() -> None:
    lines = ("The buyer of the mill is Penrose Ltd.", "The seller of the mill is Hale Corp.")
    assert [c.verdict for c in checked("The buyer of the mill is Penrose Limited.", "Who buys the mill?", lines).claims] == ["supported"]
    assert [c.verdict for c in checked("The buyer of the mill is Hale Corporation.", "Who buys the mill?", lines).claims] != ["supported"]


def test_another_day_of_the_week_is_another_day() -> None:
    lines = ("Deliveries are made on Tuesdays before noon.",)
    (claim,) = checked("Deliveries are made on Mondays before noon.", "When are deliveries made?", lines).claims
    assert (claim.verdict, claim.why, claim.detail) == ("contradicted", "date", "Mondays / Tuesdays")


def test_a_day_in_may_allows_nothing() -> None:
    lines = ("The Customer must return the keys by 1 May.",)
    assert [c.verdict for c in checked("No.", "Must the Customer return the keys by 1 May?", lines).claims] == ["contradicted"]
