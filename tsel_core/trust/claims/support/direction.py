# ruff: noqa: E501 (patterns)
"""Which of two things is the first: changed from one to the other, one instead of the other, cheaper than the other; who is told by whom."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.trust.claims.parts.words import RUN, english_tokens, is_japanese

_I = re.I
_EN = (
    lazy_pattern(r"\b(?:replac|swap|exchang|substitut)\w*\b(?P<one>[^.;,]{2,60}?)\b(?:with|by|for)\b(?P<two>[^.;,]{2,60})", _I),
    lazy_pattern(r"\bfrom\b(?P<one>[^.;,]{1,40}?)\bto\b(?P<two>[^.;,]{1,40})", _I),
    lazy_pattern(r"(?P<one>[^.;,]{2,40}?)\b(?:instead of|rather than|in place of)\b(?P<two>[^.;,]{1,40})", _I),
)
_JA = (
    lazy_pattern(r"(?P<one>[^、。]{1,24})を(?P<two>[^、。を]{1,24})[にへ](?:変更|改め|置き?換え|替え|移)"),
    lazy_pattern(r"(?P<one>[^、。]{1,24})から(?P<two>[^、。を]{1,24})[にへ](?:変|改め|延期|移|切り?替)"),
)
_THAN_JA = lazy_pattern(r"(?P<one>[^、。はがも]{2,20})[はがも、](?P<two>[^、。はがも]{2,20}?)(?:より|に比べ)")
_REACH = 4  # words between a person and the verb behind


def turned_round(claim: str, evidence: str) -> str:
    """ "boiler / pump": the claim's first thing is the evidence's second, and the other way round; "" otherwise."""
    if is_japanese(claim) and is_japanese(evidence):
        ours, theirs = list(_pairs_ja(claim)), list(_pairs_ja(evidence))
    else:
        ours, theirs = list(_pairs_en(claim)), list(_pairs_en(evidence))
    for kind, one, two in ours:
        for other, first, second in theirs:
            wrong, moved = (one & second) - first, (two & first) - second
            if kind == other and wrong and moved:
                return f"{min(wrong)} / {min(moved)}"
    return ""


def _pairs_en(text: str) -> Iterator[tuple[int, set[str], set[str]]]:
    for kind, pattern in enumerate(_EN):
        for match in pattern.finditer(text):
            yield kind, _stems(match["one"]), _stems(match["two"])


def _stems(text: str) -> set[str]:
    return {t.stem for t in english_tokens(text) if t.content or t.word[0].isdigit()}


def _pairs_ja(text: str) -> Iterator[tuple[int, set[str], set[str]]]:
    for match in (m for pattern in _JA for m in pattern.finditer(text)):
        yield 0, _runs(match["one"]), _runs(match["two"])
    for match in _THAN_JA.finditer(text):
        yield 1, _runs(match["one"]), _runs(match["two"])


def _runs(text: str) -> set[str]:
    return {re.sub(r"^毎[月週年日]", "", m.group()) for m in RUN.finditer(text)} - {""}


def acted_on(claim: str, evidence: str, names: set[str]) -> str:
    """A person (last name, lower case) to whom the claim lets happen what the evidence lets the person do; "".

    "The neighbours inform Nair" turns "Nair will inform the neighbours".
    """
    if is_japanese(claim) or not names:
        return ""
    ours, theirs = english_tokens(claim), english_tokens(evidence)
    for at, token in enumerate(ours):
        if token.word not in names or at < 2:
            continue
        first = at
        while first and ours[first - 1].word in names | {"the"} | _first_names(claim, token.word):
            first -= 1
        verb = ours[first - 1] if first else None
        if verb is None or not verb.content or verb.word in names:
            continue
        does = any(t.stem == verb.stem for n, o in enumerate(theirs) if o.word == token.word for t in theirs[n + 1 : n + 1 + _REACH])
        suffers = any(theirs[n - 1].stem == verb.stem or (n > 1 and theirs[n - 2].stem == verb.stem) for n, o in enumerate(theirs) if o.word == token.word and n)
        if does and not suffers and not any(o.word == token.word for o in ours[: first - 1]):
            return token.word
    return ""


def _first_names(text: str, last: str) -> set[str]:
    return {m[1].lower() for m in re.finditer(rf"\b([A-Z][a-z]+) (?=[A-Z]?{re.escape(last[1:])}\b)", text) if last}


_BECAUSE = lazy_pattern(r"\b(?:because(?: of)?|due to|owing to)\b(?P<why>[^.;]+)", re.I)


def other_reason(claim: str, evidence: str) -> str:
    """A word of the reason that the claim gives, where the evidence's reason has none of its words; ""."""
    ours, theirs = (_BECAUSE.search(text) for text in (claim, evidence))
    if ours is None or theirs is None:
        return ""
    here, there = _stems(ours["why"]), _stems(theirs["why"])
    return min(here) if here and there and not here & there else ""
