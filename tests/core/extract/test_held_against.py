"""Doubted cells of contracts against the clauses: what both say is stated, another matter's value is not shown."""

from __future__ import annotations

from typing import Any

import pytest

from tests.core.extract.test_extract import answer
from tests.core.ingest.formats.test_text import read
from tsel_core.answer import Answer
from tsel_core.document import Document
from tsel_core.extract.cell import OTHER_VALUE, UNPROVED, Cell, Place, cell_of
from tsel_core.extract.cited_clause import with_real_clauses
from tsel_core.extract.fields import Field, FieldKind
from tsel_core.extract.held_against import held_against
from tsel_core.extract.last_day import COMPUTED

PAPER = """# HIRE AGREEMENT

This Agreement is made on 3 March 2027 between Ashdown Cranes Ltd (the "Owner") and Pell Builders Ltd (the "Hirer").

Guarantor: Ines Okafor.

1.1 The Owner lets the cranes to the Hirer.

2.1 The Hirer shall pay each invoice within 60 days of its receipt.

2.2 The Owner shall answer a complaint within 20 days.

## 3. Term

3.1 This Agreement begins on 1 April 2027 and continues for two years (the "Term").

3.2 Either party may terminate this Agreement on four months' written notice.

4.1 This Agreement is governed by the law of Scotland.
"""
LETTER = """
# AMENDMENT LETTER

Date: 9 May 2028

1. In clause 2.1 the words "within 60 days" are replaced by "within 40 days".

2. In clause 2.2 the words "within 20 days" are replaced by "within 15 days".
"""
PAYS = 'In clause 2.1 the words "within 60 days" are replaced by "within 40 days".'
PAID = "2.1 The Hirer shall pay each invoice within 60 days of its receipt."


def paper(text: str = PAPER + LETTER) -> Document:
    return read(text, "a.md")


def held(name: str, text: str, *quotes: str, kind: FieldKind = "text", reason: str = OTHER_VALUE, status: str = "unsure", of: str = "") -> Cell:
    places = tuple(Place("somewhere", quote) for quote in quotes)
    return held_against(Cell(Field(name, kind), status, text, text or None, places, reason=reason), paper(of or PAPER + LETTER))  # type: ignore[arg-type]


def test_the_first_day_of_the_term_clause_is_stated() -> None:
    quote = '3.1 This Agreement begins on 1 April 2027 and continues for two years (the "Term").'
    assert held("Start date", "1 April 2027", quote, "Date: 9 May 2028", kind="date").status == "stated"
    assert held("Start date", "1 April 2027", "Date: 9 May 2028", kind="date").status == "unsure"


def test_another_first_day_gives_way_to_that_of_the_clause() -> None:
    made = held("Start date", "9 May 2028", "Date: 9 May 2028", kind="date")
    assert (made.status, made.value) == ("unsure", "2027-04-01")


def test_a_payment_time_that_the_amendment_gave_is_stated() -> None:
    made = held("Payment days", "40 days", PAYS, PAID)
    assert (made.status, made.value, made.reason) == ("stated", "40 days", "")
    assert [p.quote for p in made.places] == [PAYS, PAID]


@pytest.mark.parametrize(
    ("name", "text", "quotes"),
    [
        ("Payment days", "60 days", (PAID, PAYS)),  # the old one
        ("Payment days", "15 days", ('In clause 2.2 the words "within 20 days" are replaced by "within 15 days".', "2.2 The Owner shall answer a complaint within 20 days.")),
        ("Payment days", "40 days", (PAYS, "2.2 The Owner shall answer a complaint within 20 days.")),
        ("Delivery days", "40 days", (PAYS, PAID)),
    ],
)
def test_no_other_doubt_is_set_aside(name: str, text: str, quotes: tuple[str, ...]) -> None:
    assert held(name, text, *quotes).status == "unsure"


def test_a_notice_period_of_another_matter_is_that_of_the_clause_unsure() -> None:
    made = held("Notice period", "40 days", PAYS, reason=UNPROVED)
    assert (made.status, made.reason) == ("unsure", "a clause speaks of it")
    assert "four months" in made.text
    assert "40 days" not in made.text


