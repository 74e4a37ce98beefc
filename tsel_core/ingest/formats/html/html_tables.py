"""Tables of HTML pages: cells without text and merged cells keep their columns."""

from __future__ import annotations

from dataclasses import dataclass, field

MAX_SPAN = 100  # of a cell, in columns and in rows
REPEATED = 60  # characters: the value of a merged cell up to this long is repeated in each of its rows


@dataclass
class HtmlTable:
    """The open row of a table, and cells of the rows above that reach into it."""

    row: list[str] = field(default_factory=list)
    above: dict[int, tuple[int, str]] = field(default_factory=dict)  # column -> (rows left, text)
    span: tuple[int, int] = (1, 1)  # columns and rows of the open cell
    is_open: bool = False  # a cell is open

    def open_cell(self, columns: int, rows: int) -> None:
        """A cell began; it covers so many columns and rows."""
        self.span = max(1, min(columns, MAX_SPAN)), max(1, min(rows, MAX_SPAN))
        self.is_open = True

    def close_cell(self, text: str) -> None:
        """The open cell ended; text outside of cells counts as one when there is any."""
        if not self.is_open and not text:
            return
        columns, rows = self.span if self.is_open else (1, 1)
        self._fill()
        column = len(self.row)
        self.row += [text, *[""] * (columns - 1)]
        if rows > 1:
            for at in range(columns):
                shown = text if at == 0 and len(text) <= REPEATED else ""
                self.above[column + at] = (rows, shown)  # this row is counted when it ends
        self.is_open, self.span = False, (1, 1)

    def close_row(self) -> list[str]:
        """The cells of the row that ended; none when it had none of its own."""
        if not self.row:
            return []
        self._fill()
        row, self.row = self.row, []
        self.above = {c: (left - 1, text) for c, (left, text) in self.above.items() if left > 1}
        return row

    def _fill(self) -> None:
        """Cells of the rows above that stand where the row goes on."""
        while len(self.row) in self.above:
            self.row.append(self.above[len(self.row)][1])
