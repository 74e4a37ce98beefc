"""OpenDocument text and presentations (.odt, .odp): an own walk of content.xml, behind the same limits as Word files.

odfpy was tried: it builds its own tree with an expat parser outside of our limits and leaves the walk to the caller.
"""

from __future__ import annotations

from typing import Any

from tsel_core.errors import DocumentError, UnreadableDocument
from tsel_core.ingest.encoding.clean import clean_text, is_japanese
from tsel_core.ingest.formats.flow import Flow
from tsel_core.ingest.formats.open_document.odf_styles import OdfStyles, local
from tsel_core.ingest.formats.open_document.odf_xml import attribute, counts_pages, is_office, plain, squeezed, whole
from tsel_core.ingest.formats.page_numbers import without_page_number
from tsel_core.ingest.options import ReadOptions
from tsel_core.ingest.safety.safe_zip import SafeZip, parse_xml
from tsel_core.ingest.source import Draft, Source

MAX_DEPTH = 60
MAX_COLUMNS = 1000  # of empty cells that are written as one
_CONTAINERS = frozenset(
    ["section", "index-body", "index-title", "table-of-content", "alphabetical-index", "illustration-index",
     "table-index", "object-index", "bibliography", "user-index", "g", "custom-shape", "rect", "ellipse", "text-box"]
)  # fmt: skip

_NO_TEXT = frozenset(
    ["ruby-text", "change", "change-start", "change-end", "bookmark", "annotation-end", "tracked-changes",
     "page-number", "page-count"]
)  # fmt: skip


def read_odf(source: Source, options: ReadOptions) -> Draft:
    """Paragraphs, lists, tables and notes of a text; a page for each slide of a presentation."""
    archive = SafeZip(source.name, source.data, options.max_unpacked_bytes)
    manifest = archive.read("META-INF/manifest.xml") or b""
    if b"encryption-data" in manifest:
        raise UnreadableDocument(
            f"{source.name}: encrypted with a password", "open it in LibreOffice and save it without the password"
        )
    content = archive.read("content.xml")
    if content is None:
        raise DocumentError(f"{source.name}: the OpenDocument file has no content", "copy or download the file again")
    root = parse_xml(source.name, "content.xml", content)
    styles_xml = archive.read("styles.xml")
    styles_root = parse_xml(source.name, "styles.xml", styles_xml) if styles_xml else None
    draft = Draft(source.kind, "page" if source.kind == "odp" else "paragraph")
    reader = OdfReader(draft, options, OdfStyles(root, styles_root), "".join(root.itertext())[:20_000])
    reader.read(root, styles_root)
    if archive.copies:
        draft.doubt(archive.copies_warning())
    draft.warn_hidden(shown=options.hidden)
    return draft


