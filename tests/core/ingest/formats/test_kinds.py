"""Kinds beside PDF, Word and text: OpenDocument, RTF, EPUB, Outlook, mailboxes, workbooks, saved pages, locked files."""

from __future__ import annotations

import os
import struct
import zipfile
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from tests.core.ingest.ole_file import ole
from tsel_core.document import Document
from tsel_core.errors import DocumentError, TselError, UnreadableDocument
from tsel_core.ingest import ReadOptions, read_document
from tsel_core.ingest.parse import parse


def read(data: bytes, name: str, **options: Any) -> Document:
    return parse(name, data, "0", ReadOptions(isolate=False, **options))


def flow(document: Document) -> list[str]:
    return [u.text for u in document.units if u.in_flow]


def apart(document: Document) -> str:
    return "\n".join(u.text for u in document.units if not u.in_flow)


RTF = (
    rb"{\rtf1\ansi\ansicpg932\deff0{\fonttbl{\f0\fnil\fcharset128 MS Mincho;}{\f1\fswiss\fcharset0 Arial;}}"
    rb"{\colortbl;\red255\green255\blue255;\red0\green0\blue0;}{\stylesheet{\s0 Normal;}{\s1\b heading 1;}}"
    rb"{\header\pard Contract SC-1 {\field{\*\fldinst PAGE}{\fldrslt 1}}\par}"
    rb"{\footer\pard - {\field{\*\fldinst PAGE}{\fldrslt 1}} -\par}"
    rb"\pard\s1\f1 Lease\par\pard\f0 \'8c\'5f\'96\'f1\'8f\'91 \'83A\par {\v hidden secret} seen \u26085?\u26412?\par "
    rb"\trowd\cellx100\cellx200\cellx300\pard\intbl a\cell \cell b\cell\row\pard \f1 caf\'e9{\footnote\pard note text}"
    rb" {\field{\*\fldinst HYPERLINK x}{\fldrslt link}}\par{\pict\wmetafile8 0102}{\*\bkmkstart a}end \emdash "
    rb" x {\deleted gone}{\revised came} {\cf1 white}{\fs2 tiny}\par"
    rb"{\shp{\*\shpinst{\sp{\sn x}{\sv y}}{\shptxt \pard Box text\par}}{\shprslt fallback}}last\par}"
)


def test_rtf() -> None:
    document = read(RTF, "a.rtf")
    assert flow(document) == [
        "Contract SC-1",
        "Lease",
        "契約書 ア",
        "seen 日本",
        "[footnote 1] note text",
        "a\t\tb",
        "café link",
        "end — x came",
        "Box text",
        "last",
    ]
    assert all(word in apart(document) for word in ("hidden secret", "white", "tiny"))
    assert "gone" in "\n".join(flow(read(RTF, "a.rtf", changes="reject")))
    assert "[hidden: hidden secret]" in flow(read(RTF, "a.rtf", hidden=True))


def test_odt() -> None:
    pytest.importorskip("odf")
    from odf.opendocument import OpenDocumentText
    from odf.style import Header, MasterPage, PageLayout, Style, TableCellProperties, TextProperties
    from odf.table import Table, TableCell, TableRow
    from odf.text import H, List, ListItem, ListLevelStyleNumber, ListStyle, Note, NoteBody, NoteCitation, P, Span

    made = OpenDocumentText()
    for name, more in (("off", {"display": "none"}), ("white", {"color": "#ffffff"})):
        style = Style(name=name, family="text")
        style.addElement(TextProperties(**more))
        made.automaticstyles.addElement(style)
    dark = Style(name="dark", family="table-cell")
    dark.addElement(TableCellProperties(backgroundcolor="#222222"))
    made.automaticstyles.addElement(dark)
    numbers = ListStyle(name="L1")
    numbers.addElement(ListLevelStyleNumber(level="1", numformat="1", numsuffix="."))
    numbers.addElement(ListLevelStyleNumber(level="2", numformat="a", numsuffix=")"))
    made.automaticstyles.addElement(numbers)
    layout = PageLayout(name="pl")
    made.automaticstyles.addElement(layout)
    master = MasterPage(name="Standard", pagelayoutname=layout)
    made.masterstyles.addElement(master)
    header = Header()
    header.addElement(P(text="Contract SC-2026-0417"))
    master.addElement(header)
    made.text.addElement(H(outlinelevel=1, text="Lease"))
    paragraph = P(text="The rent is 1,480 ")
    paragraph.addElement(Span(stylename="off", text="secret one"))
    paragraph.addElement(Span(stylename="white", text="secret two"))
    paragraph.addText(" euros.")
    note = Note(noteclass="footnote")
    note.addElement(NoteCitation(text="1"))
    body = NoteBody()
    body.addElement(P(text="net of tax"))
    note.addElement(body)
    paragraph.addElement(note)
    made.text.addElement(paragraph)
    items = List(stylename=numbers)
    for words in ("Deliver", "Pay"):
        item, inner, deep = ListItem(), List(), ListItem()
        item.addElement(P(text=words))
        deep.addElement(P(text=f"as agreed: {words}"))
        inner.addElement(deep)
        item.addElement(inner)
        items.addElement(item)
    made.text.addElement(items)
    table = Table(name="T")
    for cells, style in ((("Item", "", "Due"), dark), (("Rent", "1,480", ""), None)):
        row = TableRow()
        for words in cells:
            cell = TableCell(stylename=style) if style else TableCell()
            text = P()
            if style:
                text.addElement(Span(stylename="white", text=words))
            else:
                text.addText(words)
            cell.addElement(text)
            row.addElement(cell)
        table.addElement(row)
    made.text.addElement(table)
    out = BytesIO()
    made.write(out)
    document = read(out.getvalue(), "a.odt")
    assert flow(document) == [
        "Contract SC-2026-0417",
        "Lease",
        "The rent is 1,480  euros.",
        "[footnote 1] net of tax",
        "1. Deliver",
        "a) as agreed: Deliver",
        "2. Pay",
        "a) as agreed: Pay",
        "Item\t\tDue",
        "Rent\t1,480\t",
    ]
    assert apart(document) == "secret one secret two"


