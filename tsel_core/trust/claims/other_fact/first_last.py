# ruff: noqa: E501 (patterns)
"""A first day given for a last one, or the other way round, where one sentence has both: "from 1 May to 31 July"."""

from __future__ import annotations

import re

from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.text.same_values import same_value
from tsel_core.text.values import Value, extract_values

_ASKS_FIRST = lazy_pattern(r"^when (?:does|do|did|will|is|are|was)\b.*\b(?:start|begin|commence|take effect|come into)|\b(?:start(?:ing)?|commencement|first) (?:date|day)\b|\bdate of the (?:start|commencement)\b|いつから|開始日|始期|始まる|始まり", re.I)
_ASKS_LAST = lazy_pattern(r"^(?:when (?:does|do|did|will|is|are)\b.*\b(?:end|expire|finish|run out|lapse|over)\b|until when)|\b(?:end|expiry|expiration|last) (?:date|day)\b|\bdate of the (?:end|expiry)\b|いつまで|終了日|満了日|終期|終わる|終わり", re.I)
_FIRST = lazy_pattern(r"\b(?:from|start(?:s|ing)?|beg[ai]n(?:s|ning)?|commenc(?:es|ing)|as of|effective)(?: (?:on|from|and|including|the|of))*\s*$", re.I)
_LAST = lazy_pattern(r"\b(?:until|till|to|through|end(?:s|ing)?|expir(?:es|ing)|conclud(?:es|ing)|terminat(?:es|ing)|finish(?:es|ing)?|runs)(?: (?:on|until|and|including|midnight|the|of|end))*\s*$", re.I)
_NEITHER = lazy_pattern(r"\b(?:before|after)\s*$", re.I)  # of a day that only bounds another
_FIRST_JA = lazy_pattern(r"\s*(?:から|より|に(?:始|開始|発効)|を(?:始期|開始日)|付けで発効)")
_LAST_JA = lazy_pattern(r"\s*(?:まで|に(?:終|満了)|で終|をもって(?:終|満了))")
_TO = lazy_pattern(r"\s*(?:to|until|through|till|[-–—~〜～])\s")
_NEXT = 40  # characters in which the day stands that a range ends with


def is_the_other_day(claim: str, question: str, sentence: str) -> bool:
    """Whether a claim gives a sentence's last day for the first one that is asked for, or its first for the last."""
    first, last = _ASKS_FIRST.search(question) is not None, _ASKS_LAST.search(question) is not None
    dates = [v for v in extract_values(claim) if v.kind == "date"]
    if first == last or len(dates) != 1:
        return False
    roles = {_role(v, sentence) for v in extract_values(sentence) if v.kind == "date" and same_value(v, dates[0])}
    return bool(roles) and roles <= ({"last", "bound"} if first else {"first", "bound"})


def _role(value: Value, sentence: str) -> str:
    """ "first", "last", "bound" (it ends not before that day), or "" for a date of which nothing is said."""
    before, behind = sentence[: value.start], sentence[value.end :]
    if _FIRST_JA.match(behind) or _FIRST.search(before):
        return "first"
    if _LAST_JA.match(behind) or _LAST.search(before):
        return "last"
    if _NEITHER.search(before):
        return "bound"
    follows = _TO.match(behind)
    if follows and any(v.kind == "date" and v.start < 4 for v in extract_values(behind[follows.end() :][:_NEXT])):
        return "first"
    return ""
