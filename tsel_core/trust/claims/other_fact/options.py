# ruff: noqa: E501 (patterns)
"""One of several that a meeting weighs ("Brightline want 310, Copyhouse 275"), where it takes the other ("Copyhouse, then")."""

from __future__ import annotations

import re
from itertools import pairwise

from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.text.same_values import own_values, same_value
from tsel_core.text.values import extract_values
from tsel_core.trust.amendments.words import FORMER
from tsel_core.trust.claims.parts.evidence import Sentence, Sentences
from tsel_core.trust.claims.parts.words import is_japanese

_REACH = 8  # sentences behind, in which one is taken
_NAME = r"(?<![\w'’&-])(?:[Tt]he )?[A-Z][\w'’&-]*+(?: (?:and |& |of (?:the )?)?[A-Z][\w'’&-]*+){0,3}"
_OR = lazy_pattern(rf"(?P<one>{_NAME}) or (?P<two>{_NAME})")
_OR_JA = lazy_pattern(r"(?P<one>[\u3400-\u9fff々\u30a1-\u30faーA-Za-z]{2,12})(?:か|それとも|または)、?(?P<two>[\u3400-\u9fff々\u30a1-\u30faーA-Za-z]{2,12})(?=[\u3041-\u3096、。？?]|$)")
_LABEL_JA = lazy_pattern(r"(?:^|[、。：:])(?P<name>[\u3400-\u9fff々\u30a1-\u30faーA-Za-z\u3041-\u3096]{2,14}?)(?:が|は|だと|なら)(?=[^、。はが]*$)")
_LABEL = lazy_pattern(rf"(?:^|[,;:.]\s|\b(?:and|but|while)\s)(?P<name>{_NAME})[^,;.]*$")
_TAKES = (
    r"\b(?:let['’]?s|we['’]?ll|we will|i['’]d|i would|shall we|going to|decided (?:to|on)|agreed (?:to|on)|prefer|then|good,|fine,|okay,|ok,)[^.?!]{{0,30}}?\b{name}\b"
    r"|\b{name}\b,? (?:it is|then\b|gets? (?:it|the)\b|wins?\b)|\b(?:go|going|went|stick|stay) (?:with|for) {name}\b|\b{name}\b (?:is|was|has been) (?:chosen|picked|selected|agreed)"
)
_TAKES_JA = r"{name}[^。、？?]{{0,12}}?(?:にしましょう|にします|で決まり|に決ま|に決め|で決定|に決定|で行きましょう|でいきましょう|で行きます|でいきます|でお願い|に頼みましょう|に頼みます|に頼むこと|に発注|を選び|を採用|に依頼しましょう|で進め)"


def not_chosen(stated: str, question: str, sentence: Sentence, sentences: Sentences) -> str:
    """ "Brightline / Copyhouse": a claim names one of several, or what it costs, and a later turn takes another; "".

    One of two that are only weighed ("Hakone or Nikko, wasn't it?") is no answer either.
    """
    if sentence.speaker is None or FORMER.search(question):
        return ""
    names = _weighed(sentence.text)
    if len(names) < 2 or any(_in(name, question) for name in names):
        return ""
    ours = [n for n in names if _in(n, stated)] or _of_value(stated, question, sentence.text)
    if len(ours) != 1:
        return ""
    others = [n for n in names if n != ours[0]]
    here: Sentence | None = sentence
    for _ in range(_REACH):
        here = sentences.behind(here) if here is not None else None
        if here is None or here.speaker is None:
            break
        if takes(ours[0], here.text):
            return ""
        taken = [n for n in others if takes(n, here.text)]
        if taken:
            return f"{ours[0]} / {taken[0]}"
    either = (_OR_JA if is_japanese(sentence.text) else _OR).search(sentence.text)
    return f"{either['one']} / {either['two']}" if either else ""


def _weighed(text: str) -> list[str]:
    """The names of which each has a value of its own, or that "or" joins."""
    japanese = is_japanese(text)
    either = (_OR_JA if japanese else _OR).search(text)
    if either is not None:
        return [either["one"], either["two"]]
    return [name for name, _, _ in _labelled(text)]


def _labelled(text: str) -> list[tuple[str, int, int]]:
    """(name, start, end of its value) of each name that stands before a value of its own."""
    values = [v for v in extract_values(text) if v.kind in ("money", "number", "date", "duration", "percent", "ordinal")]
    pattern = _LABEL_JA if is_japanese(text) else _LABEL
    found = []
    for before, value in pairwise([None, *values]):
        assert value is not None
        start = before.end if before is not None else 0
        match = pattern.search(text[start : value.start])
        if match is not None:
            found.append((match["name"], value.start, value.end))
    return found


def _of_value(stated: str, question: str, text: str) -> list[str]:
    """The name before the value of a claim."""
    values = own_values(stated, question)
    there = extract_values(text)
    return [
        name
        for name, start, _ in _labelled(text)
        if any(v.start == start and any(same_value(v, o) for o in values) for v in there)
    ]


def _in(name: str, text: str) -> bool:
    return re.sub(r"^the ", "", name.casefold()) in text.casefold()


def takes(name: str, text: str) -> bool:
    bare = re.escape(re.sub(r"^[Tt]he ", "", name))
    pattern = (_TAKES if name.isascii() else _TAKES_JA).format(name=bare)
    return re.search(pattern, text, re.I) is not None
