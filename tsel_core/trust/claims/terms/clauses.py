
"""A sentence that allows one thing and denies another: 運送を再委託することができるが、加工を再委託することはできない.

Which of the two clauses a claim is about its words tell; it must allow or deny what that clause does.
"""

from __future__ import annotations

import re
from dataclasses import replace

from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.text.may import MAY
from tsel_core.trust.claims.parts.claim import Claim
from tsel_core.trust.claims.parts.evidence import Sentences
from tsel_core.trust.claims.parts.kinds import says_no
from tsel_core.trust.claims.parts.polarity import has_denial, without_limits
from tsel_core.trust.claims.parts.words import RUN, english_tokens, is_japanese

_CUT_JA = lazy_pattern(r"(?<=[るすいただ])(?:もの(?:とする|である))?が、|(?<=[しくずり])、(?=[^、。]{1,20}[はを])")
_CUT_EN = lazy_pattern(
    rf",?\s(?:but|while|whereas)\s(?=(?:\w+\s){{0,4}}(?:(?:shall|must|will|can|is|are|does|do)\b|{MAY}))", re.I
)
_PROVISO = lazy_pattern(r"ただし|但し|この限り|;|；|。\s*\S")  # more than two clauses, or one that takes something out
_LEAST = 2  # words of a statement
_MOST = 600  # characters of a sentence that is cut


def decides_otherwise(statement: str, denied: bool, sentence: str) -> bool | None:
    """Whether the clause that a statement is about allows what is denied, or denies what is not.

    None where no clause can be told: the sentence has one, both say the same, or the words fit both or neither.
    """
    japanese = is_japanese(sentence)
    if japanese != is_japanese(statement) or len(sentence) > _MOST or _PROVISO.search(sentence):
        return None
    clauses = [c for c in (_CUT_JA if japanese else _CUT_EN).split(sentence) if c and c.strip()]
    if len(clauses) != 2:
        return None
    denials = [has_denial(without_limits(c)) for c in clauses]
    if denials[0] == denials[1]:
        return None
    one, two = (_words(c, japanese) for c in clauses)
    said = _words(statement, japanese)
    if len(said) < _LEAST:
        return None  # a phrase denies nothing
    first, second = bool(said & (one - two)), bool(said & (two - one))
    if first == second:
        return None
    return denials[0 if first else 1] != denied


def held_to_clause(claim: Claim, question: str, sentences: Sentences) -> Claim:
    """A bare Yes or No, unsure where the clause of its sentence that the question is about says the opposite of it."""
    if claim.evidence is None or claim.verdict not in ("supported", "contradicted") or has_denial(question):
        return claim
    otherwise = decides_otherwise(question, says_no(claim.text), sentences.index.text(claim.evidence))
    if otherwise is None or otherwise == (claim.verdict == "contradicted"):
        return claim
    return replace(claim, verdict="unsure", why="yes-no", detail="")


def _words(text: str, japanese: bool) -> set[str]:
    if japanese:
        return {m.group() for m in RUN.finditer(text) if len(m.group()) > 1}
    return {t.stem for t in english_tokens(text) if t.content}
