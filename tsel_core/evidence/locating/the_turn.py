"""The turn of a meeting that answers a question, and whether an answer is this turn's."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

from tsel_core.evidence.locating.typed import values_beside, values_told
from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.text.normalize import normalise
from tsel_core.text.same_values import all_alike

_CALLED_JA = lazy_pattern(r"([\u3400-\u9fff々]{1,4}|[\u30a1-\u30faー]{2,10})(?:さん|氏|様)")
_DAY = lazy_pattern(
    r"(?:今|来|再来|翌|先)(?:週|月|日|年)の?[月火水木金土日末]?(?:曜日?|末|頭|中)?\d*日?|\d+月\d+日|[月火水木金土日]曜日?|(?:月|週|年度?)末"
    r"|\b(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\b|\b(?:tomorrow|today|next (?:week|month))\b",
    re.I,
)
_SHORT = 40  # characters of an answer that may be the turn's own words


@dataclass(frozen=True, slots=True)
class TheTurn:
    """The turn that answers: its sentences (numbers, best first), and what a reader is shown of it.

    A task or a decision is shown without its speaker, who is not the one it is about; an objection with its own.
    `speaker` is who may be named in an answer besides those whom the words name.
    """

    sentences: tuple[int, ...]
    shown: str
    speaker: str = ""

    def holds(self, answer: str, question: str, people: Collection[str]) -> bool:
        """Whether an answer names a person, a value or a day beside the question's, and all of them are this turn's."""
        named = {name for name in people if name in answer and name not in question}
        named |= {n for n in _CALLED_JA.findall(answer) if n not in question}
        values = values_beside(answer, question)
        days = set(_DAY.findall(answer)) - set(_DAY.findall(question))
        words = normalise(self.shown)
        known = all(n == self.speaker if self.speaker else n in self.shown for n in named)
        told = bool(named or values or days) or (len(answer) < _SHORT and normalise(answer.strip(" .。")) in words)
        stated = all_alike(values, values_told(self.shown))
        return told and known and stated and all(normalise(d) in words for d in days)
