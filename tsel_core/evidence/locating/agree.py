# ruff: noqa: E501 (a list of words)
"""Whether two short answers say the same: refusals, yes and no, values, names, words."""

from __future__ import annotations

import re
from collections.abc import Collection

from tsel_core.evidence.locating.options import named_options, names_others, options_of
from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.text.facts import extract_facts
from tsel_core.text.normalize import normalise
from tsel_core.text.refusal import is_refusal
from tsel_core.text.same_values import all_alike, all_stated, own_values, same_value
from tsel_core.text.values import Value, extract_values
from tsel_core.text.yes_no import SAYS_NO, SAYS_YES
from tsel_core.trust.amendments.words import FORMER
from tsel_core.trust.claims.told_with_old import without_old
from tsel_core.trust.passages import features

MIN_SHARED = 0.6  # of the shorter answer's words, where neither states a value or a name


_WHO = lazy_pattern(r"誰|だれ|どなた|どちら|どっち|いずれ(?=[がのかにも])|谁|누구|\b(?:wer|wem|wen|wessen|qui|quién|quiénes|chi|quem)\b|\b(?:who|whose|whom|which (?:of|person|speaker|party|side))\b", re.I)
# "one" and "a" as counts, where the other answer has a figure
_ONE = lazy_pattern(r"(?<!\bno )\b(?:one|a single|an?(?= (?:calendar |working |business )?(?:year|month|week|fortnight|day|hour|minute)\b))(?! (?:of|another)\b)", re.I)
_LONE = lazy_pattern(r"\W*(?:\d[\d,.]*|[a-z]+(?:-[a-z]+)?|[一二三四五六七八九十百]+)\W*", re.I)  # "7" for "7 days": a number and nothing else
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
    if FORMER.search(question) is None:  # what stood before is no part of what stands now
        one, two = without_old(one)[0], without_old(two)[0]
    values = _own_values(one, two, question)
    if all(values):
        alike = all_stated if any(_LONE.fullmatch(text.strip()) for text in (one, two)) else all_alike
        return alike(*values) or alike(*reversed(values))
    if contained(one, two):
        return True
    asked = {f.value for f in extract_facts(question) if f.kind == "name"}
    names = [{f.value for f in extract_facts(side) if f.kind == "name"} - asked for side in (one, two)]
    if all(names) and not any(values) and not (names[0] <= names[1] or names[1] <= names[0]):
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
    if not asked or own >= _ECHO or (own and own >= _OWN * sum(said.values())) or extract_facts(answer):
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


def _own_values(one: str, two: str, question: str) -> list[list[Value]]:
    """The values of two answers that the question does not give.

    Where only one has any, the other's "one key", "a week" or "fifth" counts, too.
    """
    values = [own_values(text, question) for text in (one, two)]
    if bool(values[0]) != bool(values[1]):
        at = 0 if values[1] else 1
        words = _ONE.sub("1", (one, two)[at])
        asked = extract_values(question, ordinal_words=True)
        said = extract_values(words, ordinal_words=True)
        values[at] = [v for v in said if not any(same_value(v, a) for a in asked)]
    return values


def _shared_words(one: str, two: str, question: str) -> float:
    asked = features(question).keys()
    left, right = ({w for w in features(t) if w not in asked} for t in (one, two))
    smaller = min(len(left), len(right))
    if not smaller:
        left, right = set(features(one)), set(features(two))
        smaller = min(len(left), len(right))
    return len(left & right) / smaller if smaller else 0.0
