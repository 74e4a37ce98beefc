"""The sweep of documents: candidates by code, judged by the model where it is asked, merged, in the order of reading."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from tsel_core.document import Document
from tsel_core.sweep.item import Item
from tsel_core.sweep.judge import Model, judge_items
from tsel_core.sweep.meeting import sweep_meeting
from tsel_core.sweep.merge import merge_items
from tsel_core.sweep.sentences import Sentence, sentences_of

DocumentKind = Literal["meeting", "contract", "other"]
LEAST_SCORE = 0.75  # of a candidate that is kept without a judge


@dataclass(frozen=True)
class Sweep:
    """What a sweep found. `sentences` are all that were looked at."""

    items: tuple[Item, ...]
    kind: DocumentKind
    sentences: tuple[Sentence, ...]


def sweep_documents(
    documents: Sequence[Document], lang: str, kind: DocumentKind, *, model: Model | None = None
) -> Sweep:
    """Items of documents of one kind."""
    sentences = sentences_of(documents)
    found = sweep_meeting(sentences, lang)
    judged = judge_items(found, sentences, lang, model) if model else [i for i in found if i.score >= LEAST_SCORE]
    return Sweep(tuple(merge_items(judged)), kind, tuple(sentences))
