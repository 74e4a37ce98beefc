"""A mail's plain text and its page, which should say the same: programs show the page."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter

from tsel_core.ingest.encoding.clean import CJK
from tsel_core.ingest.encoding.invisible import without_invisible
from tsel_core.ingest.formats.html.html_text import read_html
from tsel_core.ingest.source import Draft, OverLimit
from tsel_core.lazy_pattern import lazy_pattern

MAX_CHARS = 2_000_000  # of a text that is compared
MAX_NAMED = 5  # words that the texts do not share
_ADDRESS = lazy_pattern(
    r"(?:https?|ftp|mailto|cid|tel|file):[^\s<>\])]*|www\.[^\s<>\])]*|\[(?:image|struck out):[^\]\n]*|\S+@\S+", re.I
)
_ALT = lazy_pattern(r"""\salt\s*=\s*(?:"[^"]*"|'[^']*'|[^\s>"']+)""", re.I)
_WORD = lazy_pattern(rf"[{CJK}]|[^\W{CJK}_]+")


def differing(plain: str, page: str) -> list[str]:
    """Words that one of the two says and the other does not, the first of them; none where they say the same."""
    if len(plain) > MAX_CHARS or len(page) > MAX_CHARS:
        return []
    draft = Draft("html", "paragraph")
    try:
        read_html(draft, _ALT.sub("", page), hidden=False)
    except (RecursionError, OverLimit):
        return []  # the plain text is what can be read
    shown = _words("\n".join(unit.text for unit in draft.units if unit.in_flow))
    told = _words(plain)
    if not shown:
        return []
    return [*(told - shown), *(shown - told)][:MAX_NAMED]


def remark(words: list[str]) -> str:
    """What is said of a mail whose texts differ."""
    named = ", ".join(f'"{word}"' for word in words)
    return f"the mail's plain text and its page differ ({named}): the page was read, which mail programs show"


def _words(text: str) -> Counter[str]:
    folded = unicodedata.normalize("NFKC", without_invisible(text)[0]).casefold()
    return Counter(_WORD.findall(_ADDRESS.sub(" ", folded)))
