"""Files attached to mails are read through their readers, also those that Outlook wraps in a winmail.dat."""

from __future__ import annotations

import random
import struct
from email.message import EmailMessage
from io import BytesIO

import pytest

from tests.core.ingest.formats.test_kinds import flow, read
from tests.core.ingest.make_files import docx, p, pdf, table
from tsel_core.ingest.formats.email.tnef import unpack_tnef

WORDS = ["fee", "notice", "term", "lessee", "award", "deadline", "pump", "invoice", "納期", "検収", "契約"]


def attribute(level: int, kind: int, number: int, value: bytes) -> bytes:
    return struct.pack("<BHHI", level, number, kind, len(value)) + value + struct.pack("<H", sum(value) & 0xFFFF)


def properties(values: list[tuple[int, int, bytes]]) -> bytes:
    out = struct.pack("<I", len(values))
    for kind, number, value in values:
        out += struct.pack("<HH", kind, number)
        if number >= 0x8000:
            out += bytes(16) + struct.pack("<II", 1, 6) + "abc".encode("utf-16-le") + b"\0\0"
        out += struct.pack("<II", 1, len(value)) + value + bytes(-len(value) % 4) if kind in (0x1E, 0x1F, 0x102) else value
    return out


def winmail(rtf: str, files: list[tuple[str, bytes]]) -> bytes:
    """A TNEF stream with a text (uncompressed "MELA" RTF) and files."""
    raw = rtf.encode("latin-1")
    packed = struct.pack("<II", len(raw) + 12, len(raw)) + b"MELA" + bytes(4) + raw
    own = [(0x0003, 0x0017, struct.pack("<I", 1)), (0x1F, 0x8001, "x".encode("utf-16-le")), (0x102, 0x1009, packed)]
    out = b"\x78\x9f\x3e\x22\x01\x00" + attribute(1, 0x0006, 0x9003, properties(own))
    for name, data in files:
        long_name = (0x1F, 0x3707, name.encode("utf-16-le") + b"\0\0")
        out += attribute(2, 0x0006, 0x9002, bytes(14)) + attribute(2, 0x0001, 0x8010, b"SHORT~1.XXX\0")
        out += attribute(2, 0x0006, 0x800F, data) + attribute(2, 0x0006, 0x9005, properties([long_name]))
    return out


def workbook(rows: list[str]) -> bytes:
    import openpyxl

    book, out = openpyxl.Workbook(), BytesIO()
    for row in rows:
        book.active.append([row])
    book.save(out)
    return out.getvalue()


def mail(text: str, files: list[tuple[str, bytes]]) -> bytes:
    message = EmailMessage()
    message["From"], message["Subject"] = "a@example.org", "Offer"
    message.set_content(text)
    for name, data in files:
        message.add_attachment(data, maintype="application", subtype="octet-stream", filename=name)
    return bytes(message)


def made_file(rng: random.Random) -> tuple[str, bytes, list[str]]:
    """(name, bytes, what must be read of it) of a random kind."""
    words = [" ".join(rng.choices(WORDS, k=4)) + f" {rng.randrange(1000, 9999)}" for _ in range(3)]
    kind = rng.choice(["docx", "pdf", "xlsx", "csv", "txt", "html"])
    name = rng.choice(["offer", "見積書", "annex 2"]) + f"{rng.randrange(100)}.{kind}"
    ascii_words = ["".join(c for c in w if c.isascii()).strip() for w in words]
    data = {
        "docx": lambda: docx("".join(p(w) for w in words[:2]) + table([words[2]])),
        "pdf": lambda: pdf([[(60.0, 700.0 - 40 * n, 11.0, w) for n, w in enumerate(ascii_words)]]),
        "xlsx": lambda: workbook(words),
        "csv": lambda: "\n".join(words).encode("cp932"),
        "txt": lambda: "\n\n".join(words).encode(),
        "html": lambda: ("<html><meta charset=utf-8>" + "".join(f"<p>{w}</p>" for w in words)).encode(),
    }[kind]()
    return name, data, ascii_words if kind == "pdf" else words