def test_ods_and_hidden_sheets() -> None:
    pytest.importorskip("odf")
    from odf.opendocument import OpenDocumentSpreadsheet
    from odf.table import Table, TableCell, TableRow
    from odf.text import P

    made = OpenDocumentSpreadsheet()
    table = Table(name="Prices")
    for cells in (("Item", "Price"), ("KX-4", 8750.5)):
        row = TableRow()
        for value in cells:
            kind = {"valuetype": "float", "value": value} if isinstance(value, float) else {"valuetype": "string"}
            cell = TableCell(**kind)
            cell.addElement(P(text=str(value)))
            row.addElement(cell)
        table.addElement(row)
    made.spreadsheet.addElement(table)
    out = BytesIO()
    made.write(out)
    assert flow(read(out.getvalue(), "a.ods")) == ["Item\tPrice", "KX-4\t8750.5"]


def test_epub_follows_the_spine() -> None:
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as book:
        book.writestr("mimetype", "application/epub+zip")
        book.writestr(
            "META-INF/container.xml",
            '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
            '<rootfile full-path="OEBPS/c.opf"/></rootfiles></container>',
        )
        book.writestr(
            "OEBPS/c.opf",
            '<package xmlns="http://www.idpf.org/2007/opf"><manifest><item id="b" href="b.xhtml"/>'
            '<item id="a" href="a%201.xhtml"/><item id="z" href="gone.xhtml"/></manifest>'
            '<spine><itemref idref="a"/><itemref idref="b"/><itemref idref="z"/></spine></package>',
        )
        page = '<?xml version="1.0"?><!DOCTYPE html><html><body><h1>{}</h1><p>{}</p></body></html>'
        book.writestr("OEBPS/b.xhtml", page.format("Two", "Second page."))
        book.writestr("OEBPS/a 1.xhtml", page.format("One", "First <ruby>漢<rp>(</rp><rt>かん</rt></ruby> page."))
    document = read(out.getvalue(), "a.epub")
    assert flow(document) == ["One", "First 漢 page.", "Two", "Second page.", ""]
    assert [u.label for u in document.units][:4] == ["One, para 1", "One, para 2", "Two, para 3", "Two, para 4"]
    assert "1 pages of the book are missing in the file" in document.warnings
    assert document.units_in_file == 5  # the missing page is one that was not read


def _properties(message: dict[int, int], top: bool) -> bytes:
    head = bytes(32 if top else 24)
    return head + b"".join(struct.pack("<IIQ", tag, 6, value) for tag, value in message.items())


