"""PowerPoint files through python-pptx: a page for each slide, what an audience does not see kept apart."""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import BytesIO
from typing import Any

from tsel_core.errors import TselError
from tsel_core.ingest.formats.presentations.charts import chart_lines
from tsel_core.ingest.formats.presentations.embedded import add_embedded
from tsel_core.ingest.formats.presentations.slide_visibility import SlideLook
from tsel_core.ingest.formats.table_text import SEPARATOR
from tsel_core.ingest.options import ReadOptions
from tsel_core.ingest.safety.safe_zip import SafeZip, parse_xml
from tsel_core.ingest.source import Draft, Source

MAX_DEPTH = 20
_FURNITURE = ("ftr", "dt", "hdr")  # placeholders that stand on every slide


def read_slides(source: Source, options: ReadOptions, archive: SafeZip) -> Draft:
    """Texts of each slide from top to bottom, tables, charts, diagrams and notes."""
    import pptx

    draft = Draft("pptx", "page")
    show = pptx.Presentation(BytesIO(source.data))
    running: set[str] = set()
    pictures = 0
    for number, slide in enumerate(show.slides, 1):
        reader = _SlideReader(source.name, slide, SlideLook(show, slide), running)
        reader.shapes(slide.shapes, 0)
        lines, pictures = reader.lines, pictures + reader.pictures
        if reader.is_cut:
            draft.doubt(f"slide {number}: a part of it is damaged or nested too deeply, and was not read")
        if slide.has_notes_slide and slide.notes_slide.notes_text_frame is not None:
            notes = slide.notes_slide.notes_text_frame.text.strip()
            if notes:
                lines.append(f"[notes: {notes}]")
        title = slide.shapes.title.text_frame.text if slide.shapes.title is not None else ""
        path = (" ".join(title.split()),) if title.strip() else ()
        place = f"slide {number}"
        if slide._element.get("show") in ("0", "false"):
            draft.add_hidden(place, "\n".join(lines), shown=options.hidden, page=number)
        else:
            draft.add("page", place, "\n".join(lines), page=number, heading_path=path)
        for words in reader.unseen:
            draft.add_hidden(place, words, shown=options.hidden, page=number)
        for part, data, program in reader.objects:
            add_embedded(draft, source, part, data, program)
    _comments(draft, source.name, archive, options)
    if pictures:
        draft.count_out("picture", pictures)
    return draft


class _SlideReader:
    def __init__(self, name: str, slide: Any, look: SlideLook, running: set[str]) -> None:
        self._name = name
        self._slide = slide
        self._look = look
        self._running = running
        self.lines: list[str] = []
        self.unseen: list[str] = []
        self.objects: list[tuple[str, bytes | None, str]] = []
        self.pictures = 0
        self.is_cut = False  # some part of the slide was not read

    def shapes(self, shapes: Any, depth: int) -> None:
        """Shapes from top to bottom, groups opened."""
        ordered = sorted(shapes, key=lambda s: (getattr(s, "top", 0) or 0, getattr(s, "left", 0) or 0))
        for shape in ordered:
            if self._look.is_gone(shape, nested=depth > 0):
                self.unseen.extend(t for t in (_words(shape._element),) if t)
            elif hasattr(shape, "shapes"):
                if depth < MAX_DEPTH:
                    self.shapes(shape.shapes, depth + 1)
                else:
                    self.is_cut = True
            else:
                self._shape(shape)

    def _shape(self, shape: Any) -> None:
        if getattr(shape, "has_table", False):
            for row in shape.table.rows:
                cells = [" ".join(cell.text.split()) for cell in row.cells]
                if any(cells):
                    self.lines.append(SEPARATOR.join(cells))
        elif getattr(shape, "has_chart", False):
            self.lines.extend(chart_lines(shape.chart._chartSpace))
        elif getattr(shape, "has_text_frame", False):
            self._text(shape)
        elif _local(shape._element) == "pic":
            self.pictures += 1
        else:
            self._frame(shape)

    def _text(self, shape: Any) -> None:
        kind = next((e.get("type") for e in shape._element.iter() if _local(e) == "ph"), None)
        if kind == "sldNum":
            return
        paragraphs: list[str] = []
        for paragraph in shape.text_frame.paragraphs:
            seen, hidden = self._look.split(shape, paragraph._p)
            paragraphs.append(seen)
            if hidden.strip():
                self.unseen.append(hidden)
        text = "\n".join(paragraphs).strip()
        if not text or (kind in _FURNITURE and text in self._running):
            return
        if kind in _FURNITURE:
            self._running.add(text)
        self.lines.append(text)

    def _frame(self, shape: Any) -> None:
        """A diagram (SmartArt), or an embedded file."""
        for element in shape._element.iter():
            name = _local(element)
            links = {k.rsplit("}", 1)[-1]: v for k, v in element.attrib.items() if "relationships" in k}
            if name == "relIds" and "dm" in links:
                self.lines.extend(self._diagram(links["dm"]))
            elif name == "oleObj" and "id" in links:
                self._object(links["id"], element.get("progId") or "of an unknown program")
                return

    def _diagram(self, relation: str) -> Iterator[str]:
        try:
            root = parse_xml(self._name, "diagram", self._slide.part.related_part(relation).blob)
        except (KeyError, TselError):
            self.is_cut = True
            return
        for point in (e for e in root.iter() if _local(e) == "pt"):
            words = _words(point)
            if words:
                yield words

    def _object(self, relation: str, program: str) -> None:
        try:
            part = self._slide.part.related_part(relation)
            self.objects.append((str(part.partname), part.blob, program))
        except KeyError:
            self.objects.append(("embedded object", None, program))


def _comments(draft: Draft, name: str, archive: SafeZip, options: ReadOptions) -> None:
    found = 0
    for part in sorted(archive.names()):
        if not re.fullmatch(r"ppt/comments/[\w-]+\.xml", part):
            continue
        root = parse_xml(name, part, archive.read(part) or b"<none/>")
        for element in (e for e in root.iter() if _local(e) == "cm"):
            words = " ".join("".join(e.text or "" for e in element.iter() if _local(e) in ("t", "text")).split())
            if words:
                found += 1
                draft.add("comment", "comment", f"[comment: {words}]", in_flow=options.comments)
    if found and not options.comments:
        draft.leave_unasked("comment", found)


def _words(element: Any) -> str:
    return " ".join(" ".join(e.text or "" for e in element.iter() if _local(e) == "t").split())


def _local(element: Any) -> str:
    return element.tag.rsplit("}", 1)[-1] if isinstance(element.tag, str) else ""
