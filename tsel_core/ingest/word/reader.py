"""A Word file to a Draft: everything of w:body in its order, with what hangs on it."""

from __future__ import annotations

from typing import Any, Literal

from tsel_core.errors import DocumentError
from tsel_core.ingest.encoding.clean import clean_text, is_japanese
from tsel_core.ingest.formats.articles import Articles, paragraph_label
from tsel_core.ingest.formats.presentations.charts import chart_lines, is_chart
from tsel_core.ingest.formats.presentations.embedded import add_embedded
from tsel_core.ingest.formats.units_of_text import pieces
from tsel_core.ingest.options import ReadOptions
from tsel_core.ingest.source import MAX_UNITS, Draft, OverLimit, Source
from tsel_core.ingest.word.bookmarks import numbered_bookmarks, read_bookmarks
from tsel_core.ingest.word.changed import Held, Names, restore_properties, runs_on
from tsel_core.ingest.word.drawings import alternative
from tsel_core.ingest.word.fields import Fields
from tsel_core.ingest.word.inline import MAX_DEPTH as INLINE_DEPTH
from tsel_core.ingest.word.inline import InlineReader
from tsel_core.ingest.word.line import Line
from tsel_core.ingest.word.numbering import Numbering
from tsel_core.ingest.word.package import Package, R, W, local, open_package
from tsel_core.ingest.word.report import add_warnings, as_transcript
from tsel_core.ingest.word.running import RunningTexts
from tsel_core.ingest.word.stories import Notes, read_comments
from tsel_core.ingest.word.styles import Styles
from tsel_core.ingest.word.tables import read_table
from tsel_core.ingest.word.visible import Visibility, page_colour

_BLOCKS = frozenset(["sdt", "sdtContent", "customXml", "ins", "moveTo", "smartTag", "body"])
MAX_DEPTH = 40
_PROPERTIES = W + "pPr"
MAX_CHANGES = 2000  # are listed one by one; all are counted
MAX_CHANGED = 2000  # characters of one


def read_docx(source: Source, options: ReadOptions) -> Draft:
    """Paragraphs, table rows, notes, text boxes, headers and footers of a Word file.

    Raises DocumentError or UnreadableDocument with the remedy.
    """
    package = open_package(source.name, source.data, options.max_unpacked_bytes)
    root = package.xml(package.main)
    body = None if root is None else root.find(W + "body")
    if body is None:
        raise DocumentError(
            f"{source.name}: the Word file has no body",
            "open it in Word, let it repair the file, and save it again",
        )
    if options.changes == "reject":
        restore_properties(root)
    reader = DocxReader(package, options, source, root, japanese=_is_japanese(body))
    return reader.read(body)


