"""Numbers of lines in the margin (court papers, minutes of councils): they would stand in the middle of sentences."""

from __future__ import annotations

import re
from itertools import pairwise

from tsel_core.ingest.pdf.layout.columns import weight
from tsel_core.ingest.pdf.layout.segments import Segment

LEAST = 8  # numbers on a page
STEPS = (1, 5, 10)  # from a number to the next
MIDDLE = 0.5  # of the lines with a number: what must run on from the line above, in a text
FILLED = 0.5  # of the text's width: what a line covers, in the median
_NUMBER = re.compile(r"[0-9０-９]{1,4}")
_ENDS = ".:;!?。．：；！？)）」』"


def without_line_numbers(segments: list[Segment]) -> tuple[list[Segment], bool]:
    """(segments without the numbers of lines, whether there were any)."""
    numbers = sorted((s for s in segments if _NUMBER.fullmatch(s.text)), key=lambda s: s.y0)
    if len(numbers) < LEAST:
        return segments, False
    edge = max(s.x1 for s in numbers)
    known = {id(s) for s in numbers}
    text = sorted((s for s in segments if id(s) not in known and s.x0 >= edge), key=lambda s: s.y0)
    if not _count_on(numbers) or len(text) < LEAST or len(text) < len(segments) - len(known) - 3:
        return segments, False
    left, right = min(s.x0 for s in text), max(s.x1 for s in text)
    widths = sorted(s.width / max(1.0, right - left) for s in text)
    if left < edge or widths[len(widths) // 2] < FILLED or not _runs_on(text):
        return segments, False
    return [s for s in segments if id(s) not in known], True


def _count_on(numbers: list[Segment]) -> bool:
    """The numbers go up by one step, one below the other."""
    values = [int(s.text) for s in numbers]
    steps = {b - a for a, b in pairwise(values)}
    aligned = max(s.x1 for s in numbers) - min(s.x1 for s in numbers) <= 4.0
    aligned = aligned or max(s.x0 for s in numbers) - min(s.x0 for s in numbers) <= 4.0
    return aligned and len(steps) == 1 and steps.pop() in STEPS


def _runs_on(text: list[Segment]) -> bool:
    """The lines are those of a text, not of a numbered list: most sentences run over their ends."""
    open_ends = sum(1 for a in text[:-1] if a.text[-1:] not in _ENDS and weight(a.text) >= 16)
    small = sum(1 for s in text[1:] if s.text[:1].islower() or not s.text[:1].isascii())
    return min(open_ends, small) >= MIDDLE * (len(text) - 1)
