"""Between rows of a cache, tokens of a prompt and units of its documents."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from tsel_core.document import SourceSpan
from tsel_core.prompts.build import Prompt
from tsel_core.text.sentences import SentenceSelection

SpanShare = tuple[SourceSpan, float]


@dataclass(frozen=True, slots=True)
class SentenceWeights:
    """One sentence of the answer and the units attention weighed: (doc_index, unit_index, share of the mass).

    `heat` [layers, groups, units in flow] float32 is the same mass by layer (numbers in `layers`) and KV head group.
    Its tokens are [first_token, last_token) of the answer. `spans` are the document's sentences that were weighed most,
    with their shares, where that was asked for.
    """

    start: int
    end: int
    text: str
    units: tuple[tuple[int, int, float], ...]
    heat: np.ndarray | None = None
    layers: tuple[int, ...] = ()
    first_token: int = 0
    last_token: int = 0
    spans: tuple[SpanShare, ...] = ()


def sentence_weights(
    prompt: Prompt, sentences: Sequence[SentenceSelection], layers: Sequence[int] = ()
) -> list[SentenceWeights]:
    """Unit weights of each sentence as shares of the document's mass; no weights gives no units.

    The first tokens of a prompt are attention sinks that every query looks at: the template holds them, not the
    document, so leaving out what is not document leaves them out too.
    """
    placed = prompt.rendered.placed
    found = []
    for sentence in sentences:
        shares: tuple[tuple[int, int, float], ...] = ()
        heat = None
        if sentence.unit_weights is not None and placed:
            heat = sentence.unit_weights[:, :, : len(placed)].float().cpu().numpy()
            mass = heat.sum((0, 1), dtype=np.float64)
            total = float(mass.sum()) or 1.0
            shares = tuple(
                (placed[i].doc_index, placed[i].unit_index, float(mass[i]) / total)
                for i in np.flatnonzero(mass > total * 1e-3)
            )
        tokens = (sentence.first_token, sentence.last_token)
        found.append(SentenceWeights(sentence.start, sentence.end, sentence.text, shares, heat, tuple(layers), *tokens))
    return found


def unit_of_rows(prompt: Prompt, capacity: int) -> torch.Tensor:
    """Index into `rendered.placed` of each cache row [capacity] int64; the number of units for rows of none."""
    num_units = len(prompt.rendered.placed)
    rows = torch.full((capacity,), num_units)
    units = torch.from_numpy(prompt.unit_of_tokens().astype(np.int64))
    rows[prompt.doc_start : prompt.doc_end] = torch.where(units >= 0, units, num_units)
    return rows


def picked_units(prompt: Prompt, picked: Any) -> set[tuple[int, int]]:
    """Units (doc_index, unit_index) of which at least one token was picked; picked is a bool tensor [capacity]."""
    units = prompt.unit_of_tokens()
    rows = picked[prompt.doc_start : prompt.doc_end].cpu().numpy()
    hit = np.unique(units[(units >= 0) & rows])
    return {(prompt.rendered.placed[i].doc_index, prompt.rendered.placed[i].unit_index) for i in hit}
