"""From the user space of a page to the page as it is shown."""

from __future__ import annotations

import ctypes
import math
from typing import Any

import pypdfium2.raw as pdfium

from tsel_core.ingest.pdf.layout.rules import Box

OBLIQUE = 8.0  # degrees: a scan may be skewed by less


class Upright:
    """User space of a page to the page as it is shown: the crop box's corner, y downwards, /Rotate applied."""

    def __init__(self, page: Any) -> None:
        self.rotation: int = pdfium.FPDFPage_GetRotation(page) % 4
        box = [ctypes.c_float() for _ in range(4)]
        if not pdfium.FPDFPage_GetCropBox(page, *box) and not pdfium.FPDFPage_GetMediaBox(page, *box):
            width, height = page_size(page)
            if self.rotation % 2:
                width, height = height, width
            self.left, self.bottom, self.right, self.top = 0.0, 0.0, width, height
        else:
            self.left, self.bottom, self.right, self.top = (b.value for b in box)

    def box(self, x0: float, y0: float, x1: float, y1: float) -> Box:
        if self.rotation == 1:
            return y0 - self.bottom, x0 - self.left, y1 - self.bottom, x1 - self.left
        if self.rotation == 2:
            return self.right - x1, y0 - self.bottom, self.right - x0, y1 - self.bottom
        if self.rotation == 3:
            return self.top - y1, self.right - x1, self.top - y0, self.right - x0
        return x0 - self.left, self.top - y1, x1 - self.left, self.top - y0

    def turned(self, angle: float) -> int:
        """Angle of a sign in degrees on the upright page: a quarter turn, or another one where the text is oblique."""
        if angle == 0.0 or angle < 0 or not math.isfinite(angle):
            return 90 * self.rotation
        degrees = (math.degrees(angle) + 90 * self.rotation) % 360
        quarter = round(degrees / 90) * 90
        turned: int = (quarter if abs(degrees - quarter) <= OBLIQUE else round(degrees)) % 360
        return turned


def page_size(page: Any) -> tuple[float, float]:
    """Width and height in points, as shown."""
    return pdfium.FPDF_GetPageWidthF(page), pdfium.FPDF_GetPageHeightF(page)
