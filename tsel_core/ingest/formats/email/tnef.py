"""What Outlook puts into a winmail.dat (TNEF): the message's formatted text and its attached files."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from tsel_core.ingest.formats.email.lzfu import unpack_rtf

TNEF = b"\x78\x9f\x3e\x22"
MAX_PROPERTIES = 20_000
_RENDERED, _TITLE, _DATA, _PROPERTIES, _MESSAGE = 0x9002, 0x8010, 0x800F, 0x9005, 0x9003
_LONG_NAME, _OBJECT, _RTF = 0x3707, 0x3701, 0x1009
_SIZES = {0x02: 4, 0x03: 4, 0x04: 4, 0x05: 8, 0x06: 8, 0x07: 8, 0x0A: 4, 0x0B: 4, 0x14: 8, 0x40: 8, 0x48: 16}
_OF_LENGTH = (0x0D, 0x1E, 0x1F, 0x102)
_OBJECT_ID = 16  # bytes before an object's own


@dataclass(slots=True)
class Parcel:
    """Text (RTF, or nothing), whether it is whole, and files (name, bytes)."""

    rtf: bytes = b""
    is_whole: bool = True
    files: list[tuple[str, bytes]] = field(default_factory=list)


def unpack_tnef(data: bytes) -> Parcel | None:
    """What it holds; None where it is damaged so that nothing is found."""
    found = Parcel()
    name, body = "", b""
    is_open = False
    for attribute, value in _attributes(data):
        if attribute == _RENDERED:
            if is_open and body:
                found.files.append((name or f"file {len(found.files) + 1}", body))
            name, body, is_open = "", b"", True
        elif attribute == _TITLE and not name:
            name = _text(value)
        elif attribute == _DATA:
            body = value
        elif attribute == _PROPERTIES:
            for tag, content in _properties(value):
                if tag == _LONG_NAME:
                    name = _text(content)
                elif tag == _OBJECT and not body:
                    body = content[_OBJECT_ID:] if content[_OBJECT_ID:].startswith(TNEF) else content
        elif attribute == _MESSAGE:
            packed = next((content for tag, content in _properties(value) if tag == _RTF), b"")
            found.rtf, found.is_whole = unpack_rtf(packed) if len(packed) > _OBJECT_ID else (b"", True)
    if is_open and body:
        found.files.append((name or f"file {len(found.files) + 1}", body))
    return found if found.rtf or found.files else None


def _attributes(data: bytes) -> Iterator[tuple[int, bytes]]:
    """(number, value): each stands with its level, kind and length, and a sum."""
    at = 6
    while at + 9 <= len(data):
        _, number, _, length = struct.unpack_from("<BHHI", data, at)
        at += 9
        if at + length > len(data):
            return
        yield number, data[at : at + length]
        at += length + 2


def _properties(data: bytes) -> Iterator[tuple[int, bytes]]:
    """(number, first value) of Outlook's properties, as far as they can be followed."""
    if len(data) < 4:
        return
    (count,) = struct.unpack_from("<I", data, 0)
    at = 4
    for _ in range(min(count, MAX_PROPERTIES)):
        if at + 4 > len(data):
            return
        kind, number = struct.unpack_from("<HH", data, at)
        at = _after_name(data, at + 4) if number >= 0x8000 else at + 4
        plain = kind & 0x0FFF
        many = 1
        if (kind & 0x1000 or plain in _OF_LENGTH) and at + 4 <= len(data):
            (many,) = struct.unpack_from("<I", data, at)
            at += 4
        if plain not in _OF_LENGTH and plain not in _SIZES:
            return
        for index in range(min(many, MAX_PROPERTIES)):
            size = _SIZES.get(plain, 0)
            if plain in _OF_LENGTH:
                if at + 4 > len(data):
                    return
                (size,) = struct.unpack_from("<I", data, at)
                at += 4
            if index == 0:
                value = data[at : at + size]
                yield number, value.decode("utf-16-le", "replace").encode() if plain == 0x1F else value
            at += (size + 3) // 4 * 4


def _after_name(data: bytes, at: int) -> int:
    """The place after a property's own name: an id, then a number or words."""
    if at + 24 > len(data):
        return len(data)
    kind, size = struct.unpack_from("<II", data, at + 16)
    return at + 24 + ((size + 3) // 4 * 4 if kind == 1 else 0)


def _text(value: bytes) -> str:
    """A name; which code page it is in is not said where it matters."""
    raw = value.split(b"\x00")[0]
    for codec in ("utf-8", "cp932"):
        try:
            return " ".join(raw.decode(codec).split())
        except UnicodeDecodeError:
            continue
    return " ".join(raw.decode("cp1252", "replace").split())
