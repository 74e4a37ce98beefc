# ruff: noqa: E501 (patterns)
"""Headings of papers, and of parts of papers, that change a contract: "AMENDMENT NO. 1", 覚書."""

from __future__ import annotations

import re

from tsel_core.lazy_pattern import lazy_pattern

_I = re.I
_AMENDS = lazy_pattern(
    r"^\W*(?:the\s+)?(?:(?:first|second|third|fourth|fifth|\d{1,2}(?:st|nd|rd|th))\s+)?(?:amend(?:ment|ing)|addendum|variation|side[ -]?letter|supplement(?:al)?|(?:deed|letter|memorandum|agreement) of (?:amendment|variation))\b[^.]{0,60}(?:\bno\.\s*(?:\w{1,3}\b[^.]{0,40})?)?\s*$"
    r"|^[\s　【〔［（(■●◆#*]*(?:[^\s。、]{0,12}(?:変更|修正|追加|補充|更新|延長))?(?:覚書|合意書|契約書|協定書|合意|特約|追記|変更書)[^。、はがをに]{0,20}$",
    _I,
)
_BASE_JA = lazy_pattern(r"変更|修正|追加|補充|更新|延長|覚書|追記|合意書|特約")
# "Supply Agreement: Amendment No. 2": the first line of a paper
_NAMED_SO = lazy_pattern(r"\b(?:amendment|variation|addendum|side[ -]?letter)\b|変更|覚書", _I)
_SENTENCE = lazy_pattern(r"[。;]|[a-z]\.\s|\b(?:shall|is|are|may|must|means)\b")
_LONGEST = 80  # characters of a heading


def begins_amendment(text: str) -> bool:
    """Whether a line is the heading of a part that changes the paper: "AMENDMENT NO. 1", 覚書."""
    line = text.strip().split("\n", 1)[0]
    if len(line) > _LONGEST or _AMENDS.match(line) is None:
        return False
    return line.isascii() or _BASE_JA.search(line) is not None


def titles_amendment(text: str) -> bool:
    """Whether the first line of a paper says that the paper changes another one."""
    line = text.strip().split("\n", 1)[0]
    if begins_amendment(line):
        return True
    return len(line) <= _LONGEST and _NAMED_SO.search(line) is not None and _SENTENCE.search(line) is None
