"""Lines and paragraphs: lists never run together, paragraphs run on; random documents made with reportlab."""

from __future__ import annotations

import random
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from tsel_core.ingest.options import ReadOptions
from tsel_core.ingest.parse import parse

canvas = pytest.importorskip("reportlab.pdfgen.canvas")
pdfmetrics = pytest.importorskip("reportlab.pdfbase.pdfmetrics")
WORDS = [
    "the",
    "committee",
    "reviewed",
    "each",
    "budget",
    "of",
    "the",
    "coming",
    "year",
    "and",
    "found",
    "that",
    "no",
    "item",
    "had",
    "been",
    "spent",
    "twice",
    "while",
    "several",
    "members",
    "asked",
    "whether",
    "the",
    "warehouse",
    "in",
    "Lyon",
    "could",
    "be",
    "sold",
    "before",
    "March",
    "or",
    "leased",
    "to",
    "the",
    "supplier",
    "under",
    "the",
    "terms",
    "that",
    "counsel",
    "had",
    "proposed",
]
FIRST = [
    "Aiko",
    "Ben",
    "Clara",
    "Dan",
    "Eva",
    "Farid",
    "Greta",
    "Hana",
    "Ivan",
    "Jun",
    "Kenji",
    "Lena",
    "Mori",
    "Nadia",
]
LAST = [
    "Sato",
    "Ito",
    "Mori",
    "Endo",
    "Brel",
    "Khan",
    "Olsen",
    "Weber",
    "Lopez",
    "Tanaka",
    "Quill",
    "Marsh",
    "Abe",
    "Ono",
]
ROLES = ["chair of the board", "independent director, audit committee", "chief financial officer and treasurer", "member", "observer",
         "secretary of the meeting, without a vote", "director, pay committee"]  # fmt: skip
KANJI = "東西南北山川田中木村高橋佐藤鈴木渡辺伊藤加藤吉田松本井上林清水石原"
JA_ROLES = [
    "取締役",
    "監査役",
    "代表取締役社長",
    "専務取締役兼経理部長",
    "議長",
    "書記",
    "委員（総務担当、令和八年四月就任）",
]
JA_WORDS = [
    "委員会は",
    "来年度の",
    "予算を",
    "審査し、",
    "倉庫の",
    "売却に",
    "ついて",
    "報告を",
    "受けた。",
    "監査役は",
    "費用の",
    "二重計上が",
    "ないことを",
    "確認し、",
    "契約の",
    "条件を",
    "承認した。",
]


class Sheet:
    """A document of paragraphs and lists with a known truth."""

    def __init__(self, seed: int, japanese: bool) -> None:
        self.rng = random.Random(seed)
        self.japanese = japanese
        self.font, self.size = ("Helvetica", "Times-Roman")[seed % 2], self.rng.choice([9, 10, 11, 12])
        if japanese:
            from reportlab.pdfbase.cidfonts import UnicodeCIDFont

            pdfmetrics.registerFont(UnicodeCIDFont("HeiseiMin-W3"))
            self.font = "HeiseiMin-W3"
        self.left = self.rng.choice([56, 72, 90])
        self.right = 595 - self.left
        self.leading = self.size * self.rng.choice([1.15, 1.3, 1.5, 2.0])
        self.buffer = BytesIO()
        self.canvas = canvas.Canvas(self.buffer, pagesize=(595, 842))
        self.y = 780.0
        self.paragraphs: list[str] = []
        self.items: list[list[str]] = []

    def put(self, text: str, x: float, step: float) -> None:
        if self.y < 80:
            self.canvas.showPage()
            self.y = 780.0
        self.canvas.setFont(self.font, self.size)
        self.canvas.drawString(x, self.y, text)
        self.y -= step

    def wrap(self, text: str, room: float) -> list[str]:
        parts = list(text) if self.japanese else text.split(" ")
        glue = "" if self.japanese else " "
        lines, line = [], ""
        for part in parts:
            longer = line + glue + part if line else part
            if line and pdfmetrics.stringWidth(longer, self.font, self.size) > room:
                lines.append(line)
                line = part
            else:
                line = longer
        return [*lines, line]

    def paragraph(self) -> None:
        if self.japanese:
            text = "".join(self.rng.choice(JA_WORDS) for _ in range(self.rng.randrange(12, 40))) + "以上である。"
        else:
            text = " ".join(self.rng.choice(WORDS) for _ in range(self.rng.randrange(25, 90))).capitalize() + "."
        if self.y < 300:
            self.y = 0
        for line in self.wrap(text, self.right - self.left):
            self.put(line, self.left, self.leading)
        self.y -= 0.8 * self.leading
        self.paragraphs.append(text)

    def names(self) -> None:
        if self.japanese:
            names = [
                "".join(self.rng.sample(KANJI, self.rng.choice([4, 4, 5]))) for _ in range(self.rng.randrange(4, 12))
            ]
            items = [f"{n}　{self.rng.choice(JA_ROLES)}" if self.rng.random() < 0.7 else n for n in names]
        else:
            names = [f"{self.rng.choice(FIRST)} {self.rng.choice(LAST)}" for _ in range(self.rng.randrange(4, 12))]
            items = [f"{n}, {self.rng.choice(ROLES)}" if self.rng.random() < 0.7 else n for n in names]
        heading = self.rng.choice(["出席者", "欠席者", "議事"] if self.japanese else ["Present", "Absent", "Agenda"])
        step = self.leading * self.rng.choice([1.0, 1.0, 1.5])
        for item in [heading, *items]:
            self.put(item, self.left, step)
        self.y -= 0.8 * self.leading
        self.items.append([heading, *items])

    def data(self) -> bytes:
        self.canvas.save()
        return self.buffer.getvalue()


