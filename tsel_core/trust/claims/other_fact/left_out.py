# ruff: noqa: E501 (patterns)
"""A list that leaves out a part: one of two days, two of three papers, where all of them are asked for."""

from __future__ import annotations

import re
from itertools import pairwise

from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.text.normalize import normalise
from tsel_core.text.same_values import same_value
from tsel_core.text.values import extract_values
from tsel_core.trust.claims.parts.phrase import bare_answer
from tsel_core.trust.claims.parts.words import is_japanese

_ALL_JA = lazy_pattern(r"(いつと|何と|どれと|どこと|誰と|どの\S{1,6}と)\S{0,8}(?:いつ|何|どれ|どこ|誰|どの)|(?:もの|物|書類|日|人|場所|ところ|所|項目|条件|理由)は(?:何|なに|いつ|誰|どこ|どれ)|すべて|全て|全部|全員|漏れなく|それぞれ|何が(?:必要|要|いる)|何を(?:返|持|出|用意|提出|渡)")
_ALL_EN = lazy_pattern(
    r"\b(?:which|what) (?:(?:two|three|four|five|six|other) )?(?:\w+ )?(?:days|dates|papers|documents|items|things|people|persons|rooms|weeks|months|matters|reasons|conditions|floors|places|names|steps|costs)\b"
    r"|\bwhat (?:all )?(?:do|does|must|should|will|did|has|have) (?:\w+ ){1,4}?(?:to )?(?:bring|hand in|hand back|give back|return|need|provide|submit|send|enclose)\b"
    r"|\bwhat (?:are|were) the\b|\blist\b|\ball (?:the|of)\b|\bboth\b",
    re.I,
)
_ITEM_JA = r"[の\u3400-\u9fff々\u30a1-\u30faーA-Za-z0-9０-９]{1,14}"
_JOIN_JA = r"(?:、|，|・|と|や|及び|および|並びに|ならびに|または|又は)"
_LIST_JA = lazy_pattern(rf"{_ITEM_JA}(?:\s*{_JOIN_JA}{_ITEM_JA})+")
_SPLIT_JA = lazy_pattern(r"、|，|・|及び|および|並びに|ならびに|または|又は|や|(?<=[^\s])と(?=[^\sい])")
_NOUN = r"(?:(?:an?|the|two|three|four|five|your|their|its|one|\d+) )?[A-Za-z][\w’'-]*+(?:\s[A-Za-z][\w’'-]*+){0,3}?"
_LIST_EN = lazy_pattern(rf"(?:{_NOUN}, )*{_NOUN}(?:,)? and {_NOUN}(?=[.,;:]|\s(?:to|for|from|of|when|if|that|which|at|on|in|by|with|less|is|are|must|will)\b|$)")
_WHO_EN = lazy_pattern(r"\b(?:who|whom|whose)\b", re.I)
_ONE_EN = lazy_pattern(r"\b(?:which one|one of|else|besides|other than|apart from)\b", re.I)
_ONE_NAME = r"(?<![\w'’-])[A-Z][\w'’-]++(?: [A-Z][\w'’-]++){0,2}"
_NAMES_EN = lazy_pattern(rf"{_ONE_NAME}(?:, {_ONE_NAME}){{0,12}},? and {_ONE_NAME}")
_GOES_ON = ("ただし", "また", "なお")  # no part of a list that begins its sentence
_COMMON = frozenset("a an the two three four five your their its one of and or".split())  # noqa: SIM905


def left_out(stated: str, question: str, sentence: str) -> str:
    """What a sentence lists beside the parts that a claim names, where all are asked for; "" where nothing is missing."""
    names = _names(stated, question, sentence)
    if names:
        return names
    if not (_ALL_JA if is_japanese(question) else _ALL_EN).search(question):
        return ""
    value = _value(stated, question, sentence)
    if value:
        return value
    return _words_ja(stated, sentence) if is_japanese(sentence) else _words_en(stated, sentence)


def _names(stated: str, question: str, sentence: str) -> str:
    """ "Polar Link": who is named with those whom an answer to "who" names; ""."""
    if not _WHO_EN.search(question) or _ONE_EN.search(question):
        return ""
    for match in _NAMES_EN.finditer(sentence):
        names = [n for n in re.split(r", and |, | and ", match.group()) if n]
        told = [n in stated for n in names]
        asked = any(n in question for n in names)
        if any(told) and not all(told) and not asked:
            return names[told.index(False)]
    return ""


def _value(stated: str, question: str, sentence: str) -> str:
    """A day beside one that is named, joined to it: "12月3日と12月17日"."""
    ours = [v for v in extract_values(stated) if v.kind == "date"]
    theirs = [v for v in extract_values(sentence) if v.kind == "date"]
    for one, two in pairwise(theirs):
        if not re.fullmatch(r"\s*(?:[(（][^)）]{1,4}[)）])?\s*(?:と|、|及び|および|・|and|,|, and)\s*", sentence[one.end : two.start]):
            continue
        told = [any(same_value(v, o) for o in ours) for v in (one, two)]
        if any(told) and not all(told) and not any(same_value(two, v) for v in extract_values(question)):
            day = (two if told[0] else one).text
            number = re.search(r"(\d{1,2})日?$", day)
            if number is None or not re.search(rf"(?<!\d){number[1]}(?!\d)", stated):
                return day
    return ""


def _words_ja(stated: str, sentence: str) -> str:
    said = normalise(stated)
    phrase = bare_answer(stated)
    beside = re.search(rf"{re.escape(phrase)}(?:と|や|、|及び|および|並びに|ならびに)(?P<more>[^、。はがをにでと]{{1,14}})(?=[はがをにで])", sentence) if phrase else None
    if beside is not None and normalise(beside["more"]) not in said:
        return beside["more"]
    for match in _LIST_JA.finditer(sentence):
        items = [i for i in (normalise(part) for part in _SPLIT_JA.split(match.group())) if len(i) > 1 or i in "鍵印"]
        items = [i for i in items if not re.search(r"\d", i)]  # values are compared as values
        missing = [i for i in items if not any(part in said for part in (i, *i.split("の")) if part)]
        if missing and len(items) - len(missing) >= 1 and not (match.start() == 0 and sentence.startswith(_GOES_ON)):
            return missing[0]
    return ""


def _words_en(stated: str, sentence: str) -> str:
    said = {w[:5] for w in re.findall(r"[a-z]+", stated.lower())}
    for match in _LIST_EN.finditer(sentence):
        if re.search(r"\d\s*$", sentence[: match.start()]) or re.search(r"\d|illion\b", match.group()):
            continue
        parts = [p for p in re.split(r",\s*(?:and )?|\sand\s", match.group().lower()) if p.strip()]
        named = [[w for w in re.findall(r"[a-z]+", p) if w not in _COMMON] for p in parts]
        named = [n for n in named if n]
        told = [any(w[:5] in said for w in n) for n in named]
        if any(told) and not all(told):
            return " ".join(named[told.index(False)])
    return ""
