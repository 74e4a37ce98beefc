"""A Word file in the page: as LibreOffice lays it out where that is installed, with quotes boxed there; else its text."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import docx
import pytest
from page_support import Served, all_of, asked, opened, scripted, serving, until

from tsel_cli.page import shelf, word_pages
from tsel_core.errors import DocumentError
from tsel_core.ingest.pdf.placing import pages_of
from tsel_core.ingest.safety.convert import office

FEE = "The monthly fee is 4,711 euros, and it is paid on the first day of each month."


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serving(tmp_path_factory.mktemp("model")) as server:
        scripted(server.page.engine.session, lambda question: FEE)
        yield server


def word_file(path: Path) -> Path:
    """Three pages; FEE stands on the second, in a clause with a number, and a table on the third."""
    document = docx.Document()
    for page in range(3):
        document.add_paragraph(f"Part {page + 1} of the agreement is about other matters.")
        if page == 1:
            document.add_paragraph(FEE, style="List Number")
        if page < 2:
            document.add_page_break()
    table = document.add_table(1, 2)
    table.cell(0, 0).text, table.cell(0, 1).text = "Place of the works", "Aarhus, Denmark"
    document.save(str(path))
    return path


def test_units_are_found_on_their_pages() -> None:
    pages = ["First page.\n1.\tThe fee is due every month", " to the supplier.\nPlace of the works Aarhus, Denmark", "End of it all"]
    texts = ["First page.", "1. The fee is due every month to the supplier.", "Place of the works | Aarhus, Denmark", "Not anywhere here", "End of it all"]
    assert pages_of(texts, pages) == [0, 0, 1, -1, 2]
    assert pages_of(["x", ""], []) == [-1, -1]


@pytest.mark.skipif(office() is None, reason="LibreOffice is not installed")
def test_a_word_file_has_pages_and_boxes(browser: Any, served: Served, tmp_path: Path) -> None:
    opened(browser, served, word_file(tmp_path / "contract.docx"))
    assert len(all_of(browser, ".sheet")) == 3
    card = asked(browser, "What is the fee?")
    box = until(browser, lambda: all_of(browser, ".box"))[0]
    assert box.find_element("xpath", "ancestor::div[contains(@class,'sheet')]").get_attribute("data-page") == "1"
    until(browser, lambda: browser.execute_script("return document.querySelectorAll('.sheet img')[1].naturalWidth") > 500)
    assert "4,711" in card.text
    assert browser.get_log("browser") == []


def test_without_libreoffice_it_is_text(
    browser: Any, served: Served, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = word_file(tmp_path / "contract.docx")
    monkeypatch.setattr(word_pages, "office", lambda: None)
    opened(browser, served, path)
    assert not all_of(browser, ".sheet")
    assert any(FEE in u.text for u in all_of(browser, ".unit"))


def test_a_file_that_cannot_be_laid_out_is_text_and_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from tsel_core.ingest import read_document

    def fails(*_: Any) -> bytes:
        raise DocumentError("contract.docx: LibreOffice could not convert the .docx file")

    monkeypatch.setattr(word_pages, "office", lambda: "soffice")
    monkeypatch.setattr(word_pages, "office_made", fails)
    document = read_document(word_file(tmp_path / "contract.docx"))
    held = shelf.Shelf().add(document, shelf.bytes_of(document), "me")
    assert held.painter is None
    assert "could not convert" in held.note
