"""The mass that retrieval heads put on the sentences of a document when they read a question."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from tsel_core.evidence.heads.sentence import Sentence
from tsel_core.layers.head_watch import HeadWatch
from tsel_core.prompts.build import Prompt

Which = Literal["mean", "last"]


@dataclass(frozen=True, slots=True, order=True)
class Head:
    """A query head of a layer, read by the mean of the question's tokens or by the last one."""

    layer: int
    head: int
    which: Which


@dataclass(frozen=True)
class HeadMasses:
    """`rows` [heads, document tokens] float32: each head's mass by token; `heads` in the same order."""

    heads: tuple[Head, ...]
    rows: np.ndarray
    prompt: Prompt

    def of_sentences(self, sentences: Sequence[Sentence]) -> np.ndarray:
        """Mass of each head on each sentence [heads, sentences] float64."""
        starts, ends = token_ranges(self.prompt, sentences)
        summed = np.zeros((len(self.heads), self.rows.shape[1] + 1))
        np.cumsum(self.rows, axis=1, dtype=np.float64, out=summed[:, 1:])
        return summed[:, ends] - summed[:, starts]

    def by_sentence(self, sentences: Sequence[Sentence]) -> np.ndarray:
        """One score a sentence [sentences]: the heads' masses, each as a share of its mass on the document, added."""
        found: np.ndarray = normalised(self.of_sentences(sentences)).mean(0)
        return found

    def best_mass(self, sentences: Sequence[Sentence]) -> float:
        """Raw mass, mean over heads, on the sentence that they look at most: how sure they are."""
        masses = self.of_sentences(sentences)
        return float(masses.mean(0)[int(normalised(masses).mean(0).argmax())]) if len(sentences) else 0.0

    def num_agreeing(self, sentences: Sequence[Sentence]) -> float:
        """Share of the heads whose own first sentence is the one they name together."""
        masses = self.of_sentences(sentences)
        if not len(sentences):
            return 0.0
        return float((masses.argmax(1) == normalised(masses).mean(0).argmax()).mean())


def normalised(masses: np.ndarray) -> np.ndarray:
    """Each head's masses [heads, sentences] as shares of its whole."""
    total = masses.sum(1, keepdims=True)
    return np.asarray(masses / np.where(total > 0, total, 1.0))


def token_ranges(prompt: Prompt, sentences: Sequence[Sentence]) -> tuple[np.ndarray, np.ndarray]:
    """First and last (excluded) document token of each sentence."""
    begins = {(p.doc_index, p.unit_index): p.start for p in prompt.rendered.placed}
    at = np.array([begins[s.span.doc_index, s.span.unit_index] for s in sentences], dtype=np.int64)
    lo = at + np.array([s.span.start for s in sentences], dtype=np.int64)
    hi = at + np.array([s.span.end for s in sentences], dtype=np.int64)
    first = np.searchsorted(prompt.char_ends, lo, side="right")
    last = np.searchsorted(prompt.char_starts, hi, side="left")
    return first, np.maximum(first, last)


def watched_layers(heads: Sequence[Head]) -> dict[int, tuple[int, ...]]:
    """Layer -> query heads, as HeadWatch takes them."""
    found: dict[int, list[int]] = {}
    for head in heads:
        if head.head not in found.setdefault(head.layer, []):
            found[head.layer].append(head.head)
    return {layer: tuple(sorted(numbers)) for layer, numbers in found.items()}


def masses_of(watch: HeadWatch, heads: Sequence[Head], prompt: Prompt) -> HeadMasses:
    """What a watch has seen, for these heads; heads of layers that were not watched are left out."""
    by: Mapping[Which, dict[int, np.ndarray]] = {
        "mean": {layer: t.float().cpu().numpy() for layer, t in watch.mean.items()},
        "last": {layer: t.float().cpu().numpy() for layer, t in watch.last.items()},
    }
    known = tuple(h for h in heads if h.layer in by[h.which])
    rows = [by[h.which][h.layer][watch.heads[h.layer].index(h.head)] for h in known]
    empty = np.zeros((0, prompt.num_document_tokens), dtype=np.float32)
    return HeadMasses(known, np.stack(rows) if rows else empty, prompt)
