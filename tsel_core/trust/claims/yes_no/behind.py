"""A question, or a claim, about what a sentence excepts: the exception says the opposite of the rest."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Literal

from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.trust.claims.parts.asked import LEAVE, Asked
from tsel_core.trust.claims.parts.polarity import denied_runs, denied_words, ends_denied, has_denial, key_stems
from tsel_core.trust.claims.parts.reading import Reading
from tsel_core.trust.claims.parts.words import is_japanese
from tsel_core.trust.claims.yes_no.differs import other_role, other_value
from tsel_core.trust.claims.yes_no.exceptions import Excepted, excepted
from tsel_core.trust.claims.yes_no.stance import stances

_FREE = lazy_pattern(r"\bwithout\b|不要|要しない|得ず|得ることなく", re.I)
_LEAST = 0.5  # of the words of what is excepted that a question about it has


def behind_exception(asked: Asked, clause: str, before: str, headings: str = "") -> Reading | None:
    """What a sentence says of what it excepts; None where the question is about something else.

    Yes or no only where every word of the question stands in the exception or the rest, and the exception names just
    that; else it is left open, whatever the rest denies.
    """
    found = excepted(clause, before)
    if found is None or excepted(asked.question) is not None:
        return None
    if LEAVE.search(found.what) and not _FREE.search(found.what):
        return None  # "unless the Owner consents": see consent.py
    own = _own(asked, found)
    if not own:
        return None
    whole = f"{headings} {found.rest} {found.what}"
    share, turned = asked.share(whole), _denied(asked, found, own)
    other = asked.missing(whole) or other_role(asked, found.rest) or other_value(asked, whole) is not None
    if turned is None or other:
        return Reading("", "words", share=share)
    # what is excepted needs no consent
    against = asked.leave == "needed" or (not asked.leave and has_denial(asked.statement))
    says: Literal["yes", "no"] = "yes" if turned != against else "no"
    narrowed = found.bound or not _just(asked, found)
    return Reading(says, "" if says == "yes" else "negation", "", share, narrowed)


def _own(asked: Asked, found: Excepted) -> list[str]:
    """The question's words that stand in the exception alone."""
    behind = set(asked.words) - set(asked.missing(found.what))
    return [word for word in behind if word in asked.missing(found.rest)]


def _just(asked: Asked, found: Excepted) -> bool:
    """Whether a question has about all words of what is excepted, or one of several things in a row."""
    return Asked(found.what).share(asked.statement) >= _LEAST or any(mark in found.what for mark in ",、及又")


def _denied(asked: Asked, found: Excepted, own: Collection[str]) -> bool | None:
    """Whether the rest denies what is asked of it; None where it does not speak of it."""
    rest = [word for word in asked.words if word not in own]
    if not rest and not has_denial(found.rest):
        return None
    if is_japanese(found.rest):
        return bool(denied_runs(rest, found.rest)) or ends_denied(found.rest)
    if any(stance.sign < 0 and not has_denial(stance.text) for stance in stances(found.rest)):
        return True  # waived, excluded, forbidden
    return bool(key_stems(denied_words(found.rest)) & set(rest)) if rest else has_denial(found.rest)
