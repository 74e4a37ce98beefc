# ruff: noqa: E501 (patterns)
"""A contract that goes on by itself: the words of a question for it in those that contracts use."""

from __future__ import annotations

import re

from tsel_core.lazy_pattern import lazy_pattern

_GOES_ON = r"(?:renew\w*|exten[ds]\w*|prolong\w*|continu\w*|roll(?:s|ed|ing)?(?: itself)? (?:over|on)|carr(?:y|ies|ied) on|go(?:es)? on|run(?:s)? on)"
_BY_ITSELF = r"(?:(?:all )?by (?:itself|themselves|default)|(?:on|of) (?:its|their) own(?: accord| motion)?|(?<=renew )itself|(?<=extend )itself|without (?:(?:any|either|a)(?:one|body)?\b ?)?(?:party |further |other |new )?(?:doing (?:anything|something)|action|step|having to act|being asked|asking|signing(?: anything| again)?))"
_EN = lazy_pattern(rf"(?P<verb>\b{_GOES_ON})(?P<between>[^?.;!]{{0,40}}?)\s*\b{_BY_ITSELF}(?![\w-])", re.I)
_ROLLS = lazy_pattern(r"^roll", re.I)
_JA = lazy_pattern(
    r"(?:勝手に|ひとりでに|自然に|(?:特に)?何も(?:し|言わ|手続(?:き)?(?:を)?し)な(?:くても|ければ|いと)|手続(?:き)?(?:を)?(?:せずに|しなくても|なしに|なしで)|黙って(?:い|)(?:ても|れば))、?(?=[^。]{0,24}(?:更新|延長|継続|続[くきけ]))"
)


# whose going on it is: a tenant who renews on its own does it without asking
_GOES = lazy_pattern(r"\b(?:agreements?|contracts?|leases?|licen[cs]es?|terms?|subscriptions?|polic(?:y|ies)|tenanc(?:y|ies)|memberships?|arrangements?|deals?|it|this|that)\b[^?.;!,]{0,25}$", re.I)
_SOMEBODY = lazy_pattern(r"\b(?:tenants?|landlords?|part(?:y|ies)|we|i|you|they|customers?|clients?|suppliers?|buyers?|sellers?|companies|company|employees?|employers?|licensees?|licensors?|members?)\b", re.I)


def as_contracts_say(question: str) -> str:
    """The question with "automatically" (自動的に) for "by itself", "of its own accord", 勝手に of what goes on; else as it is."""

    def put(match: re.Match[str]) -> str:
        before = question[: match.start()]
        if _GOES.search(before) is None or _SOMEBODY.search(before):
            return match.group()
        return f"{'renew' if _ROLLS.match(match['verb']) else match['verb']}{match['between']} automatically"

    return _JA.sub("自動的に", _EN.sub(put, question))
