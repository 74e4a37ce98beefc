# ruff: noqa: E501 (patterns)
"""Sums by the week or by the month, and days by their number in words: what stands beside a value and belongs to it."""

from __future__ import annotations

import re

from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.text.same_values import same_value
from tsel_core.text.values import Value, bounded, extract_values
from tsel_core.trust.claims.parts.words import is_japanese

_I = re.I
_SPANS = {"daily": "day", "weekly": "week", "monthly": "month", "quarterly": "quarter", "yearly": "year", "annual": "year", "annually": "year", "annum": "year", "hourly": "hour"}
_LEAST = 2  # digits of a number that is looked at: "twice in 3 days" is none
_BEHIND = lazy_pattern(r"(?:\s*(?:kilowatt hours|kwh|units|tonnes|litres|hours|copies|pieces|words|miles|km))?(?:\s*per (?!day|week|month|quarter|year|annum|hour)[a-z]+)?\s*(?:a|an|per|each|every|for each|for every|/)\s+(?:calendar )?(day|week|month|quarter|year|annum|hour)\b|\s*(daily|weekly|monthly|quarterly|yearly|annually|hourly)\b", _I)
_ANY = lazy_pattern(r"\b(?:a|an|per|each|every)\s+(?:calendar )?(day|week|month|quarter|year|annum|hour)\b|\b(daily|weekly|monthly|quarterly|yearly|annual|annually|hourly)\b", _I)
_FOR = lazy_pattern(r"\s*(?:per|for each|for every)\s+([a-z]{3,})\b(?:\s+per\s+([a-z]{3,})\b)?", _I)
_JA = lazy_pattern(r"(月|年|週|日|時間)額|毎(月|年|週|日)|(?:1|１|一)(か月|ヶ月|年|週間?|日|時間)(?:につき|当たり|あたり)")
_JA_SPAN = {"月": "month", "か月": "month", "ヶ月": "month", "年": "year", "週": "week", "週間": "week", "日": "day", "時間": "hour"}
_SPAN_WORDS = frozenset(("day", "week", "month", "quarter", "year", "annum", "hour"))
_NUMBERED_DAY = lazy_pattern(r"\s+(?:business |working |calendar )?(day|year|month|week|monday|tuesday|wednesday|thursday|friday|saturday|sunday|floor|instal?lment|anniversary|edition)\b", _I)


def other_rate(claim: str, evidence: str) -> str:
    """ "week / month": a sum that the claim gives by another span of time, or by another thing, than the evidence; ""."""
    sums = [v for v in bounded(extract_values(claim)) if v.kind == "money" or (v.kind == "number" and len(v.value) > _LEAST)]
    theirs = extract_values(evidence)
    for value in sums:
        mine = [v for v in theirs if v.kind == value.kind and same_value(v, value)]
        if not mine:
            continue
        if is_japanese(claim):
            ours, there = _spans_ja(claim), _spans_ja(evidence)
        else:
            ours, there = _spans(claim[value.end :], _BEHIND), {s for m in mine for s in _spans(evidence[m.end :], _BEHIND)} or _spans_anywhere(evidence)
            things, others = _things(claim, value), {t for m in mine for t in _things(evidence, m)}
            if things and others and not things & others:
                return f"{min(things)} / {min(others)}"
        if ours and there and not ours & there:
            return f"{min(ours)} / {min(there)}"
    return ""


def _spans(text: str, pattern: re.Pattern[str]) -> set[str]:
    match = pattern.match(text)
    return {_span(match)} if match else set()


def _spans_anywhere(text: str) -> set[str]:
    return {_span(m) for m in _ANY.finditer(text)}


def _span(match: re.Match[str]) -> str:
    word = (match[1] or match[2]).lower()
    return _SPANS.get(word, word)


def _spans_ja(text: str) -> set[str]:
    return {_JA_SPAN[next(g for g in m.groups() if g)] for m in _JA.finditer(text)}


def _things(text: str, value: Value) -> set[str]:
    """What a sum is for one of: a pallet, a tonne."""
    match = _FOR.match(text, value.end)
    return {g.lower().rstrip("s") for g in match.groups() if g} - _SPAN_WORDS if match else set()


def other_ordinal(claim: str, evidence: str) -> str:
    """ "fifteenth / fifth": the number of a day, a floor and the like, told in words or as 5th; "" where none differs."""
    if is_japanese(claim):
        return ""
    ours, theirs = _numbered(claim), _numbered(evidence)
    for noun, number, text in ours:
        there = [(n, t) for other, n, t in theirs if other == noun]
        if there and all(n != number for n, _ in there):
            return f"{text} / {there[0][1]}"
    return ""


def _numbered(text: str) -> list[tuple[str, str, str]]:
    found = []
    for value in extract_values(text, ordinal_words=True):
        noun = _NUMBERED_DAY.match(text, value.end) if value.kind == "ordinal" else None
        if noun is not None:
            found.append((noun[1].lower(), value.value, value.text))
    return found


_DAYS = lazy_pattern(r"\b(today|tonight|tomorrow|yesterday|this (?:morning|afternoon|evening|week|month)|next (?:week|month|year)|(?:mon|tues|wednes|thurs|fri|satur|sun)day)s?\b|(今日|本日|明日|明後日|昨日|今週|来週|先週|今月|来月|先月|翌月|当月|翌々月|来年|今年|[月火水木金土日]曜日)", _I)


def other_day(claim: str, evidence: str) -> str:
    """ "tomorrow / this afternoon": a day that the claim names by such a word, where the evidence names another; ""."""
    ours, theirs = ({m.group().lower() for m in _DAYS.finditer(text)} for text in (claim, evidence))
    return f"{min(ours - theirs)} / {min(theirs - ours)}" if ours - theirs and theirs - ours and not ours & theirs else ""
