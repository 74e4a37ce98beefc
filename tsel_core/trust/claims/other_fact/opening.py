# ruff: noqa: E501 (patterns)
"""A claim about a contract's own date or parties: the sentence that opens the contract states it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tsel_core.document import SourceSpan
from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.text.facts import extract_facts
from tsel_core.text.normalize import normalise
from tsel_core.text.same_values import same_value
from tsel_core.text.values import Value, extract_values
from tsel_core.trust.claims.other_fact.defined import parties_defined
from tsel_core.trust.claims.parts.polarity import has_denial
from tsel_core.trust.passages import PassageIndex, sentence_spans

_PAPER = r"(?:contract|agreement|lease|deed|licen[cs]e|letter)"
_ASKS_DATE = lazy_pattern(rf"\bdate of (?:this|the) {_PAPER}\b|\b{_PAPER} date\b|\bwhen (?:was|is) (?:this|the) {_PAPER} (?:made|signed|dated|concluded|entered into|executed)\b|契約(?:の締結)?日|契約の日付|締結日", re.I)
_ASKS_EFFECT = lazy_pattern(rf"\b{_PAPER}\b.*\b(?:takes?|come into|comes into|into) (?:effect|force)\b|\beffective date\b|\b{_PAPER}\b (?:become|becomes|start|begin|commence)s?\b|発効日|効力発生日", re.I)
_ASKS_PARTIES = lazy_pattern(rf"^(?:who|what) (?:is|are|were) the (?:two |contracting )?part(?:ies|y names?)\b|\b(?:who|which companies|name)\b.*\bpart(?:y|ies) (?:to|of|in) (?:this|the) {_PAPER}\b|契約(?:書)?の当事者|^当事者(?:は|$)", re.I)
_OPENS = lazy_pattern(rf"\bthis\b(?:\s+[\w'’&-]+,?){{0,8}}?\s+{_PAPER}\b|^\s*{_PAPER}\b.{{0,40}}\bbetween\b|契約.{{0,40}}(?:を締結|締結する)", re.I)
_MADE = lazy_pattern(r"\b(?:dated|made|entered into|executed|signed)\b[^;.]{0,40}$", re.I)
_EFFECT = lazy_pattern(r"\b(?:effective|commenc\w+|takes? effect)\b[^,;]{0,24}$", re.I)
_AS_OF = lazy_pattern(r"\bas of[^,;]{0,24}$", re.I)
_CALLED_EFFECT = lazy_pattern(r"^[\s,]*[(\"“”]?\s*\(?(?:the\s+)?[\"“”]?(?:the\s+)?(?:effective|commencement) date", re.I)
_BETWEEN = lazy_pattern(r"\b(?:between|among)\b|以下「?(?:甲|委託者|売主|貸主)", re.I)
_ROLE = lazy_pattern(r"[(（][^()（）]*[\"“「]|[甲乙丙]|\b(?:is|as) (?:the|an?)\b|(?:人|者|主)(?:は|が|：|:)", re.I)
_NAMES_JA = lazy_pattern(r"(?:株式会社|有限会社|合同会社|一般社団法人|一般財団法人)[^\sと、。及並（(]{1,20}|[^\sと、。及並（(]{1,20}(?:株式会社|有限会社|合同会社)")
_AROUND = lazy_pattern(rf"\b(?:the|parties|party|are|were|is|to|of|in|this|{_PAPER}|between|and|ltd|limited|inc|incorporated|llc|llp|lp|plc|corp|corporation|co|company)\b|契約(?:書)?|当事者|この|本|です|である|および|及び|並びに|[とはがの間]", re.I)
_FIRST, _LINES = 15, 4  # sentences among which the opening is; lines that it may go on for
_PLACE = lazy_pattern(r"\b(?:of|in|at|near)\s+$", re.I)


@dataclass(frozen=True, slots=True)
class Opening:
    """The opening sentence at `span` gives what is claimed, or (`other`) another date."""

    span: SourceSpan
    other: str = ""


def asks_parties(question: str) -> bool:
    """Whether a question asks who made the contract."""
    return _ASKS_PARTIES.search(question) is not None


def opening_stated(claim: str, question: str, index: PassageIndex) -> Opening | None:
    """What the opening sentence makes of a claim about the contract's date, first day or parties; None where nothing.

    A date must be the one that the contract is made (or takes effect) on there, not only stand beside it.
    """
    if has_denial(claim):
        return None
    if asks_parties(question):
        span = _parties(claim, index)
        return Opening(span) if span else None
    dates = [v for v in extract_values(claim) if v.kind == "date"]
    effect = _ASKS_EFFECT.search(question) is not None
    if len(dates) != 1 or not (effect or _ASKS_DATE.search(question)):
        return None
    for span, text in _openings(index):
        known = [v for v in extract_values(text) if v.kind == "date"]
        plain = [v for v in known if _is_meant(v, text, effect)]
        told = plain or [v for v in known if effect and _AS_OF.search(text[: v.start])]
        if told and all(same_value(dates[0], v) for v in told):
            return Opening(span)
        if len({v.value for v in plain}) == 1:
            return Opening(span, plain[0].text)
        if told:
            return None
    return None


def _is_meant(value: Value, text: str, effect: bool) -> bool:
    before, behind = text[: value.start], text[value.end :]
    if effect:
        return _EFFECT.search(before) is not None or _CALLED_EFFECT.match(behind) is not None
    return _MADE.search(before) is not None


def _openings(index: PassageIndex) -> Iterator[tuple[SourceSpan, str]]:
    """The sentences that say what paper this is and who makes it, with their places."""
    for span, text in _first(index):
        if _OPENS.search(text):
            yield span, text


def _first(index: PassageIndex) -> list[tuple[SourceSpan, str]]:
    found: list[tuple[SourceSpan, str]] = []
    for doc, unit in index.by_unit:
        text = index.unit_text(doc, unit)
        for start, end in sentence_spans(text):
            found.append((SourceSpan(doc, unit, start, end), " ".join(text[start:end].split())))
            if len(found) == _FIRST + _LINES:
                return found
    return found


def _parties(claim: str, index: PassageIndex) -> SourceSpan | None:
    """Every name of the claim stands behind "between", and none as the name of a place."""
    if _ROLE.search(claim):
        return None  # who is which of them is judged by the rules of roles
    japanese = _NAMES_JA.findall(claim)
    names = japanese if len(japanese) > 1 else [f.text for f in extract_facts(claim) if f.kind == "name"]
    names = [re.sub(r"^(?:The|This)\s+", "", name).strip(" .,") for name in names]
    names = [name for name in names if name and name not in ("The", "This")]
    if len(names) < 2:
        return None
    if _says_no_more(claim, names):
        place = parties_defined(names, index)
        if place is not None:
            return place
    if japanese:
        return None
    lines = _first(index)
    for at, (span, text) in enumerate(lines[:_FIRST]):
        between = _BETWEEN.search(text)
        if between is None:
            continue
        after = " ".join([text if between.group().startswith("以下") else text[between.end() :], *(t for _, t in lines[at + 1 : at + _LINES])])
        if all(_is_party(name, after) for name in names):
            return span
    return None


def _says_no_more(claim: str, names: Sequence[str]) -> bool:
    """Whether a claim names its parties and states nothing else, who is which least of all."""
    left = claim
    for name in sorted(names, key=len, reverse=True):
        left = left.replace(name, " ")
    return not re.sub(r"[\W\d_]+", "", _AROUND.sub(" ", left))


def _is_party(name: str, text: str) -> bool:
    at = normalise(text).find(normalise(name))
    place = text.casefold().find(name.casefold())
    return at >= 0 and (place < 0 or _PLACE.search(text[:place]) is None)
