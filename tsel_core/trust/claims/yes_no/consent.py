# ruff: noqa: E501 (patterns)
"""A sentence that speaks of consent: it is needed for a thing, or it is not; and what that says to a yes/no question."""

from __future__ import annotations

import re

from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.trust.claims.parts.asked import Asked
from tsel_core.trust.claims.parts.reading import MIN_SHARE, Reading
from tsel_core.trust.claims.yes_no.differs import other_role

_NEEDS_LEAVE = lazy_pattern(
    r"\b(?:not|no|neither|nor|never|cannot)\b.*\bwithout\b|\bonly\b.*|\bunless\b|\bsubject to\b|\b(?:requires?|required|needs?)\b|\bwith the (?:prior |written )*"
    r"|(?:得ず|得ないで|なく|なしに|なければ).*(?:ない|できず|ません)|得て|限り|ある場合|要する|必要",
    re.I,
)
_BANS = lazy_pattern(r"\b(?:not|no|neither|nor|never|cannot)\b.*\bwithout\b|(?:得ず|得ないで|なく|なしに|なければ).*(?:ない|できず|ません)", re.I)
_NEEDS_NONE = lazy_pattern(r"\b(?:needs?|requires?) no (?:prior |written )*(?:consent|approval|permission|authori[sz]ation)\b|\bno (?:prior |written )*(?:consent|approval|permission)\b.*\b(?:required|needed|necessary)\b|\b(?:consent|approval|permission)\b.*\bnot (?:be )?(?:required|needed|necessary)\b|(?:承諾|同意|許可)(?:を|は)(?:要しない|要せず|必要としない|不要)", re.I)
_WITHOUT_LEAVE = lazy_pattern(r"\bwithout\b.{0,40}\b(?:consent|approval|permission)\b|(?:承諾|同意|許可)(?:を得ず|を得ないで|なく|なしに)", re.I)


def of_consent(asked: Asked, clause: str, share: float) -> Reading:
    """What a sentence that speaks of consent says to a question."""
    if share < MIN_SHARE:
        return Reading("", "words", share=share)
    if _NEEDS_NONE.search(clause):
        needed = False
    elif _NEEDS_LEAVE.search(clause):
        needed = True
    elif _WITHOUT_LEAVE.search(clause):
        needed = False
    else:
        return Reading("", "words", share=share)
    role = other_role(asked, clause)
    if role:
        return Reading("", "role", role, share)
    if asked.exists:  # what consent is needed for is there
        return Reading("", "words", share=share)
    if not asked.leave and needed and _BANS.search(clause):  # not without consent: no, within that limit
        return Reading("no", "negation", share=share, narrowed=True)
    if asked.leave == "needed":
        return Reading("yes" if needed else "no", "" if needed else "negation", "", share)
    if asked.leave == "with":  # what may not be done without it may be done with it
        return Reading("yes", "", "", share) if needed else Reading("", "quantifier", share=share)
    if asked.leave == "without":
        return Reading("no" if needed else "yes", "negation" if needed else "", "", share)
    return Reading("", "quantifier", share=share)  # with consent it may be done, without it may not
