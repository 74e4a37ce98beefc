"""Recognition of pages without text, only when asked for: rapidocr (the `ocr` extra), or the tesseract program.

Which way up a page stands is told by tesseract where it is installed, else by what rapidocr finds.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from tsel_core.errors import DocumentError
from tsel_core.ingest.options import name_pages
from tsel_core.ingest.pdf.layout.layout import TextLine, lay_out
from tsel_core.ingest.pdf.layout.segments import PageText, Segment
from tsel_core.ingest.pdf.rapid import Rapid
from tsel_core.ingest.pdf.tesseract import Tesseract
from tsel_core.ingest.source import Draft, one_line
from tsel_core.installing import adding

if TYPE_CHECKING:
    from tsel_core.ingest.pdf.pages import PackedPage

DPI = 200
MAX_PIXELS = 40_000_000  # of a rendered page; a larger one is rendered smaller
MAX_GUESSES = 8  # lines too poor to be read that are named
GUESS = 40  # signs of one
# An engine: (picture as an array [height, width, 3] uint8) -> [(text, x0, y0, x1, y1 in pixels)]
Engine = Callable[[Any], list[tuple[str, float, float, float, float]]]
Turns = Callable[[Any], int]  # a picture -> quarters to turn it to the left


def recognize(name: str, document: Any, pages: list[PackedPage], draft: Draft, engine: Engine | None = None) -> None:
    """Give the pages without text, and those that are a picture with a few words, their recognized lines, in `pages`.

    Raises DocumentError when no engine is installed.
    """
    from tsel_core.ingest.pdf.pages import PageDraft, pack

    scans = ("no-text", "garbled")
    wanted = [at for at, p in enumerate(pages) if p.quality in scans or (p.quality == "low" and p.is_picture)]
    if not wanted:
        return
    engine_name = "the given engine"
    turns: Turns = _upright
    if engine is None:
        engine, engine_name = find_engine(name)
        tesseract = _tesseract()
        knows = tesseract if tesseract is not None and tesseract.knows_turns else engine
        turns = getattr(knows, "turns", _upright)
        if isinstance(engine, Rapid) and tesseract is not None and tesseract.reads_vertical:
            engine.vertical = tesseract
    done = []
    unsure: dict[int, list[str]] = {}
    for at in wanted:
        index = pages[at].index
        lines = _read_page(document, index, engine, turns)
        if isinstance(engine, Rapid) and engine.unsure:
            unsure[index + 1] = engine.unsure
        if lines:
            pages[at] = pack(PageDraft(index, lines, "low", [], pages[at].beside()[1]))
            done.append(index + 1)
    if isinstance(engine, Rapid) and engine.used_vertical:
        engine_name += " and tesseract"
    if done:
        word = "page" if len(done) == 1 else "pages"
        draft.metadata["ocr"] = {"engine": engine_name, "pages": done}
        draft.warn(f"the text of {word} {name_pages(done)} was recognized by {engine_name}: check names and figures")
    if unsure:
        word = "page" if len(unsure) == 1 else "pages"
        num = sum(map(len, unsure.values()))
        draft.doubt(f"{num} lines of {word} {name_pages(unsure)} were too poor to be recognized: {_some_lines(unsure)}")


def _some_lines(unsure: dict[int, list[str]]) -> str:
    """The first of the lines, with their pages, as they were guessed."""
    lines = [f'p. {page} "{one_line(line)[:GUESS]}"' for page, found in unsure.items() for line in found]
    more = len(lines) - MAX_GUESSES
    return ", ".join(lines[:MAX_GUESSES]) + (f" and {more} more" if more > 0 else "")


def _upright(picture: Any) -> int:
    """Nobody knows which way up a page stands: as it is."""
    del picture
    return 0


def find_engine(name: str) -> tuple[Engine, str]:
    """(engine, its name): the first of rapidocr and tesseract that reads Japanese, else the one there is.

    Raises DocumentError when there is none.
    """
    rapid, tesseract = Rapid.find(), _tesseract()
    if rapid is not None and (rapid.reads_japanese or tesseract is None or not tesseract.reads_japanese):
        return rapid, "rapidocr"
    if tesseract is not None:
        return tesseract, "tesseract"
    raise DocumentError(
        f"{name}: --ocr needs rapidocr or tesseract, and neither is installed",
        adding("rapidocr", "onnxruntime"),
    )


def _tesseract() -> Tesseract | None:
    program = shutil.which("tesseract")
    return Tesseract.of(program) if program else None


def _read_page(document: Any, index: int, engine: Engine, turns: Turns) -> list[TextLine]:
    page = document[index]
    try:
        width, height = page.get_size()
        scale = min(DPI / 72, (MAX_PIXELS / max(1.0, width * height)) ** 0.5)
        picture = page.render(scale=scale).to_numpy()
        if picture.ndim == 2:
            picture = picture[:, :, None].repeat(3, axis=2)
        picture = picture[:, :, :3]
        quarters = turns(picture)
        if quarters:
            import numpy as np

            picture = np.ascontiguousarray(np.rot90(picture, quarters))
            width, height = (height, width) if quarters % 2 else (width, height)
        found = engine(picture)
    finally:
        page.close()
    segments = [Segment(t, x0 / scale, y0 / scale, x1 / scale, y1 / scale) for t, x0, y0, x1, y1 in found if t.strip()]
    text = "\n".join(s.text for s in segments)
    return lay_out(PageText(text, segments, width, height)).lines
