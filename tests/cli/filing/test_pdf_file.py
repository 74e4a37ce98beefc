"""--out minutes.pdf: printed by a browser that is installed; where there is none, refused before anything is read."""

from __future__ import annotations

import os
import unicodedata
from io import BytesIO
from pathlib import Path

import pytest
from filing_support import EN, JA, swept, transcript
from pypdf import PdfReader

from tsel_cli.filing import pdf_file
from tsel_cli.filing.paper import Paper, paper_of
from tsel_cli.filing.write import check_target, write_paper
from tsel_core.errors import UsageError
from tsel_core.ingest import read_document
from tsel_core.ingest.safety import convert

needs_browser = pytest.mark.skipif(pdf_file.browser() is None, reason="no browser on this machine")


def english(*more: str) -> Paper:
    return paper_of(swept(transcript(*EN, *more)), "minutes")


@needs_browser
def test_the_pdf_says_what_the_page_says(tmp_path: Path) -> None:
    target = check_target(str(tmp_path / "m.pdf"), None, False)
    write_paper(english(), target)
    assert os.listdir(tmp_path) == ["m.pdf"]
    assert target.path.stat().st_mode & 0o777 == 0o600
    words = " ".join("".join(page.extract_text() for page in PdfReader(target.path).pages).split())
    for said in ("parking fee is 4 euros", "Bo Ray", "Monday", "Ann Lee 00:00:03"):
        assert said in words
    assert "page.html" not in words  # no line of the browser's own above or below
    text = " ".join(u.text for u in read_document(target.path).units)  # our own reader takes it too
    assert "parking fee" in text


@needs_browser
def test_japanese_and_hostile_words(tmp_path: Path) -> None:
    paper = paper_of(swept(transcript(*JA, "佐藤: 次に、<script>document.body.textContent=1</script>の導入を承認します。"), "ja"), "minutes")
    data = pdf_file.pdf_file(paper)
    words = "".join("".join(page.extract_text() for page in PdfReader(BytesIO(data)).pages).split())
    words = unicodedata.normalize("NFKC", words)  # some fonts name a character by its radical: ⽇ for 日
    assert "駐車料金は400円" in words
    assert "決定事項" in words


def test_without_a_program_it_is_said_before_anything_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf_file, "browser", lambda: None)
    monkeypatch.setattr(convert, "office", lambda: None)
    with pytest.raises(UsageError, match="none is installed"):
        check_target(str(tmp_path / "m.pdf"), None, False)


def test_a_browser_that_fails_is_an_error_of_writing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf_file, "browser", lambda: "/bin/false")
    with pytest.raises(OSError, match="false did not print it"):
        write_paper(english(), check_target(str(tmp_path / "m.pdf"), None, False))
    assert os.listdir(tmp_path) == []


def test_libreoffice_gets_the_word_file(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a browser; LibreOffice itself is stood in for."""
    given: list[tuple[bytes, tuple[str, str]]] = []

    def made(name: str, data: bytes, kind: tuple[str, str], options: object = None) -> bytes:
        given.append((data, kind))
        return b"%PDF-1.7"

    monkeypatch.setattr(pdf_file, "browser", lambda: None)
    monkeypatch.setattr(convert, "office_made", made)
    assert pdf_file.pdf_file(english()) == b"%PDF-1.7"
    assert given[0][0][:2] == b"PK"
    assert given[0][1] == ("docx", "pdf")
