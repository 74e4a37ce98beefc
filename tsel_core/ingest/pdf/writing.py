"""Pages to units: clauses, paragraphs and tables with their page; running lines once; tables joined over pages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tsel_core.document import Grade, Quality
from tsel_core.ingest.encoding.clean import join_lines
from tsel_core.ingest.formats.articles import Articles
from tsel_core.ingest.options import name_pages
from tsel_core.ingest.pdf.layout.furniture import Furniture, Running
from tsel_core.ingest.pdf.layout.layout import TextLine
from tsel_core.ingest.pdf.layout.margins import Margins
from tsel_core.ingest.pdf.layout.page_ends import join_over_page
from tsel_core.ingest.pdf.layout.paragraphs import Paragraph, paragraphs_of, units_of
from tsel_core.ingest.pdf.pages import PackedPage
from tsel_core.ingest.source import Draft

MAX_HIDDEN = 20  # pieces of hidden text on a page: more are one unit
FILLED = 0.6  # of a table's rows have a first cell: one without it at a page's top is the rest of a row


@dataclass(slots=True)
class _Page:
    """A page that waits for the next one: a row of a table may go on there."""

    page: PackedPage
    label: str
    path: tuple[str, ...]
    lines: list[TextLine]
    paragraphs: list[Paragraph]
    headers: list[Running]
    footers: list[Running]
    ruby: list[str]
    notes: list[str]


class UnitWriter:
    """Gives the units of a document's pages, in their order, to a draft."""

    def __init__(
        self,
        draft: Draft,
        furniture: Furniture,
        margins: Margins,
        words: set[str],
        *,
        notes: bool,
        hidden: bool,
        japanese: bool,
    ) -> None:
        """`words`: the document's, in lower case. `notes`, `hidden`: annotations, hidden text are in the flow."""
        self._draft, self._furniture, self._margins, self._words = draft, furniture, margins, words
        self._notes, self._hidden = notes, hidden
        self._articles = Articles(japanese)
        self._held: _Page | None = None
        self._next = ""  # how the page after the one that is held is named
        self._head = ""  # first row of the table at the end of the page that is held

    def put(self, page: PackedPage, printed: str, path: tuple[str, ...]) -> None:
        """The next page; `printed` is the label that the file gives it, or ""."""
        lines, ruby, notes = page.load()
        body, headers, footers = self._furniture.divide(page.index, lines, page.placed_edges())
        paragraphs = paragraphs_of(body, self._words, self._margins)
        self._next = printed or str(page.index + 1)
        if self._held is not None and self._held.page.index + 1 == page.index:
            self._go_on(self._held, page, body, paragraphs)
        else:
            self._head = ""
        self.finish()
        self._held = _Page(page, f"p. {self._next}", path, body, paragraphs, headers, footers, ruby, notes)
        self._head = _table_head(paragraphs, self._head)

    def finish(self) -> None:
        """Give what is held."""
        if self._held is not None:
            self._write(self._held)
            self._held = None

    def _go_on(self, held: _Page, page: PackedPage, lines: list[TextLine], paragraphs: list[Paragraph]) -> None:
        """What goes on over the end of the page that is held: a table, or else a sentence."""
        if self._go_on_table(held.paragraphs, paragraphs) or not held.paragraphs or not paragraphs:
            return
        if (held.page.quality, held.page.is_recognized) == (page.quality, page.is_recognized):
            join_over_page(held.paragraphs, held.lines, paragraphs, lines, self._words, self._margins)

    def _go_on_table(self, before: list[Paragraph], paragraphs: list[Paragraph]) -> bool:
        """A table that goes on: its repeated head goes, and the rest of a row joins the row, in place."""
        if not before or not before[-1].is_table or not self._head:
            self._head = ""
            return False
        while paragraphs and paragraphs[0].text == self._head:
            del paragraphs[0]
        if not paragraphs or not paragraphs[0].is_table:
            return True
        last, first = before[-1].text.split("\t"), paragraphs[0].text.split("\t")
        rows = [p.text for p in before if p.is_table]
        filled = sum(not row.startswith("\t") for row in rows) >= FILLED * len(rows)
        if first[0] or not filled or len(rows) < 2 or len(first) > max(len(last), self._head.count("\t") + 1):
            return True
        cells = [*last, *[""] * (len(first) - len(last))]
        for number, cell in enumerate(first):
            cells[number] = join_lines(cells[number], cell)
        before[-1].text = "\t".join(cells)
        before[-1].is_joined = True
        del paragraphs[0]
        return True

    def _write(self, held: _Page) -> None:
        page, draft = held.page, self._draft
        more: dict[str, Any] = {"page": page.index + 1, "heading_path": held.path, "page_label": held.label}
        ruby, notes = held.ruby, held.notes
        for header in held.headers:
            self._running("header", held.label, header, more)
        units = units_of(held.paragraphs)
        for unit in units:
            grade = _grade(page.quality, page.is_recognized, unit.is_joined)
            place = "" if unit.is_table else self._articles.place(unit.text, False)
            pages = f"{held.label}-{self._next}" if unit.goes_over else held.label
            label = f"{pages}, {place}" if place else pages
            draft.add("paragraph", label, unit.text, quality=page.quality, grade=grade, **more)
        if not units and not (notes and self._notes):
            draft.add("page", held.label, "", quality=page.quality, **more)
        if notes and self._notes:
            draft.add("paragraph", held.label, "\n".join(notes), quality=page.quality, **more)
        texts = [words for words, _ in page.hidden]
        for unseen in texts if len(texts) <= MAX_HIDDEN else ["\n".join(texts)]:
            draft.add_hidden(held.label, unseen, shown=self._hidden, **more)
        for footer in held.footers:
            self._running("footer", held.label, footer, more)
        if ruby:
            draft.add("other", f"{held.label} ruby", "、".join(ruby), in_flow=False, **more)

    def _running(self, kind: Any, label: str, running: Running, more: dict[str, Any]) -> None:
        """A running line is in the flow where it stands first; its label names all its pages."""
        if running.is_new:
            pages = name_pages(index + 1 for index in running.pages)
            where = f"{label} {kind} (pages {pages})" if len(running.pages) > 1 else f"{label} {kind}"
            self._draft.add(kind, where, running.text, **more)


def _table_head(paragraphs: list[Paragraph], earlier: str) -> str:
    """First row of the table at the end of the page; `earlier` when the whole page goes on with that table."""
    if not paragraphs or not paragraphs[-1].is_table:
        return ""
    head = ""
    for paragraph in reversed(paragraphs):
        if not paragraph.is_table:
            return head
        head = paragraph.text
    return earlier or head


def _grade(quality: Quality, is_recognized: bool, is_joined: bool) -> Grade:
    if is_recognized or quality != "ok":
        return "low"
    return "joined" if is_joined else "certain"
