"""Whether a text holds a value or a name, in whatever form it is written."""

from __future__ import annotations

import re
from collections.abc import Sequence

from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.text.normalize import normalise
from tsel_core.text.same_values import same_value, says_less
from tsel_core.text.values import Value, extract_values
from tsel_core.trust.claims.parts.modality import DECIDED, OPEN

_YEN = ("¥", "￥")
_CHINA = lazy_pattern(
    r"\b(?:CNY|RMB|PRC|yuan|renminbi)\b|人民[元币幣]|中華人民|(?<=[\d万億千百])\s?元", re.I
)


def decides(text: str) -> bool:
    """Whether a sentence decides something."""
    return DECIDED.search(text) is not None and OPEN.search(text) is None


def holds(text: str, fact: Value) -> bool:
    """Whether a text states a value."""
    return any(_states(v, fact) for v in extract_values(text))


def says_one(text: str, fact: Value, stated: str) -> bool:
    """Whether a text has "one badge" for the "1 badge" of a claim: "one" is no value, as it is a pronoun as often."""
    if fact.kind != "number" or fact.value != "1":
        return False
    counted = re.match(r"\s+([A-Za-z]{3,})", stated[fact.end :])
    return counted is not None and re.search(rf"\b(?:one|a single)\s+{counted[1]}\b", text, re.I) is not None


def _states(there: Value, fact: Value) -> bool:
    """The same value, and not a bare number for a length of time (the "2" of a clause for "2 years") or a date."""
    if not same_value(fact, there) or says_less(there, fact):
        return False
    if fact.kind == "number" and fact.unit and there.kind == "ordinal":
        return False  # 第4条 is not 4日
    if fact.unit == "日" and there.kind == "duration" and not there.value.endswith("day"):
        return False  # nor is 4時間
    if there.kind == fact.kind or fact.kind in ("number", "ordinal"):
        return True
    return fact.kind == "money" and there.kind == "number" and len(there.value) >= 3


def of_other_yen(text: str, fact: Value, whole: str) -> bool:
    """Whether a text has a sum with ¥ alone, and a claim names the other currency of that sign than the paper does.

    The sign is Japan's unless the paper names China's money somewhere.
    """
    if fact.kind != "money" or fact.text[:1] in _YEN:
        return False
    stated = [v for v in extract_values(text) if v.kind == "money" and same_value(v, fact)]
    if not stated or any(v.text[:1] not in _YEN for v in stated):
        return False
    unit = fact.value.partition(" ")[2]
    china = _CHINA.search(whole) is not None
    return (unit == "JPY" and china) or (unit == "CNY" and not china)


def without(text: str, values: Sequence[Value]) -> str:
    """A text with its values blanked: they are compared as values."""
    for value in reversed(values):
        text = f"{text[: value.start]} {text[value.end :]}"
    return text


def names_it(name: str, text: str) -> bool:
    """Whether a text has a name, its title left out, or all of several names in a row."""
    bare = re.sub(r"^(?:The|Mr|Mrs|Ms|Dr)\.?\s+|['’]s?$", "", name)
    if normalise(bare) in normalise(text):
        return True
    words = re.findall(r"[A-Za-z]{3,}", bare)  # several names in a row
    return len(words) > 3 and all(re.search(rf"\b{word}\b", text, re.I) for word in words)


def begins_range(text: str, date: Value) -> bool:
    """Whether a day is the first of two that share their month: 6 July in "6 and 17 July", 6月3日 in 6月3日から9日."""
    day = re.match(r"(\d{1,2})\s+([A-Z][a-z]+)", date.text)
    if day is None:
        return False
    return re.search(rf"\b{day[1]}(?:\s*(?:and|to|or|until|-|–)\s*)\d{{1,2}}\s+{day[2]}", text) is not None


def is_short_for(name: str, text: str) -> bool:
    """Whether an abbreviation is the first letters of words of a text: VAT of "value added tax"."""
    if not re.fullmatch(r"[A-Z]{2,5}", name):
        return False
    return re.search(r"\b" + r"\w*\W+(?:(?:of|and|the|for)\W+)?".join(name) + r"\w*", text, re.I) is not None


def pair_of(fact: Value, others: Sequence[Value]) -> str:
    """ "5 / 6": a value and the one that stands in its place."""
    return f"{fact.text} / {others[0].text}" if others else fact.text
