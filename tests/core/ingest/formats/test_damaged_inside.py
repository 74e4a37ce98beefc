"""A damaged file inside another costs no more than itself: the rest is read, and it is named with the reason."""

from __future__ import annotations

import random
import zipfile
from io import BytesIO

import pytest

from tests.core.ingest.formats.test_attachments import made_file, mail, winmail
from tests.core.ingest.formats.test_hidden_cells import WRITERS, Sheet
from tests.core.ingest.formats.test_kinds import RTF, flow, read
from tests.core.ingest.make_files import docx, p
from tests.core.ingest.ole_file import ole
from tsel_core.ingest import parse as parse_module

SUFFIXES = ("xls", "xlsb", "ods", "rtf", "msg", "odt", "epub", "pptx", "doc", "vtt")


def odd_file(rng: random.Random, suffix: str) -> bytes:
    """A whole file of a kind, as far as this suite writes it, else something that begins as one."""
    if suffix in WRITERS:
        return WRITERS[suffix]([Sheet(rng)])
    if suffix == "rtf":
        return RTF
    if suffix in ("msg", "doc"):
        return ole({"__substg1.0_1000001F": "The body of the message.".encode("utf-16-le"), "WordDocument": bytes(rng.randbytes(600))})
    if suffix == "vtt":
        return b"WEBVTT\n\n00:00:01.000 --> 00:00:02.000\n<v Kim>Good morning, everyone.\n"
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("mimetype", {"odt": "application/vnd.oasis.opendocument.text", "epub": "application/epub+zip"}.get(suffix, ""))
        for part in ("content.xml", "META-INF/container.xml", "ppt/presentation.xml", "[Content_Types].xml", "ppt/_rels/presentation.xml.rels"):
            archive.writestr(part, f"<a xmlns='x'>{rng.randrange(9**9)}</a>")
    return out.getvalue()


def damaged(rng: random.Random, data: bytes) -> bytes:
    """A cut end, other bytes, zeros, or a piece that stands twice."""
    how = rng.randrange(4)
    if how == 0:
        return data[: rng.randrange(8, max(9, len(data)))]
    if how == 1:
        out = bytearray(data)
        for _ in range(rng.randrange(1, 40)):
            out[rng.randrange(min(8, len(out) - 1), len(out))] = rng.randrange(256)
        return bytes(out)
    at = rng.randrange(8, max(9, len(data) - 1))
    size = rng.randrange(1, 700)
    return data[:at] + (bytes(size) if how == 2 else data[max(0, at - size) : at]) + data[at + (size if how == 2 else 0) :]


def any_file(rng: random.Random) -> tuple[str, bytes]:
    if rng.random() < 0.4:
        name, data, _ = made_file(rng)
        return name, damaged(rng, data)
    suffix = rng.choice(SUFFIXES)
    return f"annex {rng.randrange(1000)}.{suffix}", damaged(rng, odd_file(rng, suffix))


@pytest.mark.parametrize("seed", range(60))
def test_a_mail_with_damaged_files_is_read(seed: int) -> None:
    rng = random.Random(f"damaged {seed}")
    files = [any_file(rng) for _ in range(3)]
    parts = [("winmail.dat", winmail("{\\rtf1 x}", files))] if seed % 3 == 0 else files
    document = read(mail("The rent is due on 3 May.", [*parts, ("last.txt", b"The last file is whole.")]), "a.eml")
    text = "\n".join(flow(document))
    assert "The rent is due on 3 May." in text
    assert "The last file is whole." in text
    for name, _ in files:
        read_it = any(u.label.startswith(f"attachment {name}, ") for u in document.units)
        assert read_it or any(f"attachment {name}" in w and w[-1] not in ": " for w in document.warnings), (name, document.warnings)


