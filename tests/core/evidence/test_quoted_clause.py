"""A clause that is asked for by its number is quoted whole, by the program."""

from __future__ import annotations

import pytest

from tsel_core.evidence.locating.locate import Locator
from tsel_core.evidence.locating.quoted_clause import quoted_clause, quoted_places
from tsel_core.ingest.options import ReadOptions
from tsel_core.ingest.parse import parse
from tsel_core.trust.passages import PassageIndex

HIRE = """HIRE AGREEMENT

1. TERM
1.1 The hire begins on 3 May 2027 and ends on 2 May 2029.
1.2 It does not renew by itself.

2. CHARGES
2.1 The hirer pays GBP 410 a month. Fuel is not included.
2.2 Late sums bear interest at 5 per cent a year.
(a) from the due date,
(b) until payment.

12. LAW
The law of Scotland governs this agreement.
"""
SIDE_LETTER = """
Dear Ms Orr,

1. In clause 2.1 "GBP 410" is replaced by "GBP 450".
2. The rest stays as it is.
"""
LEASE_JA = """第1条(期間)
1 期間は2027年5月1日から2年間とする。
2 自動では更新されない。

第2条（賃料）
賃料は月額12万円とする。ただし共益費は別とする。

第十二条（管轄）
札幌地方裁判所とする。
"""


def located(text: str) -> Locator:
    return Locator(PassageIndex.build([parse("a.txt", text.encode(), "0" * 64, ReadOptions())]))


@pytest.mark.parametrize(
    ("question", "begins", "ends", "lines"),
    [
        ("Quote clause 2.1.", "2.1 The hirer pays", "Fuel is not included.", 1),
        ("Please quote the whole of section 1 word for word", "1. TERM", "It does not renew by itself.", 3),
        ("What does clause 12 say?", "12. LAW", "governs this agreement.", 1),
        ("could you give me the exact wording of Clause 2.2?", "2.2 Late sums", "(b) until payment.", 3),
    ],
)
def test_a_clause_is_quoted_whole(question: str, begins: str, ends: str, lines: int) -> None:
    said = quoted_clause(question, located(HIRE))
    assert said.startswith(begins)
    assert said.endswith(ends)
    assert len(said.split("\n")) == lines


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("第1条第2項を引用してください。", "2 自動では更新されない。"),
        ("第２条の全文を示してください", "第2条（賃料） 賃料は月額12万円とする。ただし共益費は別とする。"),
        ("第12条には何と書いてありますか。", "第十二条（管轄） 札幌地方裁判所とする。"),
    ],
)
def test_an_article_is_quoted_whole(question: str, said: str) -> None:
    assert quoted_clause(question, located(LEASE_JA)) == said


@pytest.mark.parametrize(
    "question",
    [
        "Quote clause 7.",  # there is none
        "Quote clause 2.10.",
        "Quote the clause on charges.",
        "Quote clause 2.1 and tell me whether fuel is included.",
        "Does clause 2.1 include fuel?",
        "What does clause 2.1 say about fuel?",
        "第3条を引用してください。",
        "第1条によれば期間は何年ですか。",
    ],
)
def test_another_question_is_left_to_the_model(question: str) -> None:
    assert quoted_clause(question, located(HIRE)) == ""
    assert quoted_clause(question, located(LEASE_JA)) == ""


def test_of_several_places_the_one_that_is_labelled_is_meant() -> None:
    both = located(HIRE + SIDE_LETTER)
    assert quoted_clause("Quote clause 2", both).startswith("2. CHARGES")
    two = Locator(PassageIndex.build([parse(name, HIRE.encode(), "0" * 64, ReadOptions()) for name in ("a.txt", "b.txt")]))
    assert quoted_clause("Quote clause 2", two) == ""  # which paper?


