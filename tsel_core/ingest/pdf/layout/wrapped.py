"""Tables without borders whose cells wrap: the lines of a cell stand closer to each other than two rows do."""

from __future__ import annotations

from itertools import pairwise

from tsel_core.ingest.pdf.layout.rows import Block, Row
from tsel_core.ingest.pdf.layout.segments import Segment
from tsel_core.ingest.pdf.layout.tables import cell_text
from tsel_core.lazy_pattern import lazy_pattern

STEP = 1.55  # of a line's height: from the top of a cell's line to that of the next, at most
APART = 3.0  # points between two columns, at least
CELL_LINES = 8
_NUMBER = lazy_pattern(r"[(（]?(?:[0-9０-９]{1,4}|[a-z])[.)）]?")
PLAIN_ROWS = 3  # of one line in each cell: they prove a table
TABLE_ROWS = 3  # with two cells or more
MAX_ROWS = 400  # of a block that are looked at: a longer one is no page of a document

Column = tuple[float, float]


def join_wrapped(block: Block, places: dict[int, float]) -> tuple[Block, set[int]]:
    """(the block with the lines of each row of such a table in one row, ids of the rows of tables).

    `places` gets the places of new segments.
    """
    if len(block) < 3 or len(block) > MAX_ROWS or all(len(row) == 1 for row in block):
        return block, set()
    found: Block = []
    tables: set[int] = set()
    start = 0
    while start < len(block):
        end, columns = _zone(block, start)
        if end - start >= 3 and len(columns) > 1:
            above: Block = []  # a cell set in the middle of its row begins above the other cells
            while found and len(found[-1]) == 1 and len(above) < CELL_LINES:
                if not _belongs(found[-1][0], above[0] if above else block[start], columns):
                    break
                above.insert(0, found.pop())
            rows = _with_empty_cells(_join([*above, *block[start:end]], columns, places), columns)
            if sum(len(row) > 1 for row in rows) >= TABLE_ROWS:
                tables.update(id(row) for row in rows)
            found.extend(rows)
        else:
            found.extend(block[start:end])
        start = end
    return found, tables


def _belongs(segment: Segment, below: Row, columns: list[Column]) -> bool:
    """A lone segment within one column, right above the row `below`."""
    inside = any(x0 - APART <= segment.x0 and segment.x1 <= x1 + APART for x0, x1 in columns)
    return inside and min(s.y0 for s in below) - segment.y0 <= STEP * max(s.height for s in (segment, *below))


def _zone(block: Block, start: int) -> tuple[int, list[Column]]:
    """(end, columns) of the rows from `start` on that leave a white strip between the same columns."""
    columns = _merged([(s.x0, s.x1) for s in block[start]])
    if len(columns) < 2:
        return start + 1, columns
    end = start + 1
    while end < len(block):
        more = _merged([*columns, *((s.x0, s.x1) for s in block[end])])
        if len(more) < len(columns):
            break
        columns = more
        end += 1
    return end, columns


def _merged(spans: list[Column]) -> list[Column]:
    found: list[Column] = []
    for x0, x1 in sorted(spans):
        if found and x0 < found[-1][1] + APART:
            found[-1] = (found[-1][0], max(found[-1][1], x1))
        else:
            found.append((x0, x1))
    return found


