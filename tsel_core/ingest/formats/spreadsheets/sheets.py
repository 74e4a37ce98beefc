"""Excel workbooks through openpyxl: rows as shown, what is hidden apart, notes and drawn text."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from io import BytesIO
from typing import Any

from tsel_core.errors import DocumentError
from tsel_core.ingest.formats.spreadsheets.number_formats import shown_number
from tsel_core.ingest.formats.table_text import SEPARATOR, put_rows
from tsel_core.ingest.formats.text_colours import WHITE, Colour, hex_colour, is_same_colour
from tsel_core.ingest.options import ReadOptions
from tsel_core.ingest.safety.safe_zip import SafeZip, parse_xml
from tsel_core.ingest.source import MAX_CHARS, MAX_UNITS, Draft, OverLimit, Source

MAX_COLUMNS = 16_384
_NO_VALUE = re.compile(rb"<f\b[^>]*(?:/>|>[^<]*</f>)\s*(?:<v\s*/>|<v></v>)?\s*</c>")
_GONE = rb"\b(?:hidden=\"(?:1|true)\"|ht=\"0(?:\.0*)?\"|width=\"0(?:\.0*)?\")"
_ROW = re.compile(rb"<(?:\w+:)?row\b([^>]*" + _GONE + rb"[^>]*)>")
_COLUMN = re.compile(rb"<(?:\w+:)?col\b([^>]*" + _GONE + rb"[^>]*?)/?>")
_NUMBER = {name: re.compile(rb"\b" + name + rb'="(\d+)"') for name in (b"r", b"min", b"max")}
_WHITE_INDEXES = (1, 9, 65)
_WHITE_THEME = 0  # the theme's first colour is its background's


def read_sheets(source: Source, options: ReadOptions, archive: SafeZip) -> Draft:
    """A row for each row of each sheet."""
    import openpyxl

    draft = Draft("xlsx", "row")
    book = openpyxl.load_workbook(BytesIO(source.data), read_only=True, data_only=True)
    parts = _parts(source.name, archive)
    looks: dict[int, bool] = {}
    total = without = 0
    for sheet in book.worksheets:
        data = archive.read(parts.get(sheet.title, "")) or b""
        without += len(_NO_VALUE.findall(data))
        rows, columns = _hidden(data)
        if sheet.sheet_state != "visible":
            rows = None
        sheet.reset_dimensions()
        table: list[list[str]] = []
        unseen: list[tuple[int, str]] = []
        for number, cells in enumerate(sheet.iter_rows(), 1):
            seen, apart = _split(cells, rows is None or number in rows, columns, looks)
            total += bool(apart) or any(seen)
            if total > MAX_UNITS:
                raise DocumentError(f"{source.name}: more than {MAX_UNITS:,} rows", "split the file and read its parts")
            table.append(seen if any(seen) else [])
            if apart:
                unseen.append((number, apart))
        put_rows(draft, table, place=f"{sheet.title}, ")
        _put_unseen(draft, sheet.title, rows is None, unseen, options)
    if without:
        draft.warn(f"{without} formulas have no stored result, so their cells are empty; open and save it in Excel")
    _beside(draft, source.name, archive, options)
    return draft


def _split(cells: Any, all_hidden: bool, columns: frozenset[int], looks: dict[int, bool]) -> tuple[list[str], str]:
    """A row's cells as shown, and the text of those that no reader sees."""
    seen: list[str] = []
    unseen: list[str] = []
    for at, cell in enumerate(cells, 1):
        text = "" if cell.value is None else _shown(cell.value, cell.number_format)
        if text and (all_hidden or at in columns or _is_unseen(cell, looks)):
            unseen.append(text)
            text = ""
        seen.append(text)
    return seen, SEPARATOR.join(unseen)


def _put_unseen(draft: Draft, title: str, whole: bool, unseen: list[tuple[int, str]], options: ReadOptions) -> None:
    """A hidden sheet as one piece, hidden rows and cells by row."""
    if sum(len(text) for _, text in unseen) > MAX_CHARS:
        raise OverLimit(f"{MAX_CHARS:,} characters of text")
    if whole:
        draft.add_hidden(f"sheet {title}", "\n".join(text for _, text in unseen), shown=options.hidden)
        return
    for number, text in unseen:
        draft.add_hidden(f"{title}, row {number}", text, shown=options.hidden)


def _is_unseen(cell: Any, looks: dict[int, bool]) -> bool:
    """Letters in the colour of the ground, letters of a point, or a number format that shows nothing."""
    style = getattr(cell, "_style_id", 0)
    if style not in looks:
        looks[style] = cell.number_format.replace(" ", "") == ";;;" or _is_white(cell.font, cell.fill)
    return looks[style]


