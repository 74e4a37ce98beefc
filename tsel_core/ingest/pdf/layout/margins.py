"""Where lines end and how far they stand apart, measured over the whole document before any of them are joined."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import pairwise

from tsel_core.ingest.encoding.clean import count_cjk, is_cjk
from tsel_core.ingest.pdf.layout.columns import weight
from tsel_core.ingest.pdf.layout.layout import TextLine

LEFT_BIN = 12.0  # points: blocks that begin within it stand in one column
SAME_LEFT = 40.0  # points of indent: from one line of a paragraph to the next, at most
OVER = 0.03  # of a column's lines may end beyond its margin: tables, long addresses
NARROW = 0.8  # of the page between equal margins: a narrower column must show its margin
LONG = 24  # letters (a kanji counts as 2): shorter lines show no margin
SURE = 5  # wrapped lines that show a margin
SURE_SHARE = 0.45  # of the pairs of lines
EQUAL_SHARE = 0.2  # of them where the right margin is as wide as the left one
EQUAL = 0.05  # of the page's width: what the two may differ by
NUMBER_CHARS = 10  # a tab this near to a line's beginning stands between a clause's number and its words
TALL_BIN = 0.5  # points: lines of nearly the same height have one pitch

# Classes of letters in common proportional fonts; a lower-case vowel is 1 wide
_NARROW, _BROAD, _CAPITALS = b"iljtfrI.,:;'|!()[]/- ", b"mwMW@%", b"ABCDEFGHJKLNOPQRSTUVXYZ&"


@dataclass(slots=True)
class Column:
    """Right margin of the lines that begin at one place, and how sure it is; `own` is where its longest line ends."""

    right: float
    is_sure: bool
    own: float


@dataclass(slots=True)
class _Ends:
    """What is known of a column: right ends of lines, and for pairs the room within which a margin would wrap them."""

    ends: list[float]
    rooms: list[tuple[float, float]]
    left: float
    width: float
    num_pairs: int = 0


class Margins:
    """Margins and line pitches of a document's columns."""

    def __init__(self, pages: Iterable[list[TextLine]]) -> None:
        columns: dict[tuple[bool, int], _Ends] = {}
        pairs: list[tuple[tuple[bool, int], tuple[bool, int], float, float, float]] = []
        for lines in pages:
            lefts = _lefts(lines)
            for before, line in pairwise([None, *lines]):
                if line is None or line.block < 0 or "\t" in line.text[NUMBER_CHARS:]:
                    continue
                key = line.is_vertical, round(lefts[line.block] / LEFT_BIN)
                column = columns.setdefault(key, _Ends([], [], lefts[line.block], line.room))
                column.ends.append(line.x1)
                if before is not None and _may_run_on(before, line):
                    low, high = before.x1, before.x1 + needed(line)
                    column.num_pairs += 1
                    if weight(before.text) >= LONG:
                        column.rooms.append((low, high))
                    step = line.y1 - before.y1
                    pairs.append((key, (line.is_vertical, _tall(line)), low, high, step))
        self._columns = {key: _column(c) for key, c in columns.items()}
        self._pitches = _pitches(pairs, self._columns)

    def of(self, lines: list[TextLine]) -> dict[int, Column]:
        """The column of each block of a page."""
        lefts = _lefts(lines)
        found: dict[int, Column] = {}
        for line in lines:
            if line.block >= 0 and line.block not in found:
                key = line.is_vertical, round(lefts[line.block] / LEFT_BIN)
                known = self._columns.get(key) or Column(line.x1, False, line.x1)
                found[line.block] = replace(known, own=line.x1)
            if line.block >= 0:
                found[line.block].own = max(found[line.block].own, line.x1)
        return found

    def pitch(self, line: TextLine) -> float | None:
        """Usual distance between two lines of a paragraph in this size, where the document shows one."""
        return self._pitches.get((line.is_vertical, _tall(line)))


def needed(line: TextLine) -> float:
    """Width that the line's first word and a space would take at the end of the line before."""
    if line.need < 0:
        line.need = _needed(line)
    return line.need


def _needed(line: TextLine) -> float:
    if is_cjk(line.text[0]):
        return 2.2 * (line.x1 - line.x0) / max(1, len(line.text))
    word = line.text.split(" ", 1)[0]
    if len(word) == len(line.text):
        return line.x1 - line.x0 + 0.3 * line.height
    scale = (line.x1 - line.x0) / max(1.0, _width(line.text))
    return (_width(word) + 0.5) * scale


def _width(text: str) -> float:
    """Width of a text relative to other texts of its font, in about half ems."""
    wide = 0.0 if text.isascii() else float(count_cjk(text))
    raw = text.encode("ascii", "replace")
    size = len(raw)
    narrow, broad = size - len(raw.translate(None, _NARROW)), size - len(raw.translate(None, _BROAD))
    capitals = size - len(raw.translate(None, _CAPITALS))
    return size - 0.45 * narrow + 0.6 * broad + 0.3 * capitals + wide


def _lefts(lines: list[TextLine]) -> dict[int, float]:
    """Left edge of each block: that of its second line from the left, as one may hang out."""
    starts: dict[int, list[float]] = {}
    for line in lines:
        starts.setdefault(line.block, []).append(line.x0)
    return {block: sorted(values)[1 if len(values) > 4 else 0] for block, values in starts.items()}


def _tall(line: TextLine) -> int:
    return round((line.y1 - line.y0) / TALL_BIN)


def _may_run_on(before: TextLine, line: TextLine) -> bool:
    """Lines of one block and size below each other."""
    tall = max(line.height, before.height)
    return (
        before.block == line.block
        and "\t" not in before.text[NUMBER_CHARS:]
        and abs(before.x0 - line.x0) <= SAME_LEFT
        and 0 < line.y1 - before.y1 <= 3 * tall
        and min(line.height, before.height) > 0.75 * tall
    )


def _column(known: _Ends) -> Column:
    """The margin at which most lines were wrapped; nearly no line ends beyond it."""
    ends = sorted(known.ends)
    least = ends[max(0, len(ends) - 1 - int(OVER * len(ends)))]
    right, votes = least, 0
    rooms = [(max(low, least), high) for low, high in known.rooms if high >= least]
    edges = sorted([*((low, 1) for low, _ in rooms), *((high, -1) for _, high in rooms)])
    open_now = 0
    for at, change in edges:
        open_now += change
        if open_now > votes:
            right, votes = at, open_now
    equal = known.width - known.left  # the right margin is as wide as the left one
    share = EQUAL_SHARE if abs(right - equal) <= EQUAL * known.width else SURE_SHARE
    is_sure = votes >= SURE and votes >= share * known.num_pairs
    if not is_sure and known.width and right < equal - (1 - NARROW) * (equal - known.left):
        return Column(equal, False, right)
    return Column(right, is_sure, right)


def _pitches(
    pairs: list[tuple[tuple[bool, int], tuple[bool, int], float, float, float]], columns: dict[tuple[bool, int], Column]
) -> dict[tuple[bool, int], float]:
    """Median distance of wrapped lines, by writing direction and line height."""
    steps: dict[tuple[bool, int], list[float]] = {}
    for key, tall, low, high, step in pairs:
        if low - 1 <= columns[key].right <= high + 1:
            steps.setdefault(tall, []).append(step)
    return {tall: sorted(values)[len(values) // 2] for tall, values in steps.items() if len(values) >= 3}
