"""Segments of a page to its lines in reading order, and lines to the text the model sees."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass, field

from tsel_core.ingest.encoding.clean import clean_text, is_cjk
from tsel_core.ingest.pdf.layout.columns import Work, read_order
from tsel_core.ingest.pdf.layout.letters import union
from tsel_core.ingest.pdf.layout.line_numbers import NumberColumn, without_line_numbers
from tsel_core.ingest.pdf.layout.rows import Block, Row
from tsel_core.ingest.pdf.layout.segments import PageText, Segment
from tsel_core.ingest.pdf.layout.tables import with_rows
from tsel_core.ingest.pdf.layout.turning import turn_back, turned_rules
from tsel_core.ingest.pdf.layout.vertical import join_columns, turn_columns, zones
from tsel_core.ingest.pdf.layout.wrapped import join_wrapped
from tsel_core.lazy_pattern import lazy_pattern

_KANA_ONLY = lazy_pattern("[\u3041-\u30ff\uff66-\uff9f・ー\\s]+")
_KANJI = lazy_pattern("[\u3005\u3400-\u9fff]")
_LEADER = lazy_pattern(r"(?:[ \t]*[.．…‥・]){4,}[ \t]*(?=[0-9０-９ivxlcIVXLC]{1,6}\s*$)")  # to a page number
_MARKS = ("  ", "..", ". .", "-----", "=====", "- -", "_ _", "* *")
_ALL_MARKS = (*_MARKS, "───", "━━━", "‐‐‐", "–––", "———", "………", "･･･", "・・・")
RUN = 3  # signs that are kept of a row of them
# "[****]" and "____" are a document's own marks and stay
_RUN = lazy_pattern(r"([-=.─━‐–—…･・])\1{5,}|([-_=*.─━‐–—…･・])(?:[ \u00a0]\2){3,}")
_SPACES = lazy_pattern("[\u00a0\u1680\u2000-\u200a\u202f\u205f]")
_LEFT = lazy_pattern("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
TAB_GAP = 2.0  # of the line's height: a gap this wide between cells is written as a tab
MAX_PAIRS = 1_000_000  # of small kana and lines with kanji that are compared


@dataclass(slots=True)
class TextLine:
    """A line of a page; `place` is its height on the page as shown (0 top, 1 bottom), `block` its column.

    `room` is the width of the page it runs across (the height for vertical writing); 0 where that is not known.
    """

    text: str
    x0: float = 0.0
    y0: float = 0.0
    x1: float = 0.0
    y1: float = 0.0
    place: float = 0.5
    block: int = -1
    room: float = 0.0
    is_vertical: bool = False
    is_guess: bool = False  # words were put together from letters
    need: float = -1.0  # what `margins.needed` found

    @property
    def height(self) -> float:
        return self.y1 - self.y0


@dataclass(slots=True)
class Layout:
    """Lines in reading order, and what does not belong to them: ruby readings, whether lines were numbered."""

    lines: list[TextLine]
    ruby: list[str] = field(default_factory=list)
    had_line_numbers: bool = False
    is_simple: bool = False  # its columns were too many to be found
    numbers: NumberColumn | None = None  # left in the text, but may be numbers of lines


def lay_out(page: PageText, *, is_numbered: bool = False) -> Layout:
    """A page's lines. `is_numbered`: the numbers at the left are those of lines."""
    if not page.segments:
        return Layout([TextLine(t) for line in page.text.split("\n") if (t := _tidy(line))])
    oblique = [s for s in page.segments if s.is_oblique]
    if 2 * sum(len(s.text) for s in oblique) > sum(len(s.text) for s in page.segments):
        oblique = []
    across = {id(s) for s in oblique}
    segments = [s for s in page.segments if id(s) not in across] if across else page.segments
    height = max(page.height, 1.0)
    places = {id(s): (s.y0 + s.y1) / 2 / height for s in segments}
    turned = turn_back(segments, page.width, page.height)
    sides = (page.height, page.width) if turned in (90, 270) else (page.width, page.height)
    lines: list[TextLine] = []
    ruby: list[str] = []
    numbered = False
    number = 0
    work = Work()
    columns: list[NumberColumn] = []
    for zone, is_vertical in zones(segments):
        zone = turn_columns(zone) if is_vertical else join_columns(zone, places)
        zone, readings = _without_ruby(zone)
        ruby += readings
        if not is_vertical:
            zone = with_rows(zone, turned_rules(page.rules, turned, page.width, page.height), sides[1], places)
        if not is_vertical and not turned:
            zone, had_numbers, column = without_line_numbers(zone, is_numbered=is_numbered)
            numbered = numbered or had_numbers
            columns += [column] if column is not None else []
        for block in read_order(zone, work):
            block, tables = join_wrapped(block, places)
            lines.extend(_lines(block, number, places, sides[is_vertical], is_vertical, tables))
            number += 1
    lines.extend(TextLine(text) for s in oblique if (text := _tidy(s.text)))  # last: it divides no sentence
    return Layout(lines, ruby, numbered, work.is_spent, columns[0] if columns else None)


