"""Elements of HTML in Markdown that hide what is in them, as the styles of web pages are read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice

from tsel_core.ingest.formats.html.html_parts import INSTEAD, NO_TEXT
from tsel_core.lazy_pattern import lazy_pattern

MAX_TAGS = 20_000  # that are looked at
MAX_SHEETS = 1 << 18  # characters of style sheets
_SHEET = lazy_pattern(r"<style(?=[\s>])[^>]{0,400}>.*?</style\s*>", re.I | re.S)
MAX_HIDING = 2000  # elements that hide: the rest of a page that has more is left as it is
_TAG = lazy_pattern(r"""<([a-zA-Z][a-zA-Z0-9-]{0,30})(?=[\s/>])((?:[^<>"']++|"[^"]{0,2000}"|'[^']{0,2000}')*+)>""")
_MAY_HIDE = lazy_pattern(r"\sstyle\s*=|\shidden(?=[\s=>/]|$)|\spopover(?=[\s=>/]|$)", re.I)
_NEVER_CLOSED = frozenset(("br", "hr", "img", "input", "meta", "link", "area", "base", "col", "embed", "source", "wbr"))
_CLOSED_BY_NEXT = frozenset(("p", "li", "dt", "dd", "tr", "td", "th", "option"))


def hiding_elements(text: str) -> Iterator[tuple[int, int, str]]:
    """(start, end, words) of elements that show nothing of what is in them, by their own styles or the page's."""
    found, after = 0, 0
    sheets = "".join(match[0] for match in _SHEET.finditer(text))[:MAX_SHEETS]
    by_sheets = _hidden_by(sheets, text) if sheets else frozenset()
    for number, match in enumerate(_TAG.finditer(text)):
        if number >= MAX_TAGS or found >= MAX_HIDING:
            return
        name = match[1].lower()
        if match.start() < after or name in _NEVER_CLOSED:
            continue
        if (name, match[2]) not in by_sheets and not _hides(name, match[2]):
            continue
        found += 1
        after = _end(text, name, match.end())
        yield match.start(), after, re.sub(r"<[^>]{0,400}>", " ", text[match.end() : after]).strip()


def _hides(name: str, attributes: str) -> bool:
    if name in INSTEAD or name in NO_TEXT - {"head"}:
        return True
    return bool(_MAY_HIDE.search(attributes)) and (name, attributes) in _unseen(((name, attributes),))


def _hidden_by(sheets: str, text: str) -> frozenset[tuple[str, str]]:
    """Of the (name, attributes) of a text those that its style sheets hide, each as if it stood alone."""
    tags = dict.fromkeys((m[1].lower(), m[2]) for m in islice(_TAG.finditer(text), MAX_TAGS))
    return _unseen(tuple(islice((tag for tag in tags if tag[0] not in _NEVER_CLOSED), MAX_HIDING)), sheets)


@lru_cache(maxsize=256)
def _unseen(tags: tuple[tuple[str, str], ...], sheets: str = "") -> frozenset[tuple[str, str]]:
    """Those of the tags that show nothing of what is in them."""
    from lxml import etree, html

    from tsel_core.ingest.formats.html.css import Css, Look

    boxes = "".join(f"<div><{name} {attributes}>x</{name}></div>" for name, attributes in tags)
    try:
        root = html.document_fromstring(f"<html><head>{sheets}</head><body>{boxes}</body></html>")
    except etree.ParserError:
        return frozenset()
    css, found = Css(root), set()
    for box, tag in zip(root.find("body"), tags, strict=False):
        look = Look()
        for element in (e for e in box.iter() if e is not box):
            look = css.look(element, look)
        if not look.is_seen:
            found.add(tag)
    return frozenset(found)


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
