# ruff: noqa: E501 (tables of words)
"""How many, and with which limits: all, some, only, except, at least, at most."""

from __future__ import annotations

import re

from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.text.same_values import same_value
from tsel_core.text.values import Value, extract_values
from tsel_core.trust.claims.parts.ahead import limit_ahead
from tsel_core.trust.claims.parts.freely import freedom_taken

_I = re.I
_CLASSES: dict[str, re.Pattern[str]] = {
    "all": lazy_pattern(r"\b(?:all|every|everyone|everything|each|any|whole|entire|always|both|either)\b|全て|すべて|全部(?!又は)|全員|全社|各(?=[社人回位])|いずれも|あらゆる|一切|常に|必ず", _I),
    "some": lazy_pattern(r"\b(?:some|several|certain|partly|partial|many|(?<!\bat )most|few|sometimes|parts? of)\b|(?<!又は)一部|いくつか|何人か|多く|大半|ほとんど|時々", _I),
    "only": lazy_pattern(r"\b(?:only|solely|exclusively|no other than|nothing but|limited to)\b|のみ(?!なら)|だけ(?!で(?:は)?なく)|に限り|に限る|に限って|限定", _I),
    "except": lazy_pattern(r"\b(?:except|excluding|other than|apart from|save (?:for|as)|unless)\b|以外|を除[いきく]|ただし|但し|限りでない", _I),
    "outside": lazy_pattern(r"\b(?:even outside|at any time|in all cases|regardless)\b|に限らず|を問わず|いつでも", _I),
}
# of everything, and not only of what is spoken of
_ALL = lazy_pattern(r"\b(?:all|every|everyone|everything|always|entire|whole)\b(?! day\b)|全て|すべて|全員|全部|あらゆる|一切(?!の)|常に", _I)
_NEVER = lazy_pattern(r"\bnever\b|\bunder no circumstances\b|\bin (?:no|any|every) case\b|\bin all cases\b|いかなる(?:場合|とき)|決して|絶対に|どんな場合", _I)
_UNLESS = lazy_pattern(r"\bwithout\b|\bsubject to\b|\bif\b|\bprovided\b|を得ず|なく|なしに|場合|ときは", _I)
_LEAST = lazy_pattern(r"(?:\b(?:at least|not less than|no less than|no fewer than|minimum(?: of)?|(?<!not )(?<!no )more than|(?<!carry )(?<!carried )(?<!carrying )(?<!left )(?<!roll )(?<!rolled )(?<!hand )(?<!handed )(?<!take )(?<!taken )(?<!took )(?<!turn )over|(?<!not )exceeding|above)|最低|少なくとも)\s*(?:the\s+)?(?:sum of\s+)?$", _I)
_MOST = lazy_pattern(r"(?:\b(?:at most|not more than|no more than|up to|maximum(?: of)?|(?<!not )(?<!no )less than|under|below|not (?:to )?exceed(?:ing)?|within|shall not exceed|must not exceed|may not exceed)|最大|最高)\s*(?:the\s+)?(?:sum of\s+)?$", _I)
_LEAST_AFTER = lazy_pattern(r"[日人名件回個台社歳枚本]?\s*(?:以上|at (?:the )?least\b|or (?:more|over|older|above|longer)\b|and (?:over|above|older|more)\b|を超え(?!な|ず|ませ|ては)|を下回(?:らな|らず|りませ))", _I)
_MOST_AFTER = lazy_pattern(r"[日人名件回個台社歳枚本]?\s*(?:以下|以内|未満|at (?:the )?most\b|or (?:less|fewer|under|younger|below)\b|and under\b|を超え(?:な|ず|ませ|ては)|を上限|を限度)", _I)


def other_quantity(claim: str, evidence: str) -> str:
    """What the claim says of how many or how much that the evidence does not: "all / some", "at least / at most"; ""."""
    bound = _other_bound(claim, evidence)
    if bound:
        return bound
    ours = {name for name, pattern in _CLASSES.items() if pattern.search(claim)}
    theirs = {name for name, pattern in _CLASSES.items() if pattern.search(evidence)}
    if "all" in ours and "all" not in theirs and theirs & {"some", "only", "except"}:
        return f"all / {min(theirs & {'some', 'only', 'except'})}"
    if "some" in ours and "some" not in theirs and "all" in theirs:
        return "some / all"
    if "only" in ours and not theirs & {"only", "except"} and _only_matters(claim, evidence):
        return "only"
    if _NEVER.search(claim) and not _NEVER.search(evidence) and (theirs & {"except", "only"} or _UNLESS.search(evidence)):
        return "always / except"
    if _ALL.search(claim) and "all" not in theirs:
        return "all"
    if "outside" in ours and "outside" not in theirs:
        return "always / only" if theirs & {"only", "except"} else "always"
    return freedom_taken(claim, evidence)


def _only_matters(claim: str, evidence: str) -> bool:
    """An "only" that the document does not say; not the one beside its own exclusive words ("no other", ほか)."""
    return re.search(r"\bno other\b|\bexclusive|\bsole\b|専属|独占|ほかに|他に", evidence, _I) is None


def _other_bound(claim: str, evidence: str) -> str:
    said, there = _bounded(claim), _bounded(evidence)
    for value, ours in said:
        theirs = {bound for other, bound in there if same_value(value, other)}
        if ours and theirs and ours not in theirs and ("" not in theirs or len(theirs) > 1):
            return f"{ours} / {max(theirs)}"
    return ""


def _bounded(text: str) -> list[tuple[Value, str]]:
    """Each value of a text with its bound; what repeats itself is one."""
    values = [(value, _bound(text, value)) for value in extract_values(text)]
    return list({(v.kind, v.value, v.also, v.unit, bound): (v, bound) for v, bound in reversed(values)}.values())[::-1]


def _bound(text: str, value: Value) -> str:
    before, after = text[max(0, value.start - 32) : value.start], text[value.end : value.end + 14]
    if ahead := limit_ahead(text, value):
        return ahead
    if _MOST.search(before) or _MOST_AFTER.match(after):
        return "at most"
    return "at least" if _LEAST.search(before) or _LEAST_AFTER.match(after) else ""