def squeezed(text: str) -> str:
    return "".join(text.split())


@pytest.mark.parametrize("wrapped", [False, True])
def test_attached_files_of_random_kinds_are_read_and_named(wrapped: bool) -> None:
    rng = random.Random(f"attachments {wrapped}")
    for _ in range(12):
        files = [made_file(rng) for _ in range(rng.randrange(1, 4))]
        parts = [(name, data) for name, data, _ in files]
        if wrapped:
            parts = [("winmail.dat", winmail("{\\rtf1 The formatted text.}", parts))]
        document = read(mail("The text of the mail.", parts), "a.eml")
        text = squeezed("\n".join(flow(document)))
        assert "Thetextofthemail." in text
        assert "formatted" not in text  # the mail has a text of its own
        for name, _, truth in files:
            assert any(u.label.startswith(f"attachment {name}, ") for u in document.units), name
            assert name in document.metadata["attachments"]
            for words in truth:
                assert squeezed(words) in text


def test_the_text_of_a_winmail_where_the_mail_has_none() -> None:
    document = read(mail("", [("winmail.dat", winmail("{\\rtf1 The rent is 1,480.\\par}", []))]), "a.eml")
    assert flow(document)[-1] == "The rent is 1,480."


def test_what_is_attached_and_not_read_is_named_with_the_reason() -> None:
    files = [("scan.png", b"\x89PNG\r\n\x1a\n" + bytes(40)), ("pack.zip", b"PK\x05\x06" + bytes(18)), ("winmail.dat", b"\x78\x9f\x3e\x22" + bytes(9))]
    document = read(mail("See the files.", files), "a.eml")
    assert [w.split(":")[0] for w in document.warnings] == [f"the attachment {name} was not read" for name, _ in files]
    assert "a picture, which is read with --ocr only" in document.warnings[0]
    assert (document.units_in_file, document.count_read(u.index for u in document.units if u.in_flow and u.text)) == (4, 3)  # the archive


def test_damaged_winmail_files_never_trace_back() -> None:
    whole = winmail("{\\rtf1 words}", [("a.txt", b"some words"), ("b.txt", b"more words")])
    rng = random.Random(5)
    for _ in range(400):
        data = bytearray(whole[: rng.randrange(6, len(whole))] if rng.random() < 0.4 else whole)
        for _ in range(rng.randrange(1, 6)):
            data[rng.randrange(4, len(data))] = rng.randrange(256)
        unpack_tnef(bytes(data))
    assert [name for name, _ in unpack_tnef(whole).files] == ["a.txt", "b.txt"]  # type: ignore[union-attr]


def test_files_attached_to_a_pdf_are_read_at_its_last_page() -> None:
    from pypdf import PdfReader, PdfWriter

    rng = random.Random(8)
    for _ in range(6):
        files = [made_file(rng) for _ in range(rng.randrange(1, 4))]
        files = [(f"{at} {name.replace('見積書', 'quote')}", *rest) for at, (name, *rest) in enumerate(files)]
        writer, out = PdfWriter(clone_from=PdfReader(BytesIO(pdf([[(60.0, 700.0, 11.0, f"Cover page {n}")] for n in range(2)])))), BytesIO()
        for name, data, _ in files:
            writer.add_attachment(name, data)
        writer.add_attachment("factur-x.xml", b"<xml>1</xml>")
        writer.write(out)
        document = read(out.getvalue(), "a.pdf")
        text = squeezed("\n".join(flow(document)))
        for name, _, truth in files:
            assert any(u.label.startswith(f"attachment {name}, ") and u.page == 2 for u in document.units), name
            assert all(squeezed(words) in text for words in truth)
        assert (document.num_units, document.units_in_file) == (2, 2)
        assert "the attachment factur-x.xml was not read: not a kind of document" in document.warnings
