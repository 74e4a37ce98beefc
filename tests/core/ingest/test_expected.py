"""Awkward files of the development data: each must give its phrases on their pages, or the right refusal."""

from __future__ import annotations

import csv
import json
import unicodedata
from pathlib import Path

import pytest

from tsel_core.errors import DocumentError, TselError, UnreadableDocument
from tsel_core.ingest import ReadOptions, read_document

DATA = Path(__file__).resolve().parents[3].parent / "shared" / "data" / "dev"
TABLE = DATA / "ingest" / "expected.csv"


def _rows() -> list[dict[str, str]]:
    if not TABLE.is_file():
        return []
    with TABLE.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _plain(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).replace("\xad", "").casefold().split())


def _refused(row: dict[str, str], options: ReadOptions) -> None:
    with pytest.raises(TselError) as caught:
        read_document(DATA / row["file"], options)
    error = caught.value
    assert error.message
    assert error.hint
    kinds = {"error_encrypted": UnreadableDocument, "error_no_text": UnreadableDocument, "error_corrupt": DocumentError}
    assert isinstance(error, kinds.get(row["outcome"], TselError))


@pytest.mark.skipif(not TABLE.is_file(), reason="the development data is not beside the project")
@pytest.mark.parametrize("row", _rows(), ids=lambda row: row["file"])
def test_expected(row: dict[str, str]) -> None:
    options = ReadOptions()
    if row["outcome"].startswith("error"):
        _refused(row, options)
        return
    try:
        document = read_document(DATA / row["file"], options)
    except TselError:
        assert row["outcome"] == "ok_or_error"
        return
    flow = [u for u in document.units if u.in_flow]
    whole = _plain("\n".join(u.text for u in flow))
    for phrase in json.loads(row["phrases"]):
        page = phrase.get("page")
        text = whole if page is None else _plain("\n".join(u.text for u in flow if u.page == page))
        assert _plain(phrase["text"]) in text, phrase
    for phrase in json.loads(row["must_not"]):
        assert _plain(phrase) not in whole, phrase
    if row["pages"]:
        assert document.metadata["num_pages"] == int(row["pages"])
    for index, unit in enumerate(document.units):
        assert unit.index == index
        assert unit.label
