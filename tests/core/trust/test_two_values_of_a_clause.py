"""A clause with two values of a kind: an amendment changes the one that it speaks of; a value belongs to its owner."""

from __future__ import annotations

from pathlib import Path

import pytest

from tsel_core.document import render_documents
from tsel_core.ingest import read_document
from tsel_core.trust.check import check_answer
from tsel_core.trust.claims.judge import judge_claims
from tsel_core.trust.claims.other_fact.owner_of_each import of_the_other_owner
from tsel_core.trust.fact_tracing import FactIndex
from tsel_core.trust.passages import PassageIndex

ITAKU = """第12条（遅延）
乙が納期に遅れたときは、遅延1日につき当該号の委託料の1％を減額する。ただし、減額は委託料の15％を上限とする。

覚書

1 第12条の減額の上限を、委託料の10％に変更する。
"""
SERVICE = """12. Delay
12.1 For each day of delay the fee is reduced by 1 per cent. The reduction shall not exceed 15 per cent of the fee.

AMENDMENT

1. The limit of the reduction in clause 12.1 is changed to 10 per cent of the fee.
"""
LATE, LATE_JA = "What happens if delivery is late?", "納期に遅れたらどうなりますか？"


def verdicts(text: str, question: str, claim: str, folder: Path) -> list[str]:
    (folder / "a.txt").write_text(text, encoding="utf-8")
    return [c.verdict for c in judge_claims(claim, question, FactIndex(PassageIndex.build([read_document(folder / "a.txt")])))]


def test_the_value_that_is_not_amended_stays(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(ITAKU, encoding="utf-8")
    papers = [read_document(tmp_path / "a.txt")]
    said = "遅延1日につき当該号の委託料の1％を減額する。ただし、減額は委託料の15％を上限とする。"
    trust = check_answer(said, LATE_JA, render_documents(papers), papers, lang="ja")
    assert trust.text == "遅延1日につき当該号の委託料の1％を減額する。ただし、減額は委託料の10％を上限とする。変更前は15％。"


@pytest.mark.parametrize(
    ("claim", "stands"),
    [
        ("遅延1日につき当該号の委託料の10％を減額する。", False),
        ("減額は委託料の10％を上限とする。", True),
        ("減額は委託料の15％を上限とする。", False),
        ("The fee is reduced by 10 per cent for each day of delay.", False),
        ("The reduction shall not exceed 10 per cent of the fee.", True),
        ("The reduction shall not exceed 15 per cent of the fee.", False),
    ],
)
def test_each_value_in_its_place(claim: str, stands: bool, tmp_path: Path) -> None:
    text, question = (SERVICE, LATE) if claim.isascii() else (ITAKU, LATE_JA)
    assert (verdicts(text, question, claim, tmp_path) == ["supported"]) == stands


@pytest.mark.parametrize(
    ("question", "claim", "stands"),
    [
        ("B社の保証期間は？", "B社の保証期間は5年です。", False),
        ("B社の保証期間は？", "5年", False),
        ("A社の保証期間は？", "1年", False),
        ("B社の保証期間は？", "B社の保証期間は1年です。", True),
        ("A社の保証期間は？", "5年", True),
        ("How long is Birch's warranty?", "Five years", False),
        ("How long is Birch's warranty?", "One year", True),
        ("How long is Alder's warranty?", "The warranty of Alder is one year.", False),
        ("How long is Alder's warranty?", "Alder gives five years.", True),
    ],
)
def test_of_two_owners_each_has_its_own(question: str, claim: str, stands: bool, tmp_path: Path) -> None:
    text = (
        "1. Offers\n1.1 Birch gives a warranty of one year, whereas Alder gives five years.\n"
        if question.isascii()
        else "議事録\n理事から、B社は保証が1年であるのに対しA社は5年であるとの指摘があった。\n"
    )
    assert (verdicts(text, question, claim, tmp_path) == ["supported"]) == stands


@pytest.mark.parametrize(
    ("text", "question", "claim"),
    [
        ("1.1 The Tenant pays rent of GBP 900, and the Deposit is GBP 1,800.", "What deposit does the Tenant pay?", "The deposit is GBP 1,800."),
        ("1.1 The Buyer pays GBP 5,000 on signing, and GBP 10,000 to Birch on delivery.", "What does the Buyer pay on delivery?", "GBP 10,000"),
        ("1.1 Birch rents Hall A for 3 hours, and has access to the Kitchen for 5 hours.", "How long does Birch have access to the kitchen?", "5 hours"),
        ("1.1 Birch rents Hall A for 3 hours, while using the Kitchen for 5 hours.", "How long does Birch use the kitchen?", "5 hours"),
        ("1.1 Birch may end it on 2 weeks' notice, while Alder must return the deposit within 3 weeks.", "When does Birch get the deposit back?", "Within 3 weeks"),
        ("1.1 Alder Rent is GBP 900, whereas Deposit is GBP 1,800.", "What is Alder Rent with the deposit?", "GBP 1,800"),
        ("乙は、着手時に10万円、完了時に20万円を受け取る。", "乙は完了したらいくら受け取りますか。", "20万円"),
        ("甲は乙に対し月額10万円を支払い、交通費は5千円とする。", "甲が支払う旅費はいくらですか。", "5千円"),
        ("甲は委託料10万円を支払い、乙は交通費5千円を支払う。", "甲が受け取る交通費はいくらですか。", "5千円"),
        ("本契約の期間は2年、更新後は1年とする。", "本契約を延長すると期間はどれだけですか。", "1年"),
    ],
)
def test_whoever_is_named_first_does_not_own_one_value_only(text: str, question: str, claim: str) -> None:
    assert of_the_other_owner(claim, question, text) == ""


@pytest.mark.parametrize(
    ("text", "question", "claim"),
    [
        ("A社は保証が1年、B社は5年である。", "A社の保証は？", "5年"),
        ("甲は月額10万円を、乙は月額5万円を支払う。", "乙はいくら支払いますか。", "10万円"),
        ("It was said that Birch Ltd charges GBP 40, while Alder Ltd charges GBP 50.", "What does Alder Ltd charge?", "GBP 40"),
        ("Birch's fee is GBP 40 against Alder's GBP 50.", "What is Birch's fee?", "GBP 50"),
    ],
)
def test_the_value_of_the_other_one_is_seen(text: str, question: str, claim: str) -> None:
    assert of_the_other_owner(claim, question, text)


@pytest.mark.parametrize(
    ("question", "claim", "stands"),
    [
        ("How much can the fee be reduced?", "The fee can be reduced by at most 10 per cent.", True),
        ("What is the limit of the reduction?", "For delay, the fee is reduced by up to 10 per cent of the fee.", True),
        ("遅延したときの減額の上限はいくらですか。", "減額は委託料の10％までです。", True),
        ("What is the daily reduction?", "The fee is reduced by 10 per cent a day.", False),
        ("What happens if delivery is late?", "For each day of delay the fee is reduced by up to 10 per cent.", False),
    ],
)
def test_the_limit_is_told_by_words_of_a_limit(question: str, claim: str, stands: bool, tmp_path: Path) -> None:
    text = SERVICE if question.isascii() else ITAKU
    assert (verdicts(text, question, claim, tmp_path) == ["supported"]) == stands
