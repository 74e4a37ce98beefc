"""ISO-2022-JP as Japanese mail programs write it: with ①, ㈱ and half-width kana, which the standard does not have."""

from __future__ import annotations

import re

_SHIFT = re.compile(rb"(\x1b\$[@B]|\x1b\$\(D|\x1b\([BJI])")


def decode_iso2022_jp(data: bytes) -> str | None:
    """Text of `data`, the two-byte signs read as cp932 has them (Microsoft's cp50221); None when it is no such text."""
    found: list[str] = []
    mode = b"\x1b(B"
    try:
        for piece in _SHIFT.split(data):
            if _SHIFT.fullmatch(piece):
                mode = piece
            elif mode in (b"\x1b(B", b"\x1b(J"):
                found.append(piece.decode("ascii"))
            elif mode == b"\x1b(I":
                found.append(bytes(b | 0x80 if 0x21 <= b <= 0x5F else b for b in piece).decode("cp932"))
            else:
                found.append(_pairs(piece, supplement=mode == b"\x1b$(D"))
    except (ValueError, IndexError):  # half a sign, or bytes that are none of the two-byte ones
        return None
    return "".join(found)


def _pairs(piece: bytes, *, supplement: bool) -> str:
    """Signs of two bytes, row and cell; line ends between them stay."""
    out = bytearray()
    at = 0
    while at < len(piece):
        first = piece[at]
        if first < 0x21:
            out.append(first)
            at += 1
            continue
        second = piece[at + 1]
        if supplement:
            out += bytes([0x8F, first | 0x80, second | 0x80])
        else:
            row, cell = first - 0x21, second - 0x21
            low = cell + (0x9F if row % 2 else 0x40)
            out += bytes([row // 2 + (0x81 if row < 62 else 0xC1), low + (not row % 2 and low >= 0x7F)])
        at += 2
    return out.decode("euc_jp" if supplement else "cp932")
