"""The answer as it grows, cut into sentences, with the cache rows that mattered for each."""

from __future__ import annotations

import re
from dataclasses import dataclass

from torch import Tensor

# A sentence ends after 。！？, after .!? before white space, or at a line end; "No. 5", "3.5" and "Art. 7" go on.
_END = re.compile(
    r"[。！？]+[」』）)\"”]*"
    r"|(?<!\bNo)(?<!\bArt)(?<!\bSec)(?<!\b[A-Z])(?<!\d)[.!?]+[\"”)]*(?=\s)"
    r"|(?<=\d)[.!?](?=\s+[A-Z])"
    r"|\n+"
)


@dataclass(frozen=True)
class SentenceSelection:
    """One sentence of the answer: characters [start, end) of the text, row_weights [N] or None."""

    start: int
    end: int
    text: str
    row_weights: Tensor | None


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


class SentenceTracker:
    """Collects text pieces and the row weights of the tokens they came from."""

    def __init__(self) -> None:
        self.text = ""
        self._weighed: list[tuple[int, Tensor]] = []  # (characters before the token, weights [N])

    def add(self, piece: str, row_weights: Tensor | None) -> None:
        """Add a piece of text (maybe empty) and the weights of its token."""
        if row_weights is not None:
            self._weighed.append((len(self.text), row_weights))
        self.text += piece

    def sentences(self) -> list[SentenceSelection]:
        """Every sentence of the stripped text so far, with the summed weights of its tokens."""
        lead = len(self.text) - len(self.text.lstrip())
        found = []
        for start, end in split_sentences(self.text):
            rows: Tensor | None = None
            for at, weights in self._weighed:
                if start <= at < end:
                    rows = weights.clone() if rows is None else _add(rows, weights)
            found.append(SentenceSelection(start - lead, end - lead, self.text[start:end], rows))
        return found


def _add(left: Tensor, right: Tensor) -> Tensor:
    """Sum of weights over prefixes of the same cache; the cache grows by a row a token."""
    longer, shorter = (left, right) if left.shape[0] >= right.shape[0] else (right, left)
    total = longer.clone()
    total[: shorter.shape[0]] += shorter
    return total
