"""Files that say far too much: an answer or a clear refusal, soon and in little memory."""

from __future__ import annotations

import contextlib
import io
import time
import zipfile

import pytest

from tests.core.ingest.make_files import docx
from tsel_core.errors import DocumentError, TselError
from tsel_core.ingest import ReadOptions
from tsel_core.ingest.parse import parse

SECONDS = 60.0  # process time; the machine of the tests may be busy with others


def refused(name: str, data: bytes, words: str) -> None:
    before = time.process_time()
    with pytest.raises(DocumentError, match=words):
        parse(name, data, "0", ReadOptions(isolate=False))
    assert time.process_time() - before < SECONDS


def _workbook(rows: int, text: str) -> bytes:
    """A sheet whose cells all name one shared string."""
    kinds = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    names = "http://schemas.openxmlformats.org"
    main = f'xmlns="{names}/spreadsheetml/2006/main"'
    types = f"{names}/officeDocument/2006/relationships"
    cells = "".join(f'<row r="{n}"><c r="A{n}" t="s"><v>0</v></c></row>' for n in range(1, rows + 1))
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{names}/package/2006/content-types"><Default Extension="rels" ContentType='
        '"application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{kinds}.sheet.main+xml"/>'
        f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{kinds}.worksheet+xml"/>'
        f'<Override PartName="/xl/sharedStrings.xml" ContentType="{kinds}.sharedStrings+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{names}/package/2006/relationships"><Relationship Id="r1" Type='
        f'"{types}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook {main} xmlns:r="{types}"><sheets><sheet name="S" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{names}/package/2006/relationships"><Relationship Id="r1" Type='
        f'"{types}/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="r2" Type="{types}/sharedStrings" '
        'Target="sharedStrings.xml"/></Relationships>',
        "xl/sharedStrings.xml": f"<sst {main}><si><t>{text}</t></si></sst>",
        "xl/worksheets/sheet1.xml": f"<worksheet {main}><sheetData>{cells}</sheetData></worksheet>",
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return out.getvalue()


def test_a_workbook_that_repeats_one_long_string() -> None:
    small = parse("a.xlsx", _workbook(3, "price"), "0", ReadOptions(isolate=False))
    assert [u.text for u in small.units] == ["price"] * 3
    refused("a.xlsx", _workbook(150_000, "y" * 32_000), "more than 40,000,000 characters of text")


def test_a_million_paragraphs() -> None:
    refused("a.docx", docx("<w:p><w:r><w:t>Words of it</w:t></w:r></w:p>" * 1_000_000), "over 4 million tags")


def test_millions_of_lines() -> None:
    refused("a.txt", b"a\n" * 8_000_000, "more than 1,000,000 lines")
    refused("a.csv", b"a,b\n" * 700_000, "more than 500,000 rows")


@pytest.mark.parametrize("data", [b"word " * 6_000_000, b"x" * 30_000_000, "契約".encode() * 5_000_000, b"[00:00" * 5_000_000])
def test_a_line_of_thirty_megabytes(data: bytes) -> None:
    before = time.process_time()
    document = parse("a.txt", data, "0", ReadOptions(isolate=False))
    assert sum(len(u.text) for u in document.units) >= len(data.decode()) - len(document.units)
    assert time.process_time() - before < SECONDS


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.rtf", b"{\\rtf1 " + b"{\\b x" * 400_000 + b"}"),
        ("a.json", b"[" * 200_000),
        ("a.html", b"<div>" * 100_000 + b"x"),
        ("a.html", b"<style>" + b".a .b{display:none}" * 20_000 + b"</style>" + b"<p class=a>x</p>" * 20_000),
        ("a.srt", b"1\n00:00:01,000 --> 00:00:02,000\nsome words\n\n" * 100_000),
    ],
)
def test_nested_and_repeated_parts_end(name: str, data: bytes) -> None:
    before = time.process_time()
    with contextlib.suppress(TselError):
        parse(name, data, "0", ReadOptions(isolate=False))
    assert time.process_time() - before < SECONDS


@pytest.mark.parametrize("opened", ["<div>", "<b>", "<table><tr><td>", "<ul><li>", "<svg><g>"])
def test_a_page_nested_too_deep_is_refused_with_that_reason(opened: str) -> None:
    refused("a.html", f"<p>one</p>{opened * 100_000}two".encode(), "^a.html: nested too deeply to be read")
    mail = f"From: a@b.c\r\nContent-Type: text/html\r\n\r\n{opened * 100_000}two"
    refused("a.eml", mail.encode(), "^a.eml: nested too deeply to be read")


def test_a_page_nested_as_deep_as_pages_are_is_read() -> None:
    page = "<p>one</p>" + "<div>" * 1500 + "two" + "</div>" * 1500 + "<p>three</p>"
    document = parse("a.html", page.encode(), "0", ReadOptions(isolate=False))
    assert [u.text for u in document.units] == ["one", "two", "three"]


@pytest.mark.parametrize("rule", ["p ~ p{display:none}", "p + p ~ p{color:red}"])
def test_rules_that_compare_every_pair_of_elements_are_left_out_and_named(rule: str) -> None:
    before = time.process_time()
    page = f"<style>{rule} .x{{display:none}}</style>" + "<p>one</p>" * 8000 + "<p class=x>two</p>"
    document = parse("a.html", page.encode(), "0", ReadOptions(isolate=False))
    assert time.process_time() - before < SECONDS
    assert len([u for u in document.units if u.in_flow]) == 8000
    assert "the page has more styles than are followed: what they hide is not told apart" in document.warnings
