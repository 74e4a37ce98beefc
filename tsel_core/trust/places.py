"""Places of a document as the JSON tells of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypedDict

from tsel_core.document import Document, SourceSpan, file_name


class PlaceJson(TypedDict):
    """Words of a document and where they stand."""

    file: str
    label: str
    quote: str
    doc_index: int
    unit_index: int


class SpanJson(PlaceJson):
    """Characters [start, end) of a unit."""

    start: int
    end: int


def span_json(documents: Sequence[Document], span: SourceSpan) -> SpanJson:
    """The words of a span, their label, and the span."""
    document = documents[span.doc_index]
    unit = document.units[span.unit_index]
    return {
        "file": file_name(document),
        "label": unit.label_at(span.start),
        "quote": unit.text[span.start : span.end],
        "doc_index": span.doc_index,
        "unit_index": span.unit_index,
        "start": span.start,
        "end": span.end,
    }


def names_place(text: str, documents: Sequence[Document]) -> bool:
    """Whether words are nothing but a file's name and a place of it: "nda.pdf, p. 2, Clause 6.1:"."""
    words = text.strip()
    if words[-1:] != ":":
        return False
    for document in documents:
        name, _, label = words[:-1].partition(f"{file_name(document)}, ")
        if not name and any(unit.label_at(0) == label or unit.label == label for unit in document.units):
            return True
    return False
