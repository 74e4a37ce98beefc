"""Values separated by commas or tabs: a unit per row."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence

from tsel_core.ingest.source import MAX_UNITS, Draft
from tsel_core.ingest.transcript.tables import table_turns
from tsel_core.lazy_pattern import lazy_pattern

SEPARATOR = "\t"  # between cells: a quote of a row matches it whatever white space it is written with

_DECIMAL = lazy_pattern(r"\s*-?[\d.' ]*,\d+\s*(?:%|€|EUR)?\s*|[^,]*")
_NAMED = lazy_pattern(r"""\s*"?sep=([,;|\t])"?[^\S\n]*\n""", re.I)


def read_csv(draft: Draft, text: str) -> None:
    """Rows of a CSV or TSV text; the delimiter is found in its first lines."""
    draft.unit_kind = "row"
    csv.field_size_limit(1 << 24)
    named = _NAMED.match(text)  # a spreadsheet program's own first line
    delimiter = named[1] if named else _delimiter(text)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    number = began = ended = 0  # lines at which the last row begins and ends
    found: list[list[str]] = []
    try:
        for number, row in enumerate(rows, 1):
            if not named or number > 1:
                found.append(row)
            if len(found) > MAX_UNITS:
                break
            began, ended = ended, rows.line_num
    except csv.Error as error:
        draft.warn(f"row {number + 1} is not well-formed ({error}); from there on lines were read as they are")
        found += [[rest] for rest in _lines(text, ended)]
    else:
        if ended - began > 1 and len(found) <= MAX_UNITS and _is_open(text, began, delimiter):
            draft.warn(f"row {number}: a quotation mark is never closed; from there on lines were read as they are")
            found[-1:] = csv.reader(_lines(text, began), delimiter=delimiter, quoting=csv.QUOTE_NONE)
    put_rows(draft, found, first=2 if named else 1)


def _lines(text: str, first: int) -> list[str]:
    return io.StringIO(text, newline="").readlines()[first:]


def _is_open(text: str, first: int, delimiter: str) -> bool:
    """The row that begins at this line goes on to the end of the file, as its quotation mark is not closed."""
    try:
        list(csv.reader(_lines(text, first), delimiter=delimiter, strict=True))
    except csv.Error as error:
        return "unexpected end" in str(error)
    return False


def put_rows(draft: Draft, rows: Sequence[list[str]], *, first: int = 1, place: str = "") -> None:
    """Rows as units, numbered from `first`; of a transcript as turns."""
    spoken = table_turns(rows)
    if len(spoken) * 2 > len(rows):
        draft.unit_kind = "turn"
    for at, row in enumerate(rows):
        turn = spoken.get(at)
        if turn is None:
            put_row(draft, f"{place}row {first + at}", row)
            continue
        label, speaker, start = turn
        text = SEPARATOR.join(" ".join(cell.split()) for cell in row)
        draft.add("turn", label or f"{place}row {first + at}", text, speaker=speaker, start_s=start)


def put_row(draft: Draft, label: str, cells: list[str], path: tuple[str, ...] = ()) -> None:
    """A unit of kind "row"; an empty row is left out, a cell's line ends become spaces."""
    texts = [" ".join(cell.split()) for cell in cells]
    while texts and not texts[-1]:
        texts.pop()
    if any(texts):
        draft.add("row", label, SEPARATOR.join(texts), heading_path=path)


def _delimiter(text: str) -> str:
    """The sign that divides the first lines into the same number of cells, more than one; a comma otherwise."""
    sample = [line for line in text[:65536].split("\n")[:30] if line.strip()]
    best, best_score = ("," if sample and "," in sample[0] else "\t"), 0.0
    for sign in (",", "\t", ";", "|"):
        counts = [line.count(sign) for line in sample]
        if sign == "," and not counts[:1][0] and all(_DECIMAL.fullmatch(line) for line in sample[1:]):
            continue  # one column of numbers with a decimal comma
        if any(counts):
            usual = max(sorted(set(counts)), key=counts.count)
            score = counts.count(usual) / len(counts) + min(usual, 5) / 100 if usual else 0.0
            if score > best_score:
                best, best_score = sign, score
    return best
