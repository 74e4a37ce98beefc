"""What a page draws, in its order: texts, borders, filled shapes and pictures, also those within forms."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pypdfium2.raw as pdfium

Box = tuple[float, float, float, float]  # left, bottom, right, top in the page's user space
Matrix = tuple[float, float, float, float, float, float]
MAX_OBJECTS = 30_000  # of a page that are looked at
MAX_DEPTH = 6  # of forms within forms
NO_MATRIX: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
MAX_CLIPS = 8  # of a text that are looked at
PRESSED = 10  # times as high as wide
LEAST_SHARE = 0.02  # of the page: smaller pictures are signs and logos
MAX_GLYPHS, SOME_GLYPHS = 300, 4  # of a font that are looked at, and that must draw something
FLAT = 3.0  # points: what is lower may be tiny text, or a full stop
WHITE = (255, 255, 255)
OPAQUE = 230  # of 255


@dataclass(slots=True)
class Words:
    """A text object: `number` is its place in the drawing order, `address` finds it again among a page's signs."""

    item: Any
    address: int
    box: Box
    number: int
    mode: int
    color: tuple[int, int, int]
    alpha: int
    size: float | None = None  # of the font in points, of flat texts only
    is_faint: bool = False  # stands in a form that is drawn with transparency
    is_cut: bool = False  # a clip path leaves a part of its box out
    may_be_blank: bool = False  # its font holds hardly a letter that draws something, or none that can be looked at


@dataclass(slots=True)
class Shape:
    """A filled area or a picture."""

    box: Box
    number: int
    color: tuple[int, int, int]
    is_opaque: bool
    is_picture: bool


@dataclass(slots=True)
class Drawn:
    """Objects of a page. `paths` are (object, matrix of the form it stands in) of what may be a border."""

    words: list[Words] = field(default_factory=list)
    shapes: list[Shape] = field(default_factory=list)
    paths: list[tuple[Any, Matrix]] = field(default_factory=list)
    is_whole: bool = True  # all objects were looked at

    def picture_share(self, page: Box) -> float:
        """Share of the page (0 to 1) that pictures cover, overlaps counted once at most."""
        area = max(1.0, (page[2] - page[0]) * (page[3] - page[1]))
        covered = sum(_area(_meet(s.box, page)) for s in self.shapes if s.is_picture)
        return min(1.0, covered / area)


    def num_pictures(self, page: Box) -> int:
        """How many pictures cover LEAST_SHARE of the page or more."""
        area = max(1.0, (page[2] - page[0]) * (page[3] - page[1]))
        return sum(s.is_picture and _area(_meet(s.box, page)) >= LEAST_SHARE * area for s in self.shapes)


def read_drawn(page: Any) -> Drawn:
    """The page's objects, up to MAX_OBJECTS."""
    found = Drawn()
    reader = _ObjectReader()
    for number, (item, matrix, is_faint) in enumerate(_items(page)):
        if number >= MAX_OBJECTS:
            found.is_whole = False
            break
        kind = pdfium.FPDFPageObj_GetType(item)
        if kind == pdfium.FPDF_PAGEOBJ_TEXT:
            words = reader.words(item, matrix, number)
            if words is not None:
                words.is_faint = is_faint
                found.words.append(words)
        elif kind == pdfium.FPDF_PAGEOBJ_PATH:
            found.paths.append((item, matrix))
            shape = reader.shape(item, matrix, number)
            if shape is not None:
                found.shapes.append(shape)
        elif kind in (pdfium.FPDF_PAGEOBJ_IMAGE, pdfium.FPDF_PAGEOBJ_SHADING):
            box, is_picture = reader.box(item, matrix), kind == pdfium.FPDF_PAGEOBJ_IMAGE
            if box is not None:
                found.shapes.append(Shape(box, number, (0, 0, 0) if is_picture else WHITE, True, is_picture))
    return found


