# ruff: noqa: E501 (patterns)
"""A later turn that puts another value in the place of one that was just named: "no, let us make it the 14th", いや、14日で。"""

from __future__ import annotations

import re
from dataclasses import replace

from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.text.normalize import normalise
from tsel_core.text.same_values import same_value
from tsel_core.text.values import Value, extract_values
from tsel_core.trust.amendments.words import FORMER
from tsel_core.trust.claims.parts.claim import Claim
from tsel_core.trust.claims.parts.evidence import Sentence, Sentences
from tsel_core.trust.claims.parts.words import RUN, english_tokens, is_japanese

_REACH = 8  # sentences behind, in which the value just named is still spoken of
_LEAD = 24  # characters of a sentence that only says that something else comes
_REASON_JA = lazy_pattern(r"^[^。]{1,30}?(?:ので|ため|なくて|ですから|だから)、?")
_TURNS = lazy_pattern(
    r"^\W*(?:no|nope|wait|sorry|actually|correction|hold on|on second thoughts?|i meant?|rather)\b|\b(?:instead|rather|after all|on second thoughts?|i mean[t]?|correction|is now|are now|will now)\b"
    r"|\blet(?:['’]?s| us| me) (?:make|say|do|take|move|order|have|go|call|put|set|fix|change)\b|\b(?:make|call|put) it\b|\bwe(?:['’]ll| will) (?:do|take|make it|say)\b|\b(?:could|can|shall|should) we (?:say|do|take|make it|move)\b|\bbetter\b|\bmoved? (?:it|that|the \w+(?: \w+)?) to\b|\bthen\W*$|\bnot (?:the |on )?\w+\W*$|\bchanged? (?:it |that )?to\b"
    r"|^(?:いや|いえ|いいえ|すみません|やはり|やっぱり|訂正|それなら|では|じゃあ)|に(?:しましょう|します|しよう|変更|延期|前倒し|増や|減ら|変え|変わ|なりました|なった|改め|ずら|訂正)|の(?:間違い|誤り)|でお願い|のほうが(?:いい|良い|よい)|ということで|ではどう",
    re.I,
)
_ASKS = lazy_pattern(r"\?\s*$|？\s*$|(?:でしょうか|ますか|ませんか|どうですか|どうでしょう)。?\s*$")
_NO = lazy_pattern(r"^\W*(?:no\b|not\b|sorry\b|i['’]d rather not|unfortunately|that does not|that doesn['’]t|いいえ|いや|だめ|無理|それは難し|できません)", re.I)
_YES = lazy_pattern(r"^\W*(?:yes|yeah|yep|fine|ok(?:ay)?|agreed|good|great|sure|perfect|all right|right|let['’]?s do that|works|はい|ええ|了解|賛成|いいですね|それで|承知|わかりました|分かりました|そうしましょう|大丈夫)", re.I)
_KINDS = frozenset({"date", "ordinal", "time", "number", "money", "duration", "percent"})
# words of such a turn that are of no other thing
_PLAIN = frozenset("make made say said mean meant let do does take move moved order have go call put set fix change changed instead rather actually sorry wait correction better day date time please fine hm well okay ok yes no oh think thought second need hold after all now good agree agreed sure then people chair piece month week year hour minute pound euro dollar percent".split())  # noqa: SIM905
_PLAIN_JA = lazy_pattern(r"^(?:変更|延期|訂正|間違|誤|前倒|増|減|願|方|日|月|年|時|分|円|人|名|個|脚|回|件|改|会場|都合|祝日|今|案)+$")


def said_later(claim: Claim, stated: str, question: str, sentences: Sentences) -> Claim:
    """A supported claim, unsure where a turn behind the one that states its value names another one for it."""
    if claim.verdict != "supported" or claim.evidence is None or FORMER.search(f"{question} {stated}"):
        return claim
    here = next(iter(sentences.at(claim.evidence)), None)
    if here is None or here.speaker is None:
        return claim
    asked = extract_values(question)
    ours = [v for v in extract_values(stated, ordinal_words=True) if v.kind in _KINDS and not any(same_value(v, a) for a in asked)]
    later = _turn(ours, f"{stated} {question} {here.text}", here, sentences) if len(ours) == 1 else None
    if later is None:
        return claim
    return replace(claim, verdict="unsure", why="amended", detail="", evidence=later.span)


def _turn(ours: list[Value], known: str, here: Sentence, sentences: Sentences) -> Sentence | None:
    """The first turn behind a sentence that has another value for it, and is not refused."""
    value = ours[0]
    place: Sentence | None = here
    for _ in range(_REACH):
        lead = place.text.strip() if place is not None and place is not here else ""
        before = place.speaker if place is not None else None
        place = sentences.behind(place) if place is not None else None
        if place is None or place.speaker is None:
            return None
        theirs = [v for v in extract_values(place.text, ordinal_words=True) if v.kind in _KINDS]
        others = [v for v in theirs if _kin(value, v) and not _same(value, v)]
        lead = lead if len(lead) <= _LEAD and before == place.speaker else ""  # "Correction." "It is the 14th."
        if not others or not (_TURNS.search(place.text.strip()) or (lead and _TURNS.search(lead))):
            continue
        names_it = any(_same(value, v) for v in theirs)
        if not names_it and _of_another(place.text, theirs, known):
            continue
        following = _following(place, sentences)
        if _NO.match(following) or (_ASKS.search(place.text) and not _YES.match(following)):
            continue
        return place
    return None


def _following(place: Sentence, sentences: Sentences) -> str:
    """What another one says next."""
    step: Sentence | None = place
    for _ in range(_REACH):
        step = sentences.behind(step) if step is not None else None
        if step is None or step.speaker != place.speaker:
            return step.text.strip() if step is not None else ""
    return ""


def _kin(one: Value, two: Value) -> bool:
    """Whether a value may stand in the place of another: a day for a day, a number for a number of the same."""
    if _day(one) and one.kind in ("date", "ordinal"):
        return _day(two) != ""
    if one.kind == two.kind:
        return one.kind != "number" or not one.unit or not two.unit or one.unit == two.unit
    return two.kind == "number" and not two.unit


def _same(one: Value, two: Value) -> bool:
    return same_value(one, two) or (_day(one) != "" and _day(one) == _day(two))


def _day(value: Value) -> str:
    """The day of the month that a value names, or ""."""
    if value.kind == "date":
        parts = value.value.split("-")
        return str(int(parts[-1])) if len(parts) >= 3 and parts[-1].isdigit() else ""
    if value.kind == "ordinal" or value.unit == "日":
        return value.value if value.value.isdigit() and 1 <= int(value.value) <= 31 else ""
    return ""


def _of_another(text: str, values: list[Value], known: str) -> bool:
    """Whether a turn has words of its own, so that its value may be of another thing."""
    for value in sorted(values, key=lambda v: -v.start):
        text = f"{text[: value.start]} {text[value.end :]}"
    if is_japanese(text):
        there, text = normalise(known), _REASON_JA.sub("", text)
        return any(normalise(run) not in there and not _PLAIN_JA.match(run) for run in RUN.findall(text))
    stems = {t.stem for t in english_tokens(known)}
    return any(t.content and t.stem not in stems and t.word not in _PLAIN for t in english_tokens(text))
