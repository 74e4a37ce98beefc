"""Fields, notes and stamps on layers that are switched off are seen by nobody: apart, and named."""

from __future__ import annotations

import pytest

from tests.core.ingest.make_files import pdf
from tests.core.ingest.pdf.test_field_appearances import drawn, hidden, text
from tsel_core.document import Document
from tsel_core.ingest.options import ReadOptions
from tsel_core.ingest.parse import parse

NOTES = [
    "/Subtype/Widget/FT/Tx/T(rent)/V(EUR 100)/AP<</N 14 0 R>>",
    "/Subtype/FreeText/Contents(EUR 100)/AP<</N 14 0 R>>",
    "/Subtype/Stamp/AP<</N 14 0 R>>",
]


def read(note: str, on_layer: str, *, default: str = "/OFF[11 0 R]", group: str = "", **options: bool) -> Document:
    """A page with one annotation (10), a layer (11), another that is on (12), a rule (13) and what the annotation draws (14)."""
    objects = [
        f"<</Type/Annot{note}/DA(/F1 10 Tf 0 g)/F 4/Rect[200 600 400 620]{on_layer}>>",
        f"<</Type/OCG/Name(Draft){group}>>",
        "<</Type/OCG/Name(Final)>>",
        "<</Type/OCMD/OCGs[11 0 R 12 0 R]/P/AllOn>>",
        drawn("EUR 100"),
    ]
    catalog = (
        "/AcroForm<</Fields[10 0 R]/DR<</Font<</F1 3 0 R>>>>>>" * ("Widget" in note)
        + f"/OCProperties<</OCGs[11 0 R 12 0 R]/D<<{default}>>>>"
    )
    made = pdf([[(72.0, 705.0, 11.0, "Rent:")]], objects=objects, page_extra="/Annots[10 0 R]", catalog=catalog)
    return parse("case.pdf", made, "0", ReadOptions(isolate=False, **options))


@pytest.mark.parametrize("note", NOTES)
@pytest.mark.parametrize("place", ["/OC 11 0 R", "/OC 13 0 R"])
def test_what_stands_on_a_layer_that_is_off_is_apart(note: str, place: str) -> None:
    document = read(note, place)
    assert text(document) == "Rent:"
    assert hidden(document) == ["EUR 100"]
    assert "EUR 100" in "".join(document.warnings)


@pytest.mark.parametrize(
    ("default", "group", "is_off"),
    [
        ("/BaseState/OFF", "", True),
        ("/BaseState/OFF/ON[11 0 R]", "", False),
        ("/AS[<</Event/View/OCGs[11 0 R]/Category[/View]>>]", "/Usage<</View<</ViewState/OFF>>>>", True),
        ("/AS[<</Event/Print/OCGs[11 0 R]/Category[/Print]>>]", "/Usage<</Print<</PrintState/OFF>>>>", False),
        ("/OFF[12 0 R]", "", False),
    ],
)
def test_which_layers_are_off(default: str, group: str, is_off: bool) -> None:
    document = read(NOTES[0], "/OC 11 0 R", default=default, group=group)
    assert ("EUR 100" in text(document)) is not is_off


def test_a_reviewers_note_on_such_a_layer_is_no_note() -> None:
    note = "/Subtype/Text/Contents(Too high)/T(Kim)"
    assert "[note by Kim: Too high]" not in text(read(note, "/OC 11 0 R", annotations=True))
    assert "[note by Kim: Too high]" in text(read(note, "/OC 12 0 R", annotations=True))
