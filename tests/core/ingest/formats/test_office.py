"""Slides and sheets: what no one sees apart, charts, diagrams, notes, embedded files; made with the usual libraries."""

from __future__ import annotations

import zipfile
from io import BytesIO
from typing import Any

from tests.core.ingest.formats.test_kinds import apart, flow, read


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
    assert "1 comment was left out; --comments reads it" in document.warnings
    assert "[comment: Ask Kim]" in flow(read(_saved(book), "a.xlsx", comments=True))


def test_rows_keep_their_numbers() -> None:
    from openpyxl import Workbook

    book = Workbook()
    book.active["A1"] = "first"
    book.active["A900000"] = "last"
    document = read(_saved(book), "a.xlsx")
    assert [u.label for u in document.units] == ["Sheet, row 1", "Sheet, row 900000"]


A = 'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'


def _element(text: str) -> Any:
    from lxml import etree

    return etree.fromstring(text)


def _level(colour: str, size: int = 1800) -> str:
    fill = f'<a:solidFill><a:{"schemeClr" if colour.startswith(("bg", "tx")) else "srgbClr"} val="{colour}"/></a:solidFill>'
    return f'<a:lvl1pPr {A}><a:defRPr sz="{size}">{fill}</a:defRPr></a:lvl1pPr>'


def _set_level(holder: Any, level: str) -> None:
    """The first level of a shape's (or a placeholder's) own list style."""
    body = holder._element.txBody
    style = body.find(f"{{{A.split(chr(34))[1]}}}lstStyle")
    for old in list(style):
        style.remove(old)
    style.append(_element(level))


def _set_master(show: Any, name: str, level: str) -> None:
    style = next(e for e in show.slide_master._element.iter() if str(e.tag).endswith("}" + name))
    for old in [e for e in style if str(e.tag).endswith("}lvl1pPr")]:
        style.remove(old)
    style.insert(0, _element(level))


def _title_and_body(show: Any, title: str, body: str) -> Any:
    slide = show.slides.add_slide(show.slide_layouts[1])
    slide.shapes.title.text_frame.text = title
    slide.placeholders[1].text_frame.text = body
    return slide


def test_colours_that_slides_inherit() -> None:
    """White through the master's body style, through the layout's placeholder, through a box's own list style; and seen."""
    from pptx import Presentation
    from pptx.dml.color import RGBColor

    for where in ("master", "layout", "box", "colour map"):
        show = Presentation()
        if where == "master":
            _set_master(show, "bodyStyle", _level("bg1"))
        elif where == "layout":
            _set_level(show.slide_layouts[1].placeholders[1], _level("FFFFFF"))
        elif where == "colour map":  # the theme's dark colour is called the light one: "tx1" is white on white
            names = next(e for e in show.slide_master._element.iter() if str(e.tag).endswith("}clrMap"))
            names.set("tx1", "lt1")
        slide = _title_and_body(show, "The rent", "secret body")
        box = _box(slide, "secret box", top=6)
        red = _box(slide, "Always red", top=7).text_frame.paragraphs[0].runs[0]
        red.font.color.rgb = RGBColor(200, 0, 0)
        if where == "box":
            _set_level(box, _level("FEFEFE"))
        document = read(_saved(show), "a.pptx")
        text = "\n".join(flow(document))
        assert "Always red" in text
        assert ("secret body" in text) == (where == "box"), where
        assert ("secret box" in text) == (where in ("master", "layout")), where
        assert ("The rent" in text) == (where != "colour map"), where


def test_white_text_of_dark_masters_and_pictures_is_seen() -> None:
    """The same white where it can be read: a dark background, a picture in the layout, a filled placeholder, a gradient."""
    from PIL import Image
    from pptx import Presentation
    from pptx.dml.color import RGBColor
    from pptx.util import Inches

    for where in ("background", "picture", "filled", "theme"):
        show = Presentation()
        _set_master(show, "bodyStyle", _level("bg1"))
        layout = show.slide_layouts[1]
        if where == "background":
            fill = show.slide_master.background.fill
            fill.solid()
            fill.fore_color.rgb = RGBColor(10, 20, 60)
        elif where == "theme":
            background = next(e for e in show.slide_master._element.iter() if str(e.tag).endswith("}bgRef"))
            background.set("idx", "1003")
        slide = _title_and_body(show, "The rent", "It is 1,480.")
        if where == "picture":
            out = BytesIO()
            Image.new("RGB", (40, 30), (10, 20, 60)).save(out, "PNG")
            picture = slide.shapes.add_picture(out, 0, 0, Inches(10), Inches(7))._element
            relation = layout.part.relate_to(slide.part.related_part(picture.blip_rId), "http://schemas.openxmlformats.org/officeDocument/2006/relationships/image")
            picture.getparent().remove(picture)
            next(e for e in picture.iter() if str(e.tag).endswith("}blip")).set("{http://schemas.openxmlformats.org/officeDocument/2006/relationships}embed", relation)
            layout.shapes._spTree.append(picture)
        elif where == "filled":
            shape = layout.placeholders[1]._element
            shape.spPr.append(_element(f'<a:solidFill {A}><a:srgbClr val="203060"/></a:solidFill>'))
        assert "It is 1,480." in "\n".join(flow(read(_saved(show), "a.pptx"))), where


def test_rows_and_columns_of_no_size_are_hidden() -> None:
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.active
    for row in (("Rent", 1480, "secret column"), ("secret row", 1, ""), ("Heat", 210, "")):
        sheet.append(row)
    sheet.row_dimensions[2].height = 0.25
    sheet.row_dimensions[3].height = 5
    sheet.column_dimensions["C"].width = 0.5
    old, new = zipfile.ZipFile(BytesIO(_saved(book))), BytesIO()
    with zipfile.ZipFile(new, "w") as archive:  # the library writes no width of nothing
        for name in old.namelist():
            archive.writestr(name, old.read(name).replace(b'width="0.5"', b'width="0"').replace(b'ht="0.25"', b'ht="0"'))
    document = read(new.getvalue(), "a.xlsx")
    assert flow(document) == ["Rent\t1480", "Heat\t210"]
    assert all(words in apart(document) for words in ("secret row", "secret column"))
