# ruff: noqa: E501 (patterns)
"""What one sentence of a document makes of a yes/no question: yes, no, or neither. A bare Yes or No is judged by it.

Strict on purpose: a lawyer relies on "supported". A sentence says yes only where it has the question's words, values and
parties, each in its part, and neither denies nor narrows what is asked; all else is left open.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Literal

from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.text.normalize import normalise
from tsel_core.trust.claims.parts.asked import FRAME, LEAVE, Asked, squeezed
from tsel_core.trust.claims.parts.evidence import Sentence, key_of
from tsel_core.trust.claims.parts.freely import asked_freely, read_freely, without_freely
from tsel_core.trust.claims.parts.kinds import is_statement, unnumbered
from tsel_core.trust.claims.parts.modality import FLOATED, FORMER, PROPOSED
from tsel_core.trust.claims.parts.polarity import (
    denied_runs,
    denied_scopes,
    denied_verb,
    denied_words,
    denies,
    ends_denied,
    has_denial,
    opposite,
)
from tsel_core.trust.claims.parts.quantifiers import other_quantity
from tsel_core.trust.claims.parts.reading import MIN_SHARE, Reading
from tsel_core.trust.claims.parts.relation import other_object
from tsel_core.trust.claims.parts.roles import named_parties, nearest_clause, parties, plain_parties
from tsel_core.trust.claims.parts.words import IRREGULAR, english_tokens, is_japanese, japanese_clauses
from tsel_core.trust.claims.yes_no.as_far import as_far
from tsel_core.trust.claims.yes_no.behind import behind_exception
from tsel_core.trust.claims.yes_no.by_stance import by_stance, lost, speaks_against, subject_lost
from tsel_core.trust.claims.yes_no.by_stance_ja import by_stance_ja, speaks_against_ja
from tsel_core.trust.claims.yes_no.consent import of_consent
from tsel_core.trust.claims.yes_no.differs import narrowing, only_allowed, other_name, other_role, other_value
from tsel_core.trust.claims.yes_no.not_so import undecided
from tsel_core.trust.claims.yes_no.other_group import of_another_group
from tsel_core.trust.claims.yes_no.stance import points_back
from tsel_core.trust.passages import stem

_FRAME_STEMS = frozenset(map(stem, FRAME))
_WORDS = 3  # of a sentence that says something: "Assignment." is a title
_MOST_ASKED = 1_000  # characters of a question that can be held against a sentence
_SUBJECT = 2  # words that tell which value is meant: "euros" stand for anything
_NEAR = {"en": 260, "ja": 110}  # characters within which the question's words stand in a long sentence
_THING = 0.6  # share of its words that are denied of a thing that is not there
MIN_NOBODY = 0.3  # the same where nobody may do it at all, however it is done
# who bears a cost or owns a thing: if the one does, the other does not
_EXCLUSIVE = lazy_pattern(r"\b(?:pay|pays|paid|bear|bears|borne|own|owns|owned|property|expense|cost)\b|負担|帰属|所有|留保", re.I)
_CONSENT = lazy_pattern(r"\b(?:consents?|approval|permission|authori[sz]ation)\b", re.I)  # see consent.py
_RELATES = lazy_pattern(r"\b(?:appl(?:y|ies|icable|ied)|extends?|covers?|covered|includes?|included|subject to)\b|適用|及ぶ|及び(?:ます|ません)|含ま|含み|含む", re.I)
_APPLIES_NOT = lazy_pattern(r"\b(?:do|does|did|shall|will|would|is|are) not (?:apply|extend|be applicable|applicable|cover)\b|適用(?:し|され)ない|適用は?ない|及ばない", re.I)
_NOBODY = lazy_pattern(r"\b(?:neither|no) party\b|\bnobody\b|\bno one\b|各当事者|いずれの当事者|何人", re.I)


def read(asked: Asked, sentence: Sentence) -> Reading:
    """What a sentence makes of what is asked; nothing of a question of pages."""
    if len(asked.question) > _MOST_ASKED:
        return Reading("", "words", share=asked.share(sentence.text))
    bare = _bare(asked)
    found = _found(bare, sentence)
    if found.says and undecided(bare.question, sentence.text, found.says):
        return Reading("", "words", share=found.share)
    if found.says:
        found = as_far(bare, sentence, found)
    return found if bare == asked else read_freely(asked.question, sentence.text, sentence.behind, found)


@lru_cache(maxsize=1)
def _bare(asked: Asked) -> Asked:
    """What is asked without words of freedom, where it asks whether a thing may be done freely; else itself."""
    freely = asked_freely(asked.question) and not (asked.banned or asked.must)
    return Asked(without_freely(asked.question)) if freely else asked


def _found(asked: Asked, sentence: Sentence) -> Reading:
    text = f"{sentence.headings} {sentence.text}" if sentence.headings else sentence.text
    text, clause = plain_parties(text), plain_parties(unnumbered(named_parties(sentence.text)))
    share = asked.share(text)
    lone = not is_japanese(sentence.text) and len(sentence.text.split()) < _WORDS
    floated = sentence.speaker is not None and FLOATED.search(sentence.text) is not None
    if lone or floated:
        return Reading("", "words", share=share)
    former = FORMER.search(sentence.text) is not None and FORMER.search(asked.question) is None
    of_another = (not is_japanese(clause) and subject_lost(asked, clause)) or of_another_group(asked.question, clause, sentence.headings)
    if not is_statement(sentence.text) or _only_proposed(asked, sentence.text) or former or of_another:
        return Reading("", "words", share=share)
    by_sense = _decided_by_stance(asked, sentence, clause)
    behind = behind_exception(asked, clause, plain_parties(unnumbered(sentence.before)), sentence.headings)
    if by_sense is not None and (behind is None or not behind.says):
        return by_sense
    if (share < MIN_NOBODY and behind is None) or not (asked.words or asked.values):
        return Reading("", "words", share=share)
    found = behind or _read(asked, clause, text, share)
    if behind is None and found.says and asked.words and not asked.share(clause) and not points_back(clause):
        return Reading("", "words", share=share)  # the heading alone speaks of it
    if behind is None and found.says and _turned_by_stance(asked, sentence, clause, found):
        return Reading("", "words", share=share)
    if found.says and not _stands_together(asked, clause, found):
        return Reading("", "words", share=share)
    if found.says == "no" and found.why in ("negation", "number") and _thing_missing(asked, sentence, clause):
        return Reading("", "words", share=share)
    if asked.banned and found.says:  # a ban says yes to "is it forbidden?"
        return Reading("no" if found.says == "yes" else "yes", found.why, found.detail, share, found.narrowed)
    return found


def _decided_by_stance(asked: Asked, sentence: Sentence, clause: str) -> Reading | None:
    if (LEAVE if is_japanese(clause) else _CONSENT).search(clause) or asked.leave:
        return None
    return (by_stance_ja if is_japanese(clause) else by_stance)(asked, sentence, clause)


def _turned_by_stance(asked: Asked, sentence: Sentence, clause: str, found: Reading) -> bool:
    """Whether a Yes or No by other rules has the sentence's own way of deciding against it."""
    japanese = is_japanese(clause)
    if found.why not in ("", "negation") or (LEAVE if japanese else _CONSENT).search(clause):
        return False
    says = found.says if not asked.banned else "no" if found.says == "yes" else "yes"
    return speaks_against_ja(asked, sentence, clause, says) if japanese else speaks_against(asked, clause, says)


