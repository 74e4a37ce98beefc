"""How a sheet looks: rows high enough for their words, and on paper all columns on one page across."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from io import BytesIO
from typing import Any

_LINE, _MOST = 15.0, 400.0  # points: of a line, and of the highest row (Excel's own limit is 409)


def lay_out(sheet: Any, widths: Sequence[int], frozen: str) -> None:
    """Columns so many characters wide, their heads bold; rows and columns before the cell `frozen` stay in sight."""
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    sheet.freeze_panes = frozen
    _print_wide(sheet)
    for column, width in enumerate(widths, 1):
        sheet.column_dimensions[get_column_letter(column)].width = width
        sheet.cell(1, column).font = Font(bold=True)


def workbook_bytes(book: Any) -> bytes:
    """The bytes of an Excel file."""
    held = BytesIO()
    book.save(held)
    return held.getvalue()


def _print_wide(sheet: Any) -> None:
    """On paper: across the page, all columns on one, their heads on each."""
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", 9  # A4
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.print_title_rows = "1:1"


def set_height(sheet: Any, row: int, values: Sequence[Any], widths: Sequence[int]) -> None:
    """Make a row as high as its wrapped words need: not every program does so when it opens the file."""
    lines = max((_lines(str(v), w) for v, w in zip(values, widths, strict=False) if v is not None), default=1)
    if lines > 1:
        sheet.row_dimensions[row].height = min(_MOST, lines * _LINE)


def _lines(text: str, width: int) -> int:
    """Lines of a text in a column so many characters wide; a Japanese one takes two."""
    return sum(max(1, -(-_cells(part) // max(1, width - 1))) for part in text.split("\n"))


def _cells(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(c) in "FW" else 1 for c in text)
