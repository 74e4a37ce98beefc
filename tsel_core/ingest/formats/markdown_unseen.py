"""What a page made of Markdown does not show: comments, and HTML that hides itself."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator

MAX_HIDING = 2000  # elements that say so: the rest of a page that has more is left as it is
MAX_TAG = 400  # characters before and after the words that hide
MAX_INSIDE = 20_000  # characters of such an element
_COMMENT = re.compile(r"```.*?(?:```|\Z)|~~~.*?(?:~~~|\Z)|`[^`\n]*`|<!--(.*?)-->", re.S)
_HIDING = re.compile(
    r"\shidden(?=[\s>=/])|display\s*:\s*none|visibility\s*:\s*hidden|opacity\s*:\s*0(?=[;\"'\s])|font-size\s*:\s*0(?=[;\"'\sp])",
    re.I,
)
_NAME = re.compile(r"<([a-zA-Z][a-zA-Z0-9]{0,9})(?=\s)")


def without_unseen(text: str) -> tuple[str, list[tuple[int, str]]]:
    """The text without what is not shown, lines kept, and (line, words) of each piece; code is left alone."""
    if "<" not in text:
        return text, []
    code: list[tuple[int, int]] = []
    pieces: list[tuple[int, int, str]] = []
    for match in _COMMENT.finditer(text):
        if match[1] is None:
            code.append(match.span())
        else:
            pieces.append((*match.span(), match[1]))
    known = sorted([*code, *((start, end) for start, end, _ in pieces)])
    pieces += [piece for piece in _elements(text) if not _within(piece[0], known)]
    found: list[tuple[int, str]] = []
    parts: list[str] = []
    at, line = 0, 1
    for start, end, words in sorted(pieces):
        if start < at:
            continue
        line += text.count("\n", at, start)
        found.append((line, words))
        inside = text.count("\n", start, end)
        parts += [text[at:start], "\n" * inside]
        at, line = end, line + inside
    return "".join([*parts, text[at:]]), found


def _elements(text: str) -> Iterator[tuple[int, int, str]]:
    """(start, end, words) of elements whose tag hides them."""
    for number, match in enumerate(_HIDING.finditer(text)):
        if number >= MAX_HIDING:
            return
        start = text.rfind("<", max(0, match.start() - MAX_TAG), match.start())
        stop = text.find(">", match.end(), match.end() + MAX_TAG)
        name = _NAME.match(text, start) if start >= 0 else None
        before = text[max(0, start) : match.start() + 1]
        if name is None or stop < 0 or ">" in before or _is_quoted(before):
            continue
        close = text.find(f"</{name[1]}>", stop, stop + MAX_INSIDE)
        if close >= 0:
            yield start, close + len(name[1]) + 3, re.sub(r"<[^>]{0,400}>", "", text[stop + 1 : close])


def _is_quoted(tag: str) -> bool:
    """What follows stands in an attribute other than the style."""
    quotes = [at for at, sign in enumerate(tag) if sign == '"']
    return len(quotes) % 2 == 1 and not re.search(r"style\s*=\s*$", tag[: quotes[-1]], re.I)


def _within(place: int, spans: list[tuple[int, int]]) -> bool:
    at = bisect_right(spans, (place, 1 << 62)) - 1
    return at >= 0 and place < spans[at][1]
