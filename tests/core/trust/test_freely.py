"""Whether a thing may be done freely: a clause with a condition says no, and only one that says so itself yes."""

from __future__ import annotations

import pytest

from tests.core.trust.test_claims import checked, yes_and_no
from tsel_core.trust.claims.parts.freely import asked_freely, bound_by, without_freely

LINES = (
    "LICENCE OF A STALL",
    "1. The Licensee may end this licence only if the market is closed for more than 20 days.",
    "2. The Owner may end this licence at any time by 40 days' written notice.",
    "3. The Licensee may repaint the stall with the prior written consent of the Owner.",
    "4. The Licensee may hand out samples.",
    "5. The Owner may inspect the stall at any time in an emergency.",
    "6. The Licensee may use the water tap at any time, provided that the yard is locked afterwards.",
    "7. The Owner may change the opening hours without giving a reason.",
)
JA = (
    "第1条 乙は、市場が20日を超えて閉鎖された場合に限り、本契約を解除することができる。",
    "第2条 甲は、40日前に書面で通知することにより、いつでも本契約を解約することができる。",
    "第3条 乙は、甲の承諾を得て、屋台を塗り替えることができる。",
    "第4条 乙は、出店の場所を自由に選ぶことができる。",
    "第5条 出店料は、双方が合意しなければ変更することができない。",
    "第6条 会員は、1か月前までに届け出れば、いつでも退会することができる。",
    "第7条 運営者は、会員が規約に違反したときに限り、会員を退会させることができる。",
)


@pytest.mark.parametrize(
    ("question", "yes", "no"),
    [
        ("May the Licensee end the licence at any time?", "contradicted", "supported"),
        ("May the Licensee end the licence without giving a reason?", "contradicted", "supported"),
        ("Can the Licensee freely end the licence?", "contradicted", "supported"),
        ("May the Licensee repaint the stall freely?", "contradicted", "supported"),
        ("May the Owner end the licence at any time?", "supported", "contradicted"),
        ("Can the Owner end the licence for any reason?", "unsure", "unsure"),  # at any time: no word of a reason
        ("Can the Owner end the licence without telling anyone?", "unsure", "unsure"),
        ("Can the Owner end the licence unconditionally?", "unsure", "unsure"),
        ("May the Owner change the opening hours without a reason?", "supported", "contradicted"),
        ("May the Licensee hand out samples at any time?", "unsure", "unsure"),  # it may, and nothing says when
        ("May the Owner inspect the stall at any time?", "unsure", "unsure"),  # in an emergency
        ("May the Licensee use the water tap at any time?", "unsure", "unsure"),  # at any time, and on a condition
        ("May the Licensee hand out samples?", "supported", "contradicted"),  # not asked freely
    ],
)
def test_english(question: str, yes: str, no: str) -> None:
    assert yes_and_no(question, LINES) == (yes, no)


@pytest.mark.parametrize(
    ("question", "yes", "no"),
    [
        ("乙は自由に契約を解除できますか。", "contradicted", "supported"),
        ("乙は理由なく本契約を解除できますか。", "contradicted", "supported"),
        ("乙は一方的に本契約を解除できますか。", "contradicted", "supported"),
        ("甲は自由に本契約を解約できますか。", "unsure", "unsure"),  # with notice
        ("甲はいつでも本契約を解約できますか。", "supported", "contradicted"),
        ("甲は無断で本契約を解約できますか。", "unsure", "unsure"),
        ("甲は理由なく本契約を解約できますか。", "unsure", "unsure"),
        ("乙は無断で屋台を塗り替えられますか。", "contradicted", "supported"),
        ("乙は出店の場所を自由に選べますか。", "supported", "contradicted"),
        ("出店料は一方的に変更できますか。", "contradicted", "supported"),
        ("会員はいつでも退会できますか。", "unsure", "contradicted"),  # with notice; and to leave is not to be made to leave
    ],
)
def test_japanese(question: str, yes: str, no: str) -> None:
    assert yes_and_no(question, JA, "ja") == (yes, no)


def test_a_yes_with_the_bound_clause_behind_it_is_contradicted() -> None:
    answer = "はい。「乙は、市場が20日を超えて閉鎖された場合に限り、本契約を解除することができる。」"
    first = checked(answer, "乙は自由に契約を解除できますか。", JA, "ja").claims[0]
    assert (first.verdict, first.why) == ("contradicted", "quantifier")


def test_a_no_with_its_clause_is_cited_as_an_answer() -> None:
    clause = "乙は、市場が20日を超えて閉鎖された場合に限り、本契約を解除することができる。"
    trust = checked(f"いいえ。「{clause}」", "乙は自由に契約を解除できますか。", JA, "ja")
    assert [c.role for c in trust.citations] == ["answer"]
    wrong = checked(f"はい。「{clause}」", "乙は自由に契約を解除できますか。", JA, "ja")
    assert "answer" not in [c.role for c in wrong.citations if 0 in c.sentences]


def test_a_sentence_that_says_freely_is_not_borne_out_by_a_bound_clause() -> None:
    said = checked("The Licensee may freely repaint the stall.", "What may be repainted?", LINES).claims[0]
    assert said.verdict != "supported"
    plain = checked("The Licensee may repaint the stall with the Owner's consent.", "What may be repainted?", LINES).claims[0]
    assert plain.verdict == "supported"


def test_the_words_of_freedom_are_taken_out() -> None:
    assert without_freely("May the Owner end it at any time, for any reason?") == "May the Owner end it?"
    assert without_freely("乙はいつでも契約を解除できますか。") == "乙は契約を解除できますか。"
    assert not asked_freely("May the tenant use the free seats?")
    assert not asked_freely("自由席は予約できますか。")


def test_notice_is_no_condition() -> None:
    assert bound_by("It may be ended only by written notice.") == ""
    assert bound_by("通知すれば、いつでも解約できる。") == ""
    assert bound_by("It may be ended only for good cause.") == "only"
