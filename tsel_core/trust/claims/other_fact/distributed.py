# ruff: noqa: E501 (patterns)
"""Values told one after the other in English, each with what it belongs to: "45p a mile for cars and 24p for motorcycles".

What it belongs to stands behind each value ("for cars") or before it ("mothers have 39 weeks, fathers four"). A value is
another thing's where the question names that thing, and none of the words that stand with the value itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.text.alike_words import groups
from tsel_core.text.same_values import own_values, same_value
from tsel_core.text.values import Value, extract_values
from tsel_core.trust.claims.parts.evidence import key_of
from tsel_core.trust.claims.parts.words import is_japanese
from tsel_core.trust.passages import features

_BEHIND = lazy_pattern(r"^(?:\s+(?:an?|per|each|every)\s+[\w-]+){0,2}\s+(?:for|in|at|on|to|from|if|when|with|by)\s+(?P<label>[^,;.()]{2,40}?)(?=\s*(?:[,;.()]|\band\b|\bbut\b|\bwhile\b|\bwhereas\b|\bor\b|$))", re.I)
_BEFORE = lazy_pattern(r"(?:^|[,;:]|\b(?:and|but|while|whereas)\b)\s*(?P<label>[^,;:]{2,60})$", re.I)
_VERB = lazy_pattern(r"\b(?:is|are|was|were|has|have|had|gets?|got|pays?|costs?|wants?|takes?|works?|asks?|charges?|offers?|receives?|needs?|may|must|can|will|shall|do|does|in)\b.*$", re.I | re.S)
_PRONOUN = lazy_pattern(r"\b(?:it|they|this|that|these|those|he|she|which|who|then|there|after|later)\b", re.I)
_NO_LABEL = frozenset("the a an of year month week day hour each every more less than to for in at on all both total about only over under up".split())  # noqa: SIM905
_SAME = frozenset("money number duration percent time ordinal date".split())  # noqa: SIM905
_LONGEST = 1200  # characters of a sentence


def of_another_thing(stated: str, question: str, sentence: str) -> str:
    """ "45p / motorcycles": the value stands with another thing than the question names; "" where it does not."""
    if is_japanese(sentence) or is_japanese(question) or len(sentence) > _LONGEST:
        return ""
    theirs = [v for v in extract_values(sentence) if v.kind in _SAME]
    ours = own_values(stated, question)
    for value in ours:
        mine = [v for v in theirs if same_value(value, v)]
        others = [v for v in theirs if _kin(value, v) and not any(same_value(o, v) for o in ours)]
        if len(mine) != 1 or not others:
            continue
        for other in others:
            labels = _labels(sentence, theirs, mine[0], other)
            if labels is not None and _meant(question, stated, *labels):
                return f"{value.text} / {labels[1].strip()}"
    return ""


def _kin(value: Value, other: Value) -> bool:
    """Whether two values may stand for one another: of a kind, or one is short for it ("310 a month ... 275")."""
    return value.kind == other.kind or {value.kind, other.kind} <= {"money", "number", "duration"}


def _labels(sentence: str, values: Sequence[Value], mine: Value, other: Value) -> tuple[str, str] | None:
    """What stands with each of two values: behind both, or before both; None where they are not told so."""
    behind = [_BEHIND.match(_until_next(sentence, v, values)) for v in (mine, other)]
    if behind[0] and behind[1]:
        return behind[0]["label"], behind[1]["label"]
    first, last = sorted((mine, other), key=lambda v: v.start)
    if not _follows(sentence, first, last, values):
        return None
    labels = [_before(sentence, v, values, v is first) for v in (mine, other)]
    return (labels[0], labels[1]) if labels[0] and labels[1] else None


def _until_next(sentence: str, value: Value, values: Sequence[Value]) -> str:
    end = min((v.start for v in values if v.start >= value.end), default=len(sentence))
    return sentence[value.end : end]


def _follows(sentence: str, first: Value, last: Value, values: Sequence[Value]) -> bool:
    """Whether one value's clause comes right behind the other's."""
    between = sentence[first.end : last.start]
    return re.search(r"[.!?]\s", between) is None and re.search(r"[,;]|\b(?:and|but|while|whereas)\b", between) is not None and not any(first.end <= v.start < last.start for v in values)


def _before(sentence: str, value: Value, values: Sequence[Value], first: bool) -> str:
    """Who or what has a value: the first words of its clause. A clause that begins with "it" is the other one's."""
    start = max((v.end for v in values if v.end <= value.start), default=0)
    start = max(start, max((m.end() for m in re.finditer(r"[.!?:]\s", sentence[: value.start])), default=0))
    match = _BEFORE.search(sentence[start : value.start])
    label = match["label"] if match else ""
    label = _VERB.sub("", label) if _VERB.search(label) else ("" if first else label)
    return "" if _PRONOUN.search(label) or not _words(label) else label


def _words(text: str) -> set[str]:
    return {key_of(f) for f in features(text) if f not in _NO_LABEL and not f.isdigit()}


def _meant(question: str, stated: str, own: str, other: str) -> bool:
    """Whether the question names the other thing, and neither it nor the answer anything of the own one."""
    asked = _words(question)
    ours, theirs = _words(own) - _words(other), _words(other) - _words(own)
    said = _words(stated)
    if not ours or not theirs or _named(ours, own, asked | said, f"{question} {stated}"):
        return False
    return _named(theirs, other, asked, question)


def _named(words: Iterable[str], label: str, asked: set[str], text: str) -> bool:
    """Whether any word of a label, or one that says the same, is asked for."""
    if any(w in asked for w in words):
        return True
    here, there = label.lower(), text.lower()
    return any(_any(terms, there) and _any(all_, here) for terms, all_ in groups())


def _any(terms: Iterable[str], text: str) -> bool:
    return any(t.isascii() and re.search(rf"\b{re.escape(t)}", text) is not None for t in terms)
