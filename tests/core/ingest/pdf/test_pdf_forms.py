"""Filled forms: values at the place of their fields, check boxes, hidden fields, XFA data."""

from __future__ import annotations

import random
from io import BytesIO

import pytest

from tests.core.ingest.make_files import pdf
from tsel_core.document import Document
from tsel_core.errors import UnreadableDocument
from tsel_core.ingest.options import ReadOptions
from tsel_core.ingest.parse import parse

canvas = pytest.importorskip("reportlab.pdfgen.canvas")
LABELS = ["Lessee", "Address", "Monthly rent", "Start", "Bank account", "Guarantor", "Deposit", "Remarks", "Purpose", "Telephone"]
VALUES = ["Hana Mori", "9 Harbour Row, Lyon", "EUR 1,480", "3 March 2026", "FR76 3000 6000", "none", "2 months", "see annex"]


def read(data: bytes, **options: object) -> Document:
    return parse("case.pdf", data, "0", ReadOptions(isolate=False, **options))  # type: ignore[arg-type]


def lines(document: Document) -> list[str]:
    return [line for u in document.units if u.in_flow for line in u.text.split("\n")]


def filled(seed: int) -> tuple[bytes, list[str]]:
    """(a form, its true lines)."""
    rng = random.Random(seed)
    out = BytesIO()
    made = canvas.Canvas(out, pagesize=(595, 842))
    made.setFont("Helvetica", 11)
    truth = []
    for number, label in enumerate(rng.sample(LABELS, 8)):
        y = 760 - 40 * number
        made.drawString(72, y, f"{label}:")
        if rng.random() < 0.3:
            checked = rng.random() < 0.5
            made.acroForm.checkbox(name=f"c{number}", x=200, y=y - 5, size=18, checked=checked, buttonStyle="check")
            truth.append(f"{label}:\t{'☒' if checked else '☐'}")
        elif rng.random() < 0.2:
            value = rng.choice(VALUES)
            made.acroForm.choice(name=f"l{number}", x=200, y=y - 5, width=200, height=18, options=VALUES, value=value)
            truth.append(f"{label}:\t{value}")
        else:
            value = rng.choice([*VALUES, ""])
            made.acroForm.textfield(name=f"t{number}", x=200, y=y - 5, width=250, height=18, value=value)
            truth.append(f"{label}:\t{value}" if value else f"{label}:")
    made.save()
    return out.getvalue(), truth


@pytest.mark.parametrize("seed", range(12))
def test_filled_values_stand_beside_their_labels(seed: int) -> None:
    data, truth = filled(seed)
    assert lines(read(data)) == truth


def test_typed_in_text_is_in_the_flow_and_a_hidden_field_is_not() -> None:
    notes = ["<</Type/Annot/Subtype/FreeText/Rect[200 690 400 712]/Contents(Paid on 3 May)/DA(/F1 10 Tf)>>",
             "<</Type/Annot/Subtype/Widget/FT/Tx/F 2/T(x)/V(secret rebate)/Rect[50 50 190 70]>>"]  # fmt: skip
    document = read(pdf([[(72.0, 697.0, 11.0, "Invoice 7:")]], objects=notes, page_extra="/Annots[10 0 R 11 0 R]"))
    assert lines(document) == ["Invoice 7:\tPaid on 3 May"]
    assert [u.text for u in document.units if u.kind == "hidden"] == ["secret rebate"]


def xfa(data: str) -> bytes:
    template = (
        '<template xmlns="http://www.xfa.org/schema/xfa-template/3.0/"><subform name="form"><draw><value><text>Lease of a flat</text></value></draw>'
        '<field name="rent"><caption><value><text>Monthly rent:</text></value></caption></field>'
        '<field name="tenant"><caption><value><text>Tenant</text></value></caption></field></subform></template>'
    )
    streams = [f"<</Length {len(text)}>>stream\n{text}\nendstream" for text in (template, data)]
    form = "/AcroForm<</Fields[]/XFA[(template)10 0 R(datasets)11 0 R]>>/NeedsRendering true"
    page = [(72.0, 700.0, 11.0, "Please wait... If this message is not eventually replaced, your viewer cannot show it.")]
    return pdf([page], objects=streams, catalog=form)


def test_an_xfa_form_gives_its_data_and_not_please_wait() -> None:
    values = '<xfa:datasets xmlns:xfa="http://www.xfa.org/schema/xfa-data/1.0/"><xfa:data><form><rent>1,480</rent><tenant>Hana Mori</tenant><extra>x7</extra></form></xfa:data></xfa:datasets>'
    document = read(xfa(values))
    assert lines(document) == ["Lease of a flat", "Monthly rent: 1,480", "Tenant: Hana Mori", "extra: x7"]
    assert any(w.startswith("an XFA form") for w in document.warnings)


def test_an_xfa_form_without_anything_to_read_is_refused() -> None:
    data = xfa("<x/>").replace(b"Lease of a flat", b"               ").replace(b"<field", b"<fxeld")
    with pytest.raises(UnreadableDocument, match="XFA form"):
        read(data)


def test_thousands_of_notes_are_counted_right() -> None:
    note = "<</Type/Annot/Subtype/Text/Rect[10 10 30 30]/Contents(n)>>"
    numbers = " ".join(f"{n} 0 R" for n in range(10, 6010))
    data = pdf([[(60.0, 700.0, 11.0, "The rent is 1,480.")]], objects=[note] * 6000, page_extra=f"/Annots[{numbers}]")
    document = parse("a.pdf", data, "0", ReadOptions(isolate=False))
    assert "6,000 annotations were left out; --annotations reads them" in document.warnings
