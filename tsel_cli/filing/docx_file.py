"""A summary as a Word file with a plain layout of our own; what is to be checked carries a comment."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import docx
from docx.document import Document as WordDocument
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor
from docx.table import Table, _Cell, _Row
from docx.text.paragraph import Paragraph
from docx.text.run import Run

from tsel_cli.filing.paper import Entry, Paper, Section
from tsel_cli.filing.words import word

_GREY, _INK = RGBColor(0x66, 0x66, 0x66), RGBColor(0x1F, 0x2A, 0x44)
_LATIN = "Calibri"
_EAST = {"ja": "Yu Gothic", "zh": "Microsoft YaHei", "ko": "Malgun Gothic"}
_REGION = {
    "ja": "ja-JP", "zh": "zh-CN", "ko": "ko-KR",
    "de": "de-DE", "fr": "fr-FR", "es": "es-ES", "it": "it-IT", "pt": "pt-PT",
}  # fmt: skip
_SHADE = "E9EDF4"
_PADDING = (("top", 40), ("left", 100), ("bottom", 40), ("right", 100))  # of a cell, in twentieths of a point
_HEAD_WIDTHS = (Cm(3.0), Cm(14.0))
_ACTION_WIDTHS = (Cm(3.2), Cm(7.0), Cm(3.3), Cm(3.5))
_FACT_WIDTHS = (Cm(3.8), Cm(10.0), Cm(3.2))


def word_file(paper: Paper) -> bytes:
    """The bytes of a .docx."""
    document = docx.Document()
    _lay_out(document, paper)
    document.add_paragraph(paper.headline, style="Title")
    _head(document, paper)
    if paper.topics:
        document.add_heading(word("topics", paper.lang), 1)
        for entry in paper.topics:
            _line(document, entry, "List Number")
    for section in paper.sections:
        _section(document, section, paper)
    _foot(document, paper)
    held = io.BytesIO()
    document.save(held)
    return held.getvalue()


def _lay_out(document: WordDocument, paper: Paper) -> None:
    page = document.sections[0]
    page.page_width, page.page_height = Cm(21.0), Cm(29.7)
    page.left_margin = page.right_margin = Cm(2.0)
    page.top_margin = page.bottom_margin = Cm(2.2)
    for name, size in (("Normal", 10.5), ("Title", 20), ("Heading 1", 13), ("List Bullet", 0), ("List Number", 0)):
        style = document.styles[name]
        _set_font(style.element.get_or_add_rPr(), paper.lang)
        if size:
            style.font.size = Pt(size)
        if name in ("Title", "Heading 1"):
            style.font.color.rgb = _INK
    document.styles["Normal"].paragraph_format.space_after = Pt(4)
    document.styles["Heading 1"].paragraph_format.space_before = Pt(14)
    document.styles["Heading 1"].paragraph_format.space_after = Pt(4)
    about = document.core_properties
    about.title, about.author, about.language = paper.title, "tsel", paper.lang
    about.comments = ""
    about.created = about.modified = datetime.now(UTC).replace(tzinfo=None)


def _set_font(properties: Any, lang: str) -> None:
    """Latin and East Asian letters by name: a theme's fonts would win over them."""
    fonts = properties.get_or_add_rFonts()
    for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{theme}"), None)
    for side, name in (("ascii", _LATIN), ("hAnsi", _LATIN), ("eastAsia", _EAST.get(lang, _EAST["ja"]))):
        fonts.set(qn(f"w:{side}"), name)
    if lang in _REGION:
        spoken = OxmlElement("w:lang")
        spoken.set(qn("w:val"), "en-US" if lang in _EAST else _REGION[lang])
        if lang in _EAST:
            spoken.set(qn("w:eastAsia"), _REGION[lang])
        properties.append(spoken)


def _head(document: WordDocument, paper: Paper) -> None:
    """Label and value, a row each, without lines."""
    table = document.add_table(rows=0, cols=2)
    for label, value in paper.head:
        cells = _new_row(table)
        _put(cells[0], label, bold=True)
        _put(cells[1], value)
    _widths(table, _HEAD_WIDTHS)


def _section(document: WordDocument, section: Section, paper: Paper) -> None:
    if section.heading:
        document.add_heading(section.heading, 1)
    if section.kind == "action":
        _actions(document, section.entries, paper.lang)
    elif section.kind == "fact":
        _facts(document, section.entries, paper.lang)
    else:
        for entry in section.entries:
            _line(document, entry, "Normal" if entry.kind in ("text", "answer") else "List Bullet")
    for note in section.notes:
        _grey(document.add_paragraph(), note)


