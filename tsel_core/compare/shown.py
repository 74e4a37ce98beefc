"""A document as its reader sees it: without the marks of Markdown, and with a part for each row of a table."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tsel_core.document import Document, Unit
from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.text.may import MAY

_MARKDOWN = "md"
_FENCE = ("```", "~~~")
_TITLE = lazy_pattern(r"[ \t]{0,3}#{1,6}[ \t]+(\S.*?)(?:[ \t]+#+)?[ \t]*")
_UNDER = lazy_pattern(r"[ \t]{0,3}(?:=+|-{2,})[ \t]*")  # below a line: that is a title
_RULE = lazy_pattern(r"[ \t]{0,3}(?:(?:\*[ \t]*){3,}|(?:-[ \t]*){3,}|(?:_[ \t]*){3,})")
_DELIMITER = lazy_pattern(r"[ \t]*\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*")
_BAR = lazy_pattern(r"(?<!\\)\|")
_BULLET = lazy_pattern(r"^[ \t]*[-*+][ \t]+(?=\S)")
_NUMBERED = lazy_pattern(r"[ \t]*\d{1,9}[.)][ \t]+\S")
_QUOTED = lazy_pattern(r"[ \t]{0,3}(?:>[ \t]?)+")
_INLINE = (
    (lazy_pattern(r"(`{1,2})(?!`)([^`\n]{1,500})\1(?!`)"), r"\2"),
    (lazy_pattern(r"<(https?://[^<>\s]{1,500}|[^<>\s@]{1,100}@[^<>\s@]{1,100})>"), r"\1"),
    (lazy_pattern(r"<br ?/?>", re.I), " "),
    (lazy_pattern(r"(?<![\\*])(\*{1,3})(?![\s*])([^*\n]{1,500})(?<![\s\\])\1(?!\*)"), r"\2"),
    (lazy_pattern(r"(?<![\\*])\*\*(?![\s*])([^\n]{1,500}?)(?<![\s\\*])\*\*(?!\*)"), r"\1"),
    (lazy_pattern(r"(?<![\\\w])(_{1,3})(?![\s_])([^_\n]{1,500})(?<![\s\\])\1(?!\w)"), r"\2"),
    (lazy_pattern(r"\\([\\`*_{}\[\]()#+.!|<>~-])"), r"\1"),
)
_LINK = lazy_pattern(r"!?\[([^\[\]\n]{0,300})\]\([^()\s]{0,500}\)")
_LINES = lazy_pattern(r"\blines (\d+)-(\d+)$")
_MOST_TITLE = 120  # characters of a title
_SAYS = lazy_pattern(rf"[.。;；:：]$|\b(?:shall|must|will|is|are)\b|{MAY}|する|できる|である|ない", re.I)


@dataclass(frozen=True, slots=True)
class Shown:
    """A part of a unit as a reader sees it. `is_row`: of a table; `is_title`: a heading, that says nothing itself."""

    unit: Unit
    label: str
    text: str
    is_row: bool = False
    is_title: bool = False


def shown_of(document: Document, *, links: bool = False) -> list[Shown]:
    """The units that a reader reads, in their order; with `links` what the links of Markdown point at, too."""
    units = [u for u in document.units if u.in_flow and u.text.strip()]
    if document.kind != _MARKDOWN:
        return [part for unit in units for part in _parts(unit)]
    made: list[Shown] = []
    fence = ""
    for unit in units:
        parts, fence = _markdown(unit, fence, links)
        made += parts
    return made


def is_title(text: str, unit: Unit) -> bool:
    """Whether a unit is one of its own headings, and no clause that was given a heading's style."""
    words = " ".join(text.split())
    return len(words) <= _MOST_TITLE and words in unit.heading_path and not _SAYS.search(words)


def _parts(unit: Unit) -> Iterator[Shown]:
    """A unit; the rows of one that is nothing but a table."""
    lines = unit.text.split("\n")
    if len(lines) > 1 and all("\t" in line for line in lines):
        yield from (Shown(unit, _label(unit, lines, at), line, is_row=True) for at, line in enumerate(lines))
    else:
        yield Shown(unit, unit.label, unit.text, unit.kind == "row", is_title(unit.text, unit))


def _label(unit: Unit, lines: Sequence[str], at: int) -> str:
    """The label of a line of a unit: "lines 11-17" has a line for each."""
    match = _LINES.search(unit.label)
    if match is None or int(match[2]) - int(match[1]) + 1 != len(lines):
        return unit.label
    return f"{unit.label[: match.start()]}line {int(match[1]) + at}"


def _markdown(unit: Unit, fence: str, links: bool) -> tuple[list[Shown], str]:
    """What is seen of a unit of Markdown, and the fence of the code that goes on behind it."""
    lines = unit.text.split("\n")
    rows = _rows(lines) if not fence else frozenset()
    made: list[Shown] = []
    held: list[str] = []

    def put(*, title: bool = False) -> None:
        if text := "\n".join(held).strip("\n"):
            made.append(Shown(unit, unit.label, text, is_title=title or is_title(text, unit)))
        held.clear()

    for at, line in enumerate(lines):
        mark = next((m for m in _FENCE if line.lstrip().startswith(m)), "")
        if fence or mark:
            if mark and mark == (fence or mark):
                fence = "" if fence else mark
            else:
                held.append(line)
        elif at in rows:
            put()
            if not _DELIMITER.fullmatch(line):
                made.append(Shown(unit, _label(unit, lines, at), _row(line, links), is_row=True))
        elif title := _TITLE.fullmatch(line):
            put()
            made.append(Shown(unit, unit.label, _plain(title[1], links), is_title=True))
        elif held and _UNDER.fullmatch(line):
            put(title=True)
        elif not _RULE.fullmatch(line):
            if _BULLET.match(line) or (_NUMBERED.match(line) and (not held or _NUMBERED.match(held[0]))):
                put()  # an item is a paragraph of its own, as in a Word file
            held.append(_plain(_BULLET.sub("• ", _QUOTED.sub("", line, count=1), count=1), links))
    put()
    return made, fence


def _rows(lines: Sequence[str]) -> frozenset[int]:
    """The lines that are rows of a table: around one of dashes and bars, or with a bar at both ends."""
    found: set[int] = set()
    for at, line in enumerate(lines):
        if at and "|" in line and "-" in line and _DELIMITER.fullmatch(line) and "|" in lines[at - 1]:
            found |= {at - 1, at}
            for below in range(at + 1, len(lines)):
                if not _BAR.search(lines[below]):
                    break
                found.add(below)
    ends = {at for at, line in enumerate(lines) if len(line.strip()) > 1 and line.strip()[0] == line.strip()[-1] == "|"}
    return frozenset(found | {at for at in ends if at - 1 in ends or at + 1 in ends})


def _row(line: str, links: bool) -> str:
    """The cells of a row with a tab between them, as every other reader gives them."""
    cells = _BAR.split(line.strip().removeprefix("|").removesuffix("|"))
    return "\t".join(_plain(cell.strip(), links) for cell in cells)


def _plain(text: str, links: bool) -> str:
    """Words without the marks of emphasis and code, and without links; those that were written as signs stay."""
    text = text if links else _LINK.sub(r"\1", text)
    for pattern, kept in _INLINE:
        text = pattern.sub(kept, text)
    return text
