# ruff: noqa: E501 (patterns)
"""Who says that somebody else does it: "I'll ask Arai to read the proofs" is no answer that the speaker reads them."""

from __future__ import annotations

import re

from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.trust.claims.parts.evidence import Sentence
from tsel_core.trust.claims.parts.phrase import asks_who
from tsel_core.trust.claims.parts.words import is_japanese

_NAME = r"[A-Z][a-z'’-]+"
_OTHER = lazy_pattern(
    rf"\b(?:ask|asked|asking|told|tell|leave (?:it|that|this) to|left (?:it|that|this) to|given (?:it|that|this) to|give (?:it|that|this) to|let|have|get|got|hand (?:it|that|this) (?:over )?to) (?P<a>{_NAME})\b"
    rf"|(?:^|[.!?,]\s)(?P<b>{_NAME}),? (?:can|could|will|would) you\b|(?:^|[.!?]\s)(?P<c>{_NAME}) (?:will|can|is going to|has agreed to|does|is doing)\b"
)
_OTHER_JA = lazy_pattern(r"(?P<a>[\u3400-\u9fff々\u30a1-\u30faーA-Za-z]{1,8})(?:さん|氏|君|くん|様)?(?:に|へ|、)[^。、]{0,24}?(?:頼み|頼む|頼ん|お願い|任せ|依頼|して(?:もら|いただ|頂)|やって(?:もら|いただ|頂))")
_SELF = lazy_pattern(r"\b(?:I['’]ll|I will|I['’]m (?:doing|going)|I can|I do|I did|me\b|myself|we['’]ll both)|(?:私|わたし|僕|ぼく|自分|こちら)(?:が|も|で|の)")


def delegated(stated: str, question: str, sentence: Sentence) -> str:
    """ "丸山 / 荒井": who a claim names only speaks, and says that another one does it; ""."""
    speaker = sentence.speaker
    if not speaker or not asks_who(question) or _SELF.search(sentence.text):
        return ""
    own = [part for part in re.split(r"[\s　]+", re.sub(r"さん$|氏$", "", speaker)) if len(part) > 1 or not part.isascii()]
    if not any(part in stated for part in own) or any(part in sentence.text for part in own):
        return ""
    pattern = _OTHER_JA if is_japanese(sentence.text) else _OTHER
    for match in pattern.finditer(sentence.text):
        other = next(name for name in match.groups() if name)
        if other not in stated and other not in speaker:
            return f"{own[0]} / {other}"
    return ""
