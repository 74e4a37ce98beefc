# ruff: noqa: E501 (patterns)
"""A kind of day that is asked for: on a Saturday, at night, 祝日に. What is told without it is told of ordinary days.

Only where the paper has a rule of its own for such days elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.text.values import extract_values
from tsel_core.trust.claims.parts.words import is_japanese

_DAYS = (
    lazy_pattern(r"\b(?:saturdays?|sat|weekends?)\b|土曜?日?(?=[はにのも、])|土日|週末", re.I),
    lazy_pattern(r"\b(?:sundays?|sun|weekends?)\b|日曜|土日|週末", re.I),
    lazy_pattern(r"\b(?:bank|public) holidays?\b|\bon (?:a |the )?holidays?\b|祝日|休日に", re.I),
    lazy_pattern(r"\b(?:at night|nights?|overnight)\b|夜間|深夜|夜勤", re.I),
)
_DATED = lazy_pattern(r"\bdaily\b|\bevery day\b|\bmon(?:day)?s? (?:to|-|–|until)|\b7 days\b|毎日|年中|曜日?から|〜|～", re.I)
_RATED = lazy_pattern(r"\b(?:rate|twice|double|half|times|extra|surcharge|charged)\b|割増|倍|料金|手当", re.I)


def told_of_other_days(question: str, sentence: str, near: str, others: Iterable[str]) -> str:
    """ "Saturday": the kind of day a question names, where the sentence does not and the paper has a rule for it elsewhere; ""."""
    for days in _DAYS:
        match = days.search(question)
        if match is None or days.search(f"{sentence}\n{near}") or _DATED.search(f"{sentence}\n{near}"):
            continue
        if is_japanese(question) != is_japanese(sentence):
            continue
        if any(days.search(other) and (_RATED.search(other) or any(v.kind in ("money", "percent", "time") for v in extract_values(other))) for other in others):
            return match.group()
    return ""
