"""Rows of tables: a column is a field by its head."""

from __future__ import annotations

from typing import Any

import pytest

from tsel_core.document import Document, Unit
from tsel_core.extract.fields import Field
from tsel_core.extract.row_cells import row_cell

ROWS = (
    "Item\tQuantity\tUnit price\tAmount",
    "Cable 3 m\t24\tEUR 4.20\tEUR 100.80",
    "Assembly\t6 hours\tEUR 58.00\tEUR 348.00",
    "\t\tNet\tEUR 448.80",
    "Thanks.",
    "a\tb",
)


def cell(field: Field, at: int, rows: tuple[str, ...] = ROWS) -> tuple[str, Any, str] | None:
    units = tuple(Unit(i, "row" if "\t" in text else "paragraph", f"row {i}", text) for i, text in enumerate(rows))
    found = row_cell(field, Document("a.docx", "0", "docx", "paragraph", units), at, rows[at])
    return None if found is None else (found.status, found.value, found.text)


@pytest.mark.parametrize(
    ("field", "at", "expected"),
    [
        (Field("Item"), 1, ("stated", "Cable 3 m", "Cable 3 m")),
        (Field("quantity", "number"), 1, ("stated", 24, "24")),
        (Field("Qty", "number"), 1, ("stated", 24, "24")),
        (Field("Amount", "money"), 1, ("stated", "100.8 EUR", "EUR 100.80")),
        (Field("Unit price (net)", "money"), 1, ("stated", "4.2 EUR", "EUR 4.20")),
        (Field("Quantity", "number"), 2, ("unsure", None, "6 hours")),
        (Field("Item"), 3, ("not stated", None, "")),
        (Field("金額", "money"), 1, ("stated", "100.8 EUR", "EUR 100.80")),
        (Field("Colour"), 1, None),
        (Field("Item"), 0, None),
        (Field("Item"), 4, None),
        (Field("Item"), 5, None),
    ],
)
def test_a_field_is_the_cell_under_its_head(field: Field, at: int, expected: tuple[str, Any, str] | None) -> None:
    assert cell(field, at) == expected


def test_japanese_heads_and_rows_without_one() -> None:
    rows = ("品名\t数量\t金額", "配線\t24\t11,520円", "設置\t6\t48,000円")
    assert cell(Field("金額", "money"), 2, rows) == ("stated", "48000 JPY", "48,000円")
    assert cell(Field("品名"), 1, rows) == ("stated", "配線", "配線")
    assert cell(Field("Amount", "money"), 1, rows) == ("stated", "11520 JPY", "11,520円")
    assert cell(Field("金額", "money"), 1, ("配線\t24\t11,520円", "設置\t6\t48,000円")) is None
