"""What the fields and notes of a page draw: read in a second copy of the file, where they are made part of the page."""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pypdfium2.raw as pdfium

from tsel_core.ingest.pdf.drawn import Box, Words, read_drawn
from tsel_core.ingest.pdf.layout.upright import Upright
from tsel_core.ingest.pdf.structure import annotation_value, utf16
from tsel_core.ingest.pdf.visibility import find_hidden

UNSEEN_FLAGS = 2 | 32  # of an annotation: hidden, not for the screen
MAX_DRAWN = 2000  # annotations of a page whose appearance is looked at
MAX_OBJECTS = 400  # of an appearance
MAX_DEPTH = 4  # of forms in it
_SPACE = 0.2  # of the letters' height: a wider gap between two pieces of a line is a space
_POPUP = 16


@dataclass(slots=True)
class Appearance:
    """What an annotation draws: its words, those of them that cannot be seen, and how many other things."""

    box: Box
    stream: str
    num_texts: int
    num_shapes: int
    num_pictures: int
    seen: str = ""
    unseen: str = ""
    is_unmapped: bool = False  # its font does not say which characters these are
    num_other: int = -1  # things that a check box draws in its other state; -1: no check box

    @property
    def num_all(self) -> int:
        """Everything it draws."""
        return self.num_texts + self.num_shapes + self.num_pictures


@dataclass
class Appearances:
    """The annotations of a document as its file draws them. `reopen` opens the file once more, when that is needed."""

    reopen: Callable[[], Any]
    has_layers: bool = False  # some layers of the document may be off
    find_off: Callable[[], dict[int, frozenset[int]]] = dict  # by page, annotations that stand on layers that are
    _copy: Any = field(default=None)
    _read: dict[int, dict[int, Appearance]] = field(default_factory=dict)
    _off: dict[int, frozenset[int]] | None = field(default=None)

    def off(self, index: int) -> frozenset[int]:
        """Numbers of the page's annotations that nobody sees, since their layer is switched off."""
        if self._off is None:
            self._off = self.find_off() if self.has_layers else {}
        return self._off.get(index, frozenset())

    def of_page(self, index: int, others: dict[int, str]) -> dict[int, Appearance]:
        """By the number of the annotation, of those that have an appearance and are not hidden.

        `others`: of check boxes, the state in which they are not.
        """
        if index not in self._read:  # what was made part of a page is no annotation any more
            self._read[index] = self._of_page(index, others)
        return self._read[index]

    def _of_page(self, index: int, others: dict[int, str]) -> dict[int, Appearance]:
        self._copy = self._copy or self.reopen()
        page = self._copy[index]
        try:
            found = dict(_listed(page, others))
            if not any(a.num_texts for a in found.values()):
                return found
            pdfium.FPDFPage_Flatten(page, pdfium.FLAT_NORMALDISPLAY)
        finally:
            page.close()
        page = self._copy[index]
        try:
            _read_words(page, list(found.values()), has_layers=self.has_layers)
        finally:
            page.close()
        return found


def appearance_stream(note: Any) -> str:
    """The commands that draw an annotation, as the document has them now."""
    return utf16(lambda b, n: pdfium.FPDFAnnot_GetAP(note, pdfium.FPDF_ANNOT_APPEARANCEMODE_NORMAL, b, n))


def _listed(page: Any, others: dict[int, str]) -> Iterator[tuple[int, Appearance]]:
    """The appearances, their words not read yet."""
    box = pdfium.FS_RECTF()
    for index in range(min(MAX_DRAWN, max(0, pdfium.FPDFPage_GetAnnotCount(page)))):
        note = pdfium.FPDFPage_GetAnnot(page, index)
        if not note:
            continue
        try:
            if pdfium.FPDFAnnot_GetSubtype(note) == _POPUP or pdfium.FPDFAnnot_GetFlags(note) & UNSEEN_FLAGS:
                continue
            if not pdfium.FPDFAnnot_HasKey(note, b"AP") or not pdfium.FPDFAnnot_GetRect(note, box):
                continue
            edges = box.left, min(box.bottom, box.top), box.right, max(box.bottom, box.top)
            kinds = _drawn(note)
            texts, shapes = kinds.count(pdfium.FPDF_PAGEOBJ_TEXT), kinds.count(pdfium.FPDF_PAGEOBJ_PATH)
            found = Appearance(edges, appearance_stream(note), texts, shapes, len(kinds) - texts - shapes)
            if index in others:
                found.num_other = _in_state(page, index, others[index])
            yield index, found
        finally:
            pdfium.FPDFPage_CloseAnnot(note)


def _in_state(page: Any, index: int, state: str) -> int:
    """How many things a check box draws in another state; it is left as it was."""
    note = pdfium.FPDFPage_GetAnnot(page, index)  # anew: the first one remembers what it draws
    own = annotation_value(note, b"AS")
    try:
        _set(note, state)
        return len(_drawn(note))
    finally:
        _set(note, own)
        pdfium.FPDFPage_CloseAnnot(note)


