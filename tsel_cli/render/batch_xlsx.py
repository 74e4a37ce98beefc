"""The table of a batch as an Excel file: a row a document and question, with the quote and its place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tsel_cli.render.extract_xlsx import put_row
from tsel_cli.render.person_words import place_words, table_word
from tsel_cli.render.sheet_layout import lay_out, set_height, workbook_bytes

_HEADS = ("File", "Question", "Answer", "Status", "Quote", "Place", "Error")
_WIDTHS = (32, 32, 56, 14, 64, 22, 32)
_COLOURS = {"unsure": "FFF2CC", "contradicted": "F8CBAD", "not found": "EEEEEE"}
_ANSWER = 3  # column


def answers_xlsx(rows: Sequence[Mapping[str, Any]]) -> bytes:
    """The bytes of the file, for rows of `tsel_cli.batch.table`; its own words are in the language of messages."""
    from openpyxl import Workbook
    from openpyxl.styles import Alignment, PatternFill

    book = Workbook()
    sheet = book.active
    sheet.title = table_word("Table")
    put_row(sheet, 1, [table_word(head) for head in _HEADS])
    for line, row in enumerate(rows, 2):
        mark = str(row["mark"] or "")
        places = "\n".join(_place(p) for p in str(row["place"] or "").splitlines())
        told = [row["file"], row["question"], row["answer"], table_word(mark) if mark else None]
        values = [*told, row["quote"], places or None, row["error"]]
        put_row(sheet, line, values)
        for cell in sheet[line]:
            cell.alignment = Alignment(wrap_text=True, vertical="top")
        if mark in _COLOURS:
            for column in (_ANSWER, _ANSWER + 1):
                sheet.cell(line, column).fill = PatternFill("solid", fgColor=_COLOURS[mark])
        set_height(sheet, line, values, _WIDTHS)
    lay_out(sheet, _WIDTHS, "B2")
    return workbook_bytes(book)


def _place(line: str) -> str:
    """ "[1] p. 4" with the place in the language of messages."""
    number, _, label = line.partition(" ")
    return f"{number} {place_words(label)}"
