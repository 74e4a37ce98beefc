"""The number of a clause that a claim names as its place: "Clause 7 says that ..." of what begins with "7."."""

from __future__ import annotations

import re

from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.text.values import Value

_NAMES = lazy_pattern(r"\b(?:clause|section|article|paragraph|sec\.|art\.|cl\.|§)\s*$", re.I)
_PLACES = lazy_pattern(r"\b(?:clauses?|sections?|articles?|paragraphs?)\s+\d|§\s*\d", re.I)
_OWN = r"^\s*(?:(?:clause|section|article|§)\s*)?{}(?:[.):\s]|$)"


def names_own_number(stated: str, fact: Value, unit: str) -> bool:
    """Whether a number of a claim is the number of the clause that it speaks of; `unit`: the clause's text."""
    if fact.kind not in ("number", "ordinal") or _NAMES.search(stated[: fact.start]) is None:
        return False
    if len(_PLACES.findall(re.sub(r"^\s*(?:clause|section|article)\b", "", unit, flags=re.I))) > 0:
        return False  # it speaks of another clause
    return re.match(_OWN.format(re.escape(fact.text.rstrip("."))), unit, re.I) is not None
