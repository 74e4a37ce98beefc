"""What a page made of Markdown does not show: comments, titles and definitions of links, HTML that hides itself."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator

from tsel_core.ingest.formats.markdown.markdown_code import find_marked
from tsel_core.ingest.formats.markdown.markdown_elements import hiding_elements
from tsel_core.lazy_pattern import lazy_pattern

_TITLE = "(?:" + "|".join(
    rf"{start}(?:[^{start}{end}\\\n]|\\.|\n(?!\s*\n)){{0,1000}}{end}" for start, end in ('""', "''", (r"\(", r"\)"))
) + ")"
_TARGET = r"(?:<[^<>\n]{0,2000}>|[^\s<>]{1,2000})"
_PLACE = r"(?:<[^<>\n]{0,2000}>|[^\s()<>]{0,2000}(?:\([^\s()]{0,500}\)[^\s()<>]{0,500})?)"
_LINK = lazy_pattern(rf"\]\([ \t]*\n?[ \t]*{_PLACE}(\s+{_TITLE})\s*\)")
_DEFINITION = lazy_pattern(
    rf"^[ \t>]*(?:[-*+]\s+|\d{{1,9}}[.)]\s+)?(\[(?!\^)(?:[^\[\]\\\n]|\\.){{1,999}}\]:[ \t]*\n?[ \t>]*{_TARGET}"
    rf"(?:[ \t]*\n?[ \t>]*(?<=\s){_TITLE})?)[ \t]*$",
    re.M,
)
_FENCE = lazy_pattern(r"(?:`{3,}|~{3,})[ \t]*[^\s`]+([ \t]+[^`\n]+)(?=\n|\Z)")
_ENDS_PARAGRAPH = lazy_pattern(r"\s*(?:#{1,6}\s.*|(?:[-*_=]\s*){3,}|>?\s*)")


def without_unseen(text: str) -> tuple[str, list[tuple[int, str]]]:
    """The text without what is not shown, lines kept, and (line, words) of each piece; code is left alone."""
    if not any(sign in text for sign in ("<", "](", "]:", "```", "~~~")):
        return text, []
    marked = find_marked(text)
    pieces = list(marked.comments)
    known = sorted([*marked.code, *((start, end) for start, end, _ in pieces)])
    pieces += [piece for piece in (*hiding_elements(text), *_links(text)) if not _within(piece[0], known)]
    fences = (_FENCE.match(text, place) for place in sorted(marked.fences))
    pieces += [(match.start(1), match.end(1), match[1]) for match in fences if match]
    found: list[tuple[int, str]] = []
    parts: list[str] = []
    at, line = 0, 1
    for start, end, words in sorted(pieces):
        if start < at:
            continue
        line += text.count("\n", at, start)
        if words.strip():
            found.append((line, words))
        inside = text.count("\n", start, end)
        parts += [text[at:start], "\n" * inside]
        at, line = end, line + inside
    return "".join([*parts, text[at:]]), found


def _links(text: str) -> Iterator[tuple[int, int, str]]:
    """Titles of links and pictures, definitions of links."""
    for match in _LINK.finditer(text):
        yield match.start(1), match.end(1), match[1]
    end = 0
    for match in _DEFINITION.finditer(text):
        start = text.rfind("\n", 0, match.start()) + 1
        before = text[text.rfind("\n", 0, max(0, start - 1)) + 1 : max(0, start - 1)]
        if start == 0 or start <= end + 1 or _ENDS_PARAGRAPH.fullmatch(before):
            end = match.end()
            yield match.start(1), match.end(1), match[1]


def _within(place: int, spans: list[tuple[int, int]]) -> bool:
    at = bisect_right(spans, (place, 1 << 62)) - 1
    return at >= 0 and place < spans[at][1]
