"""Old and binary workbooks (.xls, .xlsb) and OpenDocument tables (.ods), through python-calamine."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time
from io import BytesIO
from typing import Any

from tsel_core.errors import DocumentError, UnreadableDocument
from tsel_core.ingest.formats.spreadsheets.encrypted import decrypted
from tsel_core.ingest.formats.spreadsheets.hidden_cells import HiddenCells, hidden_cells
from tsel_core.ingest.formats.table_text import SEPARATOR, put_row
from tsel_core.ingest.options import ReadOptions
from tsel_core.ingest.safety.safe_zip import SafeZip
from tsel_core.ingest.source import Draft, Source

MAX_ROWS = 500_000


def read_workbook(source: Source, options: ReadOptions) -> Draft:
    """A row for each row of each sheet; hidden sheets, rows and columns are kept apart."""
    try:
        return _read_workbook(source, options)
    except BaseException as error:
        if type(error).__name__ != "PanicException":  # what calamine throws on some damaged files; no Exception
            raise
        raise DocumentError(
            f"{source.name}: the workbook is damaged ({str(error)[:120]})", "open it in Excel and save it as .xlsx"
        ) from None


def _read_workbook(source: Source, options: ReadOptions) -> Draft:
    import python_calamine as calamine

    archive: SafeZip | None = None
    if source.data.startswith(b"PK"):
        archive = SafeZip(source.name, source.data, options.max_unpacked_bytes)
        for part in archive.names():
            archive.read(part)  # within the limits, before a library unpacks it without
    draft = Draft(source.kind, "row")
    try:
        data = decrypted(source.name, source.data, options) if options.password and _is_ole(source) else source.data
        book = calamine.load_workbook(BytesIO(data))
    except calamine.PasswordError:
        raise UnreadableDocument(
            f"{source.name}: encrypted with a password", "give it with --password, or save the file without it"
        ) from None
    except calamine.CalamineError as error:
        raise DocumentError(
            f"{source.name}: the workbook is damaged ({str(error)[:120]})", "open it in Excel and save it as .xlsx"
        ) from None
    hidden = hidden_cells(source.name, data, archive)
    for index, sheet in enumerate(book.sheets_metadata):
        if sheet.typ is not calamine.SheetTypeEnum.WorkSheet:
            continue
        seen = sheet.visible is calamine.SheetVisibleEnum.Visible
        table = book.get_sheet_by_name(sheet.name)
        if table.total_height > MAX_ROWS:
            raise DocumentError(f"{source.name}: more than {MAX_ROWS:,} rows", "split the file and read its parts")
        rows = ([_shown(value) for value in row] for row in table.iter_rows())
        first, left = (table.start[0] + 1, table.start[1]) if table.start else (1, 0)
        if seen:
            own = hidden[index] if index < len(hidden) else HiddenCells()
            _put_rows(draft, sheet.name, rows, (first, left), own, options)
        else:
            lines = ("\t".join(row) for row in rows if any(row))
            draft.add_hidden(f"sheet {sheet.name}", "\n".join(lines), shown=options.hidden)
    draft.warn_hidden(shown=options.hidden)
    return draft


def _put_rows(
    draft: Draft,
    sheet: str,
    rows: Iterable[list[str]],
    start: tuple[int, int],
    hidden: HiddenCells,
    options: ReadOptions,
) -> None:
    """Rows from `start` (row from 1, column from 0) on, their hidden cells apart."""
    for number, row in enumerate(rows, start[0]):
        unseen = [hidden.hides(number - 1, start[1] + at) for at in range(len(row))]
        put_row(draft, f"{sheet}, row {number}", ["" if u else text for u, text in zip(unseen, row, strict=True)])
        apart = [text for u, text in zip(unseen, row, strict=True) if u and text]
        if apart:
            draft.add_hidden(f"{sheet}, row {number}", SEPARATOR.join(apart), shown=options.hidden)


def _is_ole(source: Source) -> bool:
    return source.data.startswith(b"\xd0\xcf\x11\xe0")


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else f"{value:.15g}"
    if isinstance(value, datetime):
        midnight = (value.hour, value.minute, value.second) == (0, 0, 0)
        return value.date().isoformat() if midnight else value.isoformat(sep=" ")
    if isinstance(value, date | time):
        return value.isoformat()
    return str(value)
