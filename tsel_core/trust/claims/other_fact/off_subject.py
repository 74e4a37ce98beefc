# ruff: noqa: E501 (patterns)
"""A true sentence about something else: nothing of what is asked stands in it, beside it or above it."""

from __future__ import annotations

import re
from collections.abc import Container

from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.text.alike_words import groups
from tsel_core.text.values import extract_values
from tsel_core.trust.claims.parts.echoed import own_words
from tsel_core.trust.claims.parts.evidence import Sentence
from tsel_core.trust.claims.parts.words import is_japanese
from tsel_core.trust.passages import features
from tsel_core.trust.question_match import content_words

# asked of the paper as a whole: its sentences need not say so
_ABOUT = lazy_pattern(
    r"\b(?:this|the) (?:contract|agreement|document|paper|report|meeting|letter|e-?mail|file)\b|\bsummar|\b(?:main|key) points?\b"
    r"|この(?:契約|文書|資料|報告|会議|書)|本(?:契約|書|件)|要約|概要|まとめ",
    re.I,
)


# 返す is said in 返還, 払う in 支払; kanji of verbs that any sentence may have tell nothing
_VERB_JA = lazy_pattern(r"([\u3400-\u9fff])(?=[\u3041-\u3096])")
_ANY_VERB = frozenset("出入行来見言思使持取付会合上下手何時前後中有無当同分方人日月年今毎各")
_PARTY = lazy_pattern(r"[甲乙丙丁]")
_PHRASE = 5  # words of an answer that is a name; Japanese characters: three times as many


def off_subject(claim: str, question: str, sentence: Sentence, postings: Container[str] = (), lead: str = "") -> bool:
    """Whether a claim without a value rests on a sentence that has no word of what is asked, nor one like it.

    A date or an amount may answer in quite other words ("the eighth of April"); a bare statement that shares nothing
    with its question is about something else ("What about remedies?": "Neither party must disclose"). A name alone may
    be told in other words, unless the document has the question's words elsewhere (`postings`: all that it has). `lead`: the turns before it in a meeting.
    """
    asked = content_words(question)
    if not asked or _ABOUT.search(question) or any(v.kind != "name" for v in extract_values(claim)):
        return False
    beside = (sentence.headings, sentence.before, sentence.text, sentence.around, sentence.behind, sentence.speaker, lead)
    place = " ".join(filter(None, beside))
    if is_japanese(question) != is_japanese(sentence.text) or asked.keys() & features(place).keys():
        return False
    if set(place) & (set(_VERB_JA.findall(question)) - _ANY_VERB):
        return False
    if set(_PARTY.findall(question)) & set(_PARTY.findall(place)):
        return False
    own = own_words(claim, question) or claim
    short = len(own) <= 3 * _PHRASE if is_japanese(claim) else len(own.split()) <= _PHRASE
    if short and not any(feature in postings for feature in asked):
        return False
    said, told = question.lower(), place.lower()
    return not any(any(_in(t, said) for t in ours) and any(_in(t, told) for t in all_) for ours, all_ in groups())


def _in(term: str, text: str) -> bool:
    return term in text if is_japanese(term) else re.search(rf"\b{re.escape(term)}", text) is not None
