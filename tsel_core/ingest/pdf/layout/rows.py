"""Segments of a page side by side: which stand on one line."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

from tsel_core.ingest.pdf.layout.segments import Segment

Row = list[Segment]
Block = list[Row]


def beside(a: Segment, b: Segment) -> bool:
    return min(a.y1, b.y1) - max(a.y0, b.y0) > 0.5 * min(a.height, b.height)


def rows_of(segments: Iterable[Segment]) -> Block:
    """Segments on one line together, left to right; lines from top to bottom."""
    ordered = sorted(segments, key=lambda s: s.y0 + s.y1)
    if all(a.y1 <= b.y0 for a, b in pairwise(ordered)):  # plain lines, as on most pages
        return [[segment] for segment in ordered]
    rows: list[Row] = []
    spans: list[list[float]] = []  # of each row: the y range of its tallest segment
    for segment in ordered:
        middle = (segment.y0 + segment.y1) / 2
        for index in range(len(rows) - 1, max(-1, len(rows) - 4), -1):
            low, high = spans[index]
            overlap = min(high, segment.y1) - max(low, segment.y0)
            inside = low <= middle <= high and segment.height <= 1.6 * (high - low)
            inside = inside or (segment.y0 <= low and high <= segment.y1)  # beside a bullet, a dash
            if (inside or overlap > 0.6 * max(high - low, segment.height)) and not _collides(rows[index], segment):
                rows[index].append(segment)
                if segment.height > high - low:
                    spans[index] = [segment.y0, segment.y1]
                break
        else:
            rows.append([segment])
            spans.append([segment.y0, segment.y1])
    for row in rows:
        row.sort(key=lambda s: s.x0)
    order = sorted(range(len(rows)), key=lambda i: (spans[i][0] + spans[i][1]) / 2)
    return [rows[i] for i in order]


def _collides(row: Row, segment: Segment) -> bool:
    """Text printed over text of the row is on a line of its own."""
    for other in row:
        overlap = min(other.x1, segment.x1) - max(other.x0, segment.x0)
        if overlap > 0.4 * min(other.width, segment.width) and overlap > 1.0:
            return True
    return False
