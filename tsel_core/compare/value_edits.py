"""Edits that make one value of another: each is of a whole value, or of none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tsel_core.compare.edits import Edit
from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.text.values import Value, extract_values

_ENDS = lazy_pattern(r"[,.;:](?=\s|$)|[。、；：\n]")


@dataclass(frozen=True)
class Step:
    """A value that became another; `alone`: the words around both are the same up to the next mark."""

    old: Value
    new: Value
    alone: bool


def value_steps(
    edits: Sequence[Edit], old: str, new: str, *, ordinal_words: bool = False
) -> tuple[list[Step], list[Edit]]:
    """The edits that lie within one value on both sides, and the others; "third" is one with `ordinal_words`."""
    before, after = (extract_values(text, ordinal_words=ordinal_words) for text in (old, new))
    steps: list[tuple[Value, Value]] = []
    rest: list[Edit] = []
    at = 0
    while at < len(edits):
        for one, two in ((a, b) for a in _at(before, edits[at].old) for b in _at(after, edits[at].new)):
            end = _whole(edits, at, one, two)
            if end > at and one.kind == two.kind != "name":
                steps.append((one, two))
                at = end
                break
        else:
            rest.append(edits[at])
            at += 1
    return [Step(one, two, not any(_beside(e, one, two, old, new) for e in rest)) for one, two in steps], rest


def _at(values: Sequence[Value], place: tuple[int, int]) -> list[Value]:
    """The values that hold a place, or begin or end at it."""
    return [v for v in values if v.start <= place[0] and place[1] <= v.end]


def _whole(edits: Sequence[Edit], first: int, one: Value, two: Value) -> int:
    """Behind the last of the edits that make all of one value of the other; `first` where they do not."""
    end = first
    while end < len(edits) and one.start <= edits[end].old[0] and edits[end].old[1] <= one.end:
        if not (two.start <= edits[end].new[0] and edits[end].new[1] <= two.end):
            return first
        end += 1
    begin, last = edits[first], edits[end - 1] if end > first else edits[first]
    starts = begin.old[0] - one.start == begin.new[0] - two.start
    ends = one.end - last.old[1] == two.end - last.new[1]
    return end if starts and ends else first


def _beside(edit: Edit, one: Value, two: Value, old: str, new: str) -> bool:
    """Whether an edit changes the words around a value: "a year" behind 26,400 that becomes "a month"."""
    return any(
        _start(text, value.start) <= place[1] and place[0] <= _end(text, value.end)
        for text, value, place in ((old, one, edit.old), (new, two, edit.new))
    )


def _start(text: str, at: int) -> int:
    return max((m.end() for m in _ENDS.finditer(text, 0, at)), default=0)


def _end(text: str, at: int) -> int:
    match = _ENDS.search(text, at)
    return match.start() if match else len(text)
