"""Numbers of pages in headers and footers: they change from page to page and say nothing of the document."""

from __future__ import annotations

import re

from tsel_core.lazy_pattern import lazy_pattern

_PAGE_WORDS = frozenset(("page", "pages", "of", "p", "pg", "seite", "von", "頁", "ページ", "全"))
_BARE = lazy_pattern(
    r"[^\w\s]*\s*(?:[Pp]ages?|PAGE|[Pp]g?\.|ページ|頁)?\s*(?:of|/|von|の)?\s*(?:ページ|頁)?[\s|,·–—-]*$"
)


def without_page_number(text: str) -> str:
    """Lines that say more than a page's number."""
    lines = []
    for line in text.split("\n"):
        words = {w for w in re.sub(r"[\W\d_]+", " ", line.lower()).split() if w}
        if not words <= _PAGE_WORDS or (not words and re.search(r"\d.*[-/.].*\d|\d{4,}", line)):
            bare = _BARE.sub("", line)
            lines.append(bare.rstrip() if bare.strip() else line)
    return "\n".join(lines)
