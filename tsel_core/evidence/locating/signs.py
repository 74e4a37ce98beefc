"""Does the document answer a question? Several signs, added: none of them is trusted alone.

The middles and limits were set on 87 open and exact questions of dev documents (docs/trust.md).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

# each sign's value that speaks neither for nor against an answer, and how far from it it speaks plainly
_WORDS_MIDDLE, _WORDS_SPREAD = 0.30, 0.15  # share of the question's words in one place
_HOLDS_MIDDLE, _HOLDS_SPREAD = 0.50, 0.30  # the model's own word that the passages hold the answer
_MASS_MIDDLE, _MASS_TIMES = 0.7, 3.0  # of the mass of absent answers on made documents; real ones are longer: less
_MASS_WEIGHT = 0.5  # the heads' mass alone tells absent facts least well of the three
LEAST_SHARE = 0.2  # of the question's words, or of such as say the same, where the document speaks of it
SEEN_MASS, _SEEN_SHARE = 1.6, 0.35  # mass from which on it may be worded in quite another way; the share it stands for
_SURE_MASS, _SURE_HOLDS = 2.0, 0.8  # from which on such an answer may be confident
_PLAIN_MASS, _PLAIN_AGREE = 3.0, 0.8  # of heads that see the answer in whatever words
PLAIN_MASS = 1.0  # from which on an answer whose values stand plainly needs no second look
NONE = -0.6  # strength below which the document does not answer, whatever was written
PLAINLY_NONE = -1.2  # below which that is sure
EVIDENT = 1.3  # from which on the evidence's answer is taken where it differs from the document's
STRONG = 0.8  # from which on a refusal is not final
ENOUGH = 0.3  # from which on two answers that agree are confident


@dataclass(frozen=True, slots=True)
class Signs:
    """What speaks for an answer: the words' share of the question in the best place (None: another language), the

    heads' mass on their best sentence as a multiple of that for absent answers, how many of the heads agree on it, and
    the model's word that the evidence holds an answer. `worded` is the words' share where words that say the same
    count too. None: not asked, not known.
    """

    words_share: float | None
    mass: float | None = None
    heads_agree: float | None = None
    holds: float | None = None
    worded: float | None = None

    @property
    def spoken_of(self) -> bool:
        """Whether the document speaks of the question's subject: in its words, or where the heads see it."""
        return self.worded is None or self.worded >= LEAST_SHARE or (self.mass or 0.0) >= SEEN_MASS

    @property
    def plainly_spoken_of(self) -> bool:
        """The same, so that an answer may be confident: without the question's words heads and model must be sure."""
        said = self.worded is None or self.worded >= LEAST_SHARE
        return said or ((self.mass or 0.0) >= _SURE_MASS and (self.holds or 0.0) >= _SURE_HOLDS)

    @property
    def enough(self) -> bool:
        """Whether two answers that agree are confident: plainly spoken of, and less strength where the heads see it."""
        least = 0.0 if (self.mass or 0.0) > SEEN_MASS else ENOUGH
        return self.strength >= least and self.plainly_spoken_of

    @property
    def plainly_seen(self) -> bool:
        """Whether nearly all heads look at one sentence, and hard: it may say it in none of the question's words."""
        return (self.mass or 0.0) >= _PLAIN_MASS and (self.heads_agree or 0.0) >= _PLAIN_AGREE

    @property
    def share(self) -> float | None:
        """The words' share for a judgement: what the heads see is spoken of, in whatever words."""
        if self.worded is None or (self.mass or 0.0) < SEEN_MASS:
            return self.worded
        return max(self.worded, _SEEN_SHARE)

    @property
    def strength(self) -> float:
        """Positive: the document speaks of it; negative: it does not. Between -2.5 and 2.5."""
        total = 0.0
        if self.words_share is not None:
            total += _part((self.words_share - _WORDS_MIDDLE) / _WORDS_SPREAD)
        if self.holds is not None:
            total += _part((self.holds - _HOLDS_MIDDLE) / _HOLDS_SPREAD)
        if self.mass is not None:
            times = max(self.mass, 1e-6) / _MASS_MIDDLE
            total += _MASS_WEIGHT * _part(math.log(times) / math.log(_MASS_TIMES))
        return total

    def as_json(self) -> dict[str, float | None]:
        """As the JSON shows them."""
        values = {name: getattr(self, name) for name in ("words_share", "worded", "mass", "heads_agree", "holds")}
        return {n: None if v is None else round(v, 3) for n, v in {**values, "strength": self.strength}.items()}


def _part(value: float) -> float:
    return max(-1.0, min(1.0, value))
