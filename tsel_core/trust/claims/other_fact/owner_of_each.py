# ruff: noqa: E501 (patterns)
"""A value of one of several owners that one sentence sets against each other: "B社は保証が1年であるのに対しA社は5年である"."""

from __future__ import annotations

from collections.abc import Sequence

from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.text.same_values import same_value
from tsel_core.text.values import Value, extract_values
from tsel_core.trust.claims.parts.words import is_japanese

_CUT = lazy_pattern(r"[。;；\n]|\.\s|,\s|、|(?:である|な)?のに対し(?:て)?|一方(?:で)?|(?<=[るだすたい])が(?=、)|\s(?:whereas|while|but|and|against)\s")
_OWNER_JA = lazy_pattern(r"(?:^|[、。はがのとらで\s])([^\s、。はがのをにとで「」（）]{1,12}?)(?=[はがの])")
_OWNER_EN = lazy_pattern(r"\b(?:[A-Z][\w&-]*(?:\s[A-Z][\w&-]*)*)\b")
_NO_OWNER = frozenset("the a an this that these those it he she they we in on at for from by each every both if when no all any clause section article january february march april may june july august september october november december monday tuesday wednesday thursday friday saturday sunday gbp eur usd jpy chf".split())  # noqa: SIM905
_KINDS = ("money", "duration", "percent", "date", "time", "number")
_LONGEST = 600


def of_the_other_owner(stated: str, question: str, text: str) -> str:
    """ "5年 / 1年": the claim, or its question, names one owner, and gives what the sentence says of another one; ""."""
    own = [v for v in extract_values(stated) if v.kind in _KINDS and not any(same_value(v, a) for a in extract_values(question))]
    if len(own) != 1 or len(text) > _LONGEST:
        return ""
    parts = [(owners, value) for owners, value in _parts(text, own[0]) if owners]
    if len(parts) < 2:
        return ""
    shared = frozenset.intersection(*(owners for owners, _ in parts))
    for said in (stated, question):
        named = [value for owners, value in parts if any(owner in said for owner in owners - shared)]
        if named:
            others = [value for _, value in parts if not any(value is n for n in named)]
            turned = len(named) == 1 and not same_value(named[0], own[0]) and any(same_value(o, own[0]) for o in others)
            return f"{own[0].text} / {named[0].text}" if turned else ""
    return ""


def _parts(text: str, wanted: Value) -> Sequence[tuple[frozenset[str], Value]]:
    """The owners and the one value of each stretch that has one of the kind wanted."""
    found, begin = [], 0
    for cut in [*_CUT.finditer(text), None]:
        part = text[begin : cut.start() if cut else len(text)]
        values = [v for v in extract_values(part) if v.kind == wanted.kind and v.unit == wanted.unit]
        if len(values) == 1:
            found.append((_owners(part[: values[0].start] if is_japanese(part) else part), values[0]))
        begin = cut.end() if cut else begin
    return found


def _owners(part: str) -> frozenset[str]:
    if is_japanese(part):
        return frozenset(_OWNER_JA.findall(part)[:1])  # the topic; what follows is what it has
    words = (m.group() for m in _OWNER_EN.finditer(part))
    return frozenset(w for w in (word.removeprefix("The ") for word in words) if w.lower() not in _NO_OWNER)

