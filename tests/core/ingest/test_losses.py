"""What a reader loses is said everywhere: nothing that may miss text is called whole, in any word of any receipt."""

from __future__ import annotations

from email.message import EmailMessage
from io import BytesIO
from pathlib import Path

import pytest

from tests.core.ingest.make_files import docx, p, pdf, r
from tsel_core.document import Document, all_of
from tsel_core.ingest import ReadOptions, read_document
from tsel_core.ingest.parse import parse
from tsel_core.ingest.read import read_documents
from tsel_core.ingest.read_receipt import inspect_documents

TEXT = [[(60.0, 700.0, 11.0, "The rent is 1,480 euros a month.")], [(60.0, 700.0, 11.0, "It ends in May.")]]


def read(name: str, data: bytes, **options: object) -> Document:
    return parse(name, data, "", ReadOptions(isolate=False, **options))  # type: ignore[arg-type]


def said(document: Document) -> str:
    """The receipt's words after the counts."""
    lines = [line for line in inspect_documents([document], None).lines() if line.startswith("read ")]
    return lines[0].partition("; ")[2]


def with_attachment(name: str, data: bytes) -> bytes:
    import pypdf

    writer = pypdf.PdfWriter(clone_from=BytesIO(pdf(TEXT)))
    writer.add_attachment(name, data)
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def deck() -> bytes:
    import pptx
    from PIL import Image

    picture, out = BytesIO(), BytesIO()
    Image.new("RGB", (40, 30), "white").save(picture, "png")
    show = pptx.Presentation()
    slide = show.slides.add_slide(show.slide_layouts[5])
    slide.shapes.title.text = "Plan"
    slide.shapes.add_picture(picture, 0, 0)
    show.save(out)
    return out.getvalue()


def mail_of(*, html: str = "", files: tuple[tuple[str, bytes], ...] = (), text: bytes = b"The fee is 300.") -> bytes:
    message = EmailMessage()
    message["From"] = "a@example.org"
    message.set_content(text, maintype="text", subtype="plain", cte="8bit")
    if html:
        message.set_content(html, subtype="html")
    for name, data in files:
        message.add_attachment(data, maintype="application", subtype="octet-stream", filename=name)
    return bytes(message)


def nested_mail(levels: int) -> bytes:
    inner = b"Content-Type: text/plain\n\nThe award is 485,000."
    for level in range(levels):
        inner = b'Content-Type: multipart/mixed; boundary="b%d"\n\n--b%d\n%s\n--b%d--\n' % (level, level, inner, level)
    return b"From: a@example.org\nSubject: x\n" + inner


HALF = "TEXT MAY BE MISSING (see the warnings)"
LOST = {
    "a damaged PDF": ("a.pdf", pdf(TEXT)[:-200], HALF),
    "a PDF with an attached paper that cannot be read": ("a.pdf", with_attachment("annex.docx", b"PK\x03\x04broken"), HALF),
    "a part that stands twice": ("a.docx", None, HALF),
    "an embedded document": ("a.docx", docx(p("One.") + '<w:altChunk r:id="rId99"/>'), "1 NOT READ"),
    "bytes of no encoding": ("a.txt", "契約書の全文である。\n".encode() * 30 + b"\xff\xfe\xfd" + "以上。".encode() * 30, HALF),
    "a mail's text of no encoding": ("a.eml", mail_of(text="契約書の全文である。".encode() * 30 + b"\xff" + "以上".encode()), HALF),
    "a mail in a mail in a mail": ("a.eml", nested_mail(14), "1 NOT READ"),
}
LEFT = {
    "pictures of slides": ("a.pptx", deck(), "nothing cut but 1 picture"),
    "a mail's picture": ("a.eml", mail_of(files=(("logo.gif", b"GIF89a"),)), "nothing cut but 1 attachment"),
    "frames": ("a.html", b"<p>One.</p><iframe src='x.html'></iframe>", "nothing cut but 1 frame"),
}


def twice() -> bytes:
    import warnings
    import zipfile

    held = BytesIO(docx(p("The fee is 300.")))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with zipfile.ZipFile(held, "a") as archive:
            archive.writestr("word/document.xml", zipfile.ZipFile(BytesIO(docx(p("The fee is 900.")))).read("word/document.xml"))
    return held.getvalue()


@pytest.mark.parametrize("case", [*LOST, *LEFT])
def test_a_loss_is_in_the_receipt(case: str) -> None:
    name, data, words = (LOST | LEFT)[case]
    document = read(name, data if data is not None else twice())
    assert said(document) == words
    receipt = inspect_documents([document], None).as_json()["receipt"]
    assert receipt["cut"] is (case in LOST)
    assert set(document.missing) <= set(document.warnings)
    assert bool(document.missing) is (case in LOST)
    assert (all_of([document]) == "nothing left out") is (words == "nothing cut")


def test_the_process_that_reads_tells_of_losses(tmp_path: Path) -> None:
    path = tmp_path / "cut.pdf"
    path.write_bytes(pdf(TEXT)[:-200])
    document = read_document(path)
    assert document.missing == ("the PDF is damaged; it was recovered as far as possible",)


def test_comments_and_their_number_stand_beside_nothing_cut() -> None:
    part = f'<w:comment w:id="0" w:date="2026-01-04T00:00:00Z">{p("Too high?")}</w:comment>'
    made = docx(p(r("The fee is 300.") + '<w:r><w:commentReference w:id="0"/></w:r>'), {"comments": part})
    assert said(read("a.docx", made)) == "nothing cut but 1 comment"
    shown = read("a.docx", made, comments=True)
    assert said(shown) == "nothing cut"
    assert [u.text for u in shown.units if u.kind == "comment"] == ["[comment of 2026-01-04: Too high?]"]


def test_files_of_a_folder_that_are_not_read(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("The fee is 300.", "utf-8")
    (tmp_path / "b.exe").write_bytes(b"MZ\0\0")
    documents = read_documents([str(tmp_path)], ReadOptions(isolate=False))
    assert all_of(documents) == "nothing cut but 1 file"
    (tmp_path / "c.pdf").write_bytes(b"%PDF-1.4 broken")
    documents = read_documents([str(tmp_path)], ReadOptions(isolate=False))
    assert all_of(documents) == HALF
