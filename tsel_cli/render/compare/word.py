"""A comparison as a Word file with tracked changes: accept them all for the new text, reject them all for the old."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from io import BytesIO
from itertools import groupby
from typing import TYPE_CHECKING, Any

from tsel_cli.i18n import say
from tsel_cli.render.compare.word_marks import AUTHOR, Marks
from tsel_cli.render.compare.word_parts import Part, cells_of, parts_of
from tsel_cli.render.person_words import place_words
from tsel_core.document import file_name

if TYPE_CHECKING:
    from tsel_core.compare.change import Change
    from tsel_core.compare.comparison import Comparison


def comparison_docx(made: Comparison) -> bytes:
    """The bytes of a .docx. What the model said of a change and what the playbook found are comments.

    The text is that of the two files, with its headings and tables; the rest of their layout is not kept.
    """
    import docx

    document = docx.Document()
    document.core_properties.author = AUTHOR
    document.core_properties.title = f"{file_name(made.old)} - {file_name(made.new)}"
    marks = Marks(datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"))
    for is_row, parts in groupby(parts_of(made), key=lambda part: part.is_row):
        if is_row:
            _table(document, list(parts), marks)
        else:
            for part in parts:
                _paragraph(document, part, marks)
    held = BytesIO()
    document.save(held)
    return held.getvalue()


def _paragraph(document: Any, part: Part, marks: Marks) -> None:
    paragraph = document.add_paragraph(style=f"Heading {part.level}" if part.level else None)
    marks.write(paragraph, part.spans)
    if part.whole is not None:
        marks.end(paragraph, part.whole)
    _comment(document, paragraph, part.noted)


def _table(document: Any, parts: Sequence[Part], marks: Marks) -> None:
    rows = [cells_of(part) for part in parts]
    table = document.add_table(rows=len(rows), cols=max(len(cells) for cells in rows), style="Table Grid")
    for row, cells, part in zip(table.rows, rows, parts, strict=True):
        places = row.cells
        for place, spans in zip(places, cells, strict=False):
            marks.write(place.paragraphs[0], spans)
        if part.whole is not None:
            marks.row(row, part.whole)
        _comment(document, places[0].paragraphs[0], part.noted)


def _comment(document: Any, paragraph: Any, change: Change | None) -> None:
    note = _note(change) if change is not None else ""
    if note:
        document.add_comment(paragraph.add_run(""), text=note, author=AUTHOR, initials="ts")


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