def test_the_clause_that_speaks_against_a_notice_period_is_it() -> None:
    made = held("Notice period", "20 days", "2.2 The Owner shall answer a complaint within 20 days.", "3.2 Either party may terminate this Agreement on four months' written notice.")
    assert "four months" in made.text
    kept = held("Notice period", "four months", "3.2 Either party may terminate this Agreement on four months' written notice.", "2.2 The Owner shall answer a complaint within 20 days.")
    assert kept.text == "four months"


def test_the_law_in_the_words_of_its_one_clause_is_stated() -> None:
    quote = "4.1 This Agreement is governed by the law of Scotland."
    assert held("Governing law", "the law of Scotland", quote).status == "stated"
    assert held("Governing law", "the law of Norway", quote).status == "unsure"
    two = PAPER.replace("law of Scotland", "law of Scotland, and its Schedule by the law of Norway")
    assert held("Governing law", "the law of Norway", quote, of=two).status == "unsure"


def test_other_doubts_and_other_papers_stay() -> None:
    assert held("Governing law", "the law of Scotland", reason="no citation").status == "unsure"
    letter = "Dear Ann,\n\nit is governed by the law of Scotland.\n\nYours, Bo"
    assert held("Governing law", "the law of Scotland", "it is governed by the law of Scotland.", of=letter).status == "unsure"


def test_a_guarantor_by_label_is_one_of_the_parties() -> None:
    made = held("Parties", "Ashdown Cranes Ltd and Pell Builders Ltd", status="stated", reason="")
    assert made.value == "Ashdown Cranes Ltd and Pell Builders Ltd; Ines Okafor (guarantor)"
    assert made.places[-1].quote == "Guarantor: Ines Okafor"
    assert held("Parties", "Ashdown Cranes Ltd, Ines Okafor", status="stated", reason="").value == "Ashdown Cranes Ltd, Ines Okafor"
    nobody = PAPER.replace("Ines Okafor", "none")
    assert held("Parties", "Ashdown Cranes Ltd", status="stated", reason="", of=nobody).value == "Ashdown Cranes Ltd"


def ended(term: str, *, head: str = PAPER, kind: FieldKind = "date", **given: str) -> Cell:
    return held("End date", "", status="not stated", reason="", kind=kind, of=head.replace('3.1 This Agreement begins on 1 April 2027 and continues for two years (the "Term").', term), **given)


@pytest.mark.parametrize(
    ("term", "day"),
    [
        ("3.1 This Agreement begins on 1 April 2027 and continues for two years.", "2029-03-31"),
        ("3.1 The term is five years from and including 1 February 2024.", "2029-01-31"),
        ("3.1 The term of this Agreement shall be eighteen months commencing on 15 May 2027.", "2028-11-14"),
        ("3.1 This Agreement shall commence on 29 February 2028 and continue for a period of one year.", ""),
        ("3.1 The term is five years from 1 February 2024.", ""),
        ("3.1 The term is at least five years from and including 1 February 2024.", ""),
        ("3.1 The term is two years.", ""),
    ],
)
def test_an_end_is_reckoned_where_that_is_certain(term: str, day: str) -> None:
    made = ended(term)
    assert (made.status, made.value or "") == ("unsure", day)
    assert made.reason == (COMPUTED if day else "a clause speaks of it")
    assert made.places[0].quote == term


def test_an_end_that_is_written_is_not_reckoned() -> None:
    made = ended("3.1 This Agreement runs from 1 April 2027 to 30 June 2029.")
    assert (made.value, made.reason) == ("2029-06-30", "it is from a clause that names such a value")


def test_a_term_clause_without_a_verb_is_one() -> None:
    made = ended("Term: six years from and including 1 May 2023")
    assert (made.value, made.reason) == ("2029-04-30", COMPUTED)


def test_no_end_where_no_clause_states_the_term() -> None:
    assert ended("3.1 The Hirer keeps the cranes dry.").status == "not stated"
    assert ended("3.1 The guarantee ends after two years.").status == "not stated"


def test_the_date_of_a_letter_is_no_end() -> None:
    made = held("End date", "9 May 2028", "Date: 9 May 2028", kind="date", reason=UNPROVED)
    assert (made.status, made.value, made.reason) == ("unsure", "2029-03-31", COMPUTED)


