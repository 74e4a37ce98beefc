# ruff: noqa: E501 (patterns)
"""An answer that says its question again around a few words of its own: "Copyhouse gets the printer contract"."""

from __future__ import annotations

import re
from itertools import pairwise

from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.trust.claims.parts.phrase import bare_answer
from tsel_core.trust.claims.parts.words import FUNCTION, RUN, is_japanese
from tsel_core.trust.passages import stem

_TOKEN = lazy_pattern(r"[A-Za-z0-9£$€¥%][\w'’.,:/%&-]*")
_MOST = 6  # words of one's own; Japanese: runs of kanji or katakana
_MOST_JA = 3
_NO_PART = lazy_pattern(r"^(?:年|月|日|時|分|円|人|回|個|本|枚|台|件|部|名|間|以内|以上|以下|前|後|中|今)$")
LIGHT = frozenset("is are was were be been will would shall should can could may might must do does did has have had get gets got need needs take takes cost costs last lasts start starts begin begins end ends run runs come comes go goes amount amounts up at least most within by on in from until till for about there answer".split())  # noqa: SIM905


def own_words(stated: str, question: str) -> str:
    """What an answer says beside its question, as one phrase ("Copyhouse", 箱根); "" where that is no phrase."""
    return _japanese(stated, question) if is_japanese(stated) else _english(stated, question)


def _english(stated: str, question: str) -> str:
    asked = {stem(w.lower().strip(".,:'’")) for w in _TOKEN.findall(question)}
    own: list[re.Match[str]] = []
    echoes = told = False  # whether a word of the question is there, and stands between
    for match in _TOKEN.finditer(stated):
        word = match.group().rstrip(".,:'’")
        plain = word.lower()
        if stem(plain) in asked or (not own and (plain in FUNCTION or plain in LIGHT)):
            told = bool(own)
            echoes = echoes or (plain not in FUNCTION and plain not in LIGHT)
            continue
        if plain in FUNCTION or plain in LIGHT:
            continue
        if own and told:
            return ""
        own.append(match)
    if not echoes or not own or len(own) > _MOST:
        return ""
    return stated[own[0].start() : own[-1].end()].rstrip(".,:'’")


def _japanese(stated: str, question: str) -> str:
    text = bare_answer(stated)
    if re.search(r"[0-9０-９]", text):
        return ""  # values are compared as values
    runs = list(RUN.finditer(text))
    own = [m for m in runs if m.group() not in question and not _NO_PART.match(m.group())]
    if all(m.group() not in question for m in runs) or not own or len(own) > _MOST_JA:
        return ""
    between = [text[a.end() : b.start()] for a, b in pairwise(own)]
    return text[own[0].start() : own[-1].end()] if all(b in ("", "の", "・") for b in between) else ""
