# ruff: noqa: E501 (a pattern)
"""A value of a table that is told of another row or column, and what stands behind another label.

"The 2024 price of pump A is 1,200 euros" has the words of its row and a value of it, of the column beside.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from tsel_core.document import Document, SourceSpan
from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.text.normalize import normalise
from tsel_core.text.same_values import own_values, same_value
from tsel_core.text.values import Value, extract_values
from tsel_core.trust.claims.parts.asked import held_ja
from tsel_core.trust.claims.parts.claim import Claim
from tsel_core.trust.claims.parts.evidence import key_of
from tsel_core.trust.claims.parts.expected import fitting
from tsel_core.trust.claims.parts.held import without
from tsel_core.trust.claims.parts.words import IRREGULAR, RUN, english_tokens, is_japanese
from tsel_core.trust.grids import Cell, Grid, grid_at

_PARTS = lazy_pattern(r"[、,，・/]|と(?=[^、]{1,10}$)|\band\b")
_AMOUNTS = {"money", "number"}
_EACH_JA = lazy_pattern(r"(?<!\d)[1１一](?:台|個|枚|本|冊|式|箱|袋|脚|着|足|組|基|灯|平米|坪|メートル|キロ)(?:の|で|あたり|当たり|につき|は|いくら)|(?:1|１|一|ひと)つ(?:の|で|あたり|は|いくら)")
_EACH_EN = lazy_pattern(r"\b(?:each|apiece|a piece|per (?:item|unit|piece)|(?:one|a single) \w+ cost)\b", re.I)
_HALF = 0.5  # of a Japanese word in a label, from which on it counts


def of_another_cell(claim: Claim, stated: str, full: str, question: str, documents: Sequence[Document]) -> Claim:
    """A supported claim, unsure where another cell of its table fits what is asked better than the one that holds it.

    A phrase whose value several cells of its row could be, none nearer to the question than the other, is unsure too.
    """
    if claim.verdict != "supported" or claim.evidence is None:
        return claim
    short = full != stated
    grid = grid_at(documents, claim.evidence)
    if grid is None or (grid.labelled and not short):
        return claim
    values = own_values(stated, question)
    words = _asked(f"{question} {'' if short else without(stated, values)}")
    if values:
        for value in values:
            detail = _nearer(grid, words, value, short)
            if detail:
                return replace(claim, verdict="unsure", why="elsewhere", detail=f"{value.text} / {detail}")
        return claim
    detail = _other_label(grid, words, stated) if short else ""
    return replace(claim, verdict="unsure", why="rival", detail=detail) if detail else claim


@dataclass(frozen=True, slots=True)
class ToldCell:
    """The one cell of a table whose row and column a question names."""

    cell: Cell
    row: str
    head: str

    def told_by(self, text: str) -> bool:
        """Whether a text states its value."""
        return any(same_value(v, w) or _same_amount(v, w) for v in extract_values(text) for w in self.cell.values)

    @property
    def words(self) -> str:
        """ "15,000 (Manager, Tokyo)"."""
        where = [part for part in (self.row, self.head) if part]
        japanese = is_japanese("".join(where))
        return f"{self.cell.text}（{'、'.join(where)}）" if japanese else f"{self.cell.text} ({', '.join(where)})"


def told_cell(question: str, documents: Sequence[Document], spans: Sequence[SourceSpan]) -> ToldCell | None:
    """The cell that a question for a value means, in the tables that some places touch; None where two fit as well.

    The question has words of its row and of the head of its column.
    """
    if fitting("", question) is None:
        return None  # no value is asked for
    words, seen = _asked(question), set()
    amounts = bool(fitting("100 euros", question))  # a column of amounts may be bare numbers
    best: list[tuple[float, ToldCell]] = []
    for span in spans:
        grid = grid_at(documents, span)
        if grid is None or not grid.head or grid.rows[0][0].span in seen:
            continue
        seen.add(grid.rows[0][0].span)
        for number, column, cell in grid.cells():
            bare = amounts and all(v.kind == "number" for v in cell.values)
            if column >= len(grid.head) or not cell.valued or not (bare or fitting(cell.text, question)):
                continue
            row = " ".join(c.text for n, c in enumerate(grid.rows[number]) if n != column and not c.valued)
            head = grid.head[column].text
            fits = _held(words, row), _held(words, head)
            if min(fits) >= 1:
                best.append((sum(fits), ToldCell(cell, row, head)))
    best.sort(key=lambda found: -found[0])
    if not best or (len(best) > 1 and best[1][0] >= best[0][0]):
        return None
    return best[0][1]


def _nearer(grid: Grid, words: set[str], value: Value, short: bool) -> str:
    """The text of a cell with another value of this kind that fits better than those that hold the value; ""."""
    told = [(r, c, cell) for r, c, cell in grid.cells() if cell.may_hold(value)]
    told = [t for t in told if any(same_value(value, v) or _same_amount(value, v) for v in t[2].values)]
    rows, columns = {r for r, _, _ in told}, {c for _, c, _ in told}
    holding, others = [], []
    for row, column, cell in grid.cells():
        if row not in rows and column not in columns:
            continue
        kinds = [v for v in cell.values if _comparable(v, value)]
        if (row, column, cell) in told:
            holding.append((_fit(grid, row, column, words), row, cell))
        elif kinds and cell.valued:
            others.append((_fit(grid, row, column, words), row, cell))
    if not holding or not others:
        return ""
    best = max(holding, key=lambda h: h[0])
    rival = max(others, key=lambda o: o[0])
    if rival[0] > best[0]:
        return rival[2].text
    beside = [o for o in others if o[0] == best[0] and o[1] in {h[1] for h in holding if h[0] == best[0]}]
    return beside[0][2].text if short and beside and not grid.labelled else ""


def _comparable(one: Value, two: Value) -> bool:
    """Whether two values may stand for one another: "6 pieces" is no price, a bare number may be."""
    if one.kind == two.kind:
        return one.unit == two.unit or not (one.unit and two.unit)
    return {one.kind, two.kind} <= _AMOUNTS and not one.unit and not two.unit


def _same_amount(value: Value, other: Value) -> bool:
    """22,000円 is what a column of bare numbers under "in yen" has as 22,000."""
    return {value.kind, other.kind} == _AMOUNTS and value.value.split()[0] == other.value.split()[0]


def _fit(grid: Grid, row: int, column: int, words: set[str]) -> float:
    """How many of the question's words name a cell."""
    return _held(words, grid.labels(row, column))


