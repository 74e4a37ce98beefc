"""A page's text as segments: pieces of a line with their boxes, in the coordinates of the page as it is shown."""

from __future__ import annotations

import ctypes
import itertools
from dataclasses import dataclass, field
from typing import Any

import pypdfium2.raw as pdfium

from tsel_core.ingest.encoding.clean import CJK
from tsel_core.ingest.pdf.actual_text import gives_words
from tsel_core.ingest.pdf.drawn import read_drawn
from tsel_core.ingest.pdf.layout.copies import without_copies
from tsel_core.ingest.pdf.layout.letters import is_spelled, join_letters, union
from tsel_core.ingest.pdf.layout.rules import Box, Rules, read_rules
from tsel_core.ingest.pdf.layout.upright import Upright, page_size
from tsel_core.ingest.pdf.visibility import Run, find_hidden
from tsel_core.lazy_pattern import lazy_pattern

# pdfium joins a divided word over the line end and marks the hyphen by U+FFFE: the line ends there.
_LINE = lazy_pattern("[^\n\ufffe]+\ufffe?|\ufffe")
GAP = 0.9  # of the line's height: a wider gap between two boxes of a line divides it into segments
APART = 0.3  # of a sign's height: from one sign of a line down or up to the next, where that is another line
UPRIGHT = 1.6  # times as high as wide: signs below each other
STOP_GAP = 1.35  # times the gap, after a sign that is narrower than its place
_STOPS = ".,:;!?'"
ADVANCES = 1.45  # of a sign's mean width
MADE = "\x1f"  # stands for a space that is none, so that every sign keeps its index; white space for Python
COVER = "\u2588"  # a full block: stands for a sign under a drawn shape
_COVER = lazy_pattern(f"{COVER}[{COVER}{MADE} ]*{COVER}|{COVER}")
SAMPLE = 64  # signs of a page whose font is asked
MADE_GAP = 0.8  # of the signs' height
_CJK_SPACE = lazy_pattern(f"(?<=[{CJK}]) (?=[0-9A-Za-z{CJK}])|(?<=[0-9A-Za-z]) (?=[{CJK}])")


@dataclass(slots=True)
class Segment:
    """Text and its box: points from the top left corner of the upright page, y downwards."""

    text: str
    x0: float
    y0: float
    x1: float
    y1: float
    angle: int = 0  # of the text on the upright page: 0, 90, 180 or 270 degrees; another one for oblique text
    is_spaced: bool = False  # the file has a space before it
    is_guess: bool = False  # its letters stood apart and were put together

    @property
    def height(self) -> float:
        return self.y1 - self.y0

    @property
    def width(self) -> float:
        return self.x1 - self.x0

    @property
    def is_oblique(self) -> bool:
        """A watermark or stamp that lies across the page."""
        return self.angle % 90 != 0

    @property
    def is_vertical(self) -> bool:
        """Upright signs below each other."""
        return self.angle == 0 and len(self.text) >= 2 and self.height > UPRIGHT * self.width


@dataclass(slots=True)
class PageText:
    """What pdfium says about a page."""

    text: str
    segments: list[Segment]
    width: float
    height: float
    rules: Rules = field(default_factory=Rules)
    hidden: list[tuple[str, bool]] = field(default_factory=list)  # (text no reader can see, whether under a cover)
    num_signs: int = 0
    num_recognized: int = 0  # signs of a text layer over a picture
    picture_share: float = 0.0
    num_pictures: int = 0
    num_paths: int = 0  # drawn lines and shapes
    unmapped: float = 0.0  # share of the signs for which the font does not say which character they are
    place: Upright | None = None
    is_given: bool = False  # some of the words are given in the place of those drawn (ActualText)