class DocxReader:
    """State of one reading: numbering, headings, articles, notes."""

    def __init__(
        self, package: Package, options: ReadOptions, source: Source, document: Any, *, japanese: bool
    ) -> None:
        self.package = package
        self.options = options
        self.source = source
        self.styles = Styles(package.related_xml("styles"))
        self.numbering = Numbering(package.related_xml("numbering"), self.styles)
        visibility = Visibility(self.styles, page_colour(document))
        counted = Numbering(package.related_xml("numbering"), self.styles)
        numbers = numbered_bookmarks(document, lambda paragraph: counted.number(paragraph)[0])
        self.inline = InlineReader(self.styles, options.changes, visibility, Fields(read_bookmarks(document), numbers))
        self.running = RunningTexts(package, self.inline, document)
        self.notes = Notes(package)
        self.comments = read_comments(package)
        self.draft = Draft("docx", "paragraph")
        self.japanese = japanese
        self.articles = Articles(japanese)
        self.headings: list[tuple[int, str]] = []
        self.number = 0  # of the paragraph, as the labels count them
        self.seen = 0  # paragraphs, empty ones too
        self.tables = 0
        self.held = Held()
        self.names = Names(self.styles) if options.changes == "show" else None
        self.pictures = self.turns = self.num_changes = 0
        self.ruby: dict[tuple[str, str], None] = {}
        self.changes: list[dict[str, Any]] = []
        self.shown_comments: set[str] = set()

    def read(self, body: Any) -> Draft:
        """The whole document."""
        self._running("header")
        self.blocks(body, 0)
        self._flush_held()
        self._running("footer")
        self._rest_of_notes()
        for text in self.running.rest():
            self.draft.add("header", "header or footer of no page", text, in_flow=False)
        for text in self.inline.unseen:
            self.draft.add_hidden("header, footer or note", text, shown=self.options.hidden)
        if self.inline.left_out:
            self.left_out(INLINE_DEPTH)
        add_warnings(self)
        return as_transcript(self) or self.draft

    def _running(self, kind: Literal["header", "footer"]) -> None:
        """Headers (or footers) of the section that is being read, those that did not stand before."""
        for text in self.running.take(kind):
            self.draft.add(kind, kind, text)

    def left_out(self, levels: int) -> None:
        """Say that something was nested too deep to be followed."""
        self.draft.lose(f"parts nested more than {levels} levels deep were left out")

    def blocks(self, parent: Any, depth: int) -> None:
        """Paragraphs and tables below `parent`, in order."""
        if depth > MAX_DEPTH:
            self.left_out(MAX_DEPTH)
            return
        for child in parent:
            name = local(child)
            if name == "p":
                self.seen += 1
                if self.seen > 2 * MAX_UNITS:
                    raise OverLimit(f"{2 * MAX_UNITS:,} paragraphs")
                self.paragraph(child, depth)
            elif name == "tbl":
                self._flush_held()
                read_table(self, child, depth)
            elif name in ("del", "moveFrom"):
                if self.options.changes != "accept":
                    self.blocks(child, depth + 1)
            elif name == "altChunk":
                self._alt_chunk(child)
            elif name == "AlternateContent":
                chosen = alternative(child)
                if chosen is not None:
                    self.blocks(chosen, depth + 1)
            elif name in _BLOCKS:
                if name in ("ins", "moveTo") and self.options.changes == "reject":
                    continue
                self.blocks(child, depth + 1)

    def paragraph(self, element: Any, depth: int, where: str = "") -> None:
        """A paragraph as a unit, then its notes, text boxes and comments. `where`: a cell's label."""
        if not len(element):
            return
        line = self.inline.read(element)
        is_plain = element.find(_PROPERTIES) is None
        self.collect(line)
        if not is_plain and runs_on(element, self.options.changes):
            self.held.hold(line, element)
            return
        line, owner = self.held.release(line, element)
        self._paragraph(line, owner, where)
        self.attached(line, depth)
        if depth == 0 and not is_plain and element.find(f"{W}pPr/{W}sectPr") is not None:
            self._running("footer")
            self.running.next_section()
            self._running("header")

    def _paragraph(self, line: Line, owner: Any, where: str) -> None:
        """The words of a paragraph with its number; `owner` is the element that has its properties."""
        level = None if owner.find(_PROPERTIES) is None else self.styles.heading_level(owner)
        prefix, _ = self.numbering.number(owner) if line.text.strip() or line.notes else ("", -1)
        text = self.draft.clean(line.text).strip(" \n" if not line.text.startswith("\t") else None)
        if text:
            self.number += 1
            named = self.names.of(owner) if self.names is not None and line.changes else ""
            self._put(prefix + text, level, where, prefix + named if named else "")

    def _put(self, text: str, level: int | None, where: str, named: str = "") -> None:
        """A paragraph's units; `named`: its words without the marks of its changes, where those are shown."""
        title = " ".join((named or text).split())
        if level is not None and not where:
            if level:
                self.headings = [*(h for h in self.headings if h[0] < level), (level, title)]
                self.articles.leave(title)
            place = self.articles.place(named or text, True)
        else:
            place = self.articles.place(named or text, False)
        path = self.path()
        shown = path[:-1] if level and path and path[-1] == title else path
        label = paragraph_label(place, shown, self.number, self.japanese)
        for piece in pieces(text):
            self.draft.add("paragraph", f"{where}, {label}" if where else label, piece, heading_path=path)

    def path(self) -> tuple[str, ...]:
        """The headings that hold: none of the clauses' ones for what is signed behind them."""
        return () if self.articles.is_behind else tuple(name for _, name in self.headings)

    def attached(self, line: Line, depth: int) -> None:
        """Notes, text boxes and comments of a paragraph, right after it."""
        path = self.path()
        for kind, note_id, words in line.notes:
            number, text = self.notes.take(kind, note_id, self.inline)
            if text:
                anchor = f' to "{words[-24:].lstrip()}"' if words else ""
                label = f"{kind} {number}, {self._here()}"
                self.draft.add("footnote", label, f"[{kind} {number}{anchor}] {text}", heading_path=path)
        for box in line.boxes:
            self.blocks(box, depth + 1)
        for text in [*line.shapes, *(self._part_text(part) for part in line.parts)]:
            if text.strip():
                self.draft.add("other", f"drawing, {self._here()}", text, heading_path=path)
        for comment_id in line.comments:
            comment = self.comments.get(comment_id)
            if comment and comment_id not in self.shown_comments:
                self.shown_comments.add(comment_id)
                label = f"comment, {self._here()}"
                self.draft.add("comment", label, comment, in_flow=self.options.comments, heading_path=path)
        for relation, program in line.objects:
            kind, target = self.package.rels.get(relation, ("", ""))
            data = self.package.zip.read(target) if target and not kind.startswith("external") else None
            add_embedded(self.draft, self.source, target, data, program)
        for text in line.hidden:
            self.draft.add_hidden(self._here(), text, shown=self.options.hidden, heading_path=path)

    def _part_text(self, relation: str) -> str:
        """Words of a diagram or chart that the text refers to, one run on a line."""
        _, target = self.package.rels.get(relation, ("", ""))
        root = self.package.xml(target) if target.endswith(".xml") else None
        if root is not None and is_chart(root):
            return "\n".join(chart_lines(root))
        found: dict[str, None] = {}
        for element in () if root is None else root.iter():
            if local(element) in ("t", "v") and element.text and not element.text.replace(".", "").isdigit():
                found.setdefault(" ".join(element.text.split()))
        return "\n".join(found)

    def collect(self, line: Line) -> None:
        """Count what the warnings and the metadata name."""
        self.pictures += line.pictures
        for pair in line.ruby:
            self.ruby.setdefault(pair)
        self.num_changes += len(line.changes)
        for change in line.changes[: max(0, MAX_CHANGES - len(self.changes))]:
            self.changes.append(
                {
                    "kind": change.kind,
                    "author": change.author,
                    "date": change.date,
                    "time": change.time[:40],
                    "text": clean_text(change.text)[:MAX_CHANGED],
                    "unit": self.draft.count,  # it stands in this unit, or went before it
                    "after_paragraph": self.number,
                }
            )

    def _here(self) -> str:
        return f"段落{self.number}" if self.japanese else f"para {self.number}"

    def _flush_held(self) -> None:
        """What was held before a table or the end stands for itself."""
        line, owner = self.held.release(Line(), None)
        if owner is not None:
            self._paragraph(line, owner, "")
        self.attached(line, 0)

    def _rest_of_notes(self) -> None:
        """Notes that nothing refers to (a deleted reference, a damaged file) come last."""
        for kind, number, text in self.notes.rest(self.inline):
            self.draft.add("footnote", f"{kind} {number}", f"[{kind} {number}] {text}", in_flow=False)

    def _alt_chunk(self, element: Any) -> None:
        _, target = self.package.rels.get(element.get(R + "id") or "", ("", ""))
        data = self.package.zip.read(target) if target else None
        if data is None:
            self.draft.lose("an embedded part of the document is missing")
        elif target.lower().endswith((".htm", ".html", ".xhtml", ".txt")):
            from tsel_core.ingest.formats.html.html_source import decode_html
            from tsel_core.ingest.formats.html.html_text import read_html

            read_html(self.draft, decode_html(data, None, target), hidden=self.options.hidden)
        else:
            self.draft.lose(f"the embedded document {target} was not read")


def _is_japanese(body: Any) -> bool:
    sample: list[str] = []
    size = 0
    for text in body.iter(W + "t"):
        sample.append(text.text or "")
        size += len(sample[-1])
        if size > 20_000:
            break
    return is_japanese("".join(sample))
