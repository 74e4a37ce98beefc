"""A table of extracted fields as CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from tsel_cli.render.figures import Figure, typed_value
from tsel_cli.render.person_words import place_words, table_word
from tsel_core.text.safe import guarded

if TYPE_CHECKING:
    from tsel_core.extract.extractor import Row
    from tsel_core.extract.fields import Field


def table_csv(rows: Sequence[Row], fields: Sequence[Field]) -> bytes:
    """A row a document: for each field its value, status, place and quote; UTF-8 with the mark that Excel looks for.

    An amount is a number, its currency in the column behind it.
    """
    held = io.StringIO()
    writer = csv.writer(held)
    head = [table_word("file")]
    more = [table_word(word) for word in ("status", "place", "quote")]
    for field in fields:
        unit = [table_word("currency")] if field.kind == "money" else []
        head += [field.name, *(f"{field.name}: {word}" for word in (*unit, *more))]
    writer.writerow([guarded(h) for h in head])
    for row in rows:
        cells: list[Any] = [row.document.path]
        for cell in row.cells:
            place = cell.places[0] if cell.places else None
            value = typed_value(cell)
            cells.append(value.number if isinstance(value, Figure) and value.unit != "%" else str(value))
            if cell.field.kind == "money":
                cells.append(value.currency if isinstance(value, Figure) else "")
            cells += [table_word(cell.status), *((place_words(place.label), place.quote) if place else ("", ""))]
        writer.writerow([guarded(c) for c in cells])
    return b"\xef\xbb\xbf" + held.getvalue().encode("utf-8")
