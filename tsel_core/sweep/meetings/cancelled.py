# ruff: noqa: E501 (one pattern a line)
"""Tasks of a talk that somebody calls off again a few turns later: kept, with the words that call them off."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from tsel_core.document import SourceSpan
from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.sweep.item import Item
from tsel_core.sweep.people import People, find_people
from tsel_core.sweep.sentences import Sentence
from tsel_core.sweep.text import behind
from tsel_core.trust.passages import features

_TURNS = 30  # within which a task is called off
_LEAD = r"(?:^|[,;.]\s*|\b(?:and|so|but|then|please|just|actually|okay|ok|well|no)\b[,]?\s+)"
_NOT_EN = lazy_pattern(
    rf"(?i)(?:{_LEAD}(?:[A-Z][\w'’-]+,?\s+)?(?:please\s+)?(?:don['’]t|do not|no need to|hold off(?: on)?|stop)\s+(?!(?:need|have) to\b)|\byou (?:don['’]t|do not) (?:need|have) to\s+|\bno need (?:for you )?to\s+|\byou needn['’]t\s+|\b(?P<own>I(?:['’]ll not| won['’]t| will not| needn['’]t| don['’]t (?:need|have) to))\s+)(?:bother (?:to\s+)?)?(?P<verb>[a-z]+)(?P<rest>[^.?!;]*)"
)
# "don't write more than a page", "don't send it until Friday": still to be done
_STILL = lazy_pattern(r"(?i)\b(?:until|till|before|too|more than|without|just|only|unless|if|that|what|about|like|again)\b")
_MERE = lazy_pattern(r"(?i)^(?:\W|\b(?:it|that|them|this|him|her|anyone|anything|to|now|then|after all|any ?more|any longer|yet|please|the|a|an|OK|okay)\b)*$")
_DROPS_EN = lazy_pattern(
    rf"(?i)(?:{_LEAD}|\blet['’]s\s+|\bwe can\s+)(?:forget(?: about)?|scrap|call off|never mind(?: about)?|leave out|let['’]s drop)\s+(?:the|that|those|this|my|your)\s+(?P<what>[^,.;?!]{{3,50}})"
)
_NOT_FORGET = lazy_pattern(r"(?i)\b(?:don['’]t|do not|never|not) forget\b")
_NOT_JA = lazy_pattern(r"(?P<verb>[\u4e00-\u9fff]{1,3})(?:[ぁ-ん]{0,3})(?:なくて(?:も)?(?:いい|結構|大丈夫|よい|構い)|ないで(?:いい|結構|ください|おいて)|ず(?:に)?(?:いい|結構|大丈夫))")
_DROPS_JA = lazy_pattern(r"(?P<what>[^、。]{2,24}?)(?:の(?:件|話|お願い|依頼))?(?:は|を|も)(?:、)?(?:やっぱり|やはり|いったん)?(?:なし(?:で|に|です|と)|不要(?:です|に|と)|取り?消し(?:で|に|ます|て)|キャンセル(?:で|に|します|して)|取りやめ|やめ(?:て(?:ください|おき)|に(?:し|な)|ましょう|とき)|中止(?:で|に|し)|結構です|要りません|いりません|いらない|必要なくな|見送り(?:で|に|ましょう))")
_STILL_JA = lazy_pattern(r"まで(?:は)?|前に|以外|だけは|ように|(?:か|よね)[。？?]*$|[？?]")
# what is put off, not called off
_LATER = lazy_pattern(r"(?i)\b(?:yet|for now|today|this week|for the moment|for the time being)\b|今日は|本日は|まだ|今は|今週は|いったん|当面")
_MARKS = {"en": ("withdrawn", "put off"), "ja": ("取り消し", "延期")}
_POINTS_JA = lazy_pattern(r"^(?:(?:では|じゃあ|それでは|あと|なら|はい|あ|いや|やっぱり|やはり|すみません)[、。]?)+|(?:さっき|先ほど|先程|例|その|この|前|今)の?")
_RUN_JA = lazy_pattern(r"[\u4e00-\u9fff々]+|[ァ-ヶー]+|[A-Za-z0-9]+")


def with_cancelled(items: Sequence[Item], sentences: Sequence[Sentence], lang: str) -> list[Item]:
    """The items; a task that a later sentence calls off says so, and by which words."""
    at_of = {s.span: s.index for s in sentences}
    people = find_people(sentences)
    ends = [s for s in sentences if s.speaker and _may_cancel(s.text, lang)]
    return [_marked(i, at_of, ends, sentences, people, lang) if i.kind == "action" else i for i in items]


def _may_cancel(text: str, lang: str) -> bool:
    if lang == "ja":
        return (_NOT_JA.search(text) or _DROPS_JA.search(text)) is not None and _STILL_JA.search(text) is None
    return (_NOT_EN.search(text) or _DROPS_EN.search(text)) is not None and not text.rstrip().endswith("?")


def _marked(
    item: Item, at_of: dict[SourceSpan, int], ends: Sequence[Sentence], sentences: Sequence[Sentence], people: People, lang: str
) -> Item:
    places = [at_of[s] for s in item.evidence if s in at_of]
    if not places:
        return item
    last = max(places)
    said = [sentences[n].text for n in places]
    for end in ends:
        near = last < end.index and end.turn - sentences[last].turn <= _TURNS
        calls = _calls_off_ja if lang == "ja" else _calls_off_en
        if near and calls(item, said, end, people):
            later = _LATER.search(end.text) is not None
            word = _MARKS[lang][later]
            what = behind(item.what, f"{word}: {end.text}", lang)
            told = (item.place, end.span, *item.evidence[1:])
            return replace(item, what=what, status=item.status if later else "rejected", evidence=told)
    return item


def _calls_off_en(item: Item, said: Sequence[str], end: Sentence, people: People) -> bool:
    """The same verb that whoever has the task is told not to do, or a thing dropped that the task names whole."""
    held = set(features(" ".join([item.what, *said])))
    for match in _NOT_EN.finditer(end.text):
        verb = match["verb"].lower()
        if not re.match(rf"{re.escape(verb)}\b", item.what.lower()) or _STILL.search(match["rest"]):
            continue
        told = end.speaker == item.who if match["own"] else _named(end.text, item.who, people)
        named = set(features(match["rest"]))
        if (told and (_MERE.match(match["rest"]) or named & held)) or (named and named <= held):
            return True
    dropped = None if _NOT_FORGET.search(end.text) else _DROPS_EN.search(end.text)
    thing = set(features(dropped["what"])) if dropped else set()
    return bool(thing) and thing <= held


def _calls_off_ja(item: Item, said: Sequence[str], end: Sentence, people: People) -> bool:
    """As in English: 調べなくていい, or 発注はなしで with all that it names in the task."""
    named = _named(end.text, item.who, people)
    for match in _NOT_JA.finditer(end.text):
        before = [r for r in _RUN_JA.findall(_bare_ja(re.split(r"[、。]", end.text[: match.start()])[-1], people)) if len(r) > 1]
        in_task = re.search(rf"{match['verb']}[ぁ-ん]|{match['verb']}$", item.what) is not None
        if in_task and (before or named) and all(r in item.what for r in before):
            return True
    for match in _DROPS_JA.finditer(end.text):
        runs = _RUN_JA.findall(_bare_ja(match["what"], people))
        if runs and any(len(r) > 1 for r in runs) and all(r in item.what for r in runs):
            return True
    return False


def _bare_ja(words: str, people: People) -> str:
    """Words without a person who is addressed, and without what points back."""
    return _POINTS_JA.sub("", re.sub(rf"{people.pattern()}[、,]?", "", words))


def _named(text: str, who: str, people: People) -> bool:
    return bool(who) and any(people.resolve(m["name"]) == who for m in re.finditer(people.pattern(), text))
