"""A page as a person sees it: a picture, and where each of its signs stands."""

from __future__ import annotations

import ctypes
from io import BytesIO
from typing import Any

import pypdfium2.raw as pdfium

from tsel_core.ingest.pdf.drawn import Box
from tsel_core.ingest.pdf.layout.upright import Upright, page_size
from tsel_core.ingest.pdf.placing import Signs
from tsel_core.ingest.pdf.rendering import render

WIDEST = 2_400  # pixels of a picture


def paint(page: Any, width: int) -> bytes:
    """A PNG of a pypdfium2 page, `width` pixels wide within the limits of rendering; b"" when it takes too long."""
    from PIL import Image

    points = max(1.0, page_size(page)[0])
    drawn = render(page, min(width, WIDEST) / points)
    if drawn is None:
        return b""
    out = BytesIO()
    Image.fromarray(drawn[0].copy()).save(out, "PNG", compress_level=1)
    return out.getvalue()


def read_signs(page: Any) -> Signs:
    """The signs of a page with their boxes, as pdfium has them: as high as the line, as wide as they advance."""
    textpage = pdfium.FPDFText_LoadPage(page)
    if not textpage:
        return Signs("", ())
    try:
        count = max(0, pdfium.FPDFText_CountChars(textpage))
        width, height = page_size(page)
        place = Upright(page)
        box = pdfium.FS_RECTF()
        text, boxes = [], []
        for at in range(count):
            code = pdfium.FPDFText_GetUnicode(textpage, at)
            if not 0 < code <= 0x10FFFF or 0xD800 <= code <= 0xDFFF:
                code = 0x20
            text.append(chr(code))
            known = pdfium.FPDFText_GetLooseCharBox(textpage, at, ctypes.byref(box))
            shown = place.box(box.left, box.bottom, box.right, box.top) if known else (0.0, 0.0, 0.0, 0.0)
            boxes.append(_share(shown, width, height))
        return Signs("".join(text), boxes)
    finally:
        pdfium.FPDFText_ClosePage(textpage)


def _share(box: Box, width: float, height: float) -> Box:
    """As shares of the page, cut at its edges."""
    x0, x1 = (min(1.0, max(0.0, x / max(1.0, width))) for x in (box[0], box[2]))
    y0, y1 = (min(1.0, max(0.0, y / max(1.0, height))) for y in (box[1], box[3]))
    return x0, y0, x1, y1
