"""The documents of a batch are read ahead of what is prepared: several at once, in order, errors where they belong."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from tsel_cli.batch import ahead
from tsel_cli.batch.ahead import ReadAhead
from tsel_cli.batch.items import Item
from tsel_cli.job_options import JobOptions
from tsel_core.document import Document
from tsel_core.errors import DocumentError


@pytest.fixture
def options(monkeypatch: pytest.MonkeyPatch) -> JobOptions:
    monkeypatch.setattr(ahead.os, "cpu_count", lambda: 4)
    return JobOptions(files=())


def items(folder: Path, count: int) -> list[Item]:
    return [Item(f"{n}.txt", folder / f"{n}.txt") for n in range(count)]


def document(name: str) -> list[Document]:
    return [Document(name, "0" * 64, "txt", "paragraph", ())]


def test_several_are_read_at_once_and_given_in_order(
    options: JobOptions, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    met = threading.Barrier(4)
    begun: list[str] = []

    def read(_options: JobOptions, item: Item) -> list[Document]:
        begun.append(item.name)
        met.wait(30)  # fails unless four read at the same time
        return document(item.name)

    monkeypatch.setattr(ahead, "read_item", read)
    found = items(tmp_path, 8)
    with ReadAhead(options, found, tmp_path / "out") as reader:
        assert [reader.take(item)[0].path for item in found] == [item.name for item in found]
    assert len(begun) == 8


def test_an_error_is_raised_where_its_document_is_taken(
    options: JobOptions, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def read(_options: JobOptions, item: Item) -> list[Document]:
        if item.name == "1.txt":
            raise DocumentError("1.txt: damaged", "mend it")
        return document(item.name)

    monkeypatch.setattr(ahead, "read_item", read)
    found = items(tmp_path, 3)
    with ReadAhead(options, found, tmp_path / "out") as reader:
        assert reader.take(found[0])[0].path == "0.txt"
        with pytest.raises(DocumentError, match="damaged"):
            reader.take(found[1])
        assert reader.take(found[2])[0].path == "2.txt"


def test_what_has_a_result_is_not_read_ahead_nor_more_than_wait(
    options: JobOptions, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[str] = []
    monkeypatch.setattr(ahead, "read_item", lambda _options, item: read.append(item.name) or document(item.name))
    found, out = items(tmp_path, 40), tmp_path / "out"
    found[0].target(out).parent.mkdir(parents=True)
    found[0].target(out).write_text("{}")
    with ReadAhead(options, [*found, Item("a.mp3", tmp_path / "a.mp3")], out) as reader:
        assert len(reader._found) == 8
        assert reader.take(found[0])[0].path == "0.txt"  # its result may be of other settings
        assert reader.take(found[1])[0].path == "1.txt"
    assert "a.mp3" not in read
    assert len(read) <= 11
