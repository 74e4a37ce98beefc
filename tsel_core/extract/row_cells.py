"""A found item that is a row of a table: the cell under the head of a column is its field, not what a model says."""

from __future__ import annotations

from collections.abc import Sequence

from tsel_core.document import Document, Unit
from tsel_core.extract.cell import Cell, Place, typed
from tsel_core.extract.fields import Field
from tsel_core.text.normalize import normalise
from tsel_core.text.values import extract_values

_BETWEEN = "\t"  # of the cells of a row, as readers write it
_ALIKE = (  # what tables call the same column
    {"item", "description", "product", "article", "position", "品名", "品目", "項目", "内容", "摘要"},
    {"quantity", "qty", "number of units", "数量", "個数"},
    {"unit price", "price", "rate", "単価"},
    {"amount", "total", "line total", "sum", "金額", "小計", "合計"},
    {"date", "日付", "年月日"},
    {"deadline", "due", "due date", "by when", "期限", "納期", "期日"},
    {"owner", "who", "responsible", "person responsible", "担当", "担当者"},
    {"no", "number", "line", "番号"},
)


def row_cell(field: Field, document: Document, unit_index: int, quote: str) -> Cell | None:
    """The field of a row, None where the unit is none or no column of its table is called so."""
    unit = document.units[unit_index]
    heads = _heads(document, unit_index)
    cells = _split(unit)
    at = _column(field.name, heads) if len(cells) == len(heads) else None
    if at is None:
        return None
    place, text = (Place(unit.label, quote),), cells[at]
    if not text:
        return Cell(field, "not stated", nearest=place)
    value = typed(field, text, [text])
    if value is None:
        return Cell(field, "unsure", text, None, place, reason=f"no {field.kind} in the answer")
    return Cell(field, "stated", text, value, place)


def _split(unit: Unit) -> list[str]:
    """The cells of a row; [] for another unit."""
    is_row = _BETWEEN in unit.text and "\n" not in unit.text
    return [" ".join(cell.split()) for cell in unit.text.split(_BETWEEN)] if is_row else []


def _heads(document: Document, unit_index: int) -> list[str]:
    """The first row of a unit's table, if it is above the unit and holds no values."""
    first: list[str] = []
    for unit in reversed(document.units[:unit_index]):
        if unit.is_furniture:
            continue  # between the pages of a table
        cells = _split(unit)
        if not cells:
            break
        first = cells
    named = [cell for cell in first if cell]
    return first if named and not any(extract_values(cell) for cell in named) else []


def _column(name: str, heads: Sequence[str]) -> int | None:
    """The one column that is called so: by the same words, by words for the same, or by a part of them."""
    wanted, called = _plain(name), [_plain(head) for head in heads]
    alike = next((group for group in _ALIKE if wanted in group), set())
    for found in (
        [at for at, head in enumerate(called) if head == wanted],
        [at for at, head in enumerate(called) if head in alike],
        [at for at, head in enumerate(called) if len(head) > 1 and (head in wanted or wanted in head)],
    ):
        if found:
            return found[0] if len(found) == 1 else None
    return None


def _plain(name: str) -> str:
    return normalise(name).strip(" .:#")
