"""Text that no reader can see: kept apart, named, and in the flow only when asked for; made with reportlab."""

from __future__ import annotations

import itertools
import random
from io import BytesIO

import pytest

from tsel_core.document import Document
from tsel_core.ingest.options import ReadOptions
from tsel_core.ingest.parse import parse

canvas = pytest.importorskip("reportlab.pdfgen.canvas")
colors = pytest.importorskip("reportlab.lib.colors")
WORDS = ["fee", "notice", "term", "lessee", "award", "deadline", "report", "pump", "welder", "budget", "invoice", "clause", "party", "goods", "court", "vessel"]
WHITE, BLACK = (1, 1, 1), (0, 0, 0)


def read(data: bytes, **options: object) -> Document:
    return parse("case.pdf", data, "0", ReadOptions(isolate=False, **options))  # type: ignore[arg-type]


def flow(document: Document) -> str:
    return "\n".join(u.text for u in document.units if u.in_flow)


def apart(document: Document) -> str:
    return "\n".join(u.text for u in document.units if u.kind == "hidden")


class Page:
    """A page of lines, one below the other, each shown or hidden in some way."""

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)
        self.buffer = BytesIO()
        self.canvas = canvas.Canvas(self.buffer, pagesize=(595, 842))
        self.y = 790.0
        self.numbers = itertools.count(1000)
        self.shown: list[str] = []
        self.hidden: list[str] = []

    def words(self) -> str:
        return " ".join(f"{self.rng.choice(WORDS)}{next(self.numbers)}" for _ in range(4))

    def step(self) -> float:
        self.y -= 26
        return self.y

    def put(self, how: str) -> None:
        text, y, c = self.words(), self.step(), self.canvas
        c.saveState()
        c.setFont("Helvetica", 11)
        getattr(self, f"_{how}")(text, y)
        c.restoreState()
        (self.shown if how.startswith("seen") else self.hidden).append(text)

    def _text(self, text: str, x: float, y: float, mode: int = 0) -> None:
        made = self.canvas.beginText(x, y)
        made.setTextRenderMode(mode)
        made.textOut(text)
        self.canvas.drawText(made)

    def _seen(self, text: str, y: float) -> None:
        self._text(text, 72, y)

    def _seen_gray(self, text: str, y: float) -> None:
        self.canvas.setFillGray(0.6)
        self._text(text, 72, y)

    def _seen_white_on_dark(self, text: str, y: float) -> None:
        self.canvas.setFillColorRGB(0.1, 0.2, 0.5)
        self.canvas.rect(60, y - 5, 480, 18, fill=1, stroke=0)
        self.canvas.setFillColorRGB(*WHITE)
        self._text(text, 72, y)

    def _seen_on_shade(self, text: str, y: float) -> None:
        self.canvas.setFillColorRGB(0.9, 0.9, 0.7)
        self.canvas.rect(60, y - 5, 480, 18, fill=1, stroke=0)
        self.canvas.setFillColorRGB(*BLACK)
        self._text(text, 72, y)

    def _seen_small(self, text: str, y: float) -> None:
        self.canvas.setFont("Helvetica", 4)
        self._text(text, 72, y)

    def _seen_under_glass(self, text: str, y: float) -> None:
        self._text(text, 72, y)
        self.canvas.setFillColor(colors.Color(1, 1, 0, alpha=0.4))
        self.canvas.rect(60, y - 5, 480, 18, fill=1, stroke=0)

    def _mode(self, text: str, y: float) -> None:
        self._text(text, 72, y, 3)

    def _white(self, text: str, y: float) -> None:
        self.canvas.setFillColorRGB(*WHITE)
        self._text(text, 72, y)

    def _ground(self, text: str, y: float) -> None:
        self.canvas.setFillColorRGB(0.1, 0.5, 0.2)
        self.canvas.rect(60, y - 5, 480, 18, fill=1, stroke=0)
        self._text(text, 72, y)

    def _white_outline(self, text: str, y: float) -> None:
        self.canvas.setStrokeColorRGB(*WHITE)
        self._text(text, 72, y, 1)

    def _seen_outline(self, text: str, y: float) -> None:
        self.canvas.setStrokeColorRGB(*BLACK)
        self._text(text, 72, y, 1)

    def _picture(self, text: str, y: float) -> None:
        from PIL import Image
        from reportlab.lib.utils import ImageReader

        self._text(text, 72, y)
        self.canvas.drawImage(ImageReader(Image.new("RGB", (50, 10), (200, 30, 30))), 60, y - 5, 480, 18)

    def _clear(self, text: str, y: float) -> None:
        self.canvas.setFillAlpha(0)
        self._text(text, 72, y)

    def _tiny(self, text: str, y: float) -> None:
        self.canvas.setFont("Helvetica", 0.5)
        self._text(text, 72, y)

    def _scaled(self, text: str, y: float) -> None:
        self.canvas.scale(0.05, 0.05)
        self._text(text, 72 * 20, y * 20)

    def _pressed(self, text: str, y: float) -> None:
        made = self.canvas.beginText(72, y)
        made.setHorizScale(0.5)  # per cent
        made.textOut(text)
        self.canvas.drawText(made)

    def _gradient(self, text: str, y: float) -> None:
        self._text(text, 72, y)
        path = self.canvas.beginPath()
        path.rect(60, y - 5, 480, 18)
        self.canvas.clipPath(path, stroke=0, fill=0)
        self.canvas.linearGradient(60, y, 540, y, (colors.white, colors.lightgrey))

    def _seen_on_gradient(self, text: str, y: float) -> None:
        self.canvas.saveState()
        path = self.canvas.beginPath()
        path.rect(60, y - 5, 480, 18)
        self.canvas.clipPath(path, stroke=0, fill=0)
        self.canvas.linearGradient(60, y, 540, y, (colors.white, colors.lightgrey))
        self.canvas.restoreState()
        self._text(text, 72, y)

    def _off_page(self, text: str, y: float) -> None:
        self._text(text, 700, y)

    def _box(self, text: str, y: float) -> None:
        self._text(text, 72, y)
        self.canvas.rect(60, y - 5, 480, 18, fill=1, stroke=0)

    def _white_box(self, text: str, y: float) -> None:
        self._text(text, 72, y)
        self.canvas.setFillColorRGB(*WHITE)
        self.canvas.rect(60, y - 5, 480, 18, fill=1, stroke=0)

    def _clip(self, text: str, y: float) -> None:
        path = self.canvas.beginPath()
        path.rect(60, y + 12, 480, 6)
        self.canvas.clipPath(path, stroke=0, fill=0)
        self._text(text, 72, y)

    def _round_clip(self, text: str, y: float) -> None:
        path = self.canvas.beginPath()
        path.circle(560, y, 8)
        self.canvas.clipPath(path, stroke=0, fill=0)
        self._text(text, 72, y)

    def _seen_clip(self, text: str, y: float) -> None:
        path = self.canvas.beginPath()
        path.roundRect(60, y - 6, 480, 20, 4)
        self.canvas.clipPath(path, stroke=0, fill=0)
        self._text(text, 72, y)

    def _form(self, text: str, y: float) -> None:
        name = f"form{y}"
        self.canvas.beginForm(name)
        self.canvas.setFont("Helvetica", 11)
        self._text(text, 72, y, 3)
        self.canvas.endForm()
        self.canvas.doForm(name)

    def data(self) -> bytes:
        self.canvas.save()
        return self.buffer.getvalue()


