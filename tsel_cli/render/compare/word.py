"""A comparison as a Word file with tracked changes: accept them all for the new text, reject them all for the old."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from io import BytesIO
from typing import TYPE_CHECKING, Any

from tsel_cli.i18n import say
from tsel_cli.render.person_words import place_words
from tsel_core.compare.words import Span
from tsel_core.document import file_name

if TYPE_CHECKING:
    from tsel_core.compare.change import Change
    from tsel_core.compare.comparison import Comparison

AUTHOR = "tsel compare"
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)?")


def comparison_docx(made: Comparison) -> bytes:
    """The bytes of a .docx. What the model said of a change and what the playbook found are comments.

    The text is that of the two files; their layout is not kept.
    """
    import docx

    document = docx.Document()
    document.core_properties.author = AUTHOR
    document.core_properties.title = f"{file_name(made.old)} - {file_name(made.new)}"
    made_at = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    ids = iter(range(1, 1 << 30))
    for change in made.changes:
        if change.kind == "moved":
            _moved(document, change, made_at, ids)
            continue
        spans = list(change.spans) or [Span("same", change.new_text)]
        _paragraphs(document, spans, change, made_at, ids)
    held = BytesIO()
    document.save(held)
    return held.getvalue()


def _moved(document: Any, change: Change, made_at: str, ids: Iterator[int]) -> None:
    """Word shows a move as text that went and text that came; where it was stands in the comment."""
    _paragraphs(document, [Span("inserted", change.new_text)], change, made_at, ids)
    _paragraphs(document, [Span("deleted", change.old_text)], None, made_at, ids)


def _paragraphs(
    document: Any, spans: Sequence[Span], change: Change | None, made_at: str, ids: Iterator[int]
) -> None:
    """The spans as paragraphs; a line feed within them begins a new line."""
    paragraph = document.add_paragraph()
    for span in spans:
        _run(paragraph, span, made_at, ids)
    if {span.kind for span in spans} in ({"inserted"}, {"deleted"}):
        _mark_paragraph(paragraph, spans[-1], made_at, ids)
    note = _note(change) if change is not None else ""
    if note:
        anchor = paragraph.add_run("")
        document.add_comment(anchor, text=note, author=AUTHOR, initials="ts")


def _note(change: Change) -> str:
    """What the comment says, in the language of messages."""
    parts = []
    if change.kind == "moved":
        parts.append(say(f"Moved from {', '.join(place_words(p.label) for p in change.old)}."))
    signed = any(span.author for span in change.spans)
    for told in change.tracked:
        if told.side == "old" or not signed:
            who = ", ".join(part for part in (told.author or say("unknown"), told.date) if part)
            parts.append(say(f"Tracked in the {told.side} file: {told.kind} by {who}: “{told.text[:500]}”"))
    if change.risks:
        parts.append(f"{say('look at:')} {', '.join(change.risks)}")
    if change.meaning is not None and change.meaning.text:
        parts.append(change.meaning.text + (say(" (unsure)") if change.meaning.unsure else ""))
    return "\n".join(parts)


def _run(paragraph: Any, span: Span, made_at: str, ids: Iterator[int]) -> None:
    from docx.oxml.ns import qn

    run = paragraph.add_run(_storable(span.text))
    if span.kind == "same":
        return
    element = run._r
    if span.kind == "deleted":
        for node in element.findall(qn("w:t")):
            node.tag = qn("w:delText")
            node.set(qn("xml:space"), "preserve")
    wrapper = _tracked(span, made_at, ids)
    element.addprevious(wrapper)
    wrapper.append(element)


def _mark_paragraph(paragraph: Any, span: Span, made_at: str, ids: Iterator[int]) -> None:
    """The end of a paragraph that came or went as a whole is tracked too: accepting leaves no empty line."""
    from docx.oxml import OxmlElement

    properties = paragraph._p.get_or_add_pPr()
    marks = OxmlElement("w:rPr")
    marks.append(_tracked(span, made_at, ids))
    properties.append(marks)


def _tracked(span: Span, made_at: str, ids: Iterator[int]) -> Any:
    """The element around what came or went: by whom and when as the new file says, else by this program now."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    element = OxmlElement("w:del" if span.kind == "deleted" else "w:ins")
    element.set(qn("w:id"), str(next(ids)))
    element.set(qn("w:author"), _storable(span.author) or AUTHOR)
    if not span.author:
        element.set(qn("w:date"), made_at)
    elif _TIME.fullmatch(span.time):
        element.set(qn("w:date"), span.time)
    return element


def _storable(text: str) -> str:
    """Without controls that XML cannot hold."""
    return "".join(c for c in text if c in "\n\t" or (c >= " " and c not in "\ufffe\uffff"))
