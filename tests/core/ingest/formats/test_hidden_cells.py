"""Rows and columns that .xls, .xlsb and .ods files hide: random sheets with a known truth, written record by record."""

from __future__ import annotations

import random
import struct
import zipfile
from io import BytesIO

import pytest

from tests.core.ingest.formats.test_kinds import read
from tests.core.ingest.ole_file import ole
from tsel_core.errors import DocumentError
from tsel_core.ingest.formats.spreadsheets.hidden_cells import hidden_cells

Table = list[list[str]]


class Sheet:
    """Cells, and which rows and columns are hidden."""

    def __init__(self, rng: random.Random) -> None:
        self.cells: Table = [[f"c{rng.randrange(10**6)}" for _ in range(rng.randrange(3, 6))] for _ in range(rng.randrange(3, 9))]
        wide = max(map(len, self.cells))
        self.rows = {n for n in range(1, len(self.cells)) if rng.random() < 0.3}
        self.columns = {n for n in range(1, wide) if rng.random() < 0.3}
        self.shown = [
            "\t".join("" if at in self.columns else c for at, c in enumerate(row)).rstrip("\t")
            for n, row in enumerate(self.cells)
            if n not in self.rows
        ]
        self.hidden = [c for n, row in enumerate(self.cells) for at, c in enumerate(row) if n in self.rows or at in self.columns]


def record(kind: int, body: bytes) -> bytes:
    return struct.pack("<HH", kind, len(body)) + body


def xls(sheets: list[Sheet]) -> bytes:
    """BIFF8: the book's part, then a part for each sheet."""
    bof = lambda what: record(0x809, struct.pack("<HHHHII", 0x600, what, 0, 0, 0, 0))  # noqa: E731
    parts = []
    for sheet in sheets:
        body = bof(0x10)
        for at in sorted(sheet.columns):
            body += record(0x7D, struct.pack("<6H", at, at, 2340, 15, 1, 0))
        wide = max(map(len, sheet.cells))
        body += record(0x200, struct.pack("<IIHHH", 0, len(sheet.cells), 0, wide, 0))
        for n, row in enumerate(sheet.cells):
            body += record(0x208, struct.pack("<HHHHHHHH", n, 0, len(row), 255, 0, 0, 0x120 if n in sheet.rows else 0x100, 15))
        for n, row in enumerate(sheet.cells):
            for at, cell in enumerate(row):
                body += record(0x204, struct.pack("<HHHHB", n, at, 15, len(cell), 0) + cell.encode("latin-1"))
        parts.append(body + record(0x0A, b""))
    names = [f"S{n}".encode() for n in range(len(sheets))]
    heads = lambda places: b"".join(record(0x85, struct.pack("<IHBB", place, 0, len(name), 0) + name) for place, name in zip(places, names, strict=True))  # noqa: E731
    first = bof(0x05) + record(0x42, struct.pack("<H", 1200))
    size = len(first) + len(heads([0] * len(parts))) + 4
    places = [size + sum(map(len, parts[:n])) for n in range(len(parts))]
    return ole({"Workbook": first + heads(places) + record(0x0A, b"") + b"".join(parts)})


def binary(kind: int, body: bytes) -> bytes:
    def number(value: int) -> bytes:
        out = b""
        while True:
            value, low = value >> 7, value & 0x7F
            out += bytes([low | (0x80 if value else 0)])
            if not value:
                return out

    return number(kind) + number(len(body)) + body


def wide(text: str) -> bytes:
    return struct.pack("<I", len(text)) + text.encode("utf-16-le")


