"""What can be found in a damaged PDF without its table of objects: packed objects, pages, streams that break off."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from itertools import islice

_PAGE = re.compile(rb"(\d{1,9})\s+(\d{1,5})\s+obj\b(?:(?!endobj).){0,4000}?/Type\s*/Page(?![a-zA-Z])", re.S)
MAX_FOUND = 20_000


def with_page_tree(data: bytes) -> bytes:
    """The file with a new page tree at its end, for a file whose own was cut off: every page object is listed.

    pdfium finds the objects by itself when there is no table of them.
    """
    pages = list(dict.fromkeys((m[1], m[2]) for m in islice(_PAGE.finditer(data), MAX_FOUND)))
    number = max((int(n) for n, _ in pages), default=0) + 900_000
    kids = b" ".join(b"%s %s R" % page for page in pages)
    cut = data.rfind(b"startxref")
    tree = b"\nendstream endobj\n%d 0 obj\n<</Type/Pages/MediaBox[0 0 612 792]/Kids[%s]/Count %d>>\nendobj\n" % (
        number,
        kids,
        len(pages),
    )
    root = b"%d 0 obj\n<</Type/Catalog/Pages %d 0 R>>\nendobj\ntrailer\n<</Size %d/Root %d 0 R>>\n%%%%EOF\n" % (
        number + 1,
        number,
        number + 2,
        number + 1,
    )
    return (data if cut < 0 else data[:cut]) + tree + root


_STREAM = re.compile(rb"(?<!end)stream\r?\n")
_FLATE = re.compile(rb"/Filter\s*\[?\s*/(?:FlateDecode|Fl)\b")
_NOT_TEXT = re.compile(rb"/Image\b|/Length1\b|/FontFile|/XML\b|/Metadata\b")
DICT_BYTES = 2000  # before a stream, in which its dictionary begins
LAYERS = b"/OCProperties"
MAX_STREAMS = 5000
MAX_BYTES = 64 << 20  # of packed streams that are looked at, in sum
MAX_UNPACKED = 16 << 20  # of one stream


def _flate_streams(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """(dictionary, packed bytes) of the streams of text and objects, within the limits."""
    total = 0
    for match in islice(_STREAM.finditer(data), MAX_STREAMS):
        about = data[max(0, match.start() - DICT_BYTES) : match.start()]
        about = about[about.rfind(b" obj") + 1 :]
        if not _FLATE.search(about) or _NOT_TEXT.search(about):
            continue
        end = data.find(b"endstream", match.end())
        packed = data[match.end() : end if end >= 0 else len(data)]
        total += len(packed)
        if total > MAX_BYTES:
            return
        yield about, packed


def check_streams(data: bytes) -> tuple[int, bool]:
    """(number of damaged streams, whether the file names layers).

    Damaged are those that cannot be unpacked to their end: pdfium takes what comes before the damage and says nothing.
    A stream without its check sum, which some programs forget, is whole.
    """
    found = 0
    has_layers = LAYERS in data
    for about, packed in _flate_streams(data):
        try:
            unpacked = zlib.decompressobj().decompress(packed, MAX_UNPACKED)
        except zlib.error as error:
            found += "incorrect data check" not in str(error) and bool(packed.strip())
        else:
            has_layers = has_layers or (b"/ObjStm" in about and LAYERS in unpacked)
    return found, has_layers


def unpacked_objects(data: bytes) -> bytes:
    """The objects that stand packed in object streams, written as plain ones."""
    found: list[bytes] = []
    for about, packed in _flate_streams(data):
        first = re.search(rb"/First\s+(\d{1,9})", about)
        if b"/ObjStm" not in about or first is None:
            continue
        unpacker = zlib.decompressobj()
        text = b""
        try:
            text = unpacker.decompress(packed, MAX_UNPACKED)
        except zlib.error:
            continue
        head = [int(n) for n in text[: int(first[1])].split() if n.isdigit() and len(n) < 10]
        starts = [int(first[1]) + at for at in head[1::2]]
        for number, start, end in zip(head[::2], starts, [*starts[1:], len(text)], strict=False):
            found.append(b"\n%d 0 obj\n%s\nendobj\n" % (number, text[start:end]))
    return b"".join(found)
