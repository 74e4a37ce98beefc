"""What the paper plainly holds is shown instead of "not found": a clause with the value asked for, who signed, a row's label."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tsel_core.document import Document
from tsel_core.evaluation.runner import text_document
from tsel_core.evidence.deciding.told import told_instead
from tsel_core.evidence.locating.kind import question_kind
from tsel_core.evidence.locating.locate import Locator
from tsel_core.evidence.locating.signers import signed_by
from tsel_core.evidence.locating.signs import Signs
from tsel_core.evidence.locating.told_clause import beside_the_point
from tsel_core.trust.passages import PassageIndex

NONE_JA, NONE_EN = "文書には記載がありません。", "Not found in the document."
RULES = """就業規則

（1）結婚休暇　本人が結婚するとき　5日

（2）出産休暇　配偶者が出産するとき　2日

時間外労働に対しては、通常の賃金の2割5分増の割増賃金を支払う。

退職しようとする者は、退職予定日の30日前までに届け出なければならない。

出席者：川辺、杉浦

欠席者：古賀
"""
HANDBOOK = """HANDBOOK

Marriage of the employee: 4 days

Work beyond these hours is paid at one and a half times the hourly wage.

An employee who wishes to resign must give five weeks' written notice.

The landlord repays the deposit within 28 days.

Apologies: Ann Oak
"""
PAPER = """LEASE

The rent is GBP 900.

Signed on 1 May 2026

For the Landlord: Rosalind Achterberg, Partner
For the Tenant: Tamsin Reed, Director

AMENDMENT NO. 1

The rent is GBP 950.

For the Landlord: Piers Galbraith, Partner
For the Tenant: Tamsin Reed, Director
"""
KEIYAKU = """業務委託契約書

第1条（業務）　甲は乙に設計を委託する。

甲　株式会社ひかり企画
　　代表取締役　大塚 光
乙　有限会社山根設計
　　代表取締役　山根 さつき

覚書

1　第1条を改める。

