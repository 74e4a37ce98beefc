"""Where a document speaks of a concept that is asked about: clauses that say so, and clauses that say the opposite."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from tsel_core.evidence.heads.sentence import Sentence
from tsel_core.evidence.locating.concepts import Concept, concept_of
from tsel_core.evidence.locating.wording import word_question
from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.trust.passages import PassageIndex

# a question or statement of what is allowed, a clause that forbids, and one that forbids but for an exception
_ASKS_LEAVE = lazy_pattern(
    r"でき(?:ます|る)か|可能です?か|して(?:も)?よい|許され|認められ|^can\b|\bmay\b|\b(?:allowed|permitted)\b", re.I
)
_FORBIDS = lazy_pattern(
    r"ては(?:ならない|いけない)|(?<!なければ)ならない|できない|禁(?:止|ず)|不可"
    r"|\b(?:shall|may|must|can|will) not\b|\bneither\b|\bno party\b|\bprohibited\b",
    re.I,
)
_BUT = lazy_pattern(
    r"限り|除[きく]|ただし|承諾|同意|\b(?:except|unless|other than|provided|but)\b"
    r"|\bwithout\b.{0,40}\b(?:consent|approval)\b",
    re.I,
)


def _forbids(clause: str) -> bool:
    return _FORBIDS.search(clause) is not None and _BUT.search(clause) is None


@dataclass(frozen=True, slots=True)
class Spoken:
    """Numbers of the sentences that grant or hold a concept (`told`) and of those that deny it, best first.

    Best is what holds most of the question's own words. A sentence that denies it is not among those that tell it.
    """

    concept: Concept
    told: tuple[int, ...]
    denied: tuple[int, ...]

    @property
    def clauses(self) -> tuple[int, ...]:
        """What is shown to the model beside other evidence."""
        return (*self.told[:2], *self.denied[:1])

    @property
    def sign(self) -> bool | None:
        """True: only told of, False: nothing tells of it; None: clauses say both."""
        if self.told:
            return None if self.denied else True
        return False


def spoken_of(matter: str, index: PassageIndex, sentences: Sequence[Sentence]) -> Spoken | None:
    """Where the documents speak of what a question or statement is about; None where that is no known concept."""
    concept = concept_of(matter)
    if concept is None:
        return None
    texts = {s.number: " ".join(index.text(s.span).split()) for s in sentences}
    # "not to third parties, except to its advisers" says that it may be
    denied = [n for n, t in texts.items() if concept.is_denied(t) and not (_BUT.search(t) and concept.is_told(t))]
    told = [n for n, text in texts.items() if n not in denied and concept.is_told(text)]
    if _ASKS_LEAVE.search(matter) and told and all(_forbids(texts[n]) for n in told):
        told, denied = [], told  # "may work be subcontracted?" "It must not be."
    wording = word_question(matter, index)

    def best_first(numbers: Sequence[int]) -> tuple[int, ...]:
        return tuple(sorted(numbers, key=lambda n: (-wording.share_of(texts[n]), n)))

    return Spoken(concept, best_first(told), best_first(denied))
