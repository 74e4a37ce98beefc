"""What a field holds, and what of it and of what it draws a person reads: the two may be different texts."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Literal

import pypdfium2.raw as pdfium

from tsel_core.ingest.pdf.appearances import Appearance, appearance_stream
from tsel_core.ingest.pdf.structure import annotation_value, utf16
from tsel_core.lazy_pattern import lazy_pattern

CHECKED, EMPTY = "☒", "☐"
FRAME = 3  # shapes of an appearance without words that may be its ground and border
MAX_WORDS = 60  # characters of a field that a remark shows
_PASSWORD = 1 << 13  # flag of a text field
_CHECKS = (pdfium.FPDF_FORMFIELD_CHECKBOX, pdfium.FPDF_FORMFIELD_RADIOBUTTON)
_TEXTS = (pdfium.FPDF_FORMFIELD_TEXTFIELD, pdfium.FPDF_FORMFIELD_COMBOBOX, pdfium.FPDF_FORMFIELD_LISTBOX)
_STARS = lazy_pattern(r"[\s*•●·]*")
_NUMBER = lazy_pattern(r"-?\d+(?:\.\d+)?")


@dataclass(frozen=True, slots=True)
class Held:
    """What an annotation holds: `text` as it would be read, `others` are further names of the same value."""

    kind: Literal["text", "list", "check", "drawn"]
    text: str
    name: str = ""
    others: tuple[str, ...] = ()
    state: str = ""  # of a check box: the value that the field has, where it says so itself


@dataclass(frozen=True, slots=True)
class Read:
    """What is read, what nobody sees, and what there is to say about both."""

    text: str
    unseen: list[str] = field(default_factory=list)
    remark: str = ""


def held_by(note: Any, form: Any) -> Held:
    """What a field or a note of a page holds."""
    kind = pdfium.FPDFAnnot_GetSubtype(note)
    if kind == pdfium.FPDF_ANNOT_FREETEXT:
        return Held("text", annotation_value(note, b"Contents").strip())
    if kind != pdfium.FPDF_ANNOT_WIDGET:
        return Held("drawn", "")
    name = annotation_value(note, b"T").strip()
    if form is None:
        return _without_form(note, name)
    name = utf16(partial(pdfium.FPDFAnnot_GetFormFieldName, form, note)).strip() or name
    what = pdfium.FPDFAnnot_GetFormFieldType(form, note)
    if what in _CHECKS:
        is_checked = pdfium.FPDFAnnot_IsChecked(form, note)
        return Held("check", CHECKED if is_checked else EMPTY, name, state=annotation_value(note, b"V"))
    if what not in _TEXTS or pdfium.FPDFAnnot_GetFormFieldFlags(form, note) & _PASSWORD:
        return Held("drawn", "", name)
    chosen = tuple(_chosen(note, form)) if what != pdfium.FPDF_FORMFIELD_TEXTFIELD else ()
    if what == pdfium.FPDF_FORMFIELD_LISTBOX:
        return Held("list", ", ".join(chosen), name, chosen)
    return Held("text", utf16(partial(pdfium.FPDFAnnot_GetFormFieldValue, form, note)).strip(), name, chosen)


def may_say(note: Any) -> bool:
    """An annotation whose appearance may be read: of the marks of a reviewer only those that draw words."""
    if pdfium.FPDFAnnot_GetSubtype(note) in (pdfium.FPDF_ANNOT_WIDGET, pdfium.FPDF_ANNOT_FREETEXT):
        return True
    words = pdfium.FPDF_PAGEOBJ_TEXT, pdfium.FPDF_PAGEOBJ_FORM
    items = (pdfium.FPDFAnnot_GetObject(note, at) for at in range(min(200, pdfium.FPDFAnnot_GetObjectCount(note))))
    return any(pdfium.FPDFPageObj_GetType(item) in words for item in items)


def as_drawn(held: Held, drawn: Appearance | None, note: Any) -> Read:
    """What a person reads. What pdfium draws anew, as a viewer does where the file asks for it, is the value."""
    if held.kind == "check":
        return _check(held, drawn, note)
    if drawn is None or drawn.is_unmapped:
        return Read(held.text)
    if held.kind == "drawn":
        seen = "" if _STARS.fullmatch(drawn.seen) else drawn.seen
        return Read(seen, [drawn.unseen] if drawn.unseen else [])
    if appearance_stream(note) != drawn.stream:
        differs = bool(drawn.seen) and not _says(held, drawn.seen)
        return Read(held.text, remark=_remark(held, drawn.seen, "value") if differs else "")
    if drawn.seen and _says(held, drawn.seen):
        return Read(held.text, [drawn.unseen] if drawn.unseen else [])
    if drawn.seen:
        remark = "" if _is_same_number(held.text, drawn.seen) else _remark(held, drawn.seen, "drawn")
        return Read(drawn.seen, [drawn.unseen] if drawn.unseen else [], remark)
    if drawn.unseen or not (drawn.num_pictures or drawn.num_shapes > FRAME):
        return Read("", [words for words in dict.fromkeys((held.text, drawn.unseen)) if words])
    return Read(held.text, remark=_remark(held, "", "value") if held.text else "")


def _check(held: Held, drawn: Appearance | None, note: Any) -> Read:
    """The sign of a check box: its state decides what is drawn, unless that state draws the other one."""
    sign = held.text
    if drawn is not None and appearance_stream(note) == drawn.stream:
        more = drawn.num_all - max(0, drawn.num_other)
        if sign == CHECKED and (more <= 0 or (drawn.unseen and not drawn.seen)) and not drawn.seen:
            sign = EMPTY
        elif sign == EMPTY and (drawn.seen or (more > 0 and drawn.num_other > 0)):
            sign = CHECKED
    is_set = held.state not in ("", "Off")
    if sign != held.text or (held.state and is_set != (sign == CHECKED)):
        value = held.state if held.state and is_set != (sign == CHECKED) else held.text
        return Read(sign, remark=f'field "{_short(held.name)}" draws {sign} and holds "{_short(value)}"')
    return Read(sign)


def other_state(note: Any, form: Any) -> str:
    """The state in which a check box is not; "" for what is none."""
    if form is None:
        is_check, value = annotation_value(note, b"FT") == "Btn", ""
    else:
        is_check = pdfium.FPDFAnnot_GetFormFieldType(form, note) in _CHECKS
        value = utf16(partial(pdfium.FPDFAnnot_GetFormFieldExportValue, form, note)) if is_check else ""
    if not is_check:
        return ""
    return "Off" if annotation_value(note, b"AS") not in ("", "Off") else value or "Yes"


def _remark(held: Held, seen: str, read: Literal["drawn", "value"]) -> str:
    name = f'field "{_short(held.name)}"' if held.name else "a typed-in text"
    shown = f'draws "{_short(seen)}"' if seen else "draws a picture"
    value = f'holds "{_short(held.text)}"' if held.text else "holds nothing"
    return f"{name} {shown} and {value}" + (": its value was read" if read == "value" else "")


def _short(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= MAX_WORDS else words[:MAX_WORDS] + "…"


def _says(held: Held, seen: str) -> bool:
    """What is drawn is the value, or its other name; of a list, its lines are among those drawn."""
    if held.kind == "list":
        return all(_bare(name) in _bare(seen) for name in held.others) if held.others else not held.text
    return _bare(seen) in [_bare(name) for name in (held.text, *held.others)]


def _is_same_number(one: str, other: str) -> bool:
    """One number, written with and without groups of thousands, decimals or a unit."""
    units = [re.sub(r"[\d.,\s'’+-]", "", unicodedata.normalize("NFKC", text)) for text in (one, other)]
    if all(units) and units[0].casefold() != units[1].casefold():
        return False
    values = [_number(text) for text in (one, other)]
    return values[0] is not None and values[0] == values[1]


def _number(text: str) -> float | None:
    digits = re.sub(r"[^\d.,-]", "", unicodedata.normalize("NFKC", text)).strip(".,")
    if re.fullmatch(r"[^,]*,\d{1,2}", digits):  # a decimal comma
        digits = digits.replace(".", "").replace(",", ".")
    digits = digits.replace(",", "")
    return float(digits) if _NUMBER.fullmatch(digits) else None


def _bare(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())


def _chosen(note: Any, form: Any) -> list[str]:
    count = min(1000, max(0, pdfium.FPDFAnnot_GetOptionCount(form, note)))
    chosen = [index for index in range(count) if pdfium.FPDFAnnot_IsOptionSelected(form, note, index)]
    return [utf16(partial(pdfium.FPDFAnnot_GetOptionLabel, form, note, index)) for index in chosen]


def _without_form(note: Any, name: str) -> Held:
    """A field of a file that forgot to list its form."""
    if annotation_value(note, b"FT") == "Btn":
        sign = CHECKED if annotation_value(note, b"AS") not in ("", "Off") else EMPTY
        return Held("check", sign, name, state=annotation_value(note, b"V"))
    return Held("text", annotation_value(note, b"V").strip(), name)