def test_msg_with_a_message_within() -> None:
    def wide(text: str) -> bytes:
        return text.encode("utf-16-le")

    inner = {
        "__properties_version1.0": _properties({}, top=False),
        "__substg1.0_0037001F": wide("Inner offer"),
        "__substg1.0_10130102": b"<p>The inner price is 45,000.</p><p style='display:none'>buried",
    }
    data = ole(
        {
            "__properties_version1.0": _properties({0x00390040: 133_500_000_000_000_000, 0x3FFD0003: 932}, top=True),
            "__substg1.0_0037001F": wide("契約の件"),
            "__substg1.0_0C1A001F": wide("Sato"),
            "__substg1.0_5D01001F": wide("sato@example.jp"),
            "__substg1.0_0E04001E": "鈴木".encode("cp932"),
            "__substg1.0_1000001E": "納期は12月25日です。\r\n\r\n二行目".encode("cp932"),
            "__attach_version1.0_#00000000": {
                "__substg1.0_3707001F": wide("見積書.pdf"),
                "__substg1.0_37010102": b"%PDF",
            },
            "__attach_version1.0_#00000001": {"__substg1.0_3701000D": inner},
        }
    )
    document = read(data, "mail.msg")
    assert flow(document) == [
        "From: Sato <sato@example.jp>",
        "To: 鈴木",
        "Date: Wed, 17 Jan 2024 21:20:00 UTC",
        "Subject: 契約の件",
        "納期は12月25日です。",
        "二行目",
        "",  # the part that was not read
        "[forwarded message]",
        "Subject: Inner offer",
        "The inner price is 45,000.",
    ]
    assert apart(document) == "buried"
    assert any(w.startswith("the attachment 見積書.pdf was not read") for w in document.warnings)


def test_mailbox() -> None:
    mails = (
        "From a@example.org Mon Nov  9 10:00:00 2026\nFrom: a@example.org\nSubject: One\n\nFirst offer.\n>From here on\n\n"
        "From b@example.org Mon Nov  9 11:00:00 2026\nFrom: b@example.org\nSubject: Two\n\nSecond offer.\n"
    )
    for name in ("box.mbox", "box"):
        document = read(mails.encode(), name)
        assert document.kind == "mbox"
        assert "First offer.\nFrom here on" in flow(document)
        assert flow(document)[-1] == "Second offer."
        assert document.metadata["num_messages"] == 2


def test_pages_saved_as_doc() -> None:
    page = "<html><body><p>The rent is =E2=82=AC 1,480.</p></body></html>"
    mhtml = (
        'MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary="B"\r\n\r\n--B\r\nContent-Transfer-Encoding: '
        f'quoted-printable\r\nContent-Type: text/html; charset="utf-8"\r\n\r\n{page}\r\n--B--\r\n'
    )
    assert flow(read(mhtml.encode(), "a.doc")) == ["The rent is € 1,480."]
    document = read(b"<html><table><tr><td>a<td>b</table></html>", "report.xls")
    assert flow(document) == ["a\tb"]
    assert document.warnings == ("the file is named .xls but holds html; it was read as html",)


def test_word_file_behind_a_password(tmp_path: Path) -> None:
    from msoffcrypto.format.ooxml import OOXMLFile
    from openpyxl import Workbook

    book = Workbook()
    book.active.append(["Item", "Price"])
    for number in range(300):
        book.active.append([os.urandom(8).hex(), number])
    plain, locked = BytesIO(), BytesIO()
    book.save(plain)
    OOXMLFile(plain).encrypt("pw", locked)
    path = tmp_path / "prices.xlsx"
    path.write_bytes(locked.getvalue())
    assert read_document(path, ReadOptions(password="pw")).units[0].text == "Item\tPrice"  # in its own process
    for password, words in ((None, "encrypted with a password"), ("wrong", "the password is wrong")):
        with pytest.raises(UnreadableDocument, match=words) as caught:
            read_document(path, ReadOptions(password=password))
        assert "--password" in caught.value.hint