def _line(document: WordDocument, entry: Entry, style: str) -> None:
    """The words of an entry, its place in grey behind them."""
    paragraph = document.add_paragraph(style=style)
    paragraph.paragraph_format.space_after = Pt(3)
    said = paragraph.add_run(entry.text)
    if entry.place:
        _grey(paragraph, f"  ({entry.place})")
    remark(document, said, entry)


def _actions(document: WordDocument, entries: Sequence[Entry], lang: str) -> None:
    missing = word("not_stated", lang)
    table = _table(document, [word(n, lang) for n in ("who", "what", "when", "where")])
    for entry in entries:
        cells = _new_row(table)
        _put(cells[0], entry.who or missing)
        said = _put(cells[1], entry.what)
        _put(cells[2], entry.when or missing)
        _grey(cells[3].paragraphs[0], entry.place)
        remark(document, said, entry)
    _widths(table, _ACTION_WIDTHS)


def _facts(document: WordDocument, entries: Sequence[Entry], lang: str) -> None:
    table = _table(document, [word(n, lang) for n in ("fact", "words", "where")])
    for entry in entries:
        cells = _new_row(table)
        _put(cells[0], entry.title, bold=True)
        said = _put(cells[1], entry.text)
        _grey(cells[2].paragraphs[0], entry.place)
        remark(document, said, entry)
    _widths(table, _FACT_WIDTHS)


def _table(document: WordDocument, titles: Sequence[str]) -> Table:
    """A table with a head that is repeated on every page; no row is divided."""
    table: Table = document.add_table(rows=1, cols=len(titles), style="Table Grid")
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    for cell, title in zip(table.rows[0].cells, titles, strict=True):
        _put(cell, title, bold=True)
        shade = OxmlElement("w:shd")
        for name, value in (("val", "clear"), ("color", "auto"), ("fill", _SHADE)):
            shade.set(qn(f"w:{name}"), value)
        cell._tc.get_or_add_tcPr().append(shade)
    repeated = OxmlElement("w:tblHeader")
    table.rows[0]._tr.get_or_add_trPr().append(repeated)
    margins = OxmlElement("w:tblCellMar")
    for side, size in _PADDING:
        margin = OxmlElement(f"w:{side}")
        margin.set(qn("w:w"), str(size))
        margin.set(qn("w:type"), "dxa")
        margins.append(margin)
    table._tbl.tblPr.append(margins)
    return table


def _new_row(table: Table) -> Sequence[_Cell]:
    row: _Row = table.add_row()  # type: ignore[no-untyped-call]
    return row.cells


def _widths(table: Table, widths: Sequence[Any]) -> None:
    table.autofit = False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = width  # the grid, which LibreOffice goes by
    for row in table.rows:
        row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
        for cell, width in zip(row.cells, widths, strict=True):
            cell.width = width


def _put(cell: _Cell, text: str, *, bold: bool = False) -> Run:
    paragraph = cell.paragraphs[0]
    paragraph.paragraph_format.space_after = Pt(1)
    run: Run = paragraph.add_run(text)
    run.bold = bold or None
    return run


def _grey(paragraph: Paragraph, text: str) -> None:
    run = paragraph.add_run(text)
    run.font.color.rgb = _GREY
    run.font.size = Pt(9)


def remark(document: WordDocument, run: Run, entry: Entry) -> None:
    """The comment of an entry that is to be checked."""
    if entry.remark:
        document.add_comment(run, text=entry.remark, author="tsel", initials="ts")


def _foot(document: WordDocument, paper: Paper) -> None:
    """How it was made, below the text; page numbers on every page."""
    paragraph = document.add_paragraph()
    paragraph.paragraph_format.space_before = Pt(16)
    _grey(paragraph, ("" if paper.lang in ("ja", "zh") else " ").join(paper.foot))
    numbers = document.sections[0].footer.paragraphs[0]
    numbers.alignment = WD_ALIGN_PARAGRAPH.CENTER
    for part, code in (("", "PAGE"), (" / ", "NUMPAGES")):
        _grey(numbers, part)
        field = OxmlElement("w:fldSimple")
        field.set(qn("w:instr"), code)
        numbers._p.append(field)
