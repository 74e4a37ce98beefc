# ruff: noqa: E501 (patterns)
"""An answer with some rows of a list where all are asked for: "Which products can we order, all of them?"."""

from __future__ import annotations

import re

from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.trust.claims.parts.evidence import Sentence, Sentences
from tsel_core.trust.passages import features

_ALL = lazy_pattern(
    r"\ball of (?:them|these|those|it)\b|^(?:please )?(?:list|name|give(?: me)?) (?:all|every|each)\b|\b(?:which|what) are all\b|\b(?:which|what)\b.{0,60}\b(?:in all|altogether)\b|すべて|全て|全部|ぜんぶ|漏れなく|残らず",
    re.I,
)
_ROW = lazy_pattern(r"^\W{0,3}(?:\([a-z0-9]{1,3}\)|[（(][一二三四五六七八九十0-9０-９]{1,3}[)）]|[-•・*]|\d{1,2}[.)]|[一二三四五六七八九十]{1,2}[\s\u3000、])\s*(?P<item>\S.*)|^(?P<label>[^:：\n|\t]{2,48})(?:[:：]|\s*\||\t)\s*\S", re.I)
_AROUND = 12  # rows before and behind
_TOLD = 0.5  # share of a row's words from which on an answer tells it


def rows_left_out(whole: str, question: str, sentence: Sentence, sentences: Sentences) -> str:
    """The first row beside the one that an answer rests on which it does not tell, where all are asked for; ""."""
    if not _ALL.search(question) or not _item(sentence.text):
        return ""
    told = features(whole).keys()
    for other in sentences.around(sentence, _AROUND):
        words = features(_item(other.text)).keys() if other.headings == sentence.headings else frozenset()
        if words and len(words & told) < _TOLD * len(words):
            return _item(other.text)
    return ""


def _item(text: str) -> str:
    """What a row is for: the words behind its mark, or those before its value."""
    match = _ROW.match(text.strip())
    return "" if match is None else (match["item"] or match["label"] or "").split("：")[0].split(":")[0].strip()
