# ruff: noqa: E501, SIM905 (patterns and tables of words)
"""A value of a sentence that says nothing of what the question narrows it to: "the deposit for the parking spaces", プリンターは何台.

Only where the paper has that word at one or two other places (it is a thing of its own there), or, in Japanese, where
a long compound stands nowhere and the sentence has no part of it: a word of the whole paper's subject ("the flat") stands in many.
"""

from __future__ import annotations

import re

from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.text.bare import compact
from tsel_core.text.values import extract_values
from tsel_core.trust.claims.parts.denial import other_tongue
from tsel_core.trust.claims.parts.roles import is_party
from tsel_core.trust.claims.parts.words import is_japanese

_PHRASE = lazy_pattern(r"\b(?:for|of) (?:the |a |an |its |their |our |each |every |any )?((?:[a-z-]+ ){0,2}?[a-z-]{4,})(?=[?.,]| (?:does|do|did|is|are|was|were|has|have|must|shall|will|may|can|in|on|at|by|to|from|under|after|before|if|when|and|or|that|which|who)\b)", re.I)
_HEAD_JA = lazy_pattern(r"^[「『\s]*([㐀-鿿々]{3,10}|[ァ-ヴー]{3,16})の(?!(?:場合|とき|際|ため|うち|中|間|他|内容|有無|方|者|日|後|前))")
_TOPIC_JA = lazy_pattern(r"^[「『\s]*([ァ-ヴー]{4,16})(?:は|を|が)")
_OF_ALL = frozenset(
    """
    this that year years month months week weeks day days hour hours time date period term terms agreement contract document paper lease
    licence license deed policy parties party company meeting minutes report letter clause section schedule part whole question answer
    amount number price prices cost costs fee fees value total payment payments work works service services product products goods
    delivery property premises building unit flat house land project termination breach notice default renewal expiry end start
    example instance purposes purpose case cases kind kinds sort person people everyone them these those each both
    """.split()
)
_ASKING = frozenset("how what which whom whose who when where why long much many".split())
_PAPER_JA = lazy_pattern(r"(?:契約|規則|規程|規定|文書|書面|会議|委員会|当事者|会社|業者|社員|従業員|担当者|双方|全員|年度|書)$|^(?:今回|次回|前回|本|当|各|全)")
_MOST, _LONG = 2, 5  # places that have a thing of its own; characters of a compound that stands nowhere
_FOR_MANY = 6  # letters by which a word is looked for


def told_of_the_whole(claim: str, question: str, near: str, own: str, document: str) -> str:
    """The word that narrows a question and stands at one or two other places, not `near` the sentence with the value; "".

    `near`: the sentence with its headings, the sentences beside it and its unit; `own`: without what stands behind it and in its unit.
    """
    if not any(v.kind != "name" for v in extract_values(claim)):
        return ""
    if is_japanese(question):
        return _japanese(compact(question), near, own, document)
    return "" if other_tongue(claim, f"{question} {near}") else _english(question, near, document)


def _english(question: str, near: str, document: str) -> str:
    for match in _PHRASE.finditer(question):
        words = match[1].lower().split()
        head = words[-1]
        if head in _OF_ALL or _ASKING & set(words) or is_party(head) or match[1][:1].isupper() or any(ch.isdigit() for ch in match[1]):
            continue
        stem = head[:_FOR_MANY] if len(head) > _FOR_MANY else head.rstrip("s")
        pattern = re.compile(rf"\b{re.escape(stem)}", re.I)
        if pattern.search(near):
            continue
        if 0 < sum(1 for _ in pattern.finditer(document)) <= _MOST:
            return match[1]
    return ""


def _japanese(question: str, near: str, own: str, document: str) -> str:
    match = _HEAD_JA.match(question)
    if match is None:
        match, near = _TOPIC_JA.match(question), own  # another sentence of the paragraph may speak of it
    if match is None or _PAPER_JA.search(match[1]):
        return ""
    what, near = match[1], compact(near)
    if what in near:
        return ""
    times = compact(document).count(what)
    if 0 < times <= _MOST:
        return what
    pairs = {what[at : at + 2] for at in range(len(what) - 1)}
    nothing = not times and len(what) >= _LONG and not any(pair in near for pair in pairs)
    return what if nothing else ""
