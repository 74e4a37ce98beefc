# ruff: noqa: E501 (patterns)
"""The sentences of documents with the clause that each stands in, and the part of a paper where numbers begin anew."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from tsel_core.document import SourceSpan
from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.text.normalize import NUMERAL_JA, number_value
from tsel_core.trust.amendments.words import LIKELY, plain_number
from tsel_core.trust.passages import PassageIndex, sentence_spans

_ARTICLE = lazy_pattern(rf"^[\s\u3000]*第({NUMERAL_JA})条")
_PARAGRAPH = lazy_pattern(r"^[\s\u3000]*([2-9２-９])[\s\u3000.．]")
_NAMED = lazy_pattern(r"^\s*(?:(?:Section|Clause|Article)\s+|§\s*)(\d{1,2}(?:\.\d{1,2})*|[IVX]{1,5})\b[.:)]?", re.I)
_NUMBER = lazy_pattern(r"^\s*(\d{1,2}(?:\.\d{1,2}){0,3})(?:[.)]?\s+[“\"A-Z(]|[.)]\s*$)")
_MARKDOWN = lazy_pattern(r"^\s*(?:#{1,6}\s+|\*\*)")
_TITLED = lazy_pattern(r"^\s+[A-Z]")  # a title, or a sentence of its own
_CHANGED = lazy_pattern(r"^.{0,60}?\b(?:is|are|shall be|of)\b", re.I | re.S)


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence: its place, its words, the number of its clause ("第4条", "4.1", ""), its paragraph, its part."""

    span: SourceSpan
    text: str
    number: str
    para: str
    part: int
    order: int


def lines_of(index: PassageIndex) -> list[Line]:
    """Every sentence of the documents, in their order."""
    return numbered(
        (
            (SourceSpan(doc, unit, start, end), text[start:end])
            for doc, unit in index.by_unit
            for text in (index.unit_text(doc, unit),)
            for start, end in sentence_spans(text)
        ),
        lambda span: index.documents[span.doc_index].units[span.unit_index].heading_path,
    )


def numbered(
    sentences: Iterable[tuple[SourceSpan, str]], headings: Callable[[SourceSpan], tuple[str, ...]] | None = None
) -> list[Line]:
    """Sentences in their order with their clauses; `headings` above a place: below the next one a clause is at its end."""
    found: list[Line] = []
    number = para = ""
    part, last_doc = 0, -1
    base: tuple[str, ...] = ()
    seen: set[str] = set()
    for span, words in sentences:
        if span.doc_index != last_doc:
            number, para, seen, last_doc, part = "", "", set(), span.doc_index, part + 1
        own = _own_number(_MARKDOWN.sub("", words))
        above = headings(span) if headings is not None else ()
        if own:
            base = above
        elif number and base and above and above[: len(base)] != base:
            number = para = ""
        if own:
            if own in ("第1条", "1") and own in seen:
                part, seen = part + 1, set()
            number, para = own, "1" if own.startswith("第") else ""
            seen.add(own)
        elif number.startswith("第") and (match := _PARAGRAPH.match(words)):
            para = number_value(match[1])
        found.append(Line(span, words, number, para, part, len(found)))
    return found


def _own_number(text: str) -> str:
    article = _ARTICLE.match(text)
    if article:
        rest = text[article.end() :]
        # 第4条第1項の月額を ... is no heading
        return "" if re.match(rf"(?:第{NUMERAL_JA}項)?(?:に|の(?![0-9０-９一二三])|を|は|中)", rest) else f"第{number_value(article[1])}条"
    named = _NAMED.match(text)
    if named:
        return "" if _is_spoken_of(text, named.end()) else plain_number(named[1])
    plain = _NUMBER.match(text)
    return plain[1] if plain else ""


def _is_spoken_of(text: str, end: int) -> bool:
    """Whether a sentence that begins with the name of a clause speaks of it: "Clause 4 is amended", not "Clause 4 The fee is"."""
    rest = text[end:]
    if re.match(r"\s*[.:—–-]", text[end - 1 :]) or not _CHANGED.match(rest[:70]):
        return False
    return not _TITLED.match(rest) or LIKELY.search(rest) is not None
