"""Amounts that are said twice, in words and in figures: "thirty (30)", 三（3）; and those that differ."""

from __future__ import annotations

import re
from dataclasses import dataclass

from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.text.amounts import AMOUNT, PLAIN, WORDS, amount_value

_KANJI = r"[〇零一二三四五六七八九十百千万億壱弐参拾]{1,12}"
_UNIT = r"(?:円|年間?|か月間?|ヶ月間?|日間?|個|名|人|通|部|回)?"
_TWICE = lazy_pattern(
    rf"(?P<words>{WORDS})\s?\(\s?(?P<figures>{AMOUNT})\s?\)|(?P<figures2>{AMOUNT})\s?\(\s?(?P<words2>{WORDS})\s?\)"
    rf"|(?P<kanji>{_KANJI}){_UNIT}\s?\(\s?(?P<figures3>[0-9][0-9,]*){_UNIT}\s?\)",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Twice:
    """Characters [start, end) of a text that say an amount twice: what the words and what the figures say."""

    start: int
    end: int
    text: str
    words: str
    figures: str

    @property
    def agrees(self) -> bool:
        """Whether both say the same."""
        return self.words == self.figures


def said_twice(text: str) -> list[Twice]:
    """Every amount of a text that is said in words and in figures."""
    plain = text.translate(PLAIN)
    found = []
    for match in _TWICE.finditer(plain):
        words = amount_value(match["words"] or match["words2"] or match["kanji"])
        figures = amount_value(match["figures"] or match["figures2"] or match["figures3"])
        if words is not None and figures is not None:
            found.append(Twice(match.start(), match.end(), text[match.start() : match.end()], words[0], figures[0]))
    return found


def at_odds(text: str) -> list[Twice]:
    """Amounts whose words say another number than their figures: "sixty (30)"."""
    return [twice for twice in said_twice(text) if not twice.agrees]
