"""Reading order: columns are found by the white gutter between them, and read one after the other."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import lru_cache

from tsel_core.ingest.encoding.clean import count_cjk
from tsel_core.ingest.pdf.layout.rows import Block, Row, beside, rows_of
from tsel_core.ingest.pdf.layout.segments import Segment

MIN_LINES = 3  # of each column
PART_LINES = 5  # of each column, where columns are a part of the page only
PROSE = 16  # letters (a kanji counts as 2) that a line of prose has at least, on average: less is a table
FILLED = 0.55  # of its column's width: what a line of prose covers, in the median
FAR = 2.0  # line heights between columns and a line below them that belongs to none
MAX_DEPTH = 8
MAX_WITHIN = 3  # columns within columns that are looked for
MAX_LOOKS = 6_000_000  # at segments of a page, in sum: about a second
MAX_SEGMENTS = 1500  # a page with more is a map, a plan or a wide table: it is read row by row


@dataclass(slots=True)
class Work:
    """What may still be spent on the columns of a page, in segments that are looked at."""

    left: int = MAX_LOOKS

    def spend(self, looks: int) -> bool:
        """Whether there was enough left."""
        self.left -= looks
        return self.left > 0

    @property
    def is_spent(self) -> bool:
        return self.left <= 0


def read_order(segments: list[Segment], work: Work, depth: int = 0) -> list[Block]:
    """Blocks (columns, or the matter between them) in reading order, each as rows from top to bottom.

    Where `work` is spent no more columns are looked for: what is left is read row by row.
    """
    if not segments:
        return []
    gutter = None if depth >= MAX_DEPTH or len(segments) > MAX_SEGMENTS else find_gutter(segments, work)
    if gutter is None:
        return [rows_of(segments)]
    blocks: list[Block] = []
    zone: list[Segment] = []
    taken: set[int] = set()
    for segment in sorted(segments, key=lambda s: (s.y0 + s.y1) / 2):
        if id(segment) in taken:
            continue
        if segment.x0 < gutter < segment.x1:
            row = _whole_row(segment, segments, work)
            taken.update(id(s) for s in row)
            blocks.extend(_zone([s for s in zone if id(s) not in taken], gutter, work, depth))
            zone = []
            blocks.append([row])
        else:
            zone.append(segment)
    blocks.extend(_zone(zone, gutter, work, depth))
    return _joined(blocks)


def _whole_row(segment: Segment, segments: list[Segment], work: Work) -> Row:
    """A segment that crosses the gutter, with short ones on its line: a header in two or three parts."""
    near = [s for s in segments if s is not segment and beside(segment, s)]
    if any(_is_prose([s], work) for s in near) or len(near) > MIN_LINES:
        return [segment]
    return sorted([segment, *near], key=lambda s: s.x0)


def _zone(zone: list[Segment], gutter: float, work: Work, depth: int) -> list[Block]:
    """The matter between two lines that cross the gutter: columns, with tables above, below or between them."""
    found: list[Block] = []
    columns: list[Segment] = []
    bands = _bands(zone)
    while len(bands) > 1 and (_stands_alone(bands[0], gutter, work) or _is_header(bands, gutter, work)):
        found.append(rows_of(bands.pop(0)))
    after: list[Block] = []
    while len(bands) > 1 and _stands_alone(bands[-1], gutter, work) and _is_far(bands):  # a line below them
        after.insert(0, rows_of(bands.pop()))
    for band in bands:
        left = [s for s in band if s.x1 <= gutter]
        right = [s for s in band if s.x1 > gutter]
        if left and right and not _is_prose(left, work) and not _is_prose(right, work) and _is_table(band, left, right):
            found.extend(_two(columns, gutter, work, depth))
            columns = []
            found.append(rows_of(band))
        else:
            columns.extend(band)
    found.extend(_two(columns, gutter, work, depth))
    return [*found, *after]


def _stands_alone(band: list[Segment], gutter: float, work: Work) -> bool:
    """Little matter, on one side of the gutter only."""
    sides = {s.x1 <= gutter for s in band}
    return len(sides) == 1 and len(band) < MIN_LINES and not _is_prose(band, work)


def _is_header(bands: list[list[Segment]], gutter: float, work: Work) -> bool:
    """One line in parts well above the rest, none of which begins where the right column does, as its heading would."""
    band, rest = bands[0], [s for band in bands[1:] for s in band]
    if len(rows_of(band)) > 1 or _is_prose(band, work):
        return False
    right = min((s.x0 for s in rest if s.x1 > gutter), default=gutter)
    far = min(s.y0 for s in rest) - max(s.y1 for s in band) > FAR * max(s.height for s in band)
    return far and all(abs(s.x0 - right) > 6.0 for s in band)


def _is_far(bands: list[list[Segment]]) -> bool:
    """The last band stands well below the others: a heading at a column's end does not."""
    bottom = max(s.y1 for band in bands[:-1] for s in band)
    return min(s.y0 - bottom for s in bands[-1]) > FAR * min(s.height for s in bands[-1])


def _two(columns: list[Segment], gutter: float, work: Work, depth: int) -> list[Block]:
    left = [s for s in columns if s.x1 <= gutter]
    right = [s for s in columns if s.x1 > gutter]
    return [*read_order(left, work, depth + 1), *read_order(right, work, depth + 1)]


