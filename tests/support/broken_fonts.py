"""PDFs whose fonts do not say, or say wrongly, which characters they show: made by reportlab, changed with pypdf."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence
from io import BytesIO
from typing import Any

FONTS = ("/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf", "/usr/share/fonts/truetype/liberation/LiberationSerif-Regular.ttf")


def typeset(pages: Sequence[Sequence[str]], font: str = FONTS[0]) -> bytes:
    """Pages of lines in a TrueType font that is embedded as a subset."""
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont
    from reportlab.pdfgen.canvas import Canvas

    out = BytesIO()
    canvas = Canvas(out, pageCompression=0)
    pdfmetrics.registerFont(TTFont("Embedded", font, asciiReadable=0))
    for lines in pages:
        canvas.setFont("Embedded", 11)
        for number, line in enumerate(lines):
            canvas.drawString(70, 760 - 18 * number, line)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def changed(data: bytes, change: Callable[[Any], None]) -> bytes:
    """The same file after `change` was called with each font."""
    from pypdf import PdfReader, PdfWriter

    writer, out = PdfWriter(clone_from=PdfReader(BytesIO(data))), BytesIO()
    seen: set[int] = set()
    for page in writer.pages:
        for font in page["/Resources"]["/Font"].values():  # type: ignore[index, union-attr]
            held = font.get_object()
            if id(held) not in seen:
                seen.add(id(held))
                change(held)
    writer.write(out)
    return out.getvalue()


def without_map(font: Any) -> None:
    """No ToUnicode: the codes of a subset mean nothing."""
    font.pop("/ToUnicode", None)


def private_map(font: Any) -> None:
    """Every sign is one of the private use area."""
    _remap(font, lambda codes: {code: 0xE000 + n for n, code in enumerate(codes)})


def shuffled(rng: random.Random, *, within: Callable[[int], int] = lambda _: 0) -> Callable[[Any], None]:
    """The right characters in another order, among those that `within` puts together."""

    def change(font: Any) -> None:
        def mix(codes: list[int]) -> dict[int, int]:
            found: dict[int, int] = {}
            for group in {within(code) for code in codes}:
                mine = [code for code in codes if within(code) == group]
                others = mine[:]
                rng.shuffle(others)
                found.update(zip(mine, others, strict=True))
            return found

        _remap(font, mix)

    return change


def shifted(step: int) -> Callable[[Any], None]:
    """Every character some places later in the alphabet's order of codes."""
    return lambda font: _remap(font, lambda codes: {code: code + step for code in codes})


def _remap(font: Any, change: Callable[[list[int]], dict[int, int]]) -> None:
    """Other characters for those of the font's ToUnicode; spaces stay."""
    if "/ToUnicode" not in font:
        return
    cmap = font["/ToUnicode"].get_object().get_data().decode("latin-1")
    body = re.search(r"(begin(?:bfrange|bfchar))(.*?)(end(?:bfrange|bfchar))", cmap, re.S)
    assert body is not None
    known = sorted({int(m, 16) for m in re.findall(r"<([0-9A-Fa-f]{4})>", body[2])} - {0x20})
    table = change([code for code in known if code > 0x20])
    new = re.sub(r"<([0-9A-Fa-f]{4})>", lambda m: f"<{table.get(int(m[1], 16), int(m[1], 16)):04X}>", body[2])
    font["/ToUnicode"].get_object().set_data((cmap[: body.start(2)] + new + cmap[body.end(2) :]).encode("latin-1"))
