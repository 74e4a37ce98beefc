# ruff: noqa: E501, SIM905 (tables of words)
"""A sentence about another group of the same kind: 正社員 where 契約社員 is asked of, permanent staff for contract staff.

What the one group gets says neither yes nor no for the other. A sentence that names the kind alone (社員, staff) speaks of both.
"""

from __future__ import annotations

import re
from itertools import pairwise

from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.text.bare import compact, without_plural
from tsel_core.trust.claims.parts.same_thing import same_thing

_KIND_JA = "社員|職員|従業員|労働者|会員|組合員|役員|手当|休暇|休業|保険|年金|割引|補償"
_RUN = lazy_pattern(rf"[㐀-鿿々ァ-ヴー]{{1,10}}?(?:{_KIND_JA})")
_EVERY_JA = lazy_pattern(r"^(?:全|各|当該|本|同|他|諸|会社|当社|年次|有給)+")  # 全社員 is no group
_KIND = frozenset(
    "staff employee worker personnel member director partner trainee apprentice contractor tenant customer user leave allowance "
    "insurance licence license bonus discount grant".split()
)
_WORD = lazy_pattern(r"[a-z][a-z'’-]*")
_EVERY = frozenset(
    "the a an any all each every no our your their its his her my such of for to other another that this these those some both "
    "and or by with is are was were as in on not also company only whole entire new more two three four five either which what "
    "whose out up off about under over at from per how much many receive receives get gets pay pays paid take takes grant grants have has had do does did may must shall can will".split()
)


def of_another_group(question: str, sentence: str, headings: str = "") -> str:
    """ "契約社員 / 正社員": the group of the question that a sentence and its headings lack, and the one that they name; "" for none."""
    there = f"{headings}\n{sentence}"
    return _japanese(compact(question), compact(there)) or _english(question.lower(), there.lower())


def _japanese(asked: str, there: str) -> str:
    ours, theirs = _groups(asked), _groups(there)
    rest = re.sub("|".join(map(re.escape, theirs)), "", there) if theirs else there
    for group, kind in ours.items():
        others = [other for other, of in theirs.items() if of == kind and other not in ours]
        if group not in there and others and kind not in rest:
            return f"{group} / {others[0]}"
    return ""


def _groups(text: str) -> dict[str, str]:
    """Compounds with their kinds: {"契約社員": "社員"}; 全社員 and 社員 alone are none."""
    found = {}
    for run in _RUN.findall(text):
        kind = next(k for k in _KIND_JA.split("|") if run.endswith(k))
        own = _EVERY_JA.sub("", run[: -len(kind)])
        if own:
            found[f"{own}{kind}"] = kind
    return found


def _english(asked: str, there: str) -> str:
    ours, theirs = _pairs(asked), _pairs(there)
    for first, kind in ours:
        if re.search(rf"\b{re.escape(first)}", there):
            continue
        named = [other for other, of in theirs if of == kind]
        alone = [word for word in map(without_plural, _WORD.findall(there)) if word == kind]
        others = [other for other in named if not re.search(rf"\b{re.escape(other)}", asked)]
        if others and len(named) == len(alone) and not any(same_thing(first, other) for other in others):
            return f"{first} {kind} / {others[0]} {kind}"
    return ""


def _pairs(text: str) -> list[tuple[str, str]]:
    """Words before the name of a kind: [("contract", "staff")]; "the staff" is none."""
    words = [without_plural(word) for word in _WORD.findall(text)]
    return [(a, b) for a, b in pairwise(words) if b in _KIND and a not in _EVERY and a not in _KIND]
