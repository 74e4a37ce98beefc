"""Every field of one document after one reading: each is a question of its own, with its second look and checks."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tsel_core.answer import Answer
from tsel_core.answering.live_reading import continue_reading
from tsel_core.document import Document, file_name
from tsel_core.engine.reading import Reading
from tsel_core.errors import TselError
from tsel_core.extract.by_clauses import by_clauses
from tsel_core.extract.cell import Cell, cell_of
from tsel_core.extract.cited_clause import with_real_clauses
from tsel_core.extract.doubted import doubted
from tsel_core.extract.fields import Field
from tsel_core.extract.held_against import held_against
from tsel_core.prompts.build import Prompt
from tsel_core.prompts.tasks import ask_task
from tsel_core.session import Session
from tsel_core.trust.finish import finish_answer

_ROOM = 512  # rows beside the answer's own, for the next question and the look


@dataclass(frozen=True)
class Row:
    """A document and its cells, in the order of the fields."""

    document: Document
    cells: tuple[Cell, ...]
    tokens: int

    def as_json(self) -> dict[str, Any]:
        """The object of the JSON."""
        return {
            "file": self.document.path,
            "sha256": self.document.sha256,
            "tokens": self.tokens,
            "warnings": list(self.document.warnings),
            "missing": list(self.document.missing),
            "cells": {cell.field.name: cell.as_json() for cell in self.cells},
        }

    @staticmethod
    def from_json(document: Document, fields: Sequence[Field], told: Mapping[str, Any]) -> Row:
        """The row that `as_json` told of."""
        cells = tuple(Cell.from_json(field, told["cells"][field.name]) for field in fields)
        return Row(document, cells, told["tokens"])


@dataclass
class Extractor:
    """Fields of documents with one session; `on_cell(document, field)` hears of each cell that is made."""

    session: Session
    fields: Sequence[Field]
    on_cell: Callable[[str, Field], None] = lambda name, field: None

    def row(self, document: Document, lang: str) -> Row:
        """Read the document once and ask it every field. Raises DoesNotFit and what the engine raises.

        Half an answer is no cell: Ctrl-C while one is written ends the row, as does an error.
        """
        reading: Reading | None = None
        cells, tokens = [], 0
        for field in self.fields:
            reading, cell, tokens = self.cell(field, self.prompt(document, field, lang), reading)
            cells.append(cell)
            self.on_cell(file_name(document), field)
        return Row(document, tuple(cells), tokens)

    def prompt(self, document: Document, field: Field, lang: str) -> Prompt:
        """The document, and what is asked of it for a field."""
        return self.session.build([document], ask_task(field.asked(lang), lang))

    def cell(self, field: Field, prompt: Prompt, last: Reading | None) -> tuple[Reading | None, Cell, int]:
        """One cell, from the document's `last` reading on where it fits the window: that, and the document's tokens."""
        reading, answer = self._asked(prompt, last)
        if answer.stop_reason == "interrupted":
            raise KeyboardInterrupt
        if answer.stop_reason == "error":
            raise TselError(answer.extra["error"]["message"], answer.extra["error"]["hint"])
        document = prompt.documents[0]
        cell = held_against(by_clauses(cell_of(field, answer), document), document)
        cell = with_real_clauses(doubted(cell, document), document)
        return reading, cell, answer.receipt.tokens_read

    def room(self) -> int:
        """Rows that a reading needs behind the prompt."""
        return self.session.engine_config.max_new_tokens + _ROOM

    def _asked(self, prompt: Prompt, last: Reading | None) -> tuple[Reading | None, Answer]:
        """The checked answer; the document's reading goes on from question to question where it fits the window."""
        session, room = self.session, self.room()
        if prompt.num_tokens + room > session.info.trained_window:
            return None, session.answer("extract", prompt.documents, prompt.task)
        reading = continue_reading(session, last, prompt, room)
        draft = session.write("extract", prompt, reading)
        if session.looks_again(prompt.task):
            draft = session.look(draft, prompt.task, prompt, reading)
        return reading, finish_answer(draft, prompt)
