"""Boxes, tables and frames that Word draws nowhere a reader looks, and ink that only looks like another."""

from __future__ import annotations

import pytest

from tests.core.ingest.make_files import docx, p
from tests.core.ingest.word.test_word_visibility import flow, hidden, read

_WP = 'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"'
_WORDS = "<w:txbxContent><w:p><w:r><w:t>two</w:t></w:r></w:p></w:txbxContent>"
_CELL = "<w:tr><w:tc><w:p><w:r><w:t>two</w:t></w:r></w:p></w:tc></w:tr>"
_14 = 'xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml"'


def box(*, size: str = 'cx="900000" cy="300000"', at: str = "0", more: str = "", inside: str = "") -> str:
    where = f'<wp:positionH relativeFrom="column"><wp:posOffset>{at}</wp:posOffset></wp:positionH>'
    shape = f"<wps:wsp>{inside}<wps:txbx>{_WORDS}</wps:txbx></wps:wsp>"
    anchor = f'<wp:anchor {_WP}>{where}<wp:extent {size}/><wp:docPr id="1" name="x"{more}/>{shape}</wp:anchor>'
    choice = f'<mc:Choice Requires="wps"><w:drawing>{anchor}</w:drawing></mc:Choice>'
    return f"<w:p><w:r><mc:AlternateContent>{choice}</mc:AlternateContent></w:r></w:p>"


def vml(style: str) -> str:
    return f'<w:p><w:r><w:pict><v:shape style="{style}"><v:textbox>{_WORDS}</v:textbox></v:shape></w:pict></w:r></w:p>'


def filled(colour: str) -> str:
    ink = f'<w14:textFill {_14}><w14:solidFill><w14:srgbClr w14:val="{colour}"/></w14:solidFill></w14:textFill>'
    return f"<w:p><w:r><w:rPr>{ink}</w:rPr><w:t>two</w:t></w:r></w:p>"


UNSEEN = {
    "not shown": box(more=' hidden="1"'),
    "no width": box(size='cx="0" cy="300000"'),
    "left of every page": box(at="-9000000"),
    "right of every page": box(at="30000000"),
    "old, hidden": vml("position:absolute;visibility:hidden;width:90pt"),
    "old, far left": vml("position:absolute;margin-left:-9999pt;width:90pt;height:20pt"),
    "old, no height": vml("width:90pt;height:0"),
    "table": f'<w:tbl><w:tblPr><w:tblInd w:w="-90000" w:type="dxa"/></w:tblPr>{_CELL}</w:tbl>',
    "frame": '<w:p><w:pPr><w:framePr w:w="1" w:h="1" w:hRule="exact"/></w:pPr><w:r><w:t>two</w:t></w:r></w:p>',
    "white ink": filled("FFFFFF"),
}
SEEN = {
    "shown": box(),
    "grows with its text": box(size='cx="900000" cy="0"', inside="<wps:bodyPr><a:spAutoFit xmlns:a='x'/></wps:bodyPr>"),
    "in the margin": box(at="-800000"),
    "old": vml("position:absolute;margin-left:-20pt;width:90pt;height:20pt"),
    "table": f'<w:tbl><w:tblPr><w:tblInd w:w="-108" w:type="dxa"/></w:tblPr>{_CELL}</w:tbl>',
    "red ink": filled("C00000"),
}


@pytest.mark.parametrize("way", UNSEEN)
def test_what_is_drawn_where_nobody_looks_is_hidden(way: str) -> None:
    document = read(docx(p("one") + UNSEEN[way]))
    assert (flow(document), hidden(document)) == (["one"], ["two"])


@pytest.mark.parametrize("way", SEEN)
def test_what_is_drawn_on_the_page_is_read(way: str) -> None:
    document = read(docx(p("one") + SEEN[way]))
    assert (flow(document), hidden(document)) == (["one", "two"], [])
