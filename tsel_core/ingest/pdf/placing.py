"""Where the words of a unit stand among the signs of its page: a unit's text was put together, the page's was not."""

from __future__ import annotations

import unicodedata
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

from tsel_core.ingest.pdf.drawn import Box
from tsel_core.lazy_pattern import lazy_pattern

NEXT, REACH = 3, 60  # signs within which the text goes on: for any run, and for one of SOME signs
SOME, FAR = 4, 8  # signs of a run that may stand a little further on, and anywhere on the page
APART = 1.2  # times a sign's height: a wider gap in a line is that of a table's columns
_HEAD = 48  # signs of a text by which its page is found
_CUT = lazy_pattern(r"\n|\s\|\s|^\S{1,6}\s")  # lines, cells of a row, a number before a clause
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
    found = align(unit.text, page.text, _words(text, unit))
    at = dict(zip(unit.source, found, strict=True))  # the last of several signs that one character became
    boxes, shares = [], []
    for start, end in spans:
        wanted = [at[i] for i in range(start, end) if i in at]
        there = [page.source[i] for i in wanted if i >= 0]
        boxes.append(joined([signs.boxes[i] for i in there]))
        shares.append(len(there) / len(wanted) if wanted else 0.0)
    return boxes, shares


def align(text: str, page: str, words: Sequence[int] | None = None) -> list[int]:
    """For each character of `text` its place in `page`, -1 where there is none.

    `words` are the places in `text` where a word begins, and its end (default: every character is one): a part of a
    word is no place of it. The longest run from each word on, as lines of a page may stand in another order than they
    are read in; no sign is used twice.
    """
    edges = list(range(len(text) + 1)) if words is None else list(words)
    found = [-1] * len(text)
    free, number, last = page, 0, 0
    while number < len(edges) - 1:
        at = edges[number]
        place, end = _longest(text, edges, number, free, last)
        if end == number:
            number += 1
            continue
        length = edges[end] - at
        found[at : at + length] = range(place, place + length)
        free = free[:place] + "\0" * length + free[place + length :]
        number, last = end, place + length
    return found


def pages_of(texts: Sequence[str], pages: Sequence[str]) -> list[int]:
    """The page on which each of the texts of one document begins, in their order; -1 where it is on none.

    The longest beginning that the pages have, behind the text before it if it is there; a number that the layout puts
    elsewhere, or what stands between the cells of a row, is skipped.
    """
    folded = [_folded(page).text for page in pages]
    whole, ends = "".join(folded), list(accumulate(map(len, folded)))
    found, last = [], 0
    for text in texts:
        heads = [_folded(part).text for part in (text, *_CUT.split(text)[1:])]
        place = next((at for head in heads for at in _begins(head, whole, last) if at >= 0), -1)
        found.append(bisect_right(ends, place) if place >= 0 else -1)
        last = max(last, place)
    return found


def _begins(head: str, whole: str, last: int) -> Iterator[int]:
    """Places where a beginning stands: behind `last` first, then anywhere when it is long enough to be itself."""
    for length in (_HEAD, _HEAD // 2, FAR):
        if len(head) >= min(length, FAR):
            yield whole.find(head[:length], last)
    yield whole.find(head[:_HEAD]) if len(head) >= FAR else -1


def _longest(text: str, edges: Sequence[int], number: int, page: str, last: int) -> tuple[int, int]:
    """(place, number of the edge where it ends) of the longest run of words that the page has; no words: there is none.

    A few signs stand in many places: only where the text goes on are they the right ones.
    """
    at = edges[number]
    low, high = number, len(edges) - 1
    while low < high:  # a shorter run is there wherever a longer one is
        middle = (low + high + 1) // 2
        if text[at : edges[middle]] in page:
            low = middle
        else:
            high = middle - 1
    while low > number:
        run = text[at : edges[low]]
        after = page.find(run, last)
        place = after if after >= 0 else page.find(run)
        near = 0 <= place - last <= (NEXT if len(run) < SOME else REACH)
        if near or len(run) >= FAR or len(run) == len(text):
            return place, low
        low -= 1
    return 0, number


def _folded(text: str) -> _Folded:
    made, source = [], []
    for index, sign in enumerate(text):
        for one in unicodedata.normalize("NFKC", sign):
            if not one.isspace() and one not in _DIVIDERS and unicodedata.category(one)[0] != "C":
                made.append(one)
                source.append(index)
    return _Folded("".join(made), source)


def _words(text: str, folded: _Folded) -> list[int]:
    """Where words begin in folded text, and its end; each sign of Chinese and Japanese is a word."""
    edges = [
        number
        for number, at in enumerate(folded.source)
        if number == 0 or not (_joins(text[at]) and _joins(text[at - 1]))
    ]
    return [*edges, len(folded.source)]


def _joins(sign: str) -> bool:
    """Whether a sign makes a word together with its neighbours."""
    return sign.isalnum() and not "\u2e80" <= sign <= "\uffdc"


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
        return -0.5 * wide <= box[0] - line[2] <= APART * high or line[0] <= box[0] <= line[2]
    upright = _shared(line[0], line[2], box[0], box[2]) > 0.7 * max(wide, line[2] - line[0])
    return upright and -0.3 * high <= box[1] - line[3] <= 0.6 * high and line[2] - line[0] < 1.6 * wide


def _shared(a0: float, a1: float, b0: float, b1: float) -> float:
    return min(a1, b1) - max(a0, b0)
