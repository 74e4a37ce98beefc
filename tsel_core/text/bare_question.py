# ruff: noqa: E501 (a pattern)
"""A question without what it says about the form of its answer."""

from __future__ import annotations

import re

from tsel_core.lazy_pattern import lazy_pattern

ORDER = lazy_pattern(
    r"^\W*(?:please |kindly |and )?(?:quote|cite|answer|reply|respond|say|state|give|name|explain|show)\b|(?:引用|示|答え|教え|回答|挙げ)[^。？?]*(?:ください|下さい|せよ|なさい)[。.]?$",
    re.I,
)


def bare_question(text: str, orders: re.Pattern[str] = ORDER) -> str:
    """A question without the sentences behind it that order the form of the answer ("Quote the clause.")."""
    first, *more = re.split(r"(?<=[。？?])\s*|(?<=[.!])\s+", text)
    return " ".join([first, *(s for s in more if s and not orders.search(s))]).strip()
