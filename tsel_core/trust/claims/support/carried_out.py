# ruff: noqa: E501 (patterns)
"""Done already, or still to be done: what a person will do has not been done."""

from __future__ import annotations

import re

from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.trust.claims.parts.words import IRREGULAR, english_tokens, is_japanese

_DONE_EN = lazy_pattern(r"\balready\b|\b(?:has|have|had)\b(?! to\b)", re.I)
_AHEAD = frozenset(("will", "shall", "ll", "must"))
_DONE_JA = lazy_pattern(r"(?:既に|すでに|もう(?![一1１二2]))[^。]*(?:ました|た(?=。|$)|済|ている|ています)")
_PAST_JA = lazy_pattern(r"ました|した(?=[。、]|$|との|と報告|ところ)|済|った(?=。|$)|既に|すでに")
_REACH = 4


def done_already(claim: str, evidence: str) -> str:
    """ "done / to be done": the claim says that something was done which the evidence only says will be; "" otherwise."""
    if is_japanese(claim) and is_japanese(evidence):
        return "done / to be done" if _DONE_JA.search(claim) and not _PAST_JA.search(evidence) else ""
    match = _DONE_EN.search(claim)
    if match is None or _DONE_EN.search(evidence):
        return ""
    behind = [t for t in english_tokens(claim[match.start() :])[1 : 1 + _REACH] if t.content]
    verbs = {IRREGULAR.get(t.word, t.stem)[:5] for t in behind}
    tokens = english_tokens(evidence)
    planned = {IRREGULAR.get(t.word, t.stem)[:5] for n, o in enumerate(tokens) if o.word in _AHEAD for t in tokens[n + 1 : n + 1 + _REACH] if t.content}
    return "done / to be done" if verbs & planned else ""
