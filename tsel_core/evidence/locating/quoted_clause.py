# ruff: noqa: E501 (one pattern a line)
"""A request to quote a clause by its number is answered by the clause itself: no model writes what can be copied."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import groupby, takewhile

from tsel_core.document import file_name
from tsel_core.evidence.locating.locate import Locator
from tsel_core.evidence.locating.sections import sections_of
from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.text.asked_clause import asked_clause
from tsel_core.text.normalize import NUMERAL_JA, number_value
from tsel_core.trust.amendments.clauses import Line, lines_of

_DIGITS = lazy_pattern(rf"{NUMERAL_JA}(?:\.\d+)*")
_SAYS = lazy_pattern(r"[.;:。；)）\"”」](?:\s|$)")
_NUMBERED = lazy_pattern(r"^\W*(?:[\d.]+|第[^条]{1,6}条(?:[（(][^（()）]*[)）])?)\s*")
_MOST = 6  # places that are shown
_CLAUSE = lazy_pattern(r"^(?:.*\s)?(?:clause|section|article|§|第)\s*[\d０-９〇一二三四五六七八九十百]", re.I)
_ITEM = lazy_pattern(r"^\s*(?:\(?[a-zivx]{1,4}\)|[(（][0-9０-９一二三四五六七八九十]{1,2}[)）]|[-•・])\s*")
_END = lazy_pattern(
    r"^\W*(?:signed|executed|dated|in witness|as witness|schedule|annex|appendix|exhibit|attachment|for and on behalf)\b|^\s*[-―─_=]{3,}|^\s*(?:以上|附則|本契約の成立|上記の?とおり|別紙|特約|\d{4}年\d{1,2}月\d{1,2}日|令和)", re.I
)


def quoted_clause(question: str, locator: Locator) -> str:
    """The whole text of the clause that a question asks to be quoted, a paragraph a line.

    "" where something else is asked, where no clause has that number, or where several have it.
    """
    number, para = asked_clause(question)
    lines = _of_number(lines_of(locator.index), number) if number else []
    return _only([line for line in lines if line.para == para] if para else lines, locator)


def quoted_places(question: str, locator: Locator, lead: str) -> tuple[str, bool]:
    """The text of the one outermost section of a paper that has the number, and True.

    Where several places have it alike, all of them behind `lead` ("These places have the number {number}:"), each with
    its own place, and False; ("", False) where none has, or a clause is not asked for by a plain number.
    """
    number, para = asked_clause(question)
    if not number.isdigit() or para:
        return "", False
    found = sections_of(locator.index, number)
    # a title with this number in another part of the paper is one of its sections, too
    outermost = [section for section in found if section.level == 0 or section.titled]
    if len(outermost) == 1:
        text = outermost[0].text
        return (text, True) if _SAYS.search(_NUMBERED.sub("", text)) else ("", False)
    shown = (outermost or found)[:_MOST]
    if len(shown) < 2:
        return "", False
    several = len({section.doc for section in shown}) > 1
    names = [file_name(locator.index.documents[s.doc]) for s in shown] if several else [""] * len(shown)
    places = [f"{', '.join(filter(None, (name, s.label)))}:\n{s.text}" for name, s in zip(names, shown, strict=True)]
    return "\n\n".join([lead.format(number=number), *places]), False


def _of_number(lines: Sequence[Line], number: str) -> list[Line]:
    return [line for line in lines if line.number == number or line.number.startswith(f"{number}.")]


def _only(lines: Sequence[Line], locator: Locator) -> str:
    """The text of lines that follow one another in one place; "" where several places have that number alike.

    A place whose label names the clause stands before one that only begins with its number (items of a letter).
    """
    places = [_lines_of(place, locator) for place in _places(lines)]
    if len(places) > 1:
        places = [place for place in places if _is_labelled(place[0], locator)]
    shown = _shown(places[0], locator) if len(places) == 1 else ""
    return shown if _SAYS.search(_NUMBERED.sub("", shown)) else ""  # a heading alone is no clause


def _places(lines: Sequence[Line]) -> list[list[Line]]:
    found: list[list[Line]] = []
    for line in lines:
        if found and line.order == found[-1][-1].order + 1 and line.part == found[-1][-1].part:
            found[-1].append(line)
        else:
            found.append([line])
    return found


def _lines_of(place: list[Line], locator: Locator) -> list[Line]:
    """Without what stands behind the clauses and belongs to none of them."""
    first = place[0]
    unit = _unit(first)
    if _is_labelled(first, locator):
        label = _label(first, locator)
        kept = [*takewhile(lambda line: _is_within(_label(line, locator), label), place)]
    else:  # its own paragraph, and those that have a number below it
        kept = [*takewhile(lambda line: _unit(line) == unit or _is_below(line, first), place)]
    return [*takewhile(lambda line: line is first or _END.match(line.text) is None, kept)]


def _unit(line: Line) -> tuple[int, int]:
    return line.span.doc_index, line.span.unit_index


def _is_below(line: Line, first: Line) -> bool:
    return line.number.startswith(f"{first.number}.") or _ITEM.match(line.text) is not None


def _is_labelled(line: Line, locator: Locator) -> bool:
    if _CLAUSE.match(_label(line, locator)) is None:
        return False  # "SCHEDULE 1" is no clause 1
    digits = _DIGITS.findall(_label(line, locator))
    return bool(digits) and number_value(digits[-1]) == number_value(_DIGITS.findall(line.number)[-1])


def _label(line: Line, locator: Locator) -> str:
    return locator.index.documents[line.span.doc_index].units[line.span.unit_index].label.partition(",")[0]


def _is_within(label: str, outer: str) -> bool:
    return label == outer or label.startswith((f"{outer}.", f"{outer}(", f"{outer}第", f"{outer} "))


def _shown(lines: Sequence[Line], locator: Locator) -> str:
    """A paragraph a line."""
    shown = []
    for _, of_unit in groupby(lines, key=lambda line: line.span.unit_index):
        spans = [line.span for line in of_unit]
        text = locator.index.unit_text(spans[0].doc_index, spans[0].unit_index)
        shown.append(" ".join(text[spans[0].start : spans[-1].end].split()))
    return "\n".join(shown)
