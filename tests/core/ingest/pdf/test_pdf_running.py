"""Running headers and footers of random documents: each distinct one once, page numbers nowhere, the text whole."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable

import pytest

from tests.core.ingest.formats.test_kinds import flow, read
from tests.core.ingest.make_files import Text, pdf

WORDS = {
    False: ["rent", "lessee", "notice", "award", "deadline", "pump", "invoice", "harbour", "brick", "delivery", "clause", "tender"],
    True: ["賃料", "借主", "通知", "期限", "請求書", "納品", "検収", "契約", "条項", "入札", "港湾", "煉瓦"],
}
NUMBERS = ("{n}", "- {n} -", "Page {n} of {all}", "{n} / {all}", "")


def phrase(rng: random.Random, japanese: bool, count: int) -> str:
    words = rng.choices(WORDS[japanese], k=count)
    return "の".join(words) if japanese else " ".join(words).capitalize()


class Made:
    """A document whose running lines stand on all pages, on a run of them or on two that follow each other."""

    def __init__(self, seed: int, japanese: bool) -> None:
        rng = random.Random(f"running {seed} {japanese}")
        self.num_pages = rng.randrange(2, 13)
        pages: list[list[Text]] = [[] for _ in range(self.num_pages)]
        self.running: list[str] = []
        self.lines: list[str] = []
        left = 70.0
        spans: dict[str, list[tuple[int, int]]] = {"top": [], "bottom": []}
        for end, y in (("top", 805.0), ("bottom", 40.0)):
            at = 0
            while at < self.num_pages:
                most = self.num_pages - at
                size = most if rng.random() < 0.4 or most < 2 else rng.randrange(2, most + 1)
                if rng.random() < 0.75 and size >= 2:
                    text = f"{phrase(rng, japanese, 3)} {rng.randrange(100, 999)}-{rng.choice('ABCDEF')}"
                    self.running.append(text)
                    spans[end].append((at, at + size))
                    for page in range(at, at + size):
                        pages[page].append((left, y, 9.0, text))
                at += size
        number = rng.choice(NUMBERS)
        heading = phrase(rng, japanese, 2) + ("の概要" if japanese else " survey")  # of several pages, among the text: no running line
        for page, texts in enumerate(pages):
            if number:
                texts.append((280.0, 24.0, 9.0, number.format(n=page + 1, all=self.num_pages)))
            y = 740.0
            for row in range(rng.randrange(8, 30)):
                if row == 3 and rng.random() < 0.5:
                    line = heading
                else:
                    line = f"{phrase(rng, japanese, rng.randrange(3, 6))} {rng.randrange(10**5)}"
                if y < 90:
                    break
                self.lines.append(line)
                texts.append((left, y, 11.0, line))
                y -= rng.choice((16.0, 16.0, 30.0))
        self.data = pdf(pages)


def squeezed(text: str) -> str:
    return "".join(text.split())


def measure(seeds: Iterable[int], japanese: bool) -> tuple[float, float]:
    """(share of distinct running lines that stand once, of the text's lines that stand as often as they were put)."""
    once = runs = kept = lines = 0
    for seed in seeds:
        made = Made(seed, japanese)
        text = squeezed("\n".join(flow(read(made.data, "a.pdf"))))
        for line in made.running:
            runs += 1
            once += text.count(squeezed(line)) == 1
        for line, count in Counter(made.lines).items():
            lines += 1
            kept += text.count(squeezed(line)) == count
    return once / runs, kept / lines


@pytest.mark.parametrize("japanese", [False, True])
def test_each_running_line_stands_once_and_the_text_is_whole(japanese: bool) -> None:
    once, kept = measure(range(40), japanese)
    assert once >= 0.99
    assert kept >= 0.999


def test_a_header_of_two_pages_within_a_longer_document_stands_once() -> None:
    body = [[(70.0, 700.0 - 16 * n, 11.0, f"Line {page} {n} of the text") for n in range(20)] for page in range(7)]
    for page in (3, 4):
        body[page].append((70.0, 805.0, 9.0, "Annex C to contract 4711-B"))
    document = read(pdf(body), "a.pdf")
    text = "\n".join(flow(document))
    assert text.count("Annex C to contract 4711-B") == 1
    assert all(f"Line {page} {n} of the text" in text for page in range(7) for n in range(20))


@pytest.mark.parametrize("step", [14.0, 22.0])
def test_what_two_pages_repeat_within_their_text_stays(step: float) -> None:
    """The same first lines on two pages, as close as the rest: rows of a form or a list, not a header."""
    body = [[(70.0, 790.0 - step * n, 11.0, ["Name of the applicant", "Date of the request"][n] if n < 2 else f"Answer {page} {n}") for n in range(20)] for page in range(5)]
    body = [lines if page in (1, 2) else [(x, y, s, f"Other {page} {n}") for n, (x, y, s, _) in enumerate(lines)] for page, lines in enumerate(body)]
    text = "\n".join(flow(read(pdf(body), "a.pdf")))
    assert text.count("Name of the applicant") == 2
    assert text.count("Date of the request") == 2
