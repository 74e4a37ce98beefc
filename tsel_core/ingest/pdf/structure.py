"""What a PDF says about itself: page labels, outline, attachments, annotations."""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from functools import partial
from typing import Any

import pypdfium2.raw as pdfium

MAX_OUTLINE = 20_000
MAX_NOTES = 100_000  # of a page
MAX_FILES = 10_000  # attached; from 200 on they are named and not read
MAX_ATTACHED = 512 << 20  # bytes of all attached files
_TEXT_ANNOTATIONS = frozenset({1, 9, 10, 11, 12, 13, 14, 17})  # text, markups, stamp, caret, file


def utf16(call: Callable[[Any, int], int], limit: int = 1 << 20) -> str:
    """Text of a pdfium function that fills a buffer: asked for the size first."""
    size = call(None, 0)
    if size <= 2 or size > limit:
        return ""
    buffer = (ctypes.c_ushort * (size // 2 + 1))()
    call(buffer, size)
    return bytes(buffer)[: size - 2].decode("utf-16-le", "replace").replace("\x00", "")


def page_label(document: Any, index: int) -> str:
    """The label the file gives a page ("iv"), or ""."""
    return utf16(lambda b, n: pdfium.FPDF_GetPageLabel(document, index, b, n), 4096).strip()


def outline(document: Any) -> list[tuple[int, int, str]]:
    """(page index, level from 1, title) in the outline's order; cycles of a damaged file are broken."""
    found: list[tuple[int, int, str]] = []
    seen: set[int] = set()
    stack = [(pdfium.FPDFBookmark_GetFirstChild(document, None), 1)]
    while stack and len(found) < MAX_OUTLINE:
        mark, level = stack.pop()
        if not mark:
            continue
        address = ctypes.cast(mark, ctypes.c_void_p).value or 0
        if address in seen or level > 50:
            continue
        seen.add(address)
        title = " ".join(utf16(partial(pdfium.FPDFBookmark_GetTitle, mark), 65536).split())
        page = _target(document, mark)
        if title and page >= 0:
            found.append((page, level, title))
        stack.append((pdfium.FPDFBookmark_GetNextSibling(document, mark), level))
        stack.append((pdfium.FPDFBookmark_GetFirstChild(document, mark), level + 1))
    return found


def _target(document: Any, mark: Any) -> int:
    dest = pdfium.FPDFBookmark_GetDest(document, mark)
    if not dest:
        action = pdfium.FPDFBookmark_GetAction(mark)
        dest = pdfium.FPDFAction_GetDest(document, action) if action else None
    return pdfium.FPDFDest_GetDestPageIndex(document, dest) if dest else -1


def heading_paths(marks: list[tuple[int, int, str]], num_pages: int) -> list[tuple[str, ...]]:
    """For each page the headings that hold at its end: the last outline entry at or before it, with its parents."""
    starts: dict[int, list[tuple[int, str]]] = {}
    for page, level, title in sorted(marks, key=lambda m: m[0]):
        starts.setdefault(page, []).append((level, title))
    path: list[tuple[int, str]] = []
    found: list[tuple[str, ...]] = []
    names: tuple[str, ...] = ()
    for page in range(num_pages):
        for level, title in starts.get(page, ()):
            path = [*(p for p in path if p[0] < level), (level, title)]
            names = tuple(name for _, name in path)
        found.append(names)
    return found


def attachments(document: Any) -> list[tuple[str, bytes]]:
    """(name, bytes) of the files embedded in the document; no bytes where they cannot be had or are too many."""
    found: list[tuple[str, bytes]] = []
    left = MAX_ATTACHED
    for index in range(min(MAX_FILES, max(0, pdfium.FPDFDoc_GetAttachmentCount(document)))):
        item = pdfium.FPDFDoc_GetAttachment(document, index)
        name = utf16(partial(pdfium.FPDFAttachment_GetName, item), 65536) if item else ""
        size = ctypes.c_ulong()
        data = b""
        if item and pdfium.FPDFAttachment_GetFile(item, None, 0, size) and 0 < size.value <= left:
            buffer = ctypes.create_string_buffer(size.value)
            if pdfium.FPDFAttachment_GetFile(item, buffer, size.value, size):
                data, left = buffer.raw[: size.value], left - size.value
        found.append((name or f"attachment {index + 1}", data))
    return found


def page_notes(page: Any, off: frozenset[int] = frozenset()) -> list[str]:
    """Texts of notes on the page, as the file holds them; fields and typed-in text stand in the page's flow.

    `off`: the numbers of those that are not shown, and so are no notes.
    """
    found: list[str] = []
    for index in range(min(MAX_NOTES, max(0, pdfium.FPDFPage_GetAnnotCount(page)))):
        note = pdfium.FPDFPage_GetAnnot(page, index) if index not in off else None
        if not note:
            continue
        try:
            kind = pdfium.FPDFAnnot_GetSubtype(note)
            if kind in _TEXT_ANNOTATIONS:
                words = annotation_value(note, b"Contents").strip()
                who = annotation_value(note, b"T").strip()
                text = f"[note{' by ' + who if who else ''}: {words}]" if words else ""
            else:
                text = ""
        finally:
            pdfium.FPDFPage_CloseAnnot(note)
        if text:
            found.append(text)
    return found


def annotation_value(note: Any, key: bytes) -> str:
    """A text of an annotation's dictionary."""
    return utf16(lambda b, n: pdfium.FPDFAnnot_GetStringValue(note, key, b, n))
