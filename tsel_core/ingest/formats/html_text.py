"""HTML pages: visible text with headings, lists and tables; nothing is fetched, no script is run."""

from __future__ import annotations

import re
from typing import Any

from tsel_core.ingest.formats.css import Css, Look
from tsel_core.ingest.formats.html_parts import (
    BREAKS,
    NO_TEXT,
    STRUCK,
    is_unshown,
    list_mark,
    made_words,
    whole,
    words_in,
)
from tsel_core.ingest.formats.html_source import field_text, parsed
from tsel_core.ingest.formats.html_tables import HtmlTable
from tsel_core.ingest.formats.table_text import put_row
from tsel_core.ingest.formats.units_of_text import pieces
from tsel_core.ingest.source import Draft

MAX_FRAMES = 3  # pages within pages
_BLANKS = re.compile(r"[ \t\r\n\f]+")


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


class _Reader:
    def __init__(self, draft: Draft, css: Css, *, hidden: bool, depth: int = 0) -> None:
        self.draft = draft
        self.css = css
        self.depth = depth  # of pages within pages
        self.shows_hidden = hidden
        self.parts: list[str] = []
        self.unseen: list[str] = []
        self.in_reading = 0
        self.pre = 0
        self.prefix = ""
        self.heading: int | None = None
        self.path: list[tuple[int, str]] = []
        self.lists: list[int | None] = []
        self.open_tables: list[HtmlTable] = []
        self.tables = self.rows = 0  # rows: of the table that is read, with those of tables within it
        self.number = 0
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
                self._end(element.tag)
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
            self._hide(words_in(element))
            return False
        if tag == "iframe":
            self._frame(element)
            return False
        self.looks.append(look)
        if tag == "br":
            self.parts.append("\n")
        elif tag in STRUCK:
            self.parts.append("[struck out: ")
        elif tag == "img" and element.get("alt"):
            self.parts.append(f" {element.get('alt')} ")
        elif tag == "rt":
            self.in_reading += 1
        elif tag == "textarea":
            self.parts.append(" ")
        elif tag in ("td", "th"):
            if self.open_tables:
                self._close_cell()
                self.open_tables[-1].open_cell(whole(element.get("colspan"), 1), whole(element.get("rowspan"), 1))
        elif tag in BREAKS:
            self._block(tag, element.attrib)
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
            self._hide(words if any(map(str.isalnum, words)) else "")  # others keep boxes apart
        elif where == "marker":
            self.prefix = words
        else:
            self.parts.append(words)

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

    def _block(self, tag: str, values: Any) -> None:
        if self.open_tables and tag not in ("table", "tr"):
            self.parts.append("\n")
            return
        if tag == "tr":
            if self.open_tables:
                self._close_row()
            return
        self.flush()
        if tag == "table":
            self.open_tables.append(HtmlTable())
            if len(self.open_tables) == 1:
                self.tables, self.rows = self.tables + 1, 0
        elif tag in ("ul", "ol"):
            self.lists.append(whole(values.get("start"), 1) - 1 if tag == "ol" else None)
        elif tag == "li":
            count = self.lists[-1] if self.lists else None
            if self.lists and count is not None:
                self.lists[-1] = whole(values.get("value"), count + 1)
                self.prefix = f"{self.lists[-1]}. "
            else:
                self.prefix = "- "
        elif tag == "pre":
            self.pre += 1
        elif len(tag) == 2 and tag[0] == "h" and tag[1].isdigit():
            self.heading = int(tag[1])

    def _end(self, tag: str) -> None:
        if tag == "rt":
            self.in_reading = max(0, self.in_reading - 1)
        elif tag in STRUCK:
            self.parts.append("]")
        elif tag in ("td", "th"):
            self._close_cell()
        elif tag == "tr":
            self._close_row()
        elif tag == "table" and self.open_tables:
            self._close_row()
            self.open_tables.pop()
        elif tag in BREAKS:
            if self.open_tables:
                self.parts.append("\n")
                return
            self.flush()
            if tag in ("ul", "ol") and self.lists:
                self.lists.pop()
            elif tag == "pre":
                self.pre = max(0, self.pre - 1)

    def _data(self, data: str | None) -> None:
        if not data or self.in_reading:
            return
        if not self.looks[-1].is_seen and data.strip():
            self.unseen.append(data)
            return
        words = data if self.pre else _BLANKS.sub(" ", data)
        turned = self.looks[-1].turned
        self.parts.append(f"{turned}{words}\u202c" if turned and words.strip() else words)

    def _hide(self, text: str) -> None:
        if text:
            self.unseen.append(text)

    def _close_cell(self) -> None:
        if self.open_tables:
            self.open_tables[-1].close_cell(" ".join("".join(self.parts).split()))
            self.parts = []

    def _close_row(self) -> None:
        self._close_cell()
        row = self.open_tables[-1].close_row() if self.open_tables else []
        self.rows += bool(row)
        if any(row):
            put_row(self.draft, f"table {self.tables}, row {self.rows}", row)

    def flush(self) -> None:
        """End the open paragraph."""
        raw = "".join(self.parts)
        self.parts = []
        lines = raw.split("\n") if self.pre else [" ".join(line.split()) for line in raw.split("\n")]
        text = "\n".join(lines).strip("\n" if self.pre else None)
        text = self.draft.clean(text)
        if text.strip():
            if self.heading is not None:
                self.path = [
                    *(p for p in self.path if p[0] < self.heading),
                    (self.heading, " ".join(text.split())),
                ]
            self._put(self.prefix + text)
            self.prefix = ""
        self.heading = None
        if self.unseen:
            words, self.unseen = " ".join(self.unseen), []
            self.draft.add_hidden(f"para {self.number}", words, shown=self.shows_hidden)

    def _put(self, text: str) -> None:
        names = tuple(name for _, name in self.path)
        for piece in pieces(text):
            self.number += 1
            where = f"{names[-1]}, " if names else ""
            self.draft.add("paragraph", f"{where}para {self.number}", piece, heading_path=names)
