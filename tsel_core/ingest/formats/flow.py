"""A written document's parts as units: headings, paragraphs, table rows, notes; the same labels for every format."""

from __future__ import annotations

from collections.abc import Sequence

from tsel_core.ingest.formats.articles import Articles, paragraph_label, shorten
from tsel_core.ingest.formats.table_text import SEPARATOR
from tsel_core.ingest.formats.units_of_text import pieces
from tsel_core.ingest.source import Draft
from tsel_core.ingest.transcript.tables import table_turns


class Flow:
    """Writes a text document into a draft, part by part."""

    def __init__(self, draft: Draft, *, japanese: bool, hidden: bool) -> None:
        self.draft = draft
        self._japanese = japanese
        self._hidden = hidden
        self._articles = Articles(japanese)
        self._headings: list[tuple[int, str]] = []
        self._number = 0
        self._tables = 0

    def paragraph(self, text: str, level: int | None = None) -> None:
        """A paragraph, or a heading of a level (from 1)."""
        text = self.draft.clean(text).strip()
        if not text:
            return
        self._number += 1
        title = " ".join(text.split())
        if level:
            self._headings = [*(h for h in self._headings if h[0] < level), (level, title)]
            self._articles.leave(title)
        place = self._articles.place(text, level is not None)
        path = self._path()
        shown = path[:-1] if level and path and path[-1] == title else path
        label = paragraph_label(place, shown, self._number, self._japanese)
        for piece in pieces(text):
            self.draft.add("paragraph", label, piece, heading_path=path)

    def table(self, rows: Sequence[Sequence[str]]) -> None:
        """Rows of a table; of a transcript they are turns."""
        self._tables += 1
        where = self._articles.of_table() or self._under()
        path = self._path()
        spoken = table_turns(rows)
        for at, cells in enumerate(rows):
            if not any(cell.strip() for cell in cells):
                continue
            text = SEPARATOR.join(" ".join(cell.split()) for cell in cells)
            turn = spoken.get(at)
            if turn is not None:
                self.draft.add("turn", turn[0], text, speaker=turn[1], start_s=turn[2], heading_path=path)
                continue
            name = f"表{self._tables} 行{at + 1}" if self._japanese else f"Table {self._tables}, row {at + 1}"
            self.draft.add("row", f"{where}, {name}" if where else name, text, heading_path=path)

    def note(self, kind: str, number: str, text: str) -> None:
        """A footnote or endnote, right after its paragraph."""
        words = " ".join(text.split())
        if words:
            path = self._path()
            label = f"{kind} {number}, {self._here()}"
            self.draft.add("footnote", label, f"[{kind} {number}] {words}", heading_path=path)

    def comment(self, who: str, text: str, *, shown: bool) -> None:
        """A reviewer's remark."""
        words = " ".join(text.split())
        if words:
            said = f"[comment{' by ' + who if who else ''}: {words}]"
            self.draft.add("comment", f"comment, {self._here()}", said, in_flow=shown)

    def hide(self, text: str) -> None:
        """Text that no reader sees."""
        self.draft.add_hidden(self._here(), text, shown=self._hidden)

    def _path(self) -> tuple[str, ...]:
        """The headings that hold: none of the clauses' ones for what is signed behind them."""
        return () if self._articles.is_behind else tuple(name for _, name in self._headings)

    def _under(self) -> str:
        return shorten(path[-1]) if (path := self._path()) else ""

    def _here(self) -> str:
        return f"段落{self._number}" if self._japanese else f"para {self._number}"
