# ruff: noqa: E501 (patterns)
"""Which side of a length of time before an event is meant: "up to 48 hours before" it is no later, "within 48 hours before" no earlier."""

from __future__ import annotations

import re
from typing import Literal

from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.text.values import Value

_AHEAD = lazy_pattern(r"\s*(?:before|prior|ahead|in advance)\b", re.I)
_NO_LATER = lazy_pattern(r"\b(?:until|till|(?:no|not) later than|by)\s*(?:the\s+)?$", re.I)
_NO_EARLIER = lazy_pattern(r"\b(?:no|not) (?:earlier|sooner) than\s*(?:the\s+)?$", re.I)
_UP_TO = lazy_pattern(r"\bup to\s*(?:the\s+)?$", re.I)
# what is done shortly before an event, so that "up to" says how early it may be; and what is done in good time
_SHORTLY = lazy_pattern(
    r"\b(?:arriv|enter|access|admi(?:t|ss)|open|start|beg[ia]n|commenc|park|wait|stay|collect)\w*|\b(?:comes?|coming|available|set(?:ting)? up|check(?:ing)?[ -]in|used|(?:may|can) use|using)\b",
    2,
)
_IN_TIME = lazy_pattern(
    r"\b(?:cancel|withdr[ae]w|chang|amend|postpon|reschedul|terminat|alter|return|refund|object|notif|register|appl[iy])\w*|\b(?:call(?:ed|ing)? off|notice)\b",
    2,
)
_REACH, _CLAUSE = 32, 120  # characters before a value: of its limit, and of what it limits


def limit_ahead(text: str, value: Value) -> Literal["", "at least", "at most"]:
    """How long before an event a length of time lets a thing be done: at least so long, at most; "" where no such limit stands there."""
    if value.kind != "duration" or _AHEAD.match(text, value.end) is None:
        return ""
    before = text[max(0, value.start - _REACH) : value.start]
    if _NO_LATER.search(before):
        return "at least"
    if _NO_EARLIER.search(before):
        return "at most"
    if _UP_TO.search(before):
        clause = text[max(0, value.start - _CLAUSE) : value.start]
        return "at most" if _SHORTLY.search(clause) and not _IN_TIME.search(clause) else "at least"
    return ""
