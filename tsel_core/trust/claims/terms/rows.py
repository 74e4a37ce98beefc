# ruff: noqa: E501 (patterns)
"""A value of one row of a table told of all rows, of none in particular, or of another: "The fee is 850,000 for each year"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from tsel_core.document import Document, SourceSpan
from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.text.normalize import normalise
from tsel_core.text.same_values import own_values, same_value
from tsel_core.text.values import Value, extract_values
from tsel_core.trust.claims.other_fact.paired import are_alike
from tsel_core.trust.claims.parts.evidence import key_of
from tsel_core.trust.claims.parts.words import RUN, english_tokens, is_japanese
from tsel_core.trust.grids import Grid, grid_at
from tsel_core.trust.question_match import content_words

EVERYWHERE = lazy_pattern(r"\b(?:each|every|all|always|both|any)\b|毎[年月週日回度]|各|すべて|全て|全部|いずれも|どの[^、。]{1,8}も|常に|一律|ずっと|両[方者]|双方|それぞれ", re.I)
# one of the rows, told by where it stands among them, or a figure of all
_BY_PLACE = lazy_pattern(r"\b(?:high|low|larg|small|great|least|most|max|min|first|last|initial|final|cheap|dear|expensive|earliest|latest|next|current|present|now|today|total|sum|average|altogether|together|range|begin|start|end)\w*|最[高低大小多少初後安]|初[回年め]|合計|総額|平均|現在|今年|来年|一番|もっとも", re.I)
_NUMBER = lazy_pattern(r"\d{1,3}[.)]?")
_NOTHING = frozenset("year month week day fee price amount cost sum value number table row item much many unit per each every all term annual yearly monthly".split())  # noqa: SIM905
_NOTHING_JA = lazy_pattern(r"年|月|年度|年額|月額|金額|費用|料金|価格|値段|合計|一覧|表|品目|商品|製品|項目|いくら|円|税[込抜別]")


def of_another_row(claim: str, whole: str, question: str, span: SourceSpan, documents: Sequence[Document]) -> str:
    """ "850,000 / 870,000": a value of a table's row that neither claim nor question tells from those of others; "".

    `whole` is the answer, of which the claim is a sentence: it may give the values of the other rows too.
    """
    grid = grid_at(documents, span)
    if grid is None or not grid.head or _BY_PLACE.search(question):
        return ""
    for value in own_values(claim, question):
        place = _place(grid, value, span)
        if place is None:
            continue
        row, column = place
        others = [(r, v) for r, v in _column(grid, column, value) if r != row and not same_value(v, value)]
        if any(same_value(v, o) for v in extract_values(whole) for _, o in others if are_alike(v, o)):
            return ""
        said = f"{claim}\n{question}"
        for other, instead in others:
            if _is_other(grid, row, other, column, said, claim):
                return f"{value.text} / {instead.text}"
    return ""


def _place(grid: Grid, value: Value, span: SourceSpan) -> tuple[int, int] | None:
    """Row and column of the one cell of the evidence that is a value."""
    found = [
        (r, c) for r, c, cell in grid.cells() if cell.valued and cell.span.touches(span) and any(same_value(v, value) for v in cell.values)
    ]  # fmt: skip
    return found[0] if len(found) == 1 else None


def _column(grid: Grid, column: int, value: Value) -> list[tuple[int, Value]]:
    return [(r, v) for r, c, cell in grid.cells() if c == column and cell.valued for v in cell.values[:1] if are_alike(v, value) or {v.kind, value.kind} <= {"money", "number"}]


def _is_other(grid: Grid, row: int, other: int, column: int, said: str, claim: str) -> bool:
    """Whether what is said does not tell a row from another, or names the other one."""
    ours, theirs = _labels(grid, row, column), _labels(grid, other, column)
    if not theirs - ours or not ours - theirs:
        return False  # nothing in the table tells one from the other
    mine = any(_names(said, label) for label in ours - theirs)
    rival = any(_names(said, label) for label in theirs - ours)
    if rival or EVERYWHERE.search(claim):
        return not mine or rival
    return not mine and not _words(said) - _known(grid)


def _labels(grid: Grid, row: int, column: int) -> set[str]:
    """What a row is called; the number that it has in the table is no name."""
    cells = (c.text.strip() for n, c in enumerate(grid.rows[row]) if n != column and (n == 0 or not c.valued))
    return {text for text in cells if text and not _NUMBER.fullmatch(text)}


def _names(said: str, label: str) -> bool:
    """Whether a text names a row by its label, or by most of the label's words."""
    plain, here = normalise(label), normalise(said)
    if not is_japanese(label):
        words = {key_of(t.stem) for t in english_tokens(label) if t.content or t.word[0].isdigit() or len(t.word) == 1}
        told = {key_of(t.stem) for t in english_tokens(said)}
        return bool(words) and words <= told
    number = re.sub(r"年度?$", "", plain)
    return plain in here or (number.isdigit() and re.search(rf"(?<!\d){number}(?!\d)", here) is not None)


def _known(grid: Grid) -> set[str]:
    """The words of the heads of the columns."""
    return _words(" ".join(cell.text for cell in grid.head))


def _words(text: str) -> set[str]:
    if is_japanese(text):
        return {m.group() for m in RUN.finditer(text) if len(m.group()) > 1 and not _NOTHING_JA.fullmatch(m.group())}
    stems = {t.stem for t in english_tokens(text) if t.content and t.word not in _NOTHING and t.stem not in _NOTHING}
    return {key_of(s) for s in stems if s in content_words(text)}
