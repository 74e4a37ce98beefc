# ruff: noqa: E501 (patterns)
"""What one sentence of a document makes of a yes/no question: yes, no, or neither. A bare Yes or No is judged by it.

Strict on purpose: a lawyer relies on "supported". A sentence says yes only where it has the question's words, values and
parties, each in its part, and neither denies nor narrows what is asked; all else is left open.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from tsel_core.text.normalize import normalise
from tsel_core.text.values import Value, extract_values
from tsel_core.trust.claims.asked import LEAVE, MUST, Asked, squeezed
from tsel_core.trust.claims.claim import Why
from tsel_core.trust.claims.evidence import Sentence, key_of
from tsel_core.trust.claims.held import holds, pair_of
from tsel_core.trust.claims.polarity import (
    denied_runs,
    denied_verb,
    denied_words,
    denies,
    ends_denied,
    has_denial,
    opposite,
)
from tsel_core.trust.claims.quantifiers import other_quantity
from tsel_core.trust.claims.relation import other_object
from tsel_core.trust.claims.roles import is_party, nearest_clause, roles, swapped
from tsel_core.trust.claims.words import IRREGULAR, english_tokens, is_japanese, japanese_clauses
from tsel_core.trust.passages import stem

MIN_SHARE = 0.75  # of the question's words in a sentence that says yes or no
MIN_NOBODY = 0.3  # the same where nobody may do it at all, however it is done
_NEEDS_LEAVE = re.compile(
    r"\b(?:not|no|neither|nor|never|cannot)\b.*\bwithout\b|\bonly\b.*|\bunless\b|\bsubject to\b|\b(?:requires?|required|needs?)\b|\bwith the (?:prior |written )*"
    r"|(?:得ず|得ないで|なく|なしに|なければ).*(?:ない|できず|ません)|得て|限り|ある場合|要する|必要"
)
_NEEDS_NONE = re.compile(r"\bno (?:prior |written )*(?:consent|approval|permission)\b.*\b(?:required|needed|necessary)\b|\b(?:consent|approval|permission)\b.*\bnot (?:be )?(?:required|needed|necessary)\b|(?:承諾|同意|許可)(?:を|は)(?:要しない|要せず|必要としない|不要)", re.I)
_WITHOUT_LEAVE = re.compile(r"\bwithout\b.{0,40}\b(?:consent|approval|permission)\b|(?:承諾|同意|許可)(?:を得ず|を得ないで|なく|なしに)", re.I)
_MAY = re.compile(r"\b(?:may|can|could|entitled|free to|at its option|permitted|allowed|discretion)\b|できる|できます|ことを得る|してよい|権利を有", re.I)
_SHALL = re.compile(r"\b(?:shall|must|will|agrees|undertakes|obliged|required|has to|have to)\b", re.I)
_NOBODY = re.compile(r"\b(?:neither|no) party\b|\bnobody\b|\bno one\b|各当事者|いずれの当事者|何人", re.I)
_EITHER = re.compile(r"\b(?:part(?:y|ies)|anyone|nobody|no one|each|either|neither|both)\b|当事者|双方|いずれ|甲乙|何人", re.I)
# who bears a cost or owns a thing: if the one does, the other does not
_EXCLUSIVE = re.compile(r"\b(?:pay|pays|paid|bear|bears|borne|own|owns|owned|property|expense|cost)\b|負担|帰属|所有|留保", re.I)
_LEAST = re.compile(r"\bat least\b|\bnot less than\b|\bminimum\b|\bor more\b|以上|前まで", re.I)


@dataclass(frozen=True, slots=True)
class Reading:
    """`says`: "yes", "no", or "" where it says neither; why and by which words, and the share of the question it has."""

    says: Literal["yes", "no", ""]
    why: Why = ""
    detail: str = ""
    share: float = 0.0
    narrowed: bool = False  # it says so within limits that the question does not name


def read(asked: Asked, sentence: Sentence) -> Reading:
    """What a sentence makes of what is asked."""
    text = f"{sentence.headings} {sentence.text}" if sentence.headings else sentence.text
    share = asked.share(text)
    if share < MIN_NOBODY or not (asked.words or asked.values):
        return Reading("", "words", share=share)
    found = _read(asked, sentence.text, text, share)
    if asked.banned and found.says:  # a ban says yes to "is it forbidden?"
        return Reading("no" if found.says == "yes" else "yes", found.why, found.detail, share, found.narrowed)
    return found


def _read(asked: Asked, clause: str, text: str, share: float) -> Reading:
    if LEAVE.search(clause):
        return _of_leave(asked, clause, share)
    if asked.leave:
        return Reading("", "words", share=share)
    part = nearest_clause(asked.statement, clause)
    part = squeezed(part) if is_japanese(part) else part
    other = opposite(asked.statement, part)
    full = share + 1 / (len(asked.words) or 1) >= MIN_SHARE  # the other word stands for the question's
    if other and full and (not has_denial(part) or _narrowing(part)):  # "not except in writing"
        return Reading("no", "opposite", other, share)
    what = _denies(asked, part)
    if what:
        says = share >= MIN_SHARE or _nobody_may(asked, part)
        return Reading("no" if says else "", "negation", what, share)
    value = _other_value(asked, clause)
    if value is not None:
        return Reading("no" if share >= MIN_SHARE and value else "", "number", value, share)
    role = _other_role(asked, part)
    if role:
        exclusive = share >= MIN_SHARE and _EXCLUSIVE.search(asked.statement) and "/" in role
        return Reading("no" if exclusive else "", "role", role, share)
    turned = denies(asked.statement, part) or _touched(asked, part) or _ends_otherwise(asked, part)
    if share < MIN_SHARE or _lacks(asked, text) or turned:
        return Reading("", "words", share=share)
    return _limited(asked, clause, part, share)


def _denies(asked: Asked, part: str) -> str:
    """The word of the question that a sentence denies: its verb, what something is said to be, or what there is."""
    what = denied_verb(asked.statement if asked.banned else asked.question, part)
    touched = _touched(asked, part)
    if what or not touched:
        return what
    if _nobody_may(asked, part):
        return min(touched)
    is_not = re.search(r"\b(?:is|are|was|were) not (?:an? |the )?(\w+)", part, re.I)
    said = is_not is not None and key_of(stem(is_not[1].lower())) in touched and re.match(r"(?:is|are|was|were)\b", asked.question, re.I)
    return min(touched) if touched and (asked.exists or said) else ""


def _nobody_may(asked: Asked, part: str) -> bool:
    """Whether a sentence says of nobody that he does what the question asks, its first verb."""
    subject = _NOBODY.search(part)
    if subject is None or is_japanese(part):
        return subject is not None
    verb = re.search(r"\b(?:may|shall|can|will|must)\s+(\w+)", part[subject.end() :])
    return verb is not None and key_of(IRREGULAR.get(verb[1], stem(verb[1]))) == next(iter(asked.words), "")


def _touched(asked: Asked, part: str) -> set[str]:
    """The question's words that a sentence denies in some way."""
    if has_denial(asked.statement):
        return set()
    if is_japanese(part):
        return denied_runs(asked.words, part)
    return {key_of(IRREGULAR.get(word, word)) for word in denied_words(part)} & asked.words.keys()


