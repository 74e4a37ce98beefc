# ruff: noqa: E501 (one pattern a line)
"""Tasks that two people make together: somebody asks who does it, or what became of it, and the answer takes it on."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from tsel_core.document import SourceSpan
from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.sweep.item import Item
from tsel_core.sweep.meetings import moves_en, moves_ja
from tsel_core.sweep.meetings.actions import cut_deadline
from tsel_core.sweep.meetings.actions_en import VERBS
from tsel_core.sweep.meetings.decisions import spoken_clean
from tsel_core.sweep.meetings.openings import is_spontaneous
from tsel_core.sweep.meetings.verbs_ja import plain
from tsel_core.sweep.meetings.walk import Walk
from tsel_core.sweep.sentences import Sentence
from tsel_core.sweep.text import behind
from tsel_core.trust.passages import features

_SCORE = 0.8  # given, and marked
_NEAR = 2  # turns within which the answer comes
_LONGEST = {"en": 90, "ja": 45}  # characters of an answer's sentence that dates a task


@dataclass(frozen=True, slots=True)
class _Words:
    """Patterns of a language: a question for whoever does it, an answer that takes it on or refuses, something that is due."""

    who: re.Pattern[str]
    takes: re.Pattern[str]
    refuses: re.Pattern[str]
    due: re.Pattern[str]


_WORDS = {
    "en": _Words(
        lazy_pattern(
            rf"(?i)\b(?:who|somebody|someone|anybody|anyone)\b(?:['’]s| is)?\s*(?:going to|can|will|could|would(?: like to)?|wants to|has time to|volunteers to|else can)?\s*(?P<task>{VERBS}[^.?!]*)\?"
            r"|^(?:(?:so|and|but|then|also)\s+)?(?:somebody|someone|one of (?:you|us))\s+(?:needs? to|has to|have to|should|must|ought to|will have to|had better)\s+(?P<need>(?!be\b|have\b)[a-z][^.?!]*)"
        ),
        lazy_pattern(r"(?i)^(?:(?:ok(?:ay)?|yes|sure|well)\W+)?(?:me\b|I\b|I['’]|my (?:team|group|people)\b|let me\b|leave (?:it|that) (?:to|with) me|we can\b|we['’]ll\b|gladly|happy to)|\bI(?:['’]ll| will| can)\s+(?:do|mention|tell|ask|bring|take|handle|see to|raise|pass)\b"),
        lazy_pattern(r"(?i)\b(?:can['’]?t|cannot|not|don['’]t|won['’]t|never|sorry|afraid|think|thought|know|hope|guess|doubt)\b|\?"),
        lazy_pattern(r"(?i)\b(?:due|overdue|owes?|waiting|missing|still|yet|where(?:['’]s| is| are)|need|ready|finished|late|promised)\b"),
    ),
    "ja": _Words(
        lazy_pattern(r"(?P<task>.*(?:どなた|誰|だれ)(?:か|が|に|から)?.*(?:ますか|ませんか|くれる|もらえ|いただけ|しょうか)[^。]*)"),
        lazy_pattern(r"^(?:(?:はい|ええ|では|じゃあ)[、。]?)*(?:私|僕|わたし|うち|こちら)(?:が|で|の|は|から|も|、|。|や|し|に)|やります|やりましょう|引き受け|担当します|行きます"),
        lazy_pattern(r"できません|無理|難し|思い|思う|分かりません|わかりません|か[。？?]*$|[？?]$"),
        lazy_pattern(r"締め?切り?|まだ|提出|遅れ|いつ|出ていま|進み具合|もらって|いただいて|待って|届いて|滞って"),
    ),
}  # fmt: skip
_WHEN = lazy_pattern(rf"(?i)\bwhen (?:could|can|will|would) you (?P<task>(?:re)?{VERBS}[^?]*|restart[^?]*|start[^?]*)\?")
_WHO_JA = lazy_pattern(r"(?:は|を|が)?(?:どなた|誰|だれ)(?:か|が|に|から)?")
_STATES_JA = lazy_pattern(r"てい(?:ます|る)|ました|(?:で|あり)ます?か")
_ASKS_JA = lazy_pattern(r"(?:ますか|ませんか|もらえますか|いただけますか|くれる|ましょうか|でしょうか)[。？?]*$")


def answered_tasks(walk: Walk) -> list[Item]:
    """Tasks of a talk that no sentence holds by itself; nothing for free talk."""
    if is_spontaneous(walk.sentences):
        return []
    taken = {i.place for i in walk.items if i.kind == "action" and i.score >= _SCORE and i.who}
    found = []
    for at, sentence in enumerate(walk.sentences):
        if not sentence.speaker or sentence.span in taken:
            continue
        made = _offered(walk, at) or _volunteered(walk, at) or _when_asked(walk, at) or _dated(walk, at, taken)
        if made is not None:
            found.append(made)
            taken |= set(made.evidence)
    return found


def without_halves(items: Sequence[Item], whole: Sequence[Item]) -> list[Item]:
    """The items without those that are only the answer of a task found whole ("I'll have it ready on Friday")."""
    answers = {span for item in whole for span in item.evidence[1:]}
    return [
        i for i in items if not (i.kind == "action" and (i.place in answers or i.place in {w.place for w in whole}))
    ]


def _volunteered(walk: Walk, at: int) -> Item | None:
    """ "Who can update the page?" - "Me. I'll do it by Friday." """
    words, sentence = _WORDS[walk.lang], walk.sentences[at]
    match = words.who.search(spoken_clean(sentence.text) if walk.lang == "en" else sentence.text)
    if match is None or (walk.lang == "ja" and _STATES_JA.search(sentence.text)):
        return None
    answer = _answer(walk, at, "")
    if not answer or not words.takes.search(answer[0].text) or words.refuses.search(answer[0].text):
        return None
    if (
        walk.lang == "ja"
        and "を" in answer[0].text
        and not set(features(answer[0].text)) & set(features(sentence.text))
    ):
        return None  # something else is taken on
    task = (match.groupdict().get("need") or match["task"]).strip(" 。？?")
    if walk.lang == "ja":
        task = _ASKS_JA.sub("", _WHO_JA.sub(_object, sentence.text, count=1)).strip(" 。？?、") + "（担当）"
    rest, when, _ = cut_deadline(task, walk.lang)
    return _item(walk, at, answer, rest if when else task, when or _date(answer, walk.lang)[0])


_OFFERS_EN = lazy_pattern(
    rf"(?i)\b(?:shall|should|can|could|do you want me to|would you like me to|may) (?:I )?(?P<task>(?:also |just )?{VERBS}\b[^.?!]*)\?"
)
_OFFERS_JA = lazy_pattern(r"^(?P<task>[^。]{2,40}?(?:ましょうか|ておきますか|ときましょうか))[。？?]*$")
_YES = lazy_pattern(
    r"(?i)^(?:(?:oh|ah|well|ok(?:ay)?)\b[,.!]?\s+)*(?:yes|yeah|yep|please|sure|go ahead|do\b|would you|that would|perfect|great|lovely|ok(?:ay)?\b)|\bplease\b|\btoo\b"
    r"|^(?:(?:ああ?|はい|うん|ええ|じゃあ|では|そうですね)[、。]?)*(?:お願い|頼|助か|ぜひ|はい|ええ|うん|お、|ありがと)"
)
_OFFER_REFUSED = lazy_pattern(r"(?i)^(?:no\b|not\b|don['’]t|leave\b|later)|^(?:いえ|いや|大丈夫|結構|まだ|今は)")


def _offered(walk: Walk, at: int) -> Item | None:
    """ "Shall I tell the wards?" - "Yes please, by Monday." """
    sentence = walk.sentences[at]
    match = (_OFFERS_JA if walk.lang == "ja" else _OFFERS_EN).search(sentence.text)
    answer = _answer(walk, at, "") if match is not None and sentence.speaker != walk.people.chair else []
    if match is None or not answer or _OFFER_REFUSED.search(answer[0].text) or not _YES.search(answer[0].text):
        return None
    task = re.split(r",? or (?:leave|not|shall|should)\b", match["task"])[0].strip(" 。？?")
    if walk.lang == "ja":
        task = plain(re.sub(r"(?:(?<=て)おき)?ましょうか$|(?:(?<=て)おき)?ますか$|ときましょうか$", "ます", task))
    rest, when, _ = cut_deadline(task, walk.lang)
    when = when or _date(answer, walk.lang)[0]
    made = _item(walk, at, answer, rest if when else task, when)
    return replace(made, who=sentence.speaker)


def _when_asked(walk: Walk, at: int) -> Item | None:
    """ "When could you restart it?" - "Tonight after eight." """
    match = _WHEN.search(walk.sentences[at].text) if walk.lang == "en" else None
    answer = _answer(walk, at, "") if match is not None else []
    when, dated = _date(answer, walk.lang)
    if match is None or dated is None or len(dated.text) > _LONGEST["en"] or _WORDS["en"].refuses.search(dated.text):
        return None
    before = walk.sentences[at - 1] if at else None
    task = match["task"].strip()
    if before is not None and re.search(r"\b(?:it|them|that|this)\b", task):
        task = behind(task, before.text, "en")
    return _item(walk, at, [dated], task, when)


def _object(who: re.Match[str]) -> str:
    """を for whoever is asked for behind an object (ちらしはどなたが), nothing elsewhere."""
    return "を" if who[0][0] in "はを" and who.start() > 0 else ""


def _dated(walk: Walk, at: int, taken: set[SourceSpan]) -> Item | None:
    """ "The notes were due yesterday, Mina." - "Tomorrow morning." """
    sentence = walk.sentences[at]
    called = re.search(_called(walk), sentence.text)
    if called is None or not _WORDS[walk.lang].due.search(sentence.text):
        return None
    who = walk.people.resolve(called["name"])
    answer = _answer(walk, at, who)
    when, dated = _date(answer, walk.lang)
    refuses = dated is not None and (_WORDS[walk.lang].refuses.search(dated.text) or _DONE.search(dated.text))
    if dated is None or refuses or dated.span in taken or len(dated.text) > _LONGEST[walk.lang]:
        return None
    subject = (moves_ja if walk.lang == "ja" else moves_en).subject
    turn = [s for s in walk.sentences[max(0, at - 1) : at + 2] if s.turn == sentence.turn]
    rest = re.sub(_called(walk), "", sentence.text, count=1).strip(" ,、")
    what = subject(rest, strong=False) or next((t for s in turn if (t := subject(s.text, strong=True))), "")
    return _item(walk, at, [dated], what, when) if what else None


_DONE = lazy_pattern(r"(?i)\b(?:I|we|they|he|she|it) (?:just |already )?(?:\w+ed|did|was|were|got|sent|had|went|put|made|wrote|took)\b|ました|でした")


def _called(walk: Walk) -> str:
    """A pattern for somebody who is spoken to by name."""
    name = walk.people.pattern()
    return rf"(?:^|、|は){name}(?=、|[。？?]*$|が|は)" if walk.lang == "ja" else rf"(?:^|,\s*){name}(?=,|[.?!]*$)"


def _answer(walk: Walk, at: int, who: str) -> list[Sentence]:
    """The sentences of the next turn, of that person where one is named."""
    asked = walk.sentences[at]
    after = [s for s in walk.sentences[at + 1 : at + 8] if 0 < s.turn - asked.turn <= _NEAR]
    first = next((s for s in after if s.speaker != asked.speaker and who in ("", s.speaker)), None)
    return [s for s in after if first is not None and s.turn == first.turn]


_NO_DUE = lazy_pattern(r"^(?:今日|本日|今回)は(?!.*まで)|ここまで")  # 今日はここまで


def _date(answer: Sequence[Sentence], lang: str) -> tuple[str, Sentence | None]:
    for sentence in answer:
        when = cut_deadline(sentence.text, lang)[1]
        if when and not _NO_DUE.search(sentence.text):
            return when, sentence
    return "", None


def _item(walk: Walk, at: int, answer: Sequence[Sentence], what: str, when: str) -> Item:
    evidence = (walk.sentences[at].span, *(s.span for s in answer))
    who = answer[0].speaker
    return Item("action", what, evidence[:3], who, when, "undertaken", walk.topics[at], score=_SCORE)
