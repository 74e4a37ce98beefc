"""A small writer of OLE files (compound files of 512-byte sectors), for tests of what reads them."""

from __future__ import annotations

import itertools
import struct

_FREE, _END, _FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
Tree = dict[str, "bytes | Tree"]


def ole(tree: Tree) -> bytes:
    """A file with the storages (dicts) and streams (bytes) of `tree`; streams are filled up to 4,096 bytes with NUL."""
    entries: list[list[object]] = [["Root Entry", 5, b"", -1]]  # name, type, data, first child

    def add(branch: Tree) -> list[int]:
        made = []
        for name, value in branch.items():
            entries.append([name, 2 if isinstance(value, bytes) else 1, value if isinstance(value, bytes) else b"", -1])
            made.append(len(entries) - 1)
        for at, value in zip(made, branch.values(), strict=True):
            if not isinstance(value, bytes):
                inside = add(value)
                entries[at][3] = inside
        return made

    entries[0][3] = add(tree)
    siblings: dict[int, int] = {}
    for entry in entries:
        inside = entry[3] if isinstance(entry[3], list) else []
        for left, right in itertools.pairwise(inside):
            siblings[left] = right
    sectors: list[bytes] = []
    chain: list[int] = []

    def put(data: bytes) -> int:
        start = len(sectors)
        parts = [data[at : at + 512].ljust(512, b"\0") for at in range(0, len(data), 512)]
        sectors.extend(parts)
        chain.extend([*range(start + 1, start + len(parts)), _END])
        return start

    places = [put(bytes(e[2]).ljust(4096, b"\0")) if e[1] == 2 else 0 for e in entries]  # type: ignore[call-overload]
    folder = b""
    for at, (name, kind, data, inside) in enumerate(entries):
        raw = str(name).encode("utf-16-le") + b"\0\0"
        child = inside[0] if isinstance(inside, list) and inside else _FREE
        size = max(4096, len(data)) if kind == 2 else 0  # type: ignore[arg-type]
        first = places[at] if kind == 2 else _END if at == 0 else 0
        folder += raw.ljust(64, b"\0") + struct.pack(
            "<HBBIII", len(raw), kind, 1, _FREE, siblings.get(at, _FREE), child
        )
        folder += bytes(16) + bytes(4) + bytes(16) + struct.pack("<IQ", first, size)
    while len(folder) % 512:
        folder += bytes(64) + struct.pack("<HBBIII", 0, 0, 0, _FREE, _FREE, _FREE) + bytes(36) + bytes(12)
    start = put(folder)
    count = (len(chain) + 127) // 127
    fat_at = len(sectors)
    chain.extend([_FAT] * count)
    table = struct.pack(f"<{len(chain)}I", *chain) + struct.pack("<I", _FREE) * (count * 128 - len(chain))
    sectors.extend(table[at : at + 512] for at in range(0, len(table), 512))
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    head += struct.pack("<IIIIIIIII", 0, count, start, 0, 4096, _END, 0, _END, 0)
    head += struct.pack("<109I", *[fat_at + n for n in range(count)], *[_FREE] * (109 - count))
    return head + b"".join(sectors)
