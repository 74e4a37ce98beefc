# ruff: noqa: E501 (patterns)
"""Where a sentence differs from a yes/no question: another value, name or party, or a thing that is only allowed."""

from __future__ import annotations

import re

from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.text.facts import extract_facts
from tsel_core.text.may import MAY
from tsel_core.text.values import Value, extract_values
from tsel_core.trust.claims.parts.asked import MUST, Asked
from tsel_core.trust.claims.parts.bounds import bound_of, within
from tsel_core.trust.claims.parts.held import holds, pair_of
from tsel_core.trust.claims.parts.polarity import has_denial
from tsel_core.trust.claims.parts.reading import MIN_SHARE
from tsel_core.trust.claims.parts.roles import is_party, parties, roles, swapped
from tsel_core.trust.claims.parts.words import is_japanese

_MAY = lazy_pattern(rf"{MAY}|\b(?:can|could|entitled|free to|at its option|permitted|allowed|discretion)\b|できる|できます|ことを得る|してよい|権利を有", re.I)
_SHALL = lazy_pattern(r"\b(?:shall|must|will|agrees|undertakes|obliged|required|has to|have to)\b", re.I)
_EITHER = lazy_pattern(r"\b(?:part(?:y|ies)|anyone|(?:nobody|no one)(?! else)|each|either|neither|both)\b|当事者|双方|いずれ|甲乙|何人", re.I)
_ONE = lazy_pattern(r"\bgovern\w*|\blaws?\b|\bcourts?\b|\bjurisdiction\b|\bvenue\b|準拠|管轄|裁判所", re.I)
_COURT_JA = lazy_pattern(r"([\u3400-\u9fff]{2,4}?)(?:地方|簡易|高等|家庭)裁判所|([\u3400-\u9fff]{1,6}国?)法(?=に|を準拠)")
_LEAVES = lazy_pattern(rf"{MAY}|\b(?:can|could|might|allowed|permitted|possible|enough|sufficient|suffice|ok|okay)\b|でき(?:ます|る)|られます|可能|よい|いいですか|足り|十分", re.I)


def other_value(asked: Asked, clause: str) -> str | None:
    """ "30 / 60" where a sentence has another value of the question's kind, "" where it has none, or a limit that does

    not tell; None where it has it, or allows it: five weeks where not more than ten are allowed.
    """
    for value in asked.values:
        limited = bound_of(asked.statement, value)
        if limited != "over" and holds(clause, value):
            continue
        rivals = [v for v in extract_values(clause) if v.kind == value.kind and v.unit == value.unit]
        rivals = [v for v in rivals if _written_unit(v) == _written_unit(value)] or rivals
        if not rivals:
            return ""
        bound = bound_of(clause, rivals[0])
        fits = within(value, limited, rivals[0], bound) if bound or limited == "over" else None
        if fits and _LEAVES.search(asked.question):
            continue
        if fits and bound:
            return ""  # it is no more than allowed, and not what is asked
        return pair_of(value, rivals)
    return None


def _written_unit(value: Value) -> str:
    """ "week" of "ten weeks": of several lengths of time the one in the same unit is meant."""
    return value.text.split()[-1].lower().rstrip("s") if " " in value.text else value.text.strip("0123456789,.")


def other_name(asked: Asked, clause: str) -> str:
    """ "Texas / Colorado": of the one law or court that a contract has, the clause names another."""
    if not (_ONE.search(asked.statement) and _ONE.search(clause)):
        return ""
    ours, theirs = (_places(text) for text in (asked.statement, clause))
    lost = [name for name in ours if name not in theirs]
    rest = len(asked.words) - len({w for name in lost for w in asked.missing(clause) if w.strip("~") in name.casefold()})
    held = asked.share(clause) * len(asked.words) >= MIN_SHARE * rest
    return f"{lost[0]} / {theirs[0]}" if lost and theirs and len(ours) == len(lost) and held else ""


def _places(text: str) -> list[str]:
    """What a law or a court is named by."""
    if is_japanese(text):
        return [m[1] or m[2] for m in _COURT_JA.finditer(text)]
    return [f.text for f in extract_facts(text) if f.kind == "name" and not is_party(f.text.split()[-1].casefold())]


def other_role(asked: Asked, part: str) -> str:
    """ "landlord / tenant": who the question asks of, and who the sentence speaks of in that part."""
    ours, theirs = roles(asked.statement), roles(part)
    found = swapped(ours, theirs)
    if found:
        return found
    named, there = parties(asked.statement), parties(part)
    lost = named - there
    if lost and (there or has_denial(part) is False) and not _EITHER.search(part):
        return ", ".join(sorted(lost))
    return ""


def only_allowed(part: str) -> bool:
    """Whether a sentence allows and does not order."""
    return _MAY.search(part) is not None and _SHALL.search(part) is None and not (is_japanese(part) and MUST.search(part))


def narrowing(text: str) -> bool:
    return re.search(r"\b(?:only|except|unless|provided that|if)\b|に限り|のみ|除き|ただし|場合に限", text, re.I) is not None
