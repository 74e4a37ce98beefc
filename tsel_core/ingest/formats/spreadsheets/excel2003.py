"""Excel 2003 workbooks as XML (SpreadsheetML), which business systems still write and call .xls."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tsel_core.ingest.formats.table_text import SEPARATOR, put_rows
from tsel_core.ingest.formats.text_colours import WHITE, hex_colour, is_same_colour
from tsel_core.ingest.options import ReadOptions
from tsel_core.ingest.safety.safe_zip import parse_xml
from tsel_core.ingest.source import MAX_UNITS, Draft, OverLimit, Source

NAMESPACE = "urn:schemas-microsoft-com:office:spreadsheet"
_S = f"{{{NAMESPACE}}}"
_X = "{urn:schemas-microsoft-com:office:excel}"
MAX_COLUMNS = 16_384
MAX_SPAN = 100
TINY = 1.5  # points


def read_excel2003(source: Source, options: ReadOptions) -> Draft:
    """A row for each row of each sheet; what a sheet hides is kept apart."""
    draft = Draft("xls", "row")
    root = parse_xml(source.name, "workbook", source.data)
    unseen = _unseen_styles(root)
    for sheet in root.iter(f"{_S}Worksheet"):
        name = sheet.get(f"{_S}Name") or "sheet"
        visible = next((e.text or "" for e in sheet.iter(f"{_X}Visible")), "")
        gone = visible.strip() in ("SheetHidden", "SheetVeryHidden")
        for table in sheet.iterfind(f"{_S}Table"):
            _read_table(draft, name, table, gone, unseen, options)
    draft.warn_hidden(shown=options.hidden)
    return draft


def _unseen_styles(root: Any) -> frozenset[str]:
    """Styles whose letters have the colour of the ground or are tiny, or whose format shows nothing."""
    found: dict[str, dict[str, str]] = {}
    for style in root.iter(f"{_S}Style"):
        looks = dict(found.get(style.get(f"{_S}Parent") or "", {}))
        for element in style:
            kind = element.tag.rsplit("}", 1)[-1] if isinstance(element.tag, str) else ""
            looks |= {f"{kind} {key.rsplit('}', 1)[-1]}": value for key, value in element.attrib.items()}
        found[style.get(f"{_S}ID") or ""] = looks
    return frozenset(name for name, looks in found.items() if _is_unseen(looks))


def _is_unseen(looks: dict[str, str]) -> bool:
    if looks.get("NumberFormat Format", "").replace(" ", "") == ";;;":
        return True
    size = looks.get("Font Size", "")
    if size.replace(".", "", 1).isdigit() and float(size) <= TINY:
        return True
    pattern, ink = looks.get("Interior Pattern", "None"), hex_colour(looks.get("Font Color"))
    ground = WHITE if pattern == "None" else hex_colour(looks.get("Interior Color")) if pattern == "Solid" else None
    return ink is not None and ground is not None and is_same_colour(ink, ground)


def _read_table(
    draft: Draft, name: str, table: Any, gone: bool, hiding: frozenset[str], options: ReadOptions
) -> None:
    columns = _hidden_columns(table)
    rows: list[list[str]] = []
    unseen: list[tuple[int, str]] = []
    for number, row in _numbered(table, "Row"):
        if number > MAX_UNITS:
            raise OverLimit(f"{MAX_UNITS:,} rows")
        rows.extend([] for _ in range(number - 1 - len(rows)))
        all_hidden = gone or row.get(f"{_S}Hidden") == "1"
        seen, apart = [], []
        for text, at, style in _cells(row):
            hide = all_hidden or at in columns or (style or row.get(f"{_S}StyleID") or "") in hiding
            seen.append("" if hide else text)
            apart += [text] if hide and text else []
        rows.append(seen)
        if apart:
            unseen.append((number, SEPARATOR.join(apart)))
    put_rows(draft, rows, place=f"{name}, ")
    if gone:
        draft.add_hidden(f"sheet {name}", "\n".join(text for _, text in unseen), shown=options.hidden)
        return
    for number, text in unseen:
        draft.add_hidden(f"{name}, row {number}", text, shown=options.hidden)


def _numbered(parent: Any, kind: str) -> Iterator[tuple[int, Any]]:
    """(number, element) of rows or columns; ss:Index leaves some out."""
    at = 0
    for element in parent.iterfind(_S + kind):
        at = _int(element.get(f"{_S}Index"), at + 1)
        yield at, element
        at += _int(element.get(f"{_S}Span"), 0)


def _hidden_columns(table: Any) -> frozenset[int]:
    found: set[int] = set()
    for at, column in _numbered(table, "Column"):
        if column.get(f"{_S}Hidden") == "1":
            found.update(range(at, min(at + _int(column.get(f"{_S}Span"), 0), MAX_COLUMNS) + 1))
    return frozenset(found)


def _cells(row: Any) -> Iterator[tuple[str, int, str]]:
    """(text, column, style) of a row's cells; cells left out and merged ones are empty."""
    at = 0
    for cell in row.iterfind(f"{_S}Cell"):
        wanted = min(_int(cell.get(f"{_S}Index"), at + 1), MAX_COLUMNS)
        while at + 1 < wanted:
            at += 1
            yield "", at, ""
        at += 1
        data = cell.find(f"{_S}Data")
        kind = "" if data is None else data.get(f"{_S}Type") or ""
        text = "" if data is None else " ".join("".join(data.itertext()).split())
        yield _shown(text, kind), at, cell.get(f"{_S}StyleID") or ""
        for _ in range(min(_int(cell.get(f"{_S}MergeAcross"), 0), MAX_SPAN)):
            at += 1
            yield "", at, ""


def _shown(text: str, kind: str) -> str:
    if kind == "DateTime":
        day, _, time = text.partition("T")
        return day if time.startswith("00:00:00") else f"{day} {time[:8]}".strip()
    if kind == "Boolean":
        return "TRUE" if text == "1" else "FALSE"
    return text


def _int(text: str | None, default: int) -> int:
    return int(text) if text is not None and text.isdigit() and len(text) < 9 else default
