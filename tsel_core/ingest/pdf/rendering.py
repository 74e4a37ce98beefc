"""A page as pixels, within a time limit, and where its user space lies among them."""

from __future__ import annotations

import ctypes
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pypdfium2.raw as pdfium

from tsel_core.ingest.pdf.drawn import Box

if TYPE_CHECKING:
    import numpy as np

SCALE = 2.0  # pixels a point
MAX_PIXELS = 6_000_000  # of a rendered page
RENDER_SECONDS = 10.0  # of a page; what is not rendered by then counts as it is drawn


def render(
    page: Any, scale: float = SCALE
) -> tuple[np.ndarray, Callable[[Box], tuple[int, int, int, int]]] | None:
    """(pixels [height, width, 3] uint8, user space to pixels), annotations drawn; None when it takes too long.

    `scale`: pixels a point, fewer where the page would have too many.
    """
    import numpy as np

    width, height = pdfium.FPDF_GetPageWidthF(page), pdfium.FPDF_GetPageHeightF(page)
    scale = min(scale, (MAX_PIXELS / max(1.0, width * height)) ** 0.5)
    wide, high = max(1, round(width * scale)), max(1, round(height * scale))
    bitmap = pdfium.FPDFBitmap_CreateEx(wide, high, pdfium.FPDFBitmap_BGR, None, 0)
    if not bitmap:
        return None
    try:
        pdfium.FPDFBitmap_FillRect(bitmap, 0, 0, wide, high, 0xFFFFFFFF)
        if not _render_within(page, bitmap, wide, high):
            return None
        stride = pdfium.FPDFBitmap_GetStride(bitmap)
        raw = ctypes.string_at(pdfium.FPDFBitmap_GetBuffer(bitmap), stride * high)
    finally:
        pdfium.FPDFBitmap_Destroy(bitmap)
    pixels = np.frombuffer(raw, np.uint8).reshape(high, stride)[:, : 3 * wide].reshape(high, wide, 3)[:, :, ::-1]
    return pixels, _pixel_map(page, wide, high)


def _render_within(page: Any, bitmap: Any, wide: int, high: int) -> bool:
    """Whether the page was drawn within RENDER_SECONDS."""
    end = time.monotonic() + RENDER_SECONDS
    pause = pdfium.IFSDK_PAUSE(version=1, user=None)
    kind = dict(pdfium.IFSDK_PAUSE._fields_)["NeedToPauseNow"]
    pause.NeedToPauseNow = kind(lambda this: int(time.monotonic() > end))
    state = pdfium.FPDF_RenderPageBitmap_Start(bitmap, page, 0, 0, wide, high, 0, pdfium.FPDF_ANNOT, pause)
    pdfium.FPDF_RenderPage_Close(page)
    return bool(state == pdfium.FPDF_RENDER_DONE)


def _pixel_map(page: Any, wide: int, high: int) -> Callable[[Box], tuple[int, int, int, int]]:
    x, y = ctypes.c_int(), ctypes.c_int()
    corners = []
    for at in ((0.0, 0.0), (1000.0, 0.0), (0.0, 1000.0)):
        pdfium.FPDF_PageToDevice(page, 0, 0, 8 * wide, 8 * high, 0, *at, x, y)
        corners.append((x.value / 8, y.value / 8))
    (ex, ey), (ax, ay), (cx, cy) = corners
    a, b, c, d = (ax - ex) / 1000, (ay - ey) / 1000, (cx - ex) / 1000, (cy - ey) / 1000

    def pixels(box: Box) -> tuple[int, int, int, int]:
        xs = [a * u + c * v + ex for u in (box[0], box[2]) for v in (box[1], box[3])]
        ys = [b * u + d * v + ey for u in (box[0], box[2]) for v in (box[1], box[3])]
        x0, y0 = max(0, int(min(xs))), max(0, int(min(ys)))
        return x0, y0, min(wide, int(max(xs)) + 1), min(high, int(max(ys)) + 1)

    return pixels
