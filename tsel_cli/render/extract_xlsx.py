"""A table of extracted fields as an Excel file: the values typed, their evidence as comments and on a second sheet."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tsel_cli.render.extract import shown
from tsel_cli.render.figures import Figure, typed_value
from tsel_cli.render.person_words import place_words, table_word
from tsel_cli.render.sheet_layout import lay_out, set_height, workbook_bytes
from tsel_core.lazy_pattern import lazy_pattern

if TYPE_CHECKING:
    from tsel_core.extract.cell import Cell
    from tsel_core.extract.extractor import Row
    from tsel_core.extract.fields import Field

_ILLEGAL = lazy_pattern(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_COUNT = lazy_pattern(
    r"(\d{1,6})( (?:(?:calendar|business|working) )?(?:day|week|month|year|hour)s?"
    r"|営業日|日|週間|か月|ヶ月|カ月|年|時間)"
)
_COLOURS = {"unsure": "FFF2CC", "not stated": "EEEEEE"}
_EVIDENCE = ("File", "Field", "Value", "Status", "Place", "Quote", "Words of the answer")
_WIDTHS = (40, 20, 24, 12, 18, 80, 60)  # of its columns
_FORMULA = tuple("=+-@")
_MOST_CHARS = 32_000  # of a cell; Excel's own limit is 32,767


def table_xlsx(rows: Sequence[Row], fields: Sequence[Field]) -> bytes:
    """The bytes of the file. Sheet "Table": a row a document; sheet "Evidence": a row a cell, with its quote.

    Its own words are in the language of messages.
    """
    from openpyxl import Workbook
    from openpyxl.styles import Alignment, PatternFill
    from openpyxl.worksheet.hyperlink import Hyperlink

    book = Workbook()
    table, evidence = book.active, book.create_sheet(table_word("Evidence"))
    table.title = table_word("Table")
    put_row(table, 1, [table_word("File"), *(f.name for f in fields)])
    put_row(evidence, 1, [table_word(word) for word in _EVIDENCE])
    units = _units(rows)
    line, columns = 1, [40, *[24] * len(fields)]
    for at, row in enumerate(rows, 2):
        put_row(table, at, [row.document.path])
        table.cell(at, 1).hyperlink = Path(row.document.path).absolute().as_uri()
        for column, cell in enumerate(row.cells, 2):
            line += 1
            place = table.cell(at, column)
            _set(place, _counted(typed_value(cell), units[column - 2]))
            if cell.status in _COLOURS:
                place.fill = PatternFill("solid", fgColor=_COLOURS[cell.status])
            place.comment = _comment(cell)
            place.alignment = Alignment(wrap_text=True, vertical="top")
            held = cell.places[0] if cell.places else cell.nearest[0] if cell.nearest else None
            value = "" if cell.status == "not stated" else shown(cell)
            where = (place_words(held.label), held.quote) if held else ("", "")
            told = [row.document.path, cell.field.name, value, table_word(cell.status), *where, cell.text]
            put_row(evidence, line, told)
            for held_place in evidence[line]:
                held_place.alignment = Alignment(wrap_text=True, vertical="top")
            set_height(evidence, line, told, _WIDTHS)
            if value:  # a link would put its address into an empty cell
                place.hyperlink = Hyperlink(ref=place.coordinate, location=f"'{evidence.title}'!A{line}")
        set_height(table, at, [c.value for c in table[at]], columns)
    for sheet, widths in ((table, columns), (evidence, _WIDTHS)):
        lay_out(sheet, widths, "B2")
    return workbook_bytes(book)


def mark(place: Any, why: str) -> None:
    """Colour a cell that is unsure, and say why."""
    from openpyxl.styles import PatternFill

    place.fill = PatternFill("solid", fgColor=_COLOURS["unsure"])
    place.comment = _note(why)


def status_words(cell: Cell) -> str:
    """ "unsure: no date in the answer"."""
    return table_word(cell.status) + (f": {table_word(cell.reason)}" if cell.reason else "")


def _comment(cell: Cell) -> Any:
    lines = [status_words(cell)]
    lines += [f"{place_words(p.label)}: “{p.quote}”" for p in (cell.places or cell.nearest)[:3]]
    return _note("\n".join(lines))


def _note(text: str) -> Any:
    from openpyxl.comments import Comment

    comment = Comment(_ILLEGAL.sub("", text)[:2_000], "tsel")
    comment.width, comment.height = 420, 160
    return comment


def put_row(sheet: Any, row: int, values: Sequence[Any]) -> None:
    """Fill a row of a sheet."""
    for column, value in enumerate(values, 1):
        _set(sheet.cell(row, column), value)


def _units(rows: Sequence[Row]) -> list[str]:
    """The one unit of the counts of each column of words ("30 days"); "" where there are none, or several units."""
    found: list[str] = []
    for cells in zip(*(row.cells for row in rows), strict=True):
        texts = [typed_value(c) for c in cells if c.field.kind == "text"]
        units = {m[2].removesuffix("s") for t in texts if isinstance(t, str) and (m := _COUNT.fullmatch(t))}
        found.append(next(iter(units)) if len(units) == 1 else "")
    return found


def _counted(value: Any, unit: str) -> Any:
    """ "30 days" as a number that is shown so, in a column of one unit: it can be sorted and reckoned with."""
    match = _COUNT.fullmatch(value) if unit and isinstance(value, str) else None
    return Figure(int(match[1]), f'0"{match[2]}"') if match and match[2].removesuffix("s") == unit else value


def _set(place: Any, value: Any) -> None:
    """A text is a text: what begins like a formula is never one."""
    if isinstance(value, str):
        value = _ILLEGAL.sub("", value)[:_MOST_CHARS]
        place.value = value
        place.data_type = "s"
        place.quotePrefix = value[:1] in _FORMULA  # a text also when somebody edits it
        return
    if isinstance(value, Figure):
        place.value, place.number_format = value.number, value.form
        return
    place.value = value
    if isinstance(value, date):
        place.number_format = "yyyy-mm-dd"
