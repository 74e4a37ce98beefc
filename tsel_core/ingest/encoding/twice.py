"""Text that was UTF-8, was read by another encoding, and was saved again as UTF-8: undone where nothing was lost."""

from __future__ import annotations

from tsel_core.lazy_pattern import lazy_pattern

_LEAST = 3  # signs that come of it
_OF_UTF8 = lazy_pattern("[縺繧繝]")  # what kana of UTF-8 begin with, read as Shift_JIS
_WESTERN = lazy_pattern("Ã[\x80-\xbf]|â€|Â[\xa0-\xbf]")  # what accents and quotes of UTF-8 are, read as Windows-1252
_KANJI = lazy_pattern("[\u3400-\u9fff]")
SOME, MANY = 5, 0.05  # such kanji, and their share of all
SAMPLE = 200_000
_NONE = (0x81, 0x8D, 0x8F, 0x90, 0x9D)  # bytes that Windows-1252 does not have
_BYTES = {ord(bytes([b]).decode("cp1252")): chr(b) for b in range(0x80, 0xA0) if b not in _NONE}


def decoded_again(text: str) -> tuple[str, str] | None:
    """(the text as it was, the encoding it was read by); None where it is no such text, or signs of it are lost."""
    if text.isascii():
        return None
    if max(text) <= "\u2122":  # signs of Latin-1 and Windows-1252 end there
        found = _undone(_western(text))
        return (found, "Windows-1252") if found is not None else None
    if not is_garbled(text):
        return None
    try:
        found = _undone(text.encode("cp932"))
    except UnicodeEncodeError:
        return None
    return (found, "Shift_JIS") if found is not None else None


def is_garbled(text: str) -> bool:
    """Signs that UTF-8 is full of, read as Shift_JIS or Windows-1252, and no language is."""
    sample = text[:SAMPLE]
    if len(_WESTERN.findall(sample)) >= _LEAST:
        return True
    num = len(_OF_UTF8.findall(sample))
    return num >= SOME and num >= MANY * len(_KANJI.findall(sample))


def _western(text: str) -> bytes | None:
    """The bytes that Windows-1252 shows so; those that it does not have are themselves."""
    try:
        return text.translate(_BYTES).encode("latin-1")
    except UnicodeEncodeError:
        return None


def _undone(data: bytes | None) -> str | None:
    if data is None:
        return None
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return None
    return text if sum(not c.isascii() for c in text) >= _LEAST else None