def xlsb(sheets: list[Sheet]) -> bytes:
    relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        links = "".join(f'<Relationship Id="rId{n}" Type="{relations}/worksheet" Target="worksheets/sheet{n}.bin"/>' for n in range(len(sheets)))
        archive.writestr("xl/_rels/workbook.bin.rels", f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{links}</Relationships>')
        book = binary(131, b"") + binary(143, b"")
        for n in range(len(sheets)):
            book += binary(156, struct.pack("<II", 0, n + 1) + wide(f"rId{n}") + wide(f"S{n}"))
        archive.writestr("xl/workbook.bin", book + binary(144, b"") + binary(132, b""))
        for n, sheet in enumerate(sheets):
            body = binary(129, b"") + binary(148, struct.pack("<IIII", 0, len(sheet.cells) - 1, 0, 9))
            for at in sorted(sheet.columns):
                body += binary(60, struct.pack("<IIIIH", at, at, 2340, 0, 1))
            body += binary(145, b"")
            for row, cells in enumerate(sheet.cells):
                body += binary(0, struct.pack("<IIHBBB", row, 0, 300, 0, 0x10 if row in sheet.rows else 0, 0) + struct.pack("<I", 0))
                for at, cell in enumerate(cells):
                    body += binary(6, struct.pack("<II", at, 0) + wide(cell))
            archive.writestr(f"xl/worksheets/sheet{n}.bin", body + binary(146, b"") + binary(130, b""))
    return out.getvalue()


def ods(sheets: list[Sheet]) -> bytes:
    from odf.opendocument import OpenDocumentSpreadsheet
    from odf.table import Table as OdfTable
    from odf.table import TableCell, TableColumn, TableRow
    from odf.text import P

    book, out = OpenDocumentSpreadsheet(), BytesIO()
    for n, sheet in enumerate(sheets):
        table = OdfTable(name=f"S{n}")
        for at in range(max(map(len, sheet.cells))):
            table.addElement(TableColumn(**({"visibility": "collapse"} if at in sheet.columns else {})))
        for at, cells in enumerate(sheet.cells):
            row = TableRow(**({"visibility": "filter" if at % 2 else "collapse"} if at in sheet.rows else {}))
            for cell in cells:
                made = TableCell(valuetype="string")
                made.addElement(P(text=cell))
                row.addElement(made)
            table.addElement(row)
        book.spreadsheet.addElement(table)
    book.write(out)
    return out.getvalue()


WRITERS = {"xls": xls, "xlsb": xlsb, "ods": ods}


@pytest.mark.parametrize("kind", WRITERS)
def test_hidden_rows_and_columns_are_kept_apart(kind: str) -> None:
    rng = random.Random(kind)
    for _ in range(12):
        sheets = [Sheet(rng) for _ in range(rng.randrange(1, 4))]
        document = read(WRITERS[kind](sheets), f"a.{kind}")
        assert [u.text for u in document.units if u.in_flow] == [row for sheet in sheets for row in sheet.shown]
        assert [c for u in document.units if not u.in_flow for c in u.text.split("\t")] == [c for sheet in sheets for c in sheet.hidden]
        assert any(w.startswith("text that no reader can see was left out: S") for w in document.warnings) == any(s.hidden for s in sheets)


@pytest.mark.parametrize("kind", ["xls", "xlsb"])
def test_damaged_records_hide_nothing_and_stop_nothing(kind: str) -> None:
    rng = random.Random(2)
    whole = WRITERS[kind]([Sheet(rng)])
    for _ in range(150):
        data = bytearray(whole)
        for _ in range(rng.randrange(1, 20)):
            data[rng.randrange(len(data))] = rng.randrange(256)
        hidden_cells("a", bytes(data), None)


def test_a_panic_of_the_library_is_a_damaged_workbook(monkeypatch: pytest.MonkeyPatch) -> None:
    import python_calamine

    class PanicException(BaseException):
        """As the library's: no Exception, so that nothing catches it by chance."""

    def panic(data: object) -> None:
        raise PanicException("assertion failed")

    monkeypatch.setattr(python_calamine, "load_workbook", panic)
    with pytest.raises(DocumentError, match="the workbook is damaged"):
        read(xls([Sheet(random.Random(1))]), "a.xls")
