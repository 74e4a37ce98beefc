"""Does the document answer a question? Several weak signs, added: none of them is trusted alone."""

from __future__ import annotations

from dataclasses import dataclass

# each sign's value that speaks neither for nor against an answer, and how far from it it speaks plainly
_WORDS_MIDDLE, _WORDS_SPREAD = 0.30, 0.15  # share of the question's words in one place
_AGREE_MIDDLE, _AGREE_SPREAD = 0.40, 0.25  # share of the heads that name the same sentence
_HOLDS_MIDDLE, _HOLDS_SPREAD = 0.50, 0.30  # the model's own word that the passages hold the answer
STRONG, WEAK = 0.8, -0.8  # sums from which on the evidence is strong, or up to which there is none


@dataclass(frozen=True, slots=True)
class Signs:
    """Words' share of the question in the best place; mass and agreement of the heads; the judgement. None: not asked.

    `mass` is relative: 0 as for questions that a document does not answer, 1 as for those it does (made documents).
    """

    words_share: float
    mass: float | None = None
    heads_agree: float | None = None
    holds: float | None = None

    @property
    def strength(self) -> float:
        """Positive: the document speaks of it; negative: it does not. Each sign counts for -1 to 1."""
        parts = [_part(self.words_share, _WORDS_MIDDLE, _WORDS_SPREAD)]
        if self.mass is not None:
            parts.append(_part(self.mass, 0.5, 0.5))
        if self.heads_agree is not None:
            parts.append(_part(self.heads_agree, _AGREE_MIDDLE, _AGREE_SPREAD))
        if self.holds is not None:
            parts.append(_part(self.holds, _HOLDS_MIDDLE, _HOLDS_SPREAD))
        return sum(parts)

    def as_json(self) -> dict[str, float | None]:
        """As the JSON shows them."""
        values = {name: getattr(self, name) for name in ("words_share", "mass", "heads_agree", "holds")}
        return {n: None if v is None else round(v, 3) for n, v in {**values, "strength": self.strength}.items()}


def _part(value: float, middle: float, spread: float) -> float:
    return max(-1.0, min(1.0, (value - middle) / spread))
