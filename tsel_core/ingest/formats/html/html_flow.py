"""The open paragraph, list or table of a web page, and the units that are made of it."""

from __future__ import annotations

from typing import Any

from tsel_core.ingest.formats.html.html_parts import BREAKS, STRUCK, whole
from tsel_core.ingest.formats.html.html_tables import HtmlTable
from tsel_core.ingest.formats.table_text import put_row
from tsel_core.ingest.formats.units_of_text import pieces
from tsel_core.ingest.source import Draft


class HtmlFlow:
    """What stands open: its words so far, those that nobody sees, its heading, lists and tables."""

    def __init__(self, draft: Draft, *, hidden: bool) -> None:
        self.draft = draft
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

    def block(self, tag: str, values: Any) -> None:
        """A block begins."""
        if self.open_tables and tag not in ("table", "tr"):
            self.parts.append("\n")
            return
        if tag == "tr":
            if self.open_tables:
                self.close_row()
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

    def end(self, tag: str) -> None:
        """An element ends."""
        if tag == "rt":
            self.in_reading = max(0, self.in_reading - 1)
        elif tag in STRUCK:
            self.parts.append("]")
        elif tag in ("td", "th"):
            self.close_cell()
        elif tag == "tr":
            self.close_row()
        elif tag == "table" and self.open_tables:
            self.close_row()
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

    def hide(self, text: str) -> None:
        """Keep words that nobody sees for the open paragraph's end."""
        if text:
            self.unseen.append(text)

    def close_cell(self) -> None:
        """End the open cell."""
        if self.open_tables:
            self.open_tables[-1].close_cell(" ".join("".join(self.parts).split()))
            self.parts = []

    def close_row(self) -> None:
        """End the open row: a unit."""
        self.close_cell()
        row = self.open_tables[-1].close_row() if self.open_tables else []
        self.rows += bool(row)
        if any(row):
            names = tuple(name for _, name in self.path)
            where = f"{names[-1]}, " if names else ""
            put_row(self.draft, f"{where}table {self.tables}, row {self.rows}", row, names)

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
