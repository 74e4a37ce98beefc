# ruff: noqa: E501 (patterns)
"""What is said of "it": the thing that the sentence before names, and no other one of the paper.

"The main hall is let for weddings. The licence allows 150 people in it." says nothing of the garden room.
"""

from __future__ import annotations

import re

from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.trust.claims.parts.words import FUNCTION, is_japanese

_IT = lazy_pattern(r"\b(?:it|its|there|them|their|this|that|these)\b", re.I)
_THING = lazy_pattern(r"\b(?:the|this|our|your|my|a|an) ([a-z][a-z-]{2,}) ([a-z][a-z-]{2,})\b", re.I)

_NO_NAME = frozenset("old new next last first second own whole current present former".split())  # noqa: SIM905


def of_what_was_named(question: str, sentence: str, before: str, headings: str, document: str) -> str:
    """ "garden room": what a question names, where the sentence says "it" of something else; "". `document`: in small letters."""
    if is_japanese(question) or _IT.search(sentence) is None:
        return ""
    place = f"{sentence}\n{before}\n{headings}".lower()
    for which, head in ((m[1].lower(), m[2].lower()) for m in _THING.finditer(question)):
        if which in FUNCTION or head in FUNCTION or which in _NO_NAME or f"{which} {head}" not in document:
            continue
        if not re.search(rf"\b{which}\b", place) and not re.search(rf"\b{head[:5]}", sentence.lower()):
            return f"{which} {head}"
    return ""
