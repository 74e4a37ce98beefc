# ruff: noqa: E501 (one pattern a line)
"""Which contract an amendment speaks of: the one before it, or another one that it names by its title or its date."""

from __future__ import annotations

import re
from collections.abc import Sequence

from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.text.same_values import same_value
from tsel_core.text.values import Value, extract_values
from tsel_core.trust.amendments.clauses import Line

_BACK = 12  # sentences before an amendment in which it may say what it amends
_TITLE = r"(?:[A-Z][\w&'’-]*\s+){0,6}(?:Agreement|Contract|Lease|Deed|Licen[cs]e|Order)"
_NAMES_EN = lazy_pattern(rf"(?<!this )(?<!This )\b(?:the|that certain|The|an?|to the|to)\s+(?P<title>{_TITLE})\b(?P<rest>[^;]{{0,140}})")
_DATED_EN = lazy_pattern(r"\b(?:dated|made|entered into|of|effective)\b(?:\s+(?:as\s+of|on))?\s+", re.I)
_NAMES_JA = lazy_pattern(r"(?P<date>[^、。「」（）\s]{4,24}?日)(?:付け?|に?締結)[^。「」（）、]{0,12}?「?(?P<title>[^「」（）、。\s]{2,24}?契約)(?:書)?|(?:甲乙間の|当事者間の)?「(?P<title2>[^「」（）、。\s]{2,24}?契約)(?:書)?」")
_GENERIC = frozenset("agreement contract lease deed licence license order original existing principal main said amended current underlying parties above".split())  # noqa: SIM905
_GENERIC_JA = lazy_pattern(r"^(?:原|本|同|当初|既存|現行|当該)?契約$")


def contract_documents(at: int, lines: Sequence[Line]) -> frozenset[int]:
    """Documents whose clauses the sentence number `at` changes; empty where it names a contract that is not there."""
    own = lines[at]
    near = [line for line in lines[max(0, at - _BACK) : at] if line.span.doc_index == own.span.doc_index]
    for line in (own, *reversed(near)):
        named = _named(line.text)
        if named is None or (line is not own and line.number and line.part != own.part):
            continue
        title, date = named
        found = {other.span.doc_index for other in lines if _is_before(other, line) and _meets(other, title, date)}
        if found or title or date:
            return frozenset(found)
    return frozenset({own.span.doc_index})


def _is_before(other: Line, line: Line) -> bool:
    return other.order < line.order or other.span.doc_index != line.span.doc_index


def _named(text: str) -> tuple[tuple[str, ...], Value | None] | None:
    """The words of a contract's title that tell it from others, and its date; None where a sentence names none."""
    ja = _NAMES_JA.search(text)
    if ja:
        title = ja["title"] or ja["title2"] or ""
        dates = [v for v in extract_values(ja["date"] or "") if v.kind == "date"]
        known: tuple[str, ...] = () if _GENERIC_JA.match(title) else (title,)
        return (known, dates[0] if dates else None) if known or dates else None
    for match in _NAMES_EN.finditer(text):
        words = tuple(w for w in match["title"].lower().split() if w not in _GENERIC)
        dated = _DATED_EN.search(match["rest"])
        dates = [v for v in extract_values(match["rest"][dated.end() : dated.end() + 40]) if v.kind == "date"] if dated else []
        if words or dates:
            return words, dates[0] if dates else None
    return None


def _meets(line: Line, title: Sequence[str], date: Value | None) -> bool:
    """Whether a sentence has the title and the date; a date alone is enough where one is named."""
    if date is not None:
        return any(v.kind == "date" and same_value(v, date) for v in extract_values(line.text))
    low = line.text.lower()
    return all(word in low for word in title)
