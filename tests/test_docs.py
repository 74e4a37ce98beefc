"""The pages for readers: each measured figure stands in one of them, so that no two can disagree."""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).parents[1]
FIGURE = re.compile(r"\b\d[\d,]*(?:\.\d+)?\s?(?:tokens/s|GB/s|ms\b|x\b|s\b|KB a token|%)")
PAGES = [ROOT / "README.md", ROOT / "kernels" / "README.md", *ROOT.glob("docs/*.md"), *ROOT.glob("docs/dev/*.md")]


def repeated(pages: dict[str, str]) -> dict[tuple[str, ...], set[str]]:
    """Rows of two and more figures with a unit that stand in several pages."""
    places: dict[tuple[str, ...], set[str]] = defaultdict(set)
    for name, text in pages.items():
        for line in text.splitlines():
            figures = tuple(FIGURE.findall(line))
            if len(figures) > 1:
                places[figures].add(name)
    return {row: names for row, names in places.items() if len(names) > 1}


def test_every_figure_stands_in_one_page() -> None:
    assert repeated({str(p.relative_to(ROOT)): p.read_text("utf-8") for p in PAGES}) == {}


def test_a_row_in_two_pages_is_found() -> None:
    assert list(repeated({"a": "| 1.2 s | 11 tokens/s |", "b": "it takes 1.2 s and 11 tokens/s", "c": "1.2 s"})) == [
        ("1.2 s", "11 tokens/s")
    ]
