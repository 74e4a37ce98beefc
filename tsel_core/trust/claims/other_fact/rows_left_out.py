# ruff: noqa: E501 (patterns)
"""An answer with some rows of a list where all are asked for: "Which products can we order, all of them?"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.text.normalize import normalise
from tsel_core.trust.claims.parts.evidence import Sentence, Sentences
from tsel_core.trust.claims.parts.words import is_japanese
from tsel_core.trust.passages import features

_ALL = lazy_pattern(
    r"^(?:which|what|who|list|name)\b.*\ball of (?:them|these|those)\W*$|^(?:please )?(?:list|name|give(?: me)?) (?:all|every|each)\b|\b(?:which|what) are all\b"
    r"|(?:すべて|全て|全部|ぜんぶ|全員|漏れなく|残らず)(?:を|、)?(?:挙げ|あげ|教え|列挙|列記|示し|書き|書い|述べ|答え|リスト|抜き出|見せ|言って|並べ)"
    r"|^(?:すべて|全て|全部|全員)の[^。]{1,20}(?:を(?:挙げ|教え|列挙|示し)|は(?:何|どれ|誰))",
    re.I,
)
_AMOUNT = lazy_pattern(r"\b(?:total|sum|how (?:much|many)|together|altogether)\b|いくら|何円|合計|総額|合わせ|計で", re.I)  # one figure
_TOTAL = lazy_pattern(r"^\W*(?:(?:grand |sub-?)?totals?|sum)\b|^\W*(?:合計|小計|総計|総額|計(?=$|[\s（(]))", re.I)
_THING = lazy_pattern(r"\b(?:all|every|each) (?:of )?(?:the )?(?P<thing>[a-z]+)", re.I)
_ROW = lazy_pattern(r"^\W{0,3}(?:\([a-z0-9]{1,3}\)|[（(][一二三四五六七八九十0-9０-９]{1,3}[)）]|[-•・*]|\d{1,2}[.)]|[一二三四五六七八九十]{1,2}[\s\u3000、])\s*(?P<item>\S.*)|^(?P<label>[^:：\n|\t]{2,48})(?:[:：]|\s*\||\t)\s*\S", re.I)
_LABEL = lazy_pattern(r"^(?P<label>[^:：\n|\t]{2,24})[:：|\t]\s*(?P<value>\S.*)$")
_PARTS = lazy_pattern(r"[、,，;；・/／\n]|\s+(?:and|&)\s+|及び|および|並びに")
_ASIDE = lazy_pattern(r"[(（][^()（）]{0,40}[)）]|[.。\s]{1,20}$")
_NUMBER = lazy_pattern(r"^[\W_]*(?:第?[0-9０-９一二三四五六七八九十]{1,2}[章節条]?[.．)）、\s\u3000]+)?|[\W_]{1,20}$")
_MARKED = lazy_pattern(r"^\W{0,2}(?:[-•・*]|[(（])|[:：|\t]\s*\S")
_ENDS = lazy_pattern(r"[.。!?！？、,;；]$|[:：|\t]\s*\S")
_OPPOSITE = lazy_pattern(r"(?:[不非未無否]|\bnon-?|-)$")
_TITLE, _LONGEST = 2, 40  # characters of what a heading names at least; of a line that may be one
AROUND = 12  # rows before and behind
_TOLD = 0.5  # share of a row's words from which on an answer tells it


def rows_left_out(whole: str, question: str, sentence: Sentence, sentences: Sentences) -> str:
    """The first row beside the one that an answer rests on which it does not tell, where all are asked for; "".

    A total is no row, and none is left out of "all keys" that has no keys where the one told has.
    """
    own = _item(sentence.text)
    if not own or not asks_all(question) or _TOTAL.match(own):
        return ""
    if (own_label := _LABEL.match(sentence.text.strip())) and normalise(own_label["label"]) in normalise(question):
        parts = (p.strip() for p in _PARTS.split(_ASIDE.sub("", own_label["value"])))  # of the row that is asked for
        return next((p for p in parts if p and normalise(p) not in normalise(whole)), "")
    # below 今後の課題 no row of another list is asked for; below "Sales" alone a list may go on
    rows = below_named_heading(sentence, question, sentences)
    rows = rows or [s for s in sentences.around(sentence, AROUND) if s.headings == sentence.headings]
    told = features(whole).keys()
    match = _THING.search(question)
    thing = features(match["thing"]).keys() & features(own).keys() if match else frozenset()
    for other in rows:
        item = _item(other.text)
        words = features(item).keys()
        if not words or _TOTAL.match(item) or (thing and not thing & words):
            continue
        if len(words & told) < _TOLD * len(words):
            return item
    return ""


def asks_all(question: str) -> bool:
    """Whether all of a list is asked for, and no sum of it."""
    return _ALL.search(question) is not None and _AMOUNT.search(question) is None


def below_named_heading(sentence: Sentence, question: str, sentences: Sentences) -> Sequence[Sentence]:
    """The rows beside one, up to the next heading, where the heading above them is named by the question; else none."""
    return heading_and_rows(sentence, question, sentences)[1]


def heading_and_rows(sentence: Sentence, question: str, sentences: Sentences) -> tuple[str, Sequence[Sentence]]:
    """The same with the heading, without its number."""
    rows = [s for s in sentences.around(sentence, AROUND) if s.headings == sentence.headings]
    at = next((n for n, row in enumerate(rows) if row.span == sentence.span), 0)
    heads = [n for n, row in enumerate(rows) if _is_heading(row.text)]
    above = max((n for n in heads if n < at), default=-1)
    path = sentences.index.documents[sentence.span.doc_index].units[sentence.span.unit_index].heading_path
    title = rows[above].text if above >= 0 else path[-1] if path else ""
    title = _NUMBER.sub("", title.strip())
    if len(normalise(title)) < _TITLE or not _is_named(title, question):
        return "", ()
    return title, rows[above + 1 : min((n for n in heads if n > at), default=len(rows))]


def _is_named(title: str, question: str) -> bool:
    """Whether a question has the words of a heading, and not as a part of their opposite: non-attendees, 未完了の課題."""
    if is_japanese(title):
        plain, words = normalise(question), re.escape(normalise(title))
    else:
        plain, words = question.casefold(), r"\b" + r"\s+".join(map(re.escape, title.casefold().split()))
    return any(not _OPPOSITE.search(plain[: m.start()]) for m in re.finditer(words, plain))


def _is_heading(text: str) -> bool:
    """Whether a line is short, ends in no mark of a sentence and has no value behind a label."""
    line = text.strip()
    return 0 < len(line) <= _LONGEST and _ENDS.search(line) is None and _MARKED.match(line) is None


def _item(text: str) -> str:
    """What a row is for: the words behind its mark, or those before its value."""
    match = _ROW.match(text.strip())
    return "" if match is None else (match["item"] or match["label"] or "").split("：")[0].split(":")[0].strip()
