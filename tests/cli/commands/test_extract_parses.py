"""Whatever a model writes, the table parses and each value is of its field's kind: no grammar has to bound the writing."""

from __future__ import annotations

import csv
import io
import json
import re
from types import SimpleNamespace
from typing import Any, cast

from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from tsel_cli.render.extract_csv import table_csv
from tsel_cli.render.extract_xlsx import table_xlsx
from tsel_core.answer import Answer
from tsel_core.document import Document, Unit
from tsel_core.extract.cell import cell_of
from tsel_core.extract.extractor import Row
from tsel_core.extract.fields import KINDS, Field

FIELDS = tuple(Field(kind, kind, choices=("red", "green") if kind == "choice" else ()) for kind in KINDS)  # type: ignore[arg-type]
DOCUMENT = Document("a.txt", "0" * 64, "txt", "line", (Unit(0, "line", "line 1", "x"),))
OF_KIND = {
    "text": lambda v: isinstance(v, str) and v,
    "number": lambda v: isinstance(v, int | float) and not isinstance(v, bool),
    "money": lambda v: re.fullmatch(r"-?[\d.]+ \S+", v),
    "date": lambda v: isinstance(v, str) and re.search(r"\d", v),
    "percent": lambda v: re.fullmatch(r"-?[\d.]+%", v),
    "duration": lambda v: re.fullmatch(r"[\d.]+ [a-z]+", v),
    "yesno": lambda v: isinstance(v, bool),
    "choice": lambda v: v in ("red", "green"),
    "list": lambda v: bool(v) and all(isinstance(i, str) and i for i in v),
}
PIECES = ["Yes. ", "No", "はい", "EUR 1,950.00", "5%", "31 December 2026", "令和8年12月31日", "eighteen months", "42", "\n- ", "; ", "、", "red", "green", '{"a": [', '"', "'", "=1+1", "[1]", "\x00", "\x1b[31m", "\ufffe", "\u202e", "😀", "<b>", ",", "\r\n", "\t", "||"]  # fmt: skip
WORDS = st.lists(st.sampled_from(PIECES) | st.text(max_size=6), max_size=7).map("".join)


@st.composite
def answers(draw: st.DrawFn) -> Answer:
    quotes = draw(st.lists(WORDS, max_size=2))
    found = SimpleNamespace(
        text=draw(WORDS),
        found=draw(st.integers(0, 3)) > 0,
        extra={"claims": [{"verdict": draw(st.sampled_from(["supported", "unsure", "contradicted"]))}], "nearest": [{"label": draw(WORDS), "quote": draw(WORDS)}]},
        citations=[SimpleNamespace(label=draw(WORDS), quote=q) for q in quotes],
    )
    return cast("Answer", found)


@settings(max_examples=10, deadline=None)
@given(st.lists(answers(), min_size=len(FIELDS), max_size=len(FIELDS)))
def test_a_row_of_any_answers_parses(made: list[Answer]) -> None:
    row = Row(DOCUMENT, tuple(cell_of(f, a) for f, a in zip(FIELDS, made, strict=True)), 10)
    for cell in row.cells:
        assert cell.status in ("stated", "unsure", "not stated")
        assert cell.value is None or OF_KIND[cell.field.kind](cell.value), (cell.field.kind, cell.value)
        assert cell.status != "stated" or (cell.value is not None and cell.places)
    told: dict[str, Any] = json.loads(json.dumps(row.as_json(), ensure_ascii=False).encode())
    assert Row.from_json(DOCUMENT, FIELDS, told) == row
    head, line = csv.reader(io.StringIO(table_csv([row], FIELDS).decode("utf-8-sig"), newline=""))
    assert len(head) == len(line) == 1 + 4 * len(FIELDS) + sum(f.kind == "money" for f in FIELDS)
    book = load_workbook(io.BytesIO(table_xlsx([row], FIELDS)))
    assert [c.value for c in book["Table"][1]][1:] == list(KINDS)
    assert not any(c.data_type == "f" for sheet in book for cells in sheet for c in cells)
