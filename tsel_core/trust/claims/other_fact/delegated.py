# ruff: noqa: E501 (patterns)
"""Who says, or asks, that somebody else does it: "I'll ask Arai to read the proofs" is no answer that the speaker reads them."""

from __future__ import annotations

import re

from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.trust.claims.other_fact.only_asked import is_question
from tsel_core.trust.claims.parts.evidence import Sentence
from tsel_core.trust.claims.parts.phrase import asks_who
from tsel_core.trust.claims.parts.words import is_japanese

_NAME = r"[A-Z][a-z'’-]+"
_OTHER = lazy_pattern(
    rf"\b(?:ask|asked|asking|told|tell|leave (?:it|that|this) to|left (?:it|that|this) to|given (?:it|that|this) to|give (?:it|that|this) to|let|have|get|got|hand (?:it|that|this) (?:over )?to) (?P<a>{_NAME})\b"
    rf"|(?:^|[.!?,]\s)(?P<b>{_NAME}),? (?:can|could|will|would|do|did) you\b|(?:^|[.!?]\s)(?P<c>{_NAME}) (?:will|can|is going to|has agreed to|does|is doing)\b"
)
_NAME_JA = r"[\u3400-\u9fff々\u30a1-\u30faーA-Za-z]{1,8}"
_OTHER_JA = lazy_pattern(
    rf"(?P<a>{_NAME_JA})(?:さん|氏|君|くん|様)?(?:に|へ|、)[^。、]{{0,24}}?(?:頼み|頼む|頼ん|お願い|任せ|依頼|して(?:もら|いただ|頂)|やって(?:もら|いただ|頂))"
    rf"|(?P<b>{_NAME_JA})(?:さん|氏|君|くん|様)(?:は|が|も|の方で)[^。]{{0,80}}?(?:お願い(?:し(?!ない)|いた|でき|致)|(?:して|やって|おいて)(?:ください|下さい|くれ))"
)
_OF_YOU = lazy_pattern(r"\b(?:will|can|could|would|do|did) you\b|(?:いただけ|もらえ|くれ|くださ|願え|願いでき)(?:ます|ない|ませ|る)", re.I)
_LABEL = lazy_pattern(r"^\s*(?P<who>[\u3400-\u9fff々\u30a1-\u30faー]{1,8}|[A-Z][\w'’.-]*(?: [A-Z][\w'’.-]*){0,2})(?:さん|氏)?\s?[:：]\s*(?P<said>.+)", re.S)
_SELF = lazy_pattern(r"\b(?:I['’]ll|I will|I['’]m (?:doing|going)|I can|I do|I did|me\b|myself|we['’]ll both)|(?:私|わたし|僕|ぼく|自分|こちら)(?:が|も|で|の)")


_BEGINS = 30  # characters of a claim in which its subject stands


def delegated(stated: str, question: str, sentence: Sentence) -> str:
    """ "丸山 / 荒井": who a claim says does it only speaks, and says, or asks, that another one does it; "".

    A paper that is no transcript may name who speaks in front: 「山田：鈴木さんは…をお願いします」.
    """
    label = _LABEL.match(sentence.text)
    speaker = sentence.speaker or (label["who"] if label else "")
    said = label["said"] if label and label["who"] in speaker else sentence.text
    if not speaker or _SELF.search(said):
        return ""
    own = [part for part in re.split(r"[\s　]+", re.sub(r"さん$|氏$", "", speaker)) if len(part) > 1 or not part.isascii()]
    subject = stated if asks_who(question) else stated.lstrip(" \"“「『")[:_BEGINS]
    if not any(part in subject for part in own) or any(part in said for part in own):
        return ""
    pattern = _OTHER_JA if is_japanese(said) else _OTHER
    for match in pattern.finditer(said):
        other = next(name for name in match.groups() if name)
        if other not in stated and other not in speaker:
            return f"{own[0]} / {other}"
    return own[0] if is_question(said) and _OF_YOU.search(said) else ""
