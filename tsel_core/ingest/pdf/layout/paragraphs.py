"""Lines of a page to the text that the model sees: which lines run on, and how divided words are joined."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal

from tsel_core.ingest.encoding.clean import is_cjk, join_lines
from tsel_core.ingest.pdf.layout.columns import weight
from tsel_core.ingest.pdf.layout.layout import TextLine
from tsel_core.ingest.pdf.layout.margins import NUMBER_CHARS, Column, Margins, needed
from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.text.alternation import any_of
from tsel_core.text.value_words import MONTHS

_ITEM = lazy_pattern(
    r"^(?:[•●○■□◆◇▪▶※★・–—*-]\s*|\(?[0-9０-９]{1,3}[.)）．]\s*|[(（][^\s()（）]{1,4}[)）]|[a-zA-Z][.)]\s|[ivxIVX]{1,5}[.)]\s"
    r"|第\s*[0-9０-９一二三四五六七八九十百]+\s*[条章節編項号]|[0-9０-９]{1,2}[\s　]|article\s|section\s|[①-⑳]"
    r"|[一二三四五六七八九十]{1,3}[、．\s　])",
    re.I,
)
# "Section" at a line's end and "2.1 hereof" below it; a sentence goes on with "Article II and"
_REFERENCE = lazy_pattern(
    r"^(?:(?:[Aa]rticle|[Ss]ection)\s+[\dIVXLC]+(?:\.\d+)*[,;)]?\s+(?:and|or|of|to|hereof|above|below|shall|is|are)\b"
    r"|(?:[Aa]rticle|[Ss]ection)\s+[\dIVXLC]+(?:\.\d+)*[.,;)]?\s*$|\d+(?:\.\d+)*[,;]?\s+[a-z]"
    rf"|\d{{1,2}}\.?\s+(?i:{any_of(MONTHS)})\b)",  # "on" at a line's end and "19 June" below it
)
_SPEAKER = lazy_pattern(r"^[^\s:：。、,.]{1,16}(?:\s[^\s:：。、,.]{1,16}){0,3}\s?[:：]")
_SENTENCE_END = ".!?:;。！？：；」』"
_HYPHEN = lazy_pattern(r"([^\W\d_]{2,})[-\u00ad\u2010\u0002\ufffe]$")
_HYPHENS = frozenset("-\u00ad\u2010\u0002\ufffe")
_SOFT = lazy_pattern("[\u00ad\u0002\ufffe]")
SHORT_LINE = 30  # letters (a kanji counts as 2): a shorter line ends a paragraph where no margin shows
MAX_LEADING = 3.0  # of a line's height: what stands further apart is no paragraph
LOOSE = 1.35  # of the usual pitch: further apart begins something new
GOES_ON = 1.5  # times the room that is needed: ragged lines, where a sentence goes on in lower case
LIST_SHARE = 0.6  # of a block's lines end before the margin: they are a list, not running text
UNIT_CHARS = 1200  # short lines below each other are one unit up to here
UNIT_LINES = 24


@dataclass(slots=True)
class Paragraph:
    """Text of lines that run on, or of short lines and table rows below each other."""

    text: str
    is_joined: bool = False  # two of its lines were joined by a guess
    is_item: bool = False  # it begins with a number or a bullet
    is_table: bool = False
    num_lines: int = 1
    is_apart: bool = True  # stands apart from what is above it
    block: int = -1
    goes_over: bool = False  # its last words stand at the top of the next page


def write_lines(lines: list[TextLine], words: set[str], margins: Margins | None = None) -> str:
    """The paragraphs of the lines, each on a line of its own."""
    return "\n".join(p.text for p in paragraphs_of(lines, words, margins or Margins([lines])))


def paragraphs_of(lines: list[TextLine], words: set[str], margins: Margins) -> list[Paragraph]:
    """Paragraphs of a page: a paragraph's lines run on, divided words are joined.

    `words` are the document's words in lower case, `margins` are the document's.
    """
    if not lines:
        return []
    columns = margins.of(lines)
    lists = lists_of(lines, columns)
    found = [_begin(lines[0], None, None, False)]
    for before, line in pairwise(lines):
        pitch = margins.pitch(line)
        column = columns.get(line.block)
        if before.block == line.block:
            how = runs_on(before, line, column, pitch, line.block in lists)
        elif min(before.block, line.block) >= 0 and line.y1 < before.y0 and line.x0 > before.x0:  # the next column
            how = runs_over(before, line, lines, lines, columns.get(before.block))
            if not line.text[0].islower() and {before.block, line.block} & lists:
                how = None
        else:
            how = None
        if how is None:
            found.append(_begin(line, before, pitch, found[-1].is_table))
            continue
        last = found[-1]
        last.text = joined_text(last.text, before, line, words)
        last.num_lines += 1
        last.is_joined = last.is_joined or line.is_guess or how == "guess"
    for paragraph in found:
        paragraph.text = _SOFT.sub("", paragraph.text)
    return found


def units_of(paragraphs: list[Paragraph]) -> list[Paragraph]:
    """Short lines and rows of a table below each other become one unit, their lines kept; speakers stay apart.

    The paragraphs are changed in place.
    """
    found: list[Paragraph] = []
    for p in paragraphs:
        last = found[-1] if found else None
        if (
            last is not None
            and not p.is_apart
            and not p.is_item
            and not last.is_item
            and not _SPEAKER.match(p.text)
            and p.is_table == last.is_table
            and p.block == last.block
            and (p.is_table or (p.num_lines == 1 and "\n" in last.text) or (p.num_lines == last.num_lines == 1))
            and len(last.text) + len(p.text) < UNIT_CHARS
            and last.text.count("\n") < UNIT_LINES
        ):
            last.text += "\n" + p.text
            last.is_joined = last.is_joined or p.is_joined
        else:
            found.append(p)
    return found


def _begin(line: TextLine, before: TextLine | None, pitch: float | None, after_table: bool) -> Paragraph:
    cells = line.text.count("\t")
    is_table = cells > 1 or "\t" in line.text[NUMBER_CHARS:] or line.text[0] == "\t" or (cells > 0 and after_table)
    apart = True
    if before is not None and before.block == line.block >= 0:
        step = line.y1 - before.y1
        tall = max(line.height, before.height)
        apart = not 0 < step <= LOOSE * (pitch or 1.5 * tall) and not (is_table and step <= 3 * tall)
    is_item = _is_item(line.text)
    return Paragraph(line.text, line.is_guess, is_item=is_item, is_table=is_table, is_apart=apart, block=line.block)


def _is_item(text: str) -> bool:
    """It begins with a number, a letter or a bullet of a list, or as an article."""
    first = text[0]
    if first.isascii() and first.isalpha() and text[1:2] not in (".", ")") and first not in "ivxIVXaAsS":
        return False
    return bool(_ITEM.match(text))


def joined_text(text: str, before: TextLine, line: TextLine, words: set[str]) -> str:
    """`text`, which ends in the line `before`, with `line`: a word that is divided between the two is joined."""
    match = _HYPHEN.search(before.text) if ends_divided(before.text) else None
    if match and line.text[:1].islower():
        return (text if _keeps_hyphen(match[1], line.text, words) else text[:-1]) + line.text
    if _meets_without_space(before.text, line.text):
        return text + line.text
    return text + (join_lines("x", line.text)[1:] if line.text[:1].isspace() else " " + line.text)


def _meets_without_space(first: str, second: str) -> bool:
    """Two Japanese signs, or a Japanese sign and a digit or letter within Japanese text."""
    ends = is_cjk(first[-1]), is_cjk(second[0])
    if all(ends) or not any(ends):
        return all(ends)
    signs = first[-20:] + second[:20]
    return sum(map(is_cjk, signs)) * 2 > len(signs) and (first[-1].isalnum() or second[0].isalnum())


def lists_of(lines: list[TextLine], columns: dict[int, Column]) -> set[int]:
    """Blocks of which most lines end well before the margin: lists of names, agendas, tables of contents."""
    counts: dict[int, list[int]] = {}
    for before, line in pairwise(lines):
        if line.block >= 0 and line.block == before.block:
            count = counts.setdefault(line.block, [0, 0])
            count[0] += 1
            column = columns[line.block]
            count[1] += (column.right if column.is_sure else column.own) > before.x1 + needed(line) + 1
    return {block for block, (pairs, short) in counts.items() if pairs >= 2 and short >= LIST_SHARE * pairs}


def runs_on(
    before: TextLine, line: TextLine, column: Column | None, pitch: float | None, in_list: bool
) -> Literal["sure", "guess"] | None:
    """How `line` continues the paragraph of `before`: there was no room for its first word on the line before."""
    if column is None or before.block < 0 or before.block != line.block:
        return None
    if before.text.count("\t") > 1 or "\t" in before.text[NUMBER_CHARS:] or "\n" in before.text:
        return None
    if "\t" in line.text or "\n" in line.text:
        return None
    ended = before.text[-1] in _SENTENCE_END
    is_reference = not ended and bool(_REFERENCE.match(line.text))
    if (_is_item(line.text) and not is_reference) or not 0.55 < line.height / max(before.height, 0.1) < 1.8:
        return None
    step = line.y1 - before.y1
    if step > MAX_LEADING * max(line.height, before.height) or (pitch is not None and step > LOOSE * pitch):
        return None
    divided = ends_divided(before.text) and line.text[0].islower()
    right = column.right
    goes_on = not ended and line.text[0].islower()  # in the middle of a sentence
    if right - before.x1 > max(needed(line) * (GOES_ON if goes_on else 1.05), 0.02 * right):
        if divided:
            return "sure"
        return "guess" if not in_list and _is_full(before, line, column.own) else None
    if ended and _SPEAKER.match(line.text):
        return None
    per_sign = (line.x1 - line.x0) / max(1, len(line.text))
    if ended and (line.x0 - before.x0 > 1.2 * per_sign or line.text[0] == "\u3000"):
        return None
    starts_new = line.text[0].isupper() or line.text[0].isdigit()
    if column.is_sure:
        if in_list and starts_new:
            return None if ended else "guess"
        return "sure"
    if divided or (not ended and not starts_new and not is_cjk(line.text[0])):
        return "sure" if divided else "guess"
    if not column.is_sure and weight(before.text) < SHORT_LINE:
        return None
    return None if in_list and starts_new else "guess"


def runs_over(
    before: TextLine,
    line: TextLine,
    lines: list[TextLine],
    following: list[TextLine],
    column: Column | None,
) -> Literal["sure", "guess"] | None:
    """As `runs_on`, from the end of a column or page (of `lines`) to the top of the next one (of `following`).

    A sentence that ended there goes on nowhere. Whether one of the two is a list is not asked.
    """
    if before.text[-1] in _SENTENCE_END or before.is_vertical != line.is_vertical:
        return None
    left = min(x.x0 for x in lines if x.block == before.block)
    shift = left - min(x.x0 for x in following if x.block == line.block)
    first = replace(before, block=0, y0=0.0, y1=before.height)
    second = replace(line, block=0, x0=line.x0 + shift, x1=line.x1 + shift, y0=before.height)
    second.y1 = before.height + line.height
    return runs_on(first, second, column, None, False)


def _is_full(before: TextLine, line: TextLine, right: float) -> bool:
    """A long Japanese line that ends within a sign of its block's edge, in the middle of a sentence."""
    if not is_cjk(before.text[-1]) or not is_cjk(line.text[0]) or before.text[-1] in "。．！？":
        return False
    per_sign = (before.x1 - before.x0) / max(1, len(before.text))
    return weight(before.text) >= SHORT_LINE and right - before.x1 <= 1.2 * per_sign


def ends_divided(text: str) -> bool:
    """The line ends in a word and a hyphen."""
    return text[-1:] in _HYPHENS and text[-2:-1].isalpha()


def _keeps_hyphen(head: str, following: str, words: set[str]) -> bool:
    """ "well-" + "known" keeps its hyphen when the document has "well-known", or both as words but not "wellknown"."""
    tail_match = re.match(r"[^\W\d_]+", following)
    tail = tail_match[0].lower() if tail_match else ""
    head = head.lower()
    if head + tail in words:
        return False
    return f"{head}-{tail}" in words or (head in words and tail in words and len(head) > 2)
