"""A day whose month is told before it: "2 June ... now the sixteenth" holds 16 June, 9月12日、14日 holds 9月14日."""

from __future__ import annotations

from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.text.values import Value, extract_values
from tsel_core.trust.claims.parts.evidence import Sentence

_ENDS = lazy_pattern(r"\s*(?:$|[.,;:!?)\]–—-](?!\w)|(?:now|instead|then|please|though|at|if|and|or|but|is|it|works)\b)")
_DAY, _MONTH_ALONE = 3, 2  # parts of "-09-14", of "-09"


def day_of_month(sentence: Sentence, fact: Value) -> bool:
    """Whether a sentence has a date's day, and the last date before it its month; or its month alone (3月と9月)."""
    parts = fact.value.split("-")
    if fact.kind != "date":
        return False
    text = sentence.text
    there = extract_values(text, ordinal_words=True)
    if len(parts) == _MONTH_ALONE and not parts[0]:
        return any(_number(v) == int(parts[1]) and text[v.end : v.end + 1] == "月" for v in there)
    if len(parts) != _DAY:
        return False
    month, day = int(parts[1]), int(parts[2])
    for value in there:
        if _number(value) != day or (value.kind != "ordinal" and value.unit != "日"):
            continue
        if value.kind == "ordinal" and not _ENDS.match(text[value.end :]):
            continue  # the tenth truck, the fourteenth of the year
        before = [v for v in there if v.kind == "date" and v.end <= value.start] or [
            v for v in extract_values(sentence.before) if v.kind == "date"
        ]
        if before and before[-1].value.split("-")[1:2] == [f"{month:02}"]:
            return True
    return False


def _number(value: Value) -> int:
    return int(value.value) if value.kind in ("number", "ordinal") and value.value.isdigit() else -1
