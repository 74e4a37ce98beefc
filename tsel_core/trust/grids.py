"""Tables of documents as rows of cells, and lines of a label and what it names, found in the text as it is read."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from tsel_core.document import Document, SourceSpan, Unit
from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.text.values import Value, extract_values

_BAR = "|｜│┃║"
_RULE = lazy_pattern(rf"^[\s{_BAR}:=+\-‐―─━┼├┤┌┐└┘┬┴╋┏┓┗┛┣┫┳┻]+$")
_GAP = lazy_pattern(r"\t+|[ \u3000]{2,}|(?<=[^\s\u0000-\u024f])\u3000(?=\S)")
_LABELLED = lazy_pattern(r"^\s*(?:[-*・●○■□]\s*)?([^\s:：|][^:：|。.]{0,30}?)[ \u3000]*[:：][ \u3000]*(?=\S)(?!//)")
_LEAST_ROWS, _MOST_ROWS, _MOST_CELL = 2, 3000, 200
_DIGITS = ("money", "number", "percent")  # kinds that are written with the digits of their value
_SHARE = 0.5  # of a cell that is its value, so that the cell is one


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell's text and place."""

    text: str
    span: SourceSpan

    @property
    def values(self) -> tuple[Value, ...]:
        """Its values, names apart."""
        return _values(self.text)

    @property
    def valued(self) -> bool:
        """Whether it is a value, and no words with a number in them."""
        return sum(v.end - v.start for v in self.values) >= _SHARE * len(self.text)

    def may_hold(self, value: Value) -> bool:
        """Whether its digits, or numerals in words, may be those of a value: its values need not be looked for else.

        Dates, times and lengths of time are written with other digits than their value has.
        """
        if value.kind not in _DIGITS:
            return True
        digits = re.sub(r"\D", "", unicodedata.normalize("NFKC", self.text))
        wanted = re.sub(r"\D", "", value.value.split(".")[0])
        return wanted in digits or digits in wanted or not digits


@lru_cache(maxsize=8192)
def _values(text: str) -> tuple[Value, ...]:
    return tuple(v for v in extract_values(text) if v.kind != "name")


@dataclass(frozen=True)
class Grid:
    """Rows [rows][cells] of one table; `labelled`: lines "LABEL: what it names", two cells each, without a head."""

    rows: tuple[tuple[Cell, ...], ...]
    labelled: bool = False
    whole: bool = True  # it begins with the first row of the table

    @cached_property
    def head(self) -> tuple[Cell, ...]:
        """The first row, if it names the columns; else nothing."""
        first = self.rows[0]
        if self.labelled or not self.whole or not all(c.text for c in first[1:]):
            return ()
        amounts = any(c.valued and v.kind in ("money", "percent") for c in first for v in c.values)
        return first if not amounts and any(c.valued for row in self.rows[1:] for c in row) else ()

    def labels(self, row: int, column: int) -> str:
        """What names a cell: the head of its column, and the words of its row that are no values."""
        above = self.head[column].text if self.head and column < len(self.head) else ""
        beside = [c.text for n, c in enumerate(self.rows[row]) if n != column and not c.valued]
        return " ".join([above, *beside])

    def cells(self) -> Iterator[tuple[int, int, Cell]]:
        """(row, column, cell) of every cell that is told of, the head and the first column apart."""
        for number, row in enumerate(self.rows):
            if not (number == 0 and self.head):
                yield from ((number, column, cell) for column, cell in enumerate(row) if column)


def grid_at(documents: Sequence[Document], span: SourceSpan) -> Grid | None:
    """The table, or the lines of labels, that a span touches first; at most some thousand rows around it."""
    units = documents[span.doc_index].units
    lines = list(_rows(span.doc_index, span.unit_index, units[span.unit_index]))
    places = (i for i, (style, row) in enumerate(lines) if style not in ("", "rule") and _touches(row, span))
    return next((g for g in (_around(units, lines, place, span) for place in places) if g is not None), None)


