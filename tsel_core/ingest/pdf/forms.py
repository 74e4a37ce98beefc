"""Filled forms: what a person sees in the fields and typed-in notes of a page, at its place; the data of XFA forms."""

from __future__ import annotations

import ctypes
from dataclasses import dataclass
from functools import partial
from typing import Any

import pypdfium2.raw as pdfium

from tsel_core.ingest.pdf.layout.segments import Segment
from tsel_core.ingest.pdf.layout.upright import Upright
from tsel_core.ingest.pdf.structure import annotation_value, utf16

MAX_FIELDS = 20_000  # of a page
FONT_SIZE = 10.0  # points, where the field does not say
SIGN_WIDTH = 0.5  # of the font size
CHECKED, EMPTY = "☒", "☐"
_UNSEEN = 2 | 32  # flags of an annotation: hidden, not for the screen
_PASSWORD = 1 << 13  # flag of a text field
_CHECKS = (pdfium.FPDF_FORMFIELD_CHECKBOX, pdfium.FPDF_FORMFIELD_RADIOBUTTON)
_TEXTS = (pdfium.FPDF_FORMFIELD_TEXTFIELD, pdfium.FPDF_FORMFIELD_COMBOBOX, pdfium.FPDF_FORMFIELD_LISTBOX)


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a page: its text, its box in user space, whether it is shown."""

    text: str
    box: tuple[float, float, float, float]
    size: float
    is_shown: bool


def page_fields(page: Any, form: Any) -> list[Field]:
    """Filled fields and typed notes of a page. `form` is pdfium's form environment, or None."""
    found: list[Field] = []
    box, size = pdfium.FS_RECTF(), ctypes.c_float()
    for index in range(min(MAX_FIELDS, max(0, pdfium.FPDFPage_GetAnnotCount(page)))):
        note = pdfium.FPDFPage_GetAnnot(page, index)
        if not note:
            continue
        try:
            text = _text(note, form)
            if not text or not pdfium.FPDFAnnot_GetRect(note, box):
                continue
            known = form is not None and pdfium.FPDFAnnot_GetFontSize(form, note, size) and size.value > 1
            edges = box.left, min(box.bottom, box.top), box.right, max(box.bottom, box.top)
            is_shown = not pdfium.FPDFAnnot_GetFlags(note) & _UNSEEN and edges[2] > edges[0] and edges[3] > edges[1]
            found.append(Field(text, edges, size.value if known else FONT_SIZE, is_shown))
        finally:
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


def _text(note: Any, form: Any) -> str:
    kind = pdfium.FPDFAnnot_GetSubtype(note)
    if kind == pdfium.FPDF_ANNOT_FREETEXT:
        return annotation_value(note, b"Contents").strip()
    if kind != pdfium.FPDF_ANNOT_WIDGET:
        return ""
    if form is None:
        return _without_form(note)
    field = pdfium.FPDFAnnot_GetFormFieldType(form, note)
    if field in _CHECKS:
        return CHECKED if pdfium.FPDFAnnot_IsChecked(form, note) else EMPTY
    if field not in _TEXTS or pdfium.FPDFAnnot_GetFormFieldFlags(form, note) & _PASSWORD:
        return ""
    if field == pdfium.FPDF_FORMFIELD_LISTBOX:
        return ", ".join(_chosen(note, form))
    return utf16(partial(pdfium.FPDFAnnot_GetFormFieldValue, form, note)).strip()


def _chosen(note: Any, form: Any) -> list[str]:
    count = min(1000, max(0, pdfium.FPDFAnnot_GetOptionCount(form, note)))
    chosen = [index for index in range(count) if pdfium.FPDFAnnot_IsOptionSelected(form, note, index)]
    return [utf16(partial(pdfium.FPDFAnnot_GetOptionLabel, form, note, index)) for index in chosen]


def _without_form(note: Any) -> str:
    """A field of a file that forgot to list its form."""
    if annotation_value(note, b"FT") == "Btn":
        return CHECKED if annotation_value(note, b"AS") not in ("", "Off") else EMPTY
    return annotation_value(note, b"V").strip()
