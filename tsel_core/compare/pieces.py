"""What is compared: the units of a document with the forms under which two of them are the same."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from tsel_core.compare.blanks import without_blanks
from tsel_core.compare.shown import Shown, shown_of
from tsel_core.document import Document
from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.text.amounts import PLAIN
from tsel_core.text.sentences import split_sentences
from tsel_core.text.units import MEASURE
from tsel_core.text.values import extract_values

Grain = Literal["unit", "sentence"]

ALIKE = str.maketrans(
    dict.fromkeys("‘’‚‛′`´", "'")
    | dict.fromkeys("“”„‟″«»", '"')
    | dict.fromkeys("‐‑‒–—―−－", "-")
    | {"…": "...", "\u00ad": None}
)
_NUMBER = lazy_pattern(
    r"^(?:(?:article|section|clause|schedule|annex|exhibit)\s+)?"
    r"(?:\d+(?:\.\d+)+(?-i:(?![a-z%]|\s?[a-z]{1,3}\b))[.)]?|\(?(?:\d+|[a-z]|[ivxl]{1,6})[.)]{1,2}|\(\w{1,4}\)|第[0-9一二三四五六七八九十百]+[条項号章節]"
    r"|\d{1,2}\s+(?=[\u3041-\u30ff\u3400-\u9fff]{2}))\s*",
    re.IGNORECASE,
)
_NEAR = 4  # pieces on each side of one, among which the other clauses of its article stand
_MEASURE = lazy_pattern(MEASURE)
_LINES = lazy_pattern(r"(?:^|, )(?:lines? \d+(?:-\d+)?(?:, part \d+)?|para \d+|段落\d+)$|^p\. [^,]+(?:, |$)")
_VALUE = 24  # characters behind a number that may make it a value
_WORD = lazy_pattern(
    r"\s+|[A-Za-zÀ-ɏ]+(?:['’-][A-Za-zÀ-ɏ]+)*|\d+(?:[.,:/]\d+)*%?|[一二三四五六七八九十百千万億〇]+"
    r"|[\u4e00-\u9fff々]+|[\u3040-\u309f]+|[\u30a0-\u30ffー]+|."
)


def words_of(text: str) -> list[str]:
    """A text cut into words, numbers, stretches of one Japanese script, spaces and signs; joined they are the text."""
    return _WORD.findall(text)


def exact_form(text: str) -> str:
    """A text with its width and white space in one form: two texts that differ in no more are identical."""
    return " ".join(unicodedata.normalize("NFKC", text).split())


def number_length(text: str) -> int:
    """Characters of the number of a clause before a text; a value is none ("1.5 per cent of the price")."""
    plain = text.translate(PLAIN)
    match = _NUMBER.match(plain)
    if match is None:
        return 0
    if plain[: match.end()].strip()[-1:].isdigit() and _MEASURE.match(plain, match.end()):
        return 0  # "3.5 tonnes of barley"
    values = extract_values(plain[: match.end() + _VALUE])
    first = next((v for v in values if v.start < match.end()), None)
    if first is not None and (first.kind not in ("number", "ordinal") or first.unit or first.end > match.end()):
        return 0
    return match.end()


@dataclass(frozen=True)
class Piece:
    """A unit in the flow: its place in the row of pieces, its label, text and number in the document.

    `goes_on`: it is a part of the clause that the piece before it begins. `is_amount`: what stands before it is no
    number of a clause, though it looks like one. `is_title`: it is a heading. `is_row`: of a table.
    """

    at: int
    label: str
    text: str
    unit: int = -1
    goes_on: bool = False
    is_amount: bool = False
    is_title: bool = False
    is_row: bool = False

    @cached_property
    def head(self) -> int:
        """Characters of the text that are the number of a clause."""
        return 0 if self.is_amount else number_length(self.text)

    @cached_property
    def cells(self) -> tuple[str, ...]:
        """The forms of a row's cells; empty for other text."""
        cells = self.text.translate(ALIKE).split("\t") if "\t" in self.text else ()
        return tuple(without_blanks(exact_form(cell)) for cell in cells)

    @cached_property
    def exact(self) -> str:
        """What must be equal for the pieces to be identical."""
        return exact_form(self.text)

    @cached_property
    def form(self) -> str:
        """As `exact`, with one kind of quotation mark and dash: what a PDF and a Word file of one text share."""
        return self._head + self.unnumbered

    @cached_property
    def unnumbered(self) -> str:
        """The form without the number of a clause before it."""
        return without_blanks(self._marks[len(self._head) :])

    @cached_property
    def _marks(self) -> str:
        return exact_form(self.text.translate(ALIKE))

    @cached_property
    def _head(self) -> str:
        return "" if self.is_amount else self._marks[: number_length(self._marks)]

    @cached_property
    def anchor(self) -> str:
        """What two pieces share that are the same but for their number; a heading of a word or two keeps its own."""
        return self.unnumbered if len(self.words) > 2 else self.form

    @cached_property
    def words(self) -> tuple[str, ...]:
        """Words and signs of the form, folded, for likeness."""
        return tuple(w.casefold() for w in words_of(self.unnumbered) if not w.isspace())


