"""What a report of one answer shows: sentences with the units that attention weighed, coverage, checks, settings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tsel_core.document import Document, SourceSpan

Spans = Sequence[tuple[SourceSpan, float]]
Weights = Sequence[tuple[int, int, float]]  # (doc_index, unit_index, weight >= 0)

_BLOCKS = " ▁▂▃▄▅▆▇█"
_ASCII = " .:-=+*%@"


@dataclass(frozen=True)
class ExplainSentence:
    """Characters [start, end) of the answer, and what was weighed while they were written.

    `heat` [layers, groups, units in flow] float32 holds the same mass by layer and KV head group.
    `spans` are the document's sentences that were weighed most, with their shares; () where only units are known.
    `first_step` and `last_step` are the decoding steps [first, last) of the sentence.
    """

    start: int
    end: int
    weights: Weights = ()
    heat: Any = None
    first_step: int = 0
    last_step: int = 0
    spans: Spans = ()


@dataclass(frozen=True)
class ExplainData:
    """Everything of the report; plain data, so that it can be made from a kept answer too.

    `coverage` is the share of attention mass (0..1) that the picked rows held at each decoding step (None where every
    layer re-used a selection), `hits` the share of layers (0..1) that re-used one there; both empty with full
    attention. `layers` are the layers of the sentences' heat. `citations` are
    tsel_core.answer.Citation, `facts` (text, status of TracedFact, label of the place or ""). `support`,
    `looked_at` are the sentences that the retrieval heads looked at when they read the question.
    `claims`, `evidence` and `nearest` are those of the JSON, `other` is what the second look answered where it
    disagreed. Times are seconds.
    """

    command: str
    question: str
    answer: str
    lang: str
    documents: Sequence[Document]
    sentences: Sequence[ExplainSentence]
    found: bool | None = None
    reason: str = ""
    support: Mapping[str, Any] = field(default_factory=dict)
    nearest: Sequence[Mapping[str, Any]] = ()
    claims: Sequence[Mapping[str, Any]] = ()
    evidence: Sequence[Mapping[str, Any]] = ()
    other: str = ""
    looked_at: Spans = ()
    citations: Sequence[Any] = ()
    facts: Sequence[tuple[str, str, str]] = ()
    coverage: Sequence[float | None] = ()
    coverage_by_layer: Mapping[int, float] = field(default_factory=dict)
    hits: Sequence[float] = ()
    layers: Sequence[int] = ()
    timings: Mapping[str, float] = field(default_factory=dict)
    settings: Mapping[str, Any] = field(default_factory=dict)
    receipt: Mapping[str, Any] = field(default_factory=dict)
    warnings: Sequence[str] = ()
    version: str = ""


def unit_totals(data: ExplainData) -> dict[tuple[int, int], float]:
    """Weight of every unit over all sentences."""
    totals: dict[tuple[int, int], float] = {}
    for sentence in data.sentences:
        for doc_index, unit_index, weight in sentence.weights:
            totals[doc_index, unit_index] = totals.get((doc_index, unit_index), 0.0) + weight
    return totals


def strip(weights: Sequence[float], width: int, *, ascii_only: bool = False) -> str:
    """Weights of units in reading order as one line of at most `width` blocks; the highest block is the largest weight.

    Neighbours share a block when there are more units than room. Empty for no weights or no room.
    """
    if not weights or width < 1:
        return ""
    count = min(width, len(weights))
    cells = [0.0] * count
    for i, weight in enumerate(weights):
        at = i * count // len(weights)
        cells[at] = max(cells[at], weight)
    top = max(cells)
    marks = _ASCII if ascii_only else _BLOCKS
    last = len(marks) - 1
    # a square root, as a few units hold most of the mass; whatever is above zero shows
    return "".join(marks[0] if top <= 0 or c <= 0 else marks[max(1, round(last * (c / top) ** 0.5))] for c in cells)
