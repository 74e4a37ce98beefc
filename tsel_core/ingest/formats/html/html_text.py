"""HTML pages: visible text with headings, lists and tables; nothing is fetched, no script is run."""

from __future__ import annotations

from typing import Any

from tsel_core.ingest.formats.html.css import Css, Look
from tsel_core.ingest.formats.html.html_flow import HtmlFlow
from tsel_core.ingest.formats.html.html_parts import (
    BREAKS,
    NO_TEXT,
    STRUCK,
    is_unshown,
    list_mark,
    made_words,
    whole,
    words_in,
)
from tsel_core.ingest.formats.html.html_source import field_text, parsed
from tsel_core.ingest.source import Draft
from tsel_core.lazy_pattern import lazy_pattern

MAX_FRAMES = 3  # pages within pages
LEAST_PICTURE = 8  # pixels: smaller ones are no pictures to look at
_BLANKS = lazy_pattern(r"[ \t\r\n\f]+")


def read_html(draft: Draft, text: str, *, hidden: bool, number: int = 0) -> int:
    """Paragraphs, list items and table rows of the page; what it hides is kept apart, or marked when `hidden`.

    They count on from `number`; the last number is returned.
    """
    root = parsed(text)
    if root is None:
        return number
    reader = _Reader(draft, Css(root), hidden=hidden)
    reader.number = number
    reader.walk(root)
    return reader.number


class _Reader(HtmlFlow):
    def __init__(self, draft: Draft, css: Css, *, hidden: bool, depth: int = 0) -> None:
        super().__init__(draft, hidden=hidden)
        self.css = css
        self.depth = depth  # of pages within pages
        self.looks = [Look()]
        if not css.is_whole:
            draft.warn("the page has more styles than are followed: what they hide is not told apart")

    def walk(self, root: Any) -> None:
        """The elements in their order, without recursion: pages can be nested thousands deep."""
        from lxml import etree

        walker = etree.iterwalk(root, events=("start", "end"))
        skipped: Any = None
        for event, element in walker:
            if not isinstance(element.tag, str):
                continue
            if event == "start":
                if self._start(element):
                    self._data(element.text)
                else:
                    walker.skip_subtree()
                    skipped = element
                continue
            if element is skipped:
                skipped = None
                if element.tag in BREAKS and not self.open_tables:
                    self.flush()
            else:
                self._made(element, "after")
                self.looks.pop()
                self.end(element.tag)
            self._data(element.tail)
        self.flush()

    def _start(self, element: Any) -> bool:
        """An element begins; False when nothing inside of it is read."""
        tag = element.tag
        if tag in NO_TEXT:
            return False
        above = self.looks[-1]
        look = self.css.look(element, above)
        if look.is_gone or is_unshown(element, in_drawing=above.is_drawing):
            self.hide(words_in(element))
            return False
        if tag == "iframe":
            self._frame(element)
            return False
        self.looks.append(look)
        if tag == "br":
            self.parts.append("\n")
        elif tag in STRUCK:
            self.parts.append("[struck out: ")
        elif tag == "img":
            self._picture(element)
        elif tag == "rt":
            self.in_reading += 1
        elif tag == "textarea":
            self.parts.append(" ")
        elif tag in ("td", "th"):
            if self.open_tables:
                self.close_cell()
                self.open_tables[-1].open_cell(whole(element.get("colspan"), 1), whole(element.get("rowspan"), 1))
        elif tag in BREAKS:
            self.block(tag, element.attrib)
            if tag == "li" and look.list_mark is not None:
                self.prefix = list_mark(look.list_mark)
        elif tag == "use":
            self._used(element)
        elif tag in ("input", "select"):
            self.parts.append(field_text(element))
            if tag == "select":
                self.looks.pop()
                return False
        self._made(element, "marker" if tag == "li" else "before")
        if tag == "li":
            self._made(element, "before")
        return True

    def _made(self, element: Any, where: str) -> None:
        """Words that the page's styles put there."""
        content, look = self.css.made(element, where, self.looks[-1])
        if not content or content in ("none", "normal"):
            return
        words, is_whole = made_words(content, element)
        if not is_whole and look.is_seen:
            self.draft.doubt("numbers that the page counts by its styles were not read")
        if not words.strip():
            return
        if not look.is_seen:
            self.hide(words if any(map(str.isalnum, words)) else "")  # others keep boxes apart
        elif where == "marker":
            self.prefix = words
        else:
            self.parts.append(words)

    def _picture(self, element: Any) -> None:
        """A picture: not read, and the words that stand for it are marked; readers see the picture, not them."""
        words = " ".join((element.get("alt") or "").split())
        if words:
            self.parts.append(f" [picture: {words}] ")
        sizes = [whole(element.get(side), LEAST_PICTURE) for side in ("width", "height")]
        if element.get("src") and (words or "alt" not in element.attrib) and min(sizes) >= LEAST_PICTURE:
            self.draft.count_out("picture")

    def _used(self, element: Any) -> None:
        """A part of a drawing that is drawn here once more."""
        name = (element.get("href") or element.get("xlink:href") or "").lstrip("#")
        part = element.getroottree().getroot().get_element_by_id(name, None) if name else None
        if part is not None and self.looks[-1].is_seen:
            self.parts.append(f" {words_in(part)} ")

    def _frame(self, element: Any) -> None:
        """A page within the page: read where its text stands here, and named where it does not."""
        root = parsed(element.get("srcdoc") or "") if self.depth < MAX_FRAMES else None
        if root is None:
            if element.get("src") or element.get("srcdoc"):
                self.draft.leave("frame", 1, "frames that show another page were not read: nothing is fetched")
            return
        self.flush()
        reader = _Reader(self.draft, Css(root), hidden=self.shows_hidden, depth=self.depth + 1)
        reader.number, reader.path = self.number, self.path
        reader.walk(root)
        self.number = reader.number

    def _data(self, data: str | None) -> None:
        if not data or self.in_reading:
            return
        if not self.looks[-1].is_seen and data.strip():
            self.unseen.append(data)
            return
        words = data if self.pre else _BLANKS.sub(" ", data)
        turned = self.looks[-1].turned
        self.parts.append(f"{turned}{words}\u202c" if turned and words.strip() else words)
