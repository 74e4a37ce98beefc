# ruff: noqa: E501 (patterns)
"""On which side of a thing: before or after it, above or below, including or excluding it. The thing is the words behind (in Japanese before) the word."""

from __future__ import annotations

import re

from tsel_core.trust.claims.words import english_tokens, is_japanese

_I = re.I
_PAIRS: tuple[tuple[str, str, str, str], ...] = (
    ("before", r"before|prior to|ahead of", "after", r"after(?! which)|following"),
    ("above", r"above", "below", r"below"),
    ("inside", r"inside", "outside", r"outside"),
    ("including", r"includ(?:ing|es|ed)|inclusive of", "excluding", r"exclud(?:ing|es|ed)|exclusive of|excl\.?|plus"),
)
_SIDES = tuple((a, re.compile(rf"\b(?:{p})\b", _I), b, re.compile(rf"\b(?:{q})\b", _I)) for a, p, b, q in _PAIRS)
_REACH = 5  # words behind that may be the thing
# 点検前, 点検する前, 2か月前; not 名前, 前者, 午前
_SIDE_JA = re.compile(r"(?P<what>[\u3400-\u9fff\u30a1-\u30faー]{2}|か月|カ月)(?:する|した|の)?(?P<side>以前|以後|以降|前|後)(?![者半記述任方面])")
_AHEAD_JA, _LATER_JA = re.compile(r"事前|あらかじめ|予め"), re.compile(r"(?:た|の|事)後(?!に?は)|事後")


def other_side(claim: str, evidence: str) -> str:
    """ "before / after" where both speak of the same thing; "" where they do not, or are on the same side of it."""
    if is_japanese(claim) and is_japanese(evidence):
        return _other_side_ja(claim, evidence)
    for one, first, two, second in _SIDES:
        for ours, theirs, a, b in ((first, second, one, two), (second, first, two, one)):
            here, there = _things(claim, ours), _things(evidence, theirs)
            if here & there and not here & _things(evidence, ours) and not here & there & _things(claim, theirs):
                return f"{a} / {b}"
    return ""


def _things(text: str, pattern: re.Pattern[str]) -> set[str]:
    found: set[str] = set()
    for match in pattern.finditer(text):
        for token in english_tokens(text[match.end() :])[:_REACH]:
            if token.word in ".;:":
                break
            if token.content:
                found.add(token.stem)
    return found


def _other_side_ja(claim: str, evidence: str) -> str:
    ours, theirs = ({(m["what"], m["side"][-1] if m["side"][-1] != "降" else "後") for m in _SIDE_JA.finditer(t)} for t in (claim, evidence))
    for what, side in ours:
        other = "後" if side == "前" else "前"
        if (what, other) in theirs and (what, side) not in theirs and (what, other) not in ours:
            return f"{what}{side} / {what}{other}"
    if _LATER_JA.search(claim) and _AHEAD_JA.search(evidence) and not _AHEAD_JA.search(claim) and not _LATER_JA.search(evidence):
        return "後 / 事前"
    return ""
