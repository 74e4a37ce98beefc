# ruff: noqa: E501 (patterns)
"""On which side of a thing: before or after it, above or below, including or excluding it. The thing is the words behind (in Japanese before) the word."""

from __future__ import annotations

import re

from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.trust.claims.parts.words import english_tokens, is_japanese

_I = re.I
_PAIRS: tuple[tuple[str, str, str, str], ...] = (
    ("before", r"before|prior to|ahead of|no(?:t)? later than|until", "after", r"after(?! which)|following"),
    ("exclusive", r"(?<!non-)(?<!non )exclusive(?! of)", "non-exclusive", r"non-?exclusive"),
    ("with", r"with|after giving|(?:up)?on giving|subject to", "without", r"without"),
    ("above", r"above", "below", r"below"),
    ("inside", r"inside", "outside", r"outside"),
    ("including", r"includ(?:ing|es|ed)|inclusive of", "excluding", r"exclud(?:ing|es|ed)|exclusive of|excl\.?|plus"),
)
_SIDES = tuple((a, lazy_pattern(rf"\b(?:{p})\b", _I), b, lazy_pattern(rf"\b(?:{q})\b", _I)) for a, p, b, q in _PAIRS)
_OTHER_NOT = lazy_pattern(r"\b(?:not|never|no|nor|neither|nobody|only|unless)\b", _I)
_REACH = 5  # words behind that may be the thing
# 点検前, 点検する前, 2か月前; not 名前, 前者, 午前
_SIDE_JA = lazy_pattern(r"(?P<what>[\u3400-\u9fff\u30a1-\u30faー]{2}|か月|カ月)(?:する|した|の)?(?P<side>以前|以後|以降|前|後)(?![者半記述任方面])")
_EVENTS_JA = frozenset("締結 開始 終了 満了 解約 解除 納品 検収 受領 発送 支払 引渡 完了 契約".split())  # noqa: SIM905
_FORM_JA = lazy_pattern(r"(口頭|書面|文書|電話|電子メール|郵送)(?:で|により|によって)([\u3400-\u9fff]{2})")
_AHEAD_JA, _LATER_JA = lazy_pattern(r"事前|あらかじめ|予め"), lazy_pattern(r"(?:た|の|事)後(?!に?は)|事後")


def other_side(claim: str, evidence: str) -> str:
    """ "before / after" where both speak of the same thing; "" where they do not, or are on the same side of it."""
    if is_japanese(claim) and is_japanese(evidence):
        return _other_side_ja(claim, evidence)
    for one, first, two, second in _SIDES:
        if one == "with" and (_OTHER_NOT.search(evidence) or _OTHER_NOT.search(claim)):
            continue  # what may not be done without consent may be done with it
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
            if token.content or token.word[0].isdigit():
                found.add(token.stem)
    return found


def _other_side_ja(claim: str, evidence: str) -> str:
    ours, theirs = ({(m["what"], m["side"][-1] if m["side"][-1] != "降" else "後") for m in _SIDE_JA.finditer(t)} for t in (claim, evidence))
    for what, side in ours:
        other = "後" if side == "前" else "前"
        if (what, other) in theirs and (what, side) not in theirs and (what, other) not in ours:
            return f"{what}{side} / {what}{other}"
    for what, side in ours:
        others = [w for w, s in theirs if s == side and w in _EVENTS_JA]
        if what in _EVENTS_JA and others and what not in others:
            return f"{what}{side} / {others[0]}{side}"
    forms, there = ({m[2]: m[1] for m in _FORM_JA.finditer(t)} for t in (claim, evidence))
    for what, form in forms.items():
        if there.get(what, form) != form:
            return f"{form} / {there[what]}"
    if _LATER_JA.search(claim) and _AHEAD_JA.search(evidence) and not _AHEAD_JA.search(claim) and not _LATER_JA.search(evidence):
        return "後 / 事前"
    return ""
