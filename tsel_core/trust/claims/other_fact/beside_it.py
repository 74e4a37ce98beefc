# ruff: noqa: E501 (patterns)
"""A thing that the paper lists beside the asked one: the main hall's deposit for the garden room's, 関口工業 for 東和設備.

Two things are beside each other where the paper says the same behind both ("Main hall, weekday: GBP 42", "Garden room,
weekday: GBP 24"; 東和設備が286万円、関口工業が312万円) or names them in one breath.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise

from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.trust.claims.parts.words import FUNCTION, is_japanese

_WORD = lazy_pattern(r"[A-Za-z][\w'’-]*")
_RUN = lazy_pattern(r"[\u3400-\u9fff々]{2,}|[\u30a1-\u30faー]{2,}")
_IT = lazy_pattern(r"\b(?:it|its|there|them|their)\b", re.I)
_LEAST = 3  # letters of a word
_BEHIND, _BEHIND_JA = 10, 4  # characters behind two things that are the same
_NO_THING = lazy_pattern(r"^[年月日時分円人名回個本枚台件週].|^(?:今[回年月週日]|前[回年月]|次[回年月]|毎[年月週日]|昨年|来年|金額|料金|費用|期間|期限|場合|以上|以下|以内|合計|上限|下限|何[年月日人台円回本個名]?)$")


def of_one_beside(question: str, sentence: str, before: str, headings: str, document: str) -> str:
    """ "garden room / main hall": what is asked about, and what the sentence tells of; "". `document`: in small letters."""
    asked = _asked(question)
    japanese = is_japanese(question)
    told = sentence if japanese or _IT.search(sentence) is None else f"{before}\n{sentence}"
    place, plain = f"{told}\n{headings}".lower(), _plain(document)
    for thing in asked:
        if thing in place or thing not in document or any(w in place for w in _WORD.findall(thing)[:1]):
            continue
        for other in _asked(told):
            if other == thing or other in question.lower() or other not in document or thing in other or other in thing:
                continue
            if _beside(thing, other, plain, japanese):
                return f"{thing} / {other}"
    return ""


def _asked(text: str) -> list[str]:
    """What a text names: two words of English, a run of Japanese, in small letters."""
    if is_japanese(text):
        return [m for m in dict.fromkeys(_RUN.findall(text)) if not _NO_THING.match(m)]
    return list(dict.fromkeys(_pairs(text)))


def _pairs(text: str) -> Iterator[str]:
    words = list(_WORD.finditer(text.lower()))
    for one, two in pairwise(words):
        plain = all(len(w.group()) >= _LEAST and w.group() not in FUNCTION for w in (one, two))
        if plain and text[one.end() : two.start()] == " ":
            yield f"{one.group()} {two.group()}"


@lru_cache(maxsize=2)
def _plain(document: str) -> str:
    """A document with one sign for any number."""
    return re.sub(r"[0-9０-９][0-9０-９,.]*", "#", document)


def _beside(one: str, two: str, document: str, japanese: bool) -> bool:
    one, two = _plain(one), _plain(two)
    size = _BEHIND_JA if japanese else _BEHIND
    ours, theirs = ({document[m.end() : m.end() + size] for m in re.finditer(re.escape(t), document)} for t in (one, two))
    told = {t for t in ours & theirs if len(t) == size and (re.search(r"[#,:、：]", t) or not japanese)}
    return any(_marked(t, japanese) for t in told)


def _marked(behind: str, japanese: bool) -> bool:
    """Whether what stands behind two things tells that they are listed: a mark or a number right behind them."""
    return re.match(r"[はがにで]?(?:は|月|年)?[#、：:]" if japanese else r",? ?[#:,]|: |, \w", behind) is not None
