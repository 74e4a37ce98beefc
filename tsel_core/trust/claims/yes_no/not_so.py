# ruff: noqa: E501 (patterns)
"""Sentences that say neither Yes nor No, whatever words they share with a question: what is to come, supposed, a row."""

from __future__ import annotations

import re

from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.trust.claims.parts.words import is_japanese

_I = re.I
_DONE = lazy_pattern(r"^(?:and |so |but )?(?:was|were|did|has|have|had)(?:n['’]t)?\b", _I)  # asks for what happened
_DONE_JA = lazy_pattern(r"(?:ましたか|でしたか|たか(?:な|ね)?|済み(?:です)?か|終わっていますか|終えていますか)[。．?？\s]*$")
_TO_COME = lazy_pattern(
    r"\b(?:expects?|hopes?|intends?|aims?|plans?|due|scheduled|set|likely|meant|supposed) to\b|\b(?:is|are) to (?:be )?\w+|\bgoing to\b|\b(?:will|shall)\b|\b(?:not|n['’]t) yet\b|\byet to\b|\bstill (?:to|being|waiting|have to)\b"
    r"|\bby the (?:time|end)\b",
    _I,
)
_DID = lazy_pattern(r"\b(?:has|have|had|was|were) (?:now |already |since |finally )?(?:been )?(?!not\b|yet\b)\w+(?:ed|en|t)\b|\balready\b", _I)
_TO_COME_JA = lazy_pattern(r"予定|見込|つもり|でしょう|ようと(?:思|考)|たいと|これから|まだ|未定|するまで")
_DID_JA = lazy_pattern(r"(?:まし)?た(?=[。、」）)]|$)|済み|済んで")
_BARS = lazy_pattern(r"\s[|｜]\s|｜|\t|(?<=\S) [-–—] (?=\S)")
_ROW = 2  # bars of a row of a table
_SAYS = lazy_pattern(
    r"(?:^|[|｜\t])\s*(?:yes|no|y|n|included|excluded|covered|not (?:included|covered|allowed|permitted|applicable)|allowed|permitted|free|required|optional|✓|✔|✗|✘|○|◯|×|〇|可|不可|あり|なし|有|無|要|不要|対象|対象外|無料|有料|必要|必須|任意|済|未)\s*(?:[|｜\t]|$)",
    _I,
)
# "Is Ann free that week?": words of permission that are all that is asked
_STATE = lazy_pattern(r"^(?:am|is|are|was|were)\b[^?]*\b(free|able|bound|liable)\b(?!\s+(?:to|of|from|for)\b)", _I)
_NO_COST = lazy_pattern(r"\b(?:no (?:extra )?(?:charge|cost|fee)|without charge|complimentary|included?s?|gratis|free)\b", _I)
_SUCCESSORS = lazy_pattern(r"\b(?:bind\w*|inures?|enures?|benefits?)\b[^.;]{0,120}\bsuccessors\b[^.;]{0,60}\bassign(?:s|ees)\b", _I)
_VERB = lazy_pattern(r"([\u3400-\u9fff])[\u3041-\u3096]{1,4}か[。．?？]*\s*$")


def undecided(question: str, text: str, says: str) -> bool:
    """Whether a sentence that seems to say `says` ("yes", "no") to a question decides nothing.

    Whom a contract binds says nothing of who may assign it. What is expected or due has not happened; "if it rains", 流すと大変 supposes a thing; a row of a table is no
    sentence unless a cell of it is a Yes or a No.
    """
    if len(_BARS.findall(text)) >= _ROW and _SAYS.search(text) is None:
        return True
    if _SUCCESSORS.search(text):
        return True
    if says != "yes":
        return False
    state = _STATE.match(question)
    if state is not None and not re.search(rf"\b{state[1]}\b", text, _I) and not (state[1].lower() == "free" and _NO_COST.search(text)):
        return True
    if is_japanese(text):
        to_come = _DONE_JA.search(question) and _TO_COME_JA.search(text) and not _DID_JA.search(text)
        return bool(to_come) or _supposed_ja(question, text)
    return bool(_DONE.match(question) and _TO_COME.search(text) and not _DID.search(text))


def _supposed_ja(question: str, text: str) -> bool:
    """Whether the verb of a question stands in a text as a condition alone: 流すと, 流したら, 流せば, 流しては."""
    verb = _VERB.search(question.strip())
    if verb is None or verb[1] not in text:
        return False
    at = re.compile(rf"{verb[1]}([\u3041-\u3096]{{1,4}}?)(?:と(?=[、\u3400-\u9fff\u30a1-\u30fa])(?!思|考|言|決|定|同)|たら|だら|(?<!つい)(?<!関し)(?<!おい)(?<!とし)[てで]は(?!な|いけ|駄目|だめ)|(?<=[えけせてねべめれげ])ば)")
    found = len(at.findall(text))
    return found > 0 and found == text.count(verb[1])
