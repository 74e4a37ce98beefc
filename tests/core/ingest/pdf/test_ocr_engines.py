"""Real engines on made scans: English and Japanese, turned, in columns, vertical; skipped where one is not installed."""

from __future__ import annotations

import random
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from rapidfuzz.distance import Levenshtein
from scanned_pages import Page, can_draw, english_page, japanese_page, vertical_page

from tsel_core.document import Document
from tsel_core.ingest import ReadOptions, read_document
from tsel_core.ingest.pdf import ocr
from tsel_core.ingest.pdf.rapid import Rapid

pytestmark = pytest.mark.long
PAGES: dict[str, tuple[Callable[[random.Random], Page], float]] = {
    "English, turned to the right": (partial(english_page, turned=90, each=9), 0.99),
    "Japanese, two columns": (partial(japanese_page, columns=2, each=9), 0.97),
    "Japanese, vertical": (vertical_page, 0.90),
}


def accuracy(document: Document, page: Page) -> float:
    """Share of the signs that are right and in their place, white space apart."""
    found = "".join("".join(u.text for u in document.units if u.in_flow).split())
    right = "".join("".join(page.paragraphs).split())
    return 1 - Levenshtein.distance(found, right) / len(right)


@pytest.fixture(params=["rapidocr", "tesseract"])
def engine(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """One engine alone."""
    if not can_draw():
        pytest.skip("the fonts of the pages are not installed")
    tesseract = ocr._tesseract()
    if request.param == "tesseract":
        if tesseract is None or not {"jpn", "jpn_vert", "osd"} <= tesseract.known:
            pytest.skip("tesseract with jpn, jpn_vert and osd is not installed")
        monkeypatch.setattr(Rapid, "find", classmethod(lambda cls: None))
    else:
        found = Rapid.find()
        if found is None or not found.reads_japanese:
            pytest.skip("rapidocr from 3.10 on is not installed")
        monkeypatch.setattr(ocr, "_tesseract", lambda: None)
    return str(request.param)


@pytest.mark.parametrize("kind", PAGES)
def test_an_engine_reads_made_scans(kind: str, engine: str, tmp_path: Path) -> None:
    make, least = PAGES[kind]
    page = make(random.Random(f"{kind} 1"))
    (tmp_path / "scan.png").write_bytes(page.data)
    document = read_document(str(tmp_path / "scan.png"), ReadOptions(ocr=True, isolate=False))
    assert accuracy(document, page) >= least
    assert document.metadata["ocr"] == {"engine": engine, "pages": [1]}
    assert all(unit.grade == "low" for unit in document.units if unit.in_flow)
    assert any(f"recognized by {engine}" in w for w in document.warnings)


def test_an_engine_works_in_the_locked_process(tmp_path: Path) -> None:
    if not can_draw() or (Rapid.find() is None and ocr._tesseract() is None):
        pytest.skip("no engine or no fonts")
    page = english_page(random.Random(4), each=9)
    (tmp_path / "scan.png").write_bytes(page.data)
    assert accuracy(read_document(str(tmp_path / "scan.png"), ReadOptions(ocr=True)), page) >= 0.99


def test_lines_of_low_score_are_named_and_not_read() -> None:
    from tests.core.ingest.pdf.test_pdf import pdf
    from tsel_core.ingest.pdf.opening import open_pdf
    from tsel_core.ingest.pdf.pages import PageDraft, pack
    from tsel_core.ingest.source import Draft

    class Library:
        """Gives what rapidocr gives; its own limit of scores is kept."""

        def __call__(self, picture: object, text_score: float = 0.5, use_cls: bool = True) -> tuple[list[tuple[list[list[float]], str, float]], float]:
            rows = [("Rent 100 euros", 0.99), ("Dep0slt l2O", 0.31), ("-.", 0.2)]
            box = lambda n: [[50.0, 100.0 + 60 * n], [600.0, 100.0 + 60 * n], [600.0, 130.0 + 60 * n], [50.0, 130.0 + 60 * n]]  # noqa: E731
            return [(box(n), text, score) for n, (text, score) in enumerate(rows) if score >= text_score], 0.1

    document, _, _ = open_pdf("x.pdf", pdf([[], []]), None)
    pages, draft = [pack(PageDraft(n, [], "no-text")) for n in range(2)], Draft("pdf", "page")
    ocr.recognize("x.pdf", document, pages, draft, Rapid(Library(), True))
    assert [line.text for page in pages for line in page.lines()] == ["Rent 100 euros"] * 2
    assert draft.warnings[1] == '2 lines of pages 1-2 were too poor to be recognized: p. 1 "Dep0slt l2O", p. 2 "Dep0slt l2O"'
