"""The difference of two texts word by word, and the values that only one of them states."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from rapidfuzz.distance import Indel

from tsel_core.compare.pieces import words_of
from tsel_core.compare.same_value import same_for_all, whole_text
from tsel_core.text.values import Value, extract_values

_POINTS = ".。;；"
SpanKind = Literal["same", "deleted", "inserted"]


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of text that both have, or only the old ("deleted") or the new one ("inserted").

    `author` and `time` are those of the tracked change that made it so, where the new file has one.
    """

    kind: SpanKind
    text: str
    author: str = ""
    time: str = ""

    def as_json(self) -> dict[str, str]:
        """The object of the JSON."""
        signed = {"author": self.author, "time": self.time} if self.author else {}
        return {"kind": self.kind, "text": self.text, **signed}


def word_changes(old: str, new: str) -> tuple[Span, ...]:
    """The words of both in order; without the inserted spans they are `old`, without the deleted ones `new`."""
    left, right = words_of(old), words_of(new)
    spans: list[Span] = []
    deleted = inserted = ""
    steps = [(s.tag, s.src_start, s.src_end, s.dest_start, s.dest_end) for s in Indel.opcodes(left, right)]
    for at, (tag, lo, hi, begin, end) in enumerate(steps):
        gone, came = "".join(left[lo:hi]), "".join(right[begin:end])
        between = 0 < at < len(steps) - 1 and gone == came and not gone.strip()
        if tag != "equal" or between:  # a space alone between two changes is read with them
            deleted, inserted = deleted + gone, inserted + came
            continue
        _put(spans, deleted, inserted)
        deleted = inserted = ""
        spans.append(Span("same", gone))
    _put(spans, deleted, inserted)
    return tuple(_from_sentence_on(spans))


def _from_sentence_on(spans: list[Span]) -> list[Span]:
    """A sentence that came or went begins behind the point of the one before it, not with that point."""
    made = list(spans)
    for at in range(1, len(made) - 1):
        before, here, behind = made[at - 1 : at + 2]
        sign = here.text[:1]
        if here.kind == "same" or before.kind != "same" or behind.kind != "same" or sign not in _POINTS or not sign:
            continue
        if len(here.text) > 1 and behind.text.startswith(sign):
            made[at - 1] = replace(before, text=before.text + sign)
            made[at] = replace(here, text=here.text[1:] + sign)
            made[at + 1] = replace(behind, text=behind.text[1:])
    return [span for span in made if span.text]


def _put(spans: list[Span], deleted: str, inserted: str) -> None:
    if deleted:
        spans.append(Span("deleted", deleted))
    if inserted:
        spans.append(Span("inserted", inserted))


@dataclass(frozen=True, slots=True)
class ValueChange:
    """Values (amounts, dates, lengths of time, percentages, names) that only the old and only the new text states.

    `pairs`: those that stand in each other's place; each of them is among `gone` or `came` too.
    """

    gone: tuple[Value, ...]
    came: tuple[Value, ...]
    pairs: tuple[tuple[Value, Value], ...] = ()

    @property
    def single(self) -> ValueChange:
        """The values that stand in no other's place."""
        olds = {(old.value, old.text) for old, _ in self.pairs}
        news = {(new.value, new.text) for _, new in self.pairs}
        return ValueChange(
            tuple(v for v in self.gone if (v.value, v.text) not in olds),
            tuple(v for v in self.came if (v.value, v.text) not in news),
        )

    def __bool__(self) -> bool:
        return bool(self.gone or self.came)


NO_VALUES = ValueChange((), ())


def value_change(old: str, new: str) -> ValueChange:
    """Values by what they mean: "30 days" written as "thirty (30) days" is no change.

    Where the words between them are the same each is held against the one in its place: 2 and 3 that become 3 and 4.
    """
    left, right = extract_values(old), extract_values(new)
    gone, came = _only(left, right, old), _only(right, left, new)
    if gone and came and _between(left, old) == _between(right, new):
        apart = [(a, b) for a, b in zip(left, right, strict=True) if not same_for_all(a, b)]
        gone, came = _only([a for a, _ in apart], (), old), _only([b for _, b in apart], (), new)
    return ValueChange(gone, came)


def _between(values: Sequence[Value], text: str) -> list[str]:
    """The words around the values of a text, one stretch behind the other."""
    ends = [0, *(v.end for v in values)]
    begins = [*(v.start for v in values), len(text)]
    return [" ".join(text[a:b].split()) for a, b in zip(ends, begins, strict=True)]


def _only(values: Sequence[Value], others: Sequence[Value], text: str) -> tuple[Value, ...]:
    """The values of a text that the other one has not, each with what it counts (5日)."""
    free = list(others)
    found = []
    for value in values:
        same = next((o for o in free if same_for_all(value, o)), None)
        if same is None:
            found.append(replace(value, text=whole_text(value, text)))
        else:
            free.remove(same)
    return tuple({(v.value, v.text): v for v in found}.values())
