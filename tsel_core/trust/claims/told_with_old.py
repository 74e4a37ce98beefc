# ruff: noqa: E501 (patterns)
"""A claim that tells what stands now together with what stood before: "GBP 120 (formerly GBP 100)", 100円から120円に変更された."""

from __future__ import annotations

import re

from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.text.same_values import same_value
from tsel_core.text.values import Value, extract_values
from tsel_core.trust.amendments.words import FORMER
from tsel_core.trust.claims.parts.evidence import Sentences

_I = re.I
_OLD = r"(?P<old>(?:[^().,;\n（）、。]|(?<=\d)[.,](?=\d)){1,48}?)"
_CHANGED = r"(?:changed|amended|increased|reduced|raised|lowered|extended|shortened|cut|varied|corrected|revised|adjusted|moved|brought|put|went|gone)"
_BEEN = r"(?:has been|have been|had been|is|are|was|were)"
# (what tells the old value, what is left in its place; None: nothing, and no space or comma before it)
_TOLD: tuple[tuple[re.Pattern[str], str | None], ...] = (
    (lazy_pattern(rf"\((?:(?:it|this|which)\s)?(?:(?:was|used to be)\s)?(?:formerly|previously|originally|before(?:\sthe\s(?:change|amendment))?:?|was|used\sto\sbe|instead\sof|rather\sthan|in\splace\sof|replacing|(?:up|down)\sfrom|{_CHANGED}\sfrom)\s{_OLD}\)", _I), None),
    (lazy_pattern(rf"(?<=\s)(?:formerly|previously|originally|instead\sof|rather\sthan|in\splace\sof|replacing|(?:up|down)\sfrom)\s{_OLD}(?=\s*(?:[.,;]|$))", _I), None),
    (lazy_pattern(rf"\b(?:was|were)\s(?:originally\s|previously\s|formerly\s|at\sfirst\s)?{_OLD},?\s(?:and|but)\s(?=(?:is|are)\b)", _I), ""),
    (lazy_pattern(rf"\b(?:was|were)\s(?:originally\s|previously\s|formerly\s|at\sfirst\s)?{_OLD},?\s(?:and|but)\s(?:it\s)?(?:has|have|had|was|were)\s(?:now\s|since\s|later\s)?(?:been\s)?{_CHANGED}\s(?:to|until)\s", _I), "is "),
    (lazy_pattern(rf"\b(?:is|are|was|were)\s{_OLD},?\s(?:which\s)?(?:{_BEEN}\s)?(?:since\s|later\s|now\s)?(?:replaced\s(?:by|with)|{_CHANGED}\s(?:to|until))\s", _I), "is "),
    (lazy_pattern(rf"\b(?:{_BEEN}\s)?(?:{_CHANGED}|changes|rises|increases|goes\sup|goes\sdown|falls)\sfrom\s{_OLD}\s(?:to|until)\s", _I), "is "),
    (lazy_pattern(r"[（(](?:変更前|改定前|旧|従前|以前|当初|もと)(?:は|の|：|:)?[、\s]?(?P<old>[^（）()]{1,30}?)[）)]"), ""),
    (lazy_pattern(r"(?:変更前は|改定前は|当初は|以前は|従前は|もともと)、?(?P<old>[^、。]{1,30}?)(?:でした|だった|であった|です)?が、(?:現在は|今は|変更後は|その後)?、?"), ""),
    (lazy_pattern(r"(?P<old>[^、。はがを「」]{1,30}?)(?:ではなく|でなく|に代えて|に替えて)、?"), ""),
    (lazy_pattern(r"(?P<old>[^、。はがを「」]{1,30}?)から、?(?=[^、。]{1,30}?[にへ](?:変更|改定|引き?上げ|引き?下げ|増額|減額|延長|短縮|改め))"), ""),
)  # fmt: skip


def without_old(text: str) -> tuple[str, tuple[Value, ...]]:
    """A text without the first stretch that tells what stood before, and the values of that; the same text for none."""
    for pattern, left in _TOLD:
        match = pattern.search(text)
        if match is None:
            continue
        olds = tuple(v for v in extract_values(match["old"]) if v.kind != "name")
        before = text[: match.start()]
        before = _without_mark(before) if left is None else before + left
        rest = f"{before}{text[match.end() :]}"
        kinds = {v.kind for v in extract_values(rest)}
        if olds and all(v.kind in kinds for v in olds):
            return rest, olds
    return text, ()


def _without_mark(before: str) -> str:
    """Words without the space and the comma before what is left out."""
    plain = before.rstrip()
    return plain[:-1].rstrip() if plain.endswith((",", ";")) else plain


def as_it_stands(text: str, question: str, sentences: Sentences) -> str:
    """A claim without what it tells of before, where a sentence of the papers changes just that into what it says now.

    What is asked for may be how it was: nothing is left out then.
    """
    if FORMER.search(question) or not sentences.amendments.found:
        return text
    rest, olds = without_old(text)
    if not olds:
        return text
    changes = [change for value in extract_values(rest) for change in sentences.amendments.into(value, question)]
    told = all(any(old.kind == c.old.kind and same_value(c.old, old) for c in changes) for old in olds)
    return rest if told else text
