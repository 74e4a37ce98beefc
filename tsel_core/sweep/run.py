"""The sweep of documents: candidates by code, doubtful ones judged by the model, merged, in the order of reading."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from tsel_core.document import Document
from tsel_core.progress import NoProgress, Progress
from tsel_core.sweep.item import Item
from tsel_core.sweep.judge import Model, judge_items, plain_items
from tsel_core.sweep.meeting import sweep_meeting
from tsel_core.sweep.merge import merge_items
from tsel_core.sweep.sentences import Sentence, sentences_of

DocumentKind = Literal["meeting", "contract", "other"]


@dataclass(frozen=True)
class Sweep:
    """What a sweep found. `sentences` are all that were looked at."""

    items: tuple[Item, ...]
    kind: DocumentKind
    sentences: tuple[Sentence, ...]


def sweep_documents(
    documents: Sequence[Document],
    lang: str,
    kind: DocumentKind,
    *,
    model: Model | None = None,
    progress: Progress | None = None,
) -> Sweep:
    """Items of documents of one kind, in the order of reading."""
    progress = progress or NoProgress()
    sentences = sentences_of(documents)
    found = sweep_meeting(sentences, lang)
    if model is None:
        kept = plain_items(found)
    else:
        progress.begin("sweep", len(found), "items")
        kept = judge_items(found, sentences, lang, model, progress.advance)
        progress.end()
    merged = sorted(merge_items(kept), key=lambda i: (i.place.doc_index, i.place.unit_index, i.place.start))
    return Sweep(tuple(merged), kind, tuple(sentences))
