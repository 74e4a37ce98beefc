"""One thing turned: what the words of a claim say against those of a sentence, and how sure that is."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection

from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.text.normalize import normalise
from tsel_core.trust.claims.parts.claim import Why
from tsel_core.trust.claims.parts.evidence import Sentence, key_of
from tsel_core.trust.claims.parts.finding import Finding
from tsel_core.trust.claims.parts.modality import other_modality
from tsel_core.trust.claims.parts.polarity import denies, has_denial, opposite, without_limits
from tsel_core.trust.claims.parts.quantifiers import other_quantity
from tsel_core.trust.claims.parts.roles import is_party
from tsel_core.trust.claims.parts.words import is_japanese
from tsel_core.trust.claims.support.carried_out import done_already
from tsel_core.trust.claims.support.direction import other_reason, turned_round
from tsel_core.trust.claims.support.proviso import with_proviso
from tsel_core.trust.claims.support.rates import other_day, other_ordinal, other_rate
from tsel_core.trust.claims.support.sides import other_side
from tsel_core.trust.passages import PassageIndex, features

# a limit or a ban may be told with a "not" of one's own
LIMITS = lazy_pattern(
    r"prohibit|forbid|limit|up to|maximum|at most|only|refus|exclu|reject|except|unless|against"
    r"|禁|限|以内|以下|未満|のみ|だけ|否|反対|除|未|不足|欠",
    re.I,
)
_CHECKS: tuple[tuple[Callable[[str, str], str], Why], ...] = (
    (other_rate, "number"), (other_ordinal, "date"), (denies, "negation"), (opposite, "opposite"),
    (other_side, "opposite"), (turned_round, "opposite"), (other_reason, "rival"), (other_quantity, "quantifier"),
    (other_modality, "modality"), (done_already, "modality"), (other_day, "date"),
)  # fmt: skip
_DOUBTS = (done_already, other_day, other_reason)  # that say what may be told otherwise
_TAKES_OUT = lazy_pattern(r"\b(?:excluded|exempt|except|apart from|prohibited|forbidden)\b|除", re.I)
_ELLIPTIC = lazy_pattern(r"Not\b", re.I)
_ONLY = lazy_pattern(r"\b(?:only|solely|exclusively)\b|のみ|だけ|に限", re.I)
# what ties a sentence to the one before it
TIES = lazy_pattern(
    r"^\W*(?:\w+ )?(?:it|its|they|their|this|that|these|those|he|she|his|her|then|also|however)\b"
    r"|\b(?:such|thereof|thereafter|the same)\b",
    re.I,
)
# a claim that joins sentences itself
_TWO = lazy_pattern(r"[;:]|, (?:and|but|which|while|after|who)\b|\band then\b", re.I)


def turned_words(stated: str, sentence: Sentence, short: bool) -> Finding | None:
    """The first check that finds a claim turned. `short`: a phrase, which its sentence denies only with a denial in it.

    What a check of words cannot tell from another way to say it is unsure, and not contradicted.
    """
    said = with_proviso(stated, sentence.text, sentence.behind)
    if said is None:
        return Finding("contradicted", "negation")
    only = not has_denial(said) and _ONLY.search(said) is not None  # "not at weekends" beside "on weekdays only"
    for check, why in _CHECKS:
        if short and check is denies and not has_denial(stated):
            continue
        found = check(stated, said)
        if found:
            doubt = (why == "quantifier" and "/" not in found) or said != sentence.text or check in _DOUBTS
            limits = not has_denial(stated) and _TAKES_OUT.search(stated) is not None  # "lightning excluded"
            doubt = doubt or (why == "negation" and (only or limits or _ELLIPTIC.match(stated) is not None))
            return Finding("unsure" if doubt else "contradicted", why, found)
    if has_denial(without_limits(stated)) and not has_denial(said) and not LIMITS.search(said):
        return Finding("unsure", "negation")
    return None


def another_clause(stated: str, role: str, sentence: str, called: Collection[str]) -> bool:
    """Whether a name (the first of "a / b") may stand in another clause: the claim has two, or a sentence has both."""
    if _TWO.search(stated) is not None:
        return True
    ours = [name.strip() for name in role.partition(" / ")[0].split(",")]
    formal = any(is_party(name) or (name.isascii() and name in called) for name in ours)
    return not formal and all(normalise(name) in normalise(sentence) for name in ours)


def mixed(stated: str, words: Collection[str], sentence: Sentence, index: PassageIndex) -> str:
    """A word of a claim that its sentence lacks, and the one beside it has together with another of its words; "".

    "Windows are cleaned on five evenings" is made of "offices are cleaned on five evenings" and another sentence.
    """
    if is_japanese(stated) or TIES.search(sentence.text) or _TWO.search(stated):
        return ""
    first = next((f for f in features(stated) if f.isalpha()), "")
    for beside in (sentence.before, sentence.behind):
        there = set(map(key_of, features(beside)))
        lost = [w for w in words if w.isalpha() and key_of(w) in there and key_of(w) not in sentence.held]
        also = [w for w in words if w.isalpha() and key_of(w) in there and key_of(w) in sentence.held]
        if lost and (also or first in lost):
            return max(lost, key=index.rarity)
    return ""
