"""Values as a spreadsheet holds them: numbers with a format, days, and words that are never a formula."""

from __future__ import annotations

import csv
import io
from datetime import date

import pytest
from openpyxl import Workbook, load_workbook

from tsel_cli.i18n import messages_for
from tsel_cli.render.extract_xlsx import put_row
from tsel_cli.render.figures import Figure, typed_value
from tsel_cli.render.item_table import Sheet, sheets_bytes
from tsel_core.extract.cell import Cell
from tsel_core.extract.fields import Field


def value_of(kind: str, value: object, text: str = "as written") -> object:
    return typed_value(Cell(Field("F", kind), "stated", text, value))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("kind", "value", "number", "form", "text"),
    [
        ("money", "620 EUR", 620, '#,##0" EUR"', "620 EUR"),
        ("money", "1234567.5 GBP", 1234567.5, '#,##0.00" GBP"', "1234567.5 GBP"),
        ("money", "-8000000 JPY", -8000000, '#,##0" JPY"', "-8000000 JPY"),
        ("percent", "4.5%", 0.045, "0.0%", "4.5%"),
        ("percent", "12%", 0.12, "0%", "12%"),
        ("number", 2026, 2026, "0", "2026"),
        ("number", 250000, 250000, "#,##0", "250000"),
        ("number", 0.125, 0.125, "0.000", "0.125"),
    ],
)
def test_numbers_have_a_format(kind: str, value: object, number: float, form: str, text: str) -> None:
    made = value_of(kind, value)
    assert isinstance(made, Figure)
    assert (made.number, made.form, str(made)) == (number, form, text)


def test_yen_are_written_as_the_messages_are() -> None:
    with messages_for(["--lang", "ja"]):
        made = value_of("money", "550000 JPY")
    assert isinstance(made, Figure)
    assert made.form == '#,##0"円"'


@pytest.mark.parametrize(
    ("kind", "value", "held"),
    [
        ("date", "2027-05-01", date(2027, 5, 1)), ("date", "2027-05", "2027-05"), ("yesno", True, "yes"),
        ("date", "2026-02-31", "2026-02-31"), ("date", "2025-02-29", "2025-02-29"), ("number", 98765432109876543210, "98765432109876543210"),
        ("money", "12345678901234567890 EUR", "12345678901234567890 EUR"), ("money", '5 "EUR', '5 "EUR'), ("text", "12%", "12%"),
    ],
)  # fmt: skip
def test_what_is_no_number_stays_as_it_is(kind: str, value: object, held: object) -> None:
    assert value_of(kind, value) == held


def test_a_list_keeps_numbers_and_words_apart() -> None:
    rows = [[1, value_of("money", "-620.5 EUR"), date(2027, 5, 1), "=1+1"], [2, "-", "@x", "+1"]]
    sheets = [Sheet("Items", [("No.", 6), ("Fee", 20), ("Start", 20), ("Law", 20)], rows, fields=frozenset(["Fee", "Start", "Law"]))]
    page = load_workbook(io.BytesIO(sheets_bytes(".xlsx", sheets))).worksheets[0]
    assert (page["B2"].value, page["B2"].number_format) == (-620.5, '#,##0.00" EUR"')
    assert page["C2"].is_date
    assert [(c.value, c.data_type) for c in (page["D2"], page["B3"], page["C3"], page["D3"])] == [(t, "s") for t in ("=1+1", "-", "@x", "+1")]
    read = list(csv.DictReader(io.StringIO(sheets_bytes(".csv", sheets).decode("utf-8-sig"))))
    assert (read[0]["Fee"], read[0]["Fee: currency"], read[0]["Start"], read[0]["Law"]) == ("-620.5", "EUR", "2027-05-01", "'=1+1")
    assert "| -620.5 EUR |" in sheets_bytes(".md", sheets).decode()


def test_words_that_look_like_a_formula_stay_text_when_edited() -> None:
    book = Workbook()
    put_row(book.active, 1, ["=1", "+1", "-1", "@a", "a"])
    assert [c.quotePrefix for c in book.active[1]] == [True, True, True, True, False]
