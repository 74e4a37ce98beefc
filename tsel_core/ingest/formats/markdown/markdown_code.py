"""Where Markdown holds code, and where comments: one look through the text, however many begin and never end."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from tsel_core.lazy_pattern import lazy_pattern

_OPENER = lazy_pattern(r"\\.|`+|~{3,}|<!--|<\?|<!\[CDATA\[|<![A-Za-z]", re.S)
_CLOSERS = {"<!--": "-->", "<?": "?>", "<![CDATA[": "]]>"}
_INDENT = lazy_pattern(r"[ \t>]*(?:[-*+]|\d{1,9}[.)])?[ \t>]*")
FENCE = 3  # backticks or tildes


@dataclass(slots=True)
class Marked:
    """Spans of code, those of them that begin with a fence, and (start, end, words) of comments."""

    code: list[tuple[int, int]] = field(default_factory=list)
    fences: set[int] = field(default_factory=set)
    comments: list[tuple[int, int, str]] = field(default_factory=list)


def find_marked(text: str) -> Marked:
    """Code and comments, in their order."""
    found = Marked()
    never: set[str] = set()  # ends that do not come any more
    at = 0
    while match := _OPENER.search(text, at):
        opener, start, at = match[0], match.start(), match.end()
        if opener[0] == "\\":
            found.code.append((start, at))
        elif opener[0] in "`~":
            is_fence = len(opener) >= FENCE and _begins_line(text, start)
            end = _end_of_code(text, opener, at, is_fence, never)
            if is_fence:
                found.fences.add(start)
            if is_fence or end > at:
                found.code.append((start, end))
                at = end
        else:
            closer = _CLOSERS.get(opener, ">")
            end = -1 if closer in never else text.find(closer, at)
            if end < 0:
                never.add(closer)
                if opener != "<!--" or not _begins_line(text, start):
                    continue
                end, closer = len(text), ""  # a comment of its own that nothing closes takes the rest of the page
            found.comments.append((start, end + len(closer), text[at:end]))
            at = end + len(closer)
    return found


def _begins_line(text: str, place: int) -> bool:
    line = text.rfind("\n", max(0, place - 200), place) + 1
    return _INDENT.fullmatch(text, line, place) is not None


def _end_of_code(text: str, opener: str, at: int, is_fence: bool, never: set[str]) -> int:
    """Behind the code that begins at a place; that place where nothing ends it."""
    if is_fence:
        while (end := text.find(opener, at)) >= 0:
            at = end + len(opener)
            if _begins_line(text, end):
                return at
        return len(text)
    if opener in never or opener[0] == "~":
        return at
    match = re.compile(rf"(?<!`){opener}(?!`)").search(text, at)
    if match is None:
        never.add(opener)
        return at
    blank = text.find("\n\n", at, match.start())
    return at if blank >= 0 else match.end()