def _ends_otherwise(asked: Asked, part: str) -> bool:
    """Whether the Japanese clause with most of the question's words, or the sentence, ends in a denial (or lacks one)."""
    if not is_japanese(part):
        return False
    nearest = max(japanese_clauses(part), key=asked.share, default=part)
    own = ends_denied(asked.statement)
    return ends_denied(part) != own or ends_denied(nearest) != own


def _limited(asked: Asked, clause: str, part: str, share: float) -> Reading:
    """Of a sentence with all the question's words: whether it says so in full."""
    less = other_quantity(asked.statement, clause)
    if "/" in less:
        return Reading("no", "quantifier", less, share)
    if less or (not is_japanese(clause) and other_object(asked.statement, part)):
        return Reading("", "quantifier" if less else "words", less, share)
    if asked.must and not has_denial(asked.question) and _only_allowed(part):
        return Reading("no", "modality", "must / may", share)
    return Reading("yes", share=share, narrowed=_narrowing(clause) and not _narrowing(asked.question))


def _narrowing(text: str) -> bool:
    return re.search(r"\b(?:only|except|unless|provided that|if)\b|に限り|のみ|除き|ただし|場合に限", text, re.I) is not None


def _of_leave(asked: Asked, clause: str, share: float) -> Reading:
    """Where a sentence speaks of consent: that it is needed for the thing, or that it is not."""
    if share < MIN_SHARE:
        return Reading("", "words", share=share)
    if _NEEDS_NONE.search(clause):
        needed = False
    elif _NEEDS_LEAVE.search(clause):
        needed = True
    elif _WITHOUT_LEAVE.search(clause):
        needed = False
    else:
        return Reading("", "words", share=share)
    if _other_role(asked, clause):
        return Reading("", "role", _other_role(asked, clause), share)
    if asked.leave == "needed":
        return Reading("yes" if needed else "no", "" if needed else "negation", "", share)
    if asked.leave == "without":
        return Reading("no" if needed else "yes", "negation" if needed else "", "", share)
    return Reading("", "quantifier", share=share)  # with consent it may be done, without it may not


