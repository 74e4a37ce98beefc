"""Which of a page's signs no reader can see: found by signs of doubt, settled by rendering the page without them."""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any, Literal

import pypdfium2.raw as pdfium

from tsel_core.ingest.pdf.drawn import MAX_OBJECTS, Box, Drawn, Words, overlap
from tsel_core.ingest.pdf.rendering import render

if TYPE_CHECKING:
    import numpy as np

Why = Literal["hidden", "covered", "ocr"]
MAX_SIGNS = 200_000  # of a page that are looked at one by one
MAX_PAIRS = 400_000  # of texts and shapes that are compared
TINY = 1.0  # points
LIGHT = 200  # of 255: every channel at least
FAINT_ALPHA = 40  # of 255
NEAR_COLOR = 48  # of 255, in every channel
SEEN = 18  # of 255: a smaller difference from the ground is not seen
INK = 30  # of 255: between the lightest and the darkest pixel where a picture shows a sign
PICTURE_SHARE = 0.5  # of the page: from here on invisible text over it is the picture's own
MAX_ANNOTATIONS = 2000
FEWEST = 3  # signs of a text object that are hidden while others of it are seen
_COVERS = frozenset({4, 5, 6, 7, 12, 13, 15, 28})  # line, square, circle, polygon, stamp, caret, ink, redact
_INVISIBLE = (3, 7)  # render modes
_DOUBTFUL_MODES = (1, 3, 5, 7)  # also outlines alone, whose colour is another


@dataclass(slots=True)
class Run:
    """Signs [start, end) of a page's text that cannot be seen, or only as a picture ("ocr")."""

    start: int
    end: int
    why: Why


def find_hidden(page: Any, textpage: Any, text: str, drawn: Drawn, shown: Box, *, has_layers: bool) -> list[Run]:
    """Runs of signs that cannot be seen. `shown`: the part of user space that is; `has_layers`: some layers are."""
    doubtful = _doubtful(page, drawn, shown, has_layers)
    if not doubtful or len(text) > MAX_SIGNS:
        return []
    signs = _signs_of(textpage, text, doubtful)
    if not signs:
        return []
    pictures = [s.box for s in drawn.shapes if s.is_picture]
    is_scan = drawn.picture_share(shown) >= PICTURE_SHARE
    look = _Look(page, shown, [w for _, w, _ in signs])
    covers = [(c, MAX_OBJECTS) for c in _annotation_boxes(page)] + [(s.box, s.number) for s in drawn.shapes]
    kinds: list[Why | None] = [None] * len(text)
    for index, words, box in signs:
        why = look.verdict(words, box, pictures if is_scan else [])
        if why == "hidden" and words.mode not in _INVISIBLE and words.alpha >= FAINT_ALPHA:
            middle = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
            if any(number > words.number and _holds(cover, *middle) for cover, number in covers):
                why = "covered"
        kinds[index] = why
    _keep_words(signs, kinds)
    _fill_spaces(text, kinds)
    return _runs(kinds)


def _doubtful(page: Any, drawn: Drawn, shown: Box, has_layers: bool) -> dict[int, Words]:
    """Text objects that may be invisible, by their address."""
    covers = _annotation_boxes(page)
    left, bottom, right, top = shown
    found: dict[int, Words] = {}
    shapes = drawn.shapes if len(drawn.shapes) * len(drawn.words) <= MAX_PAIRS else []
    for words in drawn.words:
        box = words.box
        if (
            has_layers
            or words.mode in _DOUBTFUL_MODES
            or words.alpha < FAINT_ALPHA
            or min(words.color) >= LIGHT
            or words.is_faint
            or words.is_cut
            or words.may_be_blank
            or (words.size is not None and words.size < TINY)
            or box[0] < left - 1
            or box[1] < bottom - 1
            or box[2] > right + 1
            or box[3] > top + 1
            or any(overlap(box, c) for c in covers)
            or any(overlap(box, s.box) and (s.number > words.number or _near(s.color, words.color)) for s in shapes)
        ):
            found[words.address] = words
    return found


def _holds(box: Box, x: float, y: float) -> bool:
    return box[0] <= x <= box[2] and box[1] <= y <= box[3]


def _near(a: tuple[int, int, int], b: tuple[int, int, int]) -> bool:
    return all(abs(x - y) <= NEAR_COLOR for x, y in zip(a, b, strict=True))


def _annotation_boxes(page: Any) -> list[Box]:
    """Annotations that may cover text."""
    found: list[Box] = []
    box = pdfium.FS_RECTF()
    for index in range(min(MAX_ANNOTATIONS, max(0, pdfium.FPDFPage_GetAnnotCount(page)))):
        note = pdfium.FPDFPage_GetAnnot(page, index)
        if not note:
            continue
        if pdfium.FPDFAnnot_GetSubtype(note) in _COVERS and pdfium.FPDFAnnot_GetRect(note, box):
            found.append((box.left, min(box.bottom, box.top), box.right, max(box.bottom, box.top)))
        pdfium.FPDFPage_CloseAnnot(note)
    return found


