"""A clause that a cell names must be one of the paper's: a model takes numbers together that stand in two places."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import replace

from tsel_core.document import Document
from tsel_core.extract.cell import Cell
from tsel_core.lazy_pattern import lazy_pattern

_FIGURE = r"[\d０-９一二三四五六七八九十百]{1,5}"
_JA = lazy_pattern(rf"第{_FIGURE}条(?:の{_FIGURE})?(?:第{_FIGURE}項)?")
_EN = lazy_pattern(r"\b(clause|section|article|paragraph)s? (\d{1,3}(?:\.\d{1,3}){0,3})(?![\d.]*\d)", re.I)


def with_real_clauses(cell: Cell, document: Document) -> Cell:
    """The cell, unsure where it names a clause that the paper does not have; its place's own number stands instead."""
    if cell.status == "not stated" or not isinstance(cell.value, str) or cell.field.kind != "text":
        return cell
    named = [m[0] for m in (*_JA.finditer(cell.text), *_EN.finditer(cell.text))]
    if not named:
        return cell
    texts = [_plain(t) for u in document.units if u.in_flow for t in (u.text, u.label)]
    invented = [words for words in dict.fromkeys(named) if not _stands(words, texts)]
    if not invented:
        return cell
    text = cell.text
    real = {m[0] for place in cell.places[:1] for m in (_JA.search(place.label), _EN.search(place.label)) if m}
    if len(invented) == len(real) == 1:
        text = text.replace(invented[0], next(iter(real)))
    reason = "it named a clause that the paper does not have"
    return replace(cell, status="unsure", text=text, value=text, reason=reason)


def _stands(words: str, texts: Iterable[str]) -> bool:
    """Whether a clause's number stands in the paper, in whatever words for a clause."""
    match = _EN.fullmatch(words)
    if match is None:
        own = _plain(words)
        return any(re.search(rf"{re.escape(own)}(?!の\d)", text) for text in texts)
    number = re.compile(rf"(?<![\d.]){re.escape(match[2])}(?!\.?\d)")
    return any(number.search(text) for text in texts)


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text)
