"""Values separated by commas or tabs: a unit per row."""

from __future__ import annotations

import csv
import io
import re

from tsel_core.ingest.source import Draft

SEPARATOR = "\t"  # between cells: a quote of a row matches it whatever white space it is written with

_NAMED = re.compile(r"""\s*"?sep=([,;|\t])"?[^\S\n]*\n""", re.I)


def read_csv(draft: Draft, text: str) -> None:
    """Rows of a CSV or TSV text; the delimiter is found in its first lines."""
    draft.unit_kind = "row"
    csv.field_size_limit(1 << 24)
    named = _NAMED.match(text)  # a spreadsheet program's own first line
    delimiter = named[1] if named else _delimiter(text)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    number = 0
    try:
        for number, row in enumerate(rows, 1):
            if named and number == 1:
                continue
            put_row(draft, f"row {number}", row)
    except csv.Error as error:
        draft.warn(f"row {number + 1} is not well-formed ({error}); from there on lines were read as they are")
        for line, rest in enumerate(text.split("\n")[number:], number + 1):
            put_row(draft, f"row {line}", [rest])


def put_row(draft: Draft, label: str, cells: list[str]) -> None:
    """A unit of kind "row"; an empty row is left out, a cell's line ends become spaces."""
    texts = [" ".join(cell.split()) for cell in cells]
    while texts and not texts[-1]:
        texts.pop()
    if any(texts):
        draft.add("row", label, SEPARATOR.join(texts))


def _delimiter(text: str) -> str:
    """The sign that divides the first lines into the same number of cells, more than one; a comma otherwise."""
    sample = [line for line in text[:65536].split("\n")[:30] if line.strip()]
    best, best_score = ",", 0.0
    for sign in (",", "\t", ";", "|"):
        counts = [line.count(sign) for line in sample]
        if any(counts):
            usual = max(sorted(set(counts)), key=counts.count)
            score = counts.count(usual) / len(counts) + min(usual, 5) / 100 if usual else 0.0
            if score > best_score:
                best, best_score = sign, score
    return best
