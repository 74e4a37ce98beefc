"""Paragraphs and lines of plain text, cut where its clauses and items begin."""

from __future__ import annotations

from itertools import pairwise

from tsel_core.ingest.encoding.clean import is_japanese
from tsel_core.ingest.formats.articles import Articles
from tsel_core.ingest.formats.behind_clauses import heads_next, is_signed
from tsel_core.ingest.formats.units_of_text import MAX_CHARS, blocks, pieces
from tsel_core.ingest.source import Draft
from tsel_core.lazy_pattern import lazy_pattern

_CELLS = lazy_pattern(r"\S(?:[ \u3000]{2,}|\t[\t ]*)\S|^\s*\|")  # a row of a table
_ENDS = ".:;!?。．：；！？)）」』"


def add_blocks(draft: Draft, text: str, heading_path: tuple[str, ...] = ()) -> None:
    """Paragraphs and lines of plain text."""
    articles = Articles(is_japanese(text))
    for first, _, block in blocks(text):
        lines = block.split("\n")
        starts = _starts(lines, articles) if _is_wrapped(lines) else [0]
        for start, end in pairwise([*starts, len(lines)]):
            part = "\n".join(lines[start:end])
            add_block(draft, first + start, first + end - 1, part, heading_path, articles, inside=start > 0)


def _starts(lines: list[str], articles: Articles) -> list[int]:
    """Lines of a block (from 0) that begin an article, a clause, an item or what is signed, where the line before has

    ended; and 0.
    """
    full = 0.75 * max(len(line) for line in lines)
    found = [0]
    open_ = articles.begins(lines[0]) or (bool(articles.here()) and not is_signed(lines[0]))
    for at in range(1, len(lines)):
        before = lines[at - 1].rstrip()
        ended = before[-1:] in _ENDS or len(before) < full or _CELLS.search(before) is not None
        begins = articles.begins(lines[at])
        heads = heads_next(lines[at]) and at + 1 < len(lines) and articles.begins(lines[at + 1])
        signs = open_ and is_signed(lines[at])  # what is signed stays together
        if ended and (begins or signs or heads):
            found.append(at)
            open_ = begins
    return found


def add_block(
    draft: Draft,
    first: int,
    last: int,
    block: str,
    heading_path: tuple[str, ...],
    articles: Articles | None = None,
    *,
    inside: bool = False,
) -> None:
    """A wrapped paragraph is one unit; lines that are paragraphs of their own, or too much for one, are one each.

    `inside`: the block follows another without an empty line.
    """
    lines = block.split("\n")

    def where(text: str) -> tuple[str, tuple[str, ...]]:
        place = articles.place(text, False) if articles is not None else ""
        path = () if articles is not None and articles.is_behind else heading_path
        place = place or (path[-1] if path else "")
        return f"{place}, " if place else "", path

    if (len(lines) == 1 or _is_wrapped(lines)) and len(block) <= MAX_CHARS:
        span = f"line {first}" if first == last else f"lines {first}-{last}"
        place, path = where(block)
        draft.add("line" if inside else "paragraph", place + span, block, heading_path=path)
        return
    for number, line in enumerate(lines, first):
        if not line.strip():
            continue
        parts = pieces(line)
        place, path = where(line)
        for part, piece in enumerate(parts, 1):
            label = f"{place}line {number}" + (f", part {part}" if len(parts) > 1 else "")
            kind = "paragraph" if number == first and part == 1 and not inside else "line"
            draft.add(kind, label, piece, heading_path=path)  # type: ignore[arg-type]


def _is_wrapped(lines: list[str]) -> bool:
    """Lines of a paragraph wrapped at a column: none is long."""
    return max(len(line) for line in lines) <= 110