def _set(note: Any, state: str) -> None:
    wide = (state + "\0").encode("utf-16-le")
    pdfium.FPDFAnnot_SetStringValue(note, b"AS", (ctypes.c_ushort * (len(wide) // 2)).from_buffer_copy(wide))


def _drawn(note: Any) -> list[int]:
    """Kinds of what an annotation draws."""
    count = min(MAX_OBJECTS, max(0, pdfium.FPDFAnnot_GetObjectCount(note)))
    return [kind for at in range(count) for kind in _kinds(pdfium.FPDFAnnot_GetObject(note, at))]


def _kinds(item: Any, depth: int = 0) -> Iterator[int]:
    """Kinds of an object, or of those of a form."""
    kind = pdfium.FPDFPageObj_GetType(item)
    if kind != pdfium.FPDF_PAGEOBJ_FORM:
        yield kind
    elif depth < MAX_DEPTH:
        for at in range(min(MAX_OBJECTS, max(0, pdfium.FPDFFormObj_CountObjects(item)))):
            yield from _kinds(pdfium.FPDFFormObj_GetObject(item, at), depth + 1)


def _texts(form: Any, depth: int = 0) -> Iterator[int]:
    """Addresses of the text objects of a form."""
    for at in range(min(MAX_OBJECTS, max(0, pdfium.FPDFFormObj_CountObjects(form)))):
        item = pdfium.FPDFFormObj_GetObject(form, at)
        kind = pdfium.FPDFPageObj_GetType(item)
        if kind == pdfium.FPDF_PAGEOBJ_TEXT:
            yield ctypes.addressof(item.contents)
        elif kind == pdfium.FPDF_PAGEOBJ_FORM and depth < MAX_DEPTH:
            yield from _texts(item, depth + 1)


def _read_words(page: Any, appearances: list[Appearance], *, has_layers: bool) -> None:
    """The words of the appearances, which have become the last object of the page."""
    last = pdfium.FPDFPage_GetObject(page, max(0, pdfium.FPDFPage_CountObjects(page) - 1))
    textpage = pdfium.FPDFText_LoadPage(page)
    if not last or not textpage or pdfium.FPDFPageObj_GetType(last) != pdfium.FPDF_PAGEOBJ_FORM:
        return
    try:
        drawn = read_drawn(page)
        known = {words.address: words for words in drawn.words}
        count = max(0, pdfium.FPDFText_CountChars(textpage))
        signs = [_sign(textpage, at) for at in range(count)]
        place = Upright(page)
        edges = place.left, place.bottom, place.right, place.top
        runs = find_hidden(page, textpage, "".join(signs), drawn, edges, has_layers=has_layers)
        hidden = {at for run in runs if run.why != "ocr" for at in range(run.start, run.end)}
        spans = _spans(textpage, count)
        waiting = [a for a in appearances if a.num_texts]
        for at in range(max(0, pdfium.FPDFFormObj_CountObjects(last))):
            form = pdfium.FPDFFormObj_GetObject(last, at)
            is_form = pdfium.FPDFPageObj_GetType(form) == pdfium.FPDF_PAGEOBJ_FORM
            items = [known[i] for i in _texts(form) if i in known] if is_form else []
            one = next((a for a in waiting if items and _is_at(a.box, items[0].box)), None)
            if one is None:
                continue
            waiting.remove(one)
            one.seen = _joined(items, spans, signs, lambda sign: sign not in hidden)
            one.unseen = _joined(items, spans, signs, lambda sign: sign in hidden)
            own = [sign for item in items for sign in spans.get(item.address, ())]
            one.is_unmapped = any(pdfium.FPDFText_HasUnicodeMapError(textpage, sign) == 1 for sign in own)
    finally:
        pdfium.FPDFText_ClosePage(textpage)


def _sign(textpage: Any, at: int) -> str:
    code = pdfium.FPDFText_GetUnicode(textpage, at)
    return chr(code) if 0 < code <= 0x10FFFF else "\ufffd"


def _spans(textpage: Any, count: int) -> dict[int, list[int]]:
    """By the address of a text object, the places of its signs."""
    found: dict[int, list[int]] = {}
    for at in range(count):
        item = pdfium.FPDFText_GetTextObject(textpage, at)
        if item:
            found.setdefault(ctypes.addressof(item.contents), []).append(at)
    return found


def _is_at(box: Box, inner: Box) -> bool:
    x, y = (inner[0] + inner[2]) / 2, (inner[1] + inner[3]) / 2
    return box[0] - 1 <= x <= box[2] + 1 and box[1] - 1 <= y <= box[3] + 1


def _joined(
    items: list[Words], spans: dict[int, list[int]], signs: list[str], wanted: Callable[[int], bool]
) -> str:
    """Text of the objects: a space where they stand apart, a line feed where the next one stands lower."""
    text, last = "", None
    for item in items:
        own = "".join(signs[at] for at in spans.get(item.address, ()) if wanted(at)).strip("\r\n")
        if not own.strip():
            continue
        if last is not None:
            high = max(1.0, item.box[3] - item.box[1], last[3] - last[1])
            if abs(item.box[1] - last[1]) > high / 2 or item.box[2] < last[0]:
                text += "\n"
            elif item.box[0] - last[2] > _SPACE * high:
                text += " "
        text, last = text + own, item.box
    return text.strip().encode("utf-16", "surrogatepass").decode("utf-16", "replace")
