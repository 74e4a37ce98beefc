"""Sentences that go on over a page's end are whole; lists that do are not run together; made with reportlab."""

from __future__ import annotations

import random
import re
from io import BytesIO

import pytest

from tests.core.ingest.pdf.test_pdf_lines import FIRST, JA_WORDS, LAST, ROLES, WORDS, pdfmetrics
from tsel_core.document import Document
from tsel_core.ingest.options import ReadOptions
from tsel_core.ingest.parse import parse

canvas = pytest.importorskip("reportlab.pdfgen.canvas")


class Flow:
    """Paragraphs that flow over pages with a header, a page number and now and then a note; lists that do not."""

    def __init__(self, seed: int, japanese: bool, columns: int = 1) -> None:
        self.rng = random.Random(seed)
        self.japanese = japanese
        self.font, self.size = "Helvetica", self.rng.choice([9, 10, 11])
        if japanese:
            from reportlab.pdfbase.cidfonts import UnicodeCIDFont

            pdfmetrics.registerFont(UnicodeCIDFont("HeiseiMin-W3"))
            self.font = "HeiseiMin-W3"
        self.leading = self.size * self.rng.choice([1.2, 1.4])
        self.out = BytesIO()
        self.canvas = canvas.Canvas(self.out, pagesize=(595, 842))
        self.page, self.y, self.column, self.columns = 1, 780.0, 0, columns
        self.width = (451 - 24 * (columns - 1)) / columns
        self.note_pages = {n for n in range(1, 40) if self.rng.random() < 0.3}
        self.sentences: list[str] = []
        self.items: list[str] = []

    def _end_page(self) -> None:
        c = self.canvas
        c.setFont(self.font, 8)
        c.drawString(72, 815, "経理規程" if self.japanese else "Annual report of the association")
        c.drawString(290, 30, f"- {self.page} -")
        if self.page in self.note_pages:
            c.drawString(72, 66, f"{self.page}) 別表を参照のこと。" if self.japanese else f"{self.page} See the annex to the minutes.")
        c.showPage()
        self.page += 1

    def put(self, text: str) -> None:
        if self.y < 90:
            self.y, self.column = 780.0, self.column + 1
            if self.column == self.columns:
                self._end_page()
                self.column = 0
        self.canvas.setFont(self.font, self.size)
        self.canvas.drawString(72 + self.column * (self.width + 24), self.y, text)
        self.y -= self.leading

    def sentence(self) -> str:
        if self.japanese:
            return "".join(w.rstrip("。") for w in self.rng.choices(JA_WORDS, k=self.rng.randrange(8, 20))) + "。"
        return " ".join(self.rng.choices(WORDS, k=self.rng.randrange(12, 30))).capitalize() + "."

    def paragraph(self) -> None:
        sentences = [self.sentence() for _ in range(self.rng.randrange(2, 6))]
        parts = list("".join(sentences)) if self.japanese else " ".join(sentences).split(" ")
        glue = "" if self.japanese else " "
        line = ""
        for part in parts:
            longer = line + glue + part if line else part
            if line and pdfmetrics.stringWidth(longer, self.font, self.size) > self.width:
                self.put(line)
                line = part
            else:
                line = longer
        self.put(line)
        self.y -= 0.7 * self.leading
        self.sentences += sentences

    def names(self) -> None:
        for _ in range(self.rng.randrange(5, 14)):
            item = f"{self.rng.choice(FIRST)} {self.rng.choice(LAST)}, {self.rng.choice(ROLES)}"
            self.put(item)
            self.items.append(item)
        self.y -= 0.7 * self.leading

    def read(self) -> Document:
        self._end_page()
        self.canvas.save()
        return parse("case.pdf", self.out.getvalue(), "0", ReadOptions(isolate=False))


def measure(japanese: bool, columns: int, seeds: range) -> tuple[float, int]:
    """(share of sentences that stand whole in a unit, units that go over a page's end)."""
    whole = total = over = 0
    for seed in seeds:
        made = Flow(seed, japanese, columns)
        while made.page < 5:
            made.paragraph()
        units = [u for u in made.read().units if u.in_flow and u.kind == "paragraph"]
        text = "\n\n".join(u.text for u in units)
        whole += sum(s in text for s in made.sentences)
        total += len(made.sentences)
        over += sum(bool(re.match(r"p\. \d+-\d+", u.label)) for u in units)
        assert all(u.page is not None for u in units)
    return whole / total, over


def measure_lists(seeds: range) -> float:
    """Share of the items of lists, some over a page's end, that stand on a line of their own."""
    right = total = 0
    for seed in seeds:
        made = Flow(seed, False)
        while made.page < 4:
            made.names()
            if made.rng.random() < 0.3:
                made.paragraph()
        lines = set("\n".join(u.text for u in made.read().units if u.in_flow).split("\n"))
        right += sum(item in lines for item in made.items)
        total += len(made.items)
    return right / total


@pytest.mark.parametrize(("japanese", "columns"), [(False, 1), (True, 1), (False, 2)])
def test_sentences_over_a_pages_end_are_whole(japanese: bool, columns: int) -> None:
    whole, over = measure(japanese, columns, range(16))
    assert whole >= 0.99
    assert over >= 30  # of 64 pages, many end within a sentence


def test_a_list_over_a_pages_end_is_not_run_together() -> None:
    assert measure_lists(range(24)) >= 0.99


def test_a_full_stop_in_brackets_ends_no_sentence() -> None:
    from tsel_core.ingest.pdf.layout.page_ends import _SENTENCE

    for whole in ("著作権（第28条の権利を含む。）は、甲に帰属する。", "著作権（第28条の権利を含む。）その他の権利は乙に残る。", "「行う。」と述べた。", "「賛成です。」"):
        match = _SENTENCE.search(whole + "ただし")
        assert match is not None
        assert (whole + "ただし")[: match.end()] == whole
