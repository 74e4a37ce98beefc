# ruff: noqa: E501 (patterns)
"""A day that a later turn of a meeting moves in passing: "push it back by two days", 一日ずらしましょう."""

from __future__ import annotations

import re

from tsel_core.text.values import extract_values
from tsel_core.trust.amendments.words import FORMER
from tsel_core.trust.claims.evidence import Sentence, Sentences

_REACH = 5  # sentences behind, in which what is moved is still the day just named
_MOVES = re.compile(
    r"\b(?:push|shove|move|shift|put|bring|slide|nudge|bump|knock|take|pull)\b (?:it|that|this|them|things|everything|the (?:date|day|meeting|start|whole thing))\b[^.?!]{0,20}\b(?:back|forward|on|out|up|by|to|earlier|later)\b"
    r"|\b(?:a|one|two|three|four|five|six|seven|\d+) (?:days?|weeks?|hours?|months?) (?:later|earlier)(?: than that)?(?: instead)?\s*[.?!]*$"
    r"|(?:日|週|週間|時間|か月|月|年)(?:ほど|だけ|くらい)?(?:後ろ|あと|前|先)?(?:に|へ)?(?:ずら|延ば|遅ら|早め|倒し|繰り?上げ|繰り?下げ|前倒|後ろ倒)"
    r"|^(?:それを?|では|じゃあ|なら)?[、]?(?:後ろに|前に)?(?:ずらし|延ばし|繰り?上げ|繰り?下げ|遅らせ|早め)(?:て|ま|た)",
    re.I,
)
_NO = re.compile(r"^\W*(?:no\b|not\b|sorry\b|i['’]d rather not|いいえ|いや|だめ|無理|それは難し)", re.I)


def moved_on(question: str, stated: str, sentence: Sentence, sentences: Sentences) -> str:
    """The words of a later turn that move the day which a claim takes from a turn of a meeting; ""."""
    if sentence.speaker is None or FORMER.search(f"{question} {stated}"):
        return ""
    if not any(v.kind in ("date", "time", "ordinal") for v in extract_values(stated)):
        return ""
    here: Sentence | None = sentence
    for _ in range(_REACH):
        here = sentences.behind(here) if here is not None else None
        if here is None or here.speaker is None:
            return ""
        match = _MOVES.search(here.text.strip())
        if match is not None:
            return "" if _NO.match(here.behind.lstrip()) else match.group().strip()
    return ""
