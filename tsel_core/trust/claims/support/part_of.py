# ruff: noqa: E501 (patterns)
"""Values of one kind that share a sentence: the part is not the whole, and each belongs to the words beside it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.text.same_values import same_value
from tsel_core.text.values import Value, bounded, extract_values
from tsel_core.trust.claims.parts.words import RUN, english_tokens, is_japanese

_OF_WHOLE = lazy_pattern(r"\b(?:out )?of\s+(?:(?:the|its|their|a|an)\s+)?(?:[\w-]+\s+){0,3}?(?:of\s+)?$", re.I)
_OF_WHOLE_JA = lazy_pattern(r"^[^、。]{0,3}(?:の)?うち")
_FORMER = lazy_pattern(r"\bfrom\b|\bwas\b|\bwere\b|\boriginal|\binstead\b|\brather\b|\bbefore\b|から|当初|元は|だった|でした", re.I)
_CUT = lazy_pattern(r"(?:,|;|\band\b|\bor\b|、|及び|並びに|又は)")


def belongs_elsewhere(claim: str, evidence: str) -> str:
    """ "60,000 / 42,700": the claim says of the whole what is said of its part, or of one thing what is said of another."""
    theirs = [v for v in extract_values(evidence) if v.kind not in ("ordinal",)]
    ours = bounded(extract_values(claim))
    for value in ours:
        kin = [v for v in theirs if v.kind == value.kind and v.unit == value.unit]
        mine = [v for v in kin if same_value(v, value)]
        others = [v for v in kin if not same_value(v, value) and not any(same_value(v, o) for o in ours)]
        if len(mine) != 1 or not others:
            continue
        if _is_former(evidence, mine[0]) and not _FORMER.search(claim):
            return f"{value.text} / {others[0].text}"
        if _is_whole(evidence, mine[0], others) and not _is_whole(claim, value, []):
            return f"{value.text} / {others[0].text}"
        other = _beside(_words(claim), evidence, mine[0], others)
        if other is not None:
            return f"{value.text} / {other.text}"
    return _exchanged(claim, evidence, ours, theirs)


def _exchanged(claim: str, evidence: str, ours: Sequence[Value], theirs: Sequence[Value]) -> str:
    """Two values that both texts have, each with the words behind it that the other one has in the evidence."""
    for value in ours:
        mine = [v for v in theirs if v.kind == value.kind and same_value(v, value)]
        for other in (o for o in ours if o.kind == value.kind and not same_value(o, value)):
            there = [v for v in theirs if v.kind == value.kind and same_value(v, other)]
            if len(mine) != 1 or len(there) != 1:
                continue
            said = _words_behind(claim, value, [other]) - _words_behind(claim, other, [value])
            own, its = _words_behind(evidence, mine[0], there), _words_behind(evidence, there[0], mine)
            if said & (its - own) and not said & (own - its):
                return f"{value.text} / {other.text}"
    return ""


def _is_former(text: str, value: Value) -> bool:
    """Whether a value is the one that was changed: "moves from 3 June to 10 June"."""
    if is_japanese(text):
        return re.match(r"(?:から|を)[^、。]{0,16}[にへ](?:変更|延期|変わ|改め|移)", text[value.end :]) is not None
    return re.search(r"\b(?:mov|chang|postpon|shift|rais|lower|reduc|increas)\w*\s+(?:\w+\s+){0,3}?from\s+[£€$¥]?$", text[: value.start], re.I) is not None


def _is_whole(text: str, value: Value, others: Sequence[Value]) -> bool:
    if is_japanese(text):
        return _OF_WHOLE_JA.match(text[value.end :]) is not None
    lead = text[: value.start].rstrip("£€$¥ ")
    near = [o for o in others if o.end <= value.start] or others
    start = near[-1].end if near and near[-1].end < value.start else 0
    return _OF_WHOLE.search(f"{lead[start:]} ") is not None


def _beside(here: set[str], evidence: str, mine: Value, others: Sequence[Value]) -> Value | None:
    """The other value of whose words behind it the claim has some, where it has none of those behind its own value."""
    own = _words_behind(evidence, mine, others)
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
    counted = _COUNTER.match(part) if value.kind == "number" else None
    return _words(part[counted.end() :] if counted else part)


def _words(text: str) -> set[str]:
    if is_japanese(text):
        return {m.group() for m in RUN.finditer(text)}
    return {t.stem for t in english_tokens(text) if t.content}


_COUNTER = lazy_pattern(r"(?:営業日|か月|ヶ月|週間|時間|[日人名件回個台社歳枚本冊年月週円時分割つ])間?")  # 5日与える is no 日与
_JOINED = lazy_pattern(r"\b([a-z]{3,}) (?:and|or) ([a-z]{3,})\b")
_JOINED_JA = lazy_pattern(r"([\u3400-\u9fff]{2,})(?:及び|又は|並びに|若しくは|または|および)([\u3400-\u9fff]{2,})")


def other_member(claim: str, evidence: str) -> str:
    """ "flood" where the claim says "flood and fire" and the evidence "theft and fire"; "" otherwise."""
    pattern = _JOINED_JA if is_japanese(claim) else _JOINED
    theirs = [set(m.groups()) for m in pattern.finditer(evidence.lower())]
    for match in pattern.finditer(claim.lower()):
        for one, two in (match.groups(), match.groups()[::-1]):
            if one[:5] not in evidence.lower() and any(two in pair for pair in theirs):
                return one
    return "" if is_japanese(claim) else _other_kind(claim, evidence)


def _other_kind(claim: str, evidence: str) -> str:
    """ "consumer" of "consumer prices index" where the evidence has "retail prices index"."""
    ours, theirs = ([t for t in english_tokens(text)] for text in (claim, evidence))
    stems = {t.stem for t in theirs}
    kinds = {(b.stem, c.stem): a for a, b, c in zip(theirs, theirs[1:], theirs[2:], strict=False) if a.content and b.content and c.content}
    for a, b, c in zip(ours, ours[1:], ours[2:], strict=False):
        other = kinds.get((b.stem, c.stem)) if a.content and b.content and c.content else None
        if other is not None and other.stem != a.stem and a.stem not in stems:
            return a.word
    return ""
