"""The units of documents with their sentences, and what became of each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from tsel_core.document import Document, file_name
from tsel_core.sweep.sentences import Sentence, sentences_of

UnitStatus = Literal["cited", "unsure", "nothing found", "not looked at"]
STATUSES: tuple[UnitStatus, ...] = ("cited", "unsure", "nothing found", "not looked at")


@dataclass(frozen=True)
class ListUnit:
    """A clause, paragraph, row or turn that was given to the model; headers have no sentences to ask about."""

    doc_index: int
    unit_index: int
    sentences: tuple[Sentence, ...]


@dataclass(frozen=True)
class UnitReceipt:
    """What became of a unit: how many of its sentences are listed, and how it was looked at.

    `by`: "words" (code alone), "model" (its yes or no was asked), "" (nothing in it can be asked about). `yes` is the
    model's highest probability, None where it was not asked.
    """

    unit: ListUnit
    status: UnitStatus
    num_items: int = 0
    by: str = ""
    yes: float | None = None

    def as_json(self, documents: Sequence[Document]) -> dict[str, Any]:
        """An entry of "units"."""
        document = documents[self.unit.doc_index]
        return {
            "file": file_name(document),
            "label": document.units[self.unit.unit_index].label,
            "doc_index": self.unit.doc_index,
            "unit_index": self.unit.unit_index,
            "status": self.status,
            "items": self.num_items,
            "looked_at_by": self.by,
            "yes": None if self.yes is None else round(self.yes, 3),
        }


def list_units(documents: Sequence[Document]) -> list[ListUnit]:
    """Every unit in flow that has text, in reading order."""
    held: dict[tuple[int, int], list[Sentence]] = {}
    for sentence in sentences_of(documents):
        held.setdefault((sentence.span.doc_index, sentence.span.unit_index), []).append(sentence)
    return [
        ListUnit(d, u.index, tuple(held.get((d, u.index), ())))
        for d, document in enumerate(documents)
        for u in document.units
        if u.in_flow and u.text.strip()
    ]
