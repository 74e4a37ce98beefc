"""Fields read from every form of schema, and cells typed from checked answers."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from tsel_core.answer import Answer
from tsel_core.errors import UsageError
from tsel_core.extract.cell import cell_of, typed
from tsel_core.extract.fields import Field, read_fields, read_words


def test_fields_in_words() -> None:
    fields = read_fields("Party, Start date (date), Penalty cap (money), Renewal (yes/no)")
    assert [(f.name, f.kind) for f in fields] == [
        ("Party", "text"),
        ("Start date", "date"),
        ("Penalty cap", "money"),
        ("Renewal", "yesno"),
    ]
    assert [(f.name, f.kind) for f in read_fields("当事者、開始日（日付）、上限額（金額）")] == [
        ("当事者", "text"),
        ("開始日", "date"),
        ("上限額", "money"),
    ]


def test_fields_in_files(tmp_path: Path) -> None:
    toml = tmp_path / "a.toml"
    toml.write_text('[[field]]\nname = "Law"\nquestion = "Which law governs?"\n[[field]]\nname = "Side"\nchoices = ["A", "B"]\n')
    law, side = read_fields(str(toml))
    assert law.asked("en") == "Which law governs?"
    assert (side.kind, side.choices) == ("choice", ("A", "B"))
    assert "A, B" in side.asked("en")
    schema = tmp_path / "a.json"
    schema.write_text(json.dumps({"type": "object", "properties": {"start_date": {"type": "string", "format": "date"}, "renews": {"type": "boolean"}, "law": {"enum": ["US", "UK"]}}}))  # fmt: skip
    assert [(f.name, f.kind) for f in read_fields(str(schema))] == [
        ("start date", "date"),
        ("renews", "yesno"),
        ("law", "choice"),
    ]


@pytest.mark.parametrize("schema", ["", " , ,", "A (colour)", "A, A", "nosuch.toml", "nosuch.json"])
def test_a_schema_that_is_none_is_refused(schema: str) -> None:
    with pytest.raises(UsageError):
        read_fields(schema)


@pytest.mark.parametrize("content", ["[[field]]\nkind = 'date'", "[[field]]\nname = 'a'\ncolour = 1", "[[field]]\nname = 'a'\nkind = 'choice'", "a = [", "field = 3"])  # fmt: skip
def test_a_file_of_fields_that_is_none_is_refused(content: str, tmp_path: Path) -> None:
    path = tmp_path / "a.toml"
    path.write_text(content)
    with pytest.raises(UsageError):
        read_fields(str(path))


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("money", "The fee is EUR 1,950.00 a year [1].", "1950 EUR"),
        ("date", "It starts on 31 December 2026.", "2026-12-31"),
        ("date", "令和8年12月31日です。", "2026-12-31"),
        ("percent", "It is 14.60% a year.", "14.6%"),
        ("duration", "Eighteen months.", "18 month"),
        ("number", "There are 42 vessels.", 42),
        ("yesno", "Yes. The term is renewed.", True),
        ("yesno", "いいえ、定めはありません。", False),
        ("yesno", "The term is renewed.", None),
        ("money", "It is paid by the customer.", None),
        ("list", "lamps; filters; seals", ["lamps", "filters", "seals"]),
        ("text", "The law of Denmark.", "The law of Denmark."),
    ],
)
def test_words_are_typed(kind: Any, text: str, value: Any) -> None:
    assert typed(Field("x", kind), text) == value


def test_of_two_values_the_quoted_one_counts() -> None:
    field = Field("Cap", "money")
    text = "Not EUR 500 but EUR 900."
    assert typed(field, text) == "500 EUR"
    assert typed(field, text, ["The cap is EUR 900."]) == "900 EUR"


def test_a_choice_is_one_of_them() -> None:
    field = Field("Law", "choice", choices=("Danish", "Dutch"))
    assert typed(field, "Danish law applies.") == "Danish"
    assert typed(field, "Danish or Dutch law.") is None


def answer(text: str, found: bool = True, verdicts: tuple[str, ...] = ("supported",), cited: bool = True) -> Answer:
    extra = {"claims": [{"verdict": v} for v in verdicts], "nearest": [{"label": "p. 1", "quote": "near"}]}
    citations = [SimpleNamespace(label="p. 2", quote="The fee is EUR 620.")] if cited else []
    return cast("Answer", SimpleNamespace(text=text, found=found, extra=extra, citations=citations))


def test_cells_say_how_sure_they_are() -> None:
    field = Field("Fee", "money")
    stated = cell_of(field, answer("EUR 620 [1]."))
    assert (stated.status, stated.value, stated.places[0].label) == ("stated", "620 EUR", "p. 2")
    assert cell_of(field, answer("EUR 620.", verdicts=("unsure",))).status == "unsure"
    assert cell_of(field, answer("EUR 620.", cited=False)).status == "unsure"
    assert cell_of(field, answer("It is monthly.")).reason == "no money in the answer"
    other = cell_of(Field("Deposit", "money"), answer("EUR 620 [1]."))
    assert (other.status, other.value) == ("unsure", "620 EUR")  # the quote speaks of a fee
    missing = cell_of(field, answer("Not found.", found=False))
    assert (missing.status, missing.value, missing.nearest[0].quote) == ("not stated", None, "near")


@pytest.mark.parametrize(
    ("text", "quotes"),
    [
        (
            'Yes. "The tenant may sublet with consent."',
            ["Nothing else ends the lease.", "The tenant may sublet with consent.", "Rent is due."],
        ),
        ("EUR 620", ["The sum of EUR 500 is due.", "The fee is EUR 620."]),
        ("はい。「乙は再委託することができる。」", ["甲は検査する。", "乙は再委託することができる。"]),
    ],
)
def test_the_place_that_the_answer_quotes_comes_first(text: str, quotes: list[str]) -> None:
    citations = [SimpleNamespace(label=f"p. {i}", quote=q) for i, q in enumerate(quotes)]
    told = SimpleNamespace(text=text, found=True, extra={}, citations=citations)
    assert cell_of(Field("x"), cast("Answer", told)).places[0].label == "p. 1"


def test_a_cell_of_a_changed_clause_has_both_places() -> None:
    from tests.core.trust.test_amendments import LEASE
    from tsel_core.document import Document, Unit, render_documents
    from tsel_core.trust.check import check_answer
    from tsel_core.trust.finish import _extra

    def cell(change: str, said: str, kind: str, question: str) -> Any:
        units = tuple(Unit(i, "paragraph", str(i), line) for i, line in enumerate((*LEASE, change)))
        documents = [Document("a.txt", "", "txt", "paragraph", units)]
        trust = check_answer(said, question, render_documents(documents), documents)
        answer = SimpleNamespace(text=trust.marked, found=True, citations=trust.citations, extra={**_extra(trust, documents), "confidence": "confident"})
        return cell_of(Field("rent", kind, question), cast(Answer, answer))  # type: ignore[arg-type]

    made = cell("1. Section 3.1 is hereby amended: the quarterly rent is GBP 9,150.", "GBP 8,400", "money", "What is the quarterly rent?")
    assert (made.status, made.value) == ("stated", "9150 GBP")
    assert sorted(p.quote[:11] for p in made.places) == ["3.1 The Ten", "Section 3.1"]
    made = cell("1. Section 6.1 is hereby deleted.", "90 days", "duration", "With how much notice may a party end the lease?")
    assert (made.status, made.value) == ("unsure", "90 day")
    assert [p.quote[:11] for p in made.places] == ["6.1 Either ", "Section 6.1"]


@pytest.mark.parametrize(
    ("name", "text", "shown"),
    [
        ("governing_law", "The governing law is Colorado.", "Colorado"),
        ("governing_law", "The governing_law is the law of Japan.", "the law of Japan"),
        ("Landlord", "Landlord: Acme Inc.", "Acme Inc."),
        ("Landlord", "The Landlord is Acme Ltd.", "Acme Ltd."),
        ("甲", "甲は、株式会社青葉です。", "株式会社青葉"),
        ("Fee", "The fee for the month is 300 euros.", "The fee for the month is 300 euros."),
        ("Duties", "The duties are:\n- pay\n- mow", "The duties are:\n- pay\n- mow"),
    ],
)
def test_a_cell_holds_what_was_asked_for_and_not_the_question(name: str, text: str, shown: str) -> None:
    assert cell_of(Field(name), answer(f"{text} [1]")).text == shown


@pytest.mark.parametrize("text", ["Effective Date: _________________", "________", "The effective date is [●].", "（　　）"])
@pytest.mark.parametrize("kind", ["text", "date"])
def test_a_blank_that_nobody_filled_in_is_not_stated(text: str, kind: str) -> None:
    cell = cell_of(Field("effective_date", kind), answer(f"{text} [1]"))  # type: ignore[arg-type]
    assert (cell.status, cell.value) == ("not stated", None)
    assert cell.nearest


def test_names_with_underscores_and_kinds_behind_a_colon() -> None:
    start, law, note = read_words("start_date:date, governing_law, see: annex")
    assert (start.name, start.kind, law.name, note.name) == ("start_date", "date", "governing_law", "see: annex")
    assert "governing law" in law.asked("en")


def test_a_date_told_around_a_blank_is_not_stated() -> None:
    told = 'The date of the effective date is _________ ("Effective Date"). [1]'
    assert cell_of(Field("effective_date", "date"), answer(told)).status == "not stated"
    assert cell_of(Field("Fee", "money"), answer("EUR 620 (signed: ______) [1]")).status == "stated"


@pytest.mark.parametrize(
    ("text", "quote", "status"),
    [
        ("Residuals", "This Agreement remains in force for two years from the Effective Date.", "unsure"),
        ("two years from the Effective Date", "This Agreement remains in force for two years from the Effective Date.", "stated"),
        ("The term is two years", "This Agreement remains in force for two years from the Effective Date.", "stated"),
        ("2年間", "The term of this Agreement is two years.", "stated"),  # told in another script: the claims judge it
        ("残余情報", "本契約の有効期間は締結日から2年間とする。", "unsure"),
        ("締結日から2年間", "本契約の有効期間は締結日から2年間とする。", "stated"),
    ],
)
def test_a_text_whose_words_stand_in_no_cited_passage_is_unsure(text: str, quote: str, status: str) -> None:
    told = SimpleNamespace(
        text=text, found=True, citations=[SimpleNamespace(label="p. 1", quote=quote)],
        extra={"claims": [{"verdict": "supported"}], "confidence": "confident"},
    )  # fmt: skip
    cell = cell_of(Field("term"), cast("Answer", told))
    assert cell.status == status
    assert bool(cell.reason) == (status == "unsure")


@pytest.mark.parametrize(
    ("name", "text", "status"),
    [("Termination notice", "13.1", "unsure"), ("Confidentiality term", "2", "unsure"), ("Number of copies", "2", "stated"), ("契約書の部数", "2", "stated"), ("Reference", "20260114", "stated")],
)  # fmt: skip
def test_a_number_alone_is_no_text(name: str, text: str, status: str) -> None:
    told = SimpleNamespace(
        text=text, found=True, citations=[SimpleNamespace(label="p. 1", quote=f"13.1 Two copies: {text} of them.")],
        extra={"claims": [{"verdict": "supported"}], "confidence": "confident"},
    )  # fmt: skip
    assert cell_of(Field(name), cast("Answer", told)).status == status