def _is_white(font: Any, fill: Any) -> bool:
    if font is not None and font.sz is not None and font.sz <= 1.5:
        return True
    ink = None if font is None else _colour(font.color)
    filled = fill is not None and fill.fill_type not in (None, "none")
    if filled and fill.fill_type != "solid":  # hatched: uncertain, so seen
        return False
    ground = _colour(fill.fgColor) if filled else WHITE
    return ink is not None and ground is not None and is_same_colour(ink, ground)


def _colour(colour: Any) -> Colour | None:
    """A colour in numbers; None where it is not known (themes beside white, the palette of old files)."""
    if colour is None:
        return None
    if colour.type == "theme":
        return WHITE if colour.theme == _WHITE_THEME and not colour.tint else None
    if colour.type == "indexed":
        return WHITE if colour.indexed in _WHITE_INDEXES else None
    return hex_colour(str(colour.rgb)[-6:]) if colour.type == "rgb" else None


def _hidden(data: bytes) -> tuple[set[int] | None, frozenset[int]]:
    """Numbers of the rows and columns that a sheet hides."""
    rows = {int(m[1]) for row in _ROW.finditer(data) if (m := _NUMBER[b"r"].search(row[1]))}
    columns: set[int] = set()
    for column in _COLUMN.finditer(data):
        first, last = _NUMBER[b"min"].search(column[1]), _NUMBER[b"max"].search(column[1])
        if first and last:
            columns.update(range(int(first[1]), min(int(last[1]), MAX_COLUMNS) + 1))
    return rows, frozenset(columns)


def _parts(name: str, archive: SafeZip) -> dict[str, str]:
    """Part of each sheet by its title."""
    book, links = archive.read("xl/workbook.xml"), archive.read("xl/_rels/workbook.xml.rels")
    if book is None or links is None:
        return {}
    targets = {e.get("Id"): e.get("Target") or "" for e in parse_xml(name, "workbook.xml.rels", links)}
    found: dict[str, str] = {}
    for element in parse_xml(name, "workbook.xml", book).iter():
        if _local(element) == "sheet":
            relation = next((v for k, v in element.attrib.items() if k.endswith("}id")), "")
            target = targets.get(relation, "")
            found[element.get("name") or ""] = posixpath.normpath(posixpath.join("xl", target)).lstrip("/")
            if target.startswith("/"):
                found[element.get("name") or ""] = target.lstrip("/")
    return found


def _beside(draft: Draft, name: str, archive: SafeZip, options: ReadOptions) -> None:
    """Notes on cells, and words of drawn shapes."""
    notes = 0
    for part in sorted(archive.names()):
        if re.fullmatch(r"xl/(?:comments/)?comments?\d*\.xml", part):
            for place, text in _notes(name, part, archive):
                notes += 1
                draft.add("comment", f"note on {place}", f"[comment: {text}]", in_flow=options.comments)
        elif re.fullmatch(r"xl/drawings/drawing\d*\.xml", part):
            root = parse_xml(name, part, archive.read(part) or b"<none/>")
            for shape in (e for e in root.iter() if _local(e) == "sp"):
                words = " ".join(" ".join(e.text or "" for e in shape.iter() if _local(e) == "t").split())
                if words:
                    draft.add("other", "drawn text", words)
            for _ in (e for e in root.iter() if _local(e) == "pic"):
                draft.count_out("picture")
    if notes and not options.comments:
        draft.leave_unasked("comment", notes)


def _notes(name: str, part: str, archive: SafeZip) -> Iterator[tuple[str, str]]:
    root = parse_xml(name, part, archive.read(part) or b"<none/>")
    for element in (e for e in root.iter() if _local(e) == "comment"):
        text = " ".join("".join(e.text or "" for e in element.iter() if _local(e) == "t").split())
        if text:
            yield element.get("ref") or "a cell", text


def _shown(value: Any, form: str) -> str:
    """A cell as its number format shows it, as far as its format is a plain one; dates in the order of ISO 8601."""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, int | float) and form != "General":
        shown = shown_number(value, form)
        if shown is not None:
            return shown
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else f"{value:.15g}"
    if hasattr(value, "hour") and hasattr(value, "year"):
        midnight = (value.hour, value.minute, value.second) == (0, 0, 0)
        timed = "h" in form.lower().split(";")[0]
        return str(value.date().isoformat() if midnight and not timed else value.isoformat(sep=" "))
    return str(value)


def _local(element: Any) -> str:
    return element.tag.rsplit("}", 1)[-1] if isinstance(element.tag, str) else ""