def _without_ruby(segments: list[Segment]) -> tuple[list[Segment], list[str]]:
    """Small kana right above a line with kanji are its readings: they are kept apart from the text."""
    small = [s for s in segments if _KANA_ONLY.fullmatch(s.text)]
    if not small:
        return segments, []
    ruby: list[str] = []
    dropped: set[int] = set()
    bases = [s for s in segments if _KANJI.search(s.text)]
    if len(small) * len(bases) > MAX_PAIRS:
        return segments, []
    for s in small:
        for base in bases:
            near = -0.35 * base.height <= base.y0 - s.y1 <= 1.1 * s.height + 1.0
            over = min(s.x1, base.x1) - max(s.x0, base.x0)
            if s.height <= 0.68 * base.height and near and over > 0.5 * s.width:
                ruby.append(s.text)
                dropped.add(id(s))
                break
    return [s for s in segments if id(s) not in dropped], ruby


def _lines(
    block: Block, number: int, places: dict[int, float], room: float, is_vertical: bool, tables: set[int]
) -> list[TextLine]:
    """Lines of a block; `tables`: ids of the rows that are those of a table."""
    found = []
    for index, row in enumerate(block):
        first = row[0]
        if len(row) == 1:
            text, x0, y0, x1, y1, is_guess = _tidy(first.text), first.x0, first.y0, first.x1, first.y1, first.is_guess
        else:
            beside = [block[i] for i in (index - 1, index + 1) if 0 <= i < len(block)]
            is_table = id(row) in tables or any(_same_cells(row, other) for other in beside)
            text = _tidy(_row_text(row, is_table))
            x0, y0, x1, y1 = union([(s.x0, s.y0, s.x1, s.y1) for s in row])
            is_guess = any(s.is_guess for s in row)
        if text:
            place = places.get(id(first), 0.5)
            if not text.isascii() and _runs_left(text):  # as in a mirror: its margin is at the left
                x0, x1 = room - x1, room - x0
            found.append(TextLine(text, x0, y0, x1, y1, place, number, room, is_vertical, is_guess))
    return found


def _runs_left(text: str) -> bool:
    """Most letters are Hebrew or Arabic."""
    return 2 * len(_LEFT.findall(text)) > sum(map(str.isalpha, text))


def _same_cells(row: Row, other: Row) -> bool:
    """Rows of one table: as many cells, each at its neighbour's left edge, right edge or middle."""
    if len(row) < 2 or len(row) != len(other):
        return False
    for a, b in zip(row, other, strict=True):
        if min(abs(a.x0 - b.x0), abs(a.x1 - b.x1), abs(a.x0 + a.x1 - b.x0 - b.x1) / 2) > 4.0:
            return False
    return True


def _row_text(row: Row, is_table: bool) -> str:
    """Cells of a row: a tab in a table or where the gap is wide, a space where it is not, nothing within a word."""
    text = row[0].text
    for before, segment in itertools.pairwise(row):
        gap = segment.x0 - before.x1
        tall = max(before.height, segment.height, 1.0)
        if gap > (0.5 if is_table else TAB_GAP) * tall or not (before.text and segment.text):
            text += "\t" + segment.text
        elif _touches(text, segment, gap / tall):
            text += segment.text
        else:
            text += " " + segment.text
    return text


def _touches(text: str, segment: Segment, gap: float) -> bool:
    """No space between `text` and the segment `gap` line heights beside it."""
    if gap < 0.15:
        return not segment.is_spaced
    return gap < 0.5 and is_cjk(text[-1:]) and is_cjk(segment.text[:1])


def _tidy(line: str) -> str:
    """Words with single spaces; rows of dots, dashes and lines to write on cut short."""
    if line.isprintable() and not any(map(line.__contains__, _MARKS if line.isascii() else _ALL_MARKS)):
        return line.strip()
    line = _LEADER.sub("\t", line)
    line = _RUN.sub(lambda m: (m[1] or m[2]) * RUN, line)
    line = clean_text(line.replace("\ufffe", "-").replace("\x02", "-"))
    return re.sub(" {2,}", " ", _SPACES.sub(" ", line)).strip(" \r\n")
