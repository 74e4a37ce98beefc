"""Vertical writing: columns run from right to left, and stand among horizontal lines on one page."""

from __future__ import annotations

from tsel_core.ingest.pdf.layout.segments import Segment

NEAR = 2.5  # of a column's width: from one part of vertical writing down to the next
MOST = 0.6  # of the letters between two heights: from here on they are vertical writing


def zones(segments: list[Segment]) -> list[tuple[list[Segment], bool]]:
    """(segments, whether they are vertical writing) of the parts of a page, from top to bottom."""
    tall = sorted((s for s in segments if s.is_vertical), key=lambda s: s.y0)
    bands: list[list[float]] = []
    for s in tall:
        if bands and s.y0 - bands[-1][1] <= NEAR * s.width:  # a gap may hold two digits side by side
            bands[-1][1] = max(bands[-1][1], s.y1)
        else:
            bands.append([s.y0, s.y1])
    if not bands:
        return [(segments, False)]
    found: list[tuple[list[Segment], bool]] = []
    parts: dict[int, list[Segment]] = {}
    for s in segments:
        middle = (s.y0 + s.y1) / 2
        above = sum(band[1] < middle for band in bands)  # whole bands above it
        inside = above < len(bands) and bands[above][0] <= middle
        parts.setdefault(2 * above + inside, []).append(s)
    for key in sorted(parts):
        part = parts[key]
        upright = sum(len(s.text) for s in part if s.is_vertical)
        vertical = key % 2 == 1 and upright >= MOST * sum(len(s.text) for s in part)
        if found and not vertical and not found[-1][1]:
            found[-1][0].extend(part)  # vertical labels beside horizontal lines
        else:
            found.append((part, vertical))
    return found


def turn_columns(segments: list[Segment]) -> list[Segment]:
    """The same segments, turned in place so that columns become rows, the right one first."""
    right = max(s.x1 for s in segments)
    for s in segments:
        s.x0, s.y0, s.x1, s.y1 = s.y0, right - s.x1, s.y1, right - s.x0
    return segments


def join_columns(segments: list[Segment], places: dict[int, float]) -> list[Segment]:
    """Columns beside each other among horizontal lines become one segment; `places` gets its place."""
    found: list[Segment] = []
    run: list[Segment] = []
    ends: list[Segment | None] = [*segments, None]
    for item in ends:
        if item is not None and item.is_vertical:
            run.append(item)
            continue
        if run:
            run.sort(key=lambda r: -r.x0)
            box = min(r.x0 for r in run), min(r.y0 for r in run), max(r.x1 for r in run), max(r.y1 for r in run)
            merged = run[0] if len(run) == 1 else Segment("\n".join(r.text for r in run), *box)
            places.setdefault(id(merged), places[id(run[0])])
            found.append(merged)
            run = []
        if item is not None:
            found.append(item)
    return found