def _join(rows: Block, columns: list[Column], places: dict[int, float]) -> Block:
    """Rows of a zone; those that are lines of one row of the table are joined."""
    heights = sorted(s.height for row in rows for s in row)
    step = STEP * heights[17 * len(heights) // 20]  # a line without a tail under it is lower, and so are digits
    cells: list[tuple[int, Row]] = []  # (column, its lines)
    for number, (x0, x1) in enumerate(columns):
        inside = sorted((s for row in rows for s in row if x0 <= (s.x0 + s.x1) / 2 <= x1), key=lambda s: s.y0)
        for segment in inside:
            before = cells[-1][1][-1] if cells and cells[-1][0] == number else None
            if before is not None and min(segment.y0 - before.y0, segment.y1 - before.y1) <= step:
                cells[-1][1].append(segment)
            else:
                cells.append((number, [segment]))
    joined: dict[int, Row] = {}  # by the id of a segment
    groups = _overlapping(cells)
    proven = sum(len(group) > 1 and all(len(lines) == 1 for _, lines in group) for group in groups) >= PLAIN_ROWS
    for group in groups:
        if _is_row(group, proven):
            new = []
            for _, lines in sorted(group, key=lambda c: c[0]):
                whole = lines[0] if len(lines) == 1 else _whole(lines)
                places.setdefault(id(whole), places.get(id(lines[0]), 0.5))
                new.append(whole)
            joined.update((id(s), new) for _, lines in group for s in lines)
    found: Block = []
    put: set[int] = set()
    for row in rows:
        for merged in (joined[id(s)] for s in row if id(s) in joined):
            if id(merged) not in put:
                put.add(id(merged))
                found.append(merged)
        rest = [s for s in row if id(s) not in joined]  # beside a row of the table, and no part of it
        if rest:
            found.append(rest)
    return found


def _with_empty_cells(rows: Block, columns: list[Column]) -> Block:
    """A cell without text stands between its neighbours as an empty segment, where half of the rows have all cells."""
    long = [row for row in rows if len(row) > 1]
    whole = [len(row) == len(columns) for row in long]
    if len(columns) < 3 or len(long) < 3 or not (whole[0] or sum(whole) * 2 >= len(long)):
        return rows
    found: Block = []
    for row in rows:
        places = [next((n for n, (x0, x1) in enumerate(columns) if x0 <= (s.x0 + s.x1) / 2 <= x1), -1) for s in row]
        if not 1 < len(row) < len(columns) or -1 in places or any(a >= b for a, b in pairwise(places)):
            found.append(row)
            continue
        full = [Segment("", x0, row[0].y0, x1, row[0].y1) for x0, x1 in columns[: places[-1] + 1]]
        for place, segment in zip(places, row, strict=True):
            full[place] = segment
        found.append(full)
    return found


def _overlapping(cells: list[tuple[int, Row]]) -> list[list[tuple[int, Row]]]:
    """Groups of cells that share some height."""
    groups: list[list[tuple[int, Row]]] = []
    bottom = -1e9
    for cell in sorted(cells, key=lambda c: c[1][0].y0):
        top = cell[1][0].y0
        if groups and top < bottom - 1.0:
            groups[-1].append(cell)
        else:
            groups.append([cell])
        bottom = max(bottom, cell[1][-1].y1) if len(groups[-1]) > 1 else cell[1][-1].y1
    return groups


def _is_row(group: list[tuple[int, Row]], proven: bool) -> bool:
    """One cell of each column, set at the same top, middle or bottom as the longest of them; half of one line.

    `proven`: other rows show that this is a table. Then one cell of one line, or the first column's, is enough; a
    number alone in the first cell shows it too.
    """
    sizes = [len(lines) for _, lines in group]
    single = sizes.count(1)
    if len({column for column, _ in group}) != len(group) or len(group) < 2 or not 1 < max(sizes) <= CELL_LINES:
        return False
    first = min(group, key=lambda cell: cell[0])
    numbered = len(first[1]) == 1 and _NUMBER.fullmatch(first[1][0].text) is not None
    if single * 2 < len(group) and not numbered and not (proven and (single or first[0] == 0)):
        return False
    if any(b.y0 < (a.y0 + a.y1) / 2 for _, lines in group for a, b in pairwise(lines)):
        return False  # two pieces of one line
    longest = max((lines for _, lines in group), key=len)
    marks = _marks(longest)
    return all(
        min(abs(own - mark) for own, mark in zip(_marks(lines), marks, strict=True)) <= 0.6 * lines[0].height
        for _, lines in group
    )


def _marks(lines: Row) -> tuple[float, float, float]:
    """Where a cell's first line, its middle and its last line stand."""
    first, last = lines[0], lines[-1]
    return (first.y0 + first.y1) / 2, (first.y0 + last.y1) / 2, (last.y0 + last.y1) / 2


def _whole(lines: Row) -> Segment:
    """A cell in the place of its first line: heights are those of lines."""
    x0, x1 = min(s.x0 for s in lines), max(s.x1 for s in lines)
    return Segment(cell_text(lines), x0, lines[0].y0, x1, lines[0].y1)