def _bands(zone: list[Segment]) -> list[list[Segment]]:
    """Parts of a zone between white strips across the whole width, wider than the usual distance of lines."""
    ordered = sorted(zone, key=lambda s: s.y0)
    heights = sorted(s.height for s in ordered)
    usual = heights[len(heights) // 2] if heights else 1.0
    bands: list[list[Segment]] = []
    bottom = 0.0
    for segment in ordered:
        if bands and segment.y0 - bottom <= 1.3 * usual:
            bands[-1].append(segment)
        else:
            bands.append([segment])
        bottom = max(bottom, segment.y1) if len(bands[-1]) > 1 else max(segment.y1, bottom)
    return bands


def _joined(blocks: list[Block]) -> list[Block]:
    """Neighbouring blocks of crossing lines are one block again."""
    found: list[Block] = []
    single = False
    for block in blocks:
        now = len(block) == 1 and len(block[0]) == 1
        if now and single:
            found[-1] = rows_of([s for row in (*found[-1], *block) for s in row])
        else:
            found.append(block)
        single = now
    return found


def find_gutter(segments: list[Segment], work: Work, level: int = 0) -> float | None:
    """x of a white strip that divides most of the lines into two columns of prose, or None.

    `level`: how many columns the segments stand in already.
    """
    if len(segments) < 2 * MIN_LINES:
        return None
    total = sum(len(s.text) for s in segments)
    edges = sorted(s.x0 for s in segments)
    best, best_score = None, 0.0
    for index, edge in enumerate(edges):
        if index and edge - edges[index - 1] < 4.0:
            continue  # the same edge as the one before
        if not work.spend(len(segments)):
            return None
        score = _score(segments, edge - 1.0, total, work, level)
        if score > best_score:
            best, best_score = edge - 1.0, score
    return _part_gutter(segments, work) if best is None else best


def _part_gutter(segments: list[Segment], work: Work) -> float | None:
    """x of the strip that divides columns on a part of the page, between lines that run across it, or None."""
    ordered = sorted(segments, key=lambda s: (s.y0 + s.y1) / 2)
    starts = Counter(round(s.x0) for s in ordered)
    best, best_score = None, 0
    for edge in starts:
        gutter = edge - 2.0
        if starts[edge] + starts[edge + 1] < PART_LINES:
            continue
        if not work.spend(2 * len(segments)):
            return None
        run: list[Segment] = []
        for segment in [*ordered, None]:
            if segment is not None and not segment.x0 < gutter < segment.x1:
                run.append(segment)
                continue
            left = [s for s in run if s.x1 <= gutter]
            right = [s for s in run if s.x1 > gutter]
            score = min(sum(len(s.text) for s in left), sum(len(s.text) for s in right))
            is_more = score > best_score and min(len(left), len(right)) >= PART_LINES
            if is_more and _beside_each_other(left, right, work):
                best, best_score = gutter, score
            run = []
    return best


def _beside_each_other(left: list[Segment], right: list[Segment], work: Work) -> bool:
    """Prose on both sides, over the same height."""
    top, bottom = max(left[0].y0, right[0].y0), min(left[-1].y1, right[-1].y1)
    whole = max(left[-1].y1, right[-1].y1) - min(left[0].y0, right[0].y0)
    return bottom - top > 0.5 * whole and _is_prose(left, work) and _is_prose(right, work)


def _score(segments: list[Segment], gutter: float, total: int, work: Work, level: int) -> float:
    left = [s for s in segments if s.x1 <= gutter]
    right = [s for s in segments if s.x0 >= gutter]
    if len(left) < MIN_LINES or len(right) < MIN_LINES:
        return 0.0
    crossing = sum(len(s.text) for s in segments if s.x0 < gutter < s.x1)
    if crossing * 2 > total or not (_is_prose(left, work, level) and _is_prose(right, work, level)):
        return 0.0
    top = max(min(s.y0 for s in left), min(s.y0 for s in right))
    bottom = min(max(s.y1 for s in left), max(s.y1 for s in right))
    if bottom <= top:
        return 0.0
    space = gutter - max(s.x1 for s in left)
    smaller = min(sum(len(s.text) for s in left), sum(len(s.text) for s in right))
    return smaller - crossing + min(space, 40.0) / 40.0


@lru_cache(maxsize=8192)  # the same lines are weighed for every gutter that is tried
def weight(text: str) -> int:
    """Letters of a text; a CJK sign counts as two."""
    letters = "".join(text.split())
    return len(letters) + (0 if letters.isascii() else count_cjk(letters))


def _is_prose(segments: list[Segment], work: Work, level: int = 0) -> bool:
    """Lines of running text: long enough, and most fill their column (or there are columns within)."""
    if len(segments) < 2:
        return bool(segments) and weight(segments[0].text) >= 2 * PROSE
    letters = sum(weight(s.text) for s in segments) / len(segments)
    if letters < PROSE:
        return False
    width = max(s.x1 for s in segments) - min(s.x0 for s in segments)
    filled = sorted(s.width / width for s in segments if width > 0)
    if filled and filled[len(filled) // 2] >= FILLED:
        return True
    within = level < MAX_WITHIN and len(segments) >= 2 * MIN_LINES
    return within and find_gutter(segments, work, level + 1) is not None  # columns again


def _is_table(band: list[Segment], left: list[Segment], right: list[Segment]) -> bool:
    """Rows with cells on both sides; one row alone may be the headings of columns."""
    return _share_rows(left, right) and len(rows_of(band)) > 1


def _share_rows(left: list[Segment], right: list[Segment]) -> bool:
    """Some line on the left stands beside a line on the right."""
    return any(beside(a, b) for a in left for b in right[:200])
