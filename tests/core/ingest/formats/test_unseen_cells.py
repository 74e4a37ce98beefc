"""Cells that look empty in .xls, .ods, .xlsx and Excel's XML: random looks with a known truth, kept apart."""

from __future__ import annotations

import random
import struct
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import pytest

from tests.core.ingest.formats.test_hidden_cells import record
from tests.core.ingest.formats.test_kinds import read
from tests.core.ingest.ole_file import ole

Table = list[list[tuple[str, int]]]  # words and the number of a look


@dataclass(frozen=True)
class Look:
    """Letters and ground of a cell; `fill` "" is none."""

    size: float = 11.0
    ink: str = "000000"
    fill: str = ""
    form: str = ""

    @property
    def is_unseen(self) -> bool:
        ground = self.fill or "FFFFFF"
        far = max(abs(int(self.ink[n : n + 2], 16) - int(ground[n : n + 2], 16)) for n in (0, 2, 4))
        return self.size <= 1.5 or far <= 16 or self.form == ";;;"


LOOKS = (
    Look(), Look(ink="FFFFFF"), Look(ink="FFFFFF", fill="1F3864"), Look(ink="1F3864", fill="1F3864"), Look(size=1.0), Look(ink="FFFF00", fill="FFF8F0"),
    Look(ink="FFFF00", fill="FFFF00"), Look(size=8.0, ink="C00000"), Look(form=";;;"), Look(ink="000000", fill="FFFFFF"), Look(ink="FFFFFF", fill="FFFFFF"),
)  # fmt: skip


def made_table(rng: random.Random, *, numbers: bool = False) -> Table:
    return [
        [(str(rng.randrange(10**6)) if numbers and rng.random() < 0.5 else f"c{rng.randrange(10**6)}", rng.randrange(len(LOOKS))) for _ in range(rng.randrange(3, 6))]
        for _ in range(rng.randrange(3, 9))
    ]


def xls(table: Table) -> bytes:
    """BIFF8 with a palette, fonts (none of the number 4) and looks; some rows of numbers in one record."""
    palette = sorted({c for look in LOOKS for c in (look.ink, look.fill or "FFFFFF")})
    index = {colour: 16 + n for n, colour in enumerate(palette)}
    bof = lambda what: record(0x809, struct.pack("<HHHHII", 0x600, what, 0, 0, 0, 0))  # noqa: E731
    first = bof(0x05) + record(0x42, struct.pack("<H", 1200))
    fonts = [(220, 0x7FFF)] * 4 + [(int(20 * look.size), index[look.ink]) for look in LOOKS]
    for size, colour in fonts:
        first += record(0x31, struct.pack("<HHHHHBBBB", size, 0, colour, 400, 0, 0, 0, 0, 0) + b"\x05\0Arial")
    first += record(0x41E, struct.pack("<HHB", 170, 3, 0) + b";;;")
    for n, look in enumerate(LOOKS):
        fill = (1 << 26) if look.fill else 0
        colours = index[look.fill] if look.fill else 0x40 | 0x41 << 7
        first += record(0xE0, struct.pack("<HHH", 5 + n, 170 if look.form else 0, 1) + bytes(8) + struct.pack("<IH", fill, colours))
    places = range(8, 64)
    body = b"".join(bytes.fromhex(palette[at - 16]) + b"\0" if 0 <= at - 16 < len(palette) else b"\x80\x80\x80\0" for at in places)
    first += record(0x92, struct.pack("<H", len(places)) + body)
    sheet = bof(0x10) + record(0x200, struct.pack("<IIHHH", 0, len(table), 0, 9, 0))
    for row, cells in enumerate(table):
        if all(words.isdigit() for words, _ in cells):
            values = b"".join(struct.pack("<HI", look, int(words) << 2 | 2) for words, look in cells)
            sheet += record(0xBD, struct.pack("<HH", row, 0) + values + struct.pack("<H", len(cells) - 1))
            continue
        for column, (words, look) in enumerate(cells):
            sheet += record(0x204, struct.pack("<HHHHB", row, column, look, len(words), 0) + words.encode())
    sheet += record(0x0A, b"")
    head = lambda place: record(0x85, struct.pack("<IHBB", place, 0, 2, 0) + b"S0")  # noqa: E731
    place = len(first) + len(head(0)) + 4
    return ole({"Workbook": first + head(place) + record(0x0A, b"") + sheet})


