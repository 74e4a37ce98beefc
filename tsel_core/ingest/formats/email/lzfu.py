"""Compressed RTF of Outlook messages (MS-OXRTFCP)."""

from __future__ import annotations

MAX_BYTES = 64 << 20
_START = (
    rb"{\rtf1\ansi\mac\deff0\deftab720{\fonttbl;}{\f0\fnil \froman \fswiss \fmodern \fscript \fdecor MS Sans Serif"
    rb"SymbolArialTimes New RomanCourier{\colortbl\red0\green0\blue0"
    b"\r\n"
    rb"\par \pard\plain\f0\fs20\b\i\u\tab\tx"
)


def unpack_rtf(data: bytes) -> tuple[bytes, bool]:
    """(RTF text of a PR_RTF_COMPRESSED property, whether it is as long as the property says)."""
    length = int.from_bytes(data[4:8], "little")
    if data[8:12] == b"MELA":
        return data[16:], len(data) - 16 >= length
    unpacked = _unpacked(data)
    return unpacked, len(unpacked) >= length


def _unpacked(data: bytes) -> bytes:
    window = bytearray(_START.ljust(4096, b" "))
    at, write = 16, len(_START)
    out = bytearray()
    while at < len(data) and len(out) < MAX_BYTES:
        control = data[at]
        at += 1
        for bit in range(8):
            if at >= len(data):
                break
            if control >> bit & 1:
                if at + 1 >= len(data):
                    return bytes(out)
                token = data[at] << 8 | data[at + 1]
                at += 2
                offset, length = token >> 4, (token & 15) + 2
                if offset == write:
                    return bytes(out)
                for step in range(length):
                    byte = window[(offset + step) % 4096]
                    out.append(byte)
                    window[write] = byte
                    write = (write + 1) % 4096
            else:
                out.append(data[at])
                window[write] = data[at]
                write = (write + 1) % 4096
                at += 1
    return bytes(out)
