"""Tracked changes put where they stand in a comparison; spans signed by who took words out or put them in."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Literal

from tsel_core.compare.change import Change
from tsel_core.compare.pieces import Piece
from tsel_core.compare.tracked import Side, Tracked, tracked_of
from tsel_core.compare.words import Span
from tsel_core.document import Document

_CAME = ("inserted", "moved here")
_SHORT = 8  # characters below which words are looked for in their own place alone
_REACH = 60  # changes beside its own in which a longer one may stand: rows of a table are counted from its first


def with_authors(changes: Sequence[Change], old: Document, new: Document) -> list[Change]:
    """Each tracked change of both files at the change where it stands; spans that the new file explains are signed.

    What the new file tracks happened between the two; what the old one tracks was there before.
    """
    if not changes:
        return []
    made = list(changes)
    reads = new.metadata.get("changes", "accept") == "accept"  # else the text is not what the changes made
    for change in tracked_of(new, "new"):
        at = _first(made, "new", change.unit)
        found = _place(made, at, change) if reads else None
        if found is None:
            made[at] = replace(made[at], tracked=(*made[at].tracked, change))
        else:
            at, start, end = found
            spans = tuple(_signed(made[at].spans, change, start, end))
            made[at] = replace(made[at], spans=spans, tracked=(*made[at].tracked, change))
    for change in tracked_of(old, "old"):
        at = _first(made, "old", change.unit)
        made[at] = replace(made[at], tracked=(*made[at].tracked, change))
    return made


def _pieces(change: Change, side: Side) -> tuple[Piece, ...]:
    return change.new if side == "new" else change.old


def _first(changes: Sequence[Change], side: Side, unit: int) -> int:
    """The change that holds the first piece at or behind a unit; the last one that has a piece, where there is none."""
    places = [(p.unit, at) for at, c in enumerate(changes) for p in _pieces(c, side)]
    behind = [place for place in places if place[0] >= unit]
    return min(behind)[1] if behind else max(places, default=(0, len(changes) - 1))[1]


def _place(changes: Sequence[Change], at: int, tracked: Tracked) -> tuple[int, int, int] | None:
    """Which change it explains, and its characters among those of the spans of its side; None: it explains none."""
    words = tracked.text.split()
    if not words:
        return None
    pattern = re.compile(r"\s+".join(map(re.escape, words)))
    reach = _REACH if len(tracked.text) >= _SHORT else 1
    kind: Literal["inserted", "deleted"] = "inserted" if tracked.kind in _CAME else "deleted"
    near = sorted(range(max(0, at - reach), min(len(changes), at + reach + 1)), key=lambda i: (abs(i - at), i))
    for i in near:
        side = _side(changes[i].spans, kind)
        open_ = [(lo, hi) for span, lo, hi in _placed(changes[i].spans, kind) if span.kind == kind and not span.author]
        for match in pattern.finditer(side):
            if any(lo < match.end() and match.start() < hi for lo, hi in open_):
                return i, match.start(), match.end()
    return None


def _side(spans: Sequence[Span], kind: str) -> str:
    """The text that the spans of "same" and `kind` make."""
    return "".join(s.text for s in spans if s.kind in ("same", kind))


def _placed(spans: Sequence[Span], kind: str) -> Iterator[tuple[Span, int, int]]:
    """Spans with their characters in `_side`; those of the other kind have none."""
    at = 0
    for span in spans:
        length = len(span.text) if span.kind in ("same", kind) else 0
        yield span, at, at + length
        at += length


def _signed(spans: Sequence[Span], by: Tracked, start: int, end: int) -> Iterator[Span]:
    """The spans, those that came or went by this change cut out and signed."""
    kind = "inserted" if by.kind in _CAME else "deleted"
    for span, lo, hi in _placed(spans, kind):
        if span.kind != kind or span.author or hi <= start or end <= lo:
            yield span
            continue
        a, b = max(start, lo) - lo, min(end, hi) - lo
        mine = Span(span.kind, span.text[a:b], by.author or "?", by.time)
        yield from (s for s in (Span(span.kind, span.text[:a]), mine, Span(span.kind, span.text[b:])) if s.text)
