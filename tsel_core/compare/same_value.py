"""Whether two values are the same, however one reads them."""

from __future__ import annotations

import re

from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.text.said_twice import at_odds
from tsel_core.text.units import MEASURE
from tsel_core.text.values import Value

_MEASURE = lazy_pattern(MEASURE)
# figures that one reader may take otherwise than the next: 1.950, 3/4/2026; 1,950.00 and 12,50 are plain
_DOUBTFUL = lazy_pattern(r"(?<![\d.,])\d{1,3}\.\d{3}(?![\d.,]?\d)|\d/\d")
_POINTS = lazy_pattern(r"\d\.\d{3}(?:,\d|\.\d{3})|\d,\d{1,2}(?!\d)")  # a paper whose comma is the decimal one
_BARE = lazy_pattern(
    r"(?<![A-Za-z])\$(?!US)|(?<!US )(?<!U\.S\. )\bdollars?\b|\bpounds?\b(?! sterling)|(?<!Swiss )\bfrancs?\b"
    r"|(?<!米)ドル",
    re.I,
)
_COMMA = lazy_pattern(r"(?<![\d.,])\d{1,3},\d{3}(?![\d.,]?\d)")


def whole_text(value: Value, text: str) -> str:
    """A value as it is written, with what it counts or measures where that follows: "30 days", 5日, "3.5 tonnes"."""
    said = value.text.rstrip(" .")
    if value.unit:
        return said + (value.unit if text.startswith(value.unit, value.end) else "")
    measure = _MEASURE.match(text, value.end) if value.kind == "number" and said == value.text else None
    return said + (measure.group() if measure else "")


def same_for_all(old: Value, new: Value) -> bool:
    """Whether two values are the same for every reader: 1.950 and 1.95, 1.950,00 and 1,950 may not be."""
    if old.value != new.value or old.unit != new.unit or old.kind != new.kind:
        return False
    return old.text == new.text or not (is_doubtful(old, new) or may_be_other_currency(old, new))


def may_be_other_currency(old: Value, new: Value) -> bool:
    """Whether one of two sums names a currency of several countries, and the other one's: $5, US$5."""
    return old.kind == new.kind == "money" and (_BARE.search(old.text) is None) != (_BARE.search(new.text) is None)


def is_doubtful(old: Value, new: Value) -> bool:
    """Whether two texts of values leave open what they say."""
    if any(v.also or _DOUBTFUL.search(v.text) or at_odds(v.text) for v in (old, new)):
        return True
    return any(_POINTS.search(a.text) and _COMMA.search(b.text) for a, b in ((old, new), (new, old)))
