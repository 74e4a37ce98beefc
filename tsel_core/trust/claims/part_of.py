# ruff: noqa: E501 (patterns)
"""Values of one kind that share a sentence: the part is not the whole, and each belongs to the words beside it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from tsel_core.text.same_values import same_value
from tsel_core.text.values import Value, extract_values
from tsel_core.trust.claims.words import RUN, english_tokens, is_japanese

_OF_WHOLE = re.compile(r"\b(?:out )?of\s+(?:(?:the|its|their|a|an)\s+)?(?:[\w-]+\s+){0,3}?(?:of\s+)?$", re.I)
_OF_WHOLE_JA = re.compile(r"^[^、。]{0,3}(?:の)?うち")
_CUT = re.compile(r"(?:,|;|\band\b|\bor\b|、|及び|並びに|又は)")


def belongs_elsewhere(claim: str, evidence: str) -> str:
    """ "60,000 / 42,700": the claim says of the whole what is said of its part, or of one thing what is said of another."""
    theirs = [v for v in extract_values(evidence) if v.kind not in ("ordinal",)]
    ours = extract_values(claim)
    for value in ours:
        kin = [v for v in theirs if v.kind == value.kind and v.unit == value.unit]
        mine = [v for v in kin if same_value(v, value)]
        others = [v for v in kin if not same_value(v, value) and not any(same_value(v, o) for o in ours)]
        if len(mine) != 1 or not others:
            continue
        if _is_whole(evidence, mine[0], others) and not _is_whole(claim, value, []):
            return f"{value.text} / {others[0].text}"
        other = _beside(claim, evidence, mine[0], others)
        if other is not None:
            return f"{value.text} / {other.text}"
    return ""


def _is_whole(text: str, value: Value, others: Sequence[Value]) -> bool:
    if is_japanese(text):
        return _OF_WHOLE_JA.match(text[value.end :]) is not None
    lead = text[: value.start].rstrip("£€$¥ ")
    near = [o for o in others if o.end <= value.start] or others
    start = near[-1].end if near and near[-1].end < value.start else 0
    return _OF_WHOLE.search(f"{lead[start:]} ") is not None


def _beside(claim: str, evidence: str, mine: Value, others: Sequence[Value]) -> Value | None:
    """The other value of whose words behind it the claim has some, where it has none of those behind its own value."""
    own = _words_behind(evidence, mine, others)
    here = _words(claim)
    for other in others:
        there = _words_behind(evidence, other, [mine, *(o for o in others if o is not other)])
        only_mine, only_there = own - there, there - own
        if only_mine and here & only_there and not here & only_mine:
            return other
    return None


def _words_behind(text: str, value: Value, others: Sequence[Value]) -> set[str]:
    """The words behind a value, up to the cut before the next one."""
    ends = [o.start for o in others if o.start >= value.end]
    part = text[value.end : min(ends, default=len(text))]
    if ends:
        cuts = list(_CUT.finditer(part))
        part = part[: cuts[-1].start()] if cuts else ""
    return _words(part)


def _words(text: str) -> set[str]:
    if is_japanese(text):
        return {m.group() for m in RUN.finditer(text)}
    return {t.stem for t in english_tokens(text) if t.content}
