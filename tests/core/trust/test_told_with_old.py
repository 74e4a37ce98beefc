"""What an amendment changed, told under each numbering, and together with what stood before."""

from __future__ import annotations

from pathlib import Path

import pytest

from tsel_core.document import render_documents
from tsel_core.ingest import read_document
from tsel_core.trust.borne_out import says_the_same_now
from tsel_core.trust.check import check_answer
from tsel_core.trust.claims.judge import judge_claims
from tsel_core.trust.fact_tracing import FactIndex
from tsel_core.trust.passages import PassageIndex

PAPER = """SERVICE AGREEMENT

{1} Parties
This agreement is between Alder Ltd and Birch Ltd.

{2} Term
The notice period is thirty days.

{4} Fee
The monthly fee is GBP 100.

AMENDMENT

In clause 4 "GBP 100" is replaced by "GBP 120". In clause 2 "thirty days" is replaced by "sixty days".
"""
KEIYAKU = """第1条（賃料）
賃料は月額10万円とする。

第2条（予告）
解約予告期間は3か月とする。

変更契約書

第1条の「10万円」を「12万円」に、第2条の「3か月」を「6か月」に改める。
"""
FEE, FEE_JA, NOTICE = "What is the monthly fee?", "賃料はいくらですか。", "How long is the notice period?"
STYLES = ["{}.", "{}", "{})", "{}.1", "Clause {}", "Clause {}.", "Section {}:", "§ {}"]


def paper(style: str = "{}.", *, titles: bool = True) -> str:
    text = PAPER if titles else PAPER.replace("} Fee\n", "} ").replace("} Term\n", "} ").replace("} Parties\n", "} ")
    for number in "124":
        text = text.replace(f"{{{number}}}", style.format(number))
    return text


def verdict(text: str, question: str, claim: str, folder: Path) -> tuple[str, str]:
    (folder / "paper.txt").write_text(text, encoding="utf-8")
    (found,) = judge_claims(claim, question, FactIndex(PassageIndex.build([read_document(folder / "paper.txt")])))
    assert found.text == claim
    return found.verdict, found.why


@pytest.mark.parametrize("titles", [True, False])
@pytest.mark.parametrize("style", STYLES)
def test_under_each_numbering_the_new_value_stands_and_the_old_one_does_not(style: str, titles: bool, tmp_path: Path) -> None:
    text = paper(style, titles=titles)
    for claim in ("The fee is GBP 120.", "The monthly fee is £120.", "GBP 120"):
        assert verdict(text, FEE, claim, tmp_path) == ("supported", "")
    assert verdict(text, FEE, "The fee is GBP 100.", tmp_path) == ("contradicted", "amended")


@pytest.mark.parametrize(
    ("question", "claim", "stands"),
    [
        (FEE, "The monthly fee is £120 (it was £100).", True),
        (FEE, "The monthly fee is £120, formerly £100.", True),
        (FEE, "The monthly fee was GBP 100 and is now GBP 120.", True),
        (FEE, "The monthly fee is GBP 100, replaced by GBP 120.", True),
        (FEE, "The monthly fee was raised from GBP 100 to GBP 120.", True),
        (NOTICE, "60 days (previously 30 days)", True),
        (NOTICE, "The notice period is 60 days instead of 30 days.", True),
        (FEE_JA, "賃料は月額12万円（変更前は10万円）です。", True),
        (FEE_JA, "賃料は10万円から12万円に変更されました。", True),
        (FEE_JA, "賃料は10万円ではなく12万円です。", True),
        (FEE, "The monthly fee is £100, formerly £120.", False),
        (FEE, "The monthly fee was GBP 120 and is now GBP 100.", False),
        (FEE, "The monthly fee is £120 instead of £90.", False),
        (FEE, "The monthly fee was raised from GBP 90 to GBP 120.", False),
        (NOTICE, "The notice period is 60 days instead of 20 days.", False),
        (FEE_JA, "賃料は12万円から10万円に変更されました。", False),
        (FEE_JA, "賃料は9万円から12万円に変更されました。", False),
    ],
)
def test_old_and_new_told_together(question: str, claim: str, stands: bool, tmp_path: Path) -> None:
    text = KEIYAKU if question == FEE_JA else paper()
    said = verdict(text, question, claim, tmp_path)[0]
    assert said != "contradicted" if stands else said != "supported"


