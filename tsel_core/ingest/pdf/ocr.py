"""Recognition of pages without text, only when asked for: rapidocr (the `ocr` extra), or the tesseract program."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from tsel_core.errors import DocumentError
from tsel_core.ingest.options import name_pages
from tsel_core.ingest.pdf.layout.layout import TextLine, lay_out
from tsel_core.ingest.pdf.layout.segments import PageText, Segment
from tsel_core.ingest.source import Draft

if TYPE_CHECKING:
    from tsel_core.ingest.pdf.pages import PackedPage

DPI = 200
MAX_PIXELS = 40_000_000  # of a rendered page; a larger one is rendered smaller
SECONDS_A_PAGE = 60
# An engine: (picture as an array [height, width, 3] uint8) -> [(text, x0, y0, x1, y1 in pixels)]
Engine = Callable[[Any], list[tuple[str, float, float, float, float]]]


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
    if engine is None:
        engine, engine_name = find_engine(name)
    done = []
    for at in wanted:
        index = pages[at].index
        lines = _read_page(document, index, engine)
        if lines:
            pages[at] = pack(PageDraft(index, lines, "low", [], pages[at].beside()[1]))
            done.append(index + 1)
    if done:
        word = "page" if len(done) == 1 else "pages"
        draft.metadata["ocr"] = {"engine": engine_name, "pages": done}
        draft.warn(f"the text of {word} {name_pages(done)} was recognized by {engine_name}: check names and figures")


def find_engine(name: str) -> tuple[Engine, str]:
    """(engine, its name): tesseract with Japanese, else rapidocr, else any tesseract.

    Raises DocumentError when there is none.
    """
    program = shutil.which("tesseract")
    languages = _languages(program) if program else []
    if program and "jpn" in languages:
        return _tesseract(program, languages), "tesseract"
    for module in ("rapidocr", "rapidocr_onnxruntime"):
        try:
            return _rapid(__import__(module).RapidOCR()), "rapidocr"
        except ImportError:
            continue
    if program:
        return _tesseract(program, languages), "tesseract"
    raise DocumentError(
        f"{name}: --ocr needs rapidocr or tesseract, and neither is installed",
        'install one with: pip install rapidocr-onnxruntime',
    )


def _read_page(document: Any, index: int, engine: Engine) -> list[TextLine]:
    page = document[index]
    try:
        width, height = page.get_size()
        scale = min(DPI / 72, (MAX_PIXELS / max(1.0, width * height)) ** 0.5)
        picture = page.render(scale=scale).to_numpy()
        if picture.ndim == 2:
            picture = picture[:, :, None].repeat(3, axis=2)
        found = engine(picture[:, :, :3])
    finally:
        page.close()
    segments = [Segment(t, x0 / scale, y0 / scale, x1 / scale, y1 / scale) for t, x0, y0, x1, y1 in found if t.strip()]
    text = "\n".join(s.text for s in segments)
    return lay_out(PageText(text, segments, width, height)).lines


def _rapid(made: Any) -> Engine:
    def read(picture: Any) -> list[tuple[str, float, float, float, float]]:
        result = made(picture)
        if isinstance(result, tuple):  # rapidocr_onnxruntime: ([[box, text, score], ...], seconds)
            rows = [(row[0], row[1]) for row in result[0] or []]
        else:
            boxes, texts = getattr(result, "boxes", None), getattr(result, "txts", None)
            rows = list(zip(boxes, texts, strict=True)) if boxes is not None and texts is not None else []
        return [_boxed(str(text), box) for box, text in rows]

    return read


def _boxed(text: str, corners: Any) -> tuple[str, float, float, float, float]:
    xs, ys = [float(p[0]) for p in corners], [float(p[1]) for p in corners]
    return text, min(xs), min(ys), max(xs), max(ys)


def _languages(program: str) -> list[str]:
    command = [program, "--list-langs"]
    known = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS_A_PAGE, check=False).stdout.split()
    return [lang for lang in ("jpn", "eng") if lang in known] or ["eng"]


def _tesseract(program: str, languages: list[str]) -> Engine:
    def read(picture: Any) -> list[tuple[str, float, float, float, float]]:
        head = f"P6 {picture.shape[1]} {picture.shape[0]} 255\n".encode()
        command = [program, "stdin", "stdout", "-l", "+".join(languages), "tsv"]
        done = subprocess.run(
            command, input=head + picture.tobytes(), capture_output=True, timeout=SECONDS_A_PAGE, check=False
        )
        return tesseract_lines(done.stdout.decode("utf-8", "replace"))

    return read


def tesseract_lines(table: str) -> list[tuple[str, float, float, float, float]]:
    """Lines of tesseract's TSV output: the words of each (block, paragraph, line) joined."""
    from tsel_core.ingest.encoding.clean import join_lines

    lines: dict[tuple[str, ...], tuple[str, float, float, float, float]] = {}
    for row in table.split("\n")[1:]:
        cells = row.rstrip("\r").split("\t")
        if len(cells) < 12 or not cells[11].strip():
            continue
        x0, y0, width, height = (float(c) for c in cells[6:10])
        key = tuple(cells[1:5])
        text, a0, b0, a1, b1 = lines.get(key, ("", x0, y0, x0, y0))
        box = min(a0, x0), min(b0, y0), max(a1, x0 + width), max(b1, y0 + height)
        lines[key] = (join_lines(text, cells[11]), *box)
    return list(lines.values())
