"""Files made after symptoms that people reported of other readers (issue named beside each); six of them failed here at first."""

from __future__ import annotations

import datetime
import zipfile
from collections.abc import Callable
from io import BytesIO

import pytest

from tests.core.ingest.formats.test_kinds import flow, read
from tests.core.ingest.make_files import Text, docx, pdf

R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
BODY: list[Text] = [(60.0, 600.0 - 15 * n, 11.0, f"Line {n} of the statement follows here") for n in range(5)]
TITLE = "Statement of Accounts"


def run(text: str, properties: str = "") -> str:
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def paragraph(*inside: str) -> str:
    return f"<w:p>{''.join(inside)}</w:p>"


def letters(copies: int, shift: float, *, from_end: bool = False) -> bytes:
    """A title whose letters are drawn one by one, several times each."""
    drawn: list[Text] = [(60.0 + 6.67 * at + shift * n, 700.0, 12.0, sign) for at, sign in enumerate("poundage") for n in range(copies)]
    return pdf([[*(drawn[::-1] if from_end else drawn), *BODY]])


def changed(data: bytes, change: Callable[[str, bytes], bytes], more: dict[str, str] | None = None) -> bytes:
    """An archive with its parts changed, and more of them."""
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            new.writestr(name, change(name, old.read(name)))
        for name, text in (more or {}).items():
            new.writestr(name, text)
    return out.getvalue()


def strict(data: bytes) -> bytes:
    """The same file by the strict form of the standard."""

    def change(_: str, part: bytes) -> bytes:
        for kind in (b"spreadsheetml", b"wordprocessingml", b"officeDocument"):
            part = part.replace(b"http://schemas.openxmlformats.org/%s/2006/" % kind, b"http://purl.oclc.org/ooxml/%s/" % kind)
        return part

    return changed(data, change)


def workbook(*rows: list[object], mac: bool = False) -> bytes:
    import openpyxl
    from openpyxl.utils.datetime import CALENDAR_MAC_1904

    book, out = openpyxl.Workbook(), BytesIO()
    if mac:
        book.epoch = CALENDAR_MAC_1904
    for row in rows:
        book.active.append(row)
    book.save(out)
    return out.getvalue()


def alt_chunk() -> bytes:
    body = paragraph(run("Before")) + f'<w:altChunk xmlns:r="{R}" r:id="rIdA"/>' + paragraph(run("Behind"))
    link = f'<Relationship Id="rIdA" Type="{R}/aFChunk" Target="chunk.html"/></Relationships>'.encode()

    def change(name: str, part: bytes) -> bytes:
        empty = b"<Relationships " in part and part.rstrip().endswith(b"/>")
        part = part.rstrip()[:-2] + b"></Relationships>" if empty else part
        return part.replace(b"</Relationships>", link) if name == "word/_rels/document.xml.rels" else part

    return changed(docx(body), change, {"word/chunk.html": "<p>Words of the chunk</p>"})


def furigana() -> bytes:
    rich = '<r><t>漢</t></r><r><rPr><b/></rPr><t>字</t></r><rPh sb="0" eb="2"><t>カンジ</t></rPh>'.encode()
    return changed(workbook(["漢字", 1]), lambda _, part: part.replace("<t>漢字</t>".encode(), rich))


