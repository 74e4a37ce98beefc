"""Tables of a Word file: a unit per row, cells divided by tabs, merged and nested cells resolved."""

from __future__ import annotations

from typing import Any

from tsel_core.ingest.formats.articles import shorten
from tsel_core.ingest.formats.table_text import SEPARATOR
from tsel_core.ingest.transcript.tables import table_turns
from tsel_core.ingest.word.blocks import Blocks
from tsel_core.ingest.word.line import Line
from tsel_core.ingest.word.package import W, is_on, local, val

WITHIN = "  "  # between the cells of a table in a cell: a tab would be one of the outer table's
LONG_ROW = 1500  # characters: a longer row is page layout, not a table row; its paragraphs become units
LONG_CELL = 5  # paragraphs of a cell, from which on it is page layout
NESTED = 30  # tables and content controls within a cell are followed so deep
ROWS_NESTED = 20  # the same around the rows of a table
REPEATED = 60  # a merged cell's value up to this long is repeated in each of its rows, so that a row tells itself
MAX_SPAN = 100  # columns of a merged cell

Row = tuple[str, list[str], tuple[str, ...], list[Line]]  # label, cells, headings, what hangs on it


def read_table(reader: Blocks, table: Any, depth: int) -> None:
    """Rows of a table as units."""
    reader.tables += 1
    number = reader.tables
    above: dict[int, str] = {}
    rows: list[Row] = []
    for index, row in enumerate(_rows(table, reader), 1):
        name = f"表{number} 行{index}" if reader.japanese else f"Table {number}, row {index}"
        path = reader.path()
        where = reader.articles.of_table() or (shorten(path[-1]) if path else "")
        name = f"{where}, {name}" if where else name
        cells = list(_cells(row, reader))
        if _is_layout(cells):
            _put_rows(reader, rows, depth)
            rows = []
            for _, cell in cells:
                reader.blocks(cell, depth + 1)
            continue
        texts: list[str] = []
        attached: list[Line] = []
        for column, cell in cells:
            text = _cell_text(reader, cell, attached, depth)
            if val(cell, "tcPr/vMerge") == "continue" or _continues(cell):
                text = text or above.get(column, "")
            elif cell.find(f"{W}tcPr/{W}vMerge") is not None:
                above[column] = text if len(text) <= REPEATED else ""
            span = _int(val(cell, "tcPr/gridSpan"), 1) if len(cells) > 1 else 1
            texts += [text, *[""] * min(span - 1, MAX_SPAN)]
        if is_on(row.find(W + "trPr"), "hidden"):
            reader.draft.add_hidden(name, " ".join(t for t in texts if t), shown=reader.options.hidden)
            continue
        if any(texts):
            rows.append((name, texts, path, attached))
        elif attached:
            rows.append(("", [], (), attached))
    _put_rows(reader, rows, depth)


def _put_rows(reader: Blocks, rows: list[Row], depth: int) -> None:
    """Rows as units, of a transcript as turns; what hangs on a row comes right after it."""
    spoken = table_turns([texts for _, texts, _, _ in rows])
    for at, (name, texts, path, attached) in enumerate(rows):
        turn = spoken.get(at)
        if turn is not None:
            label, speaker, start = turn
            reader.turns += 1
            reader.draft.add("turn", label or name, SEPARATOR.join(texts), speaker=speaker, start_s=start)
        elif texts:
            reader.draft.add("row", name, SEPARATOR.join(texts), heading_path=path)
        for line in attached:
            reader.attached(line, depth + 1)


def _rows(table: Any, reader: Blocks, depth: int = 0) -> list[Any]:
    """Rows of the table itself, content controls and tracked rows resolved."""
    rows: list[Any] = []
    for child in table:
        name = local(child)
        if name == "tr":
            inserted = child.find(f"{W}trPr/{W}ins") is not None
            deleted = child.find(f"{W}trPr/{W}del") is not None
            changes = reader.options.changes
            if (deleted and changes == "accept") or (inserted and changes == "reject"):
                continue
            rows.append(child)
        elif name in ("sdt", "sdtContent", "customXml", "ins", "moveTo"):
            if depth < ROWS_NESTED:
                rows.extend(_rows(child, reader, depth + 1))
            else:
                reader.left_out(ROWS_NESTED)
    return rows


def _cells(row: Any, reader: Blocks) -> list[tuple[int, Any]]:
    """(first grid column, cell) of a row, tracked cells resolved."""
    gone = {"accept": "cellDel", "reject": "cellIns", "show": ""}[reader.options.changes]
    found: list[tuple[int, Any]] = []
    column = _int(val(row, "trPr/gridBefore"), 0)
    stack = [(child, 0) for child in reversed(row)]
    while stack:
        child, level = stack.pop()
        name = local(child)
        if name == "tc":
            if gone and child.find(f"{W}tcPr/{W}{gone}") is not None:
                continue
            found.append((column, child))
            column += max(1, _int(val(child, "tcPr/gridSpan"), 1))
        elif name in ("sdt", "sdtContent", "customXml") and level < 20:
            stack.extend((inner, level + 1) for inner in reversed(child))
    return found


def _is_layout(cells: list[tuple[int, Any]]) -> bool:
    """A form whose cells hold whole passages is read cell by cell."""
    for _, cell in cells:
        paragraphs = sum(1 for p in cell.iterfind(W + "p") if next(p.iter(W + "t"), None) is not None)
        if paragraphs > LONG_CELL or (cell.find(W + "tbl") is not None and len(cells) == 1):
            return True
    return sum(len(t.text or "") for _, cell in cells for t in cell.iter(W + "t")) > LONG_ROW


def _cell_text(reader: Blocks, cell: Any, attached: list[Line], depth: int) -> str:
    parts: list[str] = []
    _gather(reader, cell, parts, attached, depth)
    return " ".join(parts)


def _gather(reader: Blocks, parent: Any, parts: list[str], attached: list[Line], depth: int) -> None:
    if depth > NESTED:
        reader.left_out(NESTED)
        return
    for child in parent:
        name = local(child)
        if name == "p":
            line = reader.inline.read(child)
            reader.collect(line)
            prefix = reader.numbering.number(child)[0] if line.text.strip() else ""
            text = " ".join(reader.draft.clean(line.text).split(" ")).replace("\n", " ").strip()
            if text:
                parts.append(prefix + text)
            if line.notes or line.boxes or line.comments or line.hidden or line.parts or line.shapes or line.objects:
                attached.append(line)
        elif name == "tbl":
            rows = []
            for row in _rows(child, reader):
                texts = [_cell_text(reader, cell, attached, depth + 1) for _, cell in _cells(row, reader)]
                if any(texts):
                    rows.append(WITHIN.join(texts))
            if rows:
                parts.append("(" + " ; ".join(rows) + ")")
        elif name in ("sdt", "sdtContent", "customXml", "ins", "moveTo", "smartTag"):
            _gather(reader, child, parts, attached, depth + 1)


def _continues(cell: Any) -> bool:
    merge = cell.find(f"{W}tcPr/{W}vMerge")
    return merge is not None and merge.get(W + "val") in (None, "continue")


def _int(text: str | None, default: int) -> int:
    return int(text) if text is not None and text.lstrip("-").isdigit() else default
