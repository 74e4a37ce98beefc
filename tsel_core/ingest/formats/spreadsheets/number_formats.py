"""Numbers as a cell's number format shows them: "1,480.00", "(35)", "12.5%", "¥1,200"; odd formats are left alone."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from functools import lru_cache

from tsel_core.lazy_pattern import lazy_pattern

_CURRENCY = lazy_pattern(r"\[\$([^\]-]*)[^\]]*\]")
_TAGS = lazy_pattern(r"\[(?:black|blue|cyan|green|magenta|red|white|yellow|color ?\d+|dbnum\d)\]", re.I)
_PIECE = lazy_pattern(r'"([^"]*)"|\\(.)|_.|\*.|([#0?][#0?,.]*|\.[#0?]+)|(.)', re.S)
_NO_NUMBER = frozenset("ymdhseEgGbBaA@/[]YMDHS")


@dataclass(frozen=True, slots=True)
class _Form:
    """A section of a format: what stands before and after the digits, and how these are written."""

    before: str
    after: str
    percent: int
    scale: int  # thousands that are left out
    grouped: bool
    least: int  # digits before the point
    fixed: int  # digits after the point
    most: int


def shown_number(value: float, form: str) -> str | None:
    """The number as the format shows it; None where the format is none of the plain ones."""
    sections = _sections(form)
    if not sections or len(sections) > 4:
        return None
    at = 1 if value < 0 and len(sections) > 1 else 2 if value == 0 and len(sections) > 2 else 0
    section = _parsed(sections[at])
    if section is None:
        return None
    try:
        number = abs(Decimal(repr(value))) * 100**section.percent / Decimal(1000) ** section.scale
        number = number.quantize(Decimal(1).scaleb(-section.most), ROUND_HALF_UP)
    except (InvalidOperation, ValueError, OverflowError):
        return None
    whole, _, rest = f"{number:f}".partition(".")
    while len(rest) > section.fixed and rest.endswith("0"):
        rest = rest[:-1]
    whole = whole.lstrip("0").rjust(section.least, "0")
    if section.grouped:
        whole = re.sub(r"(?<=\d)(?=(?:\d{3})+$)", ",", whole)
    sign = "-" if value < 0 and at == 0 and number else ""
    shown = sign + section.before + whole + (f".{rest}" if rest else "") + section.after
    return " ".join(shown.split()) or None


def _sections(form: str) -> list[str]:
    """Parts for positive numbers, negative ones, zero, text; a semicolon in quotes divides nothing."""
    return re.findall(r'((?:"[^"]*"|\\.|[^;"\\])*)(?:;|$)', form)[:-1] if form else []


@lru_cache(maxsize=512)
def _parsed(section: str) -> _Form | None:
    section = _TAGS.sub("", _CURRENCY.sub(lambda match: f'"{match[1]}"', section))
    before, after, digits = "", "", ""
    percent = 0
    for quoted, escaped, pattern, other in _PIECE.findall(section):
        if pattern:
            if digits:
                return None
            digits = pattern
            continue
        if other in _NO_NUMBER and other:
            return None
        percent += other == "%"
        text = quoted or escaped or other
        before, after = (before, after + text) if digits else (before + text, after)
    if not digits:
        return None
    whole, _, rest = digits.partition(".")
    scale = len(digits) - len(digits.rstrip(","))
    if "," in rest.rstrip(",") or rest.count("."):
        return None
    rest = rest.rstrip(",")
    return _Form(before, after, percent, scale, "," in whole.rstrip(","), whole.count("0"), rest.count("0"), len(rest))
