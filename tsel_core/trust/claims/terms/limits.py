# ruff: noqa: E501 (patterns)
"""Which side of a value is meant, and whether the value itself is: 以上 and 超, 以下 and 未満, within 14 days and after 14 days."""

from __future__ import annotations

from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.text.normalize import normalise
from tsel_core.text.same_values import same_value
from tsel_core.text.values import Value, bounded, extract_values
from tsel_core.trust.claims.parts.ahead import limit_ahead
from tsel_core.trust.claims.parts.evidence import key_of
from tsel_core.trust.claims.parts.words import RUN, english_tokens, is_japanese

_THING = r"\s?(?:[A-Za-z㎡²³]{1,6}(?![A-Za-z])|[\u30a1-\u30faー]{2,8}|[日回人名件社台枚個本冊年月週円度歳才時分点割%％つ]|か月|ヶ月|営業日|週間|時間)?\s?(?:間|の期間)?\s?[)）]?\s?"
# what is said behind a value: with it below, below it, with it above, above it
_BEHIND = tuple(
    (side, lazy_pattern(rf"{_THING}(?:{words})"))
    for side, words in (
        ("to", r"前以降|前から(?!前)|以内|以下|以前(?!の)|まで(?!の?間|は)|を(?:上限|限度)|を(?:超え|越え|上回[らり])(?:ない|ては|ぬ|ず|ませ)|が上限|at (?:the )?most\b|or (?:less|fewer)\b"),
        ("from", r"前まで|以上|以降|を下回(?:ら(?:ない|ず|ぬ)|りませ)|を下限|at (?:the )?least\b|or more\b"),
        ("above", r"を?(?:超え|越え)(?!な|ては|ぬ|ず|ませ)|超(?=[\d、。の\s]|$)|を上回(?!ら|りませ)|より(?:多|長|高|大|重)"),
        ("below", r"未満|に満たな|を下回(?!ら|りませ)|より(?:少|短|低|小|軽)"),
        ("at", r"後に|後(?=で|だ|と|。|$)"),
    )
)
_TAKEN = r"(?:\s(?:a|an|the|of|by|sum|period|total|any|about|approximately))*\s?[£€$¥(]*$"
_BEFORE = tuple(
    (side, lazy_pattern(rf"\b(?:{words}){_TAKEN}"))
    for side, words in (
        ("to", r"(?:no|not) (?:be )?(?:more|greater|longer|higher|later) than|not (?:to )?exceed(?:ing)?|up to|at (?:the )?most|(?:a )?maximum(?: of| is)?|within"),
        ("from", r"at (?:the )?least|(?:no|not) (?:be )?(?:less|fewer|shorter|earlier|sooner|lower) than|(?:a )?minimum(?: of| is)?"),
        ("above", r"(?<!not )(?<!no )(?:more|longer|greater|higher|later) than|(?<!not )(?:exceeds|exceeding)"),
        ("below", r"(?<!not )(?<!no )(?:less|fewer|shorter|lower|earlier) than"),
    )
)
# the same of a day or an hour, and of a length of time
_BEFORE_DAY = tuple(
    (side, lazy_pattern(rf"\b(?:{words})(?:\s(?:the|midnight|on|of))*\s*$"))
    for side, words in (("to", r"on or before|no later than|by|until|till|before"), ("from", r"on or after|(?:not|no) (?:earlier|sooner) than|not before"), ("above", r"(?<!or )after"))
)
_AFTER = lazy_pattern(r"\bafter(?:\s(?:a|the|of|period))*\s*$")
_REACH = 48  # characters before a value
# what never is said of the same limit in other words; the rest is, by one who denies it: "over ten" beside "not up to ten"
_APART = ({"to", "from"}, {"from", "above"}, {"to", "below"})
_SMALL = frozenset("after before within over under above below exceed exceeds exceeding maximum minimum longer shorter later earlier".split())  # noqa: SIM905
_LEAST_RUN = 2  # characters of a Japanese word


def other_limit(claim: str, evidence: str) -> str:
    """ "4トン以下 / below": a value of a claim with another limit than the evidence has for it; "" where none has.

    Of a claim with words of its own only what is said in no other way: "over ten pounds it needs leave" says what "it
    may be done up to ten" does.
    """
    ours = [(v, side) for v in bounded(extract_values(claim)) if (side := side_of(claim, v))]
    if not ours:
        return ""
    theirs = bounded(extract_values(evidence))
    plain = _has_all(claim, evidence)
    for value, side in ours:
        there = {side_of(evidence, v) for v in theirs if v.kind == value.kind and same_value(v, value)}
        if not there or side in there or "" in there or (side == "at" and there != {"to"}):
            continue
        if plain or any({side, other} in _APART for other in there):
            return f"{value.text} {side} / {min(there)}"
    return ""


def side_of(text: str, value: Value) -> str:
    """The side of a value that a text means; "" where it means the value alone."""
    lead = text[max(0, value.start - _REACH) : value.start].lower()
    if ahead := limit_ahead(text, value):
        return "from" if ahead == "at least" else "to"
    for side, pattern in _BEHIND:
        if pattern.match(text, value.end):
            return side
    for side, pattern in (*_BEFORE, *(_BEFORE_DAY if value.kind in ("date", "time") else ())):
        if pattern.search(lead):
            return side
    return "above" if value.kind == "duration" and _AFTER.search(lead) else ""


def _has_all(claim: str, evidence: str) -> bool:
    """Whether each word of a claim stands in the evidence: what is left to differ are small ones."""
    if is_japanese(claim):
        here = normalise(evidence)
        return all(normalise(m.group()) in here for m in RUN.finditer(_plain_ja(claim)) if len(m.group()) >= _LEAST_RUN)
    there = {key_of(t.stem) for t in english_tokens(evidence)}
    return all(key_of(t.stem) in there for t in english_tokens(claim) if t.content and t.word not in _SMALL)


def _plain_ja(text: str) -> str:
    """A claim without what is said of its limits."""
    return _LIMIT_WORDS.sub("、", text)


_LIMIT_WORDS = lazy_pattern(r"以[上下内降前]|未満|[超越]え?|上回|下回|上限|下限|限度|最大|最低|最小|最高|[前後](?=に|で|ま|、|。)")
