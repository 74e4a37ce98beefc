"""Tables of documents as rows of cells, and lines of a label and what it names, found in the text as it is read."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from tsel_core.document import Document, SourceSpan
from tsel_core.text.values import Value, extract_values

_BAR = "|｜│┃║"
_RULE = re.compile(rf"^[\s{_BAR}:=+\-‐―─━┼├┤┌┐└┘┬┴╋┏┓┗┛┣┫┳┻]+$")
_GAP = re.compile(r"\t+|[ \u3000]{2,}|(?<=[^\s\u0000-\u024f])\u3000(?=\S)")
_LABELLED = re.compile(r"^\s*(?:[-*・●○■□]\s*)?([^\s:：|][^:：|。.]{0,30}?)[ \u3000]*[:：][ \u3000]*(?=\S)(?!//)")
_LEAST_ROWS, _MOST_CELL = 2, 200
_SHARE = 0.5  # of a cell that is its value, so that the cell is one


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell's text and place; `values` of it, names apart."""

    text: str
    span: SourceSpan
    values: tuple[Value, ...]

    @property
    def valued(self) -> bool:
        """Whether it is a value, and no words with a number in them."""
        return sum(v.end - v.start for v in self.values) >= _SHARE * len(self.text)


@dataclass(frozen=True)
class Grid:
    """Rows [rows][cells] of one table; `labelled`: lines "LABEL: what it names", two cells each, without a head."""

    rows: tuple[tuple[Cell, ...], ...]
    labelled: bool = False

    @cached_property
    def head(self) -> tuple[Cell, ...]:
        """The first row, if it names the columns; else nothing."""
        first = self.rows[0]
        below = [row for row in self.rows[1:] if any(c.valued for c in row)]
        amounts = any(c.valued and v.kind in ("money", "percent") for c in first for v in c.values)
        return first if below and not self.labelled and not amounts and all(c.text for c in first[1:]) else ()

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


def find_grids(documents: Sequence[Document]) -> list[Grid]:
    """The tables of documents, and their lines of labels."""
    found: list[Grid] = []
    for number, document in enumerate(documents):
        rows: list[tuple[Cell, ...]] = []
        style = ""
        for kind, row in _rows(number, document):
            if kind == "rule":
                continue
            if kind != style or (rows and len(row) != len(rows[0])) or not kind:
                found += _grid(rows, style)
                rows, style = [], kind
            if kind:
                rows.append(row)
        found += _grid(rows, style)
    return found


def _grid(rows: list[tuple[Cell, ...]], style: str) -> list[Grid]:
    return [Grid(tuple(rows), style == "label")] if len(rows) >= _LEAST_ROWS else []


def _rows(number: int, document: Document) -> Iterator[tuple[str, tuple[Cell, ...]]]:
    """(style, cells) of every line; style "" for a line that is no row."""
    for place, unit in enumerate(document.units):
        at = 0
        for line in unit.text.split("\n"):
            start, at = at, at + len(line) + 1
            if not line.strip():
                continue
            style, parts = _cells(line, unit.speaker is not None)
            yield style, tuple(_cell(line[a:b], SourceSpan(number, place, start + a, start + b)) for a, b in parts)


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


def _cell(text: str, span: SourceSpan) -> Cell:
    return Cell(text, span, tuple(v for v in extract_values(text) if v.kind != "name"))
