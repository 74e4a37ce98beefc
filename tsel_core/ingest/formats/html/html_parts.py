"""Elements of a web page by what a browser does with them."""

from __future__ import annotations

import re
from typing import Any

from tsel_core.lazy_pattern import lazy_pattern

NO_TEXT = frozenset({"script", "style", "head", "rp"})
# what browsers show only where they cannot show something else, or never
INSTEAD = frozenset(
    {"noscript", "noframes", "noembed", "template", "datalist", "canvas", "audio", "video", "progress", "meter"}
)
OF_DRAWINGS = frozenset(  # parts of an <svg> that are not drawn where they stand
    {"title", "desc", "metadata", "defs", "symbol", "clippath", "mask", "pattern", "marker", "lineargradient",
     "radialgradient", "filter"}
)  # fmt: skip
_BLOCKS = (
    "p div section article header footer main aside nav ul ol li dl dt dd blockquote pre h1 h2 h3 h4 h5 h6 table tr"
    " form fieldset figure figcaption hr address details summary body html caption thead tbody tfoot title svg text"
)
BREAKS = frozenset(_BLOCKS.split())
STRUCK = ("del", "s", "strike")  # a reader sees a line through them
_PART = lazy_pattern(r"""\s*(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'|([\w-]+)\(([^()]*)\)|(/.*)|([\w-]+))""", re.S)
_ESCAPE = lazy_pattern(r"\\(?:([0-9a-fA-F]{1,6})[ \t\r\n\f]?|(\r\n|[\n\r\f])|(.))", re.S)
_PRIVATE = lazy_pattern("[\ue000-\uf8ff\U000f0000-\U0010ffff]")  # pictures of an icon font
_QUOTES = {"open-quote": "“", "close-quote": "”"}
MAX_MADE = 2000  # characters


def is_unshown(element: Any, *, in_drawing: bool) -> bool:
    """What stands in the element is not shown."""
    if in_drawing and element.tag in OF_DRAWINGS:
        return True
    return element.tag in INSTEAD and not (element.tag == "template" and "shadowrootmode" in element.attrib)


def made_words(content: str, element: Any) -> tuple[str, bool]:
    """(words of a style's `content`, whether all of it could be worked out); counters and pictures cannot."""
    words: list[str] = []
    at, is_whole = 0, True
    while at < len(content.rstrip()) and (match := _PART.match(content, at)):
        one, other, function, inside, spoken, word = match.groups()
        if spoken is not None:  # said by programs that read aloud, and not shown
            break
        if one is not None or other is not None:
            words.append(_ESCAPE.sub(_unescaped, one if one is not None else other))
        elif function == "attr":
            words.append(element.get(inside.split(",")[0].strip().lower()) or "")
        elif function in ("counter", "counters"):
            is_whole = False
        elif word in _QUOTES:
            words.append(_QUOTES[word])
        at = match.end()
    return _PRIVATE.sub("", "".join(words))[:MAX_MADE], is_whole


def list_mark(value: str) -> str:
    """The words before the items of a list: a quoted text."""
    match = _PART.match(value)
    return _ESCAPE.sub(_unescaped, match[1] or match[2] or "") if match else ""


def _unescaped(match: re.Match[str]) -> str:
    if match[1]:
        code = int(match[1], 16)
        return chr(code) if 0 < code <= 0x10FFFF and not 0xD800 <= code <= 0xDFFF else "\ufffd"
    return match[3] or ""


def whole(text: str | None, default: int) -> int:
    """A whole number of an attribute."""
    return int(text) if text and re.fullmatch(r"-?[0-9]{1,6}", text.strip()) else default


def words_in(element: Any) -> str:
    """All the words in an element, on one line."""
    return " ".join("".join(element.itertext()).split())
