"""The answer as it grows, cut into sentences, with the units that mattered for each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.text.abbreviated import GOES_ON
from tsel_core.text.alternation import any_of
from tsel_core.text.value_words import GERMAN_MONTHS

if TYPE_CHECKING:
    from torch import Tensor

# A sentence ends after 。！？, after .!? before white space, or at a line end; "No. 5", "3.5", "Art. 7", "Ms. Tate" (in
# abbreviated.py) and a point before a small letter ("Acme, Inc. and") go on.
_END = lazy_pattern(
    r"[。！？]+[」』）)\"”]*(?![」』）)]|(?<=[」』）)])[とはがをにのでも、])"
    rf"|(?=[.!?]){GOES_ON}(?<!\bNo)(?<!\bArt)(?<!\bSec)(?<!\b[A-Z])(?<!\d)[.!?]+[\"”)]*(?=\s)(?!(?<=\.) +[a-z])"
    r"|(?<=\d)[.!?](?=\s+[A-ZÀ-ÖØ-Þ])"
    rf"(?!(?<=\.)\s+(?:{any_of(GERMAN_MONTHS)})\b)"
    r"|\n+"
)


@dataclass(frozen=True)
class SentenceSelection:
    """One sentence of the answer: characters [start, end) of the text, tokens [first_token, last_token) of it.

    `unit_weights` [layers, groups, units + 1] is summed over its tokens (see Trace), None when nothing was weighed.
    """

    start: int
    end: int
    text: str
    unit_weights: Tensor | None
    first_token: int = 0
    last_token: int = 0


def split_sentences(text: str) -> list[tuple[int, int]]:
    """(start, end) of each sentence, white space around them left out."""
    spans: list[tuple[int, int]] = []
    begin = 0
    for match in _END.finditer(text):
        spans.append((begin, match.end()))
        begin = match.end()
    spans.append((begin, len(text)))
    trimmed = []
    for lo, hi in spans:
        while lo < hi and text[lo].isspace():
            lo += 1
        while hi > lo and text[hi - 1].isspace():
            hi -= 1
        if lo < hi:
            trimmed.append((lo, hi))
    return trimmed


@dataclass
class _Part:
    """Tokens written from one character on, until the next sentence was seen to begin."""

    start: int
    first_token: int
    last_token: int
    weights: Tensor | None = None


class SentenceTracker:
    """Collects text pieces and adds up the weights of their tokens by sentence, so that memory stays bounded."""

    def __init__(self) -> None:
        self.text = ""
        self.num_tokens = 0
        self._parts = [_Part(0, 0, 0)]

    def add(self, piece: str, unit_weights: Tensor | None) -> None:
        """Add a token's piece of text (maybe empty) and its weights."""
        begin = len(self.text) + len(piece) - len(piece.lstrip())
        self.text += piece
        part = self._parts[-1]
        spans = split_sentences(self.text[part.start :])
        # a token belongs to the sentence its first visible character is in (" The" begins one)
        if len(spans) > 1 and part.start + spans[-1][0] <= begin:
            part = _Part(begin, self.num_tokens, self.num_tokens)
            self._parts.append(part)
        self.num_tokens += 1
        part.last_token = self.num_tokens
        if unit_weights is not None:
            part.weights = unit_weights if part.weights is None else part.weights + unit_weights

    def end(self, rest: str) -> None:
        """Add text that was held back; it belongs to tokens already counted."""
        self.text += rest

    def sentences(self) -> list[SentenceSelection]:
        """Every sentence of the stripped text so far, with the summed weights of its tokens."""
        import torch

        lead = len(self.text) - len(self.text.lstrip())
        found = []
        for start, end in split_sentences(self.text):
            parts = [p for p in self._parts if max(p.start, lead) < end and start <= max(p.start, lead)]
            weighed = [p.weights for p in parts if p.weights is not None]
            found.append(
                SentenceSelection(
                    start - lead,
                    end - lead,
                    self.text[start:end],
                    torch.stack(weighed).sum(0) if weighed else None,
                    parts[0].first_token if parts else 0,
                    parts[-1].last_token if parts else 0,
                )
            )
        return found
