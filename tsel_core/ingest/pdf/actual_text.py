"""Words that a PDF gives in the place of those it draws (ActualText), where they are other words.

They are meant for ligatures, hyphens and signs without a character; pdfium believes them, a reader sees what is drawn.
"""

from __future__ import annotations

import ctypes
import unicodedata
from collections.abc import Iterable
from typing import Any

import pypdfium2.raw as pdfium
from rapidfuzz.distance import Indel

from tsel_core.ingest.pdf.drawn import Words, read_drawn
from tsel_core.lazy_pattern import lazy_pattern

FEWEST = 4  # letters and digits: shorter ones are ligatures and signs
ALIKE = 0.6  # of drawn and given words that may be one text
MAX_GIVEN = 2000  # objects of a page that are looked at
_DIGITS = lazy_pattern(r"\d+")


def gives_words(words: Iterable[Words]) -> bool:
    """Some text of the page is given in words of more than a few letters."""
    return any(len(_bare(_given(w.item)[0])) >= FEWEST for w in words)


def take_off(page: Any) -> list[str]:
    """Given words that are others than those drawn. The marks of all are taken off: the page now reads as drawn."""
    groups: dict[str, list[Any]] = {}
    for words in read_drawn(page).words[:MAX_GIVEN]:
        given, mark = _given(words.item)
        if mark is not None:
            groups.setdefault(given, []).append(words.item)
            pdfium.FPDFPageObj_RemoveMark(words.item, mark)
    textpage = pdfium.FPDFText_LoadPage(page)
    if not textpage:
        return []
    try:
        return [given for given, items in groups.items() if _differ("".join(_drawn(i, textpage) for i in items), given)]
    finally:
        pdfium.FPDFText_ClosePage(textpage)


def _given(item: Any) -> tuple[str, Any]:
    """(words, mark that gives them) of a text object; ("", None) for most."""
    size = ctypes.c_ulong()
    for index in range(pdfium.FPDFPageObj_CountMarks(item)):
        mark = pdfium.FPDFPageObj_GetMark(item, index)
        if not pdfium.FPDFPageObjMark_GetParamBlobValue(mark, b"ActualText", None, 0, size) or not size.value:
            continue
        buffer = (ctypes.c_ubyte * size.value)()
        if pdfium.FPDFPageObjMark_GetParamBlobValue(mark, b"ActualText", buffer, size.value, size):
            return _text_string(bytes(buffer)), mark
    return "", None


def _text_string(data: bytes) -> str:
    """A text string of a PDF: UTF-16 or UTF-8 with their marks, else one byte a sign."""
    for mark, codec in ((b"\xfe\xff", "utf-16-be"), (b"\xff\xfe", "utf-16-le"), (b"\xef\xbb\xbf", "utf-8")):
        if data.startswith(mark):
            return data[len(mark) :].decode(codec, "replace")
    return data.decode("latin-1")


def _drawn(item: Any, textpage: Any) -> str:
    size = pdfium.FPDFTextObj_GetText(item, textpage, None, 0)
    if size < 2:
        return ""
    buffer = (ctypes.c_ushort * (size // 2))()
    pdfium.FPDFTextObj_GetText(item, textpage, buffer, size)
    return bytes(buffer).decode("utf-16-le", "replace").rstrip("\0")


def _differ(drawn: str, given: str) -> bool:
    """They are two texts. A font that does not say its characters, or says wrong ones, is what given words are for."""
    if any(unicodedata.category(sign) in ("Co", "Cc", "Cn") or sign == "\ufffd" for sign in drawn.strip()):
        return False
    one, other = _bare(drawn), _bare(given)
    if len(other) < FEWEST or (one and (one.replace(other, "") == "" or other.replace(one, "") == "")):
        return False
    digits = _DIGITS.findall(one), _DIGITS.findall(other)
    if not digits[0] and not digits[1] and [*map(len, drawn.split())] == [*map(len, given.split())]:
        return False  # letter by letter
    return digits[0] != digits[1] or Indel.normalized_similarity(one, other) < ALIKE


def _bare(text: str) -> str:
    """Letters and digits alone, in one form."""
    return "".join(c for c in unicodedata.normalize("NFKC", text).casefold() if c.isalnum())