def _around(units: Sequence[Unit], lines: Sequence[_Line], place: int, span: SourceSpan) -> Grid | None:
    style, row = lines[place]
    same = _Same(style, len(row))
    number, above = span.unit_index, same.before(lines, place)
    while above.open and number and len(above.rows) < _MOST_ROWS:
        number -= 1
        if units[number].is_furniture:
            continue  # between the pages of a table
        more = list(_rows(span.doc_index, number, units[number]))
        above = same.before(more, len(more)).joined(above.rows)
    whole = not above.open or number == 0
    number, below = span.unit_index, same.behind(lines, place)
    while below.open and number + 1 < len(units) and len(below.rows) < _MOST_ROWS:
        number += 1
        if units[number].is_furniture:
            continue
        more = list(_rows(span.doc_index, number, units[number]))
        below = same.behind(more, -1).joined(below.rows, behind=True)
    rows = (*above.rows, row, *below.rows)
    return Grid(rows, style == "label", whole) if len(rows) >= _LEAST_ROWS else None


def _touches(row: tuple[Cell, ...], span: SourceSpan) -> bool:
    return row[0].span.start < span.end and row[-1].span.end > span.start


@dataclass(frozen=True)
class _Run:
    """Rows next to each other, and whether they reach the end of what was looked through."""

    rows: tuple[tuple[Cell, ...], ...]
    open: bool

    def joined(self, rows: tuple[tuple[Cell, ...], ...], behind: bool = False) -> _Run:
        return _Run((*rows, *self.rows) if behind else (*self.rows, *rows), self.open and bool(self.rows))


@dataclass(frozen=True)
class _Same:
    """Rows of one style with as many cells; lines of a rule stand between them."""

    style: str
    size: int

    def before(self, lines: Sequence[_Line], end: int) -> _Run:
        return self._run(list(reversed(lines[:end])), backwards=True)

    def behind(self, lines: Sequence[_Line], begin: int) -> _Run:
        return self._run(lines[begin + 1 :])

    def _run(self, lines: Sequence[_Line], backwards: bool = False) -> _Run:
        found: list[tuple[Cell, ...]] = []
        for style, row in lines:
            if style != "rule" and (style != self.style or len(row) != self.size):
                return _Run(tuple(reversed(found) if backwards else found), open=False)
            if style != "rule":
                found.append(row)
        return _Run(tuple(reversed(found) if backwards else found), open=True)


_Line = tuple[str, tuple[Cell, ...]]


def _rows(document: int, number: int, unit: Unit) -> Iterator[_Line]:
    """(style, cells) of every line; style "" for a line that is no row."""
    at = 0
    for line in unit.text.split("\n"):
        start, at = at, at + len(line) + 1
        if line.strip():
            style, parts = _cells(line, unit.speaker is not None)
            yield style, tuple(Cell(line[a:b], SourceSpan(document, number, start + a, start + b)) for a, b in parts)


def _cells(line: str, spoken: bool) -> tuple[str, list[tuple[int, int]]]:
    bars = [m for m in re.finditer(f"[{_BAR}]", line)]
    if (bars or len(line.strip()) > 2) and _RULE.match(line):
        return "rule", []
    if len(bars) >= 2 or (bars and re.search(rf"[\s\u3000][{_BAR}]|[{_BAR}][\s\u3000]", line)):
        return "bar", _stripped(line, bars)
    stripped = line.strip()
    gaps = [m for m in _GAP.finditer(line) if line[: m.start()].strip() and line[m.end() :].strip()]
    if gaps and all(len(p) <= _MOST_CELL for p in _GAP.split(stripped)):
        return "gap", _stripped(line, gaps)
    label = None if spoken else _LABELLED.match(line)
    if label is not None:
        return "label", [(label.start(1), label.end(1)), (label.end(), len(line.rstrip()))]
    return "", []


def _stripped(line: str, marks: Iterator[re.Match[str]] | list[re.Match[str]]) -> list[tuple[int, int]]:
    begin, found = 0, []
    for mark in marks:
        found.append((begin, mark.start()))
        begin = mark.end()
    found.append((begin, len(line)))
    if not line[slice(*found[0])].strip():
        found = found[1:]
    if found and not line[slice(*found[-1])].strip():
        found = found[:-1]
    made = []
    for a, b in found:
        text = line[a:b]
        lead = len(text) - len(text.lstrip())
        made.append((a + lead, a + len(text.rstrip()) if text.strip() else a + lead))
    return made
