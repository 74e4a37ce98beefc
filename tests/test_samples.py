"""The sample documents can be read with plain libraries, and the answers of questions.jsonl stand in them."""

from __future__ import annotations

import json
import re
import unicodedata
from functools import cache
from pathlib import Path

import pytest

SAMPLES = Path(__file__).parent.parent / "samples"
DOCS = ("minutes.pdf", "contract.docx", "meeting.vtt", "report_ja.pdf", "transcript_ja.txt", "long_report.docx")
QUESTIONS = [json.loads(line) for line in (SAMPLES / "questions.jsonl").read_text(encoding="utf-8").splitlines()]


def squeeze(text: str) -> str:
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).casefold()


@cache
def pages(name: str) -> tuple[str, ...]:
    """Text of the pages of a PDF; one "page" for every other kind."""
    path = SAMPLES / name
    if path.suffix == ".pdf":
        import pypdfium2

        with pypdfium2.PdfDocument(path) as pdf:
            return tuple(page.get_textpage().get_text_range() for page in pdf)
    if path.suffix == ".docx":
        from docx import Document

        doc = Document(str(path))
        cells = [cell.text for table in doc.tables for row in table.rows for cell in row.cells]
        return ("\n".join([p.text for p in doc.paragraphs] + cells),)
    return (path.read_bytes().decode("cp932" if path.name.endswith("_ja.txt") else "utf-8"),)


@pytest.mark.parametrize("item", QUESTIONS, ids=lambda item: item["id"])
def test_question(item: dict) -> None:
    assert set(item) == {"id", "doc", "lang", "task", "question", "answers", "match", "evidence", "source"}
    assert item["match"] in {"any", "all", "yesno", "abstain"}
    assert item["answers"]
    assert item["lang"] in {"en", "ja"}
    text = "\n".join(pages(item["doc"]))
    if item["match"] == "abstain":
        assert not item["evidence"]
        return
    assert item["evidence"]
    for evidence in item["evidence"]:
        where = pages(item["doc"])[evidence["page"] - 1] if "page" in evidence else text
        assert squeeze(evidence["span"]) in squeeze(where)
    if item["match"] != "yesno":
        stands = [squeeze(a) in squeeze(text) for a in item["answers"]]
        assert all(stands) if item["match"] == "all" else any(stands)


def test_questions_cover_every_document() -> None:
    assert {q["doc"] for q in QUESTIONS} == set(DOCS)
    assert {q["doc"] for q in QUESTIONS if q["match"] == "abstain"} == set(DOCS)
    assert len({q["id"] for q in QUESTIONS}) == len(QUESTIONS) >= 30


def test_sizes() -> None:
    assert sum(p.stat().st_size for p in SAMPLES.rglob("*") if p.is_file() and "__pycache__" not in p.parts) < 2_000_000


def test_minutes_have_five_pages_with_numbers() -> None:
    texts = pages("minutes.pdf")
    assert len(texts) == 5
    for number, text in enumerate(texts, 1):
        assert f"Page {number} of 5" in text
        assert text.startswith("Calder & Finch")


def test_contract_has_styles_and_real_numbering() -> None:
    from docx import Document

    doc = Document(str(SAMPLES / "contract.docx"))
    headings = [p for p in doc.paragraphs if p.style.name == "Heading 1"]
    assert len(headings) == 15
    numbered = [p for p in doc.paragraphs if p._p.pPr is not None and p._p.pPr.numPr is not None]
    levels = {p._p.pPr.numPr.ilvl.val for p in numbered}
    assert levels == {0, 1, 2}
    assert len(doc.tables) == 2
    assert not re.match(r"\d", headings[0].text)


def test_meeting_speakers() -> None:
    text = (SAMPLES / "meeting.vtt").read_text(encoding="utf-8")
    assert text.startswith("WEBVTT")
    assert len(set(re.findall(r"<v ([^>]+)>", text))) == 6
    times = re.findall(r"^(\d\d:\d\d:\d\d\.\d{3}) --> (\d\d:\d\d:\d\d\.\d{3})$", text, re.M)
    assert len(times) > 50
    assert all(a < b for a, b in times)
    assert all(times[i][1] <= times[i + 1][0] for i in range(len(times) - 1))


def test_transcript_is_cp932_only() -> None:
    data = (SAMPLES / "transcript_ja.txt").read_bytes()
    with pytest.raises(UnicodeDecodeError):
        data.decode("utf-8")
    assert data.decode("cp932").count("\r\n[00:") > 40


def test_japanese_fonts_are_subsets() -> None:
    import pypdf

    page = pypdf.PdfReader(SAMPLES / "report_ja.pdf").pages[0]
    names = [str(f.get_object()["/BaseFont"]) for f in page["/Resources"]["/Font"].values()]
    assert any(re.match(r"/[A-Z]{6}\+IPAMincho", n) for n in names)
