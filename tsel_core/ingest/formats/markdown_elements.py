"""Elements of HTML in Markdown that hide what is in them, as the styles of web pages are read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from tsel_core.ingest.formats.html_parts import INSTEAD, NO_TEXT

MAX_TAGS = 20_000  # that are looked at
MAX_HIDING = 2000  # elements that hide: the rest of a page that has more is left as it is
_TAG = re.compile(r"""<([a-zA-Z][a-zA-Z0-9-]{0,30})(?=[\s/>])((?:[^<>"']++|"[^"]{0,2000}"|'[^']{0,2000}')*+)>""")
_MAY_HIDE = re.compile(r"\sstyle\s*=|\shidden(?=[\s=>/]|$)|\spopover(?=[\s=>/]|$)", re.I)
_NEVER_CLOSED = frozenset(("br", "hr", "img", "input", "meta", "link", "area", "base", "col", "embed", "source", "wbr"))
_CLOSED_BY_NEXT = frozenset(("p", "li", "dt", "dd", "tr", "td", "th", "option"))


def hiding_elements(text: str) -> Iterator[tuple[int, int, str]]:
    """(start, end, words) of elements that show nothing of what is in them."""
    found, after = 0, 0
    for number, match in enumerate(_TAG.finditer(text)):
        if number >= MAX_TAGS or found >= MAX_HIDING:
            return
        name = match[1].lower()
        if match.start() < after or name in _NEVER_CLOSED or not _hides(name, match[2]):
            continue
        found += 1
        after = _end(text, name, match.end())
        yield match.start(), after, re.sub(r"<[^>]{0,400}>", " ", text[match.end() : after]).strip()


def _hides(name: str, attributes: str) -> bool:
    if name in INSTEAD or name in NO_TEXT - {"head"}:
        return True
    return bool(_MAY_HIDE.search(attributes)) and not _is_seen(name, attributes)


@lru_cache(maxsize=256)
def _is_seen(name: str, attributes: str) -> bool:
    from lxml import etree, html

    from tsel_core.ingest.formats.css import Css, Look

    try:
        root = html.document_fromstring(f"<{name} {attributes}>x</{name}>")
    except etree.ParserError:
        return True
    css, look = Css(root), Look()
    for element in root.iter():
        look = css.look(element, look)
    return look.is_seen


def _end(text: str, name: str, start: int) -> int:
    """Where an element ends that is open at a place: behind its own end tag, or with the page."""
    depth = 1
    for match in re.compile(rf"<(/?){re.escape(name)}(?=[\s>/])[^<>]{{0,2000}}>", re.I).finditer(text, start):
        depth += -1 if match[1] else 1
        if depth == 0:
            return match.end()
        if not match[1] and name in _CLOSED_BY_NEXT:
            return match.start()
    blank = text.find("\n\n", start) if name in _CLOSED_BY_NEXT else -1
    return blank if blank >= 0 else len(text)
