"""Who made a contract: two names that stand before a definition are not yet its parties, and not who is which."""

from __future__ import annotations

from pathlib import Path

import pytest

from tsel_core.ingest import read_document
from tsel_core.trust.claims.claim import Claim
from tsel_core.trust.claims.judge import judge_claims
from tsel_core.trust.fact_tracing import FactIndex
from tsel_core.trust.passages import PassageIndex

SALE = """Sale Agreement

(1) Alder Ltd, of 4 Mill Lane, represented by John Smith (the "Buyer"); and

(2) Birch plc, of Tannery Row (the "Seller").

1. Term. This Agreement starts on 1 April 2024 and runs until 31 March 2026.

2. The law of England governs."""
BAIBAI = """売買契約書

株式会社青葉（以下「甲」という。）と北浜合同会社（以下「乙」という。）は、次のとおり契約を締結する。

甲は株式会社山川の子会社である。"""


def judged(paper: str, question: str, claim: str, folder: Path) -> Claim:
    (folder / "paper.txt").write_text(paper, encoding="utf-8")
    (found,) = judge_claims(claim, question, FactIndex(PassageIndex.build([read_document(folder / "paper.txt")])))
    return found


@pytest.mark.parametrize("claim", ["Alder Ltd and Birch plc.", "The parties are Alder Ltd and Birch plc.", "Alder Ltd is the Buyer and Birch plc is the Seller."])
def test_the_parties_are_those_who_are_defined(claim: str, tmp_path: Path) -> None:
    assert judged(SALE, "Who are the parties?", claim, tmp_path).verdict == "supported"


@pytest.mark.parametrize(
    "claim",
    [
        "Alder Ltd and John Smith",
        "John Smith and Birch plc",
        "Mill Lane and Birch plc",
        "Alder Ltd and Birch plc are the Seller and the Buyer.",
        "Birch plc sells to Alder Ltd",
        "Alder Ltd is the Buyer and Birch plc is the Seller, and the law of France governs.",
    ],
)
def test_nobody_else_is_a_party_and_no_more_is_said(claim: str, tmp_path: Path) -> None:
    assert judged(SALE, "Who are the parties?", claim, tmp_path).verdict != "supported"


def test_parties_in_japanese(tmp_path: Path) -> None:
    asked = "当事者は誰ですか。"
    assert judged(BAIBAI, asked, "株式会社青葉と北浜合同会社です。", tmp_path).verdict == "supported"
    assert judged(BAIBAI, asked, "株式会社青葉と株式会社山川", tmp_path).verdict != "supported"
    assert judged(BAIBAI, asked, "北浜合同会社が売主、株式会社青葉が買主", tmp_path).verdict != "supported"


def test_a_term_is_told_from_its_beginning_to_its_end(tmp_path: Path) -> None:
    asked = "How long does this agreement last?"
    assert judged(SALE, asked, "from 1 April 2024 to 31 March 2026", tmp_path).verdict == "supported"
    assert judged(SALE, asked, "from 31 March 2026 to 1 April 2024", tmp_path).verdict != "supported"
