"""A summary as lines that know their items, and what it gives: text with marks, and the citations behind them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tsel_core.answer import Citation
from tsel_core.document import Document, SourceSpan, file_name
from tsel_core.sweep.item import Item
from tsel_core.text.sentences import split_sentences

_MAX_PER_ITEM = 3


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the summary and the item it says, None for a heading or an empty line; `also`: others that it says."""

    text: str
    item: Item | None = None
    also: tuple[Item, ...] = ()


@dataclass(frozen=True)
class Written:
    """The lines of a summary."""

    lines: tuple[Line, ...]

    @property
    def items(self) -> list[Item]:
        """The items in the order of the lines."""
        return [item for line in self.lines if line.item is not None for item in (line.item, *line.also)]

    def sections(self) -> list[dict[str, Any]]:
        """Parts of the summary: heading ("" without one), numbers of its items (from 0), lines that are no items."""
        found: list[dict[str, Any]] = []
        number = 0
        for line in self.lines:
            heading = line.item is None and line.text.endswith((":", "："))
            if heading or (not found and line.text):
                found.append({"heading": line.text.rstrip(":：") if heading else "", "items": [], "notes": []})
            if line.item is not None:
                found[-1]["items"].extend(range(number, number + 1 + len(line.also)))
                number += 1 + len(line.also)
            elif line.text and not heading:
                found[-1]["notes"].append(line.text.removeprefix("- "))
        return found

    def linked(self, documents: Sequence[Document]) -> tuple[str, list[Citation], list[int | None]]:
        """(text with [1] behind every item, the citations, the first citation's number of each item)."""
        numbers: dict[SourceSpan, int] = {}
        told: dict[int, list[int]] = {}
        parts: list[str] = []
        firsts: list[int | None] = []
        for at, line in enumerate(self.lines):
            if line.item is None:
                parts.append(line.text)
                continue
            marks = [numbers.setdefault(s, len(numbers) + 1) for s in line.item.evidence[:_MAX_PER_ITEM]]
            told[at] = marks
            firsts += [marks[0] if marks else None] * (1 + len(line.also))
            parts.append(f"{line.text} " + "".join(f"[{n}]" for n in marks))
        text = "\n".join(parts)
        return text, _citations(documents, numbers, _sentences_of_lines(parts, text), told), firsts


def _sentences_of_lines(parts: Sequence[str], text: str) -> list[tuple[int, ...]]:
    """Numbers of the text's sentences (see split_sentences) that stand in each line."""
    sentences = split_sentences(text)
    found: list[tuple[int, ...]] = []
    at = 0
    for part in parts:
        end = at + len(part)
        found.append(tuple(n for n, (lo, hi) in enumerate(sentences) if lo < end and hi > at))
        at = end + 1
    return found


def _citations(
    documents: Sequence[Document],
    numbers: dict[SourceSpan, int],
    sentences: Sequence[tuple[int, ...]],
    told: dict[int, list[int]],
) -> list[Citation]:
    made: list[Citation] = []
    for span, number in numbers.items():
        unit = documents[span.doc_index].units[span.unit_index]
        where = tuple(n for line, marks in told.items() if number in marks for n in sentences[line])
        made.append(
            Citation(
                id=number,
                file=file_name(documents[span.doc_index]),
                label=unit.label_at(span.start),
                quote=unit.text[span.start : span.end],
                check="exact",
                distance=0,
                start=span.start,
                end=span.end,
                doc_index=span.doc_index,
                unit_index=span.unit_index,
                sentence_index=where[0] if where else 0,
                sentences=where,
                grade=unit.grade,
            )
        )
    return made


def one_line(words: str) -> str:
    """Words of several lines in one; no space between Japanese ones."""
    joined = re.sub(r"(?<=[^\x00-\x7f])\s*\n\s*(?=[^\x00-\x7f])", "", words)
    return re.sub(r"\s*\n\s*", " ", joined)


def behind(what: str, words: str, lang: str) -> str:
    """Words with others in brackets behind them."""
    bare = re.sub(r"\s+", " ", words).strip(" 。.")
    return f"{what}（{bare}）" if lang == "ja" else f"{what} ({bare})"
