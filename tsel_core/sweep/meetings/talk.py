"""What a talk holds word by word: which words can be decided upon, since when they were said, stretches of a topic."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from tsel_core.sweep.sentences import Sentence
from tsel_core.text.normalize import normalise
from tsel_core.trust.passages import features

_RARE = 0.2  # share of the meeting's sentences that may hold a word that can be decided upon
_NEAR = 4  # sentences behind a decision in which another proposal is turned down


@dataclass(frozen=True)
class Talk:
    """Words of each sentence; `rare` are those that can be decided upon, `said` counts sentences word by word."""

    held: list[dict[str, float]]
    rare: set[str]
    said: Counter[str]

    @classmethod
    def of(cls, sentences: Sequence[Sentence]) -> Talk:
        """The talk of these sentences."""
        held = [features(s.text) for s in sentences]
        counts: Counter[str] = Counter(f for words in held for f in words)
        rare = {f for f, n in counts.items() if n <= max(4, _RARE * len(held))}
        return cls(held, rare, Counter(normalise(s.text) for s in sentences))

    def idle(self, sentence: Sentence) -> bool:
        """Whether a sentence was said more than once, word by word: nothing is decided by a phrase."""
        return self.said[normalise(sentence.text)] > 1


def stretches(topics: Sequence[str]) -> list[tuple[str, range]]:
    """(topic, sentences) of each stretch of one topic."""
    found: list[tuple[str, range]] = []
    begin = 0
    for at in range(1, len(topics) + 1):
        if at == len(topics) or topics[at] != topics[begin]:
            found.append((topics[begin], range(begin, at)))
            begin = at
    return found


def turns_down(talk: Talk, indices: range, decided: int, at: int, words: Collection[str]) -> bool:
    """Whether words close behind a decision name another proposal, which is older: of two the later one is taken."""
    named = {f for f in talk.held[decided] if f in talk.rare}
    return (
        0 < at - decided <= _NEAR
        and not set(words) & named
        and since(talk, indices, words) < since(talk, range(indices[0], decided + 1), named)
    )


def since(talk: Talk, indices: range, words: Collection[str]) -> int:
    """The sentence from which on all of these words were said."""
    return max((next((n for n in indices if f in talk.held[n]), 0) for f in words), default=0)
