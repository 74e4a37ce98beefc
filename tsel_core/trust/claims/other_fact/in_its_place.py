# ruff: noqa: E501 (patterns)
"""Another thing in the place of the asked one: "the training of a vet" for that of a nurse, 水泳教室の月謝 for 卓球教室の月謝.

The question and the sentence have the same word for what is owned, done or given, and another one for whose it is, who does
it or what it is done to. Not where the other is a word for anybody, or says the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.text.alike_words import groups
from tsel_core.trust.claims.other_fact.asked_doer import ANYBODY, asked_doer
from tsel_core.trust.claims.parts.evidence import key_of
from tsel_core.trust.claims.parts.words import FUNCTION, is_japanese
from tsel_core.trust.passages import stem

_OF = lazy_pattern(r"\b([a-z]{3,}) of (?:the |an? |our |one['’]s (?:own )?|any |each )?((?:[a-z][\w-]* )?[a-z][\w-]{2,})\b", re.I)
_NO_HEAD = frozenset("end ends start beginning date day days part parts number amount sum total period rest use list kind sort type cost costs name names copy middle top side piece value price rate share out because instead case course most some one all many month months week weeks year years hour hours minutes term terms kinds sorts first last in front age".split())  # noqa: SIM905
_ANYBODY = ANYBODY | frozenset("member members party parties company firm user users which all nobody any each either".split())  # noqa: SIM905
_SUBJECT = lazy_pattern(r"(?:^|[.;:]\s+|\b(?:and|but|while)\s+)\W*(?:[\d.()]+\s+)?(?:the |an? |our |each )?((?:[a-z-]+ ){0,1}?[a-z-]{3,})((?: (?!the\b|and\b|or\b)[\w'’-]+){1,7})", re.I)
_IS_DONE = lazy_pattern(r"\b(?:is|are|was|were|be|been|being)\b", re.I)
_OF_JA = lazy_pattern(r"([\u3400-\u9fff々\u30a1-\u30faー]{2,})の([\u3400-\u9fff々\u30a1-\u30faー]{2,}|[\u3400-\u9fff](?=[はがをもにで、]))")
_NO_OWNER_JA = lazy_pattern(r"当社|弊社|毎|[前次本同該]|上記|以[下上内前後降]|自己|双方|各|一般|今|昨|来[年月週]|去年|翌|現在|所定|一定|上限|下限|最[大低高]|合計|すべて|全|通常|実際|必要|正規|[〇一二三四五六七八九十0-9]|日分|人分|台分|^[年月日時分円]|(?:時|場合|際|間|中)$")
_PRICED_JA = lazy_pattern(r"([\u3400-\u9fff々\u30a1-\u30faー]{2,})の(?:料金|値段|価格|費用|代金|使用料|利用料)")
_DONE_JA = lazy_pattern(r"([\u3400-\u9fff々\u30a1-\u30faー]{2,})([をで])")
_VERB_JA = lazy_pattern(r"(?<![\u3400-\u9fff])([\u3400-\u9fff])(?=[\u3041-\u3096])(?![のはがをにでとへも])")
_SHORT_JA = 2  # characters of a word that may be another for one that shares a character
_REACH_JA = 20  # characters behind a thing in which its verb stands
_TOPIC_JA = lazy_pattern(r"^([\u3400-\u9fff々\u30a1-\u30faー]{3,})は")


def in_its_place(stated: str, question: str, sentence: str, near: str, document: str) -> str:
    """ "nurse / vet": what is asked about, and what has its place in the sentence; "". `document`: in small letters."""
    if is_japanese(question):
        return _japanese(stated, question, sentence, near, document)
    return _owned(question, sentence, near) or _done(question, sentence, near, document)


def _owned(question: str, sentence: str, near: str) -> str:
    place = f"{sentence}\n{near}".lower()
    for match in _OF.finditer(question):
        thing, owner = match[1].lower(), _last(match[2])
        if thing in _NO_HEAD or thing in FUNCTION or not owner or owner[:5] in place:
            continue
        for other in _OF.finditer(sentence):
            theirs = _last(other[2])
            if key_of(stem(other[1].lower())) != key_of(stem(thing)) or not theirs or theirs in _ANYBODY:
                continue
            if not any(w[:5] in question.lower() for w in other[2].lower().split() if w not in FUNCTION) and not _alike(owner, theirs):
                return f"{owner} / {theirs}"
    return ""


def _done(question: str, sentence: str, near: str, document: str) -> str:
    asked = asked_doer(question)
    place = f"{sentence}\n{near}".lower()
    if asked is None or asked.lead:
        return ""
    who, verb = asked.who, key_of(stem(asked.verb))
    if who in FUNCTION or who in _ANYBODY or who[:5] in place or who[:5] not in document or asked.verb in FUNCTION:
        return ""
    for match in _SUBJECT.finditer(sentence):
        if asked.passive and _IS_DONE.search(match[2]) is None:
            continue  # "Is the boiler serviced?" "The landlord services it."
        theirs = _last(match[1])
        done = {key_of(stem(w.lower())) for w in match[2].split()}
        named = any(w[:5] in question.lower() for w in match[1].lower().split() if w not in FUNCTION)
        if verb in done and theirs and theirs not in _ANYBODY and not named and not _alike(who, theirs):
            return f"{who} / {theirs}"
    return ""


def _last(words: str) -> str:
    kept = [w for w in words.lower().split() if w not in FUNCTION]
    return kept[-1] if kept else ""


def _alike(one: str, two: str) -> bool:
    """Whether offices use two words for one another."""
    return any((_has(one, asked) and _has(two, told)) or (_has(two, asked) and _has(one, told)) for asked, told in groups())


def _has(word: str, terms: Iterable[str]) -> bool:
    return any(word == term or word.rstrip("s") == term.rstrip("s") for term in terms)


def _japanese(stated: str, question: str, sentence: str, near: str, document: str) -> str:
    place = f"{sentence}\n{near}"
    there = _OF_JA.findall(sentence)
    for owner, thing in _OF_JA.findall(question):
        if owner in place or _NO_OWNER_JA.search(owner):
            continue
        for other, their in there:
            if their == thing and other not in question and not _NO_OWNER_JA.search(other) and owner not in other and other not in owner and not _alike_ja(owner, other, document):
                return f"{owner} / {other}"
    for priced in _PRICED_JA.findall(question):
        if priced not in place and priced.lower() in document:
            return str(priced)
    done = [(m[1], m[2], _verbs(sentence, m.end())) for m in _DONE_JA.finditer(sentence)]
    for match in _DONE_JA.finditer(question):
        what, particle, verbs = match[1], match[2], _verbs(question, match.end())
        if what in place or what.lower() not in document or _NO_OWNER_JA.search(what):
            continue
        for other, same, their in done:
            if same == particle and verbs & their and other not in question and not _NO_OWNER_JA.search(other):
                return f"{what} / {other}"
    asked, said = _TOPIC_JA.match(question.strip()), _TOPIC_JA.match(stated.strip())
    if asked and said and asked[1] not in stated and said[1] not in question and asked[1][-1] == said[1][-1] and asked[1] not in place:
        return f"{asked[1]} / {said[1]}"
    return ""


def _verbs(text: str, at: int) -> set[str]:
    """The characters of the verbs right behind a place."""
    return set(_VERB_JA.findall(re.split(r"[、。]", text[at : at + _REACH_JA])[0]))


def _alike_ja(one: str, two: str, document: str) -> bool:
    """Whether two words may say the same: offices do so, or the paper has only the other (友人, 知人)."""
    if len(one) == len(two) == _SHORT_JA and set(one) & set(two) and one not in document:
        return True
    return any(any(t in one for t in asked) and any(t in two for t in told) for asked, told in groups())
