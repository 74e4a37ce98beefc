"""Text made comparable: NFKC, case folding, no white space, kanji numerals as digits."""

from __future__ import annotations

import re
import unicodedata

_DIGITS = {c: i for i, c in enumerate("〇一二三四五六七八九")} | {"零": 0}
_SMALL = {"十": 10, "百": 100, "千": 1000}
_LARGE = {"万": 10**4, "億": 10**8, "兆": 10**12}
_NUMERAL = re.compile(f"[{''.join((*_DIGITS, *_SMALL, *_LARGE))}]+")


def kanji_to_digits(text: str) -> str:
    """Replace every run of kanji numerals by digits: 二十 -> 20, 二〇二六 -> 2026, 百二十万 -> 1200000."""
    return _NUMERAL.sub(lambda found: _value(found.group()), text)


def _value(run: str) -> str:
    if all(c in _DIGITS for c in run):  # digit by digit: a year, a phone number
        return "".join(str(_DIGITS[c]) for c in run)
    total = section = 0
    digit: int | None = None
    for c in run:
        if c in _DIGITS:
            digit = (digit or 0) * 10 + _DIGITS[c]
        elif c in _SMALL:
            section += (1 if digit is None else digit) * _SMALL[c]
            digit = None
        else:
            total += (section + (digit or 0) or 1) * _LARGE[c]
            section, digit = 0, None
    return str(total + section + (digit or 0))


def normalize(text: str) -> str:
    """The form in which a reply and an answer are compared."""
    return re.sub(r"\s+", "", kanji_to_digits(unicodedata.normalize("NFKC", text)).casefold())


def words(text: str) -> list[str]:
    """Units of overlap measures: words of alphabetic scripts, single characters of Japanese and Chinese."""
    plain = kanji_to_digits(unicodedata.normalize("NFKC", text)).casefold()
    return re.findall(r"[぀-ヿ㐀-鿿]|[^\W_぀-ヿ㐀-鿿]+", plain)
