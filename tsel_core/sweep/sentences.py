"""A document as sentences with their speaker, in reading order."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tsel_core.document import Document, SourceSpan, Unit
from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.text.abbreviated import GOES_ON

_SPEAKER = lazy_pattern(r"([^\s:：\d][^:：\n]{0,30}?)\s*[:：]\s*(?=\S)")
_END = lazy_pattern(
    r"[。！？]+[」』）)]*"
    rf"|(?=[.!?]){GOES_ON}(?<!\bNo(?=\.\s?\d))(?<!\bArt)(?<!\bSec)(?<!\bInc)(?<!\bINC)(?<!\bCorp)(?<!\bCORP)(?<!\bLtd)(?<!\bLTD)(?<!\bCo)(?<!\bSt)(?<!\bc/o)(?<!\b[A-Z])[.!?]+[\"”’)]*(?=\s+[\"“(\[]?[^\sa-z])"
    r"|\n\s*\n"
)
_NUMBERED = lazy_pattern(r"\b(?:Decision|Resolution|Item|Action|Clause|Article|Section|Point|No)\s*[\d.]+\.$")
_LONGEST = 2_000  # characters of a sentence
_GAPS = ("\n", ";", "、", " ")
_SPOKEN = 0.3  # share of a transcript's lines that begin with a speaker
_MIN_TURNS = 3  # lines "Name: ..." of one name that make it a speaker in a text without speakers


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence without its speaker's name. `turn` counts turns (paragraphs where there are none) from 0.

    `cells` are the cells of a table's row; `heading` is the heading it stands under.
    """

    index: int
    span: SourceSpan
    text: str
    speaker: str = ""
    turn: int = 0
    heading: str = ""
    cells: tuple[str, ...] = ()
    aside: bool = False  # in an appendix or schedule


def sentences_of(documents: Sequence[Document]) -> list[Sentence]:
    """Every sentence of the units in flow; what stands at the edge of every page is none."""
    found: list[Sentence] = []
    turn = -1
    for doc_index, document in enumerate(documents):
        names = speaker_names(document)
        speaker, heading = "", ""
        paged = document.unit_kind == "page"  # its headings are those of whole pages
        for unit in document.units:
            if unit.is_furniture or not unit.text.strip():
                continue
            aside = any(_ASIDE.match(t) for t in (unit.label, *unit.heading_path))
            for start, end, said_by in _lines(unit, names):
                turn += 1
                speaker = said_by or (speaker if names else "")
                line = unit.text[start:end]
                under = heading_of(line) if not speaker else ""
                heading = under or heading
                named = heading if paged or not unit.heading_path else unit.heading_path[-1]
                for lo, hi in split(line):
                    span = SourceSpan(doc_index, unit.index, start + lo, start + hi)
                    found.append(Sentence(len(found), span, line[lo:hi], speaker, turn, named, _cells(line), aside))
    return found


def split(text: str) -> list[tuple[int, int]]:
    """(start, end) of the sentences of one line; a row of a table is one."""
    if _cells(text):
        return [(0, len(text))]
    cuts = [m.end() for m in _END.finditer(text) if not _goes_on(text, m)]
    spans = []
    begin = 0
    for cut in _short_enough([*cuts, len(text)], text):
        lo, hi = begin, cut
        while lo < hi and text[lo].isspace():
            lo += 1
        while hi > lo and text[hi - 1].isspace():
            hi -= 1
        if hi > lo:
            spans.append((lo, hi))
        begin = cut
    return spans


