"""Tables with borders: the text of each row in one line, its cells divided by tabs."""

from __future__ import annotations

from bisect import bisect_left
from itertools import pairwise

from tsel_core.ingest.encoding.clean import join_lines
from tsel_core.ingest.pdf.layout.rows import rows_of
from tsel_core.ingest.pdf.layout.rules import SNAP, Rules
from tsel_core.ingest.pdf.layout.segments import Segment

Key = tuple[float, float, float, float]  # top, left, bottom, right
MAX_WORK = 1_500_000  # segments times borders: a page with more is a drawing
CELL_LINES = 12  # a longer cell holds a passage: its row is read cell by cell
NESTED = 16.0  # points from a cell's top to that of a table within it, at most
MAX_SHARE = 0.6  # of the page's height: a taller cell is a frame around the page


def with_rows(segments: list[Segment], rules: Rules, height: float, places: dict[int, float]) -> list[Segment]:
    """Segments of a page on which each row of a bordered table is one segment; `places` gets their places."""
    if not rules.down or len(rules.across) < 2 or len(segments) * (len(rules.across) + len(rules.down)) > MAX_WORK:
        return segments
    cells: dict[Key, list[Segment]] = {}
    for segment in segments:
        key = _cell(segment, rules)
        if key is not None and key[2] - key[0] <= MAX_SHARE * height:
            cells.setdefault(key, []).append(segment)
    rows: dict[float, list[Key]] = {}
    for key in cells:
        rows.setdefault(key[0], []).append(key)
    _join_nested(rows)
    merged: list[Segment] = []
    dropped: set[int] = set()
    for table in _tables(rows):
        lefts = sorted({key[1] for keys in table if len(keys) > 1 for key in keys})
        for number, keys in enumerate(table):
            near = {key[1] for other in table[max(0, number - 1) : number + 2] for key in other}
            for group in _side_by_side(sorted(keys, key=lambda k: k[1])):
                if len(group) < 2 and (len(lefts) < 2 or _is_wide(group[0], lefts)):
                    continue
                members = [s for key in group for s in cells[key]]
                dropped.update(id(s) for s in members)
                text = _empty_before(group[0], lefts, rules) + _row_text(group, cells, lefts, near)
                row = Segment(text, group[0][1], group[0][0], group[-1][3], min(k[2] for k in group))
                places[id(row)] = places[id(members[0])]
                merged.append(row)
    return [s for s in segments if id(s) not in dropped] + merged


def _tables(rows: dict[float, list[Key]]) -> list[list[list[Key]]]:
    """Rows, from top to bottom, of the tables: one row begins where another ends."""
    tables: list[list[list[Key]]] = []
    bottom = -1e9
    for top in sorted(rows):
        if not tables or top > bottom + SNAP:
            tables.append([])
        tables[-1].append(rows[top])
        bottom = max(bottom, max(key[2] for key in rows[top]))
    return tables


def _is_wide(key: Key, lefts: list[float]) -> bool:
    """The only cell of its row runs over several columns: a heading or a passage within the table."""
    return sum(key[1] - SNAP <= left < key[3] - SNAP for left in lefts) > 1


def _join_nested(rows: dict[float, list[Key]]) -> None:
    """A cell beside a table within a cell, whose rows begin a little lower, joins the first of them."""
    tops = sorted(rows)
    for top, following in pairwise(tops):
        keys = rows[top]
        inner = rows[following]
        low, high = min(k[1] for k in inner), max(k[3] for k in inner)
        beside = all(k[3] <= low + SNAP or k[1] >= high - SNAP for k in keys)
        if following - top <= NESTED and beside and all(k[2] > max(i[2] for i in inner) for k in keys):
            rows[following] = [*keys, *inner]
            del rows[top]


def _cell(segment: Segment, rules: Rules) -> Key | None:
    """The smallest box of borders around the middle of a segment; a table may be open at its sides."""
    x, y = (segment.x0 + segment.x1) / 2, (segment.y0 + segment.y1) / 2
    near = [at for at, y0, y1 in rules.down if y0 - SNAP <= y <= y1 + SNAP]
    split = bisect_left(near, x)
    left = near[split - 1] if split else None
    right = near[split] if split < len(near) else None
    if left is None and right is None:
        return None
    low = x if left is None else left + SNAP
    high = x if right is None else right - SNAP
    spans = [r for r in rules.across if r[1] <= low + SNAP and r[2] >= high - SNAP]
    above = [r for r in spans if r[0] <= y]
    below = [r for r in spans if r[0] > y]
    if not above or not below:
        return None
    left = max(above[-1][1], below[0][1]) if left is None else left
    right = min(above[-1][2], below[0][2]) if right is None else right
    return above[-1][0], left, below[0][0], right


def _side_by_side(keys: list[Key]) -> list[list[Key]]:
    """Cells of one row; tables beside each other are apart by more than a cell that is empty."""
    groups: list[list[Key]] = []
    for key in keys:
        if groups and key[1] >= groups[-1][-1][3] - SNAP:
            groups[-1].append(key)
        else:
            groups.append([key])
    return groups


def _empty_before(first: Key, lefts: list[float], rules: Rules) -> str:
    """A tab for each cell without text from the left end of the border below the row to its first cell with text."""
    below = [x0 for y, x0, x1 in rules.across if abs(y - first[2]) <= SNAP and x0 - SNAP <= first[1] <= x1]
    start = min(below, default=first[1])
    return "\t" * sum(start - SNAP <= left < first[1] - SNAP for left in lefts)


def _row_text(keys: list[Key], cells: dict[Key, list[Segment]], lefts: list[float], near: set[float]) -> str:
    """A row's cells; `near` are the left edges of the cells above and below, for a cell over several columns."""
    texts: list[str] = []
    passage = any(len(rows_of(cells[key])) > CELL_LINES for key in keys)
    end = None
    for key in keys:
        if end is not None:  # cells without text
            texts.extend("" for left in lefts if end - SNAP <= left < key[1] - SNAP)
        texts.append(cell_text(cells[key]))
        spanned = sum(key[1] + SNAP < left < key[3] - SNAP for left in near)
        if spanned and key is not keys[-1]:
            texts.extend([""] * spanned)
        end = key[3]
    return "\n".join(t for t in texts if t) if passage else "\t".join(texts)


def cell_text(segments: list[Segment]) -> str:
    """A cell's lines as one; a word divided at a line's end is joined."""
    text = ""
    for row in rows_of(segments):
        line = " ".join(s.text for s in row)
        if text[-1:] in ("-", "\u00ad", "\u0002", "\ufffe") and text[-2:-1].isalpha() and line[:1].islower():
            text = text[:-1] + line
        else:
            text = join_lines(text, line)
    return text
