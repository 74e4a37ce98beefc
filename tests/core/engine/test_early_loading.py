"""Weights are loaded while the prompt is made: the same answer, errors where they were, and never without memory."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest
from tiny_folder import make_folder

from tsel_core.answering import reader
from tsel_core.config import EngineConfig
from tsel_core.document import Document
from tsel_core.errors import DoesNotFit, ModelError
from tsel_core.ingest import read_documents
from tsel_core.models.load import load_tokenizer, resolve_model
from tsel_core.prompts.tasks import ask_task
from tsel_core.session import Session

QUESTION = ask_task("Who repaired the pump?", "en")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = make_folder(tmp_path_factory.mktemp("model") / "m")
    load_tokenizer(resolve_model(str(made)))  # known from now on
    return made


@pytest.fixture
def documents(tmp_path: Path) -> list[Document]:
    (tmp_path / "note.txt").write_text("The pump stopped on 4 March. Kim repaired it.\n\nThe budget is 1,200 euros.\n")
    return read_documents([str(tmp_path / "note.txt")])


def session(folder: Path, **settings: Any) -> Session:
    return Session(resolve_model(str(folder)), EngineConfig(max_new_tokens=8, **settings))


def test_the_answer_is_the_same(folder: Path, documents: list[Document], monkeypatch: pytest.MonkeyPatch) -> None:
    threads: list[str] = []
    load = Session._make_engine
    monkeypatch.setattr(Session, "_make_engine", lambda s: (threads.append(threading.current_thread().name), load(s))[1])
    early = session(folder).answer("ask", documents, QUESTION)
    monkeypatch.setattr(reader, "free_memory", lambda _: 1000)
    late = session(folder)
    monkeypatch.setattr(late, "check_fit", lambda *_: None)  # a thousand bytes are not enough for that
    assert late.answer("ask", documents, QUESTION).text == early.text
    assert threads == ["tsel-load", "MainThread"]
    limited = session(folder, memory_limit=1 << 40)
    limited.begin_loading()
    assert limited._loading is None


def test_an_error_is_raised_where_the_engine_is_needed(
    folder: Path, documents: list[Document], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_self: Session) -> None:
        raise ModelError("the weights are damaged", "fetch the model again")

    monkeypatch.setattr(Session, "_make_engine", broken)
    made = session(folder)
    with pytest.raises(ModelError, match="the weights are damaged"):
        made.answer("ask", documents, QUESTION)
    assert made.loaded_engine is None
    made.begin_loading()
    assert made.loaded_engine is None  # an error of the thread is not the caller's


def test_a_document_that_does_not_fit_is_refused_all_the_same(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "long.txt").write_text("The pump stopped on 4 March. Kim repaired it.\n\n" * 2000)
    with pytest.raises(DoesNotFit):
        session(folder).answer("ask", read_documents([str(tmp_path / "long.txt")]), QUESTION)


def test_two_threads_never_import_transformers(folder: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("TSEL_MODELS", str(tmp_path))  # nothing is known there
    made = session(folder)
    made.begin_loading()
    assert made._loading is None


def test_what_is_being_loaded_can_be_kept(folder: Path) -> None:
    made = session(folder)
    made.begin_loading()
    engine = made.loaded_engine
    assert engine is not None
    assert made.engine is engine
