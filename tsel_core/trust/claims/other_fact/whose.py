# ruff: noqa: E501 (patterns)
"""A thing of another owner, party or purpose: "the Customer's contact" for the Contractor's, damage for injury.

Only where the document has a word for the asked one and the sentence names another one in its place: what is called by quite
another word may be the same.
"""

from __future__ import annotations

import re

from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.trust.claims.other_fact.asked_doer import asked_doer
from tsel_core.trust.claims.parts.evidence import key_of
from tsel_core.trust.claims.parts.roles import is_party
from tsel_core.trust.claims.parts.words import FUNCTION, is_japanese
from tsel_core.trust.passages import stem

_OWNED = lazy_pattern(r"\b([A-Za-z][\w-]+)['’]s ((?:[a-z][\w-]* )??)([a-z][\w-]+)\b")
_NO_OWNER = frozenset("it that what who there here let today tomorrow year month week day one".split())  # noqa: SIM905
_FOR = lazy_pattern(r"\b([a-z]{4,})(?: of (?:the |an? )?[\w'’-]+| of [\w'’-]+ [\w'’-]+)? (for|against|from) (?:the |an? |any |all )?((?:[a-z][\w-]*)(?: (?!to\b|of\b|in\b|on\b|at\b|by\b|is\b|are\b|for\b)[a-z][\w-]*)?)", re.I)
_ANY = lazy_pattern(r"\b(?:either|neither|each|both|no|any) part(?:y|ies)\b|\bthe parties\b|\bparty\b", re.I)
_SAID_OF_ALL = frozenset("pay pays paid get receive charge have give given take".split())  # noqa: SIM905
_LEAST = 3  # letters of a word that tells whose it is


def of_another_owner(question: str, sentence: str, near: str, document: str) -> str:
    """ "contractor / customer": whose thing is asked for, and whose the sentence tells of; "". `document`: in small letters."""
    if is_japanese(question):
        return ""
    return _owned(question, sentence, near, document) or _aimed(question, sentence, near, document)


def done_by_another(question: str, sentence: str) -> str:
    """ "guarantor / customer": what one party is asked to do, and a sentence tells of another one alone; ""."""
    if is_japanese(question):
        return ""
    asked = asked_doer(question)
    if asked is None or not asked.definite or not is_party(asked.who) or asked.who in sentence.lower() or _ANY.search(sentence):
        return ""
    verbs = [asked.verb, *re.findall(r"\bto ([a-z]{3,})\b", question[asked.end :])]
    for match in re.finditer(r"\b(?:the|each) ([A-Z]?[a-z]+)\b((?: (?!the\b)[\w'’-]+){0,4})", sentence, re.I):
        if not is_party(match[1].lower()) or match[1].lower() in question.lower():
            continue
        done = {key_of(stem(w.lower())) for w in match[2].split()}
        if any(key_of(stem(v.lower())) in done for v in verbs if v.lower() not in _SAID_OF_ALL):
            return f"{asked.who} / {match[1]}".lower()
    return ""


def _owned(question: str, sentence: str, near: str, document: str) -> str:
    place = f"{sentence}\n{near}".lower()
    there = [(m[1].lower(), key_of(stem(m[3].lower()))) for m in _OWNED.finditer(sentence)]
    for match in _OWNED.finditer(question):
        owner, thing = match[1].lower(), key_of(stem(match[3].lower()))
        if owner in _NO_OWNER or len(owner) < _LEAST or re.search(rf"\b{re.escape(owner)}", place) or owner not in document:
            continue
        other = next((o for o, t in there if t == thing and o != owner and o not in _NO_OWNER), "")
        if other and other not in question.lower():
            return f"{owner} / {other}"
    return ""


def _aimed(question: str, sentence: str, near: str, document: str) -> str:
    """ "injury / damage": the liability for the one is asked for, and that for the other is told."""
    place, asked = f"{sentence}\n{near}".lower(), question.lower()
    for match in _FOR.finditer(question):
        thing, what = key_of(stem(match[1].lower())), _content(match[3])
        if not what or any(w[:5] in place for w in what) or not all(w[:5] in document for w in what):
            continue
        for other in _FOR.finditer(sentence):
            theirs = _content(other[3])
            same = key_of(stem(other[1].lower())) == thing and other[2].lower() == match[2].lower()
            if same and theirs and not any(w[:5] in asked for w in theirs):
                return f"{what[0]} / {theirs[0]}"
    return ""


def _content(words: str) -> list[str]:
    return [w for w in words.lower().split() if w not in FUNCTION and len(w) >= _LEAST]