class OdfReader:
    """State of one reading: list numbers, notes, what is hidden."""

    def __init__(self, draft: Draft, options: ReadOptions, styles: OdfStyles, sample: str) -> None:
        self._draft = draft
        self._options = options
        self._styles = styles
        self._flow = Flow(draft, japanese=is_japanese(sample), hidden=options.hidden)
        self._after: list[tuple[str, str, str]] = []  # notes and comments of the open paragraph
        self._boxes: list[Any] = []
        self._hidden: list[str] = []
        self._deleted: dict[str, Any] = {}
        self._lists: dict[str, dict[int, int]] = {}
        self._filled = False  # a fill stands behind the text that is read

    def read(self, root: Any, styles_root: Any | None) -> None:
        body = next((e for e in root.iter() if local(e) in ("text", "presentation", "drawing") and is_office(e)), None)
        if body is None:
            return
        for region in body.iter():
            if local(region) == "changed-region":
                self._deleted[attribute(region, "id") or ""] = region
        if local(body) != "text":
            self._slides(body)
            return
        self._running(styles_root, "header")
        self._blocks(body, 0)
        self._running(styles_root, "footer")

    def _running(self, styles_root: Any | None, kind: str) -> None:
        seen: set[str] = set()
        for element in () if styles_root is None else styles_root.iter():
            if local(element) in (kind, f"{kind}-left", f"{kind}-first") and is_office(element, "style"):
                lines = [self._inline(p) for p in element.iter() if local(p) in ("p", "h")]
                text = without_page_number("\n".join(lines)) if counts_pages(element) else "\n".join(lines)
                if text and text not in seen:
                    seen.add(text)
                    self._draft.add(kind, kind, text)  # type: ignore[arg-type]

    def _blocks(self, parent: Any, depth: int) -> None:
        if depth > MAX_DEPTH:
            self._too_deep()
            return
        for child in parent:
            name = local(child)
            if name in ("p", "h"):
                level = whole(attribute(child, "outline-level"), 1) if name == "h" else None
                self._paragraph(child, self._heading_number(child, level) if level else "", level)
            elif name == "list":
                self._list(child, attribute(child, "style-name") or "", 1)
            elif name == "table":
                self._table(child, depth)
            elif name in _CONTAINERS:
                if self._styles.is_hidden_section(child):
                    self._flow.hide(" ".join("".join(child.itertext()).split()))
                else:
                    self._blocks(child, depth + 1)
            elif name == "frame":
                self._count_picture(child)
                self._blocks(child, depth + 1)
            elif name in ("change", "change-start", "change-end", "tracked-changes"):
                self._change(child)

    def _count_picture(self, frame: Any) -> None:
        """A frame that shows a picture and nothing else."""
        names = {local(child) for child in frame}
        if "image" in names and not names & {"text-box", "object", "table"}:
            self._draft.count_out("picture")

    def _too_deep(self) -> None:
        self._draft.lose(f"parts nested more than {MAX_DEPTH} levels deep were left out")

    def _paragraph(self, element: Any, prefix: str, level: int | None) -> None:
        text = clean_text(self._inline(element)).strip()
        if text or prefix:
            self._flow.paragraph(prefix + text, level)
        self._attached()

    def _attached(self) -> None:
        """What hangs on the paragraph or row that was written."""
        after, self._after = self._after, []
        for kind, number, text in after:
            if kind == "comment":
                self._flow.comment(number, text, shown=self._options.comments)
            else:
                self._flow.note(kind, number, text)
        boxes, self._boxes = self._boxes, []
        for box in boxes:
            self._blocks(box, 1)
        hidden, self._hidden = self._hidden, []
        if hidden:
            self._flow.hide(" ".join(hidden))

    def _change(self, element: Any) -> None:
        """A place where text was deleted: with --changes reject or show it is read."""
        region = self._deleted.get(attribute(element, "change-id") or "")
        deleted = None if region is None else next((e for e in region if local(e) == "deletion"), None)
        if local(element) == "change" and deleted is not None and self._options.changes != "accept":
            self._blocks(deleted, 1)

    def _inline(self, element: Any, depth: int = 0, *, hidden: bool = False) -> str:
        """Text of a paragraph in its order; notes, comments and boxes are kept for afterwards."""
        parts: list[str] = []
        hidden = hidden or self._styles.is_unseen(element, filled=self._filled)
        if element.text:
            (self._hidden if hidden else parts).append(squeezed(element.text))
        if depth >= MAX_DEPTH and len(element):
            self._too_deep()
        for child in element:
            if isinstance(child.tag, str) and depth < MAX_DEPTH:
                parts.append(self._inside(child, depth, hidden))
            if child.tail:
                (self._hidden if hidden else parts).append(squeezed(child.tail))
        return "".join(parts)

    def _inside(self, child: Any, depth: int, hidden: bool) -> str:
        name = local(child)
        if name == "s":
            return " " * min(whole(attribute(child, "c"), 1), 100)
        if name == "tab":
            return "\t"
        if name == "line-break":
            return "\n"
        if name == "note":
            number = next(("".join(e.itertext()) for e in child if local(e) == "note-citation"), "")
            body = next((e for e in child if local(e) == "note-body"), None)
            kind = attribute(child, "note-class") or "footnote"
            self._after.append((kind, number, plain(body)))
            return ""
        if name == "annotation":
            who = next(("".join(e.itertext()) for e in child if local(e) == "creator"), "")
            words = " ".join(plain(e) for e in child if local(e) in ("p", "list"))
            self._after.append(("comment", who, words))
            return ""
        if name == "frame":
            self._count_picture(child)
        if name in ("frame", "text-box", "custom-shape", "g", "rect"):
            self._boxes.append(child)
            return ""
        if name in _NO_TEXT:
            return ""
        if name in ("hidden-text", "hidden-paragraph"):
            words = attribute(child, "string-value") or "".join(child.itertext())
            self._hidden.append(words)
            return ""
        if name == "placeholder":
            return "".join(child.itertext())
        return self._inline(child, depth + 1, hidden=hidden)

    def _list(self, element: Any, style: str, level: int) -> None:
        if level > MAX_DEPTH:
            self._too_deep()
            return
        counts = self._lists.setdefault(style or f"@{level}", {})
        if attribute(element, "continue-numbering") != "true" and not attribute(element, "continue-list"):
            for deeper in [k for k in counts if k >= level]:
                del counts[deeper]
        for item in element:
            if local(item) not in ("list-item", "list-header"):
                continue
            prefix = ""
            if local(item) == "list-item" and any(local(c) in ("p", "h") for c in item):
                start = attribute(item, "start-value")
                first = self._styles.list_start(style, level)
                counts[level] = whole(start, 1) if start else counts.get(level, first - 1) + 1
                for deeper in [k for k in counts if k > level]:
                    del counts[deeper]
                prefix = self._styles.list_prefix(style, level, counts)
            for child in item:
                if local(child) in ("p", "h"):
                    heading = whole(attribute(child, "outline-level"), 1) if local(child) == "h" else None
                    self._paragraph(child, prefix, heading)
                    prefix = ""
                elif local(child) == "list":
                    self._list(child, attribute(child, "style-name") or style, level + 1)
                elif local(child) == "table":
                    self._table(child, 1)

    def _heading_number(self, element: Any, level: int) -> str:
        """A heading's number by the outline style."""
        if attribute(element, "is-list-header") == "true":
            return ""
        counts = self._lists.setdefault("@outline", {})
        counts[level] = counts.get(level, 0) + 1
        for deeper in [k for k in counts if k > level]:
            del counts[deeper]
        return self._styles.list_prefix("@outline", level, counts)

    def _table(self, element: Any, depth: int) -> None:
        rows: list[list[str]] = []
        self._rows(element, rows, depth)
        self._flow.table(rows)
        self._attached()

    def _rows(self, element: Any, rows: list[list[str]], depth: int) -> None:
        for child in element:
            name = local(child)
            if name == "table-row":
                cells = self._cells(child, depth)
                times = min(whole(attribute(child, "number-rows-repeated"), 1), MAX_COLUMNS) if any(cells) else 1
                rows.extend([cells] * times)
            elif name in ("table-rows", "table-header-rows", "table-row-group"):
                if depth < MAX_DEPTH:
                    self._rows(child, rows, depth + 1)
                else:
                    self._too_deep()

    def _cells(self, row: Any, depth: int) -> list[str]:
        cells: list[str] = []
        for cell in row:
            if local(cell) in ("table-cell", "covered-table-cell"):
                times = min(whole(attribute(cell, "number-columns-repeated"), 1), MAX_COLUMNS)
                cells += [self._cell(cell, depth)] * times
        return cells

    def _cell(self, cell: Any, depth: int) -> str:
        words: list[str] = []
        before, self._filled = self._filled, self._filled or self._styles.is_filled(cell)
        for child in cell:
            name = local(child)
            if name in ("p", "h"):
                words.append(self._inline(child))
            elif name == "list":
                words += [self._inline(p) for p in child.iter() if local(p) in ("p", "h")]
            elif name == "table" and depth >= MAX_DEPTH:
                self._too_deep()
            elif name == "table":
                inner: list[list[str]] = []
                self._rows(child, inner, depth + 1)
                words.append("(" + " ; ".join("\t".join(r) for r in inner if any(r)) + ")")
        self._filled = before
        return " ".join(" ".join(w.split()) for w in words if w.strip())

    def _slides(self, body: Any) -> None:
        number = 0
        self._filled = True  # what stands behind a slide's text is the program's to say
        for page in body:
            if local(page) != "page":
                continue
            number += 1
            lines: list[str] = []
            for shape in page:
                inside = "notes" if local(shape) == "notes" else ""
                words = "\n".join(t for p in shape.iter() if local(p) in ("p", "h") and (t := self._inline(p).strip()))
                if words:
                    lines.append(f"[notes: {words}]" if inside else words)
            title = attribute(page, "name") or ""
            path = (title,) if title else ()
            self._draft.add("page", f"slide {number}", "\n".join(lines), page=number, heading_path=path)
            self._after.clear()
