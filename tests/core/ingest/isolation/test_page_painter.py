"""Pictures of pages and the places of words on them, from a locked process."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from tsel_core.errors import DocumentError
from tsel_core.ingest import read_document
from tsel_core.ingest.isolation.page_painter import PagePainter
from tsel_core.ingest.pdf.placing import Signs, align, joined, places_of

SAMPLES = Path(__file__).parents[4] / "samples"


@pytest.mark.parametrize("name", ["minutes.pdf", "report_ja.pdf"])
def test_every_unit_has_its_place_where_ink_is(name: str) -> None:
    path = SAMPLES / name
    document, painter = read_document(path), PagePainter(name, path.read_bytes())
    try:
        pictures: dict[int, Image.Image] = {}
        num_units = 0
        for unit in document.units:
            if not unit.page or not unit.text.strip():
                continue
            num_units += 1
            boxes = painter.places(unit.page - 1, unit.text, [(0, len(unit.text))])[0]
            assert boxes, unit.text
            for page, x0, y0, x1, y1 in boxes:
                if page not in pictures:
                    pictures[page] = Image.open(BytesIO(painter.paint(page, 800))).convert("L")
                picture = pictures[page]
                wide, high = picture.size
                inside = picture.crop((int(x0 * wide), int(y0 * high), int(x1 * wide) + 1, int(y1 * high) + 1))
                assert inside.getextrema()[0] < 160, (unit.text, page, x0, y0)  # dark: letters are there
        assert num_units > 20
    finally:
        painter.close()


def test_the_second_of_two_equal_words_is_the_second_one() -> None:
    text = "Total 12 EUR\nTotal 12 EUR"
    signs = Signs(text, [(i % 13 / 13, i // 13 / 2, (i % 13 + 1) / 13, (i // 13 + 1) / 2) for i in range(len(text))])
    boxes, shares = places_of("Total 12 EUR Total 12 EUR", [(0, 5), (13, 18)], signs)
    assert shares == [1.0, 1.0]
    assert [round(some[0][1], 2) for some in boxes] == [0.0, 0.5]


def test_lines_in_another_order_and_divided_words() -> None:
    page = "second part of the agree-\nment ends here. The first part begins: "
    unit = "The first part begins: second part of the agreement ends here."
    found = align("".join(unit.split()), "".join(page.replace("-", "").split()))
    assert -1 not in found
    assert len(set(found)) == len(found)


def test_words_that_are_not_on_the_page_have_no_place() -> None:
    assert set(align("zebra", "the committee met in may")) <= {-1, *range(30)}
    signs = Signs("The committee met.", [(0.1, 0.1, 0.2, 0.2)] * 18)
    assert places_of("計画外停止時間", [(0, 7)], signs) == ([[]], [0.0])


def test_boxes_are_joined_by_line_and_by_column() -> None:
    line = [(0.1 + i * 0.01, 0.1, 0.11 + i * 0.01, 0.12) for i in range(5)]
    assert joined(line) == [pytest.approx((0.1, 0.1, 0.15, 0.12))]
    column = [(0.5, 0.1 + i * 0.02, 0.52, 0.12 + i * 0.02) for i in range(4)]
    assert joined(column) == [pytest.approx((0.5, 0.1, 0.52, 0.18))]
    assert len(joined([*line, (0.1, 0.3, 0.11, 0.32)])) == 2


def test_a_damaged_file_and_a_page_that_is_not_there() -> None:
    with pytest.raises(DocumentError):
        PagePainter("x.pdf", b"%PDF-1.7 nothing").sizes()
    painter = PagePainter("minutes.pdf", (SAMPLES / "minutes.pdf").read_bytes())
    try:
        with pytest.raises(DocumentError, match="it has 5 pages, no page 9"):
            painter.paint(8, 300)
        child = painter._child
        assert child is not None
        child.kill()
        child.wait()
        assert painter.paint(0, 300)[:4] == b"\x89PNG"  # a child that died is started again
    finally:
        painter.close()


def test_the_child_opens_no_file_of_the_user(tmp_path: Path) -> None:
    """It is locked as the process that reads is: what it may open is what its libraries need."""
    import sys

    from tsel_core.ingest.fence import landlock

    if sys.platform != "linux" or not landlock.version():
        pytest.skip("no Landlock on this system")
    painter = PagePainter("minutes.pdf", (SAMPLES / "minutes.pdf").read_bytes())
    try:
        painter.sizes()
        assert painter._child is not None
        status = Path(f"/proc/{painter._child.pid}/status").read_text("utf-8")
        assert "Seccomp:\t2" in status
        assert "NoNewPrivs:\t1" in status
    finally:
        painter.close()


def test_a_part_of_a_word_is_no_place_of_it() -> None:
    """Of a row that goes on on the next page the words that are here are found, and nothing of other rows."""
    page = "A4 Have the notice Yuki 23 September 2026 Page 4 of 5"
    boxes = [(i / 60, 0.1, (i + 1) / 60, 0.12) for i in range(len(page))]
    row = "A4 Have the notice of the valve translated Yuki 30 November 2026"
    found, shares = places_of(row, [(0, len(row)), (19, 25)], Signs(page, boxes))
    covered = "".join(page[round(x0 * 60) : round(x1 * 60)] for x0, _, x1, _ in found[0])
    assert covered.startswith("A4 Have the notice")
    assert "tember" not in covered
    assert "of 5" not in covered
    assert found[1] == []
    assert 0.2 < shares[0] < 0.8
