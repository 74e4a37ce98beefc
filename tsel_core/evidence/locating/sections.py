# ruff: noqa: E501 (patterns)
"""The numbered sections of plain papers, and the items of lists in them, which have the same numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.trust.passages import PassageIndex

_NUMBERED = lazy_pattern(r"^(?P<indent>[ \t\u3000]*)(?:(?:section|clause|article)\s+)?(?P<number>\d{1,2})(?P<mark>[.)]?)\s+(?P<text>\S.*)$", re.I)
_LEADS = lazy_pattern(r"(?:[:,：、]|\b(?:and|or|shall|must|may|that|are|is))\s*$", re.I)  # a list follows
_APART = lazy_pattern(r"^\s*[-―─_=]{3,}|^\W*(?:(?:part|chapter)\s+(?:[A-Z]|\d{1,2}|[IVX]{1,4})\b|第[0-9０-９一二三四五六七八九十]{1,3}[章部編]|schedule|annex|appendix|exhibit|attachment|amendment|variation|addendum|side letter|dear\s|signed|executed|for and on behalf|別紙|別表|附則|以上|覚書|変更契約書)", re.I)
_ITEM_ENDS = (";", ",", "; and", "; or", "；", "、")
_TITLE_WORDS = 8


@dataclass(frozen=True, slots=True)
class Section:
    """A numbered line of a paper with what stands below it: the lines [first, last) of a document, and its level."""

    doc: int
    number: str
    level: int  # 0: outermost
    label: str
    text: str
    titled: bool = False  # a title stands behind the number


@dataclass
class _List:
    level: int
    last: int
    style: tuple[str, int, bool]
    apart: bool = False


@dataclass
class _Line:
    doc: int
    unit: int
    text: str
    label: str
    begins: tuple[int, int] | None = None  # number and level
    ends: bool = field(default=False)


def sections_of(index: PassageIndex, number: str) -> list[Section]:
    """Every place whose own number is this one, items of lists too, in the order of the papers."""
    lines = list(_levelled(index))
    found = []
    for at, line in enumerate(lines):
        if line.begins is None or str(line.begins[0]) != number:
            continue
        level, end = line.begins[1], at + 1
        while end < len(lines) and lines[end].doc == line.doc and not lines[end].ends:
            begins = lines[end].begins
            if begins is not None and begins[1] <= level:
                break
            if begins is None and level and lines[end].unit != line.unit:
                break  # an item of a list is a paragraph
            end += 1
        text = "\n".join(" ".join(said.text.split()) for said in lines[at:end] if said.text.strip())
        match = _NUMBERED.match(line.text)
        found.append(Section(line.doc, number, level, line.label, text, match is not None and _is_title(match["text"])))
    return found


def _lines(index: PassageIndex) -> Iterator[_Line]:
    for doc, document in enumerate(index.documents):
        for at, unit in enumerate(document.units):
            if unit.in_flow:
                yield from (_Line(doc, at, line, unit.label) for line in unit.text.split("\n"))


def _levelled(index: PassageIndex) -> Iterator[_Line]:
    stack: list[_List] = []
    before, doc, apart = "", -1, False
    for line in _lines(index):
        if line.doc != doc:
            stack, before, doc, apart = [], "", line.doc, False
        if _APART.match(line.text):
            apart, line.ends, stack = True, True, stack[:1]
        match = _NUMBERED.match(line.text)
        if match is not None:
            own = int(match["number"])
            style = (match["mark"], len(match["indent"]), _is_title(match["text"]))
            line.begins = own, _level(own, style, match["text"], before, stack, apart)
        if line.text.strip():
            before = line.text.strip()
        yield line


def _level(own: int, style: tuple[str, int, bool], text: str, before: str, stack: list[_List], apart: bool) -> int:
    """The level of a numbered line; the lists that are open are kept in the stack."""
    item = text[:1].islower() or text.rstrip().endswith(_ITEM_ENDS)
    if own == 1:
        inner = bool(stack) or apart or item or _LEADS.search(before) is not None
        stack.append(_List(len(stack) if stack else int(inner), 1, style, apart))
        return stack[-1].level
    open_lists = [one for one in reversed(stack) if one.last + 1 == own]
    fit = [one for one in open_lists if one.style == style] or [one for one in open_lists if one.style[2] == style[2]] or open_lists
    if not fit:
        return stack[-1].level if stack else int(item or apart)
    while stack[-1] is not fit[0]:
        stack.pop()
    fit[0].last = own
    return fit[0].level


def _is_title(text: str) -> bool:
    return text[:1].isupper() and len(text.split()) <= _TITLE_WORDS and text.rstrip()[-1:] not in ".;,:"
