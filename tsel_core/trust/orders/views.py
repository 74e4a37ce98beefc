# ruff: noqa: E501 (one pattern a line)
"""What a text says once its disguises are taken off: invisible letters, look-alike letters, encoded words.

Each view is folded text (compatibility forms, lower case, no accents, one kind of space) that the signs are looked
for in. A disguise that hides words is itself a sign.
"""

from __future__ import annotations

import base64
import binascii
import codecs
import html
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal
from urllib.parse import unquote

from tsel_core.lazy_pattern import lazy_pattern

Disguise = Literal["", "zero-width", "look-alike", "tags", "variation", "spaced", "base64", "hex", "escapes", "rot13", "reversed", "leet"]

_MARKS = lazy_pattern("[\u0300-\u036f]")
_SPACE = lazy_pattern(r"[^\S\n]+")
_QUOTES = str.maketrans(
    {c: "'" for c in "‘’‚‛′`´＇"} | {c: '"' for c in "“”„‟″«»‹›「」『』〝〟＂"} | {c: "-" for c in "‐‑‒–—―−"}
)
# letters of other alphabets that look like Latin ones (lower case; capitals come here by case folding)
_LOOKS = dict(
    zip("аеорсухіјѕԁһӏԛԝвкмнтгпԍƅ", "aeopcyxijsdhlqwbkmhtrngb", strict=True)
) | dict(zip("αορνικτυεηχβϲϳ", "aopvikruenxbcj", strict=True)) | dict(zip("ɑɡıʟⅼօսոհցքզ", "agillounhgpq", strict=True))
_LOOK_TABLE = str.maketrans(_LOOKS)
_MIXED = lazy_pattern(r"(?=\w*[a-z])(?=\w*[а-яіјѕԁһӏԛԝα-ωϲϳօսոհցքզ])\w{3,}")
_ZERO = lazy_pattern("[\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\u3164\ufeff\uffa0]")
_INSIDE = lazy_pattern(f"(?<=[A-Za-z])(?:{_ZERO.pattern})+(?=[A-Za-z])")
_TAGS = lazy_pattern("(?<![\U0001f3f4\U000e0020-\U000e007f])[\U000e0020-\U000e007f]{3,}")
_VARIATION = lazy_pattern("[\ufe00-\ufe0f\U000e0100-\U000e01ef]{4,}")
_SPACED = lazy_pattern(r"(?<!\S)(?:\w[ ._*-]){5,}\w(?!\S)")
_BASE64 = lazy_pattern(r"(?<![\w+/=-])[A-Za-z0-9+/_-]{20,}={0,2}(?![\w+/=])")
_HEX = lazy_pattern(r"(?<!\w)(?:(?:0x|\\x)?[0-9a-f]{2}[\s,:]?){12,}(?!\w)", re.IGNORECASE)
_ESCAPES = lazy_pattern(r"(?:(?:%[0-9a-f]{2}|\\u[0-9a-f]{4}|\\x[0-9a-f]{2}|&#x?[0-9a-f]{2,6};)[\w .,]?){4,}", re.IGNORECASE)
_PER_CENT = lazy_pattern(r"(?:[\w.,'-]{1,24}(?:%20|\+)){3,}[\w.,'-]+")
_HYPHENS = lazy_pattern(r"(?<=[a-z])-(?=[a-z])")
_LEET = str.maketrans("03457@$", "oeastas")
_LEET_WORD = lazy_pattern(r"(?=\w*[a-z@$])(?=\w*[013457@$])[a-z013457@$]{2,}")


@dataclass(frozen=True, slots=True)
class View:
    """Folded text and what was taken off to see it. `hides`: the disguise alone says that somebody hid words.

    `span` is where the disguised words stand in the original; None: everywhere.
    """

    text: str
    disguise: Disguise = ""
    hides: bool = False
    span: tuple[int, int] | None = None


def folded(text: str) -> str:
    """Compatibility forms, lower case, no accents, plain quotation marks and dashes, single spaces."""
    if text.isascii():
        return _SPACE.sub(" ", text.lower())
    plain = unicodedata.normalize("NFKC", text).casefold()
    if not plain.isascii():
        plain = unicodedata.normalize("NFC", _MARKS.sub("", unicodedata.normalize("NFD", plain)))
    return _SPACE.sub(" ", plain.translate(_QUOTES))


