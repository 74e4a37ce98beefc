"""The one value of the kind asked for, in the passage that speaks of the question: code can tell it by itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tsel_core.evidence.locating.agree import asks_who
from tsel_core.evidence.locating.typed import without_places
from tsel_core.evidence.locating.wording import Wording
from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.text.same_values import same_value
from tsel_core.text.values import Value, extract_values
from tsel_core.trust.claims.parts.expected import ASKS_BEFORE, fitting, names_unit

MIN_SHARE = 0.35  # of the question's weight in the passage
_CUT = lazy_pattern(r"[、。;；，\n]|,(?!\d)|(?<!\d)\.(?=\s|$)|(?<=[条項号）)])\u3000")
NEAR = 0.1  # a passage that holds so little less of the question speaks of it too


@dataclass(frozen=True, slots=True)
class OnlyValue:
    """`value` stands in `passage`; `plain`: the question names its unit ("how many days"), so no other can be meant."""

    value: Value
    passage: str
    plain: bool

    @property
    def phrase(self) -> str:
        """The words around it up to the next comma: "within 45 days after receipt", 翌月20日までに."""
        start = self.passage.find(self.value.text)
        cuts = [0, *(m.end() for m in _CUT.finditer(self.passage)), len(self.passage)]
        left = max(c for c in cuts if c <= start)
        right = min(c for c in cuts if c >= start + len(self.value.text))
        return self.passage[left:right].strip(" \u3000\n\"“”「」、。,.;；，")

    def told_by(self, answer: str) -> bool:
        """Whether an answer states it."""
        return any(same_value(self.value, v) for v in extract_values(without_places(answer)))

    def missed_by(self, answer: str, question: str) -> bool:
        """Whether an answer states no value at all that could be meant: it does not say what is asked for."""
        return not _fitting(answer, question)


def only_value(question: str, passages: Sequence[str], wording: Wording) -> OnlyValue | None:
    """The value that a question can only mean, None where there is none, or where there are two.

    It is the only one of the kind and unit asked for in the passage that holds most of the question; any other passage
    that holds about as much (NEAR) states the same one or none.
    """
    if fitting("", question) is None or asks_who(question) or ASKS_BEFORE.search(question):
        return None
    ranked = sorted(((wording.share_of(p), p) for p in passages), reverse=True)
    if not ranked or ranked[0][0] < MIN_SHARE:
        return None
    best = ranked[0][0]
    found: list[tuple[Value, str]] = []
    for share, passage in ranked:
        if share >= best - NEAR:
            found += [(v, passage) for v in _fitting(passage, question)]
    if not found or any(not same_value(found[0][0], v) for v, _ in found):
        return None
    return OnlyValue(found[0][0], found[0][1], names_unit(question))


def _fitting(text: str, question: str) -> list[Value]:
    asked = extract_values(question)
    values = fitting(without_places(text), question) or []
    return [v for v in values if not any(same_value(v, a) for a in asked)]
