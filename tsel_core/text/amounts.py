# ruff: noqa: E501 (one pattern a line)
"""Amounts as they are written, and as decimal digits: 1,950.00, 1.950,00, 1'950, 1 950,00, 2億8,640万, 壱百万, forty-two."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation

from tsel_core.text.fact_words import NUMBER_WORDS, spoken_pair, word_number
from tsel_core.text.normalize import NUMBER, number_value
from tsel_core.text.number_words import SPELT

# one character for one, so that places stay true; no-break spaces stay what they are: they group digits
PLAIN = {0xFF01 + i: 0x21 + i for i in range(94)} | {ord(c): "-" for c in "‐‑‒–—―−﹣"} | {ord(c): "'" for c in "‘’´ʼ"}
PLAIN |= {0x3000: " ", ord("〜"): "~", ord("～"): "~", ord("〰"): "~"}

_SPACES = "\u00a0\u202f\u2009"
GROUPED = (
    r"\d{1,4}[½¼¾]"  # 2½ per cent
    r"|\d{1,3}(?:[.']\d{3})+[.,]--?(?![\d-])|\d{1,3}[.,]--?(?![\d-])"  # 1.950,-
    r"|\d{1,3}(?:\.\d{3})+,\d{1,4}(?!\d)"  # 1.950,00
    r"|\d{1,3}(?:\.\d{3}){2,}(?![\d.])"  # 1.950.000
    r"|\d{1,3}(?:'\d{3})+(?:[.,]\d{1,4})?(?!\d)"  # 1'950.00
    rf"|\d{{1,3}}(?:[{_SPACES}]\d{{3}})+(?:[.,]\d{{1,4}})?(?!\d)"  # 1 950,00
    r"|\d{1,2}(?:,\d{2})+,\d{3}(?:\.\d+)?(?![\d,])"  # 1,95,000: India
)
SPACED = r"\d{1,3}(?: \d{3})+(?:[.,]\d{1,2})?(?!\d)"  # 20 000 EUR: only beside a currency
DECIMAL_COMMA = r"\d+,\d{1,2}(?![\d,])"  # 14,6 %: only beside a unit
DAIJI = r"[壱壹弐貳貮贰参參叁肆伍陆陸柒捌玖拾佰仟萬億亿万千百阡陌一二三四五六七八九〇零十]{2,}"
_DAIJI = str.maketrans("壱壹弐貳貮贰参參叁肆伍陆陸柒捌玖拾佰仟萬阡陌", "一一二二二二三三三四五六六七八九十百千万千百")
AMOUNT = rf"(?<![\d.,])(?:{GROUPED}|{NUMBER})"
WORD = "|".join(sorted(NUMBER_WORDS, key=len, reverse=True))
WORDS = rf"\b(?:{WORD})(?:(?:[ -]|\sand\s)(?:{WORD})){{0,24}}(?:\sand\sa\shalf)?\b"
_FRACTIONS = {"½": Decimal("0.5"), "¼": Decimal("0.25"), "¾": Decimal("0.75")}


def plain_digits(number: str) -> str:
    """Without leading zeros and without zeros at the end of decimals; not in scientific form."""
    if "." not in number:
        sign = "-" if number.startswith("-") else ""
        return sign + (number.lstrip("-0") or "0")
    try:
        value = Decimal(number)
    except InvalidOperation:
        return number
    return str(int(value)) if value == value.to_integral_value() else format(value.normalize(), "f")


def scaled(number: str, scale: int) -> str:
    """A decimal number times a power of ten."""
    try:
        return plain_digits(format(Decimal(number) * scale, "f"))
    except InvalidOperation:
        return number


def amount_value(text: str, comma: bool = False) -> tuple[str, str] | None:
    """(value, another reading or "") of an amount as written; None when it is none.

    Another reading has "1.950": one and a bit in English, about two thousand in German. `comma`: a unit stands beside
    the amount, so that the comma of "14,6" can only be a decimal one.
    """
    text = text.strip().translate(_DAIJI)
    if not text:
        return None
    if text.casefold() == "half":
        return "0.5", ""
    if text.casefold() in SPELT:
        return str(SPELT[text.casefold()]), ""
    if text[-1] in _FRACTIONS:
        return plain_digits(str(int(text[:-1]) + _FRACTIONS[text[-1]])), ""
    half = re.fullmatch(r"(?is)(.+)\sand\sa\shalf", text)
    if half is not None:
        made = amount_value(half[1])
        return made and (plain_digits(str(Decimal(made[0]) + _FRACTIONS["½"])), "")
    if text[-1] == "-":  # 1.950,-
        return plain_digits(re.sub(r"\D", "", text)), ""
    if text[0].isascii() and text[0].isalpha():
        number = word_number(text)
        return spoken_pair(text) if number is None else (number, "")
    other = ""
    if re.fullmatch(rf"(?:{GROUPED}|{SPACED})", text) or (comma and re.fullmatch(DECIMAL_COMMA, text)):
        digits = re.sub(rf"['{_SPACES} ]", "", text)
        last = max(digits.rfind(","), digits.rfind("."))
        is_decimal = last >= 0 and len(digits) - last - 1 != 3
        whole = re.sub(r"[.,]", "", digits[:last] if is_decimal else digits)
        return plain_digits(f"{whole}.{digits[last + 1 :]}" if is_decimal else whole), ""
    if re.fullmatch(r"[1-9]\d{0,2}\.\d{3}", text):
        other = text.replace(".", "")
    number = number_value(text)
    try:
        Decimal(number)
    except InvalidOperation:
        return None
    return plain_digits(number), other