def _items(page: Any) -> Iterator[tuple[Any, Matrix, bool]]:
    """Objects in drawing order, those of forms in the form's place; whether their form is transparent."""
    count = pdfium.FPDFPage_CountObjects(page)
    left = [MAX_OBJECTS]
    for index in range(min(count, MAX_OBJECTS + 1)):
        item = pdfium.FPDFPage_GetObject(page, index)
        if pdfium.FPDFPageObj_GetType(item) == pdfium.FPDF_PAGEOBJ_FORM:
            yield from _in_form(item, NO_MATRIX, False, 0, left)
        else:
            yield item, NO_MATRIX, False


def _in_form(
    form: Any, outer: Matrix, is_faint: bool, depth: int, left: list[int]
) -> Iterator[tuple[Any, Matrix, bool]]:
    """Objects of a form; `left[0]` is how many more, forms among them, are looked at."""
    own = pdfium.FS_MATRIX()
    if depth >= MAX_DEPTH or not pdfium.FPDFPageObj_GetMatrix(form, own):
        return
    matrix = _times((own.a, own.b, own.c, own.d, own.e, own.f), outer)
    is_faint = is_faint or bool(pdfium.FPDFPageObj_HasTransparency(form))
    for index in range(pdfium.FPDFFormObj_CountObjects(form)):
        left[0] -= 1
        if left[0] < 0:
            return
        item = pdfium.FPDFFormObj_GetObject(form, index)
        if pdfium.FPDFPageObj_GetType(item) == pdfium.FPDF_PAGEOBJ_FORM:
            yield from _in_form(item, matrix, is_faint, depth + 1, left)
        else:
            yield item, matrix, is_faint


class _ObjectReader:
    """Reads objects with buffers that are made once."""

    def __init__(self) -> None:
        self._edges = [ctypes.c_float() for _ in range(4)]
        self._color = [ctypes.c_uint() for _ in range(4)]
        self._size = ctypes.c_float()
        self._mode, self._stroke = ctypes.c_int(), ctypes.c_int()
        self._blank: dict[int, bool] = {}  # by the address of a font of the page

    def box(self, item: Any, matrix: Matrix) -> Box | None:
        left, bottom, right, top = self._edges
        if not pdfium.FPDFPageObj_GetBounds(item, left, bottom, right, top):
            return None
        box = left.value, bottom.value, right.value, top.value
        return box if matrix is NO_MATRIX else moved(box, matrix)

    def words(self, item: Any, matrix: Matrix, number: int) -> Words | None:
        box = self.box(item, matrix)
        if box is None:
            return None
        mode = pdfium.FPDFTextObj_GetTextRenderMode(item)
        color, alpha = self._filled(item)
        address = ctypes.addressof(item.contents)
        words = Words(item, address, box, number, mode, color, alpha)
        if min(box[3] - box[1], box[2] - box[0]) < FLAT:
            words.size = self._points(item, matrix)
        clip = pdfium.FPDFPageObj_GetClipPath(item)
        count = pdfium.FPDFClipPath_CountPaths(clip) if clip else 0
        words.may_be_blank = self._may_be_blank(item)
        words.is_cut = any(not self._is_within(clip, at, matrix, box) for at in range(min(count, MAX_CLIPS)))
        return words

    def _may_be_blank(self, item: Any) -> bool:
        font = pdfium.FPDFTextObj_GetFont(item)
        if not font:
            return False
        address = ctypes.addressof(font.contents)
        if address not in self._blank:
            self._blank[address] = pdfium.FPDFFont_GetIsEmbedded(font) == 1 and not _draws(font)
        return self._blank[address]

    def _is_within(self, clip: Any, at: int, matrix: Matrix, box: Box) -> bool:
        """A clip path is a rectangle that holds the box; of another shape nothing is known."""
        count = pdfium.FPDFClipPath_CountPathSegments(clip, at)
        if not 4 <= count <= 5:
            return bool(count <= 0)
        x, y = self._edges[0], self._edges[1]
        corners: list[tuple[float, float]] = []
        for number in range(4):
            pdfium.FPDFPathSegment_GetPoint(pdfium.FPDFClipPath_GetPathSegment(clip, at, number), x, y)
            corners.append((x.value, y.value))
        (ax, ay), (bx, by), (cx, cy), (dx, dy) = corners
        if (ax, by, cx, dy) != (bx, cy, dx, ay) and (ay, bx, cy, dx) != (by, cx, dy, ax):
            return False
        held = min(ax, cx), min(ay, cy), max(ax, cx), max(ay, cy)
        held = held if matrix is NO_MATRIX else moved(held, matrix)
        return held[0] <= box[0] + 1 and held[1] <= box[1] + 1 and held[2] >= box[2] - 1 and held[3] >= box[3] - 1

    def shape(self, item: Any, matrix: Matrix, number: int) -> Shape | None:
        """A filled path that is no line."""
        box = self.box(item, matrix)
        if box is None or min(box[2] - box[0], box[3] - box[1]) <= FLAT:
            return None
        if not pdfium.FPDFPath_GetDrawMode(item, self._mode, self._stroke) or not self._mode.value:
            return None
        color, alpha = self._filled(item)
        return Shape(box, number, color, alpha >= OPAQUE, False)

    def _filled(self, item: Any) -> tuple[tuple[int, int, int], int]:
        red, green, blue, alpha = self._color
        if not pdfium.FPDFPageObj_GetFillColor(item, red, green, blue, alpha):
            return (0, 0, 0), 255
        return (red.value, green.value, blue.value), alpha.value

    def _points(self, item: Any, matrix: Matrix) -> float | None:
        own = pdfium.FS_MATRIX()
        if not pdfium.FPDFTextObj_GetFontSize(item, self._size) or not pdfium.FPDFPageObj_GetMatrix(item, own):
            return None
        a, b, c, d, _, _ = _times((own.a, own.b, own.c, own.d, own.e, own.f), matrix)
        sides = (c * c + d * d) ** 0.5, (a * a + b * b) ** 0.5
        pressed = min(sides) * PRESSED < max(sides)  # letters without width (Tz), or without height
        return float(abs(self._size.value) * (min(sides) if pressed else max(sides)))


