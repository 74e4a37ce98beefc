"""A number that stands behind a label of its own is no answer to the number of another label."""

from __future__ import annotations

from pathlib import Path

import pytest

from tsel_core.ingest import read_document
from tsel_core.trust.claims.judge import judge_claims
from tsel_core.trust.fact_tracing import FactIndex
from tsel_core.trust.passages import PassageIndex

PAPER = """Tenant: Orr & Bell LLP (company number OC298114), 4 Quay Street, Perth. VAT number: GB 228 1140 76.

The deposit is paid to account number 20771834 at the Bank of Tay. Order number PX-4471 covers the first delivery.

The serial number of the press is KM-20988."""
KAMI = """貸主は株式会社青葉（法人番号 4210001098765）とする。

振込先は北銀行本店、口座番号 2077183 とする。

登録番号：T4210001098765"""


def verdict(paper: str, question: str, claim: str, folder: Path) -> str:
    (folder / "paper.txt").write_text(paper, encoding="utf-8")
    (found,) = judge_claims(claim, question, FactIndex(PassageIndex.build([read_document(folder / "paper.txt")])))
    return found.verdict


@pytest.mark.parametrize(
    ("question", "claim"),
    [
        ("What is the tenant's bank account number?", "OC298114"),
        ("What is the tenant's phone number?", "The number is OC298114."),
        ("Which invoice number covers the first delivery?", "PX-4471"),
        ("What is the policy number?", "KM-20988"),
    ],
)
def test_a_number_of_another_label_is_unsure(question: str, claim: str, tmp_path: Path) -> None:
    assert verdict(PAPER, question, claim, tmp_path) != "supported"


@pytest.mark.parametrize(
    ("question", "claim"),
    [
        ("What is the tenant's company number?", "The tenant's company number is OC298114."),
        ("What is the account number for the deposit?", "20771834"),
        ("What is the bank account number?", "20771834"),
        ("What is the order number of the first delivery?", "PX-4471"),
        ("What is the press's serial number?", "KM-20988"),
        ("What number does the press have?", "KM-20988"),
    ],
)
def test_a_number_of_the_label_that_is_asked_for_stands(question: str, claim: str, tmp_path: Path) -> None:
    assert verdict(PAPER, question, claim, tmp_path) == "supported"


@pytest.mark.parametrize(
    ("question", "claim", "stands"),
    [
        ("貸主の口座番号は何ですか。", "4210001098765", False),
        ("貸主の電話番号を教えてください。", "4210001098765です。", False),
        ("貸主の法人番号は何ですか。", "4210001098765", True),
        ("口座番号は何番ですか。", "2077183", True),
    ],
)
def test_numbers_in_japanese(question: str, claim: str, stands: bool, tmp_path: Path) -> None:
    assert (verdict(KAMI, question, claim, tmp_path) == "supported") is stands