def _unmapped(textpage: Any, count: int) -> float:
    """Share of the signs that pdfium has the code of and no character for, by a sample of them."""
    step = -(-count // SAMPLE)
    places = range(step // 2, count, step)
    found = [bool(pdfium.FPDFText_HasUnicodeMapError(textpage, at) == 1) for at in places]
    return sum(found) / max(1, len(found))


class TextReader:
    """Reads pages with as few calls per line as possible: one for its boxes, one per box."""

    def __init__(self, *, has_layers: bool = False) -> None:
        """`has_layers`: the document has layers (optional content), some of which may be switched off."""
        self._box = [ctypes.c_double() for _ in range(4)]
        self._has_layers = has_layers

    def read(self, page: Any) -> PageText:
        """Text and segments of a pypdfium2 page."""
        textpage = pdfium.FPDFText_LoadPage(page)
        if not textpage:
            return PageText("", [], *page_size(page))
        try:
            return self._read(page, textpage)
        finally:
            pdfium.FPDFText_ClosePage(textpage)

    def _read(self, page: Any, textpage: Any) -> PageText:
        count = pdfium.FPDFText_CountChars(textpage)
        place = Upright(page)
        found = PageText("", [], *page_size(page), place=place)
        drawn = read_drawn(page)
        shown = place.left, place.bottom, place.right, place.top
        found.picture_share, found.num_pictures = drawn.picture_share(shown), drawn.num_pictures(shown)
        found.num_paths = len(drawn.paths)
        found.is_given = gives_words(drawn.words)
        if count <= 0:
            return found
        text = _text(textpage, count)
        found.unmapped = _unmapped(textpage, count)
        found.rules = read_rules(drawn.paths, place.box)
        dropped: list[Run] = []
        if len(text) == count:
            runs = find_hidden(page, textpage, text, drawn, shown, has_layers=self._has_layers)
            found.num_recognized = sum(r.end - r.start for r in runs if r.why == "ocr")
            dropped = [r for r in runs if r.why != "ocr"]
            found.num_signs = len(text) - sum(r.end - r.start for r in dropped)
            found.hidden = [(w, r.why == "covered") for r in dropped if (w := _words(text[r.start : r.end]))]
            text = _without(text, dropped)
            for match in _LINE.finditer(text):
                line = match[0].rstrip("\r")
                if line.strip():
                    gaps = [r for r in dropped if r.start < match.end() and r.end > match.start()]
                    found.segments.extend(self._line(textpage, line, match.start(), place, found.rules, bool(gaps)))
            found.segments = without_copies(found.segments)
        found.text = _words(text)
        return found

    def _line(
        self, textpage: Any, line: str, at: int, place: Upright, rules: Rules, has_gaps: bool
    ) -> list[Segment]:
        boxes = self._boxes(textpage, at, len(line))
        if not boxes:
            return []
        first = at + len(line) - len(line.lstrip())
        angle = place.turned(pdfium.FPDFText_GetCharAngle(textpage, first))
        shown = [place.box(*box) for box in boxes]
        whole = shown[0] if len(shown) == 1 else union(shown)
        if not line.isascii() and _CJK_SPACE.search(line):
            line = self._without_made_spaces(textpage, line, at)
        cuts = rules.cuts(whole) if rules.down and angle in (0, 180) else []
        tall = max(b[3] - b[1] for b in shown)
        if has_gaps or cuts:  # with gaps the boxes are those of hidden signs too
            gap = _widest(line, shown, max(tall if has_gaps else whole[3] - whole[1], 1.0))
            return self._split(textpage, line, at, place, angle, gap, cuts)
        if angle == 0 and is_spelled(line):
            joined = self._spelled(textpage, line, at, place)
            if joined:
                return joined
        if len(boxes) > 1 and angle % 90 == 0:
            if angle in (90, 270):  # as if it ran across
                shown, whole = [_sideways(box) for box in shown], _sideways(whole)
                tall = max(b[3] - b[1] for b in shown)
            ordered = sorted(shown)
            gap = _widest(line, shown, max(tall, 1.0))
            widest = max(b[0] - a[2] for a, b in itertools.pairwise(ordered))
            high, wide = whole[3] - whole[1], whole[2] - whole[0]
            if (high <= 2.2 * tall and widest > gap) or (2.2 * tall < high < UPRIGHT * wide):  # or lines run together
                return self._split(textpage, line, at, place, angle, gap, [])
            whole = _sideways(whole) if angle in (90, 270) else whole
        found = Segment(_words(line), *whole, angle, line[0].isspace())
        return self._columns(textpage, line, at, place) if found.is_vertical and len(boxes) > 1 else [found]

    def _columns(self, textpage: Any, line: str, at: int, place: Upright) -> list[Segment]:
        """A vertical line, divided where pdfium goes on elsewhere: with the ruby of another word, or another line."""
        found: list[Segment] = []
        start = 0
        box: Box | None = None
        last: Box | None = None
        for index, char in enumerate(line):
            here = None if char.isspace() else self._char(textpage, at + index, place)
            if here is None:
                continue
            if box is not None and last is not None and _goes_elsewhere(last, here):
                found.append(Segment(_words(line[start:index]), *box))
                start, box = index, None
            box, last = here if box is None else union([box, here]), here
        if box is not None:
            found.append(Segment(_words(line[start:]), *box))
        return [s for s in found if s.text]

    def _spelled(self, textpage: Any, line: str, at: int, place: Upright) -> list[Segment]:
        """A line of letters that stand apart, its words put together by the gaps; empty where all gaps are alike."""
        places = ((n, self._char(textpage, at + n, place)) for n, char in enumerate(line) if not char.isspace())
        signs = [(line[n], box) for n, box in places if box is not None]
        found = [Segment(_words(word), *box, is_guess=True) for word, box in join_letters(signs)]
        return [s for s in found if s.text]

    def _without_made_spaces(self, textpage: Any, line: str, at: int) -> str:
        """Spaces that pdfium made of the small gap between a Japanese sign and a digit or letter become MADE."""
        found = list(line)
        left, right, bottom, top = self._box
        for match in _CJK_SPACE.finditer(line):
            index = match.start()
            if pdfium.FPDFText_IsGenerated(textpage, at + index) != 1:
                continue
            ends = []
            for beside in (index - 1, index + 1):
                pdfium.FPDFText_GetCharBox(textpage, at + beside, left, right, bottom, top)
                ends.append((left.value, right.value, top.value - bottom.value))
            if ends[1][0] - ends[0][1] <= MADE_GAP * max(ends[0][2], ends[1][2]):
                found[index] = MADE
        return "".join(found)

    def _split(
        self, textpage: Any, line: str, at: int, place: Upright, angle: int, gap: float, cuts: list[float]
    ) -> list[Segment]:
        """Divide a line where more than `gap` or a border (x in `cuts`) stands between two signs."""
        found: list[Segment] = []
        start = last = 0
        box: Box | None = None
        for index, char in enumerate(line):
            if char.isspace():
                continue
            here = self._char(textpage, at + index, place)
            if here is None:
                continue
            here = _sideways(here) if angle in (90, 270) else here
            if box is not None and (
                here[0] - box[2] > (STOP_GAP * gap if line[last] in _STOPS else gap)
                or here[2] < box[0] - gap
                or any(box[2] - 1 <= x <= here[0] + 1 for x in cuts)
                or here[1] > box[3] + APART * (here[3] - here[1])
                or here[3] < box[1] - APART * (here[3] - here[1])
            ):
                found.append(Segment(_words(line[start:index]), *box, angle))
                start, box = index, here
            else:
                box = here if box is None else union([box, here])
            last = index
        if box is not None:
            found.append(Segment(_words(line[start:]), *box, angle))
        if angle in (90, 270):
            for s in found:
                s.x0, s.y0, s.x1, s.y1 = s.y0, s.x0, s.y1, s.x1
        return [s for s in found if s.text]

    def _boxes(self, textpage: Any, at: int, length: int) -> list[Box]:
        left, top, right, bottom = self._box
        found: list[Box] = []
        for index in range(pdfium.FPDFText_CountRects(textpage, at, length)):
            if pdfium.FPDFText_GetRect(textpage, index, left, top, right, bottom):
                found.append((left.value, bottom.value, right.value, top.value))
        return found

    def _char(self, textpage: Any, index: int, place: Upright) -> Box | None:
        left, right, bottom, top = self._box
        if not pdfium.FPDFText_GetCharBox(textpage, index, left, right, bottom, top):
            return None
        if left.value == right.value == 0.0:
            return None
        return place.box(left.value, bottom.value, right.value, top.value)


def _sideways(box: Box) -> Box:
    """The box with its axes changed."""
    return box[1], box[0], box[3], box[2]


def _widest(line: str, boxes: list[Box], tall: float) -> float:
    """The widest gap between two words: in a type-writer's font it is wider than in others."""
    advance = sum(b[2] - b[0] for b in boxes) / max(1, len(line))
    return max(GAP * tall, ADVANCES * advance if line.isascii() else 0.0)


def _goes_elsewhere(last: Box, here: Box) -> bool:
    """A sign further up than the last one, or further down and not below it."""
    step, tall = here[1] - last[1], 1.5 * (last[3] - last[1])
    return step < -tall or (step > tall and abs(here[0] - last[0]) > 1.5 * (last[2] - last[0]))


def _without(text: str, hidden: list[Run]) -> str:
    """The text with as many signs: hidden ones became MADE, covered ones COVER."""
    if not hidden:
        return text
    signs = list(text)
    for run in hidden:
        for index in range(run.start, run.end):
            if signs[index] not in "\r\n\ufffe":
                signs[index] = COVER if run.why == "covered" and not signs[index].isspace() else MADE
    return "".join(signs)


def _text(textpage: Any, count: int) -> str:
    """The page's text with an index for each of pdfium's signs: a sign beyond U+FFFF stands as its two surrogates."""
    buffer = (ctypes.c_ushort * (2 * count + 2))()
    written = pdfium.FPDFText_GetText(textpage, 0, count, buffer)
    raw = bytes(buffer)[: 2 * max(0, written - 1)]
    text = raw.decode("utf-16-le", "replace")
    if raw[::2].count(0) * 2 > len(text):  # a font's map with its bytes the wrong way round: "M" as U+4D00
        text = "".join(chr(ord(c) >> 8) if ord(c) > 0xFF and ord(c) & 0xFF == 0 else c for c in text)
    return text if len(text) == count else "".join(map(chr, buffer[: max(0, written - 1)]))


def _words(line: str) -> str:
    """Words of a piece of a page's text: made spaces taken out, surrogates joined."""
    line = line.replace(MADE, "").strip()
    if COVER in line:
        line = _COVER.sub(3 * COVER, line)
    return line if line.isprintable() else line.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
