"""Slides and sheets: what no one sees apart, charts, diagrams, notes, embedded files; made with the usual libraries."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from tests.core.ingest.test_kinds import apart, flow, read


def _deck() -> tuple[Any, Any]:
    from pptx import Presentation

    show = Presentation()
    return show, show.slides.add_slide(show.slide_layouts[6])


def _saved(made: Any) -> bytes:
    out = BytesIO()
    made.save(out)
    return out.getvalue()


def _box(slide: Any, text: str, left: float = 1, top: float = 1) -> Any:
    from pptx.util import Inches

    box = slide.shapes.add_textbox(Inches(left), Inches(top), Inches(3), Inches(0.5))
    box.text_frame.text = text
    return box


def test_hidden_parts_of_slides() -> None:
    from pptx.dml.color import RGBColor
    from pptx.util import Inches, Pt

    show, slide = _deck()
    white = RGBColor(255, 255, 255)
    _box(slide, "The rent is 1,480.")
    _box(slide, "secret one", top=2).text_frame.paragraphs[0].runs[0].font.color.rgb = white
    _box(slide, "secret two", top=3).text_frame.paragraphs[0].runs[0].font.size = Pt(1)
    _box(slide, "secret three", left=40)
    _box(slide, "secret four", top=4)._element.nvSpPr.cNvPr.set("hidden", "1")
    banner = slide.shapes.add_shape(1, Inches(1), Inches(5), Inches(4), Inches(1))
    banner.fill.solid()
    banner.fill.fore_color.rgb = RGBColor(20, 20, 60)
    banner.text_frame.text = "White on a banner"
    banner.text_frame.paragraphs[0].runs[0].font.color.rgb = white
    over = _box(slide, "White over the banner", top=5.2)
    over.text_frame.paragraphs[0].runs[0].font.color.rgb = white
    second = show.slides.add_slide(show.slide_layouts[6])
    _box(second, "secret slide")
    second._element.set("show", "0")
    data = _saved(show)
    document = read(data, "a.pptx")
    assert flow(document) == ["The rent is 1,480.\nWhite on a banner\nWhite over the banner"]
    assert all(f"secret {word}" in apart(document) for word in ("one", "two", "three", "four", "slide"))
    assert any("slide 1" in w and "secret one" in w for w in document.warnings)
    assert "[hidden: secret slide]" in flow(read(data, "a.pptx", hidden=True))


def test_charts_and_embedded_workbooks_of_slides() -> None:
    from openpyxl import Workbook
    from pptx.chart.data import CategoryChartData
    from pptx.enum.chart import XL_CHART_TYPE
    from pptx.util import Inches

    show, slide = _deck()
    numbers = CategoryChartData()
    numbers.categories = ["Q1", "Q2"]
    numbers.add_series("Rent", (410, 530.5))
    numbers.add_series("Heat", (None, 77))
    slide.shapes.add_chart(XL_CHART_TYPE.COLUMN_CLUSTERED, Inches(1), Inches(1), Inches(4), Inches(3), numbers)
    book = Workbook()
    book.active.append(["KX-4", 8750])
    slide.shapes.add_ole_object(BytesIO(_saved(book)), "Excel.Sheet.12", Inches(1), Inches(5))
    text = "\n".join(flow(read(_saved(show), "a.pptx")))
    assert "\tQ1\tQ2\nRent\t410\t530.5\nHeat\t\t77" in text
    assert "KX-4\t8750" in text


def test_hidden_parts_of_sheets() -> None:
    from openpyxl import Workbook
    from openpyxl.comments import Comment
    from openpyxl.styles import Font, PatternFill

    book = Workbook()
    sheet = book.active
    for row in (("Item", "Cost", "Price"), ("Rent", "secret cost", 1480), ("secret row", 1, 2), ("Heat", 3, 210)):
        sheet.append(row)
    sheet.row_dimensions[3].hidden = True
    sheet.column_dimensions["B"].hidden = True
    sheet["D2"] = "secret white"
    sheet["D2"].font = Font(color="FFFFFFFF")
    sheet["D1"] = "Head"
    sheet["D1"].font = Font(color="FFFFFFFF")
    sheet["D1"].fill = PatternFill("solid", fgColor="FF203040")
    sheet["A2"].comment = Comment("Ask Kim", "Lee")
    other = book.create_sheet("Drafts")
    other.append(["secret sheet"])
    other.sheet_state = "hidden"
    document = read(_saved(book), "a.xlsx")
    assert flow(document) == ["Item\t\tPrice\tHead", "Rent\t\t1480", "Heat\t\t210"]
    assert all(f"secret {word}" in apart(document) for word in ("cost", "row", "white", "sheet"))
    assert "1 comments were left out; --comments reads them" in document.warnings
    assert "[comment: Ask Kim]" in flow(read(_saved(book), "a.xlsx", comments=True))


def test_rows_keep_their_numbers() -> None:
    from openpyxl import Workbook

    book = Workbook()
    book.active["A1"] = "first"
    book.active["A900000"] = "last"
    document = read(_saved(book), "a.xlsx")
    assert [u.label for u in document.units] == ["Sheet, row 1", "Sheet, row 900000"]
