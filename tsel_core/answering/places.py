"""Where attention lay while words were written, by the sentences of the document and not by its units alone."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch
from torch import Tensor

from tsel_core.evidence.heads.masses import Head, token_ranges
from tsel_core.evidence.heads.sentence import Sentence, whole_sentences
from tsel_core.prompts.build import Prompt
from tsel_core.prompts.units import SentenceWeights, SpanShare, sentence_weights
from tsel_core.text.sentences import SentenceSelection
from tsel_core.trust.passages import PassageIndex

_MOST, _LEAST = 40, 0.02  # sentences of the document for one of the answer; share of the most weighed one

Cell = tuple[int, int]  # layer, KV head group


@dataclass(frozen=True)
class Places:
    """The sentences of a prompt's documents, each with the index of its unit in `rendered.placed`."""

    prompt: Prompt
    sentences: tuple[Sentence, ...]
    unit_of: Tensor

    @classmethod
    def of(cls, prompt: Prompt) -> Places:
        """Of all documents of a prompt."""
        sentences = tuple(whole_sentences(PassageIndex.build(prompt.documents)))
        at = {(p.doc_index, p.unit_index): n for n, p in enumerate(prompt.rendered.placed)}
        units = [at[s.span.doc_index, s.span.unit_index] for s in sentences]
        return cls(prompt, sentences, torch.tensor(units, dtype=torch.int64))

    def rows(self, capacity: int) -> Tensor:
        """Number of the sentence of each cache row [capacity] int64; how many there are for rows of none."""
        rows = torch.full((capacity,), len(self.sentences))
        starts, ends = token_ranges(self.prompt, self.sentences) if self.sentences else (np.empty(0), np.empty(0))
        first = self.prompt.doc_start
        for number, (lo, hi) in enumerate(zip(starts.tolist(), ends.tolist(), strict=True)):
            rows[first + int(lo) : first + int(hi)] = number
        return rows

    def weights(
        self, written: Sequence[SentenceSelection], layers: Sequence[int], cells: Collection[Cell] = ()
    ) -> list[SentenceWeights]:
        """Weights of each written sentence by unit, and the sentences that were weighed most by these heads' groups."""
        found = sentence_weights(self.prompt, [self._by_unit(s) for s in written], layers)
        spans = [self._spans(s, layers, cells) for s in written]
        return [replace(w, spans=s) for w, s in zip(found, spans, strict=True)]

    def _by_unit(self, written: SentenceSelection) -> SentenceSelection:
        fine = written.unit_weights
        if fine is None:
            return written
        num = len(self.prompt.rendered.placed)
        units = fine.new_zeros((*fine.shape[:2], num + 1))
        units.index_add_(2, self.unit_of.to(fine.device), fine[:, :, :-1])
        units[:, :, num] += fine[:, :, -1]
        return replace(written, unit_weights=units)

    def _spans(
        self, written: SentenceSelection, layers: Sequence[int], cells: Collection[Cell]
    ) -> tuple[SpanShare, ...]:
        if written.unit_weights is None or not self.sentences:
            return ()
        fine = written.unit_weights[:, :, :-1].float().cpu().numpy()
        chosen = [fine[layers.index(layer), group] for layer, group in cells if layer in layers]
        mass = np.sum(chosen, 0) if chosen else fine.sum((0, 1))
        total = float(mass.sum())
        best = [int(n) for n in mass.argsort()[::-1][:_MOST]]
        kept = [n for n in best if mass[n] > 0 and mass[n] >= _LEAST * mass[best[0]]]
        return tuple((self.sentences[n].span, float(mass[n]) / total) for n in kept)


def cells_of(heads: Sequence[Head], num_heads: int, num_groups: int) -> frozenset[Cell]:
    """The layers and KV head groups that hold these heads: weights are kept by group."""
    return frozenset((h.layer, h.head * num_groups // num_heads) for h in heads)
