"""A paragraph's text in order: runs, changes, fields, notes, text boxes, ruby, content controls."""

from __future__ import annotations

from typing import Any

from tsel_core.ingest.encoding.clean import SYMBOLS
from tsel_core.ingest.encoding.symbol_font import SYMBOL_FONT
from tsel_core.ingest.options import Changes
from tsel_core.ingest.word.drawings import alternative, read_drawing
from tsel_core.ingest.word.fields import BODY_LEVEL, Fields, is_page_number
from tsel_core.ingest.word.formulas import formula_text
from tsel_core.ingest.word.line import Change, Line
from tsel_core.ingest.word.package import W, local, val
from tsel_core.ingest.word.struck import is_struck, strike
from tsel_core.ingest.word.styles import Styles
from tsel_core.ingest.word.visible import Visibility

_CONTAINERS = frozenset(
    [
        "hyperlink",
        "smartTag",
        "customXml",
        "sdtContent",
        "bdo",
        "dir",
        "sdt",
        "p",
        "oMathPara",
        "subDoc",
        "rubyBase",
        "Choice",
    ]
)
_SKIPPED = frozenset(
    [
        "pPr",
        "rPr",
        "sdtPr",
        "sdtEndPr",
        "instrText",
        "delInstrText",
        "proofErr",
        "bookmarkStart",
        "bookmarkEnd",
        "customXmlPr",
        "smartTagPr",
        "commentRangeStart",
        "commentRangeEnd",
        "annotationRef",
        "lastRenderedPageBreak",
        "fldData",
        "rubyPr",
    ]
)
MAX_DEPTH = 60
_PROPERTIES = W + "pPr"


