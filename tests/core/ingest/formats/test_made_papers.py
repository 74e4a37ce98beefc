"""Random papers of paragraphs, lists, tables, a header and hidden words, the same in Word, HTML, OpenDocument and RTF."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any
from xml.sax.saxutils import escape

import pytest

from tests.core.ingest.formats.test_kinds import apart, flow, read
from tests.core.ingest.make_files import docx, p, r, table

WORDS = ["rent", "lessee", "notice", "award", "deadline", "invoice", "harbour", "brick", "賃料", "借主", "納期", "検収", "§ 12", "A&B", "<draft>", "50 %"]


@dataclass
class Paper:
    """Blocks: ("text", words, hidden words), ("items", ...), ("rows", ...); `header` stands on its pages."""

    header: str = ""
    blocks: list[tuple[str, list[Any]]] = field(default_factory=list)

    @classmethod
    def made(cls, rng: random.Random) -> Paper:
        def words(least: int = 2) -> str:
            return " ".join(rng.choices(WORDS, k=rng.randrange(least, 7))) + f" {rng.randrange(10**6)}"

        paper = cls(header=words() if rng.random() < 0.5 else "")
        for _ in range(rng.randrange(2, 8)):
            kind = rng.choice(["text", "text", "items", "rows"])
            if kind == "text":
                paper.blocks.append((kind, [words(), words() if rng.random() < 0.4 else ""]))
            elif kind == "items":
                paper.blocks.append((kind, [words() for _ in range(rng.randrange(2, 6))]))
            else:
                wide = rng.randrange(2, 5)
                rows = [[words() if at == 0 or rng.random() < 0.8 else "" for at in range(wide)] for _ in range(rng.randrange(2, 5))]
                paper.blocks.append((kind, rows))
        return paper

    def lines(self) -> list[str]:
        """What a reader sees, a line each; an empty cell is an empty one between tabs."""
        found = []
        for kind, content in self.blocks:
            found += [content[0]] if kind == "text" else content if kind == "items" else ["\t".join(row).rstrip("\t") for row in content]
        return found

    def hidden(self) -> list[str]:
        return [content[1] for kind, content in self.blocks if kind == "text" and content[1]]


def as_docx(paper: Paper) -> bytes:
    body = ""
    for kind, content in paper.blocks:
        if kind == "text":
            hidden = r(" " + content[1], "<w:vanish/>") if content[1] else ""
            body += f"<w:p>{r(content[0])}{hidden}</w:p>"
        elif kind == "items":
            body += "".join(p(item, num=(1, 0)) for item in content)
        else:
            body += table(*[row for row in content]) + "<w:p/>"
    parts = {"numbering": '<w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"><w:numFmt w:val="bullet"/><w:lvlText w:val="•"/></w:lvl></w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'}
    if paper.header:
        parts["header1"] = p(paper.header)
        rel = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
        body += f'<w:sectPr><w:headerReference {rel} w:type="default" r:id="rId2"/></w:sectPr>'
    return docx(body, parts)


def as_html(paper: Paper) -> bytes:
    body = f"<p>{escape(paper.header)}</p>" if paper.header else ""
    for kind, content in paper.blocks:
        if kind == "text":
            hidden = f'<span style="display:none">{escape(content[1])}</span>' if content[1] else ""
            body += f"<p>{escape(content[0])} {hidden}</p>"
        elif kind == "items":
            body += "<ul>" + "".join(f"<li>{escape(item)}</li>" for item in content) + "</ul>"
        else:
            body += "<table>" + "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in content) + "</table>"
    return f"<html><head><meta charset=utf-8></head><body>{body}</body></html>".encode()


def as_odt(paper: Paper) -> bytes:
    from odf.opendocument import OpenDocumentText
    from odf.style import Header, MasterPage, PageLayout, Style, TextProperties
    from odf.table import Table, TableCell, TableRow
    from odf.text import List, ListItem, P, Span

    document, out = OpenDocumentText(), BytesIO()
    gone = Style(name="gone", family="text")
    gone.addElement(TextProperties(display="none"))
    document.automaticstyles.addElement(gone)
    if paper.header:
        layout, page = PageLayout(name="L"), MasterPage(name="Standard", pagelayoutname="L")
        head = Header()
        head.addElement(P(text=paper.header))
        page.addElement(head)
        document.automaticstyles.addElement(layout)
        document.masterstyles.addElement(page)
    for kind, content in paper.blocks:
        if kind == "text":
            block = P(text=content[0])
            if content[1]:
                block.addElement(Span(text=content[1], stylename=gone))
        elif kind == "items":
            block = List()
            for item in content:
                entry = ListItem()
                entry.addElement(P(text=item))
                block.addElement(entry)
        else:
            block = Table(name="t")
            for row in content:
                line = TableRow()
                for cell in row:
                    made = TableCell(valuetype="string")
                    made.addElement(P(text=cell))
                    line.addElement(made)
                block.addElement(line)
        document.text.addElement(block)
    document.write(out)
    return out.getvalue()


def as_rtf(paper: Paper) -> bytes:
    def coded(text: str) -> str:
        return "".join(c if c.isascii() and c not in "\\{}" else f"\\'{ord(c):02x}" if c in "\\{}" else f"\\u{ord(c) if ord(c) < 32768 else ord(c) - 65536}?" for c in text)

    body = rf"{{\header\pard {coded(paper.header)}\par}}" if paper.header else ""
    for kind, content in paper.blocks:
        if kind == "text":
            body += rf"\pard {coded(content[0])}" + (rf" {{\v {coded(content[1])}}}" if content[1] else "") + r"\par "
        elif kind == "items":
            body += "".join(rf"\pard {{\pntext\bullet\tab}}{coded(item)}\par " for item in content)
        else:
            for row in content:
                body += r"\trowd" + "".join(rf"\cellx{900 * (n + 1)}" for n in range(len(row))) + r"\pard\intbl " + "".join(rf"{coded(cell)}\cell " for cell in row) + r"\row "
            body += r"\pard "
    return (r"{\rtf1\ansi\uc1 " + body + "}").encode()


WRITERS: dict[str, Callable[[Paper], bytes]] = {"docx": as_docx, "html": as_html, "odt": as_odt, "rtf": as_rtf}


def plain(line: str) -> str:
    """A line without the sign of a list, empty cells and the end of a row alike."""
    return line.lstrip("•-– \t").rstrip()


def measure(kind: str, seeds: Iterable[int]) -> tuple[float, float, float]:
    """(share of the lines that stand as they were put, in their order; headers once; hidden words kept apart)."""
    right = lines = heads = once = kept = hidden = 0
    for seed in seeds:
        paper = Paper.made(random.Random(f"paper {seed}"))
        document = read(WRITERS[kind](paper), f"a.{kind}")
        found = [plain(line) for text in flow(document) for line in text.split("\n")]
        at = 0
        for line in paper.lines():
            lines += 1
            place = next((n for n in range(at, len(found)) if found[n] == plain(line)), None)
            right += place is not None
            at = at if place is None else place + 1
        if paper.header:
            heads += 1
            once += "\n".join(found).count(paper.header) == 1
        for words in paper.hidden():
            hidden += 1
            kept += words not in "\n".join(found) and words in apart(document)
    return right / lines, once / max(1, heads), kept / max(1, hidden)


@pytest.mark.parametrize("kind", WRITERS)
def test_made_papers_are_read_as_they_were_written(kind: str) -> None:
    lines, headers, hidden = measure(kind, range(40))
    assert lines >= 0.99
    assert headers >= 0.99
    assert hidden >= 0.99
