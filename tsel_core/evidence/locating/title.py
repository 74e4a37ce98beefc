# ruff: noqa: E501 (one pattern a line)
"""The title of a document: a short line at its beginning that names what it is."""

from __future__ import annotations

import re

from tsel_core.evidence.locating.locate import Locator
from tsel_core.lazy_pattern import lazy_pattern

_ASKS = lazy_pattern(
    r"\b(?:name|title)\b[^?]{0,14}\bof (?:this|the) (?:contract|agreement|document|report|lease|policy)\b(?!['’]s)|\bwhat is (?:this|the) (?:contract|agreement|document)(?: called| titled|'s (?:name|title))\b"
    r"|この(?:契約|文書|資料|覚書|報告書)書?の?(?:名称|表題|題名|タイトル)|(?:文書|契約書|報告書)の(?:名称|表題|題名|タイトル)",
    re.I,
)
_NAMES = lazy_pattern(r"\b(?:agreement|contract|lease|licen[cs]e|memorandum|minutes|report|policy|amendment|addendum|deed|terms|guarantee|plan|notice)\b|契約書|覚書|議事録|報告書|規程|規則|約款|合意書|協定書|通知書|計画書", re.I)
_LONGEST, _LINES = 90, 8  # characters of a title; sentences and headings in which it is looked for


def asks_title(question: str) -> bool:
    """Whether a question asks what a document is called."""
    return _ASKS.search(question) is not None


def title_of(locator: Locator) -> str:
    """The title of the first document; "" where no short line of its beginning names a kind of paper.

    A line with a number is a file's or a contract's number, where another names the paper too.
    """
    lines = (" ".join(locator.index.text(locator.sentences[n].span).split()) for n in locator.first(_LINES))
    named = [line for line in lines if _is_title(line)]
    return next((line for line in named if not re.search(r"\d", line)), named[0] if named else "")


def _is_title(line: str) -> bool:
    return len(line) <= _LONGEST and not line.endswith((".", "。", ";", ",")) and _NAMES.search(line) is not None
