"""Tracked changes as elements of a Word file: of words, of a paragraph's end, of a row."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from tsel_core.compare.words import Span
from tsel_core.lazy_pattern import lazy_pattern

AUTHOR = "tsel compare"
_TIME = lazy_pattern(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)?")


@dataclass
class Marks:
    """What the tracked changes of one file share: when it was made, and the next number."""

    made_at: str
    ids: Iterator[int] = field(default_factory=lambda: iter(range(1, 1 << 30)))

    def write(self, paragraph: Any, spans: Sequence[Span]) -> None:
        """The spans as runs; a line feed within them begins a new line."""
        for span in spans:
            self._run(paragraph, span)

    def end(self, paragraph: Any, span: Span) -> None:
        """A paragraph that came or went as a whole ends so too: accepting leaves no empty line."""
        self._mark(paragraph._p.get_or_add_pPr(), "w:rPr", span)

    def row(self, row: Any, span: Span) -> None:
        """A row that came or went as a whole."""
        row._tr.get_or_add_trPr().append(self._tracked(span))

    def _mark(self, properties: Any, name: str, span: Span) -> None:
        from docx.oxml import OxmlElement

        marks = OxmlElement(name)
        marks.append(self._tracked(span))
        properties.append(marks)

    def _run(self, paragraph: Any, span: Span) -> None:
        from docx.oxml.ns import qn

        run = paragraph.add_run(storable(span.text))
        if span.kind == "same":
            return
        element = run._r
        if span.kind == "deleted":
            for node in element.findall(qn("w:t")):
                node.tag = qn("w:delText")
                node.set(qn("xml:space"), "preserve")
        wrapper = self._tracked(span)
        element.addprevious(wrapper)
        wrapper.append(element)

    def _tracked(self, span: Span) -> Any:
        """The element around what came or went: by whom and when as the new file says, else by this program now."""
        from docx.oxml import OxmlElement
        from docx.oxml.ns import qn

        element = OxmlElement("w:del" if span.kind == "deleted" else "w:ins")
        element.set(qn("w:id"), str(next(self.ids)))
        element.set(qn("w:author"), storable(span.author) or AUTHOR)
        if not span.author:
            element.set(qn("w:date"), self.made_at)
        elif _TIME.fullmatch(span.time):
            element.set(qn("w:date"), span.time)
        return element


def storable(text: str) -> str:
    """Without controls that XML cannot hold."""
    return "".join(c for c in text if c in "\n\t" or (c >= " " and c not in "\ufffe\uffff"))
