"""Running headers, footers and page numbers: lines that come back at the same end of the pages."""

from __future__ import annotations

import re
import zlib
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from itertools import pairwise

from tsel_core.ingest.encoding.clean import is_cjk
from tsel_core.ingest.pdf.layout.layout import TextLine
from tsel_core.lazy_pattern import lazy_pattern

EDGE = 0.13  # of the page's height, from the top and from the bottom
NUM_LINES = 3  # at each end that can be furniture
MIN_PAGES = 3
SHARE = 0.4  # of the pages (left and right pages may differ)
GAP = 1.6  # of the distance of the page's lines, and of their height: more than between paragraphs
FEW_SIGNS = 6  # characters of a line that are no word
RUN_GAP = 2  # pages: a chapter's header comes back on every page or every second one
STEADY = 0.6  # of the pages on which a number of the line stays or counts with the pages
SAME_PLACE = 0.012  # of the page's height
SAME_SIZE = 0.15  # of the line's height
PROSE_SHARE = 0.8  # of the page's longest line: what a full line of a paragraph is wide
NUM_NUMBERS = 4  # of a line that are compared
SHORT = 9  # characters of a line such as "3-14"
_DIGITS = lazy_pattern(r"[0-9０-９]+")
_NUMBER = lazy_pattern(
    r"^\W*(?:page|p\.?|seite|頁|ページ|第)?\s*(?:[0-9０-９#]+|[ivxlc]{1,7})\s*(?:(?:of|/|／|／全|von)\s*[0-9０-９#]+)?\s*(?:頁|ページ|page)?\W*$",
    re.I,
)
_CHAPTER_PAGE = lazy_pattern(r"\W*(?:[A-Za-z]|[0-9０-９]{1,3})\s*[-–—.・]\s*[0-9０-９]{1,4}\W*")


@dataclass(slots=True)
class Edge:
    """A line at an end of a page: hash of the end and its pattern (digits stand for any number), place, height."""

    key: int
    place: float
    height: float
    numbers: tuple[int, ...]
    is_number: bool  # nothing but a page number
    is_apart: bool = False  # some words that a gap divides from the rest of the page

    def values(self) -> tuple[int, float, float, tuple[int, ...], bool, bool]:
        """As plain values."""
        return self.key, self.place, self.height, self.numbers, self.is_number, self.is_apart


@dataclass(slots=True)
class _Seen:
    """Pages (indices) on which a pattern stands, and where."""

    pages: list[int] = field(default_factory=list)
    places: list[float] = field(default_factory=list)
    heights: list[float] = field(default_factory=list)
    numbers: list[tuple[int, ...]] = field(default_factory=list)
    everywhere: bool = False  # of the document, not of a chapter
    is_number: bool = False
    is_apart: bool = True  # wherever it stands
    counting: tuple[bool, ...] = ()  # which numbers count with the pages
    variants: dict[tuple[int, ...], list[int]] = field(default_factory=dict)  # its other numbers, and on which pages

    def variant(self, numbers: tuple[int, ...]) -> tuple[int, ...]:
        """Numbers that tell two running lines of one pattern apart: those that do not count with the pages."""
        return tuple(n for slot, n in enumerate(numbers) if slot >= len(self.counting) or not self.counting[slot])


@dataclass(frozen=True, slots=True)
class Running:
    """A running header or footer as it stands on a page. `pages` are the indices of all pages that have it."""

    text: str
    is_new: bool  # it stands here for the first time, and says more than a page number
    pages: tuple[int, ...]