甲　株式会社ひかり企画
　　代表取締役　大塚 光
乙　有限会社山根設計
　　取締役　西脇 誠
"""
SEEN, UNSEEN = Signs(0.2, 3.0, 1.0), Signs(0.2, 0.8, 1.0)


def told(paper: str, question: str, seen: str = "", text: str = "", signs: Signs = SEEN) -> str:
    """What is shown for a question where the heads look at the sentence that has some words; "" for nothing."""
    locator = Locator(PassageIndex.build([text_document("a.txt", paper)]))
    kind = question_kind(question)
    by_heads = tuple(s.number for s in locator.sentences if seen and seen in locator.index.text(s.span))
    located = replace(locator.locate(kind.matter), by_heads=by_heads)
    refused = text or (NONE_EN if question.isascii() else NONE_JA)
    found = told_instead(refused, question, kind, locator, located, signs)
    return found.text if found else ""


@pytest.mark.parametrize(
    ("paper", "question", "seen"),
    [
        (RULES, "結婚したら何日休めますか", "結婚休暇"),
        (RULES, "残業代の割増率は何％ですか", "割増賃金"),
        (RULES, "退職の申し出はいつまでですか", "30日前"),
        (RULES, "会社を辞めるときは何日前に言いますか", "30日前"),
        (RULES, "子どもが生まれたら何日休める？", "出産休暇"),
        (HANDBOOK, "How many days off are there for a marriage?", "Marriage"),
        (HANDBOOK, "How many days do I get when I marry?", "Marriage"),
        (HANDBOOK, "How many weeks of warning must I give to quit?", "five weeks"),
        (HANDBOOK, "How much notice must I give to resign?", "five weeks"),
        (HANDBOOK, "How long until the deposit is repaid?", "28 days"),
    ],
)
def test_a_clause_that_holds_what_is_asked_is_quoted_whole(paper: str, question: str, seen: str) -> None:
    shown = told(paper, question, seen)
    assert seen in shown
    assert " ".join(shown.split()) in " ".join(paper.split())


def test_where_the_heads_see_nothing_half_of_the_words_must_stand_there() -> None:
    assert told(RULES, "結婚したら何日休めますか", "結婚休暇", signs=UNSEEN) == ""
    assert "five weeks" in told(HANDBOOK, "How much written notice must an employee give who resigns?", signs=UNSEEN)


@pytest.mark.parametrize(
    ("paper", "question", "seen"),
    [
        (RULES, "転勤したら何日休めますか", "30日前"),  # none of its words
        (RULES, "子どもが生まれたら何日休める？", "結婚休暇"),  # another leave
        (RULES, "結婚したらいくらもらえますか", "結婚休暇"),  # no sum
        (RULES, "結婚休暇は有給ですか", "結婚休暇"),  # a yes/no question
        (HANDBOOK, "How much is the deposit?", "deposit within"),
        (HANDBOOK, "How many days off do I get when I move house?", "28 days"),
        (HANDBOOK, "Why must an employee resign?", "resign"),
    ],
)
def test_other_refusals_stay(paper: str, question: str, seen: str) -> None:
    assert told(paper, question, seen) == ""


@pytest.mark.parametrize(
    ("line", "question", "other"),
    [
        ("正社員が退職するときは、30日前までに届け出る。", "パートが退職するときは何日前までに届け出ますか。", "正社員が退職するときは何日前までに届け出ますか。"),
        ("Fathers have two weeks of leave when a child is born.", "How many weeks of leave do mothers have when a child is born?", "How many weeks of leave do fathers have when a child is born?"),
    ],
)
def test_a_clause_of_another_thing_is_not_shown(line: str, question: str, other: str) -> None:
    paper = f"RULES\n\n{line}\n\nThe garden room is small.\n" if line.isascii() else f"規則\n\n{line}\n\nパートは時給とする。\n"
    assert told(paper, question, line[:8]) == ""
    assert told(paper, other, line[:8]) == line


def test_the_row_whose_label_is_all_that_is_asked() -> None:
    assert told(RULES, "すべての欠席者を教えてください") == "欠席者：古賀"
    assert told(RULES, "欠席者は誰ですか") == "欠席者：古賀"
    assert told(RULES, "欠席者の電話番号を教えてください") == ""
    assert told(HANDBOOK, "List all apologies.") == "Apologies: Ann Oak"
    assert told(HANDBOOK, "List all late apologies.") == ""


def test_an_amount_for_a_due_day_is_beside_the_point() -> None:
    assert beside_the_point("月額金38万円です。", "支払期限はいつですか")
    assert beside_the_point("月額金38万円です。", "支払期限は？")
    assert beside_the_point("GBP 900", "When is the rent due?")
    assert not beside_the_point("翌月20日までです。", "支払期限はいつですか")
    assert not beside_the_point("On the 3rd day of each month.", "When is the rent due?")
    assert not beside_the_point("A nurse gives six weeks' notice.", "How much notice does a nurse give?")
    assert not beside_the_point("In advance.", "When is the rent due?")


def test_where_an_answer_is_beside_the_point_the_clause_is_shown() -> None:
    assert "28 days" in told(HANDBOOK, "When is the deposit repaid?", "28 days", text="GBP 900")
    assert told(HANDBOOK, "When is the deposit repaid?", "28 days", text="Within 28 days.") == ""


def signed(paper: str, question: str) -> list[str]:
    document: Document = text_document("a.txt", paper)
    return [one.person for one in signed_by(question, PassageIndex.build([document]))]


@pytest.mark.parametrize(
    ("paper", "question", "people"),
    [
        (PAPER, "Who signed the lease?", ["Rosalind Achterberg", "Tamsin Reed"]),
        (PAPER, "Who signed the amendment?", ["Piers Galbraith", "Tamsin Reed"]),
        (PAPER, "Who signed the lease for the Landlord?", ["Rosalind Achterberg"]),
        (PAPER, "Who signed it?", []),  # two papers
        (PAPER, "Who must sign the lease?", []),
        (PAPER, "Who pays the rent?", []),
        (KEIYAKU, "覚書に署名したのは誰ですか", ["大塚 光", "西脇 誠"]),
        (KEIYAKU, "Who signed the 覚書?", ["大塚 光", "西脇 誠"]),
        (KEIYAKU, "契約書に乙として署名したのは誰ですか", ["山根 さつき"]),
        (RULES, "誰が署名しましたか", []),
        ("LEASE\n\nLandlord: Ann Oak\nTenant: Bo Ray\n\nThe rent is 900.\n", "Who signed the lease?", []),  # its parties
        ("LEASE\n\nThe rent is 900.\n\nSigned on 1 May\n\nLandlord: Ann Oak\nTenant: Bo Ray\n", "Who signed the lease?", ["Ann Oak", "Bo Ray"]),
        ("DEED\n\nThe rent is 900.\n\nOak Holdings Ltd\nBy: /s/ Ann Oak\nName: Oak Holdings Ltd\n", "Who signed the deed?", ["Ann Oak"]),
    ],
)
def test_who_signed_which_paper(paper: str, question: str, people: list[str]) -> None:
    assert signed(paper, question) == people


def test_the_lines_of_who_signed_are_shown_where_an_answer_leaves_one_out() -> None:
    lines = "For the Landlord: Piers Galbraith, Partner\nFor the Tenant: Tamsin Reed, Director"
    assert told(PAPER, "Who signed the amendment?") == lines
    assert told(PAPER, "Who signed the amendment?", text="Piers Galbraith") == lines
    assert told(PAPER, "Who signed the amendment?", text="Piers Galbraith and Tamsin Reed") == ""
    shown = told(KEIYAKU, "覚書に署名したのは誰ですか", text="甲")
    assert shown.split("\n") == ["甲 株式会社ひかり企画", "代表取締役 大塚 光", "乙 有限会社山根設計", "取締役 西脇 誠"]


def test_what_is_shown_so_is_never_sure(monkeypatch: pytest.MonkeyPatch) -> None:
    from tests.core.evidence.test_look import NeverTooLong, Scripted
    from tsel_core.prompts.tasks import ask_task

    asker: Any = Scripted(alone=NONE_JA, bound=NONE_JA, holds=0.3)
    looker = NeverTooLong(asker, Locator(PassageIndex.build([text_document("a.txt", RULES)])), None)
    found = looker.look(ask_task("欠席者は誰ですか"), NONE_JA)
    assert (found.text, found.confidence, found.why) == ("欠席者：古賀", "unsure", "told")


@pytest.mark.parametrize(
    ("paper", "question", "found"),
    [
        ("LEASE\n\nSigned on 1 May 2026\n\nFor the Landlord: Rosalind Achterberg, Partner\nFor the Tenant: ________\n", "Who signed for the Tenant?", 0),
        ("LEASE\n\nSigned on 1 May 2026\n\nFor the Landlord: Rosalind Achterberg, Partner\nFor the Tenant: ________\n", "Who signed for the Landlord?", 1),
        ("契約書\n\n甲：港区1-1\n　　株式会社山田\n　　代表取締役　山田 太郎　㊞\n乙：北区2-2\n　　株式会社川田\n", "乙は誰が署名しましたか", 0),
        ("MEMO\n\nContact list\nName: Mary Poole\nName: Carl Orff\n", "Who signed the memo?", 0),
        ("AGREEMENT\n\nSigned by the parties:\nBy: Mary Poole\n", "Who signed the agreement?", 1),
    ],
)
def test_who_signed_for_one_side_did_not_sign_for_the_other(paper: str, question: str, found: int) -> None:
    assert len(signed_by(question, PassageIndex.build([text_document("a", paper)]))) == found