def ods(table: Table) -> bytes:
    from odf.opendocument import OpenDocumentSpreadsheet
    from odf.style import Style, TableCellProperties, TextProperties
    from odf.table import Table as OdfTable
    from odf.table import TableCell, TableColumn, TableRow
    from odf.text import P

    book, out = OpenDocumentSpreadsheet(), BytesIO()
    for n, look in enumerate(LOOKS):
        style = Style(name=f"ce{n}", family="table-cell")
        style.addElement(TableCellProperties(backgroundcolor=f"#{look.fill}" if look.fill else "transparent"))
        style.addElement(TextProperties(color=f"#{look.ink.lower()}", fontsize=f"{look.size}pt"))
        book.automaticstyles.addElement(style)
    sheet = OdfTable(name="S0")
    sheet.addElement(TableColumn(numbercolumnsrepeated=3, defaultcellstylename="ce0"))
    sheet.addElement(TableColumn(numbercolumnsrepeated=9, defaultcellstylename="ce1"))
    for cells in table:
        row = TableRow()
        for column, (words, look) in enumerate(cells):
            bare = {} if (look == 1 and column >= 3) or (look == 0 and column < 3) else {"stylename": f"ce{look}"}
            cell = TableCell(valuetype="string", **bare)
            cell.addElement(P(text=words))
            row.addElement(cell)
        sheet.addElement(row)
    book.spreadsheet.addElement(sheet)
    book.write(out)
    return out.getvalue()


def xlsx(table: Table) -> bytes:
    import openpyxl
    from openpyxl.styles import Font, PatternFill

    book, out = openpyxl.Workbook(), BytesIO()
    book.active.title = "S0"
    for r, cells in enumerate(table, 1):
        for c, (words, number) in enumerate(cells, 1):
            look = LOOKS[number]
            cell = book.active.cell(r, c, words)
            cell.font = Font(size=look.size, color=f"FF{look.ink}")
            if look.fill:
                cell.fill = PatternFill("solid", fgColor=f"FF{look.fill}")
            if look.form:
                cell.number_format = look.form
    book.save(out)
    return out.getvalue()


def excel_xml(table: Table) -> bytes:
    styles = "".join(
        f'<Style ss:ID="s{n}"><Font ss:Size="{look.size}" ss:Color="#{look.ink}"/>'
        + (f'<Interior ss:Color="#{look.fill}" ss:Pattern="Solid"/>' if look.fill else "")
        + (f'<NumberFormat ss:Format="{look.form}"/>' if look.form else "")
        + "</Style>"
        for n, look in enumerate(LOOKS)
    )
    rows = "".join(
        "<Row>" + "".join(f'<Cell ss:StyleID="s{look}"><Data ss:Type="String">{words}</Data></Cell>' for words, look in cells) + "</Row>"
        for cells in table
    )
    space = "urn:schemas-microsoft-com:office:spreadsheet"
    return (
        f'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook xmlns="{space}" xmlns:ss="{space}">'
        f'<Styles>{styles}</Styles><Worksheet ss:Name="S0"><Table>{rows}</Table></Worksheet></Workbook>'
    ).encode()


WRITERS: dict[str, Any] = {"xls": xls, "ods": ods, "xlsx": xlsx, "xml": excel_xml}


@pytest.mark.parametrize("kind", WRITERS)
def test_cells_that_look_empty_are_kept_apart(kind: str) -> None:
    rng = random.Random(kind)
    without = {n for n, look in enumerate(LOOKS) if look.form} if kind == "ods" else set()  # no such format in odfpy
    for _ in range(15):
        table = [[(w, 0 if n in without else n) for w, n in row] for row in made_table(rng, numbers=kind == "xls")]
        document = read(WRITERS[kind](table), f"a.{kind}")
        expected = ["\t".join("" if LOOKS[n].is_unseen else w for w, n in row).rstrip("\t") for row in table]
        assert [u.text for u in document.units if u.in_flow] == [row for row in expected if row]
        hidden = [w for row in table for w, n in row if LOOKS[n].is_unseen]
        assert [w for u in document.units if not u.in_flow for w in u.text.split("\t")] == hidden
        assert any("text that no reader can see was left out" in w for w in document.warnings) == bool(hidden)
        shown = read(WRITERS[kind](table), f"a.{kind}", hidden=True)
        text = "\n".join(u.text for u in shown.units if u.in_flow)
        assert all(w in text for row in table for w, _ in row)
