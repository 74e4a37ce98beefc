"""The parts beside the body: footnotes, endnotes, comments, headers and footers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tsel_core.ingest.counting import format_number
from tsel_core.ingest.encoding.clean import clean_text
from tsel_core.ingest.formats.table_text import SEPARATOR
from tsel_core.ingest.word.inline import InlineReader
from tsel_core.ingest.word.package import Package, W, local, val


class Notes:
    """Footnotes and endnotes by kind and id; each is taken where it is referred to."""

    def __init__(self, package: Package) -> None:
        self._notes: dict[tuple[str, str], Any] = {}
        self._taken: set[tuple[str, str]] = set()
        self._count = {"footnote": 0, "endnote": 0}
        self._format = {"footnote": "decimal", "endnote": "lowerRoman"}
        settings = package.related_xml("settings")
        for kind in ("footnote", "endnote"):
            chosen = val(settings, f"{kind}Pr/numFmt")
            if chosen:
                self._format[kind] = chosen
            root = package.related_xml(kind + "s")
            for note in () if root is None else root.iterfind(W + kind):
                if note.get(W + "type") in (None, "normal"):
                    self._notes[(kind, note.get(W + "id") or "")] = note

    def take(self, kind: str, note_id: str, inline: InlineReader) -> tuple[str, str]:
        """(number as printed, text) of a note; the text is "" when there is none or it was taken before."""
        note = self._notes.get((kind, note_id))
        if note is None or (kind, note_id) in self._taken:
            return "", ""
        self._taken.add((kind, note_id))
        self._count[kind] += 1
        return format_number(self._count[kind], self._format[kind]), story_text(note, inline)

    def rest(self, inline: InlineReader) -> Iterator[tuple[str, str, str]]:
        """(kind, id, text) of the notes nothing referred to."""
        for (kind, note_id), note in self._notes.items():
            if (kind, note_id) not in self._taken:
                text = story_text(note, inline)
                if text:
                    yield kind, note_id, text


def story_text(element: Any, inline: InlineReader) -> str:
    """Text of a note, comment, header or footer: its paragraphs, each on a line; table cells divided by tabs."""
    lines: list[str] = []
    _story_lines(element, inline, lines, 0)
    return "\n".join(lines)


def _story_lines(element: Any, inline: InlineReader, lines: list[str], depth: int) -> None:
    if depth > 30:
        return
    for child in element:
        name = local(child)
        if name == "p":
            line = inline.read(child)
            text = clean_text(line.text).strip()
            if text:
                lines.append(text)
            lines.extend(line.shapes)
            inline.unseen.extend(line.hidden)
            for box in line.boxes:
                _story_lines(box, inline, lines, depth + 1)
        elif name == "tr":
            cells: list[str] = []
            for cell in child.iterfind(W + "tc"):
                inner: list[str] = []
                _story_lines(cell, inline, inner, depth + 1)
                cells.append(" ".join(inner))
            if any(cells):
                lines.append(SEPARATOR.join(c for c in cells if c))
        elif name in ("tbl", "sdt", "sdtContent", "ins", "moveTo", "customXml"):
            _story_lines(child, inline, lines, depth + 1)


def read_comments(package: Package) -> dict[str, str]:
    """Comments by id: "[comment by Kim, 2026-03-01: text]"."""
    from tsel_core.ingest.word.styles import Styles

    root = package.related_xml("comments")
    inline = InlineReader(Styles(None), "accept")
    found: dict[str, str] = {}
    for comment in () if root is None else root.iterfind(W + "comment"):
        text = story_text(comment, inline).replace("\n", " ")
        if text:
            author, date = comment.get(W + "author") or "", (comment.get(W + "date") or "")[:10]
            who = f" by {author}" * bool(author) + (f", {date}" if author else f" of {date}") * bool(date)
            found[comment.get(W + "id") or ""] = f"[comment{who}: {text}]"
    return found
