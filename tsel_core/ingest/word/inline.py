"""A paragraph's text in order: runs, changes, fields, notes, text boxes, ruby, content controls."""

from __future__ import annotations

from typing import Any

from tsel_core.ingest.encoding.clean import SYMBOLS
from tsel_core.ingest.options import Changes
from tsel_core.ingest.word.drawings import alternative, read_drawing
from tsel_core.ingest.word.formulas import formula_text
from tsel_core.ingest.word.line import Change, Line
from tsel_core.ingest.word.package import W, is_on, local, val
from tsel_core.ingest.word.styles import Styles

_CONTAINERS = frozenset(
    [
        "hyperlink",
        "smartTag",
        "customXml",
        "sdtContent",
        "fldSimple",
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


class InlineReader:
    """Reads paragraphs; fields that run over several of them are followed."""

    def __init__(self, styles: Styles, changes: Changes) -> None:
        self._styles = styles
        self._changes = changes
        self._fields: list[bool] = []  # for each open field: its result has begun
        self._hidden = False  # the paragraph's style hides its text
        self.left_out = False  # something was nested deeper than MAX_DEPTH

    def read(self, paragraph: Any) -> Line:
        """The paragraph's line."""
        line = Line()
        parts: list[str] = []
        self._hidden = self._styles.is_hidden(val(paragraph, "pPr/pStyle") or self._styles.default)
        self._walk(paragraph, line, parts, 0)
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
            elif name in _SKIPPED or (
                name == "sdt" and val(child, "sdtPr/showingPlcHdr") is None and _is_placeholder(child)
            ):
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
        author, date = element.get(W + "author") or "", (element.get(W + "date") or "")[:10]
        kind = {"ins": "inserted", "del": "deleted", "moveTo": "moved here", "moveFrom": "moved away"}[name]
        if text.strip():
            line.changes.append(Change(kind, author, date, text))
        if self._changes == "show":
            who = " ".join(p for p in (author, date) if p)
            parts.append(f"[{kind}{' by ' + who if who else ''}: {text}]" if text.strip() else text)
        elif keep:
            parts.append(text)

    def _run(self, run: Any, line: Line, parts: list[str], depth: int) -> None:
        properties = run.find(W + "rPr")
        hidden = is_on(properties, "vanish")
        if properties is None or properties.find(W + "vanish") is None:
            hidden = self._hidden or self._styles.is_hidden(val(properties, "rStyle"))
        out: list[str] = []
        for child in run:
            self._run_child(child, local(child), line, out, parts, depth)
        text = "".join(out)
        if hidden and text.strip():
            line.hidden.append(text)
        else:
            parts.append(text)

    def _run_child(self, child: Any, name: str, line: Line, out: list[str], before: list[str], depth: int) -> None:
        shown = all(self._fields)
        if name in ("t", "delText"):
            if shown:
                out.append(child.text or "")
        elif name == "fldChar":
            self._field(child, out)
        elif name in ("tab", "ptab"):
            out.append("\t")
        elif name in ("br", "cr"):
            out.append("\n")
        elif name == "noBreakHyphen":
            out.append("-")
        elif name == "sym":
            code = (child.get(W + "char") or "").lower()
            out.append(_symbol(code))
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

    def _field(self, mark: Any, out: list[str]) -> None:
        kind = mark.get(W + "fldCharType")
        if kind == "begin":
            self._fields.append(False)
            box = mark.find(f"{W}ffData/{W}checkBox")
            if box is not None:
                out.append(
                    "☒" if is_on(box, "checked") or (box.find(W + "checked") is None and is_on(box, "default")) else "☐"
                )
            entries = mark.find(f"{W}ffData/{W}ddList")
            if entries is not None:
                out.append(_chosen(entries))
        elif kind == "separate" and self._fields:
            self._fields[-1] = True
        elif kind == "end" and self._fields:
            self._fields.pop()

    def end_story(self) -> None:
        """A part of the document ended: fields left open by a damaged file do not hide what follows."""
        self._fields.clear()

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


def _is_placeholder(element: Any) -> bool:
    return is_on(element.find(W + "sdtPr"), "showingPlcHdr")


def _chosen(entries: Any) -> str:
    """The entry that a form's list shows: the chosen one, else its default, else the first."""
    names = [e.get(W + "val") or "" for e in entries.iterfind(W + "listEntry")]
    number = val(entries, "result") or val(entries, "default") or "0"
    return names[int(number)] if number.isdigit() and int(number) < len(names) else ""


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