def _other_label(grid: Grid, words: set[str], stated: str) -> str:
    """The label or head that fits the question better than those of the cells that hold a phrase; ""."""
    parts = [normalise(p) for p in _PARTS.split(stated.strip(" .。")) if p.strip()]
    holding: list[tuple[float, str]] = []
    others: list[tuple[float, str]] = []
    for row, column, cell in grid.cells():
        labels = grid.rows[row][0].text if grid.labelled else grid.labels(row, column)
        here = normalise(cell.text)
        (holding if parts and all(p in here for p in parts) else others).append((_held(words, labels), labels))
    if not holding or not others:
        return ""
    best, rival = max(holding), max(others)
    return rival[1].strip() if rival[0] > best[0] and rival[0] >= 1 else ""


def _asked(question: str) -> set[str]:
    """The words of a question; what one of them costs is a unit price."""
    words = _words(question)
    if _EACH_JA.search(question):
        words |= {"単価"}
    elif _EACH_EN.search(question):
        words |= _words("unit each")
    return words


def _words(text: str) -> set[str]:
    if is_japanese(text):
        return {m.group() for m in RUN.finditer(text) if len(m.group()) > 1} | set(re.findall(r"\d+", text))
    tokens = (t for t in english_tokens(text) if t.content or t.word[0].isdigit() or len(t.word) == 1)
    return {key_of(IRREGULAR.get(t.word, t.stem)) for t in tokens}


def _held(words: set[str], label: str) -> float:
    there = _words(label) if not is_japanese(label) else set()
    total = 0.0
    for word in words:
        if is_japanese(word) and is_japanese(label):
            share = held_ja(word, label)
            total += share if share >= _HALF else 0.0
        elif word in there or (not there and len(word) > 1 and word.lower() in label.lower()):
            total += 1.0
    return total