VAN = """VAN HIRE

7. Costs
Costs are shared.

8. Law
The law of Scotland.

Signed in Perth on 3 May 2027 by A. Orr

SCHEDULE 7

1. A van
"""
YAKKAN = """第8条（費用）
費用は折半とする。

第9条（協議）
1 協議して定める。
2 書面による。

以上のとおり契約した。
2027年5月1日
甲 青葉
附則
"""


@pytest.mark.parametrize(
    ("text", "question", "said"),
    [
        (VAN, "Quote clause 7.", "7. Costs Costs are shared."),
        (VAN, "Quote clause 8.", "8. Law The law of Scotland."),
        (VAN, "Quote clause 1.", ""),  # an item of the schedule is no clause
        (YAKKAN, "第9条第2項を引用してください。", "2 書面による。"),
        (YAKKAN, "第9条を引用してください。", "第9条（協議）\n1 協議して定める。\n2 書面による。"),
        ("1. NOTICES\n\nSome words.\n", "Quote clause 1", ""),  # the heading alone
    ],
)
def test_what_stands_behind_a_clause_is_none_of_it(text: str, question: str, said: str) -> None:
    assert quoted_clause(question, located(text)) == said


NDA = """NON-DISCLOSURE AGREEMENT

1. Purpose
The parties wish to talk about a project.

2. Obligations
The Recipient shall:
1. keep the information secret;
2. use it for the purpose alone; and
3. return it on request.

3. Term
This agreement lasts two years.

Annex: Persons who may receive information
1. Directors of the Recipient.
2. Advisers of the Recipient who need to know.
"""
SECOND = "2. Obligations\nThe Recipient shall:\n1. keep the information secret;\n2. use it for the purpose alone; and\n3. return it on request."
UNTITLED = NDA.replace("1. Purpose\n", "1. ").replace("2. Obligations\n", "2. ").replace("3. Term\n", "3. ")
LISTS = """The Recipient shall:

1. keep the information secret;
2. use it for the purpose alone.

The Discloser shall:

1. mark the information;
2. answer questions about it.
"""
LEAD = "These places have the number {number}:"


@pytest.mark.parametrize(
    ("text", "number", "said"),
    [
        (NDA, 2, SECOND),
        (NDA, 3, "3. Term\nThis agreement lasts two years."),
        (UNTITLED, 2, SECOND.replace("2. Obligations\n", "2. ")),
        (UNTITLED, 3, "3. This agreement lasts two years."),
        (NDA.replace(".  ", ")").replace("1. keep", "   1. keep").replace("2. use", "   2. use").replace("3. return", "   3. return"), 2, SECOND),
    ],
)
def test_the_outermost_section_is_quoted_where_a_list_has_the_same_number(text: str, number: int, said: str) -> None:
    assert quoted_places(f"Quote section {number}.", located(text), LEAD) == (said, True)


def test_two_lists_with_one_number_are_both_shown_each_with_its_place() -> None:
    text, sure = quoted_places("Quote section 2.", located(LISTS), LEAD)
    assert text == "These places have the number 2:\n\nlines 3-4:\n2. use it for the purpose alone.\n\nlines 8-9:\n2. answer questions about it."
    assert not sure
    two = Locator(PassageIndex.build([parse(name, NDA.encode(), "0" * 64, ReadOptions()) for name in ("a.txt", "b.txt")]))
    text, sure = quoted_places("Quote section 3.", two, LEAD)
    assert ("a.txt, " in text, "b.txt, " in text, text.count("lasts two years"), sure) == (True, True, 2, False)


@pytest.mark.parametrize("question", ["Quote section 7.", "Quote section 2.1.", "What does section 2 say about return?", "第2条第1項を引用してください。"])
def test_no_place_is_shown_for_others(question: str) -> None:
    assert quoted_places(question, located(NDA), LEAD) == ("", False)


def test_an_item_of_a_schedule_alone_is_no_section() -> None:
    assert quoted_places("Quote clause 1.", located(VAN), LEAD) == ("", False)
