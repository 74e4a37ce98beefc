"""PowerPoint and Excel files, through python-pptx and openpyxl."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from typing import Any

from tsel_core.errors import DocumentError
from tsel_core.ingest.formats.table_text import SEPARATOR, put_row
from tsel_core.ingest.options import ReadOptions
from tsel_core.ingest.safety.safe_zip import SafeZip, has_doctype
from tsel_core.ingest.source import Draft, Source

MAX_ROWS = 1_000_000
MAX_DEPTH = 20
_NO_VALUE = re.compile(rb"<f\b[^>]*(?:/>|>[^<]*</f>)\s*(?:<v\s*/>|<v></v>)?\s*</c>")


def read_office(source: Source, options: ReadOptions) -> Draft:
    """Slides or sheets. Raises DocumentError when the file is damaged or a bomb."""
    archive = check_size(source, options)
    source = replace(source, data=archive.one_of_each())
    draft = _read_slides(source) if source.kind == "pptx" else _read_sheets(source)
    if archive.copies:
        draft.warn(archive.copies_warning())
    return draft


def check_size(source: Source, options: ReadOptions) -> SafeZip:
    """Unpack every part once within the limits before a library does it without."""
    archive = SafeZip(source.name, source.data, options.max_unpacked_bytes)
    for name in archive.names():
        if name.endswith((".xml", ".rels")):
            data = archive.read(name) or b""
            if has_doctype(data):
                raise DocumentError(
                    f"{source.name}: the part {name} declares entities, which no Office file does",
                    "the file was made to do harm",
                )
    return archive


def _read_slides(source: Source) -> Draft:
    import pptx

    draft = Draft("pptx", "page")
    for number, slide in enumerate(pptx.Presentation(BytesIO(source.data)).slides, 1):
        lines: list[str] = []
        title = slide.shapes.title.text_frame.text if slide.shapes.title is not None else ""
        _shapes(slide.shapes, lines, 0)
        if slide.has_notes_slide and slide.notes_slide.notes_text_frame is not None:
            notes = slide.notes_slide.notes_text_frame.text.strip()
            if notes:
                lines.append(f"[notes: {notes}]")
        path = (" ".join(title.split()),) if title.strip() else ()
        draft.add("page", f"slide {number}", "\n".join(lines), page=number, heading_path=path)
    return draft


def _shapes(shapes: Any, lines: list[str], depth: int) -> None:
    """Texts of shapes from top to bottom, tables as rows, groups opened."""
    ordered = sorted(shapes, key=lambda s: (getattr(s, "top", 0) or 0, getattr(s, "left", 0) or 0))
    for shape in ordered:
        if hasattr(shape, "shapes") and depth < MAX_DEPTH:
            _shapes(shape.shapes, lines, depth + 1)
        elif getattr(shape, "has_table", False):
            for row in shape.table.rows:
                cells = [" ".join(cell.text.split()) for cell in row.cells]
                if any(cells):
                    lines.append(SEPARATOR.join(cells))
        elif getattr(shape, "has_chart", False):
            lines.extend(_chart(shape.chart))
        elif getattr(shape, "has_text_frame", False):
            text = shape.text_frame.text.replace("\x0b", "\n").strip()
            if text:
                lines.append(text)


def _chart(chart: Any) -> Iterator[str]:
    """A chart's title and its series as rows: the categories first."""
    if chart.has_title and chart.chart_title.has_text_frame:
        yield " ".join(chart.chart_title.text_frame.text.split())
    for number, plot in enumerate(chart.plots):
        if number == 0 and len(plot.categories):
            yield SEPARATOR.join(["", *(str(c) for c in plot.categories)])
        for series in plot.series:
            values = ("" if v is None else f"{v:.15g}" for v in series.values)
            yield SEPARATOR.join([str(series.name), *values])


def _read_sheets(source: Source) -> Draft:
    import openpyxl

    draft = Draft("xlsx", "row")
    book = openpyxl.load_workbook(BytesIO(source.data), read_only=True, data_only=True)
    total = 0
    for sheet in book.worksheets:
        hidden = getattr(sheet, "sheet_state", "visible") != "visible"
        if hidden:
            draft.warn(f"the hidden sheet {sheet.title} was read too")
        sheet.reset_dimensions()
        for number, row in enumerate(_rows(sheet), 1):
            total += 1
            if total > MAX_ROWS:
                raise DocumentError(f"{source.name}: more than {MAX_ROWS:,} rows", "split the file and read its parts")
            put_row(draft, f"{sheet.title}, row {number}", row)
    without = _formulas_without_value(source)
    if without:
        draft.warn(f"{without} formulas have no stored result, so their cells are empty; open and save it in Excel")
    return draft


def _formulas_without_value(source: Source) -> int:
    """Cells with a formula that no program has computed (a file written by a script)."""
    with zipfile.ZipFile(BytesIO(source.data)) as archive:
        sheets = [n for n in archive.namelist() if n.startswith("xl/worksheets/") and n.endswith(".xml")]
        return sum(len(_NO_VALUE.findall(archive.read(n))) for n in sheets)


def _rows(sheet: Any) -> Iterator[list[str]]:
    for row in sheet.iter_rows():
        yield ["" if cell.value is None else _shown(cell.value, cell.number_format) for cell in row]


def _shown(value: Any, form: str) -> str:
    """A cell as its number format shows it, as far as that changes its meaning: dates without a time, per cent."""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, int | float) and "%" in form:
        return f"{value * 100:.10g}%"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else f"{value:.15g}"
    if hasattr(value, "hour") and hasattr(value, "year"):
        midnight = (value.hour, value.minute, value.second) == (0, 0, 0)
        timed = "h" in form.lower().split(";")[0]
        return str(value.date().isoformat() if midnight and not timed else value.isoformat(sep=" "))
    return str(value)
