"""Who was there: the speakers of a transcript and the lines that name people, each once, without the model."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from tsel_core.ingest.read import read_document
from tsel_core.listing.run import list_all
from tsel_core.listing.wish import Wish

EN = """WEBVTT

00:00:01.000 --> 00:00:04.000
<v Ada Park>Good morning. Shall we begin?

00:00:05.000 --> 00:00:08.000
<v Ben Ito>The roof leaks again.

00:00:09.000 --> 00:00:12.000
<v Ada Park>Then we call the roofer.
"""
JA = "議事録\n\n出席者：伊藤、山田\n欠席者：加藤\n\n屋根の修理を決定した。\n"
NO_JUDGE = SimpleNamespace()  # nobody may ask it anything


@pytest.mark.parametrize("wish", ["every person present", "all participants", "speakers", "who was there"])
def test_every_speaker_once(wish: str, tmp_path: Path) -> None:
    path = tmp_path / "a.vtt"
    path.write_text(EN)
    found = list_all([read_document(path)], Wish.of(wish), cast(Any, NO_JUDGE))
    assert [(i.speaker, i.verdict, i.by) for i in found.items] == [("Ada Park", "cited", "words"), ("Ben Ito", "cited", "words")]
    assert found.adds_up


def test_lines_that_name_who_is_there(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text(JA, encoding="utf-8")
    document = read_document(path)
    found = list_all([document], Wish.of("出席者をすべて"))
    texts = [document.units[i.span.unit_index].text[i.span.start : i.span.end].strip() for i in found.items]
    assert texts == ["出席者：伊藤、山田", "欠席者：加藤"]


@pytest.mark.parametrize("wish", ["persons over 65", "people with access to the safe"])
def test_some_persons_are_not_who_was_there(wish: str) -> None:
    assert Wish.of(wish).kind is None


def test_of_a_text_that_names_nobody_so_the_model_is_asked(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("The agreement binds its parties. Every party signs it.\n")
    found = list_all([read_document(path)], Wish.of("all persons"))
    assert found.wish.kind is None
    assert found.wish.rest == ("persons",)


def test_nothing_is_read_where_turns_tell_who_is_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The model is asked only of a document that names nobody so, and then without the kind."""
    from tsel_core.extract import lists

    talk, memo = tmp_path / "a.vtt", tmp_path / "b.txt"
    talk.write_text(EN)
    memo.write_text("The agreement binds its parties. Every party signs it.\n")
    asked: list[Wish] = []

    class Read(SimpleNamespace):
        def begin_loading(self) -> None:
            raise InterruptedError

    monkeypatch.setattr(lists, "device_list", lambda _device: asked.append(Wish.of("x")) or ["cpu"])
    session = cast(Any, Read(device="cpu", progress=None))
    found = lists.list_documents(session, [read_document(talk)], Wish.of("every person present"))
    assert [i.speaker for i in found.items] == ["Ada Park", "Ben Ito"]
    assert not asked
    with pytest.raises(InterruptedError):
        lists.list_documents(session, [read_document(memo)], Wish.of("all persons"))
    assert len(asked) == 1
