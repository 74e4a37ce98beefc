"""Filled forms: what a person sees in the fields and typed-in notes of a page, at its place; the data of XFA forms."""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pypdfium2.raw as pdfium

from tsel_core.ingest.pdf.appearances import UNSEEN_FLAGS, Appearance
from tsel_core.ingest.pdf.drawn import Box
from tsel_core.ingest.pdf.field_values import CHECKED, EMPTY, as_drawn, held_by, may_say, other_state
from tsel_core.ingest.pdf.layout.segments import Segment
from tsel_core.ingest.pdf.layout.upright import Upright

MAX_FIELDS = 20_000  # of a page
FONT_SIZE = 10.0  # points, where the field does not say
SIGN_WIDTH = 0.5  # of the font size


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a page: its text, its box in user space, whether it is shown.

    `remark`: what it draws and what it holds are two things.
    """

    text: str
    box: Box
    size: float
    is_shown: bool
    remark: str = ""


def page_fields(
    page: Any,
    form: Any,
    appearances: Callable[[dict[int, str]], dict[int, Appearance]],
    off: frozenset[int] = frozenset(),
) -> list[Field]:
    """What a person reads in the fields and notes of a page: as they are drawn, else as they hold it.

    `form` is pdfium's form environment, or None; `appearances` is called, with the other states of check
    boxes, where the file itself draws some field or note. `off`: those that stand on layers that are not shown.
    """
    found: list[Field] = []
    box, size = pdfium.FS_RECTF(), ctypes.c_float()
    drawn: dict[int, Appearance] | None = None
    for index in range(min(MAX_FIELDS, max(0, pdfium.FPDFPage_GetAnnotCount(page)))):
        note = pdfium.FPDFPage_GetAnnot(page, index)
        if not note:
            continue
        try:
            if not pdfium.FPDFAnnot_GetRect(note, box):
                continue
            edges = box.left, min(box.bottom, box.top), box.right, max(box.bottom, box.top)
            known = form is not None and pdfium.FPDFAnnot_GetFontSize(form, note, size) and size.value > 1
            high = size.value if known else FONT_SIZE
            held = held_by(note, form)
            if pdfium.FPDFAnnot_GetFlags(note) & UNSEEN_FLAGS or edges[2] <= edges[0] or edges[3] <= edges[1]:
                found += [Field(held.text, edges, high, is_shown=False)] if held.text else []
                continue
            if drawn is None and pdfium.FPDFAnnot_HasKey(note, b"AP") and may_say(note):
                drawn = appearances(_other_states(page, form))
            read = as_drawn(held, (drawn or {}).get(index), note)
            is_shown = index not in off
            found += [Field(read.text, edges, high, is_shown, read.remark if is_shown else "")] if read.text else []
            found += [Field(words, edges, high, is_shown=False) for words in read.unseen]
        finally:
            pdfium.FPDFPage_CloseAnnot(note)
    return found


def _other_states(page: Any, form: Any) -> dict[int, str]:
    found: dict[int, str] = {}
    for index in range(min(MAX_FIELDS, max(0, pdfium.FPDFPage_GetAnnotCount(page)))):
        note = pdfium.FPDFPage_GetAnnot(page, index)
        if note:
            state = other_state(note, form) if pdfium.FPDFAnnot_GetSubtype(note) == pdfium.FPDF_ANNOT_WIDGET else ""
            found.update({index: state} if state else {})
            pdfium.FPDFPage_CloseAnnot(note)
    return found


def field_segments(fields: list[Field], place: Upright) -> list[Segment]:
    """Lines of the fields that are shown, each at its field's place."""
    found: list[Segment] = []
    for field in fields:
        if not field.is_shown:
            continue
        x0, y0, x1, y1 = place.box(*field.box)
        lines = [line.strip() for line in field.text.replace("\r", "\n").split("\n") if line.strip()]
        tall = min(field.size, (y1 - y0) / len(lines))
        top = (y0 + y1 - tall) / 2 if len(lines) == 1 else y0
        for number, line in enumerate(lines):
            wide = min(x1 - x0, SIGN_WIDTH * tall * len(line)) if line not in (CHECKED, EMPTY) else 1.0
            at = top + number * (tall if len(lines) == 1 else (y1 - y0) / len(lines))
            found.append(Segment(line, x0, at, x0 + wide, at + tall))
    return found