SYMBOLS = paragraph(
    '<w:r><w:sym w:font="Wingdings" w:char="F0FE"/></w:r>', run(" Yes "), '<w:r><w:sym w:font="Wingdings" w:char="F0A8"/></w:r>', run(" No "),
    '<w:r><w:sym w:font="Symbol" w:char="F0B3"/></w:r>', run(" 5 "), '<w:r><w:sym w:font="Symbol" w:char="F061"/></w:r>',
)  # fmt: skip
ROLLING = (
    b"WEBVTT\nKind: captions\nLanguage: en\n\n00:00:00.030 --> 00:00:05.720 align:start position:0%\n \nwhat's<00:00:00.719><c> up</c><00:00:00.930><c> everybody</c>\n\n"
    b"00:00:05.720 --> 00:00:05.730 align:start position:0%\nwhat's up everybody\n \n\n00:00:05.730 --> 00:00:09.000 align:start position:0%\nwhat's up everybody\n"
    b"welcome<00:00:06.0><c> back</c>\n\n00:00:09.000 --> 00:00:09.010 align:start position:0%\nwelcome back\n \n"
)
FORM = (
    b"<p>Pay in <del>thirty</del> <ins>forty</ins> days</p><template><p>never</p></template><noscript>off</noscript>"
    b"<p>Name: <input value='Clara Mori'> <select><option>A<option selected>B</select> <textarea>Remark here</textarea></p>"
)
# (kind, file, what stands in the text, what does not)
Case = tuple[str, Callable[[], bytes], tuple[str, ...], tuple[str, ...]]
CASES: dict[str, Case] = {
    "bold letters drawn twice (jsvine/pdfplumber 71)": ("pdf", lambda: letters(2, 0.3), ("poundage", "Line 0"), ("ppoo",)),
    "letters drawn four times (jsvine/pdfplumber 1267)": ("pdf", lambda: letters(4, 0.2), ("poundage",), ("pp", "oo")),
    "a line drawn twice (py-pdf/pypdf 1731)": ("pdf", lambda: pdf([[(60.0, 700.0, 12.0, TITLE), (60.3, 700.0, 12.0, TITLE), *BODY]]), (TITLE,), (f"{TITLE}\n{TITLE}", f"{TITLE} {TITLE}")),
    "the same with others between": ("pdf", lambda: pdf([[(60.0, 700.0, 12.0, TITLE), *BODY, (60.0, 700.2, 12.0, TITLE)]]), (TITLE,), (f"{TITLE}\n{TITLE}", f"{TITLE} {TITLE}")),
    "letters drawn from the end": ("pdf", lambda: letters(1, 0.0, from_end=True), ("poundage",), ()),
    "smart tags (python-docx 328, 339)": ("docx", lambda: docx(paragraph(run("-- STA"), f'<w:smartTag w:uri="x" w:element="y">{run("RT of the term")}</w:smartTag>')), ("-- START of the term",), ()),
    "custom XML (python-docx-ng 119)": ("docx", lambda: docx(f'<w:customXml w:element="y">{paragraph(run("A block"))}</w:customXml>' + paragraph(run("A "), f'<w:customXml w:element="z">{run("word")}</w:customXml>', run(" end"))), ("A block", "A word end"), ()),
    "a list item without a level (markitdown 1282)": ("docx", lambda: docx(paragraph('<w:pPr><w:numPr><w:numId w:val="7"/></w:numPr></w:pPr>', run("An item"))), ("An item",), ()),
    "a list item with odd numbers": ("docx", lambda: docx(paragraph('<w:pPr><w:numPr><w:ilvl w:val="x"/><w:numId w:val="-3"/></w:numPr></w:pPr>', run("An item"))), ("An item",), ()),
    "struck words (bgreenwell/doxx 47)": ("docx", lambda: docx(paragraph(run("Pay within "), run("thirty", "<w:strike/>"), run(" (30)", "<w:dstrike/>"), run(" forty days"), run("!", '<w:strike w:val="0"/>'))), ("Pay within [struck out: thirty (30)] forty days!",), ()),
    "signs of symbol fonts": ("docx", lambda: docx(SYMBOLS), ("☒ Yes", " No ≥ 5 α"), ("\uf0b3",)),
    "hyphens of Word": ("docx", lambda: docx(paragraph("<w:r><w:t>co</w:t><w:noBreakHyphen/><w:t>operation, pre</w:t><w:softHyphen/><w:t>pared</w:t></w:r>")), ("co-operation, prepared",), ()),
    "a page within (altChunk)": ("docx", alt_chunk, ("Before", "Words of the chunk", "Behind"), ()),
    "Word, strict": ("docx", lambda: strict(docx(paragraph(run("The rent is due.")))), ("The rent is due.",), ()),
    "Excel, strict": ("xlsx", lambda: strict(workbook(["Rent", 1480])), ("Rent\t1480",), ()),
    "days counted from 1904 (hucre 414)": ("xlsx", lambda: workbook(["Due", datetime.datetime(2026, 5, 3)], mac=True), ("Due\t2026-05-03",), ()),
    "furigana in a cell": ("xlsx", furigana, ("漢字\t1",), ("カンジ",)),
    "times without hours (webvtt-py 2)": ("vtt", lambda: b"WEBVTT\n\n01:11.913 --> 01:13.346\n<v Kim>Good morning.\n", ("Good morning.",), ("-->",)),
    "times of few digits (webvtt-py 44)": ("vtt", lambda: b"WEBVTT\n\n0:1:5.2 --> 0:1:9.25\n<v Kim>Good morning.\n\n0:1:10.0 --> 0:1:12.0\n<v Lee>Hello.\n", ("Good morning.", "Hello."), ("-->",)),
    "rolling captions (webvtt-py 28)": ("vtt", lambda: ROLLING, ("what's up everybody", "welcome back"), ("everybody\nwhat's", "everybody what's", "back welcome")),
    "entities, map and styles (taOS 2923)": ("vtt", lambda: b"WEBVTT\nX-TIMESTAMP-MAP=MPEGTS:183600,LOCAL:00:00:00.000\n\nSTYLE\n::cue { color: red }\n\nNOTE a remark\n\n1\n00:01.000 --> 00:02.000\nit&#39;s R&amp;D &lt;now&gt;&nbsp;here\n", ("it's R&D <now> here",), ("::cue", "MPEGTS")),
    "captions without numbers": ("srt", lambda: "\ufeff00:00:01,000 --> 00:00:02,000\r\nGood morning.\r\n\r\n00:00:03.5 --> 00:00:04.5\r\nSecond.\r\n".encode(), ("Good morning.", "Second."), ("-->",)),
    "a flowed mail": ("eml", lambda: b"From: a@b.c\nContent-Type: text/plain; format=flowed; delsp=yes; charset=utf-8\n\nThe rent is \ndue on the third \nof May.\n\nEnd.\n", ("The rent is", "End."), ()),
    "an empty text beside the page": ("eml", lambda: b"From: a@b.c\nContent-Type: multipart/alternative; boundary=x\n\n--x\nContent-Type: text/plain\n\n \n--x\nContent-Type: text/html\n\n<p>The rent is due.</p>\n--x--\n", ("The rent is due.",), ()),
    "a mail in UTF-7": ("eml", lambda: b"From: a@b.c\nContent-Type: text/plain; charset=utf-7\n\n+ZeVnLIqe- due\n", ("日本語 due",), ()),
    "a line that names the separator": ("csv", lambda: b"sep=;\nItem;Price\nRent;1.480,50\n", ("Rent\t1.480,50",), ("sep=",)),
    "two halves of a character in RTF": ("rtf", lambda: rb"{\rtf1\ansi\uc1 Smile \u-10179?\u-8704? and {\uc0\u26085\u26412} end\par}", ("Smile 😀 and 日本",), ()),
    "a form, deleted words": ("html", lambda: b"<html><body>" + FORM + b"</body></html>", ("Pay in [struck out: thirty] forty days", "Name: Clara Mori B Remark here"), ("never", "off")),
    "lines within cells": ("html", lambda: b"<table><tr><td>a<br>b</td><td><p>c</p><p>d</p></td></tr></table>", ("a b\tc d",), ()),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_a_symptom_of_other_readers(name: str) -> None:
    kind, make, there, missing = CASES[name]
    text = "\n".join(flow(read(make(), f"a.{kind}")))
    for words in there:
        assert words in text
    for words in missing:
        assert words not in text
