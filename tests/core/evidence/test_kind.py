"""What a question asks for, in both languages."""

from __future__ import annotations

import pytest

from tsel_core.evidence.locating.agree import agree, says_nothing
from tsel_core.evidence.locating.kind import question_kind


@pytest.mark.parametrize(
    ("question", "kind", "quotes"),
    [
        ("Is there a cap on liability? Quote the clause.", "yesno", True),
        ("May the Recipient keep copies?", "yesno", False),
        ("Does the contract renew by itself?", "yesno", False),
        ("Can you list the parties?", "open", False),
        ('Is this statement true, false, or not mentioned? "The Recipient may sell it on."', "truth", False),
        ("What is the penalty for late delivery?", "open", False),
        ("What is the delivery date?", "exact", False),
        ("By when must the lot be ordered?", "exact", False),
        ("How much is the monthly fee?", "exact", False),
        ("Which clause deals with notices?", "open", True),
        ("Why did the welder fail?", "open", False),
        ("再委託はできますか。", "yesno", False),
        ("最低発注数量の定めはありますか。", "yesno", False),
        ("月額の委託料はいくらですか。", "exact", False),
        ("誰が資料を作りますか。", "exact", False),
        ("何が決まりましたか。", "open", False),
        ("賠償の上限を定めた条文を引用してください。", "open", True),
        ("次の文は正しいですか。「受領者は写しを保管できる。」", "truth", False),
    ],
)
def test_kinds(question: str, kind: str, quotes: bool) -> None:
    found = question_kind(question)
    assert (found.kind, found.quotes) == (kind, quotes)


def test_the_statement_of_a_truth_question_is_its_quoted_words() -> None:
    assert question_kind('True or false: "The Recipient may sell it on."').statement == "The Recipient may sell it on."


@pytest.mark.parametrize(
    ("one", "two", "same"),
    [
        ("It is due on 30 September 2026.", "30 September 2026", True),
        ("It is due on 30 September 2026.", "It is due on 30 October 2026.", False),
        ("Not found in the document.", "The document does not say.", True),
        ("Not found in the document.", "620 euros", False),
        ("Yes, with consent.", "No. It is forbidden.", False),
        ("Rosalind Adeyemi orders it.", "The order goes out from Rosalind Adeyemi.", True),
        ("The fee is 620 euros.", "The fee is 640 euros.", False),
        ("期限は6月30日です。", "6月30日", True),
        ("委託料は月額50万円です。", "月額60万円", False),
        ("A cracked cooling manifold.", "The cooling manifold had cracked.", True),
        ("A cracked cooling manifold.", "Nobody had ordered spare lenses.", False),
    ],
)
def test_agreement(one: str, two: str, same: bool) -> None:
    assert agree(one, two) is same
    assert agree(two, one) is same


def test_who_must_be_the_same_person() -> None:
    question, people = "見積もりを担当するのは誰で、期限はいつですか。", {"山田", "高橋"}
    assert not agree("担当は山田です。期限は10日です。", "高橋、期限は10日です。", question, people)
    assert agree("担当は山田です。期限は10日です。", "山田さん、10日", question, people)
    assert not agree("Individuals with access will sign user agreements with MDHHS.", "MDHHS employees whose job requires it.", "Who may see it?")


def test_the_question_said_again_says_nothing() -> None:
    assert says_nothing("The group discussed the sample sensor.", "What did the group discuss about the sample sensor?")
    assert says_nothing("Not found in the document.", "What is the fee?")
    assert not says_nothing("620 euros", "What is the fee?")
    assert not says_nothing("The fee is paid in May.", "When is the fee paid?")


def test_what_the_question_says_is_no_agreement() -> None:
    assert not agree("Invoice 4711 is 300 euros.", "Invoice 4711 is 500 euros.", "How much is invoice 4711?")
