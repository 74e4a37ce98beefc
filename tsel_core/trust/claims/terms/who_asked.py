# ruff: noqa: E501
"""Who the question says does it, where the sentence lets the other one do it: "may Tarn solicit employees of Tarrant?".

An answer that names nobody ("for twelve months") is told of whom the question asks. Only where the sentence has the very verb.
"""

from __future__ import annotations

import re
from collections.abc import Collection

from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.trust.passages import stem

_ASKED = lazy_pattern(
    r"\b(?:may|must|shall|can|could|should|does|do|did|will|would|has|have) (?:the )?([A-Za-z][\w'-]*) (?:not |never )?([a-z]{3,})"
)
_DOES = lazy_pattern(
    r"\b([A-Za-z][\w'-]*) (?:(?:also|further|hereby) )?(?:shall|may|must|will|can|cannot|agrees to|undertakes to)\b"
    r" ?(?:not |never )?(?!be\b|have\b)([a-z]+)"
)
_ACTS = lazy_pattern(r"\b([A-Za-z][\w'-]*) ([a-z]{2,}s)\b")
_WORD = lazy_pattern(r"[A-Za-z][\w-]*")


def other_doer(question: str, sentence: str, names: Collection[str]) -> str:
    """ "tarn / tarrant": the party a question asks about, and the one that does the same in a sentence which names both; ""."""
    known = {name.casefold() for name in names}
    asked = {(m[1].casefold(), stem(m[2])) for m in _ASKED.finditer(question) if m[1].casefold() in known}
    if len(asked) != 1:
        return ""
    who, verb = asked.pop()
    does = {m[1].casefold() for m in _doing(sentence) if m[1].casefold() in known and stem(m[2]) == verb}
    there = {word.casefold() for word in _WORD.findall(sentence)}
    return f"{who} / {min(does)}" if does and who not in does and who in there else ""


def _doing(sentence: str) -> list[re.Match[str]]:
    return [*_DOES.finditer(sentence), *_ACTS.finditer(sentence)]
