# ruff: noqa: E501 (patterns)
"""A phrase that leaves out the denial before it: "disclose the plans" of "shall not disclose the plans"."""

from __future__ import annotations

import re

from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.text.normalize import find_whole, normalise
from tsel_core.trust.claims.parts.polarity import has_denial
from tsel_core.trust.claims.parts.words import FUNCTION, is_japanese

_QUOTED = lazy_pattern(r"[\"“]([^\"”]{8,})[\"”]?")
_LEAST_CLIPPED = 14  # letters of a phrase that is looked for word for word
# a denial that no other modal verb follows, and the place of a verb
_GOVERNS = lazy_pattern(r"(?i)\b(?:not|never|neither|cannot|no (?:\w+ ){1,3}(?:shall|may|will|can))\b(?:(?!\b(?:shall|will|must|but|except|unless)\b(?!\s*,?\s*\w*\s*$)).)*$")
_VERB_NEXT = lazy_pattern(r"(?i)(?:\b(?:not|shall|may|will|to|or|and|never|can|cannot|\w+ly)|[,)])[\s\"“]*$")


def clipped(stated: str, evidence: str) -> str:
    """The word that a phrase begins with where the sentence denies it: "disclose the plans" of "shall not disclose the plans".

    A phrase that begins with a verb says that it is done; one that begins with what it is done to says nothing of it.
    """
    if is_japanese(stated) or is_japanese(evidence) or has_denial(stated):
        return ""
    quoted = _QUOTED.search(stated)
    phrase = (quoted[1] if quoted else stated).strip(" .,;\"“”'")
    words = normalise(phrase)
    whole = normalise(evidence)
    at = find_whole(whole, words) if len(words) >= _LEAST_CLIPPED else -1
    first = re.match(r"[A-Za-z]+", phrase)
    if at < 0 or first is None or first[0].lower() in FUNCTION:
        return ""
    before = re.split(r"[.;]", evidence_before(evidence, whole, at))[-1]
    governed = _GOVERNS.search(before)
    return first[0] if governed and _VERB_NEXT.search(before) else ""


def evidence_before(evidence: str, whole: str, at: int) -> str:
    """What stands in a sentence before a place of its normalised text, with its spaces."""
    left = len(whole[:at])
    for end in range(len(evidence) + 1):
        if len(normalise(evidence[:end])) >= left:
            return evidence[:end]
    return evidence
