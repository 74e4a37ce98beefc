"""Bytes to text, by one rule.

BOM, then UTF-16 without a BOM (by its zero bytes), then ESC sequences (ISO-2022-JP), then strict UTF-8, then
strict cp932 against euc_jp scored by kana and kanji over the whole file, then single-byte code pages.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from pathlib import PurePath

from tsel_core.errors import DocumentError
from tsel_core.ingest.encoding.iso2022 import decode_iso2022_jp
from tsel_core.ingest.encoding.neighbours import common_han, cyrillic, in_level_1, is_unlikely, neighbour, strict
from tsel_core.ingest.encoding.twice import decoded_again, is_garbled
from tsel_core.ingest.options import check_encoding
from tsel_core.ingest.safety.detect import PICTURES
from tsel_core.lazy_pattern import lazy_pattern

_BOMS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_ESCAPES = re.compile(rb"\x1b(?:\$[@B]|\$\([@BCDO-Q]|\([BIJ])")
_HALF_WIDTH = lazy_pattern("[\uff66-\uff9f]{3,}")
_NO_TEXT = bytes([*range(1, 7), *range(14, 27), 28, 29, 30, 31])
_SAMPLE = 1 << 16
MIXED_SCORE = 0.35  # of a line's signs that are no ASCII: it reads as Japanese


CUT_OFF = "the text ends within a character: the file was cut off"
GARBLED = "the text is garbled: another program read it by a wrong encoding and saved what came of it"


@dataclass(frozen=True, slots=True)
class Decoded:
    """Text, the encoding it was read with, and a warning for the user (or "")."""

    text: str
    encoding: str
    warning: str = ""
    is_cut: bool = False  # the text ends within a character


def decode(data: bytes, encoding: str | None = None, name: str = "") -> Decoded:
    """Text of `data`. `encoding` overrides the rule.

    Raises DocumentError when the bytes are not text, or not text in the encoding that was asked for.
    """
    if encoding is not None:
        return _decode_as(data, check_encoding(encoding), name)
    for bom, codec in _BOMS:
        if data.startswith(bom):
            return _decode_bom(data, codec)
    wide = _utf16_without_bom(data)
    if wide is not None:
        return wide
    if has_escapes(data):
        for codec in ("iso2022_jp_2", "iso2022_jp_3", "iso2022_jp_ext"):
            text = strict(data, codec)
            if text is not None:
                return Decoded(text, "iso2022_jp")
        text = decode_iso2022_jp(data)
        if text is not None:
            return Decoded(text, "iso2022_jp")
    if looks_binary(data):
        if PurePath(name).suffix.lower() in PICTURES:
            raise DocumentError(
                f"{name}: the file is no picture of a kind that can be read, though its suffix says so",
                "save it as PNG, JPEG or PDF again; the text in a picture is read with --ocr",
            )
        raise DocumentError(
            f"{name}: the file is not text (it holds binary data)",
            "give the file its right suffix, or convert it to PDF, Word or text first",
        )
    text = strict(data, "utf-8")
    if text is not None:
        return _decoded_again(text) or Decoded(text, "utf-8", GARBLED if is_garbled(text) else "")
    return _cut_off(data) or _legacy(data)


def has_escapes(data: bytes) -> bool:
    """Its signs are switched by escapes, as those of ISO-2022-JP, whatever encoding it is said to have."""
    return b"\x1b" in data and bool(_ESCAPES.search(data))


def looks_binary(data: bytes) -> bool:
    """More than 1 in 100 of the first 64 KiB are control bytes that no text uses, or more than 3 in 10 are zero."""
    sample = data[:_SAMPLE]
    bad = len(sample) - len(sample.translate(None, _NO_TEXT))
    return (bad * 100 > len(sample) and bad > 4) or sample.count(0) * 10 > len(sample) * 3


def _decode_as(data: bytes, codec: str, name: str) -> Decoded:
    for bom, _ in _BOMS:
        if codec in ("utf-8", "utf-16-le", "utf-16-be") and data.startswith(bom):
            data = data[len(bom) :]
            break
    try:
        return Decoded(data.decode(codec), codec)
    except UnicodeDecodeError as error:
        text = decode_iso2022_jp(data) if codec.startswith("iso2022_jp") else None
        if text is not None:
            return Decoded(text, "iso2022_jp")
        raise DocumentError(
            f"{name}: byte {error.start:,} is not {codec} text",
            "leave --encoding out to have it detected, or name another encoding",
        ) from error


def _decode_bom(data: bytes, codec: str) -> Decoded:
    try:
        return Decoded(data.decode(codec), codec)
    except UnicodeDecodeError:
        text = data.decode(codec, errors="replace")
        return Decoded(text, codec, f"{text.count(chr(0xFFFD))} bytes are not {codec} text and were replaced")


def _utf16_without_bom(data: bytes) -> Decoded | None:
    """UTF-16 is taken when nearly every second byte of the sample is zero, or its text reads as kana and kanji."""
    sample = data[:_SAMPLE]
    if len(sample) < 4:
        return None
    is_cut = len(data) % 2 > 0  # in the middle of a character
    warning = CUT_OFF if is_cut else ""
    data = data[: len(data) - is_cut]
    sample = data[:_SAMPLE]
    even, odd = sample[0::2], sample[1::2]
    for codec, zeros, other in (("utf-16-le", odd, even), ("utf-16-be", even, odd)):
        if zeros.count(0) * 10 >= len(zeros) * 3 and other.count(0) * 20 <= len(other):
            text = strict(data, codec)
            if text is not None:
                return Decoded(text, codec, warning, is_cut)
    if 0 in sample:  # Japanese UTF-16 has few zero bytes: line feeds and spaces only
        for codec in ("utf-16-le", "utf-16-be"):
            text = strict(data, codec)
            if text is not None and japanese_score(text) > 0.6:
                return Decoded(text, codec, warning, is_cut)
    return None


def _decoded_again(text: str) -> Decoded | None:
    """Text that another program read by a wrong encoding and saved as UTF-8, made good."""
    found = decoded_again(text)
    if found is None:
        return None
    return Decoded(found[0], "utf-8", f"the text was read as {found[1]} and saved again as UTF-8; that was undone")


def _cut_off(data: bytes) -> Decoded | None:
    """UTF-8 that ends within a character: the file was cut off."""
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.reason == "unexpected end of data" and error.start >= 3:
            text = data[: error.start].decode("utf-8")
            return Decoded(text, "utf-8", CUT_OFF, True)
    return None


def _legacy(data: bytes) -> Decoded:
    found: list[tuple[float, str, str]] = []
    russian = cyrillic(data)
    for codec in ("cp932", "euc_jp"):
        text = strict(data, codec)
        if text is None and codec == "euc_jp":
            text = strict(data, "euc_jis_2004")
        if text is not None:
            found.append((japanese_score(text), codec, text))
    if found:
        score, codec, text = max(found, key=lambda f: f[0])
        other = neighbour(data, text)
        if other is not None:
            return Decoded(*other, f"the encoding is uncertain and was taken as {other[1]}")
        if score >= 0.35 or (len(found) == 1 and russian is None and _is_half_width(text)):
            return Decoded(text, codec)
    if not found:
        near = _by_lines(data) or _nearly(data)
        if near is not None:
            return near
    if russian is not None:
        return Decoded(*russian, f"the encoding is uncertain and was taken as {russian[1]}")
    for codec in ("big5", "gb18030", "cp1252", "latin-1"):
        text = strict(data, codec)
        if text is not None and (codec not in ("big5", "gb18030") or common_han(text, codec)):
            is_sure = codec == "cp1252" and not is_unlikely(text)
            warning = "" if is_sure else f"the encoding is uncertain and was taken as {codec}"
            return Decoded(text, codec, warning)
    return Decoded(data.decode("latin-1"), "latin-1", "the encoding is uncertain and was taken as latin-1")


def _by_lines(data: bytes) -> Decoded | None:
    """Lines of UTF-8 among lines of another encoding, as when files are put together: each line is whole in one."""
    texts: list[str] = []
    counts = {"utf-8": 0, "cp932": 0, "euc_jp": 0}
    for line in data.split(b"\n"):
        if line.isascii():
            texts.append(line.decode("ascii"))
            continue
        found = [(codec, text) for codec in counts if (text := strict(line, codec)) is not None]
        codec, text = next((f for f in found if f[0] == "utf-8" or japanese_score(f[1]) > MIXED_SCORE), ("", ""))
        if not codec:
            return None
        counts[codec] += 1
        texts.append(text)
    used = {codec: count for codec, count in counts.items() if count}
    if len(used) < 2 or "utf-8" not in used:
        return None
    named = ", ".join(f"{count} in {codec}" for codec, count in used.items())
    return Decoded("\n".join(texts), "utf-8", f"lines of the file are in several encodings: {named}")


def _nearly(data: bytes) -> Decoded | None:
    """UTF-8 or cp932 with a few broken bytes (a cut file, one bad paste): read, and say how many were lost."""
    best: tuple[float, str, str] | None = None
    for codec in ("utf-8", "cp932", "euc_jp"):
        text = data.decode(codec, errors="replace")
        wide = sum(1 for c in text if ord(c) > 127 and c != "\ufffd")
        lost = text.count("\ufffd")
        if lost * 20 <= wide and (codec == "utf-8" or japanese_score(text) > 0.5):
            share = lost / max(1, wide)
            if best is None or share < best[0]:
                best = (share, codec, text)
    if best is None:
        return None
    lost = best[2].count("\ufffd")
    return Decoded(best[2], best[1], f"{lost} places are not {best[1]} text and were replaced by U+FFFD")


def japanese_score(text: str) -> float:
    """Share of kana, common kanji and Japanese signs among the characters that are not ASCII; rare ones count against.

    Half-width kana are what EUC-JP becomes when read as cp932, so they count little.
    """
    good = bad = 0.0
    for char in text if len(text) <= 400_000 else text[:200_000] + text[-200_000:]:
        code = ord(char)
        if code < 128:
            continue
        if 0x3041 <= code <= 0x3093 or 0x30A1 <= code <= 0x30FC or 0x3001 <= code <= 0x3015 or code == 0x3000:
            good += 1
        elif 0x4E00 <= code <= 0x9FFF:
            good += 0.8 if in_level_1(char) else -0.2
        elif 0xFF01 <= code <= 0xFF5E or code in (0x2026, 0x2015, 0x203B, 0x25CB, 0x25A0, 0x25CF):
            good += 0.9
        elif 0xFF61 <= code <= 0xFF9F:
            good += 0.1
        elif 0xE000 <= code <= 0xF8FF:
            good -= 1.0
        bad += 1
    return good / bad if bad else 0.0


def _is_half_width(text: str) -> bool:
    """Half-width kana, in words of three or more: the names in the files of banks and old systems."""
    wide = [c for c in text[:20_000] if ord(c) > 127]
    kana = sum(0xFF61 <= ord(c) <= 0xFF9F for c in wide)
    return kana * 10 >= len(wide) * 8 and sum(map(len, _HALF_WIDTH.findall(text[:20_000]))) * 2 > kana
