"""Lines drawn on a page: the borders of tables."""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import pypdfium2.raw as pdfium

from tsel_core.ingest.pdf.drawn import NO_MATRIX, Matrix, moved

Box = tuple[float, float, float, float]
MAX_PATHS = 4000  # of a page that are looked at
MAX_POINTS = 400  # of a path
MAX_RULES = 600  # in each direction: more is a drawing
THIN = 3.0  # points: a border is no thicker
SHORT = 5.0  # points: what is shorter is no border
OPEN = 3  # borders down that end at one height
SNAP = 2.0  # points between two borders that are one


@dataclass(slots=True)
class Rules:
    """Borders on the page as shown: `across` as (y, x0, x1), `down` as (x, y0, y1), ascending, pieces joined."""

    across: list[tuple[float, float, float]] = field(default_factory=list)
    down: list[tuple[float, float, float]] = field(default_factory=list)

    def cuts(self, box: Box) -> list[float]:
        """x of the borders that run down through a line of text."""
        middle = (box[1] + box[3]) / 2
        return [x for x, y0, y1 in self.down if box[0] + 1 < x < box[2] - 1 and y0 <= middle <= y1]


def read_rules(paths: Sequence[tuple[Any, Matrix]], place: Callable[[float, float, float, float], Box]) -> Rules:
    """Borders among the paths of a page. `place` turns a box of the page's user space into one of the page as shown."""
    across: list[tuple[float, float, float]] = []
    down: list[tuple[float, float, float]] = []
    for item, matrix in paths[:MAX_PATHS]:
        for x0, y0, x1, y1 in (place(*box) for box in _lines(item, matrix)):
            if y1 - y0 <= THIN and x1 - x0 >= SHORT:
                across.append(((y0 + y1) / 2, x0, x1))
            elif x1 - x0 <= THIN and y1 - y0 >= SHORT:
                down.append(((x0 + x1) / 2, y0, y1))
        if len(across) > 20 * MAX_RULES or len(down) > 20 * MAX_RULES:
            return Rules()
    down = _joined(down)
    rules = Rules(_joined(across + _open_ends(down)), down)
    return rules if max(len(rules.across), len(rules.down)) <= MAX_RULES else Rules()


def _open_ends(down: list[tuple[float, float, float]]) -> list[tuple[float, float, float]]:
    """Where three borders or more end at one height: a row that a page's end divides has no border there."""
    found: list[tuple[float, float, float]] = []
    for end in (1, 2):
        ends: dict[int, list[tuple[float, float, float]]] = {}
        for line in down:
            ends.setdefault(round(line[end] / SNAP), []).append(line)
        for lines in ends.values():
            if len(lines) >= OPEN:
                found.append((lines[0][end], lines[0][0], lines[-1][0]))
    return found


def _lines(item: Any, matrix: Matrix) -> Iterator[Box]:
    """Boxes (left, bottom, right, top) of a path's straight lines; a thin box is one, a wide one its four sides."""
    edges = [ctypes.c_float() for _ in range(4)]
    if not pdfium.FPDFPageObj_GetBounds(item, *edges):
        return
    x0, y0, x1, y1 = edges[0].value, edges[1].value, edges[2].value, edges[3].value
    if matrix is not NO_MATRIX:
        x0, y0, x1, y1 = moved((x0, y0, x1, y1), matrix)
    count = pdfium.FPDFPath_CountSegments(item)
    if min(x1 - x0, y1 - y0) <= THIN:
        yield x0, y0, x1, y1
    elif count <= 5:
        yield from ((x0, y0, x1, y0), (x0, y1, x1, y1), (x0, y0, x0, y1), (x1, y0, x1, y1))
    elif count <= MAX_POINTS:
        pieces = _pieces(item, count)
        yield from pieces if matrix is NO_MATRIX else (moved(piece, matrix) for piece in pieces)


def _pieces(item: Any, count: int) -> Iterator[Box]:
    matrix = pdfium.FS_MATRIX()
    if not pdfium.FPDFPageObj_GetMatrix(item, matrix):
        return
    x, y = ctypes.c_float(), ctypes.c_float()
    last: tuple[float, float] | None = None
    start: tuple[float, float] | None = None
    for index in range(count):
        piece = pdfium.FPDFPath_GetPathSegment(item, index)
        pdfium.FPDFPathSegment_GetPoint(piece, x, y)
        a = matrix.a * x.value + matrix.c * y.value + matrix.e
        b = matrix.b * x.value + matrix.d * y.value + matrix.f
        kind = pdfium.FPDFPathSegment_GetType(piece)
        if kind == pdfium.FPDF_SEGMENT_MOVETO:
            start = a, b
        elif kind == pdfium.FPDF_SEGMENT_LINETO and last is not None:
            yield min(a, last[0]), min(b, last[1]), max(a, last[0]), max(b, last[1])
        last = a, b
        if start is not None and pdfium.FPDFPathSegment_GetClose(piece):
            yield min(a, start[0]), min(b, start[1]), max(a, start[0]), max(b, start[1])


def _joined(lines: list[tuple[float, float, float]]) -> list[tuple[float, float, float]]:
    """Lines at one place (within SNAP) get the same place; those that touch become one."""
    lines.sort()
    snapped: list[tuple[float, float, float]] = []
    at = -1e9
    for place, low, high in lines:
        at = place if place - at > SNAP else at
        snapped.append((at, low, high))
    snapped.sort()
    found: list[tuple[float, float, float]] = []
    for place, low, high in snapped:
        if found and found[-1][0] == place and low <= found[-1][2] + THIN:
            found[-1] = (place, found[-1][1], max(high, found[-1][2]))
        else:
            found.append((place, low, high))
    return found
