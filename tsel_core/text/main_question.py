# ruff: noqa: E501 (patterns)
"""English yes/no questions whose verb stands behind a condition or a sentence: "If it is late, do we pay less?"."""

from __future__ import annotations

import re

from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.text.plain_asking import with_ka
from tsel_core.text.self_renewal import as_contracts_say

_AUX = r"(?:am|is|are|was|were|does|do|did|can|could|may|might|must|should|shall|will|would|has|have|had)(?:n['’]t)?"
_ORDER = r"(?!you (?:list|tell|give|name|summari[sz]e|quote|find|explain|describe)\b)"
_AT_ONCE = lazy_pattern(rf"^(?:and |or |so |but |then )?{_AUX}\s+{_ORDER}", re.I)
_LEADS = r"(?:if|when|whenever|while|after|before|during|on|in|once|unless|under|with|without|at|for|since|as|because|given|should|where|provided|following|upon|until|till|by|from)\b"
_BEHIND = lazy_pattern(rf"^(?P<lead>(?:and |so |but )?{_LEADS}[^?]*?),\s+(?:then )?(?P<main>{_AUX}\s+{_ORDER}[^?]*)\?\s*$", re.I)
_CUT = lazy_pattern(rf"(?:[:;–—]|\s-)\s+(?={_AUX}\s+{_ORDER})", re.I)
_ASKS = lazy_pattern(r"\b(?:who|whom|whose|what|which|when|where|why|how)\b", re.I)
_SENTENCE = lazy_pattern(r"(?<=[.!?])\s+")


def asks_yes_no_en(question: str) -> bool:
    """Whether a question's last clause is answered by Yes or No."""
    return _AT_ONCE.match(question) is not None or _asks_behind(question)


def main_clause_first(question: str) -> str:
    """The same question with its verb first where a condition leads: "Do we pay less if it is late?"; else as it is."""
    text = question.strip()
    match = _BEHIND.match(text)
    if match is None or _AT_ONCE.match(text):
        return question
    lead = match["lead"]
    return f"{match['main'][:1].upper()}{match['main'][1:].rstrip()}, {lead[:1].lower()}{lead[1:]}?"


def usual_form(question: str) -> str:
    """A yes/no question as rules read it: its verb first in English, か at its end in Japanese, "automatically" for "by itself"."""
    return as_contracts_say(main_clause_first(with_ka(question)))


def _asks_behind(question: str) -> bool:
    """Whether the verb of such a question stands behind a sentence, a condition or a mark."""
    text = question.strip()
    last = next((s for s in reversed(_SENTENCE.split(text)) if s.endswith("?")), "")
    if not last or last != text.rsplit("\n", 1)[-1][-len(last) :]:
        return False
    if last != text and _AT_ONCE.match(last):
        return True  # something is said before it
    match = _BEHIND.match(last)
    if match is not None and not (_ASKS.match(match["lead"]) and not re.match(r"when|where", match["lead"], re.I)):
        return True
    pieces = _CUT.split(last)
    return len(pieces) > 1 and _AT_ONCE.match(pieces[-1]) is not None and _ASKS.match(last) is None