def views(text: str) -> Iterator[View]:
    """The text as it is, and once more for every disguise that it wears."""
    yield View(folded(text))
    bare = text
    if not text.isascii():
        yield from _hidden(text)
        bare = _ZERO.sub("", text)
        if bare != text:
            inside = len(_INSIDE.findall(text.replace("\u00ad", "")))
            yield View(folded(bare), "zero-width", inside >= 8)
        plain = folded(bare)
        if mixed := _MIXED.findall(plain):
            yield View(plain.translate(_LOOK_TABLE), "look-alike", len(mixed) >= 3)
    for match in _SPACED.finditer(bare):
        yield View(folded(re.sub(r"[ ._*-]", "", match[0])), "spaced")
    if _SPACED.search(bare):
        joined = _SPACED.sub(lambda m: re.sub(r"[ ._*-]", "", m[0]), bare)
        yield View(folded(joined), "spaced")
    yield from _encoded(bare)
    for match in _PER_CENT.finditer(bare):
        yield View(folded(unquote(match[0].replace("+", " "))), "escapes", False, match.span())
    plain = folded(bare)
    if len(_HYPHENS.findall(plain)) >= 4:
        yield View(_HYPHENS.sub("", plain), "spaced")
    if len(_LEET_WORD.findall(plain)) >= 3:
        for one in "il":  # 1 stands for either
            yield View(_LEET_WORD.sub(lambda m, one=one: m[0].replace("1", one).translate(_LEET), plain), "leet")  # type: ignore[misc]
    if _ROT13.search(plain):
        yield View(codecs.decode(plain, "rot13"), "rot13", True)
    if _REVERSED.search(plain):
        yield View(plain[::-1], "reversed", True)


# words that every order of this kind holds, turned round; "snoitcurtsni" is in no honest text
_ROT13 = lazy_pattern(r"\b(?:vtaber|qvfertneq|vafgehpgvbaf?|cerivbhf|nafjre)\b")
_REVERSED = lazy_pattern(r"\b(?:erongi|dragersid|snoitcurtsni|suoiverp|rewsna)\b")


def _hidden(text: str) -> Iterator[View]:
    """Words written in characters that show nothing at all."""
    for match in _TAGS.finditer(text):
        words = "".join(chr(ord(c) - 0xE0000) for c in match[0])
        yield View(folded(words), "tags", True, match.span())
    for match in _VARIATION.finditer(text):
        codes = bytes(_variation_byte(ord(c)) for c in match[0])
        yield View(folded(codes.decode("utf-8", "replace")), "variation", True, match.span())


def _variation_byte(code: int) -> int:
    return code - 0xFE00 if code < 0xE0100 else code - 0xE0100 + 16


def _encoded(text: str) -> Iterator[View]:
    """Words in base64, hexadecimal or escapes; what decodes to no readable words is left alone."""
    for match in _BASE64.finditer(text):
        if words := _readable(_from_base64(match[0])):
            yield View(folded(words), "base64", True, match.span())
    for match in _HEX.finditer(text):
        digits = re.sub(r"0x|\\x|[^0-9a-fA-F]", "", match[0])
        if len(digits) % 2 == 0 and (words := _readable(bytes.fromhex(digits))):
            yield View(folded(words), "hex", True, match.span())
    for match in _ESCAPES.finditer(text):
        words = html.unescape(unquote(match[0]))
        words = re.sub(r"\\[ux]([0-9a-fA-F]{2,4})", lambda m: chr(int(m[1], 16)), words)
        if words != match[0]:
            whole = text[: match.start()] + words + text[match.end() :]
            yield View(folded(whole), "escapes", False, match.span())


def _from_base64(text: str) -> bytes:
    plain = text.rstrip("=").replace("-", "+").replace("_", "/")
    if len(plain) % 4 == 1:
        return b""
    try:
        return base64.b64decode(plain + "=" * (-len(plain) % 4), validate=True)
    except (binascii.Error, ValueError):
        return b""


def _readable(data: bytes) -> str:
    """The bytes as words of a person, "" when they are none: a hash or a key decodes to noise."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return ""
    shown = sum(1 for c in text if c.isalpha() or c in " \n.,:;!?'\"-")
    words = len(text.split()) >= 3 or any("\u3040" <= c <= "\uffdc" for c in text)
    return text if len(text) >= 8 and text.replace("\n", " ").isprintable() and shown > 0.85 * len(text) and words else ""
