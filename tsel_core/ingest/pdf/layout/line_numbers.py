"""Numbers of lines in the margin (court papers, minutes of councils): they would stand in the middle of sentences."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import pairwise

from tsel_core.ingest.pdf.layout.columns import weight
from tsel_core.ingest.pdf.layout.segments import Segment
from tsel_core.lazy_pattern import lazy_pattern

ALIKE = 2  # pages with the same numbers at the same place
LEAST = 8  # numbers on a page
STEPS = (1, 5, 10)  # from a number to the next
MIDDLE = 0.5  # of the lines with a number: what must run on from the line above, in a text
FILLED = 0.5  # of the text's width: what a line covers, in the median
ALIGNED = 4.0  # points
HEAD_CHARS = 8
EVEN = 0.85  # of the steps between numbers are alike
BLANK = 2  # numbered lines without text
_NUMBER = lazy_pattern(r"[0-9０-９]{1,4}")
_ENDS = ".:;!?。．：；！？)）」』"


@dataclass(frozen=True, slots=True)
class NumberColumn:
    """Numbers at the left of a page that may be those of its lines: pages that all have them are numbered paper."""

    first: int
    count: int
    right: float
    step: float

    def is_like(self, other: NumberColumn) -> bool:
        """As on another page of the same paper."""
        return (
            self.first == other.first
            and abs(self.count - other.count) <= 3
            and abs(self.right - other.right) <= 2 * ALIGNED
            and abs(self.step - other.step) <= 0.1 * other.step
        )


def numbered_pages(columns: dict[int, NumberColumn]) -> set[int]:
    """Pages (keys) whose numbers start anew in the same way on another page: those are numbers of lines."""
    return {
        page
        for page, column in columns.items()
        if sum(1 for other in columns.values() if column.is_like(other)) >= ALIKE
    }


def without_line_numbers(
    segments: list[Segment], *, is_numbered: bool = False
) -> tuple[list[Segment], bool, NumberColumn | None]:
    """(segments without the numbers of lines, whether there were any, numbers that stay and may be some).

    `is_numbered`: the document is known to number its lines. Rows of bordered tables are one segment each by now, so
    a column "No." is not looked at.
    """
    found = _column(segments)
    if found is None:
        return segments, False, None
    numbers, text = found
    known = {id(s) for s in numbers}
    left, right = min(s.x0 for s in text), max(s.x1 for s in text)
    widths = sorted(s.width / max(1.0, right - left) for s in text)
    is_text = widths[len(widths) // 2] >= FILLED and _runs_on(text)
    if _has_head(numbers, segments):
        return segments, False, None
    if not (is_numbered or is_text or _numbers_blank_lines(numbers, text)):
        steps = sorted(b.y0 - a.y0 for a, b in pairwise(numbers))
        right = max(s.x1 for s in numbers)
        return segments, False, NumberColumn(int(numbers[0].text), len(numbers), right, steps[len(steps) // 2])
    return [s for s in segments if id(s) not in known], True, None


def _column(segments: list[Segment]) -> tuple[list[Segment], list[Segment]] | None:
    """(numbers that count on, one below the other, left of all text; the text beside them)."""
    numbers = sorted((s for s in segments if _NUMBER.fullmatch(s.text)), key=lambda s: s.y0)
    if len(numbers) < LEAST:
        return None
    edge = sorted(s.x1 for s in numbers)[len(numbers) // 2] + ALIGNED
    numbers = [s for s in numbers if s.x1 <= edge]
    known = {id(s) for s in numbers}
    text = sorted((s for s in segments if id(s) not in known and s.x0 >= edge - ALIGNED), key=lambda s: s.y0)
    if len(numbers) < LEAST or not _count_on(numbers) or not text:
        return None
    if len(text) < len(segments) - len(known) - 3:
        return None
    return numbers, text


def _has_head(numbers: list[Segment], segments: list[Segment]) -> bool:
    """A heading such as "No." stands above the numbers: they are a column of a table."""
    first = numbers[0]
    above = (s for s in segments if s.y1 <= first.y0 + 1 and first.y0 - s.y1 <= 3 * first.height)
    return any(s.x0 <= first.x1 + ALIGNED and s.x1 >= first.x0 - ALIGNED and len(s.text) <= HEAD_CHARS for s in above)


def _numbers_blank_lines(numbers: list[Segment], text: list[Segment]) -> bool:
    """The numbers stand in even steps, and some have no text beside them: the paper is numbered, not the text."""
    steps = sorted(b.y0 - a.y0 for a, b in pairwise(numbers))
    even = sum(1 for step in steps if abs(step - steps[len(steps) // 2]) <= 0.15 * steps[len(steps) // 2])
    if even < EVEN * len(steps):
        return False
    blank = sum(1 for n in numbers if not any(min(n.y1, s.y1) - max(n.y0, s.y0) > 0.3 * n.height for s in text))
    return blank >= BLANK


def _count_on(numbers: list[Segment]) -> bool:
    """The numbers go up by one step, one below the other."""
    values = [int(s.text) for s in numbers]
    steps = {b - a for a, b in pairwise(values)}
    aligned = max(s.x1 for s in numbers) - min(s.x1 for s in numbers) <= ALIGNED
    aligned = aligned or max(s.x0 for s in numbers) - min(s.x0 for s in numbers) <= ALIGNED
    if not aligned or len(values) < 2:
        return False
    usual, count = Counter(b - a for a, b in pairwise(values)).most_common(1)[0]
    return usual in STEPS and (len(steps) == 1 or (usual == 1 and count >= 0.9 * (len(values) - 1)))


def _runs_on(text: list[Segment]) -> bool:
    """The lines are those of a text, not of a numbered list: most sentences run over their ends."""
    open_ends = sum(1 for a in text[:-1] if a.text[-1:] not in _ENDS and weight(a.text) >= 16)
    small = sum(1 for s in text[1:] if s.text[:1].islower() or not s.text[:1].isascii())
    return min(open_ends, small) >= MIDDLE * (len(text) - 1)