class Furniture:
    """Knows which lines of a document's pages are running headers and footers.

    A line stays in the flow of its first page when it stands there at another place or in another size (a title),
    when it is the head of a table, or when it runs through a part of the document only.
    """

    def __init__(self, edges: Callable[[], Iterable[tuple[int, list[Edge]]]]) -> None:
        """`edges()` gives (page index, its edge lines) in the order of the pages; it is asked twice."""
        counts = Counter(key for _, found in edges() for key in {e.key for e in found})
        often = {key for key, count in counts.items() if count >= 2}
        seen: dict[int, _Seen] = {}
        num_pages = 0
        for index, found in edges():
            num_pages += 1
            for edge in found:
                if edge.key in often:
                    _note(seen.setdefault(edge.key, _Seen()), index, edge)
        least = max(min(MIN_PAGES, num_pages), SHARE * num_pages)
        self._known: dict[int, _Seen] = {}
        self._small = num_pages < MIN_PAGES
        for key, item in seen.items():
            item.everywhere = len(item.pages) >= least
            if (item.everywhere or _is_run(item)) and _counts_with_pages(item):
                item.counting = _counting(item)
                if len(set(item.numbers)) == 1 and item.numbers[0]:
                    item.is_number = False  # the same number on every page is none of a page
                for page, numbers in zip(item.pages, item.numbers, strict=True):
                    item.variants.setdefault(item.variant(numbers), []).append(page)
                self._known[key] = item

    def divide(
        self, index: int, lines: list[TextLine], edges: dict[int, Edge]
    ) -> tuple[list[TextLine], list[Running], list[Running]]:
        """(lines in the flow, headers, footers) of a page; `edges` are its own, as `edges_of` finds them."""
        body: list[TextLine] = []
        headers: list[Running] = []
        footers: list[Running] = []
        for at, line in enumerate(lines):
            edge = edges.get(at)
            item = self._known.get(edge.key) if edge else None
            is_own_number = edge is not None and edge.is_number and edge.numbers[:1] == (index + 1,)
            if edge is not None and item is None and is_own_number and at in (0, len(lines) - 1):
                item = _Seen([index], is_number=True)
            if edge is None or item is None or self._stays(item, edge, index, lines, at):
                body.append(line)
                continue
            pages = tuple(item.variants.get(item.variant(edge.numbers), (index,)))
            running = Running(line.text, index == pages[0] and not item.is_number, pages)
            (headers if line.place < 0.5 else footers).append(running)
        if not body:  # a page that is all furniture keeps its text
            return lines, [], []
        return body, headers, footers

    def _stays(self, item: _Seen, edge: Edge, index: int, lines: list[TextLine], at: int) -> bool:
        if index != item.pages[0] or edge.is_number:
            return False
        if not item.everywhere or self._small or _heads_table(lines, at):
            return True
        place, height = _middle(item.places[1:]), _middle(item.heights[1:])
        return abs(edge.place - place) > SAME_PLACE or abs(edge.height - height) > SAME_SIZE * height


def edges_of(lines: list[TextLine]) -> dict[int, Edge]:
    """Lines that stand at an end of the page, by their position in `lines`."""
    found: dict[int, Edge] = {}
    ordered = sorted((at for at, line in enumerate(lines) if line.block >= 0), key=lambda at: lines[at].place)
    wide = PROSE_SHARE * max((line.x1 - line.x0 for line in lines), default=0.0)
    usual = _middle([b.y1 - a.y1 for a, b in pairwise(lines) if a.block == b.block] or [0.0])
    apart = _set_apart(lines, ordered, usual) | _set_apart(lines, ordered[::-1], usual)
    for at in ordered[:NUM_LINES]:
        if lines[at].place <= EDGE and not _in_sentence(lines, at, wide, usual):
            found[at] = _edge(lines[at], "top", at in apart)
    for at in ordered[-NUM_LINES:]:
        if lines[at].place >= 1 - EDGE and not _in_sentence(lines, at, wide, usual):
            found[at] = _edge(lines[at], "bottom", at in apart)
    return found


def _set_apart(lines: list[TextLine], inwards: list[int], usual: float) -> set[int]:
    """Lines at one end of the page (`inwards` from there) before the first gap, if there are few; rows have none."""
    outer: set[int] = set()
    for at, after in pairwise(inwards[: NUM_LINES + 1]):
        outer.add(at)
        pitch = abs(lines[after].y1 - lines[at].y1)
        if pitch >= GAP * max(usual, lines[at].height, lines[after].height):
            return {n for n in outer if len(lines[n].text) >= FEW_SIGNS and lines[n].text.count("\t") < 2}
    return set()


def _in_sentence(lines: list[TextLine], at: int, wide: float, usual: float) -> bool:
    """A full line of a paragraph: its sentence runs on into the next line, or came from the line before.

    `usual` is the distance of the page's lines (points).
    """
    for above in (at, at - 1):
        if above < 0 or above + 1 >= len(lines) or lines[above].block != lines[above + 1].block:
            continue
        before, line = lines[above], lines[above + 1]
        near = 0 < line.y1 - before.y1 < max(2 * before.height, min(1.25 * usual, 4 * before.height))
        same = 0.75 * before.height < line.height < 1.33 * before.height
        if before.x1 - before.x0 < wide or not near or not same or "\t" in before.text + line.text:
            continue
        last, first = before.text[-1], line.text[0]
        if first.islower() or (is_cjk(last) and is_cjk(first) and last not in "。．"):
            return True
    return False


