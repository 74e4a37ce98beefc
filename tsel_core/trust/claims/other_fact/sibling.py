# ruff: noqa: E501 (patterns)
"""A value told of a sibling of what is asked: the reading room's for the children's room."""

from __future__ import annotations

import re
from itertools import pairwise

from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.trust.claims.parts.words import is_japanese

_RUN = lazy_pattern(r"[\u3400-\u9fff々0-9０-９\u30a1-\u30faー]{2,}")
_LEAST = 3  # characters of a compound: what it is, and which
_NO_HEAD = "0123456789０１２３４５６７８９ー"
_WORD = lazy_pattern(r"[A-Za-z][\w'’-]*")
_HEAD = 4  # letters of a word that others are told apart by
# before a verb: "she has run accounts" names no run accounts
_VERB_NEXT = frozenset("to has have had will would can could may might must shall should we you they he she i who and".split())  # noqa: SIM905
_COMMON = frozenset(
    """
    the a an of to in on for and or is are was were be our your their my his her its this that these those what which
    who when where why how much many long any each every do does did we i you they it have has had not with at by from
    as now new old last next first second same other one two some all more most no per
    """.split()  # noqa: SIM905
)


# a thing with its number: Flat 5, Room B, SR-30, 3階, 南館
_NUMBERED = lazy_pattern(r"\b([A-Za-z][a-z]{2,}) (\d{1,4}|[A-Z])\b(?!['’.,:]?\d)|\b([A-Z]{1,4})-?(\d{1,4})\b")
_NUMBERED_JA = lazy_pattern(r"()([東西南北上下新旧]|[0-9０-９一二三四五六七八九]{1,3}|[A-ZＡ-Ｚ])(館|棟|号棟|階|号室|号車|号機)()")
_PLACES = ("first", "second", "third", "fourth", "fifth")
_PLACE = lazy_pattern(r"\b(first|second|third|fourth|fifth) (?!day|week|month|year|hour|time|half|floor|aid|class|name|anniversary)([a-z]{4,})", re.I)
_ABOUT = 400  # characters in which a document says what it is about
_NO_THING = frozenset(
    """
    january february march april may june july august september october november december jan feb mar apr jun jul aug sep sept
    oct nov dec page clause section article paragraph schedule exhibit annex appendix note about over under than least most
    only within after before from until year day week version item step line part and the for with per
    """.split()  # noqa: SIM905
)


def told_of_sibling(question: str, sentence: str, document: str, near: str = "") -> str:
    """What a sentence speaks of instead of what is asked ("children's room / reading room"); "" where of the same.

    Only where the document has a name for the asked thing that the sentence lacks, and the sentence has another one
    with the same last word (Japanese: character) that the question does not name. `document` is in small letters. A thing
    with its number must stand in what is `near` the sentence, where the document has others of its kind and is not about it.
    """
    numbered = _in_order(question, sentence, document) or _numbered(question, sentence) or (_unnamed(question, f"{sentence}\n{near}", document) if near else "")
    if numbered:
        return numbered
    return _japanese(question, sentence, document) if is_japanese(question) else _english(question, sentence, document)


def _numbered(question: str, sentence: str) -> str:
    """ "Flat 5 / Flat 3": the sentence speaks of another of them, and not of that which is asked about."""
    asked, there = _things(question), _things(sentence)
    for head, number, text in asked:
        same = [(n, t) for h, n, t in there if h == head]
        if same and all(n != number for n, _ in same):
            return f"{text} / {same[0][1]}"
    return ""


def _in_order(question: str, sentence: str, document: str) -> str:
    """ "second / Tranche A": the sentence is about one of several by letter or number, and another is asked for by its place."""
    if _things(question):
        return ""
    for match in _PLACE.finditer(question):
        number = _PLACES.index(match[1].lower()) + 1
        if f"{match[1]} {match[2]}".lower() in document:
            continue  # so the document says it itself
        for head, which, text in _things(sentence):
            order = int(which) if which.isdigit() else ord(which.upper()) - ord("A") + 1
            asked = f"{head} {chr(ord('a') + number - 1) if not which.isdigit() else number}"
            others = [w for h, w, _ in _things(sentence) if h == head and w != which]
            if order != number and not others and re.search(rf"\b{re.escape(asked)}\b", document.casefold()):
                return f"{match[1]} / {text}"
    return ""


def _unnamed(question: str, near: str, document: str) -> str:
    """ "Flat 5 / flat 3": what is asked about is named elsewhere, and nothing near says that it is told of it."""
    here, all_ = near.casefold(), document.casefold()
    for head, number, text in _things(question):
        name = text.casefold()
        if name in here or name in all_[:_ABOUT] or not re.search(rf"\b{re.escape(name)}\b", all_):
            continue
        for match in re.finditer(rf"\b{re.escape(head)} ?-?(\d{{1,4}}|[a-z])\b", all_):
            if match[1] != number.casefold():
                return f"{text} / {match.group()}"
    return ""


def _things(text: str) -> list[tuple[str, str, str]]:
    found = []
    for match in _NUMBERED.finditer(text):
        head, number = (match[1] or match[3]), (match[2] or match[4])
        if head.casefold() not in _NO_THING:
            found.append((head.casefold(), number, match.group()))
    found += [(m[3], m[2], m.group()) for m in _NUMBERED_JA.finditer(text)]
    return found


def _japanese(question: str, sentence: str, document: str) -> str:
    there = [b for b in _RUN.findall(sentence) if len(b) >= _LEAST and b not in question]
    for asked in _RUN.findall(question):
        if len(asked) < _LEAST or asked in sentence or asked not in document or asked[-1] in _NO_HEAD:
            continue
        for other in there:
            counted = re.search(r"[0-9０-９]", other) is not None and re.search(r"[0-9０-９]", asked) is None
            if other[-1] == asked[-1] and other[-3:-1] != asked[-3:-1] and not counted:
                return f"{asked} / {other}"
    return ""


def _english(question: str, sentence: str, document: str) -> str:
    words, text = _WORD.findall(question.lower()), sentence.lower()
    for which, head in pairwise(words):
        if which in _COMMON or head in _COMMON or len(head) < _HEAD or re.search(rf"\b{re.escape(which)}\b", text):
            continue
        if f"{which} {head}" not in document:
            continue
        for before, other in re.findall(rf"(?:\b([a-z]+) )?\b([a-z][\w'’-]*) {re.escape(head)}\b", text):
            if before not in _VERB_NEXT and other not in _COMMON and other not in words:
                return f"{which} {head} / {other} {head}"
    return ""
