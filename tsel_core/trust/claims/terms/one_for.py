# ruff: noqa: E501 (patterns)
"""What a value is for one of: 25 days a year are not 25 a month, £90 per tonne is not £90 per kilogram; 毎月10日 is not 毎週10日."""

from __future__ import annotations

import re

from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.text.same_values import same_value
from tsel_core.text.values import Value, bounded, extract_values
from tsel_core.trust.claims.parts.words import is_japanese

_SPANS = {"daily": "day", "weekly": "week", "monthly": "month", "quarterly": "quarter", "yearly": "year", "annual": "year", "annually": "year", "annum": "year", "hourly": "hour", "calendar": "", "business": "", "working": ""}
_SPAN = r"day|week|month|quarter|year|annum|hour"
# "of leave per year", "a week", "per tonne", "for each pallet"
_BEHIND = lazy_pattern(rf"(?P<lead>(?:\s+(?:of\s+)?(?!per\b|an?\b|each\b|every\b|for\b|and\b|or\b|in\b)[a-z]+){{0,3}}?)\s*(?:(?:/|\bper\b|\b(?:for )?(?:each|every)\b)\s*(?:calendar |business |working |full )?(?P<thing>[a-z]{{3,}})|\ban?\s+(?P<span>{_SPAN})\b|\b(?P<ly>daily|weekly|monthly|quarterly|yearly|annually|hourly)\b)", re.I)
_MOST = 3  # things that one value is for one of, one behind the other
_NO_THING = frozenset("cent cents time other such case party the".split())  # noqa: SIM905
_ASKED = lazy_pattern(r"\b(?:per|(?:for )?(?:each|every)|for one)\s+([a-z]{3,})", re.I)
_ANYWHERE = lazy_pattern(rf"\b(?:an?|per|each|every)\s+(?:calendar )?({_SPAN})\b|\b(daily|weekly|monthly|quarterly|yearly|annual|annually|hourly)\b", re.I)
_FOR_ONE_JA = lazy_pattern(r"(?:1|１|一)(か月|ヶ月|ヵ月|カ月|週間|時間|キログラム|トン|平米|[年日月週回件個名人台枚本冊箱泊坪])(?:間)?(?:あたり|当たり|当り|につき|毎|ごと)|毎(?P<every>[月週年日時期])|(?P<sum>[月年週日時])額|各(?P<each>月|年度?|週)")
_JA = {"か月": "月", "ヶ月": "月", "ヵ月": "月", "カ月": "月", "週間": "週", "時間": "時"}


def for_one_of_another(claim: str, evidence: str) -> str:
    """ "month / year": what a value of a claim is for one of, where the evidence has it for one of something else; ""."""
    if is_japanese(claim) or is_japanese(evidence):
        ours, theirs = _each_ja(claim), _each_ja(evidence)
        return f"{min(ours)} / {min(theirs)}" if ours and theirs and not ours & theirs else ""
    there = [v for v in bounded(extract_values(evidence)) if v.kind != "name"]
    for value in bounded(extract_values(claim)):
        ours = _each(claim, value) if value.kind in ("money", "number", "duration", "percent") else set()
        mine = [v for v in there if same_value(v, value)] if ours else []
        each = set().union(*(_each(evidence, v) for v in mine))
        if mine and ours and each and not ours & each and not ours & _anywhere(evidence):
            return f"{min(ours)} / {min(each)}"
    return ""


def for_one_not_asked(claim: str, question: str, evidence: str) -> str:
    """ "pallet / tonne": a question asks what one thing costs, of which the evidence gives another value than the claim; ""."""
    asked = {m[1].lower().removesuffix("s") for m in _ASKED.finditer(question)}
    if not asked:
        return ""
    there = [(v, _each(evidence, v)) for v in bounded(extract_values(evidence)) if v.kind in ("money", "number", "duration", "percent")]
    for value in bounded(extract_values(claim)):
        mine = [each for v, each in there if same_value(v, value)]
        other = any(each & asked for v, each in there if v.kind == value.kind and not same_value(v, value))
        if mine and other and all(each and not each & asked for each in mine):
            return f"{min(asked)} / {min(mine[0])}"
    return ""


def _each(text: str, value: Value) -> set[str]:
    found: set[str] = set()
    at = value.end
    for _ in range(_MOST):
        match = _BEHIND.match(text, at)
        if match is None:
            break
        word = (match["thing"] or match["span"] or match["ly"]).lower()
        if word not in _NO_THING:
            found.add(_SPANS.get(word, word.removesuffix("s")))
        at = match.end()
    return found - {""}


def _anywhere(text: str) -> set[str]:
    words = ((m[1] or m[2]).lower() for m in _ANYWHERE.finditer(text))
    return {_SPANS.get(word, word) for word in words}


def _each_ja(text: str) -> set[str]:
    words = (next(g for g in m.groups() if g) for m in _FOR_ONE_JA.finditer(text))
    return {_JA.get(word, word.removesuffix("度")) for word in words}