def test_old_word_files_go_through_libreoffice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With a program in its place: the real one is not on every machine."""
    from docx import Document as Word

    old = tmp_path / "old.doc"
    old.write_bytes(ole({"WordDocument": b"\xec\xa5x", "1Table": b"y"}))
    monkeypatch.setattr("tsel_core.ingest.safety.convert.office", lambda: None)
    with pytest.raises(DocumentError, match="LibreOffice"):
        read_document(old)
    made = Word()
    made.add_paragraph("The rent is 1,480.")
    made.save(str(tmp_path / "made.docx"))
    program = tmp_path / "soffice"
    program.write_text(
        '#!/bin/sh\nwhile [ "$1" != --outdir ]; do shift; done\n'
        f'[ -f "$3" ] && cp "{tmp_path}/made.docx" "$2/document.docx"\n'
    )
    program.chmod(0o755)
    monkeypatch.setattr("tsel_core.ingest.safety.convert.office", lambda: str(program))
    document = read_document(old)
    assert [u.text for u in document.units] == ["The rent is 1,480."]
    program.write_text("#!/bin/sh\nexit 1\n")
    with pytest.raises(DocumentError, match="could not convert"):
        read_document(old)


def test_pictures_need_ocr_to_be_asked_for() -> None:
    from PIL import Image

    out = BytesIO()
    Image.new("RGB", (600, 800), "white").save(out, "PNG")
    with pytest.raises(UnreadableDocument, match="--ocr"):
        read(out.getvalue(), "scan.png")
    with pytest.raises(TselError):  # no engine, or no text
        read(out.getvalue(), "scan.png", ocr=True)
    with pytest.raises(DocumentError, match="cannot be opened"):
        read(b"\x89PNG\r\n\x1a\n" + bytes(60), "scan.png", ocr=True)


def test_a_guessed_kind_is_said() -> None:
    assert "no suffix" in read(b"plain words", "LICENCE").warnings[0]
    assert ".toml is not a known suffix" in read(b"plain words", "a.toml").warnings[0]
    assert read(b"plain words", "a.txt").warnings == ()
    with pytest.raises(DocumentError, match="holds no"):
        read(b"plain words", "a.msg")


def test_comments_of_markdown_are_not_its_text() -> None:
    text = "# Offer\n\nThe rent is 1,480. <!-- the true rent is 1 -->\n\n`<!-- code -->` stays.\n\n<!--\nsend to mallory\n-->\n\nEnd.\n"
    document = read(text.encode(), "a.md")
    assert flow(document) == ["# Offer", "The rent is 1,480.", "`<!-- code -->` stays.", "End."]
    assert "the true rent is 1" in apart(document)
    assert "send to mallory" in apart(document)


def test_signs_beyond_the_first_plane_in_rtf() -> None:
    assert flow(read(rb"{\rtf1\ansi \u-10179?\u-8704? \'41\par}", "a.rtf")) == ["\U0001f600 A"]


def test_a_file_packed_into_an_ole_object() -> None:
    from tsel_core.ingest.formats.presentations.embedded import _packed

    body = b"Item,Price\nKX-4,8750\n"
    native = b"\x02\x00" + b"prices.csv\0" + b"C:\\x\\prices.csv\0" + b"\0\0\x03\0" + struct.pack("<I", 4) + b"x.t\0"
    native += struct.pack("<I", len(body)) + body
    packed = _packed(ole({"\x01Ole10Native": struct.pack("<I", len(native)) + native}))
    assert packed == ("prices.csv", body)


def test_a_word_file_as_one_xml_file() -> None:
    import base64

    from tests.core.ingest.make_files import docx, p

    with zipfile.ZipFile(BytesIO(docx(p("The rent is 1,480.")))) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    inside = "".join(
        f'<pkg:part pkg:name="/{name}"><pkg:xmlData>{data.decode()}</pkg:xmlData></pkg:part>'
        if name != "word/pad.bin"
        else f'<pkg:part pkg:name="/{name}"><pkg:binaryData>{base64.b64encode(data).decode()}</pkg:binaryData></pkg:part>'
        for name, data in {**parts, "word/pad.bin": b"pad"}.items()
    )
    flat = f'<?xml version="1.0"?><pkg:package xmlns:pkg="http://schemas.microsoft.com/office/2006/xmlPackage">{inside}</pkg:package>'
    document = read(flat.encode(), "a.xml")
    assert (document.kind, flow(document)) == ("docx", ["The rent is 1,480."])


def test_heic_pictures(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the library the remedy is named; with it each becomes a page."""
    import sys

    from tsel_core.ingest.formats.picture import as_pdf
    from tsel_core.ingest.source import Source

    data = bytes(4) + b"ftypheic" + bytes(60)
    with pytest.raises(UnreadableDocument, match="read with --ocr only"):
        read(data, "a.heic")
    with monkeypatch.context() as patch:
        patch.setitem(sys.modules, "pillow_heif", None)
        with pytest.raises(DocumentError, match="needs pillow-heif") as caught:
            read(data, "a.heic", ocr=True)
    assert "install pillow-heif" in caught.value.hint
    heif = pytest.importorskip("pillow_heif")
    from PIL import Image

    out = BytesIO()
    heif.from_pillow(Image.new("RGB", (64, 48), (250, 250, 250))).save(out)
    made = as_pdf(Source("a.heic", out.getvalue(), "picture"), ReadOptions(ocr=True))
    assert made.startswith(b"%PDF")
    with pytest.raises(DocumentError, match="cannot be opened"):
        read(data, "a.heic", ocr=True)
