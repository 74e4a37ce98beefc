"""Where a document speaks of what a question asks, in the question's words or in those that say the same."""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass

from tsel_core.text.alike_words import Term, alike
from tsel_core.trust.other_words import terms
from tsel_core.trust.passages import MAX_PASSAGE_CHARS, PassageIndex, features
from tsel_core.trust.question_match import MAX_PLACES, REACH, content_words

ALIKE = 0.8  # worth of a word that says the same as the question's
_SIZE = 0.05  # taken from a passage of full length: of two that say the same the shorter is the evidence


@dataclass(frozen=True)
class Wording:
    """What a question's words weigh in one document, and which passages hold them.

    `weights`: by word of the question; `held`: by passage the words it holds (1), or holds in other words (ALIKE).
    """

    weights: dict[str, float]
    held: dict[int, dict[str, float]]
    index: PassageIndex

    @property
    def total(self) -> float:
        """Weight of the whole question."""
        return sum(self.weights.values())

    def share(self) -> float:
        """Share (0..1) of the question's weight that stands together in one place; 1 for a question without words."""
        if not self.weights:
            return 1.0
        return max((self._around(number) for number in self.held), default=0.0) / self.total

    def share_of(self, text: str) -> float:
        """Share of the question's weight that a text of the document holds, headings apart."""
        return sum(self.weights[w] * v for w, v in self._held_by(text).items()) / self.total if self.weights else 1.0

    def rank(self, k: int) -> list[int]:
        """Passages that hold most, best first; headings and speaker count half."""
        scores = []
        for number, words in self.held.items():
            span = self.index.spans[number]
            above = self.index.context[span.doc_index, span.unit_index]
            own = sum(self.weights[w] * v for w, v in words.items())
            own += 0.5 * sum(self.weights[w] for w in above & self.weights.keys() if w not in words)
            own -= _SIZE * self.total * (span.end - span.start) / MAX_PASSAGE_CHARS
            scores.append((own, -number))
        return [-number for _, number in sorted(scores, reverse=True)[:k]]

    def _around(self, number: int) -> float:
        span = self.index.spans[number]
        found = dict.fromkeys(self.index.context[span.doc_index, span.unit_index] & self.weights.keys(), 1.0)
        for near in range(number - REACH, number + REACH + 1):
            if near in self.held and self.index.spans[near].doc_index == span.doc_index:
                for word, worth in self.held[near].items():
                    found[word] = max(worth, found.get(word, 0.0))
        return sum(self.weights[w] * v for w, v in found.items())

    def _held_by(self, text: str) -> dict[str, float]:
        there = features(text).keys()
        said = alike(self.weights, terms())
        found = {w: ALIKE for w, terms in said.items() if w in self.weights and any(t <= there for t in terms)}
        return {**found, **dict.fromkeys(there & self.weights.keys(), 1.0)}


def word_question(question: str, index: PassageIndex) -> Wording:
    """The words of a question in one document."""
    asked = content_words(question)
    said = alike(features(question), terms())
    held: dict[int, dict[str, float]] = defaultdict(dict)
    weights: dict[str, float] = {}
    for word, weight in asked.items():
        places = {number: 1.0 for number in index.postings.get(word, ())}
        for term in said.get(word, ()):
            for number in _holding(term, index):
                places.setdefault(number, ALIKE)
        weights[word] = weight * math.log(1 + (len(index.spans) + 1) / (len(places) + 0.5))
        for number in sorted(places)[:MAX_PLACES]:
            held[number][word] = places[number]
    return Wording(weights, dict(held), index)


def _holding(term: Term, index: PassageIndex) -> set[int]:
    """Passages that hold all words of a term."""
    lists = sorted((index.postings.get(word, []) for word in term), key=len)
    return set(lists[0]).intersection(*lists[1:]) if lists and lists[0] else set()
