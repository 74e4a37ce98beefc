"""Numbers of a sheet as Excel shows them."""

from __future__ import annotations

import random
from io import BytesIO

import pytest

from tests.core.ingest.formats.test_kinds import flow, read
from tsel_core.ingest.formats.spreadsheets.number_formats import shown_number


@pytest.mark.parametrize(
    ("value", "form", "shown"),
    [
        (1234567.891, "#,##0.00", "1,234,567.89"),
        (1480, "#,##0", "1,480"),
        (0.125, "0.0%", "12.5%"),
        (0.5, "0%", "50%"),
        (-35, "#,##0;(#,##0)", "(35)"),
        (-35, "#,##0_);[Red]\\(#,##0\\)", "(35)"),
        (-35.5, "0.00", "-35.50"),
        (0, '#,##0;-#,##0;"-"', None),
        (1200, '"¥"#,##0', "¥1,200"),
        (1200, "[$€-407]#,##0.00", "€1,200.00"),
        (1200.5, '#,##0.00 "EUR"', "1,200.50 EUR"),
        (1200.5, '_-* #,##0.00 "€"_-;-* #,##0.00 "€"_-;_-* "-"?? "€"_-;_-@_-', "1,200.50 €"),
        (7, "000", "007"),
        (2.5, "0.##", "2.5"),
        (2, "0.##", "2"),
        (1234567, "#,##0,", "1,235"),
        (1234567, '0.0,,"M"', "1.2M"),
        (0.005, "0.00", "0.01"),
        (5, "General", None),
        (43000.5, "yyyy-mm-dd", None),
        (1.5, "# ?/?", None),
        (12345, "0.00E+00", None),
        (1200, '[>1000]"many";0', None),
        (3, '0" Tage"', "3 Tage"),
        (3, '"第"0"条"', "第3条"),
    ],
)
def test_formats(value: float, form: str, shown: str | None) -> None:
    assert shown_number(value, form) == shown


def test_random_amounts() -> None:
    rng = random.Random(4)
    for _ in range(300):
        cents = rng.randrange(-(10**9), 10**9)
        places = rng.choice([0, 2])
        value = cents / 100 if places else float(cents)
        form = "#,##0" + ("." + "0" * places if places else "")
        assert shown_number(value, form) == f"{value:,.{places}f}"


def test_cells_of_a_workbook() -> None:
    import openpyxl

    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["Rent", 1480, 0.125, 1234567.891, 12])
    for column, form in zip("BCDE", ['#,##0.00 "EUR"', "0.0%", "#,##0.00", "General"], strict=True):
        sheet[f"{column}1"].number_format = form
    out = BytesIO()
    book.save(out)
    assert flow(read(out.getvalue(), "a.xlsx")) == ["Rent\t1,480.00 EUR\t12.5%\t1,234,567.89\t12"]