def _short_enough(cuts: Sequence[int], text: str) -> Iterator[int]:
    """The cuts, and further ones where a sentence is longer than any of a person (speech without full stops)."""
    begin = 0
    for cut in cuts:
        while cut - begin > _LONGEST:
            gap = max((text.rfind(sign, begin + _LONGEST // 2, begin + _LONGEST) for sign in _GAPS), default=-1)
            begin = gap + 1 if gap > 0 else begin + _LONGEST
            yield begin
        yield cut
        begin = cut


def _goes_on(text: str, end: re.Match[str]) -> bool:
    """Whether what looks like an end is none: "Decision 3.1.", or a 。 in brackets （以下「甲」という。）と..."""
    if _NUMBERED.search(text, 0, end.end()):
        return True
    behind = text[end.end() : end.end() + 1]
    before = text[: end.start()]
    if end.group()[:1] == "。":
        before = before.replace("(", "（").replace(")", "）")
    inside = before.count("（") + before.count("「") > before.count("）") + before.count("」")
    return inside and (end.group()[-1:] not in "」』）)" or bool(behind.strip()))


def speaker_names(document: Document) -> frozenset[str]:
    """Names that open several lines of a text whose reader found no turns (a transcript in a PDF)."""
    if any(u.speaker for u in document.units):
        return frozenset()
    counts: Counter[str] = Counter()
    num_lines = 0
    for unit in document.units:
        for line in unit.text.split("\n") if unit.in_flow else ():
            num_lines += bool(line.strip())
            match = _SPEAKER.match(line)
            if match:
                counts[match[1]] += 1
    names = {n: c for n, c in counts.items() if c >= _MIN_TURNS}
    talk = len(names) > 1 and sum(names.values()) > _SPOKEN * num_lines  # one name again and again is a footer
    return frozenset(names) if talk else frozenset()


def _lines(unit: Unit, names: frozenset[str]) -> Iterator[tuple[int, int, str]]:
    """(start, end, speaker) of the unit's lines, their speaker's name left out."""
    if unit.speaker:
        lead = re.match(re.escape(unit.speaker) + r"\s*[:：]\s*", unit.text)
        yield (lead.end() if lead else 0), len(unit.text), unit.speaker
        return
    at = 0
    for line in _joined_lines(unit):
        match = _SPEAKER.match(line)
        if match and match[1] in names:
            yield at + match.end(), at + len(line), match[1]
        elif line.strip():
            yield at, at + len(line), ""
        at += len(line) + 1


def _joined_lines(unit: Unit) -> list[str]:
    """The unit's lines; lines of a text wrapped by hand are one (the line feed stays in it)."""
    lines = unit.text.split("\n")
    if unit.kind == "page" or len(lines) == 1 or "\t" in unit.text:
        return lines
    width = max(map(len, lines))
    made: list[str] = []
    for number, line in enumerate(lines):
        before = lines[number - 1] if number else ""
        wrapped = len(before) > _WRAP * width and width > 50 and not _BEGINS_LINE.match(line)
        row = _PIPES.fullmatch(line) is not None or _PIPES.fullmatch(before) is not None
        if made and wrapped and not row and before.strip()[-1:] not in ".:;。":
            made[-1] += "\n" + line
        else:
            made.append(line)
    return made


_CLAUSE = lazy_pattern(
    r"[(（]?(?:\d{1,2}(?:\.\d{1,2})*|[a-zA-Z]|[ivx]{1,4})[.)）]{0,2}|第[0-9０-９一二三四五六七八九十]+条"
)
_ASIDE = lazy_pattern(r"(?i)\s*(?:appendix|annex|schedule|exhibit|attachment)\b|\s*(?:別紙|別表|付録|附則|添付)")
# a line that goes on none before it: an item of a list, "Monthly rent: ..."
_BEGINS_LINE = lazy_pattern(r"\s*(?:[-•*・]|\(?\w{1,3}[.)])\s|[A-Z][A-Za-z' -]{2,28}: ")
_WRAP = 0.7  # of the longest line: a line at least as long goes on in the next
_HEADING = lazy_pattern(
    r"(?:\d{1,2}(?:\.\d{1,2})*[.)．）、]?(?![\d/-])|\d{2,4}/\d{2}(?=\s)|[IVX]{1,5}\.|(?:ARTICLE|Article|SECTION|Section|Clause)\s+\w{1,6}[.:]?|第[0-9０-９一二三四五六七八九十]+(?:[条章節]|号議案))"
    r"[\s\u3000]*[（(]?(?P<title>[^.。;:：\n\t]{2,60}?)[）)]?\.?"
)


def heading_of(line: str) -> str:
    """The title of a numbered heading that fills a line, "" for any other line."""
    match = _HEADING.fullmatch(line.strip())
    if match is None or len(line.split()) > 10:
        return ""
    title = match["title"].strip()
    opened = next((o for o in "（(" if title.count(o) > title.count(_CLOSES[o])), "")
    return title + _CLOSES[opened] if opened else title


_CLOSES = {"(": ")", "（": "）"}


_PIPES = lazy_pattern(r"\s*\|(.+)\|\s*|\s*(\S.*?\s\|\s.*\s\|\s.*\S)\s*")  # a row as Markdown writes it, in a text


def _cells(line: str) -> tuple[str, ...]:
    piped = _PIPES.fullmatch(line) if "\t" not in line and "\n" not in line else None
    parts = (piped[1] or piped[2]).split("|") if piped else line.split("\t")
    cells = tuple(c.strip() for c in parts)
    # "13.1.<tab>This agreement ...", "<bullet><tab>Whether ..."
    numbered = len(cells) == 2 and (_CLAUSE.fullmatch(cells[0]) is not None or not any(map(str.isalnum, cells[0])))
    return () if len(cells) < 2 or numbered else cells