def _edge(line: TextLine, end: str, is_apart: bool) -> Edge:
    numbers = tuple(int(n[-15:]) for n in _DIGITS.findall(line.text)[:NUM_NUMBERS])
    key = zlib.crc32(f"{end} {_pattern(line.text)}".encode("utf-8", "replace"))
    is_number = bool(_NUMBER.match(line.text)) or _is_short(line.text)
    return Edge(key, line.place, line.height, numbers, is_number, is_apart)


def _is_short(text: str) -> bool:
    """ "3-14", "A-2": a page number with its chapter."""
    return len(text) <= SHORT and bool(_CHAPTER_PAGE.fullmatch(text))


def _note(item: _Seen, index: int, edge: Edge) -> None:
    if item.pages and item.pages[-1] == index:  # twice on a page
        return
    item.pages.append(index)
    item.places.append(edge.place)
    item.heights.append(edge.height)
    item.numbers.append(edge.numbers)
    item.is_number = edge.is_number
    item.is_apart = item.is_apart and edge.is_apart


def _is_run(item: _Seen) -> bool:
    """On three or more neighbouring pages, at one place; on two, where a gap divides it from what stands there."""
    if len(item.pages) < MIN_PAGES:
        return _is_pair(item)
    near = sum(1 for a, b in pairwise(item.pages) if b - a <= RUN_GAP)
    place = _middle(item.places)
    same = sum(1 for p in item.places if abs(p - place) <= SAME_PLACE)
    return near * 10 >= 8 * (len(item.pages) - 1) and same * 10 >= 8 * len(item.places)


def _is_pair(item: _Seen) -> bool:
    """The same words on two pages that follow each other, at one place, in one size, apart from the rest of both."""
    if len(item.pages) != 2 or item.pages[1] - item.pages[0] != 1 or not item.is_apart or item.is_number:
        return False
    same_place = abs(item.places[0] - item.places[1]) <= SAME_PLACE / 2
    same_size = abs(item.heights[0] - item.heights[1]) <= SAME_SIZE * item.heights[0]
    steps = [b - a for a, b in zip(*item.numbers, strict=False)]
    return same_place and same_size and all(step in (0, 1) for step in steps)


def _counts_with_pages(item: _Seen) -> bool:
    """Each number of the line stays, counts with the pages or rises now and then: others are those of a table."""
    if item.is_number:
        return True
    size = len(item.pages)
    for slot in range(max(len(n) for n in item.numbers)):
        values = [n[slot] if slot < len(n) else -1 for n in item.numbers]
        constant = Counter(values).most_common(1)[0][1]
        steps = Counter(v - p for v, p in zip(values, item.pages, strict=True)).most_common(1)[0][1]
        rising = all(b >= a for a, b in pairwise(values)) and 2 * len(set(values)) <= size  # a chapter's number
        if max(constant, steps) < STEADY * size and not rising:
            return False
    return True


def _counting(item: _Seen) -> tuple[bool, ...]:
    """For each number of the line: it counts with the pages."""
    found = []
    for slot in range(max((len(n) for n in item.numbers), default=0)):
        values = [n[slot] if slot < len(n) else -1 for n in item.numbers]
        steps = Counter(v - p for v, p in zip(values, item.pages, strict=True)).most_common(1)[0][1]
        found.append(len(set(values)) > 1 and steps >= STEADY * len(values))
    return tuple(found)


def _heads_table(lines: list[TextLine], at: int) -> bool:
    """The line below has as many cells."""
    cells = lines[at].text.count("\t")
    return cells > 0 and at + 1 < len(lines) and lines[at + 1].text.count("\t") == cells


def _middle(values: list[float]) -> float:
    return sorted(values)[len(values) // 2]


def _pattern(text: str) -> str:
    text = _DIGITS.sub("#", text.casefold())
    if re.fullmatch(r"\W*[ivxlc]{1,7}\W*", text):
        text = "#"
    return "".join(text.split())
