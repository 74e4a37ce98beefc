"""A sentence that goes on over a page's end: its rest joins the page on which it began."""

from __future__ import annotations

from dataclasses import replace

from tsel_core.ingest.pdf.layout.layout import TextLine
from tsel_core.ingest.pdf.layout.margins import Margins
from tsel_core.ingest.pdf.layout.paragraphs import Paragraph, joined_text, lists_of, runs_over
from tsel_core.lazy_pattern import lazy_pattern

NOTE = 0.9  # of the height of the page's lines: what stands below them and is lower is a note
_SENTENCE = lazy_pattern(
    r"[。！？]+(?![。！？」』）)])|[。！？]+[」』]+(?![」』）)とはがをにのでも、])"  # "（含む。）その他" goes on
    r"|(?<![A-Z])(?<!\bNo)(?<!\bArt)[.!?][\"”’)]*(?=\s+[\"“(]?[A-Z0-9])"
)


def join_over_page(
    paragraphs: list[Paragraph],
    lines: list[TextLine],
    following: list[Paragraph],
    following_lines: list[TextLine],
    words: set[str],
    margins: Margins,
) -> None:
    """Let a page's last paragraph take the rest of its last sentence from the top of the following page, in place."""
    at, last = _last(paragraphs, lines)
    first_at, first = _first(following, following_lines)
    if last is None or first is None:
        return
    column = margins.of(lines).get(last.block)
    how = runs_over(last, first, lines, following_lines, column)
    if how is None or (not first.text[0].islower() and _is_list(lines, last, following_lines, first, margins)):
        return
    paragraph, rest = paragraphs[at], following[first_at]
    whole = joined_text(paragraph.text, last, replace(first, text=rest.text), words)
    end = _SENTENCE.search(whole, max(0, len(whole) - len(rest.text) - 1))
    cut = end.end() if end else len(whole)
    paragraph.text = whole[:cut]
    paragraph.is_joined = paragraph.is_joined or how == "guess" or rest.is_joined
    paragraph.num_lines += 1
    paragraph.goes_over = True
    rest.text = whole[cut:].lstrip()
    if not rest.text:
        del following[first_at]


def _is_list(
    lines: list[TextLine], last: TextLine, following: list[TextLine], first: TextLine, margins: Margins
) -> bool:
    """One of the two lines stands in a list, whose items begin anew."""
    return last.block in lists_of(lines, margins.of(lines)) or first.block in lists_of(following, margins.of(following))


def _last(paragraphs: list[Paragraph], lines: list[TextLine]) -> tuple[int, TextLine | None]:
    """(index, last line) of the last paragraph above the page's notes."""
    heights = sorted(line.height for line in lines if line.block >= 0)
    usual = heights[len(heights) // 2] if heights else 0.0
    end = len(lines)
    for at in range(len(paragraphs) - 1, -1, -1):
        line = lines[end - 1]
        is_note = line.height < NOTE * usual and line.place > 0.5
        if line.block >= 0 and not is_note:
            return (at, None) if paragraphs[at].is_table else (at, line)
        end -= paragraphs[at].num_lines
    return 0, None


def _first(paragraphs: list[Paragraph], lines: list[TextLine]) -> tuple[int, TextLine | None]:
    if not paragraphs or paragraphs[0].is_table or lines[0].block < 0:
        return 0, None
    return 0, lines[0]
