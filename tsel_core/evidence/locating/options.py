# ruff: noqa: E501 (one pattern a line)
"""Questions that name what may be answered ("the Seller or the Buyer?"): which of it an answer names."""

from __future__ import annotations

import re

from tsel_core.lazy_pattern import lazy_pattern

_ASKS_WHICH = lazy_pattern(r"\b(?:who|whose|whom|which|either)\b|どちら|どっち|いずれ|誰|だれ|どなた|それとも", re.I)
_OR = lazy_pattern(r"[,:—–] ?((?:by |to |from |of |with |for )?[\w'’-]+(?: [\w'’-]+){0,3}),? or ([\w'’-]+(?: [\w'’-]+){0,3})(?:\s*\?|\s*$|,)", re.I)
_OF_TWO = lazy_pattern(r"\b(?:which|who) of (.+?) and (.+?)(?= (?:is|are|was|were|has|have|had|do|does|did|pays?|bears?|will|shall|must|may|can|owns?|owes?|[a-z]+s)\b|[?,]|$)", re.I)
_NAME_JA = "[\u3400-\u9fff々\u30a1-\u30faーA-Za-z0-9０-９]{1,12}"
_OR_JA = lazy_pattern(rf"({_NAME_JA})(?:と|か|、|または|又は|および|及び|あるいは)({_NAME_JA})(?:の|とでは|では|、|のうち)*(?:どちら|どっち|いずれ|誰|だれ)")
_ELSE_JA = lazy_pattern(rf"({_NAME_JA})(?:です|でしょう|なの|でした)?か、?それとも、?({_NAME_JA})")
_SMALL = frozenset("the a an our their by to from of with for it is are was were who which pays pay".split())  # noqa: SIM905
_LETTERED = lazy_pattern(r"\b(?:Party|Plan|Option|Tranche|Company|Team|Lot|Building|Block|Class|Group|Annex|Schedule) ([A-Z])\b")


def options_of(question: str) -> tuple[str, ...]:
    """The two things that a question offers as its answer, in small letters; () where it offers none."""
    if not _ASKS_WHICH.search(question):
        return ()
    for pattern in (_OR_JA, _ELSE_JA, _OF_TWO, _OR):
        found = pattern.search(question)
        if found:
            one, two = (_words(text) for text in found.groups())
            first, second = ([w for w in mine if w not in other] for mine, other in ((one, two), (two, one)))
            return (first[0], second[0]) if first and second else ()
    return ()


def named_options(answer: str, options: tuple[str, ...]) -> frozenset[str]:
    """Which of the options an answer names."""
    return frozenset(o for o in options if _names(answer.casefold(), o))


def names_others(one: str, two: str, question: str) -> bool:
    """Whether two answers name different ones of what a question offers, or of parties called by letters."""
    options = options_of(question)
    first, second = named_options(one, options), named_options(two, options)
    if first and second and first != second:
        return True
    letters = [set(_LETTERED.findall(text)) for text in (one, two)]
    return all(letters) and not (letters[0] <= letters[1] or letters[1] <= letters[0])


def _words(text: str) -> list[str]:
    return [w for w in re.split(r"\s+", text.strip().casefold()) if w not in _SMALL]


def _names(answer: str, option: str) -> bool:
    if option.isascii():
        return re.search(rf"\b{re.escape(option)}\b", answer) is not None
    return option in answer