def _other_value(asked: Asked, clause: str) -> str | None:
    """ "30 / 60" where a sentence has another value of the question's kind, "" where it has none; None where it has it."""
    for value in asked.values:
        if holds(clause, value):
            continue
        rivals = [v for v in extract_values(clause) if v.kind == value.kind]
        return pair_of(value, rivals) if rivals and not _fits(value, rivals[0], clause) else ""
    return None


def _fits(value: Value, rival: Value, clause: str) -> bool:
    """Whether more than a least value is asked about: 120 days' notice are at least 90."""
    numbers = [re.match(r"\d+(?:\.\d+)?", v.value) for v in (value, rival)]
    if None in numbers or _LEAST.search(clause) is None:
        return False
    one, two = (float(m.group()) for m in numbers if m is not None)
    return one > two


def _other_role(asked: Asked, part: str) -> str:
    """ "landlord / tenant": who the question asks of, and who the sentence speaks of in that part."""
    ours, theirs = roles(asked.statement), roles(part)
    found = swapped(ours, theirs)
    if found:
        return found
    named, there = _parties(asked.statement), _parties(part)
    lost = named - there
    if lost and (there or has_denial(part) is False) and not _EITHER.search(part):
        return ", ".join(sorted(lost))
    return ""


def _parties(text: str) -> set[str]:
    if is_japanese(text):
        return {party for parties in roles(text).values() for party in parties}
    return {t.word.rstrip("s") if not is_party(t.word) else t.word for t in english_tokens(text) if is_party(t.word)}


def _lacks(asked: Asked, text: str) -> bool:
    """Whether the sentence lacks what the question asks about most: its rarest words are all or nothing."""
    lost = asked.missing(text)
    return len(lost) > 1 or (bool(lost) and len(asked.words) < 4)


def _only_allowed(part: str) -> bool:
    """Whether a sentence allows and does not order."""
    return _MAY.search(part) is not None and _SHALL.search(part) is None and not (is_japanese(part) and MUST.search(part))


def quoted_first(found: Sequence[Sentence], quote: str) -> list[Sentence]:
    """The sentences an answer quotes behind its Yes or No, then the others."""
    words = normalise(quote)
    inside = [s for s in found if len(words) > 8 and (normalise(s.text) in words or words in normalise(s.text))]
    return [*inside, *(s for s in found if s not in inside)]


def decided(readings: Iterable[tuple[Sentence, Reading]], says: Literal["yes", "no"]) -> tuple[Sentence, Reading] | None:
    """The reading that says so with most of the question's words; None where none does."""
    sure = [pair for pair in readings if pair[1].says == says]
    return max(sure, key=lambda pair: pair[1].share) if sure else None
