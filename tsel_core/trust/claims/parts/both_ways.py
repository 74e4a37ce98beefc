# ruff: noqa: E501 (patterns)
"""A sentence that says a thing and denies it: "may subcontract processing but not processing"."""

from __future__ import annotations

import re

from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.trust.passages import stem

_BUT_NOT = lazy_pattern(r"(?<![\w-])([a-z][\w-]{2,40})\b,? (?:but|and) not (?:the |its |any |for |in |on |by )?([a-z][\w-]{2,40})\b", re.I)
_BUT_NOT_JA = lazy_pattern(r"(?<![\u3400-\u9fff\u30a1-\u30fa\u30fc])([\u3400-\u9fff\u30a1-\u30fa\u30fc]{2,24})[^、。]{0,14}?(?:でき(?:る|ます)|可能(?:です|だ)?|認め(?:る|られます|られる)|よい)が、([\u3400-\u9fff\u30a1-\u30fa\u30fc]{2,24})[^、。]{0,10}?(?:でき(?:ない|ません)|不可|認め(?:ない|られない|ません))")


def says_both_ways(text: str) -> str:
    """The word of which a sentence says yes and no; "" for none."""
    for pattern in (_BUT_NOT, _BUT_NOT_JA):
        for match in pattern.finditer(text):
            if stem(match[1].lower()) == stem(match[2].lower()):
                return match[1]
    return ""
