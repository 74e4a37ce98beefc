
"""Quotes: are these words in the text, and if so where and how exactly."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from rapidfuzz import fuzz
from rapidfuzz.distance import Levenshtein

from tsel_core.answer import Check
from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.text.normalize import (
    NUMBER,
    Normalised,
    find_whole,
    normalise,
    normalise_with_origin,
    number_value,
)

NEAR_SHARE = 0.15  # of the quote's characters may differ in a near match
MIN_NEAR_CHARS = 8  # shorter quotes have near matches everywhere
_PAIRS = {"“": "”", "„": "”", "「": "」", "『": "』", "«": "»"}
# 'single' marks count only around two words and more: an apostrophe inside a word is none
_SINGLE = lazy_pattern(r"(?<!\w)(?:'(?=\w)|‘)((?:[^'‘’\n]|(?<=\w)['’](?=\w)){2,600})(?:'|’)(?!\w)")
_ELLIPSIS = lazy_pattern(r"\s*(?:\[?\.{3,}\]?|\[?…+\]?)\s*")
_EDGE = " \t\r\n,.;:、。，．"
_NOT_A_QUOTE = {"en": " [not a quote from the document]", "ja": "［文書の引用ではありません］"}


@dataclass(frozen=True, slots=True)
class QuoteCheck:
    """How a quote stands in a text: characters [start, end) of it; `distance` counts edits after normalising."""

    check: Check
    distance: int = 0
    start: int = 0
    end: int = 0


@dataclass(frozen=True, slots=True)
class Quoted:
    """Words in quotation marks: [start, end) of the answer with the marks, `text` without them.

    `closed` is false where the answer ends (or its paragraph does) before the closing mark.
    """

    start: int
    end: int
    text: str
    closed: bool = True


MISSING = QuoteCheck("missing")


def quoted_parts(answer: str) -> list[Quoted]:
    """Everything the answer puts in quotation marks (English, Japanese, French; not apostrophes), the outermost marks.

    A mark that is never closed (the answer was cut, or the model forgot it) quotes up to the end of the paragraph.
    """
    found: list[Quoted] = []
    at = 0
    while at < len(answer):
        closing = _closing_mark(answer, at)
        if closing is None:
            at += 1
            continue
        end = _find_closing(answer, at, closing)
        stop = answer.find("\n\n", at) if end < 0 else end
        stop = len(answer) if stop < 0 else stop
        text = answer[at + 1 : stop]
        if text.strip(_EDGE) and len(text) > 1:
            found.append(Quoted(at, stop + (end >= 0), text, end >= 0))
        at = stop + 1
    taken = [(q.start, q.end) for q in found]
    for match in _SINGLE.finditer(answer):
        apart = all(match.end() <= lo or hi <= match.start() for lo, hi in taken)
        if apart and _num_words(match[1]) > 1:
            found.append(Quoted(match.start(), match.end(), match[1]))
    return sorted(found, key=lambda q: q.start)


def _closing_mark(answer: str, at: int) -> str | None:
    """The mark that closes a quotation beginning at a character; None when none begins there."""
    mark = answer[at]
    if mark != '"':
        return _PAIRS.get(mark)
    before, after = answer[at - 1 : at], answer[at + 1 : at + 2]
    inches = before.isascii() and before.isalnum()
    return None if inches or not after or after.isspace() else '"'


def _find_closing(answer: str, at: int, closing: str) -> int:
    """Index of the mark that closes the one at `at`, marks of its own kind inside it counted; -1 for none."""
    opening, depth = answer[at], 0
    limit = answer.find("\n\n", at)
    for i in range(at + 1, len(answer) if limit < 0 else limit):
        if answer[i] == closing:
            if depth == 0:
                return i
            depth -= 1
        elif answer[i] == opening:
            depth += 1
    return -1


def _num_words(text: str) -> int:
    """Latin words and wide characters of a text."""
    return len(text.split()) + sum(1 for c in text if ord(c) > 0x3000)


def check_quote(quote: str, text: str, *, near: bool = True) -> QuoteCheck:
    """Best check of `quote` against one text. An ellipsis in it stands for words left out, in order."""
    parts = [p for p in _ELLIPSIS.split(quote) if p.strip(_EDGE)]
    if len(parts) > 1:
        return _check_parts(parts, text, near)
    words = quote.strip(_EDGE)
    if not words:
        return MISSING
    at = find_whole(text, words)
    if at >= 0:
        return QuoteCheck("exact", 0, at, at + len(words))
    wanted = normalise(words)
    if not wanted:
        return MISSING
    made = normalise_with_origin(text)
    at = find_whole(made.text, wanted)
    if at >= 0:
        return QuoteCheck("normalised", 0, *made.origin(at, at + len(wanted)))
    if not near or len(wanted) < MIN_NEAR_CHARS or not made.text:
        return MISSING
    return _near(wanted, words, text, made)


def _check_parts(parts: list[str], text: str, near: bool) -> QuoteCheck:
    order: tuple[Check, ...] = ("exact", "normalised", "near", "missing")
    checks: list[QuoteCheck] = []
    at = 0
    for part in parts:
        check = check_quote(part, text[at:], near=near)
        if check.check == "missing":
            return MISSING
        checks.append(replace(check, start=check.start + at, end=check.end + at))
        at = checks[-1].end
    worst = max((c.check for c in checks), key=order.index)
    return QuoteCheck(worst, sum(c.distance for c in checks), checks[0].start, checks[-1].end)


def _near(wanted: str, words: str, text: str, made: Normalised) -> QuoteCheck:

    if len(made.text) < len(wanted) * (1 - NEAR_SHARE):
        return MISSING
    aligned = fuzz.partial_ratio_alignment(wanted, made.text, score_cutoff=100 * (1 - 2 * NEAR_SHARE))
    if aligned is None or aligned.dest_end <= aligned.dest_start:
        return MISSING
    segment = made.text[aligned.dest_start : aligned.dest_end]
    distance = Levenshtein.distance(wanted, segment)
    if distance > max(2, int(NEAR_SHARE * len(wanted))):
        return MISSING
    start, end = made.origin(aligned.dest_start, aligned.dest_end)
    start, end = _whole_words(text, start, end)
    if not numbers_in(words) <= numbers_in(text[start:end]):
        return MISSING  # a quote with another number is another statement
    return QuoteCheck("near", distance, start, end)


def _whole_words(text: str, start: int, end: int) -> tuple[int, int]:
    """Widen to the ends of Latin words and numbers cut at the edges; drop white space there."""
    while start > 0 and text[start - 1].isascii() and text[start - 1].isalnum() and text[start].isalnum():
        start -= 1
    while end < len(text) and text[end].isascii() and text[end].isalnum() and text[end - 1].isalnum():
        end += 1
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end


def numbers_in(text: str) -> set[str]:
    """Canonical values of the numbers written in a text, kanji numerals of one character left out."""
    return {number_value(m) for m in re.findall(NUMBER, text) if len(m) > 1 or m.isdigit()}


def rewrite_quotes(answer: str, check: Callable[[str], tuple[QuoteCheck, str]], lang: str = "en") -> tuple[str, int]:
    """The answer with every quotation made honest, and the number of invented ones.

    `check(words)` returns the check and the document's own words. Exact and normalised quotes stay. A near one gets the
    document's words. An invented one loses its quotation marks, and when it is longer than a term, a note says so.
    """
    parts: list[str] = []
    at = num_invented = 0
    for quoted in quoted_parts(answer):
        result, words = check(quoted.text)
        opening, closing = answer[quoted.start], answer[quoted.end - 1] if quoted.closed else ""
        parts.append(answer[at : quoted.start])
        at = quoted.end
        if result.check in ("exact", "normalised"):
            parts.append(answer[quoted.start : quoted.end])
        elif result.check == "near":
            parts.append(opening + " ".join(words.split()) + closing)
        else:
            num_invented += 1
            parts.append(quoted.text + (_NOT_A_QUOTE.get(lang, _NOT_A_QUOTE["en"]) if _is_long(quoted.text) else ""))
    parts.append(answer[at:])
    return "".join(parts), num_invented


def _is_long(text: str) -> bool:
    return len(text.split()) > 4 or sum(1 for c in text if ord(c) > 0x3000) > 10