HIDDEN = ["mode", "white", "ground", "clear", "tiny", "scaled", "off_page", "box", "white_box", "form", "white_outline", "picture", "clip", "round_clip", "pressed", "gradient"]
SEEN = ["seen", "seen_gray", "seen_white_on_dark", "seen_on_shade", "seen_small", "seen_under_glass", "seen_outline", "seen_clip", "seen_on_gradient"]


def measure(seeds: range) -> tuple[float, float]:
    """(share of seen lines in the flow, share of unseen lines that are kept apart)."""
    seen = unseen = all_seen = all_unseen = 0
    for seed in seeds:
        page = Page(seed)
        for how in page.rng.choices(HIDDEN + SEEN, k=26):
            page.put(how)
        document = read(page.data())
        text, kept = flow(document), apart(document)
        seen += sum(line in text for line in page.shown)
        unseen += sum(line in kept and not any(word in text for word in line.split()) for line in page.hidden)
        all_seen, all_unseen = all_seen + len(page.shown), all_unseen + len(page.hidden)
    return seen / all_seen, unseen / all_unseen


@pytest.mark.parametrize("seed", range(12))
def test_each_line_is_seen_or_kept_apart(seed: int) -> None:
    page = Page(seed)
    for how in page.rng.choices(HIDDEN + SEEN, k=26):
        page.put(how)
    page.put("seen")
    document = read(page.data())
    text, kept = flow(document), apart(document)
    for line in page.shown:
        assert line in text, line
    for line in page.hidden:
        assert not any(word in text for word in line.split()), line
        assert line in kept, line
    assert any(w.startswith("text that no reader can see was left out: p. 1 ") for w in document.warnings) == bool(page.hidden)


