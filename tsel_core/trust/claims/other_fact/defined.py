# ruff: noqa: E501 (patterns)
"""Who a party is: the name that a contract defines as "the Landlord", or as 甲, and no other party's."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tsel_core.document import SourceSpan
from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.text.normalize import normalise
from tsel_core.text.party_blocks import PartyBlock
from tsel_core.trust.claims.parts.polarity import has_denial
from tsel_core.trust.passages import PassageIndex

# `4 Mill Lane (hereinafter referred to as the "Landlord")`, 株式会社東西（以下「甲」という。）
_DEFINES = lazy_pattern(r"\((?:(?:the|each|an?|hereinafter|hereafter|herein|referred|to|as|called|collectively|together)[\s,]+)*[\"“”'‘](?:the\s+)?(?P<term>[A-Z][\w’-]*(?: [A-Z][\w’-]*){0,2})[,.]?[\"“”'’][^()]{0,40}\)")
_DEFINES_JA = lazy_pattern(r"[（(]以下[、,]?(?:単に)?「(?P<term>[^」]{1,12})」[^（）()]{0,20}[)）]")
_ASKS = lazy_pattern(r"^\W*(?:who|which (?:company|firm|party|person|organi[sz]ation))\s+(?:is|are)\s+(?:called\s+)?(?:the\s+)?(?P<term>[\w’' -]+?)(?:\s+(?:in|of|under|to)\s+(?:this|the)\s+\w+)?\W*$", re.I)
_ASKS_JA = lazy_pattern(r"^(?P<term>[^は、]{1,12})(?:と)?は(?:誰|だれ|どなた|どの会社|どこの会社|何という会社)")
_IS = lazy_pattern(r"^\W*(?:the\s+)?(?P<one>.+?)\s+(?:is|are)\s+(?:the\s+)?(?P<two>.+?)\W*$", re.I)
_IS_JA = lazy_pattern(r"^(?P<one>[^は、]{1,40})は、?(?P<two>.+?)(?:です|である|となる|になります)?[。\s]*$")
# each of "Alder Ltd is the Buyer and Birch plc is the Seller", 'Alder Ltd (the "Buyer") and Birch plc (the "Seller")'
_EACH = lazy_pattern(r"(?:^|\band\b|[,;])\s*(?P<name>(?-i:[A-Z])[^,;()]*?)\s+(?:(?:is|as)\s+(?:the\s+)?|\([^()\"“]{0,30})[\"“]?(?:the\s+)?(?P<term>(?-i:[A-Z])\w+)[\"”]?\)?(?=\s*(?:and\b|[,;.]|$))", re.I)
_BEGINS = lazy_pattern(r"^.*\b(?:between|among)\b[\s:]*|^[\s,;.]*(?:and|by|with|und)\b\s*|^\W*\(?\d{1,2}\)?[.)]\s*", re.I | re.S)
_BEGINS_JA = lazy_pattern(r"^.*\n|^[\s、。]*(?:と|及び|並びに|および)[、\s]*", re.S)
_NAME_ENDS = lazy_pattern(r",(?!\s*(?:inc|ltd|llc|llp|lp|corp|co|s\.a|n\.v|b\.v|plc)\b)|;|(?-i:\b(?:an?|of|at|whose|with|having|located|incorporated|organi[sz]ed|registered)\b)|[（(]", re.I)
_WORD = lazy_pattern(r"[^\W_]+")  # "___Holm Ltd____" is a name in a blank
_BLANK = "____"  # where a name is to be filled in
_FORMS = frozenset("ltd limited inc incorporated llc llp lp plc corp corporation co company gmbh ag sa bv nv kk".split())  # noqa: SIM905


@dataclass(frozen=True, slots=True)
class Definition:
    """`called` (lower case) is the party whose name begins `words`, what stands before its definition."""

    span: SourceSpan
    called: str
    words: str


@dataclass(frozen=True, slots=True)
class Named:
    """The definition at `span` gives the name that is claimed, or (`other`) gives it to another party or to none."""

    span: SourceSpan
    other: str = ""
    of_another: bool = False


def defined_party(claim: str, question: str, index: PassageIndex) -> Named | None:
    """What the definitions of a contract make of a claim that says who a party is; None where they say nothing."""
    if has_denial(claim) or re.search(r"\d", claim):
        return None
    several = [f"{m['name']} is the {m['term']}" for m in _EACH.finditer(claim)]
    if len(several) > 1:
        told = [defined_party(one, question, index) for one in several]
        wrong = next((t for t in told if t is not None and t.other), None)
        alone = re.search(r"[^\W_]", re.sub(r"(?i)\b(?:and|the)\b", "", _EACH.sub("", claim))) is None
        return wrong or (told[0] if all(told) and alone else None)
    known = list(definitions(index))
    called, name = _said(claim, question, {d.called for d in known})
    own = [d for d in known if d.called == called]
    if not name or not own:
        return None
    for one in own:
        if _is_name(name, one.words):
            return Named(one.span)
    near = [d for d in known if d.span.doc_index == own[0].span.doc_index and _holds(name, d.words)]
    if len(own) == 1 and _WORD.search(own[0].words) is None:
        return Named(own[0].span, f"{name} / {_BLANK}", bool(near))
    if len(own) > 1 or not near:
        return None  # defined twice, or called by words that no definition has
    return Named(own[0].span, f"{name} / {name_of(own[0].words)}", any(_is_name(name, d.words) for d in near))


def parties_defined(names: Sequence[str], index: PassageIndex) -> SourceSpan | None:
    """Where the first of the names is defined, if each is the name of another defined party of one document; else None."""
    known = list(definitions(index))
    for doc in dict.fromkeys(d.span.doc_index for d in known):
        own = [next((d for d in known if d.span.doc_index == doc and _leads(name, d.words)), None) for name in names]
        found = [d for d in own if d is not None]
        if len(found) == len(names) == len({d.called for d in found}):
            return found[0].span
    return None


def _leads(name: str, words: str) -> bool:
    """Whether a name is that of a description, not one in it (who represents the party, whose subsidiary it is)."""
    if name.isascii():
        return _is_name(name, words)
    told, ours = normalise(words).strip(), normalise(name)
    return told.startswith(ours) or told.endswith(ours)


def _said(claim: str, question: str, terms: set[str]) -> tuple[str, str]:
    """The party spoken of, and the name it is given; two empty texts for a claim of another kind."""
    plain = claim.strip().strip("\"“”「」")
    for pattern in (_IS, _IS_JA):
        match = pattern.match(plain)
        for term, name in ((match["one"], match["two"]), (match["two"], match["one"])) if match else ():
            if _term(term) in terms:
                return _term(term), name
    asked = _ASKS.match(question) or _ASKS_JA.match(question.strip())
    said = re.sub(r"(?:です|である)?[。.\s]*$", "", plain)
    return (_term(asked["term"]), said) if asked and _term(asked["term"]) in terms else ("", "")


def _term(words: str) -> str:
    return re.sub(r"^the\s+", "", words.strip().casefold())


def definitions(index: PassageIndex) -> Iterator[Definition]:
    """What the words of a contract define, then what its layout says of other parties."""
    told = list(_in_words(index))
    yield from told
    for doc, blocks in enumerate(index.party_blocks):
        known = {d.called for d in told if d.span.doc_index == doc}
        for block in blocks:
            for called in block.called:
                if called not in known:
                    yield Definition(block_span(doc, block), called, block.name)


def block_span(doc: int, block: PartyBlock) -> SourceSpan:
    """Where a party's block stands: its lines in the first one's unit."""
    first = block.lines[0]
    return SourceSpan(doc, first.unit, first.start, max(line.end for line in block.lines if line.unit == first.unit))


def _in_words(index: PassageIndex) -> Iterator[Definition]:
    for doc, unit in index.by_unit:
        text = index.unit_text(doc, unit)
        for pattern, begins in ((_DEFINES, _BEGINS), (_DEFINES_JA, _BEGINS_JA)):
            end = 0
            for match in pattern.finditer(text):
                before = text[end : match.start()]
                start = begins.match(before)
                at = end + (start.end() if start else 0)
                if text[at : match.start()].strip():
                    yield Definition(SourceSpan(doc, unit, at, match.end()), _term(match["term"]), text[at : match.start()])
                end = match.end()


def name_of(words: str) -> str:
    """The name that a party's description begins with."""
    words = words.strip()
    end = _NAME_ENDS.search(words)
    return words[: end.start()].strip() if end and end.start() else words


def _is_name(name: str, words: str) -> bool:
    """Whether a name is that of a description: all its words are there, and one that is no form of a firm in the name itself."""
    first = {w.casefold() for w in _WORD.findall(name_of(words))}
    ours = {w.casefold() for w in _WORD.findall(name)}
    return _holds(name, words) and (not name.isascii() or bool((ours & first) - _FORMS))


def _holds(name: str, words: str) -> bool:
    """Whether all words of a name stand in a description."""
    if not name.isascii():
        return len(name) > 1 and normalise(name) in normalise(words)
    ours, here = ({w.casefold() for w in _WORD.findall(text)} for text in (name, words))
    return bool(ours - {"the"}) and ours - {"the"} <= here
