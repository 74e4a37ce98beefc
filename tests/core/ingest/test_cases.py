"""Inputs made after public bug reports, all kinds but PDF: each must give its phrases, and not what must not be read."""

from __future__ import annotations

import csv
import json
import unicodedata
from pathlib import Path

import pytest

from tsel_core.document import Document
from tsel_core.errors import DocumentError, TselError
from tsel_core.ingest import ReadOptions, read_document

CASES = Path(__file__).resolve().parents[3].parent / "shared" / "data" / "dev" / "cases"
TABLE = CASES / "expected.csv"
pytestmark = pytest.mark.skipif(not TABLE.is_file(), reason="the development data is not beside the project")


def _rows() -> list[dict[str, str]]:
    if not TABLE.is_file():
        return []
    with TABLE.open(encoding="utf-8", newline="") as file:
        return [row for row in csv.DictReader(file) if row["kind"] != "pdf"]


def _plain(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).replace("\xad", "").casefold().split())


def _flow(document: Document) -> str:
    return _plain("\n".join(u.text for u in document.units if u.in_flow))


@pytest.mark.parametrize("row", _rows(), ids=lambda row: Path(row["file"]).name)
def test_case(row: dict[str, str]) -> None:
    try:
        document = read_document(CASES / Path(row["file"]).name)
    except TselError:
        assert row["outcome"] == "ok_or_error"
        return
    text = _flow(document)
    for phrase in json.loads(row["phrases"]):
        assert _plain(phrase["text"]) in text, phrase
    for phrase in json.loads(row["must_not"]):
        assert _plain(phrase) not in text, phrase


@pytest.mark.parametrize("name", ["d06_xxe_late.docx", "d07c_utf16.docx"])
def test_a_document_type_is_refused(name: str) -> None:
    with pytest.raises(DocumentError, match="declares entities"):
        read_document(CASES / "attacks" / name)


def test_parts_that_stand_twice_are_named() -> None:
    document = read_document(CASES / "attacks" / "d16_duplicate_parts.docx")
    assert any("different copies of word/document.xml" in w for w in document.warnings)


def test_hidden_runs_reach_the_model_only_when_asked_for() -> None:
    path = CASES / "attacks" / "d19_hidden_white.docx"
    document = read_document(path)
    assert "9999" not in _flow(document)
    assert "8888" not in _flow(document)
    assert any("Ignore the question" in w for w in document.warnings)
    assert "[hidden:ignorethequestion" in _flow(read_document(path, ReadOptions(hidden=True)))


@pytest.mark.parametrize("name", ["d18_controls.docx", "t06_ansi.vtt", "t22_special_tokens.txt"])
def test_controls_leave_the_text(name: str) -> None:
    text = "".join(u.text + u.label for u in read_document(CASES / "attacks" / name).units)
    assert "4711" in text
    assert not any(unicodedata.category(c) == "Cc" and c not in "\t\n" for c in text)