@pytest.mark.parametrize("error", [ZeroDivisionError("odd"), RecursionError(), MemoryError(), EOFError(), zipfile.BadZipFile("x"), NotImplementedError()])
def test_whatever_a_library_throws_on_a_file_inside(error: Exception, monkeypatch: pytest.MonkeyPatch) -> None:
    before = parse_module._reader

    def reader(source, options):  # type: ignore[no-untyped-def]
        if source.name == "bad.txt":
            raise error
        return before(source, options)

    monkeypatch.setattr(parse_module, "_reader", reader)
    document = read(mail("The text.", [("bad.txt", b"words"), ("good.txt", b"The good file.")]), "a.eml")
    assert flow(document)[-1] == "The good file."
    assert any(w.startswith("the attachment bad.txt was not read: ") and len(w) > 40 for w in document.warnings)
    assert document.units_in_file > document.count_read(u.index for u in document.units if u.in_flow and u.text)


@pytest.mark.parametrize("seed", range(12))
def test_a_word_file_with_a_damaged_embedded_file_is_read(seed: int) -> None:
    rng = random.Random(f"embedded {seed}")
    name, data = any_file(rng)
    program = (
        '<w:p xmlns:o="urn:schemas-microsoft-com:office:office" '
        'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><w:r><w:object>'
        '<o:OLEObject ProgID="Excel.Sheet" r:id="rIdE"/></w:object></w:r></w:p>'
    )
    whole = BytesIO(docx(p("Before the object.") + program + p("Behind the object.")))
    out = BytesIO()
    with zipfile.ZipFile(whole) as old, zipfile.ZipFile(out, "w") as new:
        for part in old.namelist():
            body = old.read(part)
            if part == "word/_rels/document.xml.rels":
                link = f'<Relationship Id="rIdE" Type="http://x/package" Target="embeddings/{name.replace(" ", "_")}"/></Relationships>'
                body = body.replace(b"</Relationships>", link.encode())
            new.writestr(part, body)
        if "word/_rels/document.xml.rels" not in old.namelist():
            link = f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rIdE" Type="http://x/package" Target="embeddings/{name.replace(" ", "_")}"/></Relationships>'
            new.writestr("word/_rels/document.xml.rels", link)
        new.writestr(f"word/embeddings/{name.replace(' ', '_')}", data)
    document = read(out.getvalue(), "a.docx")
    text = flow(document)
    assert "Before the object." in text
    assert "Behind the object." in text
    assert any(u.label.startswith("embedded ") for u in document.units) or any("the embedded object" in w for w in document.warnings)


def test_a_mailbox_with_a_damaged_message_gives_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    letters = [f"From a@b.c Mon Jan  1 00:00:00 2024\nFrom: a@b.c\nSubject: {n}\n{{}}\n\nLetter {n} is here.\n\n" for n in range(3)]
    odd = "Content-Type: multipart/mixed; boundary\nDate: =?utf-8?q?=00?= x\nTo: a@[IPv6:::1\nCc: =?x-none?b?////?="
    data = letters[0].format("To: x") + letters[1].format(odd) + letters[2].format("To: y")
    text = "\n".join(flow(read(data.encode(), "a.mbox")))
    assert all(f"Letter {n} is here." in text for n in range(3))


@pytest.mark.parametrize(
    "head",
    ["Cc: =?x-none?b?AAAAAA==?=", "To: =?utf-8?b?abc?= =?utf-8?b?=?=", "Date: =?utf-8?q?=00?= x", "To: a@[IPv6:::1", "From: " + "<" * 400, "Subject: =?utf-8?b?!!!?="],
)
def test_damaged_head_lines_do_not_cost_the_mail(head: str) -> None:
    data = f"From: a@b.c\n{head}\nContent-Type: text/plain\n\nThe rent is due.\n".encode()
    assert flow(read(data, "a.eml"))[-1] == "The rent is due."


def test_a_binary_text_is_said_and_the_rest_of_the_mail_is_read() -> None:
    data = b"From: a@b.c\nContent-Type: multipart/mixed; boundary=x\n\n--x\nContent-Type: text/plain\n\n" + bytes(range(32)) * 9
    data += b"\n--x\nContent-Type: text/plain\n\nThe rent is due.\n--x--\n"
    document = read(data, "a.eml")
    assert flow(document)[-1] == "The rent is due."
    assert document.warnings[0].startswith("a text of the mail was not read: ")
