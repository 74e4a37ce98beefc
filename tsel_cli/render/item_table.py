"""Tables of found items as CSV, Excel and Markdown: one row an item, a second sheet for what became of each unit."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from tsel_cli.render.figures import Figure
from tsel_cli.render.person_words import table_word
from tsel_core.text.safe import guarded, safe_markdown

FORMS = (".csv", ".xlsx", ".md")


@dataclass(frozen=True)
class Sheet:
    """A table: its name, the names of its columns with their widths in characters, and its rows.

    Its own names are English, and written in the language of messages; `fields` are columns that a person named.
    """

    name: str
    columns: Sequence[tuple[str, int]]
    rows: Sequence[Sequence[Any]]
    note: str = ""  # a line under the table, in Markdown
    fields: frozenset[str] = frozenset()
    marks: Mapping[tuple[int, int], str] = field(default_factory=dict)  # (row, column) of doubtful cells: why

    @property
    def head(self) -> list[str]:
        """The names of the columns."""
        return [name if name in self.fields else table_word(name) for name, _ in self.columns]


def sheets_bytes(ending: str, sheets: Sequence[Sheet]) -> bytes:
    """The bytes of a file; CSV holds the first sheet alone."""
    if ending == ".csv":
        return _csv(sheets[0])
    if ending == ".md":
        return "\n".join(_markdown(sheet) for sheet in sheets).encode("utf-8")
    return _xlsx(sheets)


def _csv(sheet: Sheet) -> bytes:
    """UTF-8 with the mark that Excel looks for; why a cell is unsure, and the currencies, are columns at the end."""
    held = io.StringIO()
    writer = csv.writer(held)
    doubts = [at for at, (name, _) in enumerate(sheet.columns) if name in sheet.fields]
    heads = [f"{sheet.columns[at][0]}: {table_word('unsure')}" for at in doubts]
    priced = [at for at in doubts if any(_currency(row[at]) for row in sheet.rows)]
    heads += [f"{sheet.columns[at][0]}: {table_word('currency')}" for at in priced]
    writer.writerow([guarded(h) for h in (*sheet.head, *heads)])
    for number, row in enumerate(sheet.rows):
        whys = [sheet.marks.get((number, at), "") for at in doubts]
        told = [cell.number if isinstance(cell, Figure) and cell.unit != "%" else cell for cell in row]
        plain = [c if isinstance(c, int | float) and not isinstance(c, bool) else guarded(_words(c)) for c in told]
        writer.writerow([*plain, *map(guarded, (*whys, *(_currency(row[at]) for at in priced)))])
    return b"\xef\xbb\xbf" + held.getvalue().encode("utf-8")


def _markdown(sheet: Sheet) -> str:
    lines = [f"## {table_word(sheet.name)}", "", _line(sheet.head), _line(["---"] * len(sheet.columns))]
    lines += [_line([_words(cell) for cell in row]) for row in sheet.rows]
    return "\n".join([*lines, "", *([safe_markdown(sheet.note), ""] if sheet.note else [])])


def _line(cells: Sequence[str]) -> str:
    shown = (" ".join(c.split()).replace("\\", "\\\\").replace("|", "\\|") for c in cells)
    return f"| {' | '.join(map(safe_markdown, shown))} |"


def _xlsx(sheets: Sequence[Sheet]) -> bytes:
    from openpyxl import Workbook
    from openpyxl.styles import Alignment

    from tsel_cli.render.extract_xlsx import mark, put_row
    from tsel_cli.render.sheet_layout import lay_out, set_height, workbook_bytes

    book = Workbook()
    for number, sheet in enumerate(sheets):
        page = book.active if number == 0 else book.create_sheet()
        page.title = table_word(sheet.name)
        put_row(page, 1, sheet.head)
        for at, row in enumerate(sheet.rows, 2):
            put_row(page, at, [c if isinstance(c, int | float | date | Figure) else _words(c) for c in row])
            for column, place in enumerate(page[at]):
                if (at - 2, column) in sheet.marks:
                    mark(place, sheet.marks[at - 2, column])
                place.alignment = Alignment(wrap_text=True, vertical="top")
            set_height(page, at, row, [width for _, width in sheet.columns])
        page.auto_filter.ref = page.dimensions
        lay_out(page, [width for _, width in sheet.columns], "A2")
    return workbook_bytes(book)


def _currency(cell: Any) -> str:
    return cell.currency if isinstance(cell, Figure) else ""


def _words(cell: Any) -> str:
    return "" if cell is None else str(cell)
