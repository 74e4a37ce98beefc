# ruff: noqa: E501 (patterns)
"""What was before, last year or will be next year, answered by a sentence that tells of now."""

from __future__ import annotations

import re

from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.trust.claims.parts.words import is_japanese

# (asked for, told of; the second is wide: any word or form of the past)
_TIMES_JA = (
    (
        lazy_pattern(r"^(?!.*(?:変え|変わ|変更|違|比べ)).*?(?:(?<![\u3400-\u9fff0-9０-９うくぐすつぬぶむるた])前の(?!日|晩|週)|以前の|前任|先代|旧来|もとの担当|前は(?:誰|何|いく|ど))"),
        lazy_pattern(r"前|これまで|今まで|従来|当初|元|旧|昨|去年|先|だった|でした|ていた|ました|した[。、がの]|歴代|初代|まで[はがの、]|代わ|変わ|改め|引き?継"),
    ),
    (lazy_pattern(r"去年|昨年|前年"), lazy_pattern(r"去年|昨年|前年|[0-9０-９〇一二三四五六七八九十]年|年前|毎年|例年|以来|昨")),
    (lazy_pattern(r"来年|翌年|来期"), lazy_pattern(r"来年|翌年|来期|[0-9０-９〇一二三四五六七八九十]年|翌|毎年|以降|以後|次年度")),
)
_TIMES_EN = (
    (
        lazy_pattern(r"\b(?:previous|former|predecessor|used to|last time|old (?:rent|price|rate|fee|manager|boss))\b", re.I),
        lazy_pattern(r"\b(?:was|were|had|did|used|previous\w*|former\w*|last|until|till|before|original\w*|earlier|ago|since|now|no longer|instead|from|went|left|took|came|rose|fell|[a-z]+ed)\b", re.I),
    ),
    (lazy_pattern(r"\blast year\b|\bthe year before\b", re.I), lazy_pattern(r"\blast\b|\bprevious|\byear before|\b(?:19|20)\d\d\b|\bago\b|\bearlier\b|\bwas\b|\bwere\b|\b[a-z]+ed\b", re.I)),
    (lazy_pattern(r"\bnext year\b", re.I), lazy_pattern(r"\bnext\b|\bfollowing\b|\b(?:19|20)\d\d\b|\bwill\b|\bfrom\b|\bevery\b|\beach\b|\bper\b|\ba year\b", re.I)),
)


_SETTLED = lazy_pattern(r"\b(?:now|in the end|finally|after all|currently|still)\b|結局|最終的|今は|今の|(?:に|と)なった[？?]?$|(?:に|と)なりましたか", re.I)
_AS_PLANNED = lazy_pattern(r"\b(?:we|they|you|i) (?:had )?said\b|\b(?:was|were) (?:meant|supposed) to\b|前回(?:は|の)|ということでした|予定でした(?:が|けど)", re.I)
_ORIGINAL = lazy_pattern(r"もともと|元々|はずだった|はずでした|予定だった|\b(?:originally|first meant|meant at first)\b", re.I)
_TELLS_ORIGINAL = lazy_pattern(r"もともと|元々|はず|予定|計画|当初|変更|延|から|前は|元の|\b(?:original|plan|meant|suppos|due|first|was to|were to|from|earlier|instead|rather|until)", re.I)


def told_of_another_time(question: str, sentence: str, near: str) -> str:
    """The word of a question for another time, where a sentence tells of none, nor (a year) what stands near it; ""."""
    planned = _AS_PLANNED.search(sentence) if _SETTLED.search(question) else None
    if planned is not None and not re.search(r"\b(?:but|now|instead)\b|が、|けど|変更", sentence[planned.end() :]):
        return planned.group()
    original = _ORIGINAL.search(question)
    if original is not None and not _TELLS_ORIGINAL.search(sentence):
        return original.group()
    for number, (asks, tells) in enumerate(_TIMES_JA if is_japanese(question) else _TIMES_EN):
        match = asks.search(question)
        if match is not None and not tells.search(f"{sentence}\n{near}" if number else sentence):
            return match.group()
    return ""
