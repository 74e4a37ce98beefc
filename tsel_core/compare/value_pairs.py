"""Which value of the new text stands where one of the old text stood: by their places in the words, never by unit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from tsel_core.compare.edits import Edit, edits_behind
from tsel_core.compare.reordered import by_words_before, is_reordered
from tsel_core.compare.same_value import same_for_all, whole_text
from tsel_core.compare.value_edits import value_steps
from tsel_core.compare.words import Span, ValueChange
from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.text.values import Value, extract_values

_NTH = lazy_pattern("目")  # behind a counter: 3回目 is the third
_OF_TIME = frozenset({"date", "duration", "time"})


def with_pairs(made: ValueChange, spans: Sequence[Span], old_head: int, new_head: int) -> ValueChange:
    """The values with those that stand in each other's place; the heads are characters of clause numbers.

    Of "2回まで、3回目以降" that became "3回まで、4回目以降" the 3 is in both texts, and yet both values changed.
    """
    old = "".join(s.text for s in spans if s.kind != "inserted")
    new = "".join(s.text for s in spans if s.kind != "deleted")
    steps, rest = value_steps(edits_behind(spans, old_head, new_head), old, new, ordinal_words=True)
    if is_reordered(rest, old, new):
        found = by_words_before(old, new)
    else:
        found = [(step.old, step.new) for step in steps]
        found += [pair for edit in rest for pair in _within(edit, old, new)]
    pairs: dict[tuple[str, str], tuple[Value, Value]] = {}
    for one, two in sorted(found, key=lambda pair: (pair[0].start, pair[1].start)):
        if not same_for_all(one, two):
            said = replace(one, text=_written(one, old)), replace(two, text=_written(two, new))
            pairs[said[0].text, said[1].text] = said
    if not pairs:
        return made
    gone = _with_paired(made.gone, [a for a, _ in pairs.values()])
    came = _with_paired(made.came, [b for _, b in pairs.values()])
    return ValueChange(gone, came, tuple(pairs.values()))


def _with_paired(alone: Sequence[Value], paired: Sequence[Value]) -> tuple[Value, ...]:
    """The paired values of a side and its others, each once."""
    both = (*paired, *(_named(v, paired) for v in alone))
    return tuple({(v.value, v.text): v for v in both}.values())


def _within(edit: Edit, old: str, new: str) -> list[tuple[Value, Value]]:
    """The one value of what went with the one of what came: "within 30 days" that became "no later than 2 May"."""
    one, two = (
        [v for v in extract_values(text) if place[0] <= v.start and v.end <= place[1] and v.kind != "name"]
        for text, place in ((old, edit.old), (new, edit.new))
    )
    if len(one) != 1 or len(two) != 1:
        return []
    alike = one[0].kind == two[0].kind or {one[0].kind, two[0].kind} <= _OF_TIME  # no sum becomes a length of time
    return [(one[0], two[0])] if alike else []


def _written(value: Value, text: str) -> str:
    """3回目 with the 目 that makes it the third."""
    said = whole_text(value, text)
    behind = value.start + len(said)
    return said + "目" if value.unit and _NTH.match(text, behind) else said


def _named(value: Value, paired: Sequence[Value]) -> Value:
    """A value as a pair names it, where it is one of them."""
    same = (p for p in paired if p.value == value.value and p.kind == value.kind and p.text.startswith(value.text))
    return next(same, value)