@pytest.mark.parametrize("how", HIDDEN)
def test_hidden_text_is_in_the_flow_when_asked_for(how: str) -> None:
    page = Page(3)
    page.put("seen")
    page.put(how)
    document = read(page.data(), hidden=True)
    assert f"[hidden: {page.hidden[0]}]" in flow(document)
    assert any("as --hidden asks" in w for w in document.warnings)


@pytest.mark.parametrize("how", ["box", "white_box"])
def test_words_under_a_box_are_named_loudly(how: str) -> None:
    page = Page(5)
    page.put("seen")
    page.put(how)
    warnings = read(page.data()).warnings
    assert "NOT REDACTED: words under a drawn shape on page 1 are still in the file and can be copied out of it" in warnings


def test_a_name_under_a_box_leaves_a_mark() -> None:
    page = Page(1)
    c = page.canvas
    c.setFont("Helvetica", 11)
    c.drawString(72, 700, "The witness, Ms Quillfeather, lives at 9 Harbour Row.")
    x = 72 + c.stringWidth("The witness, Ms ", "Helvetica", 11)
    c.rect(x, 695, c.stringWidth("Quillfeather", "Helvetica", 11), 16, fill=1)
    assert flow(read(page.data())) == "The witness, Ms ███, lives at 9 Harbour Row."


def _picture_page(page: Page, layer: str) -> None:
    """A picture of three lines of print over the page, and a text layer over it."""
    from PIL import Image, ImageDraw
    from reportlab.lib.utils import ImageReader

    image = Image.new("L", (595, 842), 255)
    for number in range(3):
        ImageDraw.Draw(image).text((72, 100 + 20 * number), f"printed line {number} of the scan", fill=0)
    page.canvas.drawImage(ImageReader(image), 0, 0, 595, 842)
    page.canvas.setFont("Helvetica", 11)
    for number in range(3):
        page._text(f"printed line {number} of the scan", 72, 732 - 20 * number, 3)
    page._text(layer, 72, 300, 3)


def test_a_layer_over_a_picture_is_the_text_and_no_more_than_the_picture_shows() -> None:
    page = Page(2)
    _picture_page(page, "words that nobody printed")
    document = read(page.data())
    assert flow(document).split() == " ".join(f"printed line {number} of the scan" for number in range(3)).split()
    assert apart(document) == "words that nobody printed"
    assert [u.grade for u in document.units if u.in_flow] == ["low"]
    assert "the text of page 1 is a layer over a picture, made by a recognizer: check it" in document.warnings
