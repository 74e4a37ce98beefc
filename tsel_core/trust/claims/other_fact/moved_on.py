# ruff: noqa: E501 (patterns)
"""What a later turn of a meeting moves in passing: "push it back by two days", 一日ずらしましょう, "I can do thirty"."""

from __future__ import annotations

import re

from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.text.same_values import same_value
from tsel_core.text.values import extract_values
from tsel_core.trust.amendments.words import FORMER
from tsel_core.trust.claims.parts.evidence import Sentence, Sentences
from tsel_core.trust.claims.parts.words import RUN, english_tokens, is_japanese

_REACH = 5  # sentences behind, in which what is moved is still the day just named
_MOVES = lazy_pattern(
    r"\b(?:push|shove|move|shift|put|bring|slide|nudge|bump|knock|take|pull)\b (?:it|that|this|them|things|everything|the (?:date|day|meeting|start|whole thing))\b[^.?!]{0,20}\b(?:back|forward|on|out|up|by|to|earlier|later)\b"
    r"|\b(?:a|one|two|three|four|five|six|seven|\d+) (?:days?|weeks?|hours?|months?) (?:later|earlier)(?: than that)?(?: instead)?\s*[.?!]*$"
    r"|(?:日|週|週間|時間|か月|月|年)(?:ほど|だけ|くらい)?(?:後ろ|あと|前|先)?(?:に|へ)?(?:ずら|延ば|遅ら|早め|倒し|繰り?上げ|繰り?下げ|前倒|後ろ倒)"
    r"|^(?:それを?|では|じゃあ|なら)?[、]?(?:後ろに|前に)?(?:ずらし|延ばし|繰り?上げ|繰り?下げ|遅らせ|早め)(?:て|ま|た)",
    re.I,
)
_NO = lazy_pattern(r"^\W*(?:no\b|not\b|sorry\b|i['’]d rather not|いいえ|いや|だめ|無理|それは難し)", re.I)


# another value is offered: "I could stretch to twenty-one", "At that number I can do thirty-two"
_OFFERS = lazy_pattern(
    r"\b(?:can|could|will|would|['’]ll|['’]d) (?:\w+ )?(?:do|stretch|go|offer|manage|make|drop|come down|live with)\b|\b(?:make|call) it\b|\blet['’]?s (?:do|make|say|take|go (?:for|with)|plan for|settle on)\b|\bhow about\b"
    r"|(?:まで)?(?:なら|であれば)(?:でき|出せ|可能|大丈夫)|に(?:しましょう|まけ|下げ|上げ|延ばし)|でいかがですか|で手を打",
    re.I,
)
_SAME = {"money", "number", "duration", "percent"}
# what such a turn may say beside the value; any other thing of its own is what it offers it for
_BESIDE = frozenset("head person piece day days week weeks month months year pound pounds euro euros dollar dollars percent well maybe then instead okay yes sure number rate price time think suppose".split())  # noqa: SIM905


# what was decided before and is looked at again: "we decided last week to lease two electric ones. Any change?"
_AS_IT_WAS = lazy_pattern(r"\b(?:decided|agreed|planned|said|wanted)\b.{0,20}\blast (?:week|time|month|year|meeting)\b|\blast (?:week|time|month|year|meeting) we\b|\b(?:originally|so far|until now)\b|\bhad (?:decided|agreed|planned)\b", re.I)
_COUNT = r"(one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\d{1,4})"
_COUNTED, _COUNT_ALONE = lazy_pattern(rf"\b{_COUNT} ([a-z]{{4,}})", re.I), lazy_pattern(_COUNT, re.I)
_HOW_MANY = lazy_pattern(r"\bhow many ([a-z]{4,})", re.I)
_AGAIN = 8  # sentences behind, in which it is decided anew


def _decided_anew(stated: str, question: str, sentence: str, later: str) -> str:
    """ "one electric": how many of the same a later turn takes, where the claim's sentence says how it was; ""."""
    if _AS_IT_WAS.search(sentence) is None:
        return ""
    ours = {noun.casefold(): num.casefold() for num, noun in _COUNTED.findall(stated)}
    asked, alone = _HOW_MANY.search(question), _COUNT_ALONE.fullmatch(stated.strip(" ."))
    if asked and alone:
        ours = {asked[1].casefold(): alone[1].casefold()}
    for num, noun in _COUNTED.findall(later):
        if ours.get(noun.casefold(), num.casefold()) != num.casefold():
            return f"{num} {noun}"
    return ""


def _offered(stated: str, sentence: str) -> str:
    """Another value that a turn offers for the one in a claim, without another thing that it offers it for; ""."""
    if _OFFERS.search(sentence) is None:
        return ""
    ours = [v for v in extract_values(stated) if v.kind in _SAME]
    theirs = [v for v in extract_values(sentence) if v.kind in _SAME]
    if not ours or not theirs or any(same_value(o, t) for o in ours for t in theirs):
        return ""
    plain = sentence
    for value in reversed(theirs):
        plain = f"{plain[: value.start]} {plain[value.end :]}"
    plain = _OFFERS.sub(" ", plain)
    words = RUN.findall(plain) if is_japanese(sentence) else [t.word for t in english_tokens(plain) if t.content]
    own = [w for w in words if w not in _BESIDE and w not in stated.casefold()]
    fits = any(o.kind == t.kind or t.kind == "number" for o in ours for t in theirs)
    return theirs[-1].text if fits and not own else ""


def moved_on(question: str, stated: str, sentence: Sentence, sentences: Sentences) -> str:
    """The words of a later turn that move the day, or offer another value, which a claim takes from a meeting; ""."""
    if sentence.speaker is None or FORMER.search(f"{question} {stated}"):
        return ""
    dated = any(v.kind in ("date", "time", "ordinal") for v in extract_values(stated))
    here: Sentence | None = sentence
    for step in range(_AGAIN):
        here = sentences.behind(here) if here is not None else None
        if here is None or here.speaker is None:
            return ""
        anew = _decided_anew(stated, question, sentence.text, here.text)
        if anew:
            return anew
        if step >= _REACH:
            continue
        offered = _offered(stated, here.text)
        if offered and not _NO.match(here.behind.lstrip()):
            return offered
        match = _MOVES.search(here.text.strip()) if dated else None
        if match is not None:
            return "" if _NO.match(here.behind.lstrip()) else match.group().strip()
    return ""
