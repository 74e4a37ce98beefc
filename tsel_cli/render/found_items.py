"""Found items as lines and sheets: rows with fields, and personal data with its places."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from tsel_cli.render.extract import cell_line
from tsel_cli.render.extract_xlsx import status_words
from tsel_cli.render.figures import typed_value
from tsel_cli.render.item_table import Sheet
from tsel_cli.render.listing import (
    CHANGED_BY,
    change_lines,
    changed_by,
    item_mark,
    listing_sheets,
    quote_of,
    where,
)
from tsel_cli.render.person_words import place_words, table_word, yes_words
from tsel_core.document import Document, file_name
from tsel_core.extract.fields import Field
from tsel_core.extract.many import ItemRow
from tsel_core.listing.run import Listing
from tsel_core.personal.find import Personal, around
from tsel_core.personal.forms import KINDS, WORDS
from tsel_core.text.safe import clean_for_terminal

if TYPE_CHECKING:
    from tsel_cli.console import Stderr

_PERSONAL = (("Kind", 22), ("Value", 40), ("Sure", 8), ("Place", 18), ("Words around it", 90), ("File", 30))
_PLACES = 6  # of a value that are named in a line


def item_lines(listing: Listing, rows: Sequence[ItemRow], console: Stderr) -> Iterator[str]:
    """An item with its place, then a field a line."""
    many = len(listing.documents) > 1
    if not rows:
        yield console.say("nothing found")
    for number, row in enumerate(rows, 1):
        mark = item_mark(row.item, console)
        place = where(listing, row.item, many)
        yield clean_for_terminal(f'{number}. "{quote_of(listing, row.item)}"{mark}  [{place}]')
        yield from change_lines(listing, row.item, console)
        for cell in row.cells:
            yield f"   {clean_for_terminal(cell.field.name)}: {cell_line(cell, console, place=False)}"


def item_sheets(listing: Listing, rows: Sequence[ItemRow], fields: Sequence[Field]) -> list[Sheet]:
    """The items with their fields, and the receipt of every unit."""
    columns = [("No.", 6), *((f.name, 24) for f in fields), ("Quote", 90), ("Place", 18), ("Verdict", 10), ("File", 30)]
    changed = any(row.item.changes for row in rows)
    made: list[list[Any]] = []
    marks: dict[tuple[int, int], str] = {}
    for number, row in enumerate(rows, 1):
        values = [None if c.status == "not stated" else typed_value(c) for c in row.cells]
        doubtful = ((at, c) for at, c in enumerate(row.cells, 1) if c.status == "unsure")
        marks |= {(number - 1, at): status_words(cell) for at, cell in doubtful}
        unit = listing.documents[row.item.span.doc_index].units[row.item.span.unit_index]
        unsure = row.item.verdict == "unsure" or any(c.status == "unsure" for c in row.cells)
        name = file_name(listing.documents[row.item.span.doc_index])
        verdict = table_word("unsure" if unsure else "cited")
        place = place_words(unit.label_at(row.item.span.start))
        line = [number, *values, quote_of(listing, row.item), place, verdict, name]
        made.append([*line, "\n".join(changed_by(listing, row.item))] if changed else line)
    named = frozenset(f.name for f in fields)
    columns += [CHANGED_BY] if changed else []
    items = Sheet("Items", columns, made, f"{listing.wish.words}: {len(made)}", named, marks)
    return [items, listing_sheets(listing)[1]]


def personal_lines(found: Sequence[Personal], documents: Sequence[Document], console: Stderr) -> Iterator[str]:
    """Kind by kind: a value a line, with its places."""
    many = len(documents) > 1
    for kind in KINDS:
        mine = [p for p in found if p.kind == kind]
        if not mine:
            continue
        yield console.say(WORDS[kind])
        for value in dict.fromkeys(p.value for p in mine):
            same = [p for p in mine if p.value == value]
            places = list(dict.fromkeys(_place(p, documents, many) for p in same))
            rest = f", +{len(places) - _PLACES}" if len(places) > _PLACES else ""
            mark = "" if any(p.sure for p in same) else console.say(" (unsure)")
            yield clean_for_terminal(f"  {value}{mark}  [{', '.join(places[:_PLACES])}{rest}]")


def _place(one: Personal, documents: Sequence[Document], many: bool) -> str:
    document = documents[one.span.doc_index]
    label = place_words(document.units[one.span.unit_index].label_at(one.span.start))
    return f"{file_name(document)}, {label}" if many else label


def personal_sheets(found: Sequence[Personal], documents: Sequence[Document]) -> list[Sheet]:
    """A row an occurrence."""
    rows = []
    for one in found:
        document = documents[one.span.doc_index]
        unit = document.units[one.span.unit_index]
        sure = yes_words(True) if one.sure else table_word("unsure")
        place = place_words(unit.label_at(one.span.start))
        row = [table_word(WORDS[one.kind]), one.value, sure, place, around(unit, one.span)]
        rows.append([*row, file_name(document)])
    return [Sheet("Personal data", _PERSONAL, rows)]


def personal_counts(found: Sequence[Personal], console: Stderr) -> str:
    """How many values of each kind."""
    counts = Counter(kind for kind, _ in {(p.kind, p.value) for p in found})
    return ", ".join(f"{counts[kind]:,} × {console.say(WORDS[kind])}" for kind in KINDS if counts[kind])