def pieces_of(document: Document, by: Grain = "unit", *, links: bool = False) -> list[Piece]:
    """What a reader reads, in its order, or its sentences; together they are the text of the flow.

    `links`: with what the links of Markdown point at.
    """
    cut = [(s, s.text) for s in shown_of(document, links=links)]
    if by == "sentence":
        cut = [(s, words) for s, text in cut for words in _sentences(s, text)]
    numbers = [_number(text) for _, text in cut]
    made: list[Piece] = []
    begun = False  # the piece before is of a clause
    for i, (part, text) in enumerate(cut):
        is_amount = _is_amount(i, text, numbers)
        numbered = bool(numbers[i]) and not is_amount
        goes_on = i > 0 and not numbered and begun and _goes_on(cut[i - 1][0], part)
        made.append(Piece(i, part.label, text, part.unit.index, goes_on, is_amount, part.is_title, part.is_row))
        begun = numbered or goes_on or by == "sentence"
    return made


def _sentences(part: Shown, text: str) -> list[str]:
    """The sentences of a part; a row is one, and the number before a sentence is no sentence of its own."""
    if part.is_row:
        return [text]
    made: list[str] = []
    begin = -1  # of a number that stands before the next sentence
    for lo, hi in split_sentences(text):
        begin = lo if begin < 0 else begin
        if number_length(text[lo:hi]) < hi - lo:
            made.append(text[begin:hi])
            begin = -1
    return [*made, text[begin:].strip()] if begin >= 0 else made


def _number(text: str) -> str:
    """The number of a clause before a text, without the marks around it."""
    return text.translate(PLAIN)[: number_length(text)].strip(" \t.()")


def _is_amount(at: int, text: str, numbers: Sequence[str]) -> bool:
    """Whether what looks like a clause's number may be an amount: a small letter behind it, no kin of it near."""
    number = numbers[at]
    if "." not in number or not text[number_length(text) :].lstrip()[:1].islower():
        return False
    head = number.rpartition(".")[0]
    near = (*numbers[max(0, at - _NEAR) : at], *numbers[at + 1 : at + _NEAR + 1])
    return not any(n == head or n.rpartition(".")[0] == head for n in near if n)


def _goes_on(last: Shown, part: Shown) -> bool:
    """Whether a part without a number belongs to the clause of the one before: it is its next line or paragraph."""
    before, unit = last.unit, part.unit
    if last.is_row or part.is_row or part.is_title:
        return False
    if unit is before:
        return True
    if not {unit.kind, before.kind} <= {"paragraph", "line"} or before.text in before.heading_path:
        return False
    place = _LINES.sub("", unit.label)
    return unit.kind == "line" or (bool(place) and place == _LINES.sub("", before.label) and not before.heading_path)