def _stands_together(asked: Asked, clause: str, found: Reading) -> bool:
    """Whether a long sentence has the question's words near each other, and denies them there if it denies them."""
    size = _NEAR["ja" if is_japanese(clause) else "en"]
    if len(clause) <= size:
        return True
    places = (clause[at : at + size] for at in range(0, len(clause) - size // 2, size // 6))
    near = max(places, key=asked.share)
    if asked.share(near) < found.share:
        return False
    return found.why != "negation" or bool(LEAVE.search(clause)) or bool(_denies(asked, near))


def _thing_missing(asked: Asked, sentence: Sentence, clause: str) -> bool:
    """Whether a sentence that denies lacks a word of the question: "a change of control" is no "change of management"."""
    if LEAVE.search(clause):
        return False  # see consent.py
    if is_japanese(clause):
        return bool(asked.missing(f"{sentence.headings}{clause}"))
    return bool(lost(asked, f"{sentence.headings}. {sentence.before}. {clause}"))


def _only_proposed(asked: Asked, text: str) -> bool:
    """Whether a thing is only proposed that the question does not ask of as proposed."""
    return PROPOSED.search(text) is not None and PROPOSED.search(asked.question) is None


def _read(asked: Asked, clause: str, text: str, share: float) -> Reading:
    if LEAVE.search(clause):
        return of_consent(asked, clause, share)
    if asked.leave:
        return Reading("", "words", share=share)
    part = nearest_clause(asked.statement, clause)
    part = squeezed(part) if is_japanese(part) else part
    other = opposite(asked.statement, part)
    instead = other and _lost(asked, text) == [other.split(" / ")[0]]  # it stands for the one word that is missing
    if instead and (not has_denial(part) or narrowing(part)):  # "not except in writing"
        return Reading("no", "opposite", other, share)
    role = other_role(asked, part)
    what = _denies(asked, part)
    if what and role:  # what one party must not do says nothing of the other
        return Reading("", "role", role, share)
    if what:
        says = share >= MIN_SHARE or _nobody_may(asked, part)
        return Reading("no" if says else "", "negation", what, share)
    name = other_name(asked, clause)
    if name:
        return Reading("no", "name", name, share)
    value = other_value(asked, clause)
    if value is not None:
        told = share >= MIN_SHARE and value != "" and len(asked.words) >= _SUBJECT
        named, there = parties(asked.statement), parties(clause)
        told = told and not (named and there and named.isdisjoint(there))
        return Reading("no" if told else "", "number", value, share)
    if role:
        exclusive = share >= MIN_SHARE and _EXCLUSIVE.search(asked.statement) and "/" in role
        return Reading("no" if exclusive else "", "role", role, share)
    turned = denies(asked.statement, part) or _touched(asked, part) or _ends_otherwise(asked, part)
    if share < MIN_SHARE or asked.missing(text) or turned:
        return Reading("", "words", share=share)
    return _limited(asked, clause, part, share)


def _lost(asked: Asked, text: str) -> list[str]:
    """The question's words that a sentence lacks, as they stand in the question."""
    lost = asked.missing(text)
    if is_japanese(asked.statement):
        return lost
    return [t.word for t in english_tokens(asked.statement) if key_of(IRREGULAR.get(t.word, t.stem)) in lost]


def _verb_denied(asked: Asked, part: str) -> bool:
    """Whether what an English sentence denies first is a word of the question: "not required to mark X" denies no X."""
    if is_japanese(part):
        return True
    ours = {key_of(IRREGULAR.get(t.word, t.stem)) for t in english_tokens(asked.statement)}
    for scope in denied_scopes(part):
        for word in scope:
            if key_of(IRREGULAR.get(word, word)) in ours:
                return True
            if word not in FRAME and word not in _FRAME_STEMS and not word.endswith("ly"):
                break
    return False


def _denies(asked: Asked, part: str) -> str:
    """The word of the question that a sentence denies: its verb, what something is said to be, or what there is."""
    what = denied_verb(asked.statement if asked.banned else asked.question, part)
    touched = _touched(asked, part)
    if asked.share(part) >= MIN_SHARE and not has_denial(asked.statement) and not _RELATES.search(asked.statement):
        apart = _APPLIES_NOT.search(part)
        if apart is not None:  # "the limits do not apply to X": X is not limited
            return apart.group()
    if asked.exists:
        return min(touched) if touched and len(touched) >= _THING * len(asked.words) else ""
    if not _verb_denied(asked, part) or has_denial(asked.statement):
        return ""
    if what or not touched:
        return what
    if _nobody_may(asked, part):
        return min(touched)
    is_not = re.search(r"\b(?:is|are|was|were) not (?:an? |the )?(\w+)", part, re.I)
    said = is_not is not None and key_of(stem(is_not[1].lower())) in touched and re.match(r"(?:is|are|was|were)\b", asked.question, re.I)
    return min(touched) if touched and said else ""


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
    if "/" in less and not less.startswith("some"):  # what holds for all holds for some
        return Reading("no", "quantifier", less, share)
    if less or (not is_japanese(clause) and other_object(asked.statement, part)):
        return Reading("", "quantifier" if less else "words", less, share)
    if asked.must and not has_denial(asked.question) and only_allowed(part):
        return Reading("no", "modality", "must / may", share)
    return Reading("yes", share=share, narrowed=narrowing(clause) and not narrowing(asked.question))


def quoted_first(found: Sequence[Sentence], quote: str) -> list[Sentence]:
    """The sentences an answer quotes behind its Yes or No, then the others."""
    words = normalise(quote)
    inside = [s for s in found if len(words) > 8 and (normalise(s.text) in words or words in normalise(s.text))]
    return [*inside, *(s for s in found if s not in inside)]


def decided(
    asked: Asked, readings: Iterable[tuple[Sentence, Reading]], says: Literal["yes", "no"]
) -> tuple[Sentence, Reading] | None:
    """The reading that says so with most of the question's words and parties; None where none does."""
    named = parties(asked.statement)
    sure = [pair for pair in readings if pair[1].says == says]
    return max(sure, key=lambda p: (p[1].share, len(named & parties(p[0].text)))) if sure else None
