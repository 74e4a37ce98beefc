# ruff: noqa: E501 (patterns)
"""An answer with some rows of a list where all are asked for: "Which products can we order, all of them?"."""

from __future__ import annotations

import re

from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.trust.claims.parts.evidence import Sentence, Sentences
from tsel_core.trust.passages import features

_ALL = lazy_pattern(
    r"^(?:which|what|who|list|name)\b.*\ball of (?:them|these|those)\W*$|^(?:please )?(?:list|name|give(?: me)?) (?:all|every|each)\b|\b(?:which|what) are all\b"
    r"|(?:すべて|全て|全部|ぜんぶ|漏れなく|残らず)(?:を|、)?(?:挙げ|あげ|教え|列挙|列記|示し|書き|書い|述べ|答え|リスト|抜き出|見せ|言って|並べ)"
    r"|^(?:すべて|全て|全部)の[^。]{1,20}(?:を(?:挙げ|教え|列挙|示し)|は(?:何|どれ|誰))",
    re.I,
)
_AMOUNT = lazy_pattern(r"\b(?:total|sum|how (?:much|many)|together|altogether)\b|いくら|何円|合計|総額|合わせ|計で", re.I)  # one figure
_TOTAL = lazy_pattern(r"^\W*(?:(?:grand |sub-?)?totals?|sum)\b|^\W*(?:合計|小計|総計|総額|計(?=$|[\s（(]))", re.I)
_THING = lazy_pattern(r"\b(?:all|every|each) (?:of )?(?:the )?(?P<thing>[a-z]+)", re.I)
_ROW = lazy_pattern(r"^\W{0,3}(?:\([a-z0-9]{1,3}\)|[（(][一二三四五六七八九十0-9０-９]{1,3}[)）]|[-•・*]|\d{1,2}[.)]|[一二三四五六七八九十]{1,2}[\s\u3000、])\s*(?P<item>\S.*)|^(?P<label>[^:：\n|\t]{2,48})(?:[:：]|\s*\||\t)\s*\S", re.I)
_AROUND = 12  # rows before and behind
_TOLD = 0.5  # share of a row's words from which on an answer tells it


def rows_left_out(whole: str, question: str, sentence: Sentence, sentences: Sentences) -> str:
    """The first row beside the one that an answer rests on which it does not tell, where all are asked for; "".

    A total is no row, and none is left out of "all keys" that has no keys where the one told has.
    """
    own = _item(sentence.text)
    if not own or not _ALL.search(question) or _AMOUNT.search(question) or _TOTAL.match(own):
        return ""
    told = features(whole).keys()
    match = _THING.search(question)
    thing = features(match["thing"]).keys() & features(own).keys() if match else frozenset()
    for other in sentences.around(sentence, _AROUND):
        item = _item(other.text) if other.headings == sentence.headings else ""
        words = features(item).keys()
        if not words or _TOTAL.match(item) or (thing and not thing & words):
            continue
        if len(words & told) < _TOLD * len(words):
            return item
    return ""


def _item(text: str) -> str:
    """What a row is for: the words behind its mark, or those before its value."""
    match = _ROW.match(text.strip())
    return "" if match is None else (match["item"] or match["label"] or "").split("：")[0].split(":")[0].strip()
