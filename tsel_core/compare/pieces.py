"""What is compared: the units of a document with the forms under which two of them are the same."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from tsel_core.document import Document, Unit
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
    number of a clause, though it looks like one.
    """

    at: int
    label: str
    text: str
    unit: int = -1
    goes_on: bool = False
    is_amount: bool = False

    @cached_property
    def head(self) -> int:
        """Characters of the text that are the number of a clause."""
        return 0 if self.is_amount else number_length(self.text)

    @cached_property
    def exact(self) -> str:
        """What must be equal for the pieces to be identical."""
        return exact_form(self.text)

    @cached_property
    def form(self) -> str:
        """As `exact`, with one kind of quotation mark and dash: what a PDF and a Word file of one text share."""
        return exact_form(self.text.translate(ALIKE))

    @cached_property
    def unnumbered(self) -> str:
        """The form without the number of a clause before it."""
        return self.form if self.is_amount else self.form[number_length(self.form) :]

    @cached_property
    def anchor(self) -> str:
        """What two pieces share that are the same but for their number; a heading of a word or two keeps its own."""
        return self.unnumbered if len(self.words) > 2 else self.form

    @cached_property
    def words(self) -> tuple[str, ...]:
        """Words and signs of the form, folded, for likeness."""
        return tuple(w.casefold() for w in words_of(self.unnumbered) if not w.isspace())


def pieces_of(document: Document, by: Grain = "unit") -> list[Piece]:
    """The units that a reader reads, in their order, or their sentences; together they are the text of the flow."""
    shown = [u for u in document.units if u.in_flow and u.text.strip()]
    if by == "unit":
        cut = [(unit, unit.text) for unit in shown]
    else:
        cut = [(u, u.text[lo:hi]) for u in shown for lo, hi in split_sentences(u.text) if u.text[lo:hi].strip()]
    numbers = [_number(text) for _, text in cut]
    made: list[Piece] = []
    begun = False  # the piece before is of a clause
    for i, (unit, text) in enumerate(cut):
        is_amount = _is_amount(i, cut[i][1], numbers)
        numbered = bool(numbers[i]) and not is_amount
        goes_on = i > 0 and not numbered and begun and _goes_on(cut[i - 1][0], unit)
        made.append(Piece(i, unit.label, text, unit.index, goes_on, is_amount))
        begun = numbered or goes_on or by == "sentence"
    return made


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


def _goes_on(before: Unit, unit: Unit) -> bool:
    """Whether a unit without a number belongs to the clause of the one before: it is its next line or paragraph."""
    if unit is before:
        return True
    if not {unit.kind, before.kind} <= {"paragraph", "line"} or before.text in before.heading_path:
        return False
    place = _LINES.sub("", unit.label)
    return unit.kind == "line" or (bool(place) and place == _LINES.sub("", before.label) and not before.heading_path)
