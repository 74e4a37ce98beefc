# ruff: noqa: E501 (one pattern a line)
"""Decisions that a later part of the same minutes takes back: the later one stands and says what it replaced."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import zip_longest

from tsel_core.document import SourceSpan
from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.sweep.item import REVERSAL, Item
from tsel_core.sweep.meetings.written.titles import GENERAL, title_of
from tsel_core.sweep.sentences import Sentence
from tsel_core.trust.passages import features

_TAKEN = r"(?:rescinded|reversed|withdrawn|overturned|overruled|revoked|set aside|superseded|cancelled|annulled|taken back|replaced)"
_NOUN = r"(?:decisions?|resolutions?|approvals?|votes?|agreements?|awards?)"
_BACK_EN = lazy_pattern(
    rf"(?i)\b{_NOUN}\b(?:[^.;]|\.(?=\d)){{0,80}}?\b(?:was|were|is|are|be)\s(?:(?!not\b|never\b)\w+\s){{0,2}}?{_TAKEN}\b"
    rf"|\b(?:rescind(?:ed|s)?|reversed?|overturn(?:ed)?|revoked?|withdrew|withdraw|set aside|took back|take back|cancel(?:led)?)\s(?:the|its|their|that|this|our)\s(?:\w+\s){{0,3}}?{_NOUN}\b(?:[^.;,]{{0,40}}\b(?:at|under|in) (?:agenda )?(?:item|minute) [\d.]+)?"
)
_UNREAL_EN = lazy_pattern(r"(?i)\b(?:if|unless|whether|could|may|might|can|cannot|would|asked|proposed|suggested|wondered|warned|wanted|declined to|refused to|not to)\b")
_BACK_JA = lazy_pattern(
    r"(?:可決|承認|決議|決定|議決|採択|合意|否決|議案)(?:内容|事項|結果)?(?:[^。、]{0,10})?(?:を|は|が)[^。、]{0,10}(?:(?:撤回|破棄)(?=し|する|さ|と|$)|取り?消(?:し|す|さ)|白紙(?:に戻|撤回)|覆(?:し|す|さ|る))"
    r"|(?:可決|承認|決議|決定|議決)(?:内容|事項)?を[^。、]{0,6}(?:変更|改め)(?=し|する|て|$)"
)
_UNREAL_JA = lazy_pattern(r"^(?:す|する)?べき|^(?:する|す)?(?:よう)?(?:求め|要望|提案)|^(?:する)?(?:こと)?(?:を|の|との|という|旨の)(?:求め|提案|意見|要望|声|可能性)|^(?:しては|するか|し?ない|せず|しなかった|されなかった|できない|ことはできない|さない|さず)")
_ITEM_EN = lazy_pattern(r"(?i)\b(?:item|minute|resolution|decision|agenda item|section|no\.?)\s(?P<n>\d{1,3}(?:\.\d{1,2})*)\b")
_ITEM_JA = lazy_pattern(r"第?(?P<n>[0-9０-９一二三四五六七八九十]+)号?議案|議案第?(?P<m>[0-9０-９一二三四五六七八九十]+)号?|議題(?P<k>[0-9０-９]+)")
_AGAIN = lazy_pattern(r"(?i)(?:[,:]|\s[-–—])?\s+(?:again|resumed|reconsidered|revisited|continued|reopened|further (?:discussion|consideration|business))$|の?(?:再審議|再協議|再検討|再付議|再議|再度|続き)$")
_LINE_NUMBER = lazy_pattern(r"\s*(?P<n>\d{1,3}(?:\.\d{1,2})*)[.)．）、]?[\s\u3000]+")
_AFTER = 3  # sentences in which a decision stands instead of one that a sentence only takes back
_REST = 14  # characters behind words that take back and name nothing new
_LIKELY = 0.8  # score of a reversal that might mean another decision
_ALIKE = {"en": 2, "ja": 3}  # words, pairs of letters
_COMMON = frozenset(("decision", "resolution", "board", "meeting", "agreed", "resolved", "approval", "committee", "item"))


def with_reversals(items: Sequence[Item], sentences: Sequence[Sentence], lang: str) -> list[Item]:
    """The items, those left out that a later sentence takes back; what stands instead names them."""
    kept = list(items)
    numbers = _numbers(sentences)
    for sentence in sentences:
        at = None if sentence.speaker or sentence.cells else _takes_back(sentence.text, lang)
        if at is None:
            continue
        old, score = _meant(kept, sentence, numbers, lang)
        if old is None:
            continue
        own = next((i for i in kept if i.kind == "decision" and i.place == sentence.span), None)
        only_old = len(sentence.text.strip(" .。")) - at < _REST
        after = _instead(kept, sentence, sentences) if only_old else None
        new = after or own or Item("decision", sentence.text.strip(" .。"), (sentence.span,), section=sentence.heading)
        evidence = tuple(dict.fromkeys([*new.evidence, sentence.span, *old.evidence]))
        made = replace(new, status="changed", instead_of=old.what, evidence=evidence, name=REVERSAL, score=score)
        gone = [i for i in (old, own, after) if i is not None]
        kept = [*(i for i in kept if not any(i is g for g in gone)), made]
    return kept


def _takes_back(text: str, lang: str) -> int | None:
    """Where the words end by which a sentence takes a decision back, None for any other sentence."""
    match = (_BACK_JA if lang == "ja" else _BACK_EN).search(text)
    if match is None:
        return None
    if lang == "ja":
        return None if _UNREAL_JA.search(text[match.end() :]) else match.end()
    return None if _UNREAL_EN.search(text[: match.end()]) else match.end()


def _meant(
    items: Sequence[Item], sentence: Sentence, numbers: dict[SourceSpan, str], lang: str
) -> tuple[Item | None, float]:
    """The earlier decision that is taken back, and how plainly: by its number, by the title, by its words."""
    before = [i for i in items if i.kind == "decision" and _stands_before(i.place, sentence.span)]
    wanted = _number_in(sentence.text, lang) or _number_in(sentence.heading, lang)
    if wanted and (any(numbers.values()) or any(_number_in(i.section, lang) for i in before)):
        named = [i for i in before if wanted in (numbers.get(i.place, ""), _number_in(i.section, lang))]
        return _nearest(named, sentence)
    title = _AGAIN.sub("", title_of(sentence.heading))
    titled = [i for i in before if title and title_of(i.section) == title] if not GENERAL.match(title) else []
    if titled:
        return _nearest(titled, sentence)
    return _nearest(before, sentence, _ALIKE[lang])


def _nearest(found: Sequence[Item], sentence: Sentence, least: int = 0) -> tuple[Item | None, float]:
    """The decision that shares most words with the sentence; doubtful where two share as many."""
    said = (set(features(sentence.text)) | set(features(sentence.heading))) - _COMMON
    shares = [(len(said & (set(features(i.what)) - _COMMON)), n, i) for n, i in enumerate(found)]
    if not shares:
        return None, 0.0
    most, _, best = max(shares, key=lambda s: (s[0], s[1]))
    tied = sum(1 for share, _, _ in shares if share == most) > 1
    if most < least or (tied and least):
        return None, 0.0
    return best, _LIKELY if tied else 0.95


def _instead(items: Sequence[Item], sentence: Sentence, sentences: Sequence[Sentence]) -> Item | None:
    """The decision right behind a sentence that only takes back."""
    near = [s.span for s in sentences[sentence.index + 1 : sentence.index + 1 + _AFTER] if s.heading == sentence.heading]
    return next((i for i in items if i.kind == "decision" and i.place in near), None)


def _stands_before(one: SourceSpan, other: SourceSpan) -> bool:
    return (one.doc_index, one.unit_index, one.start) < (other.doc_index, other.unit_index, other.start)


def _number_in(text: str, lang: str) -> str:
    match = (_ITEM_JA if lang == "ja" else _ITEM_EN).search(text)
    return next((g for g in match.groups() if g), "").translate(_DIGITS) if match else ""


_DIGITS = str.maketrans("０１２３４５６７８９", "0123456789")


def _numbers(sentences: Sequence[Sentence]) -> dict[SourceSpan, str]:
    """The number of the part that each sentence stands in."""
    found: dict[SourceSpan, str] = {}
    now, heading = "", ""
    for sentence, after in zip_longest(sentences, sentences[1:]):
        match = _LINE_NUMBER.match(sentence.text + " ")
        whole = sentence.text + (after.text if after is not None and after.turn == sentence.turn else "")
        if sentence.heading != heading:
            heading, now = sentence.heading, ""
        if match and heading and heading in whole:
            now = match["n"]
        found[sentence.span] = now
    return found
