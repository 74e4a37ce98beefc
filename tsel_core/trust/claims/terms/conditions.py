# ruff: noqa: E501 (patterns)
"""A clause told without its condition: "may assign" of "may assign with the consent of the landlord", 負わない of 重大な過失がない限り、負わない.

What may be done, or is not owed, is not so where a condition is left out. Of a value that is asked for (how long, how
much) the condition need not be told.
"""

from __future__ import annotations

import re

from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.text.may import MAY
from tsel_core.text.normalize import normalise
from tsel_core.trust.claims.parts.asked import asks_yes_no
from tsel_core.trust.claims.parts.words import RUN, english_tokens, is_japanese

_I = re.I
_LEAVE = r"(?:consents?|approvals?|permission|authori[sz]ation|written agreement|prior agreement)"
_CONDITION = lazy_pattern(
    rf"\b(?:if|unless|provided(?: however,?)? that|provided|except|only|subject to|on (?:the )?condition|as long as|so long as|in the event|other than|save)\b|\b(?:with|without|upon|after|having obtained|obtains?|obtaining)\s(?:[\w'’-]+\s){{0,6}}?{_LEAVE}\b|\bbut not\b",
    _I,
)
# by which a claim tells one, or leaves it open
_TOLD = lazy_pattern(
    rf"\b(?:if|unless|provided|providing|except|excluding|only|subject|condition\w*|long as|when|where|while|until|once|in (?:the )?(?:event|case)|case of|other than|apart from|save|but|not without|limited|restrict\w*|certain|some|under)\b|{_LEAVE}|\bagree[sd]?\b|\bconsent\w*|\bapprov\w*|\bpermi(?:t|ss)\w*|\bwith(?:out)? (?:the |its |his |their )?(?:prior|written)\b|\bafter\b|\bupon\b|\bin case\b",
    _I,
)
_MAY = lazy_pattern(rf"{MAY}|\b(?:can|is allowed|are allowed|is permitted|are permitted|is entitled|are entitled|has the right|have the right|is free|are free)\b", _I)
_NOT_OWED = lazy_pattern(r"\b(?:not|never|no)\b(?:\s\w+){0,3}\s(?:liable|liability|responsible|responsibility|answerable|obliged|required)|\b(?:shall|may|must|will|can) (?:not|never)\b|\bcannot\b", _I)
_ASKS_SO = lazy_pattern(r"^\W*(?:when|in (?:which|what) (?:case|event)s?|under (?:which|what)|on what (?:terms|condition)|what (?:may|can)|who (?:may|can|is (?:liable|responsible)))\b", _I)
_CUT = lazy_pattern(r"[;:]\s|,\s(?:and|but|while|whereas|which)\s|\.\s(?=[A-Z])")

_CONDITION_JA = lazy_pattern(r"(?:場合|とき|者|もの)に限[りるっ]|(?:場合|とき)(?:に)?のみ|(?:承諾|同意|許可|承認|了承|許諾)[^、。]{0,8}(?:を(?:得|受け|要)|の(?:上|うえ)|がある|に基づ)|を条件|ない限り|なければ|場合を除|ときを除|以外|を除[きくい]|ときは|場合は|場合に")
_TOLD_JA = lazy_pattern(r"限|のみ|だけ|承諾|同意|許可|承認|了承|許諾|条件|なければ|ないと|除|以外|場合|とき|ただし|但し|すれば|られれば|たら|であれば|なら|原則|一定|際")
_MAY_JA = lazy_pattern(r"(?:こと|事)が(?:でき(?!な|ま(?:せ)ん)|可能)|でき(?:る|ます)(?!か)|可能(?:です|である|だ|。|$)|(?:ても|で)(?:よい|良い|いい|構わ)|権利を有")
_NOT_OWED_JA = lazy_pattern(r"(?:責任|責|義務|賠償)[^。]{0,10}(?:負わ|負い|負担し|ない|ありません|せん)|免責|(?:てはならない|てはなりません|できない|できません|してはいけ)")
_ASKS_JA = lazy_pattern(r"(?:どのような|どういう|どんな|いかなる|何の)(?:場合|とき|条件)|いつ.{0,12}(?:でき|可能)|(?:でき|可能).{0,6}(?:のは|人|者)")
_CUT_JA = lazy_pattern(r"。|(?:[しすくけせりえ]、|[がで]、)(?=[^、。]{1,12}は)")
_LIMITED = 3  # words behind a condition that tell it
_LEAST_RUN = 2  # characters of a Japanese word


def condition_dropped(claim: str, whole: str, question: str, evidence: str) -> str:
    """The words that begin a condition of what a claim says may be done, or is not owed, and that its answer does not tell; "".

    `whole` is the answer that the claim is a sentence of.
    """
    japanese = is_japanese(evidence)
    if japanese != is_japanese(claim) or not _is_asked(question, japanese):
        return ""
    grants = (_MAY_JA, _NOT_OWED_JA) if japanese else (_MAY, _NOT_OWED)
    told, condition = (_TOLD_JA, _CONDITION_JA) if japanese else (_TOLD, _CONDITION)
    said = f"{whole}\n{claim}"
    if not any(g.search(claim) for g in grants) or told.search(said):
        return ""
    clause = _clause(claim, evidence, japanese)
    if not any(g.search(claim) and g.search(clause) for g in grants):
        return ""
    found = next((m for m in condition.finditer(clause) if japanese or not _is_met(claim, clause, m)), None)
    return found.group() if found is not None else ""


def _is_met(claim: str, clause: str, condition: re.Match[str]) -> bool:
    """Whether a claim names what a thing is limited to: "for electrical work" of "only for electrical work"."""
    words = _words(claim, japanese=False)
    behind = clause[condition.end() :].lstrip()
    if condition.group().lower() == "but not" or (condition.group().lower() == "only" and not behind[:1].isalnum()):
        before = [t.stem for t in english_tokens(clause[: condition.start()]) if t.content]
        return bool(before) and before[-1] in words
    limit = [t.stem for t in english_tokens(clause[condition.end() :]) if t.content][:_LIMITED]
    others = {t.stem for t in english_tokens(clause[: condition.start()])}
    return any(word in words and word not in others for word in limit)


def _is_asked(question: str, japanese: bool) -> bool:
    """Whether it is asked if, or in which case, something may be: nothing is asked of a summary."""
    if not question:
        return True
    return asks_yes_no(question) or (_ASKS_JA if japanese else _ASKS_SO).search(question) is not None


def _clause(claim: str, evidence: str, japanese: bool) -> str:
    """The clause of a sentence that has most of a claim's words."""
    parts, begin = [], 0
    for cut in (_CUT_JA if japanese else _CUT).finditer(evidence):
        parts.append(evidence[begin : cut.start()])
        begin = cut.end()
    parts.append(evidence[begin:])
    words = _words(claim, japanese)
    return max(parts, key=lambda part: len(words & _words(part, japanese)))


def _words(text: str, japanese: bool) -> set[str]:
    if japanese:
        return {normalise(m.group()) for m in RUN.finditer(text) if len(m.group()) >= _LEAST_RUN}
    return {t.stem for t in english_tokens(text) if t.content}
