"""Old binary Office files go to LibreOffice when they are whole: a damaged one would come back as its bytes in letters."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.core.ingest.make_files import docx, p
from tests.core.ingest.ole_file import ole
from tsel_core.errors import DocumentError
from tsel_core.ingest.options import ReadOptions
from tsel_core.ingest.read import CONVERTED, read_document
from tsel_core.ingest.safety import convert

WORD = b"\xec\xa5\xc1\x00" + b"\0" * 5000


@pytest.fixture(autouse=True)
def _program(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(convert, "office", lambda: "soffice")
    monkeypatch.setattr(convert, "office_made", lambda name, data, kind, options: b"made " + kind[1].encode())


@pytest.mark.parametrize(("stream", "data", "made"), [("WordDocument", WORD, b"made docx"), ("PowerPoint Document", b"\x0f\0" * 3000, b"made pptx")])
def test_whole_files_are_converted(stream: str, data: bytes, made: bytes) -> None:
    assert convert.converted("a.doc", ole({stream: data}), ReadOptions()) == made


@pytest.mark.parametrize(
    "data",
    [
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "WordDocument".encode("utf-16-le"),
        ole({"WordDocument": WORD})[:900] + "WordDocument".encode("utf-16-le"),
        ole({"WordDocument": b"no Word file" * 500}),
    ],
)
def test_damaged_files_are_refused(data: bytes) -> None:
    with pytest.raises(DocumentError, match="the part WordDocument is damaged"):
        convert.converted("a.doc", data, ReadOptions())


def test_a_converted_file_is_called_that(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(convert, "office_made", lambda *_: docx(p("The rent is 100 euros.")))
    (tmp_path / "a.doc").write_bytes(ole({"WordDocument": WORD}))
    document = read_document(str(tmp_path / "a.doc"), ReadOptions(isolate=False))
    assert [u.text for u in document.units] == ["The rent is 100 euros."]
    assert document.warnings == (CONVERTED,)
