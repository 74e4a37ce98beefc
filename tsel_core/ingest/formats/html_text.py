"""HTML pages: visible text with headings, lists and tables; nothing is fetched, no script is run."""

from __future__ import annotations

import contextlib
import re
from html.parser import HTMLParser

from tsel_core.errors import UsageError
from tsel_core.ingest.encoding.encodings import decode
from tsel_core.ingest.formats.html_tables import HtmlTable
from tsel_core.ingest.formats.table_text import put_row
from tsel_core.ingest.formats.units_of_text import pieces
from tsel_core.ingest.source import Draft

_SKIP = frozenset({"script", "style", "head", "noscript", "template", "svg", "rp", "object", "iframe", "select"})
_BREAKS = frozenset(
    [
        "p",
        "div",
        "section",
        "article",
        "header",
        "footer",
        "main",
        "aside",
        "nav",
        "ul",
        "ol",
        "li",
        "dl",
        "dt",
        "dd",
        "blockquote",
        "pre",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "table",
        "tr",
        "form",
        "fieldset",
        "figure",
        "figcaption",
        "hr",
        "address",
        "details",
        "summary",
        "body",
        "html",
        "caption",
        "thead",
        "tbody",
        "tfoot",
        "title",
    ]
)
_VOID = frozenset(
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"]
)
_CHARSET = re.compile(rb"""<meta[^>]{0,200}charset\s*=\s*["']?\s*([\w-]+)|encoding=["']([\w-]+)["']""", re.I)
_UNSEEN = re.compile(r"(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*hidden)", re.I)


def _whole(text: str | None, default: int) -> int:
    return int(text) if text and re.fullmatch(r"-?[0-9]{1,6}", text.strip()) else default


def decode_html(data: bytes, encoding: str | None, name: str) -> str:
    """Text of the page: the encoding asked for, else the one it declares if that fits, else detected."""
    declared = _CHARSET.search(data[:4096])
    if encoding is None and declared and not data.startswith((b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf")):
        label = (declared[1] or declared[2]).decode("ascii", "replace")
        try:
            from tsel_core.ingest.options import check_encoding

            codec = check_encoding(label)
            if codec not in ("utf-8", "iso2022_jp") and not data.isascii():
                with contextlib.suppress(UnicodeDecodeError):
                    return data.decode("utf-8")  # a page that was converted and still names its old encoding
            return data.decode(codec)
        except (UnicodeDecodeError, UsageError):
            pass
    return decode(data, encoding, name).text


def read_html(draft: Draft, text: str) -> None:
    """Paragraphs, list items and table rows of the page."""
    reader = _Reader(draft)
    reader.feed(text)
    reader.close()
    reader.flush()


class _Reader(HTMLParser):
    def __init__(self, draft: Draft) -> None:
        super().__init__(convert_charrefs=True)
        self.draft = draft
        self.parts: list[str] = []
        self.readings: list[str] = []
        self.skip = 0
        self.in_reading = 0
        self.pre = 0
        self.prefix = ""
        self.heading: int | None = None
        self.path: list[tuple[int, str]] = []
        self.lists: list[int | None] = []
        self.open_tables: list[HtmlTable] = []
        self.tables = 0
        self.number = 0
        self.hidden = ""  # the tag of the open hidden element
        self.hidden_depth = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if self._hides(tag, values):
            return
        if tag in _SKIP:
            self.skip += tag not in ("object",)
            return
        if self.skip:
            return
        if tag == "br":
            self.parts.append("\n")
        elif tag == "img" and values.get("alt"):
            self.parts.append(f" {values['alt']} ")
        elif tag == "rt":
            self.in_reading += 1
        elif tag in ("td", "th"):
            if self.open_tables:
                self._close_cell()
                self.open_tables[-1].open_cell(_whole(values.get("colspan"), 1), _whole(values.get("rowspan"), 1))
        elif tag in _BREAKS:
            self._block(tag, values)

    def _hides(self, tag: str, values: dict[str, str | None]) -> bool:
        """Inside an element that a browser does not show, from its start tag on."""
        if self.hidden == "p" and tag in _BREAKS:  # a paragraph ends where the next block begins
            self.hidden = ""
        if self.hidden:
            self.hidden_depth += tag == self.hidden
            return True
        unseen = "hidden" in values or _UNSEEN.search(values.get("style") or "")
        if not unseen or self.skip or tag in _VOID or tag in _SKIP or tag in ("body", "html"):
            return False
        self.hidden, self.hidden_depth = tag, 1
        self.draft.warn("parts that the page hides were left out")
        return True

    def _block(self, tag: str, values: dict[str, str | None]) -> None:
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
            self.tables += len(self.open_tables) == 1
        elif tag in ("ul", "ol"):
            self.lists.append(_whole(values.get("start"), 1) - 1 if tag == "ol" else None)
        elif tag == "li":
            count = self.lists[-1] if self.lists else None
            if self.lists and count is not None:
                self.lists[-1] = _whole(values.get("value"), count + 1)
                self.prefix = f"{self.lists[-1]}. "
            else:
                self.prefix = "- "
        elif tag == "pre":
            self.pre += 1
        elif len(tag) == 2 and tag[0] == "h" and tag[1].isdigit():
            self.heading = int(tag[1])

    def handle_endtag(self, tag: str) -> None:
        if self.hidden:
            self.hidden_depth -= tag == self.hidden
            if self.hidden_depth == 0:
                self.hidden = ""
            return
        if tag in _SKIP:
            self.skip = max(0, self.skip - (tag not in ("object",)))
            return
        if self.skip:
            return
        if tag == "rt":
            self.in_reading = max(0, self.in_reading - 1)
        elif tag in ("td", "th"):
            self._close_cell()
        elif tag == "tr":
            self._close_row()
        elif tag == "table" and self.open_tables:
            self._close_row()
            self.open_tables.pop()
        elif tag in _BREAKS:
            if self.open_tables:
                self.parts.append("\n")
                return
            self.flush()
            if tag in ("ul", "ol") and self.lists:
                self.lists.pop()
            elif tag == "pre":
                self.pre = max(0, self.pre - 1)

    def handle_data(self, data: str) -> None:
        if self.skip or self.in_reading or self.hidden:
            return
        self.parts.append(data if self.pre else re.sub(r"[ \t\r\n\f]+", " ", data))

    def _close_cell(self) -> None:
        if self.open_tables:
            self.open_tables[-1].close_cell(" ".join("".join(self.parts).split()))
            self.parts = []

    def _close_row(self) -> None:
        self._close_cell()
        row = self.open_tables[-1].close_row() if self.open_tables else []
        if any(row):
            self.number += 1
            put_row(self.draft, f"table {self.tables}, row {self.number}", row)

    def flush(self) -> None:
        """End the open paragraph."""
        raw = "".join(self.parts)
        self.parts = []
        lines = raw.split("\n") if self.pre else [" ".join(line.split()) for line in raw.split("\n")]
        text = "\n".join(lines).strip("\n" if self.pre else None)
        if text.strip():
            if self.heading is not None:
                self.path = [
                    *(p for p in self.path if p[0] < self.heading),
                    (self.heading, " ".join(text.split())),
                ]
            self._put(self.prefix + text)
            self.prefix = ""
        self.heading = None

    def _put(self, text: str) -> None:
        names = tuple(name for _, name in self.path)
        for piece in pieces(text):
            self.number += 1
            where = f"{names[-1]}, " if names else ""
            self.draft.add("paragraph", f"{where}para {self.number}", piece, heading_path=names)
