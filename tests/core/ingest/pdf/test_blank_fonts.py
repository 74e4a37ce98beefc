"""Words in a font whose letters draw nothing are seen by nobody."""

from __future__ import annotations

import pytest

from tests.core.ingest.make_files import pdf
from tsel_core.document import Document
from tsel_core.ingest.options import ReadOptions
from tsel_core.ingest.parse import parse

CODES = range(32, 127)


def stream(content: str) -> str:
    return f"<</Length {len(content)}>>stream\n{content}\nendstream"


def read(letter: str) -> Document:
    """A page with words in Helvetica, and others in a font (11) of which every letter is drawn by the same commands."""
    names = " ".join(f"/g{code}" for code in CODES)
    procs = " ".join(f"/g{code} 12 0 R" for code in CODES)
    codes = " ".join(f"<{code:02x}> <{code:04x}>" for code in CODES)
    known = f"begincmap 1 begincodespacerange <00> <ff> endcodespacerange {len(CODES)} beginbfchar {codes} endbfchar endcmap"
    font = (
        "<</Type/Font/Subtype/Type3/FontBBox[0 0 750 750]/FontMatrix[0.001 0 0 0.001 0 0]"
        f"/CharProcs<<{procs}>>/Encoding<</Type/Encoding/Differences[32 {names}]>>/FirstChar 32/LastChar 126"
        f"/Widths[{'500 ' * len(CODES)}]/ToUnicode 13 0 R>>"
    )
    form = "<</Type/XObject/Subtype/Form/BBox[0 0 595 842]/Resources<</Font<</F9 11 0 R>>>>"
    words = "BT /F9 12 Tf 72 600 Td (pay 999) Tj ET"
    objects = [f"{form}/Length {len(words)}>>stream\n{words}\nendstream", font, stream(letter), stream(known)]
    made = pdf(
        [[(72.0, 700.0, 11.0, "The fee is 300.")]], objects=objects, matrix="q /X0 Do Q"
    ).replace(b"/F4 7 0 R>>>>", b"/F4 7 0 R>>/XObject<</X0 10 0 R>>>>")
    return parse("a.pdf", made, "0", ReadOptions(isolate=False))


@pytest.mark.parametrize("letter", ["500 0 d0", "500 0 0 0 500 500 d1 0 0 1 1 re f"])
def test_letters_that_draw_nothing_are_hidden(letter: str) -> None:
    document = read(letter)
    assert [u.text for u in document.units if u.in_flow] == ["The fee is 300."]
    assert [u.text for u in document.units if u.kind == "hidden"] == ["pay 999"]
    assert "pay 999" in document.warnings[0]


def test_letters_that_draw_something_are_read() -> None:
    assert "pay 999" in " ".join(u.text for u in read("500 0 0 0 500 500 d1 0 0 400 500 re f").units if u.in_flow)
