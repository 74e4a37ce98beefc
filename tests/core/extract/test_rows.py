"""Rows of several documents at once: those of one after another, in their order; what does not fit is said."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from asker_support import make_session
from tiny_folder import make_folder

from tsel_core.document import Document, Unit
from tsel_core.engine.engine import Engine
from tsel_core.engine.together.crew import Crew
from tsel_core.errors import DoesNotFit
from tsel_core.extract.extractor import Extractor, Row
from tsel_core.extract.fields import Field, read_words
from tsel_core.extract.rows import extract_rows

FIELDS = read_words("Party, Fee (money), Term (duration)")


def document(name: str, clauses: int) -> Document:
    texts = [f"Clause {i}: party {name} pays {i * 13 + clauses} euros." for i in range(clauses)]
    return Document(name, name, "txt", "paragraph", tuple(Unit(i, "paragraph", f"para {i}", t) for i, t in enumerate(texts)))


DOCUMENTS = [document(f"{name}.txt", clauses) for name, clauses in (("a", 4), ("b", 23), ("c", 9), ("d", 15))]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_folder(tmp_path_factory.mktemp("tiny"))


def shown(row: Row | DoesNotFit) -> object:
    assert isinstance(row, Row)
    return row.as_json()


def test_rows_are_those_of_one_after_another(folder: Path) -> None:
    session, heard = make_session(folder), set()
    alone = Extractor(session, FIELDS)
    expected = [alone.row(d, "en").as_json() for d in DOCUMENTS]

    def on_cell(name: str, field: Field) -> None:
        heard.add((name, field.name))

    found = extract_rows(session, FIELDS, [(d, "en") for d in DOCUMENTS], on_cell)
    assert [shown(row) for row in found] == expected
    assert len(heard) == len(DOCUMENTS) * len(FIELDS)
    assert isinstance(session.engine.together, Crew)
    assert session.engine.together.meeting.num_tokens


@pytest.mark.parametrize("clauses", [4, 23])
def test_fields_of_one_document_are_asked_together_and_read_once(
    folder: Path, monkeypatch: pytest.MonkeyPatch, clauses: int
) -> None:
    only = document("only.txt", clauses)
    expected = Extractor(make_session(folder), FIELDS).row(only, "en").as_json()
    session, read = make_session(folder), []
    inner = Engine.read

    def reading(self: Engine, ids: Any, *arguments: Any, **options: Any) -> Any:
        read.append(len(ids))
        return inner(self, ids, *arguments, **options)

    monkeypatch.setattr(Engine, "read", reading)
    found = extract_rows(session, FIELDS, [(only, "en")], lambda *_: None)
    assert [shown(row) for row in found] == [expected]
    assert len(read) == 1
    assert isinstance(session.engine.together, Crew)
    meeting = session.engine.together.meeting
    assert meeting.num_tokens > meeting.num_passes


def test_fields_are_asked_one_after_another_where_rows_cannot_be_shared(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    only = document("only.txt", 9)
    expected = Extractor(make_session(folder), FIELDS).row(only, "en").as_json()
    monkeypatch.setattr("tsel_core.questions.has_pages", lambda: False)
    session = make_session(folder)
    assert [shown(row) for row in extract_rows(session, FIELDS, [(only, "en")], lambda *_: None)] == [expected]
    assert session.engine.together is None


def test_what_does_not_fit_is_said_and_the_others_are_there(folder: Path) -> None:
    session = make_session(folder)
    long = replace(document("long.txt", 900))
    found = extract_rows(session, FIELDS, [(d, "en") for d in (DOCUMENTS[0], long, DOCUMENTS[1])], lambda *_: None)
    assert [type(row) for row in found] == [Row, DoesNotFit, Row]