def _signs_of(textpage: Any, text: str, doubtful: dict[int, Words]) -> list[tuple[int, Words, Box]]:
    """(index, text object, box) of the signs of doubtful text objects."""
    left, right, bottom, top = (ctypes.c_double() for _ in range(4))
    found = []
    for index, char in enumerate(text):
        if char.isspace():
            continue
        item = pdfium.FPDFText_GetTextObject(textpage, index)
        words = doubtful.get(ctypes.cast(item, ctypes.c_void_p).value or 0) if item else None
        if words is None or not pdfium.FPDFText_GetCharBox(textpage, index, left, right, bottom, top):
            continue
        found.append((index, words, (left.value, bottom.value, right.value, top.value)))
    return found


def _keep_words(signs: list[tuple[int, Words, Box]], kinds: list[Why | None]) -> None:
    """A word of a text object of which a sign is seen is seen: it runs over an edge, or its font lacks a glyph.

    So is a word of one or two signs among others of its text object.
    """
    seen = {words.address for index, words, _ in signs if kinds[index] is None}
    for _, group in groupby(enumerate(signs), key=lambda s: (s[1][1].address, s[1][0] - s[0])):
        word = [index for _, (index, words, _) in group if words.address in seen]
        hidden = [index for index in word if kinds[index] == "hidden"]
        if len(hidden) < len(word) or 0 < len(hidden) < FEWEST:
            for index in hidden:
                kinds[index] = None


def _fill_spaces(text: str, kinds: list[Why | None]) -> None:
    """A space between two hidden signs is hidden with them."""
    last: Why | None = None
    start = -1
    for index, char in enumerate(text):
        if not char.isspace() and char != "\ufffe":
            if start >= 0 and last is not None and kinds[index] == last:
                kinds[start:index] = [last] * (index - start)
            last, start = kinds[index], -1
        elif start < 0:
            start = index


def _runs(kinds: list[Why | None]) -> list[Run]:
    found: list[Run] = []
    for index, why in enumerate(kinds):
        if why is None:
            continue
        if found and found[-1].end == index and found[-1].why == why:
            found[-1].end = index + 1
        else:
            found.append(Run(index, index + 1, why))
    return found


class _Look:
    """The page as it is shown, and as it is shown without the doubtful texts."""

    def __init__(self, page: Any, shown: Box, doubtful: list[Words]) -> None:
        self._shown = shown
        self._with: np.ndarray | None = None
        self._without: np.ndarray | None = None
        self._to_pixels: Callable[[Box], tuple[int, int, int, int]] = lambda box: (0, 0, 0, 0)
        drawn = {w.address: w for w in doubtful if w.mode not in _INVISIBLE}
        self._render(page, list(drawn.values()))

    def _render(self, page: Any, doubtful: list[Words]) -> None:
        picture = render(page)
        if picture is None:
            return
        self._with, self._to_pixels = picture
        self._without = self._with
        if not doubtful:
            return
        for words in doubtful:
            pdfium.FPDFPageObj_SetIsActive(words.item, False)
        without = render(page)
        for words in doubtful:
            pdfium.FPDFPageObj_SetIsActive(words.item, True)
        self._without = None if without is None else without[0]

    def verdict(self, words: Words, box: Box, pictures: list[Box]) -> Why | None:
        """Why a sign cannot be seen, or None when it can."""
        if words.size is not None and words.size < TINY:
            return "hidden"
        x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
        if not _holds(self._shown, x, y):
            return "hidden"
        if words.mode not in _INVISIBLE and words.alpha > 0 and self._is_seen(box):
            return None
        is_layer = words.mode in _INVISIBLE or min(words.color) < LIGHT
        if is_layer and any(_holds(p, x, y) for p in pictures) and self._has_ink(box):
            return "ocr"
        return "hidden"

    def _is_seen(self, box: Box) -> bool:
        if self._with is None or self._without is None:
            return True
        x0, y0, x1, y1 = self._to_pixels(box)
        first, second = self._with[y0:y1, x0:x1], self._without[y0:y1, x0:x1]
        if first.size == 0:
            return False
        return bool(abs(first.astype("int16") - second.astype("int16")).max() > SEEN)

    def _has_ink(self, box: Box) -> bool:
        if self._with is None:
            return True
        x0, y0, x1, y1 = self._to_pixels(box)
        part = self._with[y0:y1, x0:x1]
        return part.size > 0 and int(part.max()) - int(part.min()) >= INK
