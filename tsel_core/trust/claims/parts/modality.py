# ruff: noqa: E501 (tables of words)
"""Allowed or demanded, proposed or decided: what kind of statement a sentence makes."""

from __future__ import annotations

import re

from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.text.may import MONTH_OF_MAY
from tsel_core.trust.claims.parts.words import RUN, english_tokens, is_japanese

_I = re.I
PROPOSED = lazy_pattern(r"\b(?:propos\w+|suggest\w*|recommend\w*|tentativ\w+|plan(?:s|ned)? to|would like|consider\w*|might|perhaps)\b|提案|案は|案です|検討|どうでしょう|いったん|仮に|見込み|かもしれ", _I)
DECIDED = lazy_pattern(r"(?<!not )(?<!not yet )(?<!un)\b(?:decid\w+|resolved|approved|adopted|agreed on|agreed to)\b|決定|決まり(?!ません)|決まった|決めました|可決|合意(?:した|しました)", _I)
REJECTED = lazy_pattern(r"\b(?:reject\w*|withdraw\w*|withdrew|refus\w+|against|oppos\w+|dropped|cancel\w*)\b|却下|否決|反対|取り下げ|見送|中止", _I)
OPEN = lazy_pattern(r"n['’]t (?:yet )?(?:been )?(?:decided|agreed|settled|fixed)\b|\bnot (?:yet )?(?:been )?(?:decided|agreed|settled|fixed)\b|\bundecided\b|\bto be decided\b|\bstill open\b|決まっていな|決まってい?ません|決定していな|決定してい?ません|未定|保留", _I)
FORMER = lazy_pattern(r"去年|昨年|前回|前年|以前は|従来|\blast (?:year|time|month)\b|\bpreviously\b|\bformerly\b|\boriginally\b|\bthe plan (?:said|was)\b|\bused to\b", re.I)  # how it was
# nothing is so yet
FLOATED = lazy_pattern(r"\b(?:offer(?:s|ed)?|suggest(?:s|ed)?|propos(?:e|es|ed)|ideas?|wanted|would like|asked for|thought about)\b", _I)
_PUT_OFF = lazy_pattern(r"\bpostpon\w+|\bput off\b|\bdeferred\b|持ち越|先送り|継続審議", _I)
_BAR = lazy_pattern(r"\b(?:not|never|no|declin\w+|turned down|voted down|fail\w*)\b|ない|なかった|ません", _I)
_MONTH = lazy_pattern(MONTH_OF_MAY)
_MAY = frozenset("may can could entitled allowed permitted might".split())  # noqa: SIM905
_MUST = frozenset("shall must will required obliged has have agrees agree undertakes".split())  # noqa: SIM905
_MAY_JA = lazy_pattern(r"ことができ|ことが可能|できる|できます|してよい|してもよい|権利を有")
_MUST_JA = lazy_pattern(r"なければな|なくてはな|義務|ものとする|必要があ|ないといけ|要する")


def other_modality(claim: str, evidence: str) -> str:
    """ "may / must", "decided / proposed": the kind of statement that the claim makes of the evidence's; "" when equal."""
    status = _other_status(claim, evidence)
    if status:
        return status
    if is_japanese(claim) and is_japanese(evidence):
        return _other_ja(claim, evidence)
    ours, theirs = _modals(claim), _modals(evidence)
    for word, kinds in ours.items():
        there = theirs.get(word)
        if there and not kinds & there:
            return f"{min(kinds)} / {min(there)}"
    return ""


def _other_status(claim: str, evidence: str) -> str:
    if REJECTED.search(claim) and not REJECTED.search(evidence) and not has_bar(evidence) and (PROPOSED.search(evidence) or DECIDED.search(evidence)):
        return "rejected / proposed" if PROPOSED.search(evidence) else "rejected / decided"
    if _PUT_OFF.search(claim) and not _PUT_OFF.search(evidence) and (DECIDED.search(evidence) or REJECTED.search(evidence)):
        return "postponed / decided"
    decided, proposed, rejected = (bool(p.search(evidence)) for p in (DECIDED, PROPOSED, REJECTED))
    if DECIDED.search(claim) and not decided and (proposed or rejected) and not PROPOSED.search(claim) and not REJECTED.search(claim):
        return "decided / proposed" if proposed else "decided / rejected"
    if PROPOSED.search(claim) and not DECIDED.search(claim) and decided and not proposed:
        return "proposed / decided"
    return ""


def has_bar(text: str) -> bool:
    """Whether a sentence says no in any other way."""
    return _BAR.search(text) is not None


def _modals(text: str) -> dict[str, set[str]]:
    """The words behind a modal verb ("may assign", "shall be final") with its kinds, "may" or "must"."""
    found: dict[str, set[str]] = {}
    last = ""
    for token in english_tokens(_MONTH.sub(" ", text)):
        if token.word == "not":
            last = ""  # shall not and may not are the same
        elif token.word in _MAY:
            last = "may"
        elif token.word in _MUST and token.word not in ("has", "have"):
            last = "must"
        elif token.content and last:
            found.setdefault(token.stem, set()).add(last)
            last = ""
    return found


def _other_ja(claim: str, evidence: str) -> str:
    for pattern, against, words in ((_MUST_JA, _MAY_JA, "must / may"), (_MAY_JA, _MUST_JA, "may / must")):
        made = pattern.search(claim)
        if made is None or pattern.search(evidence) or against.search(claim):
            continue
        runs = [m.group() for m in RUN.finditer(claim[: made.start()])]
        place = evidence.rfind(runs[-1]) if runs else -1
        if place >= 0 and (against.search(evidence[place : place + 24]) or (words == "may / must" and _plain_duty(evidence[place : place + 24]))):
            return words
    return ""


def _plain_duty(tail: str) -> bool:
    """A contract's present tense (支払う。, 行う。) says what must be done."""
    leave = re.search(r"できる|認め|許|可能|よい|限る", tail)  # でのみ認める demands nothing
    return leave is None and re.search(r"(?:する|う|く|す|る)。?$|(?:する|う|く|す|る)。", tail) is not None
