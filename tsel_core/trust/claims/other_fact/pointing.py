"""A claim that says "it" for the thing of its question ("The Lessee pays for it"): the sentence must name it."""

from __future__ import annotations

import re

from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.trust.claims.parts.evidence import Sentence
from tsel_core.trust.claims.parts.words import is_japanese
from tsel_core.trust.passages import features
from tsel_core.trust.question_match import content_words

_POINTS = lazy_pattern(r"\b(?:it|this|that|them|these|those)\b\W*$", re.I)
_LAST = 2  # words at the end of a claim
_LEAST = 0.5  # of the question's words that the claim does not repeat


def points_elsewhere(stated: str, question: str, sentence: Sentence) -> bool:
    """Whether a claim ends with a pronoun, and its sentence and those beside it hardly have the words it stands for."""
    if is_japanese(question) or _POINTS.search(stated) is None:
        return False
    ends = " ".join(stated.rstrip(" .").split()[-_LAST:]).lower()
    if ends in " ".join(sentence.text.lower().split()):
        return False  # the sentence says "it" itself
    left = content_words(question).keys() - features(stated).keys()
    beside = (sentence.headings, sentence.before, sentence.text, sentence.around, sentence.behind)
    return len(left) > 1 and len(left & features(" ".join(filter(None, beside))).keys()) < _LEAST * len(left)
