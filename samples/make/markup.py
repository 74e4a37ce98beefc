"""The light markup of samples/make/text, written to Word files with real styles, numbering and tables.

`= ` title, `# ` and `## ` headings, `- ` bullet, `| a | b |` table row, `@p ` plain paragraph, `@2 ` and `@3 ` numbered
clauses below a numbered heading; any other line is a paragraph.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Cm, Pt

LEVELS = (("decimal", "%1."), ("decimal", "%1.%2"), ("lowerLetter", "(%3)"))


def build(text: str, *, font: str, size: float, header: str = "", clauses: bool = False, lang: str = "en-GB") -> Any:
    """A python-docx Document of the markup. With `clauses`, headings and `@` lines share one numbered list."""
    doc = Document()
    _set_up(doc, font, size, header, lang)
    num_id = _add_numbering(doc) if clauses else None
    rows: list[list[str]] = []
    for line in [*text.splitlines(), ""]:
        if line.startswith("|"):
            rows.append([c.strip() for c in line.strip().strip("|").split("|")])
            continue
        if rows:
            _add_table(doc, rows)
            rows = []
        if line.strip():
            _add_line(doc, line.rstrip(), num_id)
    return doc


def _add_line(doc: Any, line: str, num_id: int | None) -> None:
    mark, _, rest = line.partition(" ")
    if mark == "=":
        doc.add_heading(rest, 0)
    elif mark in ("#", "##"):
        paragraph = doc.add_heading(rest, len(mark))
        if num_id and not rest.startswith("Schedule"):
            _number(paragraph, num_id, 0)
    elif mark == "-":
        doc.add_paragraph(rest, style="List Bullet")
    elif mark in ("@2", "@3") and num_id:
        _number(doc.add_paragraph(rest), num_id, int(mark[1]) - 1)
    elif mark == "@p":
        doc.add_paragraph(rest)
    elif decision := re.match(r"(Decision \d+\.\d+\.) (.*)", line):
        paragraph = doc.add_paragraph()
        paragraph.add_run(decision[1]).bold = True
        paragraph.add_run(" " + decision[2])
    else:
        doc.add_paragraph(line)


def _set_up(doc: Any, font: str, size: float, header: str, lang: str) -> None:
    section = doc.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.4)
    for name in ("Normal", "Title", "Heading 1", "Heading 2", "List Bullet"):
        style = doc.styles[name]
        style.font.name = font
        style.font.size = Pt({"Title": size * 1.8, "Heading 1": size * 1.3, "Heading 2": size * 1.1}.get(name, size))
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for kind in ("w:ascii", "w:hAnsi", "w:eastAsia", "w:cs"):
            fonts.set(qn(kind), font)
        for kind in ("w:asciiTheme", "w:hAnsiTheme", "w:eastAsiaTheme", "w:cstheme"):
            fonts.attrib.pop(qn(kind), None)
    doc.styles["Normal"].paragraph_format.space_after = Pt(6)
    properties = doc.core_properties
    properties.author, properties.language = "tsel samples", lang
    properties.created = properties.modified = datetime(2026, 11, 23)
    properties.comments = ""
    if header:
        section.header.paragraphs[0].text = header
        foot = section.footer.paragraphs[0]
        foot.alignment = WD_ALIGN_PARAGRAPH.CENTER
        foot.add_run("Page " if lang.startswith("en") else "")
        _field(foot, "PAGE")
        foot.add_run(" of " if lang.startswith("en") else " / ")
        _field(foot, "NUMPAGES")


def _field(paragraph: Any, code: str) -> None:
    for kind, text in (("begin", ""), ("", code), ("separate", ""), ("t", "1"), ("end", "")):
        run = paragraph.add_run("1" if kind == "t" else "")
        if kind in ("begin", "separate", "end"):
            char = OxmlElement("w:fldChar")
            char.set(qn("w:fldCharType"), kind)
            run._r.append(char)
        elif not kind:
            instruction = OxmlElement("w:instrText")
            instruction.text = text
            run._r.append(instruction)


def _add_table(doc: Any, rows: list[list[str]]) -> None:
    width = max(len(r) for r in rows)
    table = doc.add_table(0, width, style="Table Grid")
    table.autofit = False
    for i, row in enumerate(rows):
        cells = table.add_row().cells
        for cell, value in zip(cells, row + [""] * (width - len(row)), strict=True):
            cell.text = value
            for run in cell.paragraphs[0].runs:
                run.bold = i == 0 and width > 2
    longest = [max(len(r[i]) if i < len(r) else 1 for r in rows) ** 0.6 for i in range(width)]
    for row in table.rows:
        for cell, share in zip(row.cells, longest, strict=True):
            cell.width = Cm(16.2 * share / sum(longest))
    doc.add_paragraph()


def _add_numbering(doc: Any) -> int:
    """A multilevel list (1., 1.1, (a)) in the numbering part; returns its numId."""
    numbering = doc.part.numbering_part.element
    levels = "".join(
        f'<w:lvl w:ilvl="{i}"><w:start w:val="1"/><w:numFmt w:val="{fmt}"/><w:lvlText w:val="{label}"/>'
        f'<w:pPr><w:ind w:left="{567 * (i + 1)}" w:hanging="567"/></w:pPr></w:lvl>'
        for i, (fmt, label) in enumerate(LEVELS)
    )
    abstract = parse_xml(
        f'<w:abstractNum {nsdecls("w")} w:abstractNumId="90"><w:multiLevelType w:val="multilevel"/>'
        f"{levels}</w:abstractNum>"
    )
    numbering.insert(0, abstract)
    numbering.append(parse_xml(f'<w:num {nsdecls("w")} w:numId="90"><w:abstractNumId w:val="90"/></w:num>'))
    return 90


def _number(paragraph: Any, num_id: int, level: int) -> None:
    properties = paragraph._p.get_or_add_pPr()
    properties.append(
        parse_xml(f'<w:numPr {nsdecls("w")}><w:ilvl w:val="{level}"/><w:numId w:val="{num_id}"/></w:numPr>')
    )
