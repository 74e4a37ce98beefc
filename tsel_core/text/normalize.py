# ruff: noqa: E501 (one pattern a line)
"""Text made comparable: width, case, spaces, dashes, quotation marks and numerals no longer differ.

The text is cut into atoms (a number, a word, a character with its marks); each atom is normalised alone, so that a
place in the normalised text leads back to characters of the original.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from tsel_core.lazy_pattern import lazy_pattern

NUMERAL_JA = "[0-9０-９〇一二三四五六七八九十百]+"  # of an article or a paragraph: 第十二条
_KANJI_DIGITS = {c: str(i) for i, c in enumerate("〇一二三四五六七八九")} | {"零": "0", "两": "2", "兩": "2"}
_SMALL = {"十": 10, "百": 100, "千": 1000}
_LARGE = {"万": 10**4, "億": 10**8, "亿": 10**8, "兆": 10**12}
_D = r"[0-9０-９〇零一二两兩三四五六七八九]"
_U = r"[十百千万億亿兆]"
# 2億8,640万, 二十, 1,000, 3.5万; PDF text may put a space between digits and unit
_NUMBER = rf"(?:{_D}|{_U})(?:[,，](?=[0-9０-９]{{3}}(?![0-9０-９]))|[.．](?=[0-9０-９])|{_D}|{_U}|(?<=[0-9０-９])[ \u3000](?={_U})|(?<={_U})[ \u3000](?=[0-9０-９]))"
NUMBER = _NUMBER + "{0,40}"  # longer ones say no amount; patterns with several would take for ever
LATIN = "A-Za-zÀ-ÖØ-Þà-öø-ÿŒœŠšŽž"  # a letter in small form is one letter again (so no ß)
_ATOM = lazy_pattern(
    rf"(?P<num>{_NUMBER}*)|(?P<word>[{LATIN}]+)|(?P<gap>-\r?\n(?=[a-zà-öø-ÿ])|\s+)|(?P<one>.[\u0300-\u036f\u3099\u309a\uff9e\uff9f]*)", re.S
)
_SAME = {c: "-" for c in "‐‑‒–—―−－﹣"} | {c: "~" for c in "～〜〰"}
_SAME |= {c: '"' for c in "“”„‟″〝〞〟"} | {c: "'" for c in "‘’‚‛′`´"}
_SAME |= dict.fromkeys("\u00ad\u200b\u200c\u200d\u2060\ufeff", "")


def number_value(text: str) -> str:
    """Canonical digits of a number as written: 二十 -> 20, 2億8,640万 -> 286400000, １，０００ -> 1000, 3.5万 -> 35000.

    Leading zeros of plain digits stay ("007").
    """
    plain = unicodedata.normalize("NFKC", text).replace(",", "").replace(" ", "")
    digits = "".join(_KANJI_DIGITS.get(c, c) for c in plain)
    if not any(c in _SMALL or c in _LARGE for c in digits):
        return digits
    total, section, current = Decimal(0), Decimal(0), ""
    for c in digits:
        if c in _SMALL:
            section += (Decimal(current) if current else 1) * _SMALL[c]
            current = ""
        elif c in _LARGE:
            section += Decimal(current) if current else 0
            total += (section or 1) * _LARGE[c]
            section, current = Decimal(0), ""
        else:
            current += c
    total += section + (Decimal(current) if current else 0)
    return str(int(total)) if total == int(total) else format(total.normalize(), "f")


@lru_cache(maxsize=100_000)
def _atom(kind: str, text: str) -> str:
    if kind == "num":
        return number_value(text)
    if kind == "word":
        return text.lower()
    if kind == "gap":
        return ""
    plain = _SAME.get(text)
    if plain is not None:
        return plain
    made = unicodedata.normalize("NFKC", text).casefold()
    return "".join(_SAME.get(c, c) for c in made if not c.isspace())


def atoms(text: str) -> Iterator[tuple[str, str, int, int]]:
    """(kind, normalised text, start, end) of every atom; kind is num, word, gap or one."""
    for match in _ATOM.finditer(text):
        kind = match.lastgroup or "one"
        yield kind, _atom(kind, match.group()), match.start(), match.end()


def normalise(text: str) -> str:
    """NFKC, case folded, no white space, one kind of dash and quotation mark, numerals as digits."""
    return "".join(_atom(m.lastgroup or "one", m.group()) for m in _ATOM.finditer(text))


@dataclass(frozen=True, slots=True)
class Normalised:
    """Normalised text and, for each of its characters, the characters [starts[i], ends[i]) it stands for."""

    text: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]

    def origin(self, start: int, end: int) -> tuple[int, int]:
        """Characters of the original behind [start, end) of `text` (not empty)."""
        return self.starts[start], self.ends[end - 1]


def normalise_with_origin(text: str) -> Normalised:
    """`normalise` with the way back."""
    parts: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for kind, made, start, end in atoms(text):
        parts.append(made)
        if kind == "word":
            starts.extend(range(start, end))
            ends.extend(range(start + 1, end + 1))
        else:
            starts.extend([start] * len(made))
            ends.extend([end] * len(made))
    return Normalised("".join(parts), tuple(starts), tuple(ends))


def find_whole(text: str, part: str, start: int = 0) -> int:
    """`text.find(part)`, but never inside a longer number or Latin word; -1 when absent."""
    if not part:
        return -1
    while (at := text.find(part, start)) >= 0:
        end = at + len(part)
        before = text[at - 1] if at else " "
        after = text[end] if end < len(text) else " "
        if not _joined(before, part[0]) and not _joined(part[-1], after):
            return at
        start = at + 1
    return -1


def _joined(left: str, right: str) -> bool:
    return left.isdigit() and right.isdigit()
