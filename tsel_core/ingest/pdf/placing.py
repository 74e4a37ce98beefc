"""Where the words of a unit stand among the signs of its page: a unit's text was put together, the page's was not."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from tsel_core.ingest.pdf.drawn import Box

NEAR, FAR = 1, 8  # signs that a run needs: where the text goes on, and anywhere else on the page
REACH = 60  # signs within which the text goes on
_DIVIDERS = "-\u00ad\u2010\u2011\u2012\u2013\ufffe"  # a divided word was joined: hyphens count on neither side


@dataclass(frozen=True, slots=True)
class Signs:
    """The signs of a page in the file's order, each with its box: shares of the page's sides, y from the top."""

    text: str
    boxes: Sequence[Box]


@dataclass(slots=True)
class _Folded:
    """Text as it is compared: compatibility forms, without spaces and hyphens; `source[i]` is the sign it came from."""

    text: str
    source: list[int]


def places_of(text: str, spans: Sequence[tuple[int, int]], signs: Signs) -> tuple[list[list[Box]], list[float]]:
    """Boxes of the characters [start, end) of a unit's text, a box a line, and the share of each that was found."""
    unit, page = _folded(text), _folded(signs.text)
    found = align(unit.text, page.text)
    at = dict(zip(unit.source, found, strict=True))  # the last of several signs that one character became
    boxes, shares = [], []
    for start, end in spans:
        wanted = [at[i] for i in range(start, end) if i in at]
        there = [page.source[i] for i in wanted if i >= 0]
        boxes.append(joined([signs.boxes[i] for i in there]))
        shares.append(len(there) / len(wanted) if wanted else 0.0)
    return boxes, shares


def align(text: str, page: str) -> list[int]:
    """For each character of `text` its place in `page`, -1 where there is none.

    The longest run from each point on, as lines of a page may stand in another order than they are read in; no sign is
    used twice.
    """
    found = [-1] * len(text)
    free, at, last = page, 0, 0
    while at < len(text):
        place, length = _longest(text, at, free, last)
        if not length:
            at += 1
            continue
        found[at : at + length] = range(place, place + length)
        free = free[:place] + "\0" * length + free[place + length :]
        at, last = at + length, place + length
    return found


def _longest(text: str, at: int, page: str, last: int) -> tuple[int, int]:
    """(place, length) of the longest run of `text` from `at` that the page has; length 0 where there is none."""
    low, high = 0, len(text) - at
    while low < high:  # a shorter run is there wherever a longer one is
        middle = (low + high + 1) // 2
        if text[at : at + middle] in page:
            low = middle
        else:
            high = middle - 1
    if not low:
        return 0, 0
    run = text[at : at + low]
    after = page.find(run, last)
    place = after if after >= 0 else page.find(run)
    goes_on = last <= place <= last + REACH
    if low < FAR and not goes_on:  # few signs stand in many places: only where the text goes on they are the right ones
        for length in range(low, NEAR - 1, -1):
            place = page.find(text[at : at + length], last, last + REACH + length)
            if place >= 0:
                return place, length
        return 0, 0
    return place, low


def _folded(text: str) -> _Folded:
    made, source = [], []
    for index, sign in enumerate(text):
        for one in unicodedata.normalize("NFKC", sign):
            if not one.isspace() and one not in _DIVIDERS and unicodedata.category(one)[0] != "C":
                made.append(one)
                source.append(index)
    return _Folded("".join(made), source)


def joined(boxes: Sequence[Box]) -> list[Box]:
    """Boxes of signs that follow each other, joined to a box a line (or a column of vertical text)."""
    lines: list[Box] = []
    for box in boxes:
        if box[2] <= box[0] or box[3] <= box[1]:
            continue
        if lines and _follows(lines[-1], box):
            x0, y0, x1, y1 = lines[-1]
            lines[-1] = (min(x0, box[0]), min(y0, box[1]), max(x1, box[2]), max(y1, box[3]))
        else:
            lines.append(box)
    return lines


def _follows(line: Box, box: Box) -> bool:
    """Whether a sign stands in the line, or right below it in a column of the same width."""
    wide, high = box[2] - box[0], box[3] - box[1]
    level = _shared(line[1], line[3], box[1], box[3]) > 0.5 * min(high, line[3] - line[1])
    if level:
        return -0.5 * wide <= box[0] - line[2] <= 6 * wide or line[0] <= box[0] <= line[2]
    upright = _shared(line[0], line[2], box[0], box[2]) > 0.7 * max(wide, line[2] - line[0])
    return upright and -0.3 * high <= box[1] - line[3] <= 0.6 * high and line[2] - line[0] < 1.6 * wide


def _shared(a0: float, a1: float, b0: float, b1: float) -> float:
    return min(a1, b1) - max(a0, b0)
