"""Claims on papers written here: who the parties are, what "it" stands for, what comes before what, what was decided anew."""

from __future__ import annotations

from pathlib import Path

import pytest

from tsel_core.ingest import read_document
from tsel_core.trust.claims.judge import judge_claims
from tsel_core.trust.claims.parts.claim import Claim
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


LEASE = """Equipment Lease

between Alder Ltd (the "Lessor") and Birch plc (the "Lessee").

4.3 The Lessor shall, at its own cost, replace the drive belts of the mixers once in each year.

5.1 The Lessee shall insure the Equipment against fire.

6.1 The Equipment remains the property of the Lessor.

7.2 If an item is damaged beyond repair, the Lessee shall pay its replacement value."""


def test_it_is_the_thing_of_the_question(tmp_path: Path) -> None:
    asked = "Who replaces the drive belts and who pays for it?"
    assert judged(LEASE, asked, "The Lessee pays for it.", tmp_path).verdict == "unsure"
    assert judged(LEASE, asked, "The Lessor pays for it.", tmp_path).verdict != "contradicted"
    assert judged(LEASE, "Who insures the Equipment?", "The Lessee insures it.", tmp_path).verdict == "supported"


def test_what_is_asked_for_comes_behind_another_sum(tmp_path: Path) -> None:
    paper = "業務委託契約書\n\n第3条　甲は、着手金として2,000,000円を2026年6月30日までに、残金を検収完了の翌月末日までに、乙の口座に振り込む。"
    assert judged(paper, "残金はいつですか", "残金は2026年6月30日です。", tmp_path).verdict == "unsure"
    assert judged(paper, "残金はいつですか", "検収完了の翌月末日までです。", tmp_path).verdict == "supported"
    assert judged(paper, "着手金はいつ払いますか", "2026年6月30日までです。", tmp_path).verdict == "supported"


def test_what_was_decided_last_week_is_decided_anew(tmp_path: Path) -> None:
    turns = (
        ("Priya Nair", "And the forklifts, we decided last week to lease two electric ones. Colin, any change?"),
        ("Colin Webb", "Yes, the supplier has only one until November. So I propose we lease one electric and keep the diesel one."),
        ("Ben Ito", "Fine with me."),
        ("Priya Nair", "Good, then it is one electric forklift."),
    )
    cues = (f"00:00:{n:02}.000 --> 00:00:{n + 1:02}.000\n<v {who}>{text}</v>" for n, (who, text) in enumerate(turns))
    (tmp_path / "call.vtt").write_text("WEBVTT\n\n" + "\n\n".join(cues) + "\n", encoding="utf-8")
    index = PassageIndex.build([read_document(tmp_path / "call.vtt")])
    for claim in ("Two electric ones.", "Two."):
        (found,) = judge_claims(claim, "How many electric forklifts will be leased?", FactIndex(index))
        assert (found.verdict, found.detail) == ("unsure", "one electric")


SUPPLY = """Supply Agreement

This Agreement is made on 3 May 2024 between Alder Ltd (the "Buyer") and Birch plc (the "Seller").

2. Price. The price is EUR 9,000 a month.

3. Payment. Invoices are paid within 30 days.

5. Termination. Either party may terminate by ninety days' notice.

9. Other. """


@pytest.mark.parametrize(
    ("other", "question", "claim"),
    [
        ("A notice under clause 5 becomes effective three days after posting.", "What is the notice period?", "ninety days"),
        ("The price in clause 2 becomes EUR 9,900 when the Buyer is late.", "What is the price?", "EUR 9,000 a month"),
        ("In a year of high demand the price in Clause 2 rises to EUR 9,900.", "What is the price?", "EUR 9,000 a month"),
        ("Where the Buyer defaults, the period in clause 3 goes down to 5 days.", "Within how many days are invoices paid?", "30 days"),
        ("On default the notice in clause 5 falls to ten days.", "What is the notice period for termination?", "ninety days"),
    ],
)
def test_what_holds_in_a_case_amends_nothing(other: str, question: str, claim: str, tmp_path: Path) -> None:
    assert judged(SUPPLY + other, question, claim, tmp_path).verdict == "supported"


def test_a_sum_that_becomes_another_is_amended_and_one_party_is_not_both(tmp_path: Path) -> None:
    asked = "What is the price?"
    assert judged(SUPPLY + "The price in clause 2 becomes EUR 9,900.", asked, "EUR 9,000 a month", tmp_path).verdict == "contradicted"
    assert judged(SUPPLY + "It ends.", "Who are the parties?", "Alder Ltd", tmp_path).verdict != "supported"
