# ruff: noqa: E501 (one pattern a line)
"""Tasks of a talk told once and in whole words: an answer is no second task, "do it" takes its thing from the question."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

from tsel_core.document import SourceSpan
from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.sweep.item import Item
from tsel_core.sweep.meetings.actions import cut_deadline
from tsel_core.sweep.meetings.actions_en import VERBS
from tsel_core.sweep.sentences import Sentence
from tsel_core.trust.passages import features

_SCORE = 0.8
_BACK = 3  # sentences before an answer in which its question stands
_DO_IT = lazy_pattern(r"(?i)(?:do|get|sort|see to|take care of|handle) (?:it|that|this)(?: (?:done|out|up|now|myself))?(?=$|\s*[,;(]|\s+otherwise\b)")
_OTHERWISE = lazy_pattern(r"(?i)[\s,;]*\b(?:otherwise|or else)\b.*$")
_IS_DONE = lazy_pattern(
    r"(?i)^(?:(?:and|so|but|right|okay|ok|then)\W+)*(?:is|are|has|have|was|were) (?P<thing>(?:the|our|your|that|this|those|these|a|an) [\w' -]{2,50}?) (?:already |now |all |yet )?(?:been )?(?P<done>\w+(?:ed|en)|done|sent|paid|made|bought|sold|put|set|found|told|built|cut|held|kept|laid|left|met|read|sorted out)(?: up| out| in| off)?(?: yet| already| now)?\s*\?"
)
_DO_IT_JA = lazy_pattern(r"^(?:(?:それ|これ|そちら)(?:は|を|なら)?)?(?:やる|する|行う|やっておく|しておく|済ませる|対応する|やります|します)?$")
_IS_DONE_JA = lazy_pattern(r"^(?:では、?|それで、?)?(?P<thing>[^、。]{2,24}?)(?:は|の方は)(?:もう)?(?:済み|終わり|でき|完了し|お済み)(?:ました|です|てい(?:ます|る))か?[。？?]*$")
_BRACKETED_JA = lazy_pattern(r"（[^（）]*）$")
_AND_ALSO_JA = lazy_pattern(r"^(?:それから|それと|また|あと|併せて|合わせて|ついでに|加えて)(?:は)?[、,]?")
_AND_ALSO = lazy_pattern(rf"(?i)^(?:and|also|then|and then|and also|plus)[,]?\s+(?:please\s+)?(?P<task>(?:also\s+)?{VERBS}\b[^.?!]*)[.!]*\s*$")
_YES = lazy_pattern(r"(?i)\b(?:yes|yeah|yep|sure|okay|ok|will do|fine|noted|of course)\b")


def told_once(items: Sequence[Item], sentences: Sequence[Sentence], lang: str) -> list[Item]:
    """The items of a talk with the tasks that a second request in a breath gives, and none told twice."""
    at = {s.span: s.index for s in sentences}
    if lang == "en":
        more = [*items, *_and_also(items, sentences, at)]
    else:
        more = [_also_asked(i, items, sentences, at) for i in items]
    return [_with_thing(i, sentences, at, lang) for i in more if not _is_answer_of_another(i, more)]


def _is_answer_of_another(item: Item, items: Sequence[Item]) -> bool:
    """Whether an action is the answer of its person to another one: for the same day, or in its words."""
    if item.kind != "action" or not item.who:
        return False
    others = [i for i in items if i is not item and i.kind == "action" and i.who == item.who]
    said = set(features(_BRACKETED_JA.sub("", item.what)))
    return any(
        (item.when and item.when == other.when and set(item.evidence) <= set(other.evidence[1:]))
        or (item.status == "undertaken" and _BRACKETED_JA.search(item.what) and item.place in other.evidence[1:] and said & set(features(other.what)))
        for other in others
    )


def _with_thing(item: Item, sentences: Sequence[Sentence], at: Mapping[SourceSpan, int], lang: str) -> Item:
    """ "I'll do it this week" behind "Is the hotel booked?": get the hotel booked."""
    if item.kind != "action" or item.place not in at:
        return item
    bare = _BRACKETED_JA.sub("", item.what) if lang == "ja" else item.what
    points = _DO_IT_JA.match(bare) if lang == "ja" else _DO_IT.match(bare)
    if points is None or "(" in item.what:
        return item
    number = at[item.place]
    for sentence in reversed(sentences[max(0, number - _BACK) : number]):
        match = (_IS_DONE_JA if lang == "ja" else _IS_DONE).match(sentence.text.strip())
        if match is not None and sentence.speaker != sentences[number].speaker:
            what = match["thing"] if lang == "ja" else f"get {match['thing']} {match['done']}"
            evidence = tuple(dict.fromkeys((*item.evidence, sentence.span)))
            return replace(item, what=what, evidence=evidence)
    return replace(item, what=_OTHERWISE.sub("", item.what)) if lang == "en" else item


def _also_asked(item: Item, items: Sequence[Item], sentences: Sequence[Sentence], at: Mapping[SourceSpan, int]) -> Item:
    """それから、見本をもらってください behind a request to somebody by name: it is to the same person."""
    number = at.get(item.place, 0)
    if item.kind != "action" or item.status != "asked" or number == 0:
        return item
    before, sentence = sentences[number - 1], sentences[number]
    first = next((i for i in items if i.kind == "action" and i.place == before.span and i.status == "asked"), None)
    lead = _AND_ALSO_JA.match(sentence.text)
    if first is None or lead is None or not first.who or before.turn != sentence.turn:
        return item
    evidence = (item.place, *(e for e in item.evidence[1:] if e != before.span and _said_by(first.who, e, sentences, at)))
    what = _AND_ALSO_JA.sub("", _BRACKETED_JA.sub("", item.what))
    return replace(item, what=what, who=first.who, evidence=evidence)


def _said_by(who: str, span: SourceSpan, sentences: Sequence[Sentence], at: Mapping[SourceSpan, int]) -> bool:
    return span in at and sentences[at[span]].speaker == who


def _and_also(items: Sequence[Item], sentences: Sequence[Sentence], at: Mapping[SourceSpan, int]) -> list[Item]:
    """ "Tom, order five. And ask them for a sample by Monday.": the second request is to the same person."""
    taken = {i.place for i in items}
    asked = {i.place: i for i in items if i.kind == "action" and i.status == "asked" and i.who}
    found = []
    for before, sentence in pairwise(sentences):
        first = asked.get(before.span)
        match = _AND_ALSO.match(sentence.text.strip())
        if first is None or match is None or sentence.turn != before.turn or sentence.span in taken:
            continue
        rest, when, _ = cut_deadline(match["task"], "en")
        what = re.sub(r"(?i)^also\s+", "", (rest if when else match["task"]).strip(" ,.;:-"))
        evidence = (sentence.span, *_yes_to(what, first.who, sentence, sentences))
        made = Item("action", what, evidence, first.who, when, "asked", first.section, score=_SCORE)
        found.append(made)
        asked[sentence.span] = made
    return found


def _yes_to(what: str, who: str, asked: Sentence, sentences: Sequence[Sentence]) -> list[SourceSpan]:
    """The sentence of the next turn in which that person says yes to it by name: "Sample, yes." """
    after = sentences[asked.index + 1 : asked.index + 6]
    near = [s for s in after if 0 < s.turn - asked.turn <= 1 and s.speaker == who and _YES.search(s.text)]
    words = set(features(what))
    return [s.span for s in near if words & set(features(s.text))][:1]
