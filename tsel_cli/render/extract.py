"""A table of extracted fields as lines for a person."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from tsel_cli.render.person_words import money_words, place_words, span_words, yes_words
from tsel_cli.render.wrap import columns_of, padded
from tsel_core.document import file_name
from tsel_core.text.safe import clean_for_terminal
from tsel_core.text.values import extract_values

if TYPE_CHECKING:
    from tsel_cli.console import Stderr
    from tsel_core.extract.cell import Cell
    from tsel_core.extract.extractor import Row


def row_lines(row: Row, console: Stderr) -> Iterator[str]:
    """The document's name, then a field a line: what is stated, and where."""
    yield clean_for_terminal(file_name(row.document))
    width = min(28, max(columns_of(cell.field.name) for cell in row.cells))
    for cell in row.cells:
        yield f"  {padded(clean_for_terminal(cell.field.name), width)}  {cell_line(cell, console)}"
    yield ""


def cell_line(cell: Cell, console: Stderr, *, place: bool = True) -> str:
    """The value with its mark and, where it is asked for, its place."""
    if cell.status == "not stated":
        return console.say("not stated")
    mark = "" if cell.status == "stated" else console.say(" (computed, unsure)" if is_computed(cell) else " (unsure)")
    if not (cell.places and place):
        return f"{clean_for_terminal(_told(cell))}{mark}"
    label = clean_for_terminal(place_words(cell.places[0].label))
    return f"{clean_for_terminal(_told(cell))}{mark}  [{label}]"


def is_computed(cell: Cell) -> bool:
    """Whether the value stands nowhere, and was reckoned."""
    from tsel_core.extract.last_day import COMPUTED

    return cell.reason == COMPUTED


def _told(cell: Cell) -> str:
    """As `shown`, an amount with its thousands marked: in a sheet it is a number."""
    is_money = cell.field.kind == "money" and isinstance(cell.value, str)
    return money_words(cell.value) if is_money else shown(cell)


def shown(cell: Cell) -> str:
    """The value as a person reads it; the words where there is no value of the field's kind."""
    value: Any = cell.value
    if value is None:
        return " ".join(cell.text.split())
    if isinstance(value, bool):
        return yes_words(value)
    if cell.field.kind == "date" and isinstance(value, str) and value.startswith("-"):  # no year: as it is written
        return next((v.text for v in extract_values(cell.text) if v.value == value), " ".join(cell.text.split()))
    if cell.field.kind == "duration" and isinstance(value, str):
        return span_words(value)
    return "; ".join(value) if isinstance(value, list) else " ".join(str(value).split())
