"""Running headers, footers and page numbers: lines that come back at the same end of the pages."""

from __future__ import annotations

import re

from tsel_cli.ingest.pdf.layout import TextLine

EDGE = 0.13  # of the page's height, from the top and from the bottom
NUM_LINES = 3  # at each end that can be furniture
MIN_PAGES = 3
SHARE = 0.4  # of the pages (left and right pages may differ)
_DIGITS = re.compile(r"[0-9０-９]+")
_NUMBER = re.compile(
    r"^\W*(?:page|p\.?|seite|頁|ページ|第)?\s*(?:[0-9０-９#]+|[ivxlc]{1,7})\s*(?:(?:of|/|／|／全|von)\s*[0-9０-９#]+)?\s*(?:頁|ページ|page)?\W*$",
    re.I,
)


class Furniture:
    """Knows which lines of a document's pages are running headers and footers.

    A header with words stays in the flow of the first page that has it, so that nothing it says is lost.
    """

    def __init__(self, pages: list[tuple[int, list[TextLine]]]) -> None:
        self._first: dict[tuple[str, str], int] = {}
        counts: dict[tuple[str, str], set[int]] = {}
        for index, lines in pages:
            for key in self._keys(lines).values():
                counts.setdefault(key, set()).add(index)
        least = max(MIN_PAGES, SHARE * len(pages))
        for key, found in counts.items():
            if len(found) >= least:
                self._first[key] = min(found)

    def divide(self, index: int, lines: list[TextLine]) -> tuple[list[TextLine], list[TextLine], list[TextLine]]:
        """(lines in the flow, headers, footers) of a page."""
        keys = self._keys(lines)
        body: list[TextLine] = []
        headers: list[TextLine] = []
        footers: list[TextLine] = []
        for line in lines:
            key = keys.get(id(line))
            first = self._first.get(key) if key else None
            if key is None or first is None or (first == index and not _NUMBER.match(line.text)):
                body.append(line)
            else:
                (headers if key[0] == "top" else footers).append(line)
        if not body:  # a page that is all furniture keeps its text
            return lines, [], []
        return body, headers, footers

    def _keys(self, lines: list[TextLine]) -> dict[int, tuple[str, str]]:
        """Pattern of each line that stands at an end of the page: digits stand for any number."""
        found: dict[int, tuple[str, str]] = {}
        ordered = sorted((line for line in lines if line.block >= 0), key=lambda line: line.place)
        for line in ordered[:NUM_LINES]:
            if line.place <= EDGE:
                found[id(line)] = ("top", _pattern(line.text))
        for line in ordered[-NUM_LINES:]:
            if line.place >= 1 - EDGE:
                found[id(line)] = ("bottom", _pattern(line.text))
        return found


def _pattern(text: str) -> str:
    text = _DIGITS.sub("#", text.casefold())
    if re.fullmatch(r"\W*[ivxlc]{1,7}\W*", text):
        text = "#"
    return "".join(text.split())
