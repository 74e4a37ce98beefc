# ruff: noqa: E501 (patterns)
"""An answer without the heading of the paper that it begins with: "RENT: 2.2 The rent is ..." says "The rent is ..."."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from tsel_core.document import Document
from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.text.normalize import NUMERAL_JA, normalise
from tsel_core.text.yes_no import SAYS_NO, SAYS_YES

_NUMBER = r"\d{1,2}(?:\.\d{1,2})*"
_HEAD = lazy_pattern(
    rf"(?:{_NUMBER}[.)]?\s+)?(?P<head>[^\s:：。.\"“「][^:：\n。\"“「]{{0,58}}?)(?:\s*[:：–—]\s*(?:{_NUMBER}[.)]?\s+(?=[A-Z]))?|\s+-\s+|\s+{_NUMBER}\.?\s+(?=[A-Z]))(?=\S)"
)
_HEAD_JA = lazy_pattern(
    rf"(?P<head>第{NUMERAL_JA}条(?:[ \u3000]*[（(][^（()）]{{1,30}}[）)])|【[^】\n]{{1,30}}】|第{NUMERAL_JA}条(?=[:：\s\u3000]))[:：\s\u3000]*(?:[0-9０-９]{{1,2}}[\s\u3000]+)?(?=\S)"
)
_OWN_NUMBER = lazy_pattern(rf"^\W*(?:(?:clause|section|article)\s+)?{_NUMBER}[.)]?\s+|^[#*\s\u3000_]+|[\s:：.*_]+$", re.I)
# what stands behind a heading is a sentence, and a heading has a word
_SENTENCE = lazy_pattern(r"^\W*[A-Z][^\n]*?\w\s\w+\s\w+[^\n]*[.!?][\"”)\]\d\s\[]*$|^[^\n]{6,}(?:[\u3041-\u3096])[。\s\[\]\d]*$")
# behind the name of a clause that the sentence itself speaks of: 第14条（特別休暇）の第3号に該当する
_SPOKEN_OF = lazy_pattern(r"(?:[のにはをがでともへ]|から|より|まで|第[0-9０-９〇一二三四五六七八九十]|及び|および|並びに|又は|または|[、,])")
_WORDED = lazy_pattern(r"[A-Za-z]{3,}|[\u3041-\u30ff\u3400-\u9fff]{2,}")
_LONGEST, _WORDS = 60, 8  # of a heading


def without_heading(text: str, documents: Sequence[Document]) -> str:
    """An answer of one paragraph without a heading in front, and the number between them; others as they are.

    A label that the paper itself sets before its words ("Rent: 900 a month") is no heading.
    """
    said = text.strip()
    english, japanese = _HEAD.match(said), _HEAD_JA.match(said)
    match = english or japanese
    if match is None or "\n" in said or (english is None and _SPOKEN_OF.match(said, match.end())):
        return text
    head = _plain(match["head"])
    if not head or not any(_plain(line) == head for line in (*_headings(documents), *_lines(documents))):
        return text
    rest = said[match.end() :]
    if not (_SENTENCE.search(rest) and _WORDED.search(match["head"])) or SAYS_NO.match(said) or SAYS_YES.match(said):
        return text  # "10:30", "Monday – Friday", "Not covered: Glass"
    begins = normalise(match["head"])
    if any(normalise(line).startswith((f"{begins}:", f"{begins} :")) for line in _all_lines(documents)):
        return text
    return said[match.end() :]


def _plain(heading: str) -> str:
    return normalise(_OWN_NUMBER.sub("", heading.strip()))


def _headings(documents: Sequence[Document]) -> Iterator[str]:
    return (heading for d in documents for unit in d.units for heading in unit.heading_path)


def _all_lines(documents: Sequence[Document]) -> Iterator[str]:
    return (line.strip() for d in documents for unit in d.units for line in unit.text.split("\n"))


def _lines(documents: Sequence[Document]) -> Iterator[str]:
    """Short lines that end in no mark of a sentence: headings of plain text."""
    for line in _all_lines(documents):
        if 0 < len(line) <= _LONGEST and len(line.split()) <= _WORDS and line[-1] not in ".。;；,、!?！？":
            yield line
