# ruff: noqa: E501 (patterns)
"""Whether a value of a sentence is what an amendment speaks of: by the words of what is changed."""

from __future__ import annotations

import re
from collections.abc import Sequence

from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.text.same_values import same_value
from tsel_core.text.values import Value, extract_values
from tsel_core.trust.amendments.clauses import Line
from tsel_core.trust.amendments.find import Amendment
from tsel_core.trust.amendments.words import SINCE_JA
from tsel_core.trust.other_words import said_otherwise
from tsel_core.trust.passages import features

# words of any day or amount: they do not tell which one is meant
_ANY = frozenset(features("deadline due date day time amount sum price fee cost rate number value 期限 締切 期日 日付 金額 価格 料金"))
_BEGINS = lazy_pattern(r"\b(?:from|commenc\w+|beginning|starting|dated|made|as of|effective)\s+(?:on\s+)?(?:the\s+)?$", re.I)


def ends_otherwise(amendment: Amendment, value: Value) -> bool:
    """Whether a length of time is given a day on which it ends instead, or a day a length of time."""
    kinds = {v.kind for v in amendment.new}
    return (value.kind == "duration" and kinds == {"date"}) or (value.kind == "date" and kinds == {"duration"})


def only_value(values: Sequence[Value]) -> Value | None:
    """The value that several are, None where they differ."""
    return values[0] if len({v.value for v in values}) == 1 else None


def is_only(value: Value, line: Line) -> bool:
    """Whether a sentence states no other value of its kind."""
    return all(same_value(v, value) for v in extract_values(line.text) if v.kind == value.kind)


def subject_share(amendment: Amendment, text: str) -> float:
    """Share (0..1) of the words of what is changed that a text has; words of any date or amount count where no others are."""
    telling = amendment.subject - _ANY
    there = set(features(text))
    if not telling:
        telling = amendment.subject
        there |= said_otherwise(telling, text)  # a deadline is when a thing is due
    return len(telling & there) / len(telling) if telling else 0.0


def starts(value: Value, line: Line) -> bool:
    """Whether a day is one from which something runs: another end does not change it."""
    before, behind = line.text[: value.start], line.text[value.end :]
    return value.kind == "date" and (SINCE_JA.match(behind) is not None or _BEGINS.search(before) is not None)


def is_subject(amendment: Amendment, value: Value, line: Line) -> bool:
    """Whether a value of a clause with several is the one whose subject is changed: the first behind the subject's words."""
    if is_only(value, line):
        return True
    text = line.text
    rivals = [v for v in extract_values(text) if v.kind == value.kind]
    reach = {v.start: subject_share(amendment, text[(rivals[i - 1].end if i else 0) : v.start]) for i, v in enumerate(rivals)}
    best = max(reach.values())
    first = next(v for v in rivals if reach[v.start] == best)
    return best > 0 and same_value(first, value)
