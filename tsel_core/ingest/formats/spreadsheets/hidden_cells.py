"""Which rows, columns and cells the sheets of .xls, .xlsb and .ods files hide: calamine gives their values alone."""

from __future__ import annotations

import posixpath
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

from tsel_core.errors import DocumentError
from tsel_core.ingest.formats.open_document.odf_styles import OdfStyles
from tsel_core.ingest.formats.spreadsheets.xls_looks import XlsLooks
from tsel_core.ingest.safety.safe_zip import SafeZip, parse_xml

MAX_COLUMNS = 16_384
MAX_ROWS = 1_048_576
MAX_RECORDS = 8_000_000
MAX_CELLS = 1_000_000  # hidden one by one


@dataclass(slots=True)
class HiddenCells:
    """Numbers of a sheet's hidden rows, columns and cells, from 0."""

    rows: set[int] = field(default_factory=set)
    columns: set[int] = field(default_factory=set)
    cells: set[tuple[int, int]] = field(default_factory=set)  # (row, column) of those that only look empty

    def hides(self, row: int, column: int) -> bool:
        """Whether no reader sees what stands there."""
        return row in self.rows or column in self.columns or (row, column) in self.cells

    def add_columns(self, first: int, last: int) -> None:
        self.columns.update(range(max(0, first), min(last, MAX_COLUMNS) + 1))

    def add_rows(self, first: int, last: int) -> None:
        self.rows.update(range(max(0, first), min(last, MAX_ROWS) + 1))


def hidden_cells(name: str, data: bytes, archive: SafeZip | None) -> list[HiddenCells]:
    """Of each sheet in the file's order; none where that cannot be told."""
    try:
        if archive is None:
            return list(_of_xls(data))
        if archive.read("content.xml") is not None:
            return list(_of_ods(name, archive))
        return list(_of_xlsb(name, archive))
    except (struct.error, OSError, ValueError, KeyError, IndexError, AttributeError, TypeError, DocumentError):
        return []


def _of_xls(data: bytes) -> Iterator[HiddenCells]:
    """BIFF: sheets' places in the first part, then each sheet's records."""
    import olefile

    with olefile.OleFileIO(BytesIO(data)) as ole:
        stream = next((s for s in ("Workbook", "Book") if ole.exists(s)), "Workbook")
        book = ole.openstream(stream).read()
    places = [struct.unpack_from("<I", body)[0] for kind, body in _records(book, 0) if kind == 0x85]
    looks = XlsLooks(_records(book, 0))
    for place in places:
        found = HiddenCells()
        for kind, body in _records(book, place):
            if kind == 0x208 and len(body) >= 16 and struct.unpack_from("<H", body, 12)[0] & 0x20:
                row = struct.unpack_from("<H", body)[0]
                found.add_rows(row, row)
            elif kind == 0x7D and len(body) >= 10:
                first, last, _, _, flags = struct.unpack_from("<5H", body)
                if flags & 1:
                    found.add_columns(first, last)
            elif looks.unseen:
                found.cells.update(looks.unseen_cells(kind, body))
        yield found


def _records(book: bytes, at: int) -> Iterator[tuple[int, bytes]]:
    """Records up to the end of the part that begins at `at`; charts within it are parts of their own."""
    depth = 0
    for _ in range(MAX_RECORDS):
        if at + 4 > len(book):
            return
        kind, size = struct.unpack_from("<HH", book, at)
        body = book[at + 4 : at + 4 + size]
        at += 4 + size
        depth += (kind == 0x809) - (kind == 0x0A)
        if kind == 0x0A and depth <= 0:
            return
        if depth <= 1:
            yield kind, body


def _of_xlsb(name: str, archive: SafeZip) -> Iterator[HiddenCells]:
    links = archive.read("xl/_rels/workbook.bin.rels") or b"<none/>"
    targets = {e.get("Id"): e.get("Target") or "" for e in parse_xml(name, "workbook.bin.rels", links)}
    for kind, body in _binary(archive.read("xl/workbook.bin") or b""):
        if kind != 156:  # a sheet
            continue
        size = struct.unpack_from("<I", body, 8)[0]
        target = targets.get(body[12 : 12 + 2 * size].decode("utf-16-le"), "")
        found = HiddenCells()
        part = target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join("xl", target))
        for record, values in _binary(archive.read(part) or b""):
            if record == 0 and len(values) >= 12 and values[11] & 0x10:
                row = struct.unpack_from("<I", values)[0]
                found.add_rows(row, row)
            elif record == 60 and len(values) >= 18 and values[16] & 1:
                found.add_columns(*struct.unpack_from("<II", values))
        yield found


def _binary(data: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    for _ in range(MAX_RECORDS):
        if at + 1 >= len(data):
            return
        kind, at = _number(data, at, 2)
        size, at = _number(data, at, 4)
        yield kind, data[at : at + size]
        at += size


def _number(data: bytes, at: int, most: int) -> tuple[int, int]:
    """(number, the place after it): seven bits a byte, the low ones first."""
    value = 0
    for place in range(most):
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << 7 * place
        if byte < 0x80:
            break
    return value, at


def _of_ods(name: str, archive: SafeZip) -> Iterator[HiddenCells]:
    root = parse_xml(name, "content.xml", archive.read("content.xml") or b"<none/>")
    styles = OdfStyles(root, parse_xml(name, "styles.xml", archive.read("styles.xml") or b"<none/>"))
    for table in (e for e in root.iter() if _local(e) == "table" and _local(e.getparent()) == "spreadsheet"):
        found = HiddenCells()
        row = column = 0
        usual: list[tuple[int, str]] = []  # up to which column which style
        for element in table.iter():
            kind = _local(element)
            if kind not in ("table-row", "table-column"):
                continue
            values = {key.rsplit("}", 1)[-1]: value for key, value in element.attrib.items()}
            gone = values.get("visibility") in ("collapse", "filter")
            if kind == "table-row":
                count = _count(values.get("number-rows-repeated"))
                if gone:
                    found.add_rows(row, row + count - 1)
                own = values.get("default-cell-style-name", "")
                unseen = list(_unseen_columns(element, styles, own, usual))
                found.cells.update((at, n) for at in range(row, min(row + count, MAX_ROWS)) for n in unseen)
                if len(found.cells) > MAX_CELLS:
                    raise DocumentError(f"{name}: too many hidden cells", "save the sheet as its own file")
                row += count
            else:
                count = _count(values.get("number-columns-repeated"))
                if gone:
                    found.add_columns(column, column + count - 1)
                column += count
                usual.append((column, values.get("default-cell-style-name", "")))
        yield found


def _unseen_columns(row: Any, styles: OdfStyles, of_row: str, usual: list[tuple[int, str]]) -> Iterator[int]:
    """Columns of a row's cells whose words have the colour of the ground, or are tiny."""
    at = 0
    for cell in row:
        if _local(cell) not in ("table-cell", "covered-table-cell"):
            continue
        values = {key.rsplit("}", 1)[-1]: value for key, value in cell.attrib.items()}
        count = _count(values.get("number-columns-repeated"))
        if len(cell):  # with words in it
            style = values.get("style-name") or of_row or next((s for end, s in usual if at < end), "")
            if style and styles.is_unseen_cell(style):
                yield from range(at, min(at + count, MAX_COLUMNS))
        at += count


def _count(text: str | None) -> int:
    return int(text) if text is not None and text.isdigit() and len(text) < 9 else 1


def _local(element: Any) -> str:
    return element.tag.rsplit("}", 1)[-1] if isinstance(element.tag, str) else ""