class InlineReader:
    """Reads paragraphs; fields that run over several of them are followed."""

    def __init__(
        self, styles: Styles, changes: Changes, visibility: Visibility | None = None, fields: Fields | None = None
    ) -> None:
        self._styles = styles
        self._changes = changes
        self._visibility = visibility or Visibility(styles)
        self.fields = fields or Fields()
        self._style: str | None = None  # of the paragraph
        self.left_out = False  # something was nested deeper than MAX_DEPTH
        self.unseen: list[str] = []  # pieces of headers, footers and notes that no reader sees
        self.without_page_numbers = False  # in headers and footers: they change from page to page

    def read(self, paragraph: Any) -> Line:
        """The paragraph's line."""
        line = Line()
        parts: list[str] = []
        is_plain = paragraph.find(_PROPERTIES) is None
        own = None if is_plain else val(paragraph, "pPr/pStyle")
        before, self._style = self._style, own or self._styles.default
        self.fields.level = (None if is_plain else self._styles.heading_level(paragraph)) or BODY_LEVEL
        self._walk(paragraph, line, parts, 0)
        self._style = before
        line.text = "".join(parts)
        return line

    def _walk(self, element: Any, line: Line, parts: list[str], depth: int) -> None:
        if depth > MAX_DEPTH:
            self.left_out = True
            return
        for child in element:
            name = local(child)
            if name == "r":
                self._run(child, line, parts, depth)
            elif name in ("ins", "moveTo", "del", "moveFrom"):
                self._change(child, name, line, parts, depth)
            elif name == "AlternateContent":
                chosen = alternative(child)
                if chosen is not None:
                    self._walk(chosen, line, parts, depth + 1)
            elif name == "oMath":
                parts.append(formula_text(child))
            elif name == "t" and not child.tag.startswith(W):
                parts.append(child.text or "")
            elif name == "bdo":  # an override of the direction, as U+202D and U+202E are
                parts.append("\u202e" if child.get(W + "val") == "rtl" else "\u202d")
                self._walk(child, line, parts, depth + 1)
                parts.append("\u202c")
            elif name == "fldSimple":
                self._simple_field(child, line, parts, depth)
            elif name in _SKIPPED:
                continue
            elif name in _CONTAINERS or name not in ("tbl", "sectPr"):
                self._walk(child, line, parts, depth + 1)

    def _change(self, element: Any, name: str, line: Line, parts: list[str], depth: int) -> None:
        inserted = name in ("ins", "moveTo")
        inner: list[str] = []
        keep = inserted if self._changes == "accept" else not inserted
        target = line if keep or self._changes == "show" else Line()
        self._walk(element, target, inner, depth + 1)
        text = "".join(inner)
        author, time = element.get(W + "author") or "", element.get(W + "date") or ""
        date = time[:10]
        kind = {"ins": "inserted", "del": "deleted", "moveTo": "moved here", "moveFrom": "moved away"}[name]
        if text.strip():
            line.changes.append(Change(kind, author, date, text, time))
        if self._changes == "show":
            who = " ".join(p for p in (author, date) if p)
            parts.append(f"[{kind}{' by ' + who if who else ''}: {text}]" if text.strip() else text)
        elif keep:
            parts.append(text)

    def _simple_field(self, element: Any, line: Line, parts: list[str], depth: int) -> None:
        inner: list[str] = []
        self._walk(element, line, inner, depth + 1)
        text = "".join(inner)
        if self.without_page_numbers and is_page_number(element.get(W + "instr") or ""):
            return
        parts.append(text + self.fields.follow(element.get(W + "instr") or "", bool(text.strip()), text))

    def _run(self, run: Any, line: Line, parts: list[str], depth: int) -> None:
        out: list[str] = []
        for child in run:
            self._run_child(child, local(child), line, out, parts, depth)
        text = "".join(out)
        if text.strip() and self._visibility.is_unseen(run, self._style):
            line.hide(text, len(parts))
        elif text.strip() and is_struck(run.find(W + "rPr")):
            strike(parts, text)
        else:
            parts.append(text)

    def _run_child(self, child: Any, name: str, line: Line, out: list[str], before: list[str], depth: int) -> None:
        if name in ("t", "delText"):
            if self.fields.shown and not (self.without_page_numbers and self.fields.in_page_number):
                out.append(child.text or "")
                self.fields.saw_result()
        elif name == "instrText":
            self.fields.add_instruction(child.text or "")
        elif name == "fldChar":
            out.append(self.fields.mark(child))
        elif name in ("tab", "ptab"):
            out.append("\t")
        elif name in ("br", "cr"):
            out.append("\n")
        elif name == "noBreakHyphen":
            out.append("-")
        elif name == "sym":
            code = (child.get(W + "char") or "").lower()
            out.append(greek_symbol(code) if child.get(W + "font") == "Symbol" else _symbol(code))
        elif name in ("footnoteReference", "endnoteReference"):
            words = "".join((*before[-6:], *out)).split("\n")[-1].strip()
            line.notes.append((name[:-9], child.get(W + "id") or "", words))
        elif name == "commentReference":
            line.comments.append(child.get(W + "id") or "")
        elif name == "ruby":
            self._ruby(child, line, out, depth)
        elif name in ("drawing", "pict", "object"):
            read_drawing(child, line)
        elif name == "AlternateContent":
            chosen = alternative(child)
            for inner in () if chosen is None else chosen:
                self._run_child(inner, local(inner), line, out, before, depth + 1)
        elif name == "softHyphen" or name in _SKIPPED:
            return
        elif len(child):
            self._walk(child, line, out, depth + 1)

    def end_story(self) -> None:
        """A part of the document ended: fields left open by a damaged file do not hide what follows."""
        self.fields.clear()

    def _ruby(self, element: Any, line: Line, out: list[str], depth: int) -> None:
        base, reading = Line(), Line()
        base_parts: list[str] = []
        reading_parts: list[str] = []
        for child in element:
            if local(child) == "rubyBase":
                self._walk(child, base, base_parts, depth + 1)
            elif local(child) == "rt":
                self._walk(child, reading, reading_parts, depth + 1)
        out.append("".join(base_parts))
        if reading_parts:
            line.ruby.append(("".join(base_parts), "".join(reading_parts)))


def greek_symbol(code: str) -> str:
    """The character of the font "Symbol" at a code (F0xx)."""
    try:
        return SYMBOL_FONT.get(int(code, 16) & 0xFF) or _symbol(code)
    except ValueError:
        return ""


def _symbol(code: str) -> str:
    try:
        value = int(code, 16)
    except ValueError:
        return ""
    if value in SYMBOLS:
        return SYMBOLS[value]
    if 0xF020 <= value <= 0xF0FF:  # a symbol font's own code: the plain character when there is one
        value -= 0xF000
    return chr(value) if 0x20 <= value <= 0x10FFFF and not 0xD800 <= value <= 0xDFFF else ""
