# ruff: noqa: E501 (patterns)
"""An answer that is a list of the paper from the first row to the last, where all of it is asked for.

今後の課題をすべて挙げてください is answered by the rows below the heading 今後の課題, each of them on a line of its own and no
other. What a row says is then what the heading says of it, however far above it stands.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.text.bare import without_blanks
from tsel_core.text.normalize import normalise
from tsel_core.trust.claims.other_fact.rows_left_out import AROUND, asks_all, heading_and_rows
from tsel_core.trust.claims.parts.claim import Claim
from tsel_core.trust.claims.parts.evidence import Sentence, Sentences
from tsel_core.trust.claims.parts.list_asked import asks_only_of

_EXCEPT = lazy_pattern(r"除[いくけき]|以外|のうち|\b(?:except|other than|apart from|besides|but not|not)\b|ない", re.I)
_MARK = lazy_pattern(r"^\s*(?:[-•・*]|[(（][0-9０-９a-z一二三四五六七八九十]{1,2}[)）]|\d{1,2}[.)](?=\s))\s*", re.I)
_CITED = lazy_pattern(r"\s?\[\d{1,3}\]")
_ASIDE = lazy_pattern(r"[(（][^()（）]{0,60}[)）]")
_COLUMN = lazy_pattern(r"\u3000|\s{2,}|\t|[:：|]")
_END = lazy_pattern(r"(?:です|である|でした)?[。.\s]{0,20}$")
_MORE = lazy_pattern(r"\W*(?:なお|また|その他|ほか|この(?:ほか|他)|加えて|さらに|ただし|(?:in addition|also|further(?:more)?|moreover|besides|other)\b)", re.I)
_LEAST = 2  # rows of a list
_UNSURE = ("elsewhere", "words", "rival")  # what a row is doubted for that stands far below its heading


def whole_list(claims: Sequence[Claim], text: str, question: str, sentences: Sentences) -> tuple[Claim, ...]:
    """The claims, supported where together they are all rows of the one list whose heading the question names."""
    doubted = [c for c in claims if c.verdict != "supported"]
    if not doubted or not asks_all(question) or _EXCEPT.search(question):
        return tuple(claims)
    if any(c.verdict != "unsure" or c.why not in _UNSURE for c in doubted):
        return tuple(claims)
    rows = _rows(claims, question, sentences)
    lines = [_plain(line) for line in _CITED.sub("", text).split("\n") if line.strip()]
    if len(rows) < _LEAST or len(lines) != len(rows):
        return tuple(claims)
    if not all(line in _forms(row.text) for line, row in zip(lines, rows, strict=True)):
        return tuple(claims)
    return tuple(replace(c, verdict="supported", why="", detail="") if c in doubted else c for c in claims)


def _rows(claims: Sequence[Claim], question: str, sentences: Sentences) -> list[Sentence]:
    """The rows of the list in which the evidence of every claim stands; none where it may go on."""
    first = next((s for c in claims if c.evidence is not None for s in sentences.at(c.evidence)), None)
    if first is None:
        return []
    heading, below = heading_and_rows(first, question, sentences)
    if not heading or not asks_only_of(heading, question):
        return []  # of "absent attendees" a list of attendees tells nothing
    marked = [n for n, s in enumerate(below) if _MARK.match(s.text)]
    rows = list(below[marked[0] : marked[-1] + 1]) if marked else []
    goes_on = any(_MORE.match(s.text) for s in below[marked[-1] + 1 :]) if marked else False
    whole = len(below) < AROUND and len(rows) == len(marked) and not goes_on
    spans = [s.span for s in rows]
    held = all(c.evidence is not None and any(c.evidence.touches(span) for span in spans) for c in claims)
    return rows if whole and held else []


def _forms(row: str) -> set[str]:
    """A row as it may be told: whole, without what is in brackets, and its first column."""
    bare = _MARK.sub("", row.strip())
    return {_plain(f) for f in (bare, _ASIDE.sub("", bare), _COLUMN.split(bare, maxsplit=1)[0])}


def _plain(line: str) -> str:
    return without_blanks(normalise(_END.sub("", _MARK.sub("", line.strip()))))
