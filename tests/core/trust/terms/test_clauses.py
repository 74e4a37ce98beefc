"""A sentence that allows one thing and denies another, and right claims that a number or a limit of it seemed to contradict."""

from __future__ import annotations

from pathlib import Path

import pytest
from trust_support import claims_about

JAPANESE = """業務委託契約書

第1条 乙は、運送を再委託することができるが、加工を再委託することはできない。

第2条 1日の労働時間は8時間を超えないものとし、週40時間以内とする。
"""
ENGLISH = """TERMS

1. The Customer may cancel free of charge up to 48 hours before the event.

2. Passengers of 12 and over pay $8. Children under 12 travel free.

3. The Seller shall deliver at least 200 and at most 350 crates a week.

4. The surcharge is 10 %, the lowest rate of all.
"""
SUPPLY = "SUPPLY AGREEMENT\n\n3.4 The smallest order is 180 kilograms.\n\n9. This Agreement is governed by the laws of Ireland.\n"
LETTER = "AMENDMENT NO. 1\n\n1. In clause 3.4 \"180 kilograms\" is replaced by \"120 kilograms\".\n"


def verdicts(texts: tuple[str, ...], question: str, claim: str, folder: Path) -> list[str]:
    return [c.verdict for c in claims_about(claim, question, folder, *texts)]


@pytest.mark.parametrize("claim", ["いいえ。運送を再委託することはできません。", "運送を再委託することはできません。"])
def test_what_one_clause_allows_the_other_does_not_deny(claim: str, tmp_path: Path) -> None:
    assert "supported" not in verdicts((JAPANESE,), "運送を再委託できますか。", claim, tmp_path)


@pytest.mark.parametrize(
    ("question", "claim"),
    [
        ("運送を再委託できますか。", "はい。運送を再委託することができます。"),
        ("加工を再委託できますか。", "いいえ。加工を再委託することはできません。"),
        ("労働時間は。", "1日8時間を超えず、週40時間以内とする。"),
    ],
)
def test_a_right_japanese_claim_is_not_contradicted(question: str, claim: str, tmp_path: Path) -> None:
    assert "contradicted" not in verdicts((JAPANESE,), question, claim, tmp_path)


@pytest.mark.parametrize(
    ("question", "claim"),
    [
        ("When can the customer cancel for free?", "At least 48 hours before the event."),
        ("When can the customer cancel for free?", "The Customer may cancel free of charge until 48 hours before the event."),
        ("What do passengers of 12 pay?", "Passengers aged 12 or more pay $8."),
        ("How many crates are delivered?", "Each week at least 200 and at most 350 crates are delivered."),
    ],
)
def test_a_limit_in_other_words_is_supported(question: str, claim: str, tmp_path: Path) -> None:
    assert verdicts((ENGLISH,), question, claim, tmp_path) == ["supported"]


@pytest.mark.parametrize(
    ("question", "claim"),
    [
        ("When can the customer cancel for free?", "The Customer may cancel free of charge less than 48 hours before the event."),
        ("What do passengers of 12 pay?", "Passengers under 12 pay $8."),
        ("What is the surcharge?", "The surcharge is 10 %, the highest rate of all."),
    ],
)
def test_the_other_side_of_a_limit_is_not_supported(question: str, claim: str, tmp_path: Path) -> None:
    assert verdicts((ENGLISH,), question, claim, tmp_path) != ["supported"]


def test_the_number_of_a_clause_is_no_value_of_it(tmp_path: Path) -> None:
    asked = "What is the smallest order?"
    both = (SUPPLY, LETTER)
    assert "contradicted" not in verdicts(both, asked, "The smallest order is 120 kilograms.", tmp_path)
    assert "supported" not in verdicts(both, asked, "The smallest order is 3.4 kilograms.", tmp_path)
    assert "supported" not in verdicts(both, asked, "The largest order is 120 kilograms.", tmp_path)
    assert "supported" not in verdicts((SUPPLY,), asked, "The smallest order is 120 kilograms.", tmp_path)


def test_a_paper_is_called_by_its_title(tmp_path: Path) -> None:
    asked = "Which law governs this agreement?"
    assert verdicts((SUPPLY,), asked, "This Supply Agreement is governed by the laws of Ireland.", tmp_path) == ["supported"]
    assert verdicts((SUPPLY,), asked, "This Loan Agreement is governed by the laws of Ireland.", tmp_path) != ["supported"]
    later = "AMENDMENT TO THE SUPPLY AGREEMENT\n\n2. This Amendment is governed by the laws of Malta.\n"
    assert verdicts((later,), asked, "The Supply Agreement is governed by the laws of Malta.", tmp_path) != ["supported"]
    other = f"{SUPPLY}\n10. The Master Services Agreement runs for 3 years.\n"
    assert verdicts((other,), "How long does it run?", "The Supply Agreement runs for 3 years.", tmp_path) != ["supported"]
