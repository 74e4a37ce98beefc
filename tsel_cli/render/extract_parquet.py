"""A table of extracted fields as Parquet: a row a document, typed values beside status, place and quote."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from io import BytesIO
from typing import TYPE_CHECKING, Any

from tsel_core.errors import UsageError
from tsel_core.installing import adding
from tsel_core.lazy_pattern import lazy_pattern

if TYPE_CHECKING:
    from tsel_core.extract.cell import Cell
    from tsel_core.extract.extractor import Row
    from tsel_core.extract.fields import Field

_DAY = lazy_pattern(r"\d{4}-\d\d-\d\d")


def check_parquet() -> None:
    """Raise UsageError without the package that writes it."""
    try:
        import pyarrow  # noqa: F401
    except ImportError as error:
        raise UsageError("--out FILE.parquet needs pyarrow", f"{adding('pyarrow')}, or write .csv or .xlsx") from error


def table_parquet(rows: Sequence[Row], fields: Sequence[Field]) -> bytes:
    """The bytes of the file: columns "file", "sha256", and of each field the value, its status, place, quote, words.

    A value is a number, a date, true or false, a list of texts or a text ("620 EUR"); null where nothing is stated or
    the value is of no such form ("2027" for a date): then the words hold it.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    kinds = {"number": pa.float64(), "date": pa.date32(), "yesno": pa.bool_(), "list": pa.list_(pa.string())}
    columns: dict[str, Any] = {
        "file": pa.array([_text(r.document.path) for r in rows], pa.string()),
        "sha256": pa.array([r.document.sha256 for r in rows], pa.string()),
    }
    for at, field in enumerate(fields):
        cells = [row.cells[at] for row in rows]
        places = [c.places[0] if c.places else None for c in cells]
        values = [_value(c) for c in cells]
        told = {
            "": pa.array(values, kinds.get(field.kind, pa.string())),
            ": status": pa.array([c.status for c in cells], pa.string()),
            ": place": pa.array([_text(p.label) if p else None for p in places], pa.string()),
            ": quote": pa.array([_text(p.quote) if p else None for p in places], pa.string()),
            ": words": pa.array([_text(c.text) for c in cells], pa.string()),
        }
        columns |= {_free(field.name + ending, columns): array for ending, array in told.items()}
    held = BytesIO()
    pq.write_table(pa.table(columns), held)
    return held.getvalue()


def _free(name: str, columns: dict[str, Any]) -> str:
    """A column's name; a field called as another column gets a mark."""
    while name in columns:
        name += "_"
    return name


def _value(cell: Cell) -> Any:
    value, kind = cell.value, cell.field.kind
    if cell.status == "not stated" or value is None:
        return None
    if kind == "date":
        return date.fromisoformat(value) if _DAY.fullmatch(str(value)) else None
    if kind == "number":
        return float(value)
    if kind == "list":
        return [_text(v) for v in value]
    return value if kind == "yesno" else _text(" ".join(str(value).split()))


def _text(text: str) -> str:
    """Text that UTF-8 can hold: the name of a file may have bytes that are none."""
    return text.encode("utf-8", "replace").decode("utf-8")