def measure(seeds: range, japanese: bool, *, only_lists: bool = False) -> tuple[float, float]:
    """(share of neighbouring list items that are apart, share of paragraphs in one piece on a page)."""
    apart = pairs = whole = paragraphs = 0
    for seed in seeds:
        sheet = Sheet(seed, japanese)
        for _ in range(5):
            sheet.names()
            if not only_lists:
                sheet.paragraph()
        document = parse("case.pdf", sheet.data(), "0", ReadOptions(isolate=False))
        text = "\n".join(u.text for u in document.units if u.in_flow)
        lines = {line.strip() for line in text.split("\n")}
        for items in sheet.items:
            apart += sum(item in lines for item in items)
            pairs += len(items)
        whole += sum(p in text for p in sheet.paragraphs)
        paragraphs += len(sheet.paragraphs)
    return apart / pairs, whole / max(1, paragraphs)


@pytest.mark.parametrize("japanese", [False, True])
def test_names_stay_apart_and_paragraphs_run_on(japanese: bool) -> None:
    apart, whole = measure(range(24), japanese)
    assert apart >= 0.99
    assert whole >= 0.97


@pytest.mark.parametrize("japanese", [False, True])
def test_names_stay_apart_where_no_paragraph_shows_the_margin(japanese: bool) -> None:
    apart, _ = measure(range(100, 124), japanese, only_lists=True)
    assert apart >= 0.99


@pytest.mark.parametrize("gap", [2, 3, 4, 6])
def test_letters_that_stand_apart_are_words_again_and_said_to_be_joined(gap: int) -> None:
    out = BytesIO()
    made = canvas.Canvas(out, pagesize=(595, 842))
    made.setFont("Helvetica", 11)
    made.drawString(72, 760, "An ordinary line above it.")
    x = 72.0
    for char in "The supplier shall deliver 12 pumps.":
        made.drawString(x, 700, char)
        x += made.stringWidth(char, "Helvetica", 11) + gap
    made.save()
    units = parse("case.pdf", out.getvalue(), "0", ReadOptions(isolate=False)).units
    assert [(u.text, u.grade) for u in units] == [
        ("An ordinary line above it.", "certain"),
        ("The supplier shall deliver 12 pumps.", "joined"),
    ]


HEBREW = ["הסכם", "שכירות", "השוכר", "ישלם", "שקלים", "לחודש", "עד", "סוף", "השנה", "ובכפוף", "לתנאי", "החוזה", "אשר", "נחתם", "בין", "הצדדים", "במשרד"]  # fmt: skip
FONT = "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf"


@pytest.mark.skipif(not Path(FONT).is_file(), reason="no font with Hebrew letters is there")
def test_lines_that_run_to_the_left_end_at_the_left() -> None:
    """Names stay apart though all end at the right margin, paragraphs run on."""
    from reportlab.pdfbase.ttfonts import TTFont

    pdfmetrics.registerFont(TTFont("DejaVu", FONT, asciiReadable=0))
    apart = items = whole = paragraphs = 0
    for seed in range(16):
        rng, out = random.Random(seed), BytesIO()
        made = canvas.Canvas(out, pagesize=(595, 842))
        made.setFont("DejaVu", 11)
        y, names, texts = 790.0, [], []

        def put(words: list[str], y: float, made: Any = made) -> None:
            shown = " ".join(words)[::-1]  # as it is drawn, from left to right
            made.drawString(523 - pdfmetrics.stringWidth(shown, "DejaVu", 11), y, shown)

        for _ in range(3):
            for _ in range(rng.randrange(3, 6)):
                names.append(rng.sample(HEBREW, 2))
                put(names[-1], y)
                y -= 15
            y -= 12
            words, line = [*rng.choices(HEBREW, k=rng.randrange(40, 60)), "נחתם."], []
            texts.append(" ".join(words))
            for word in words:
                if line and pdfmetrics.stringWidth(" ".join([*line, word]), "DejaVu", 11) > 451:
                    put(line, y)
                    y, line = y - 15, []
                line.append(word)
            put(line, y)
            y -= 27
        made.save()
        text = "\n".join(u.text for u in parse("a.pdf", out.getvalue(), "0", ReadOptions(isolate=False)).units)
        lines = text.split("\n")
        apart, items = apart + sum(" ".join(n) in lines for n in names), items + len(names)
        whole, paragraphs = whole + sum(t in text for t in texts), paragraphs + len(texts)
    assert apart / items >= 0.98
    assert whole / paragraphs >= 0.95


def test_a_line_that_begins_with_a_day_is_no_item_of_a_list() -> None:
    lines = [
        "The works council has booked the pier, and the party takes place on",
        "19 June at the lake north of the town. Guests may bring one person",
        "each, and the buses leave from the main gate of the works from",
        "9 September on, as they do in all of the other weeks of this autumn.",
    ]
    lines = [*lines, *lines]
    held = BytesIO()
    page = canvas.Canvas(held, pagesize=(595, 842))
    for at, line in enumerate(lines):
        width = pdfmetrics.stringWidth(line, "Helvetica", 10)
        text = page.beginText(60, 780 - 13 * at)
        text.setFont("Helvetica", 10)
        text.setWordSpace((330 - width) / line.count(" "))  # justified
        text.textLine(line)
        page.drawText(text)
    page.save()
    document = parse("a.pdf", held.getvalue(), "0", ReadOptions(isolate=False))
    said = [" ".join(u.text.split()) for u in document.units]
    assert " ".join(said) == " ".join(lines)
    assert not any(text.startswith(("19 June", "9 September")) for text in said)