def _draws(font: Any) -> bool:
    """Some of a font's letters are drawn; those of fonts of drawings (Type 3, without a name) cannot be looked at."""
    if pdfium.FPDFFont_GetBaseFontName(font, None, 0) <= 1:
        return False
    num = 0
    for glyph in range(1, MAX_GLYPHS):
        path = pdfium.FPDFFont_GetGlyphPath(font, glyph, 12.0)
        num += bool(path) and pdfium.FPDFGlyphPath_CountGlyphSegments(path) > 0
        if num >= SOME_GLYPHS:
            return True
    return False


def moved(box: Box, matrix: Matrix) -> Box:
    """The box around a box that a matrix moved."""
    a, b, c, d, e, f = matrix
    xs = [a * x + c * y + e for x in (box[0], box[2]) for y in (box[1], box[3])]
    ys = [b * x + d * y + f for x in (box[0], box[2]) for y in (box[1], box[3])]
    return min(xs), min(ys), max(xs), max(ys)


def _times(first: Matrix, then: Matrix) -> Matrix:
    a, b, c, d, e, f = first
    p, q, r, s, t, u = then
    return a * p + b * r, a * q + b * s, c * p + d * r, c * q + d * s, e * p + f * r + t, e * q + f * s + u


def overlap(a: Box, b: Box) -> bool:
    """They share more than an edge."""
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def _meet(a: Box, b: Box) -> Box:
    return max(a[0], b[0]), max(a[1], b[1]), min(a[2], b[2]), min(a[3], b[3])


def _area(box: Box) -> float:
    return max(0.0, box[2] - box[0]) * max(0.0, box[3] - box[1])