@pytest.mark.parametrize(
    ("question", "claim"),
    [
        ("What is the deposit?", "The deposit was raised from GBP 100 to GBP 120."),
        (FEE, "The monthly fee was lowered from GBP 100 to GBP 120."),
        (FEE, "The monthly fee is GBP 120 (formerly GBP 100 payable by Birch Ltd)."),
        (FEE, "The monthly fee was £100 a year and is now £120."),
        ("敷金はいくらですか。", "敷金は10万円から12万円に変更されました。"),
        (FEE_JA, "賃料は10万円から12万円に減額されました。"),
        (FEE_JA, "賃料は月額12万円（変更前は乙が負担する10万円）です。"),
    ],
)
def test_what_is_told_besides_the_new_value_is_not_supported_by_it(question: str, claim: str, tmp_path: Path) -> None:
    english = paper().replace("AMENDMENT", "5. Deposit\nThe deposit is GBP 120.\n\nAMENDMENT")
    text = english if claim.isascii() or "£" in claim else KEIYAKU.replace("第2条（予告）", "第3条（敷金）\n敷金は12万円とする。\n\n第2条（予告）")
    assert verdict(text, question, claim, tmp_path)[0] != "supported"


def test_a_paper_that_changes_nothing_vouches_for_no_old_value(tmp_path: Path) -> None:
    text = paper().split("AMENDMENT")[0].replace("GBP 100", "GBP 120")
    assert verdict(text, FEE, "The monthly fee is £120.", tmp_path)[0] == "supported"
    assert verdict(text, FEE, "The monthly fee is £120, formerly £100.", tmp_path)[0] != "supported"


@pytest.mark.parametrize(
    ("claim", "says"),
    [
        ("1 badge", {"supported", "unsure"}),
        ("The Hirer receives 2 keys and 1 badge.", {"supported"}),
        ("The Hirer receives 1 key and 2 badges.", {"unsure", "contradicted"}),
        ("The Hirer receives one key and two badges.", {"unsure", "contradicted"}),
        ("1 key", {"unsure", "contradicted"}),
    ],
)
def test_a_figure_for_one(claim: str, says: set[str], tmp_path: Path) -> None:
    text = "1. Access\n1.1 The Hirer receives two keys and one badge.\n"
    assert verdict(text, "What does the Hirer receive?", claim, tmp_path)[0] in says


@pytest.mark.parametrize("number", [2, 4])
def test_a_sentence_with_two_clauses_and_two_replacements(number: int, tmp_path: Path) -> None:
    both = 'In clause 4 "GBP 100" is replaced by "GBP 120", and in clause 2 "thirty days" by "sixty days".'
    text = f"{paper().split('In clause 4')[0]}{both}\n"
    question, new, old = {2: (NOTICE, "60 days", "30 days"), 4: (FEE, "£120", "£100")}[number]
    assert verdict(text, question, new, tmp_path) == ("supported", "")
    assert verdict(text, question, old, tmp_path) == ("contradicted", "amended")


@pytest.mark.parametrize("sentence", ["Clause 4 Fee is amended to GBP 120.", "Clause 4 of the agreement is amended.", "Clause 4 is deleted."])
def test_a_sentence_that_speaks_of_a_clause_is_not_that_clause(sentence: str, tmp_path: Path) -> None:
    from tsel_core.trust.amendments.clauses import lines_of

    (tmp_path / "a.txt").write_text(f"1. Intro\nWords.\n\n{sentence}\n", encoding="utf-8")
    assert lines_of(PassageIndex.build([read_document(tmp_path / "a.txt")]))[-1].number != "4"


@pytest.mark.parametrize(
    ("text", "question", "said", "other", "same"),
    [
        (KEIYAKU, FEE_JA, "賃料は月額10万円です。", "12万円", True),
        (KEIYAKU, FEE_JA, "賃料は月額10万円です。", "10万円", False),
        (KEIYAKU, FEE_JA, "賃料は月額10万円です。", "", False),
        (paper(), FEE, "The monthly fee is GBP 100.", "£120", True),
        (paper(), FEE, "The monthly fee is GBP 100.", "£130 a month", False),
        (paper(), FEE, "The monthly fee is GBP 120.", "£120 a month", False),  # nothing was put in: the look decides
    ],
)
def test_a_reading_of_the_clause_and_one_of_its_amendment_say_the_same_now(
    text: str, question: str, said: str, other: str, same: bool, tmp_path: Path
) -> None:
    (tmp_path / "paper.txt").write_text(text, encoding="utf-8")
    papers = [read_document(tmp_path / "paper.txt")]
    trust = check_answer(said, question, render_documents(papers), papers, lang="en" if said.isascii() else "ja")
    assert says_the_same_now(said, trust, other, question) == same


def test_what_was_before_keeps_what_it_counts(tmp_path: Path) -> None:
    text = "第6条（納期）\n乙は、発売日の20日前までに納入する。\n\n覚書\n\n1 第6条の「20日前」を「18日前」に改める。\n"
    (tmp_path / "paper.txt").write_text(text, encoding="utf-8")
    papers = [read_document(tmp_path / "paper.txt")]
    trust = check_answer("発売日の20日前までに納入する。", "納期は発売日の何日前ですか。", render_documents(papers), papers, lang="ja")
    assert trust.text == "発売日の18日前までに納入する。変更前は20日前。"
