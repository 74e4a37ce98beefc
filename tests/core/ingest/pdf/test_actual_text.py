"""Words that a PDF gives in the place of those it draws: believed for ligatures and fonts, not for other words."""

from __future__ import annotations

from io import BytesIO

import pytest

from tests.core.ingest.pdf.test_pdf_visibility import apart, flow, read

canvas = pytest.importorskip("reportlab.pdfgen.canvas")


def page(*lines: tuple[str, str]) -> bytes:
    """Lines of (drawn, given words or "")."""
    out = BytesIO()
    made = canvas.Canvas(out, pagesize=(595, 842), pageCompression=0)
    for number, (drawn, given) in enumerate(lines):
        if given:
            made._code.append(f"/Span<</ActualText<feff{given.encode('utf-16-be').hex()}>>>BDC")
        made.setFont("Helvetica", 11)
        made.drawString(72, 780 - 30 * number, drawn)
        if given:
            made._code.append("EMC")
    made.save()
    return out.getvalue()


def test_other_words_than_those_drawn_are_not_read() -> None:
    document = read(page(("The invoice number is 4711.", ""), ("Signed by R. Hall.", "The invoice number is 9999.")))
    assert flow(document) == "The invoice number is 4711.\nSigned by R. Hall."
    assert apart(document) == "The invoice number is 9999."
    assert any('no reader can see was left out: p. 1 "The invoice number is 9999."' in w for w in document.warnings)


@pytest.mark.parametrize(
    ("drawn", "given"),
    [
        ("fi", "fi"),
        ("The price is 40 pounds.", "The price is 40 pounds."),
        ("The  price is 40 pounds", "the price is 40 pounds."),
        ("Wkh ylfwru lv lll", "The victor is iii"),  # a font whose signs are others than it says
    ],
)
def test_given_words_are_believed(drawn: str, given: str) -> None:
    document = read(page(("The goods are forty pallets of bricks.", ""), (drawn, given)))
    assert " ".join(given.split()) in " ".join(flow(document).split())
    assert not document.warnings


@pytest.mark.parametrize(("drawn", "given"), [("The price is 40 pounds.", "The price is 90 pounds."), (".", "All other prices are void.")])
def test_another_number_and_words_for_nothing_are_told(drawn: str, given: str) -> None:
    document = read(page(("The goods are forty pallets of bricks.", ""), (drawn, given)))
    assert given not in flow(document)
    assert apart(document) == given
