"""What is compared: the units of a document with the forms under which two of them are the same."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from tsel_core.document import Document
from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.text.amounts import PLAIN
from tsel_core.text.sentences import split_sentences
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
    r"(?:\d+(?:\.\d+)+(?-i:(?![a-z%]|\s?[a-z]{1,3}\b))[.)]?|\(?(?:\d+|[a-z]|[ivxl]{1,6})[.)]{1,2}|\(\w{1,4}\)|第[0-9一二三四五六七八九十百]+[条項号章節])\s*",
    re.IGNORECASE,
)
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
    values = extract_values(plain[: match.end() + _VALUE])
    first = next((v for v in values if v.start < match.end()), None)
    if first is not None and (first.kind not in ("number", "ordinal") or first.unit or first.end > match.end()):
        return 0
    return match.end()


@dataclass(frozen=True)
class Piece:
    """A unit in the flow: its place in the row of pieces, its label, text and number in the document."""

    at: int
    label: str
    text: str
    unit: int = -1

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
        return self.form[number_length(self.form) :]

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
        return [Piece(i, unit.label, unit.text, unit.index) for i, unit in enumerate(shown)]
    cut = [(u, u.text[lo:hi]) for u in shown for lo, hi in split_sentences(u.text) if u.text[lo:hi].strip()]
    return [Piece(i, u.label, text, u.index) for i, (u, text) in enumerate(cut)]
