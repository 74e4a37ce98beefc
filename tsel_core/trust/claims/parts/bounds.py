# ruff: noqa: E501 (patterns)
"""Values that are limits: "not more than ten weeks", "at least 30 days", 14日以内. Five weeks are within the first."""

from __future__ import annotations

import re
from typing import Literal

from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.text.values import Value

Bound = Literal["most", "least", "over", "under", ""]

_BEFORE: tuple[tuple[Bound, str], ...] = (
    ("most", r"(?:not?|never) (?:be |to be )?(?:more|greater|longer|higher|later) than|(?:shall|may|must|will|does|do|can)?\s?not (?:to )?exceed(?:ing)?|up to|at (?:the )?most|at the latest|maximum(?: of| is)?|max\.?|within|limited to|capped at|(?:a )?cap of|for not longer than"),
    ("least", r"at (?:the )?least|(?:not?|never) (?:be )?(?:less|fewer|shorter|earlier|sooner|lower) than|minimum(?: of| is)?|not under"),
    ("over", r"(?:more|longer|greater|higher|later) than|over|above|exceed(?:s|ing)?|beyond"),
    ("under", r"(?:less|fewer|shorter|lower|earlier) than|under|below"),
)
_BEHIND: tuple[tuple[Bound, str], ...] = (
    ("most", r"or (?:less|fewer)|at (?:the )?most|以内|以下|まで(?!の?間)|を(?:上限|限度)|を(?:超え|越え)(?:ない|ては)|が上限"),
    ("least", r"or more|at (?:the )?least|以上|を下回ら|前まで"),
    ("over", r"を(?:超え|越え|上回)|より(?:多|長|高)"),
    ("under", r"未満|を下回|より(?:少|短|低)"),
)
_LEAD = tuple((b, lazy_pattern(rf"(?<![a-z])(?:{p})\s*(?:a |an |the |of |by |sum of |period of |total of |any )*$", re.I)) for b, p in _BEFORE)
_TAIL = tuple((b, lazy_pattern(rf"\s*[)）]?\s*(?:[日回人名件社台枚個本年月円度]|か月|営業日)?(?:間|の期間)?\s*(?:{p})", re.I)) for b, p in _BEHIND)
_BASE = lazy_pattern(r"(-?\d+(?:\.\d+)?)\s?(.*)")


def bound_of(text: str, value: Value) -> Bound:
    """Whether a value of a text is a limit: "most" and "least" hold it themselves, "over" and "under" do not."""
    behind = text[value.end :]
    lead = text[: value.start].rstrip("£€$¥ (")
    for bound, pattern in _TAIL:
        if pattern.match(behind):
            return bound
    for bound, pattern in _LEAD:
        if pattern.search(lead):
            return bound
    return ""


def compared(one: Value, two: Value) -> int | None:
    """-1, 0 or 1: a value is less than, the same as, more than another; None where they count different things."""
    left, right = _BASE.fullmatch(one.value), _BASE.fullmatch(two.value)
    if left is None or right is None or (left[2], one.unit) != (right[2], two.unit):
        return None
    a, b = float(left[1]), float(right[1])
    return (a > b) - (a < b)


def within(asked: Value, asked_bound: Bound, limit: Value, bound: Bound) -> bool | None:
    """Whether what is asked of may be, by a stated value; None where that cannot be told.

    Five weeks may be where not more than ten may, twelve may not; 40 days are enough where at least 30 are; more than
    once is not where once is all.
    """
    order = compared(asked, limit)
    if order is None or asked_bound in ("most", "least", "under"):
        return None
    if asked_bound == "over":
        if bound in ("most", "", "under"):
            return False if order >= 0 else None
        return None
    if bound == "most":
        return order <= 0
    if bound == "least":
        return order >= 0
    if bound in ("over", "under"):
        return order > 0 if bound == "over" else order < 0
    return order == 0