def test_a_term_that_is_amended_is_not_reckoned() -> None:
    changed = PAPER + LETTER + '\n3. In clause 3.1 the words "two years" are replaced by "three years".\n'
    made = held("End date", "", status="not stated", reason="", kind="date", of=changed)
    assert (made.status, made.value, made.reason) == ("unsure", None, "a clause speaks of it")


def test_a_japanese_end_is_reckoned() -> None:
    text = "業務委託契約書\n\n株式会社青葉（以下「甲」という。）と株式会社若葉（以下「乙」という。）は、次のとおり契約を締結する。\n\n第1条（委託）\n甲は、清掃業務を乙に委託し、乙はこれを受託する。\n\n第2条（期間）\n{}\n\n第3条（委託料）\n委託料は、月額10万円とする。\n\n第4条（再委託）\n乙は、甲の承諾なく再委託してはならない。\n\n第5条（解除）\n甲は、30日前までに通知して本契約を解除することができる。\n\n第6条（協議）\n本契約に定めのない事項は、甲乙協議して定める。\n\n甲　株式会社青葉\n乙　株式会社若葉"
    reckoned = held("終了日", "", status="not stated", reason="", kind="date", of=text.format("本契約の有効期間は、2027年4月1日から2年間とする。"))
    assert (reckoned.value, reckoned.reason) == ("2029-03-31", COMPUTED)
    written = held("終了日", "", status="not stated", reason="", kind="date", of=text.format("本契約の有効期間は、2027年4月1日から2028年9月30日までとする。"))
    assert (written.value, written.reason) == ("2028-09-30", "it is from a clause that names such a value")


def cited(text: str, label: str) -> Cell:
    document = read("第7条（秘密保持）\n\n2　前項の義務は、3年間存続する。\n\n第8条（個人情報）\n\n乙は、報告する。\n\n4.2 Notices are in writing. See clause 4.3 of it.")
    return with_real_clauses(Cell(Field("X"), "stated", text, text, (Place(label, "q"),)), document)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("第8条第2項の義務は3年間存続する。", "第7条第2項の義務は3年間存続する。"),
        ("第7条の義務は3年間存続する。", ""),
        ("clause 4.2 says so", ""),
        ("clause 4.7 says so", "clause 4.7 says so"),
        ("within 30 days", ""),
    ],
)
def test_a_clause_that_the_paper_does_not_have_is_unsure(text: str, told: str) -> None:
    made = cited(text, "第7条第2項, 段落3" if "条" in text else "line 11")
    assert (made.status, made.value) == (("unsure", told) if told else ("stated", text))


@pytest.mark.parametrize(
    ("verdict", "why", "reason"),
    [
        ("contradicted", "number", OTHER_VALUE),
        ("contradicted", "negation", "a passage speaks against it"),
        ("not stated", "number", "no passage says just that"),
        ("unsure", "elsewhere", UNPROVED),
    ],
)
def test_a_doubt_is_told_with_the_passage_against_it(verdict: str, why: str, reason: str) -> None:
    claim: dict[str, Any] = {"verdict": verdict, "why": why, "evidence": {"label": "p. 4", "quote": "within 90 days"}}
    given: Answer = answer("It is 30 days [1].")
    given.extra["claims"] = [claim]
    made = cell_of(Field("Payment days"), given)
    assert (made.status, made.reason) == ("unsure", reason)
    assert (made.places[-1].quote == "within 90 days") == (verdict == "contradicted")


@pytest.mark.parametrize(("why", "reason"), [("role", UNPROVED), ("number", "its quote has another value"), ("negation", "a passage speaks against it")])
def test_a_doubt_by_the_cited_passage_itself_names_no_other(why: str, reason: str) -> None:
    given: Answer = answer("It is 30 days [1].")
    given.extra["claims"] = [{"verdict": "contradicted", "why": why, "evidence": {"label": "p. 2", "quote": given.citations[0].quote}}]
    made = cell_of(Field("Payment days"), given)
    assert (made.status, made.reason, len(made.places)) == ("unsure", reason, 1)
