# ruff: noqa: E501 (a list of words)
"""Whether two short answers say the same: refusals, yes and no, values, names, words."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

from tsel_core.evidence.locating.options import named_options, names_others, options_of
from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.text.facts import Fact, extract_facts
from tsel_core.text.normalize import normalise
from tsel_core.text.refusal import is_refusal
from tsel_core.text.yes_no import SAYS_NO, SAYS_YES
from tsel_core.trust.passages import features

MIN_SHARED = 0.6  # of the shorter answer's words, where neither states a value or a name


_WHO = lazy_pattern(r"誰|だれ|どなた|どちら|どっち|いずれ(?=[がのかにも])|谁|누구|\b(?:wer|wem|wen|wessen|qui|quién|quiénes|chi|quem)\b|\b(?:who|whose|whom|which (?:of|person|speaker|party|side))\b", re.I)
_ECHO = 1.0  # weight of an answer's own words up to which it says nothing that the question did not
_OWN = 0.5  # share of its words from which on they are no echo, however short it is: a name alone
_WRITTEN = lazy_pattern(r"[A-Za-zÀ-ɏ0-9]+|[一-龥々ァ-ヶー]")  # what names a person or a party: never a particle


def agree(one: str, two: str, question: str = "", people: Collection[str] = ()) -> bool:
    """Whether two answers to a question can both be right. What the question itself says counts for neither.

    `people` are names of the document (its speakers): where the question asks who, both must name the same ones.
    """
    refused = is_refusal(one), is_refusal(two)
    if any(refused):
        return all(refused)
    said = polarity(one), polarity(two)
    if None not in said and said[0] != said[1]:
        return False
    if asks_who(question) and not _same_people(one, two, question, people):
        return False
    if names_others(one, two, question):
        return False
    if contained(one, two):
        return True
    asked = {_key(f) for f in extract_facts(question)}
    left, right = _facts(one, asked), _facts(two, asked)
    values = [[f for f in side if f.kind != "name"] for side in (left, right)]
    names = [[f for f in side if f.kind == "name"] for side in (left, right)]
    if all(values):
        return _within(*values)
    if all(names) and not any(values) and not _within(*names):
        return False
    return _shared_words(one, two, question) >= MIN_SHARED


def asks_who(question: str) -> bool:
    """Whether a question asks for a person or a party."""
    return _WHO.search(question) is not None


def _same_people(one: str, two: str, question: str, people: Collection[str]) -> bool:
    left, right = ({p for p in people if p in text and p not in question} for text in (one, two))
    return bool(left) == bool(right) and (left <= right or right <= left)


def says_nothing(answer: str, question: str) -> bool:
    """Whether an answer is a refusal, empty, or the question said again as a statement.

    "小林" and "甲が負担します" name whom "誰" asks for: that is no echo, as few letters as it has. Nor is one of two
    that a question offers ("the Seller or the Buyer").
    """
    if not answer.strip() or is_refusal(answer):
        return True
    if len(named_options(answer, options_of(question))) == 1:
        return False
    asked, said = features(question), features(answer)
    own = sum(weight for feature, weight in said.items() if feature not in asked)
    if not asked or own >= _ECHO or (own and own >= _OWN * sum(said.values())) or _facts(answer, set()):
        return False
    return not (asks_who(question) and set(_WRITTEN.findall(answer)) - set(_WRITTEN.findall(question)))


def contained(one: str, two: str) -> bool:
    """Whether one answer's words stand in the other."""
    left, right = (normalise(t).strip(".。 ") for t in (one, two))
    return bool(left and right) and (left in right or right in left)


def polarity(answer: str) -> bool | None:
    """True for an answer that begins with Yes, False for No, None for any other."""
    if SAYS_YES.match(answer):
        return True
    return False if SAYS_NO.match(answer) else None


def _facts(text: str, asked: set[tuple[str, str]]) -> list[Fact]:
    return [f for f in extract_facts(text) if _key(f) not in asked]


def _key(fact: Fact) -> tuple[str, str]:
    return ("value" if fact.kind in ("money", "number", "percent") else fact.kind, fact.value.split(" ")[0].rstrip("%"))


def _within(left: Iterable[Fact], right: Iterable[Fact]) -> bool:
    """Whether the facts of one side all stand on the other."""
    one, two = {_key(f) for f in left}, {_key(f) for f in right}
    return one <= two or two <= one


def _shared_words(one: str, two: str, question: str) -> float:
    asked = features(question).keys()
    left, right = ({w for w in features(t) if w not in asked} for t in (one, two))
    smaller = min(len(left), len(right))
    if not smaller:
        left, right = set(features(one)), set(features(two))
        smaller = min(len(left), len(right))
    return len(left & right) / smaller if smaller else 0.0
