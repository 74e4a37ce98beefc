"""An exhaustive list as lines for a person, and as sheets of a file."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from tsel_cli.i18n import say
from tsel_cli.render.item_table import Sheet
from tsel_cli.render.person_words import place_words, table_word
from tsel_core.document import all_of, file_name
from tsel_core.listing.changed import ItemChange
from tsel_core.listing.run import Listed, Listing
from tsel_core.text.safe import clean_for_terminal

if TYPE_CHECKING:
    from tsel_cli.console import Stderr

_ITEMS = (("No.", 6), ("Verdict", 10), ("Quote", 90), ("Place", 18), ("Heading", 30), ("Speaker", 16), ("File", 30))
CHANGED_BY = ("Changed by", 60)  # a column where a later sentence changes an item
_UNITS = (("File", 30), ("Place", 18), ("Status", 16), ("Items", 8), ("Looked at by", 14), ("Model's yes", 12))


def listing_lines(listing: Listing, console: Stderr) -> Iterator[str]:
    """A numbered item a line, with its place; what is unsure is marked."""
    many = len(listing.documents) > 1
    if not listing.items:
        yield console.say("nothing found")
    for number, item in enumerate(listing.items, 1):
        mark = item_mark(item, console)
        yield clean_for_terminal(f'{number}. "{quote_of(listing, item)}"{mark}  [{where(listing, item, many)}]')
        yield from change_lines(listing, item, console)


def item_mark(item: Listed, console: Stderr) -> str:
    """What is said behind the words of an item: that a later sentence changes it, or that it is unsure."""
    if any(c.sure for c in item.changes):
        return console.say(" (changed later)")
    return "" if item.verdict == "cited" else console.say(" (unsure)")


def change_lines(listing: Listing, item: Listed, console: Stderr) -> Iterator[str]:
    """A line for each sentence that changes an item."""
    for change, words in zip(item.changes, changed_by(listing, item), strict=True):
        told = console.say("changed by:" if change.sure else "perhaps changed by:")
        yield clean_for_terminal(f"   {told} {words}")


def changed_by(listing: Listing, item: Listed) -> list[str]:
    """The words and the place of each sentence that changes an item, with the values where code can say them."""
    many = len(listing.documents) > 1
    told = []
    for change in item.changes:
        values = f"{change.old} -> {change.new}: " if change.new else ""
        told.append(f'{values}"{quote_of(listing, change)}"  [{where(listing, change, many)}]')
    return told


def receipt_lines(listing: Listing, console: Stderr) -> Iterator[str]:
    """What was listed, and what became of every unit."""
    cited = sum(i.verdict == "cited" for i in listing.items)
    changed = sum(any(c.sure for c in i.changes) for i in listing.items)
    told = f"listed    {cited:,} cited, {len(listing.items) - cited:,} unsure"
    yield f"{told} ({changed:,} changed by a later sentence)" if changed else told
    counts = listing.counts()
    none = counts["nothing found"]
    parts = [f"{counts['cited']:,} with items, {counts['unsure']:,} unsure, {none:,} read with nothing found"]
    if counts["not looked at"]:
        parts.append(f"{counts['not looked at']:,} not looked at")
    whole = "UNITS ARE MISSING" if counts["not looked at"] or not listing.adds_up else all_of(listing.documents)
    if whole == "nothing left out":  # of what was looked at; no list can promise that it has all
        whole = "all were looked at"
    shown = ", ".join(console.say(part) for part in parts)
    yield f"units     {len(listing.receipts):,}: {shown}; {console.say(whole)}"


def listing_sheets(listing: Listing) -> list[Sheet]:
    """The items, and the receipt of every unit."""
    items = []
    changed = any(i.changes for i in listing.items)
    for number, item in enumerate(listing.items, 1):
        document = listing.documents[item.span.doc_index]
        unit = document.units[item.span.unit_index]
        row = [number, table_word(item.verdict), quote_of(listing, item), place_words(unit.label_at(item.span.start))]
        row += [" > ".join(unit.heading_path), unit.speaker, file_name(document)]
        items.append([*row, "\n".join(changed_by(listing, item))] if changed else row)
    units = []
    for receipt in listing.receipts:
        document = listing.documents[receipt.unit.doc_index]
        label = place_words(document.units[receipt.unit.unit_index].label)
        yes = None if receipt.yes is None else round(receipt.yes, 2)
        by = table_word(receipt.by) if receipt.by else ""
        units.append([file_name(document), label, table_word(receipt.status), receipt.num_items, by, yes])
    counts = ", ".join(say(f"{count} {status}") for status, count in listing.counts().items())
    return [
        Sheet("Items", (*_ITEMS, CHANGED_BY) if changed else _ITEMS, items, f"{listing.wish.words}: {len(items)}"),
        Sheet("Units", _UNITS, units, f"{table_word(f'{len(units)} units')}: {counts}"),
    ]


def quote_of(listing: Listing, item: Listed | ItemChange) -> str:
    """The words of an item on one line."""
    unit = listing.documents[item.span.doc_index].units[item.span.unit_index]
    return " ".join(unit.text[item.span.start : item.span.end].split())


def where(listing: Listing, item: Listed | ItemChange, many: bool) -> str:
    """Its place, with the file where there are several."""
    document = listing.documents[item.span.doc_index]
    label = place_words(document.units[item.span.unit_index].label_at(item.span.start))
    return f"{file_name(document)}, {label}" if many else label
