# ruff: noqa: E501 (patterns)
"""Which of two sentences of a clause a text says again: the one with the limit, the one with the rate, the one with its words."""

from __future__ import annotations

import re
from collections.abc import Set

from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.trust.passages import features

_LIMIT = lazy_pattern(
    r"\b(?:at most|at the most|up to|maximum|max|limit\w*|capp?(?:ed)?|ceiling|exceed\w*|(?:no|not) more than|how (?:much|far) (?:can|may))\b|まで(?:です|と|。|$)|上限|限度|最大|最高|超え",
    re.I,
)
_RATE = lazy_pattern(r"\b(?:each|every|per) (?!cent\b)\w+|\b(?:a|an) (?:day|week|month|year|hour)\b|\b(?:daily|weekly|monthly|yearly)\b|につき|ごと|毎|あたり|当たり|[日月週年]額", re.I)
_MOST = 0.6  # share of the words which only one sentence has, from which on a text plainly says that one


def is_nearer(text: str, question: str, one: str, two: str) -> bool:
    """Whether a text is not rather what the sentence `two` says than what `one` does.

    A limit that only `one` states is told by a text that speaks of a limit, or is asked for one, and of no rate.
    """
    said = f"{text}\n{question}"
    limited = _LIMIT.search(one) and not _LIMIT.search(two) and _LIMIT.search(said)
    if limited and (not _RATE.search(said) or _RATE.search(one)):
        return True
    words = features(text).keys()
    return len(words & features(two).keys()) <= len(words & features(one).keys())


def is_plainly_of(text: str, question: str, two: str, one: str) -> bool:
    """Whether a text says what the sentence `two` does, and not what `one` does: most of the words that only `two` has."""
    if is_nearer(text, question, one, two):
        return False
    if bool(_LIMIT.search(one)) != bool(_LIMIT.search(two)):
        return True
    words, ones, twos = features(text).keys(), features(one).keys(), features(two).keys()
    of_one, of_two = _share(words, ones - twos), _share(words, twos - ones)
    return of_two >= _MOST and of_one <= of_two / 2


def _share(words: Set[str], of: Set[str]) -> float:
    return len(words & of) / len(of) if of else 0.0
