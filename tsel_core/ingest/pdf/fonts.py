"""Fonts that a file names but does not hold: the same result on every machine, whatever fonts are installed.

pdfium drops vertical text whose signs have no shape in the font it takes instead: on a machine without Japanese fonts
whole columns are missing. Here it gets a font of plain boxes for Chinese, Japanese and Korean, and its own built-in
fonts for the rest; installed fonts are not looked at.
"""

from __future__ import annotations

import ctypes
import struct
from typing import Any

import pypdfium2.raw as pdfium

EM = 1000  # units of the font
ASCENT, DESCENT = 860, -140
CJK_CHARSETS = frozenset({128, 129, 134, 136})  # Windows' numbers: Shift-JIS, Hangul, GB 2312, Big5
_HALF = ((0x20, 0x7E), (0xA1, 0xFF), (0xFF61, 0xFF9F))  # signs of half the width
_GLYPH_HALF, _GLYPH_WHOLE = 1, 2
_KEPT: list[Any] = []


def use_own_fonts() -> None:
    """For documents that this process opens from here on."""
    pdfium.FPDF_SetSystemFontInfo(ctypes.byref(_system()))


def use_installed_fonts() -> None:
    """For documents that this process opens from here on: pages are shown with them (OCR)."""
    pdfium.FPDF_SetSystemFontInfo(pdfium.FPDF_GetDefaultSystemFontInfo())


def _system() -> Any:
    """The table of callbacks; pdfium keeps a pointer to it until the process ends, so no cache that can be cleared."""
    if not _KEPT:
        _KEPT.append(_made())
    return _KEPT[0]


def _made() -> Any:
    data = box_font()
    types = dict(pdfium.FPDF_SYSFONTINFO._fields_)
    handle = 1

    def map_font(this: Any, weight: int, italic: int, charset: int, pitch: int, face: Any, exact: Any) -> int | None:
        return handle if charset in CJK_CHARSETS else None

    def font_data(this: Any, font: Any, table: int, buffer: Any, size: int) -> int:
        if table:  # a single table, or the directory of a collection
            return 0
        if buffer and size >= len(data):
            ctypes.memmove(buffer, data, len(data))
        return len(data)

    found = pdfium.FPDF_SYSFONTINFO(version=1)
    found.EnumFonts = types["EnumFonts"](lambda this, mapper: None)
    found.MapFont = types["MapFont"](map_font)
    found.GetFont = types["GetFont"](lambda this, face: None)
    found.GetFontData = types["GetFontData"](font_data)
    found.GetFaceName = types["GetFaceName"](lambda this, font, buffer, size: 0)
    found.GetFontCharset = types["GetFontCharset"](lambda this, font: 128)
    found.DeleteFont = types["DeleteFont"](lambda this, font: None)
    found.Release = types["Release"](lambda this: None)
    return found


def box_font() -> bytes:
    """A TrueType font in which every sign is a box: half an em wide for narrow signs, a whole em for the others."""
    half, whole = _box(EM // 2), _box(EM)
    tables = {
        b"OS/2": struct.pack(
            ">HhHHH52xHHHhhhHH18x", 3, EM, 400, 5, 0, 64, 32, 0xFFFF, ASCENT, DESCENT, 0, ASCENT, -DESCENT
        ),
        b"cmap": _cmap(),
        b"glyf": half + half + whole,
        b"head": struct.pack(
            ">IIIIHHQQhhhhHHhhh", 0x10000, 0x10000, 0, 0x5F0F3CF5, 3, EM, 0, 0, 0, DESCENT, EM, ASCENT, 0, 8, 2, 1, 0
        ),
        b"hhea": struct.pack(">IhhhHhhhhhh4hhH", 0x10000, ASCENT, DESCENT, 0, EM, 0, 0, EM, 1, 0, 0, 0, 0, 0, 0, 0, 3),
        b"hmtx": struct.pack(">HhHhHh", EM // 2, 0, EM // 2, 0, EM, 0),
        b"loca": struct.pack(">4I", 0, len(half), 2 * len(half), 2 * len(half) + len(whole)),
        b"maxp": struct.pack(">IH13H", 0x10000, 3, 4, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0),
        b"name": struct.pack(">HHH", 0, 0, 6),
        b"post": struct.pack(">IIhhI4I", 0x30000, 0, -100, 50, 0, 0, 0, 0, 0),
    }
    head = struct.pack(">IHHHH", 0x10000, len(tables), 128, 3, 16 * len(tables) - 128)
    at = len(head) + 16 * len(tables)
    directory, body = b"", b""
    for tag, table in tables.items():
        directory += tag + struct.pack(">III", 0, at + len(body), len(table))
        body += table + bytes(-len(table) % 4)
    return head + directory + body


def _box(width: int) -> bytes:
    """The outline of a rectangle, as a glyph of four points on the curve."""
    flags = bytes([1, 1, 1, 1])
    xs = struct.pack(">4h", 0, width, 0, -width)
    ys = struct.pack(">4h", DESCENT, 0, ASCENT - DESCENT, 0)
    glyph = struct.pack(">hhhhh", 1, 0, DESCENT, width, ASCENT) + struct.pack(">HH", 3, 0) + flags + xs + ys
    return glyph + bytes(-len(glyph) % 4)


def _cmap() -> bytes:
    """Format 13: all signs of a range have one glyph."""
    groups: list[tuple[int, int, int]] = []
    at = 0x20
    for first, last in _HALF:
        if first > at:
            groups.append((at, first - 1, _GLYPH_WHOLE))
        groups.append((first, last, _GLYPH_HALF))
        at = last + 1
    groups.append((at, 0x10FFFF, _GLYPH_WHOLE))
    body = b"".join(struct.pack(">III", *group) for group in groups)
    table = struct.pack(">HHIII", 13, 0, 16 + len(body), 0, len(groups)) + body
    return struct.pack(">HHHHI", 0, 1, 3, 10, 12) + table
