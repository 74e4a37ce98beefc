"""Writes the file of a kept reading (the layout: tsel_core.prefix_cache.format.file)."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import numpy as np
from torch import Tensor

from tsel_core.errors import about_file
from tsel_core.prefix_cache.format.blocks import MOST_THREADS, Blocks, bytes_of, digest_of, each
from tsel_core.prefix_cache.format.crypto import SALT_BYTES, MasterKey
from tsel_core.prefix_cache.format.file import HEADER_BLOCK, MAGIC, PREAMBLE, Pools
from tsel_core.prefix_cache.format.header import START, Header, Shapes, block_offsets, block_sizes
from tsel_kernels.kv_pack.reference import can_pack, count_exceptions, pack_rows, packed_digests


def write_reading(
    path: Path,
    pools: Pools,
    token_ids: Sequence[int],
    about: dict[str, Any],
    key: MasterKey | None = None,
    pack: bool | None = None,
) -> int:
    """Write the first len(token_ids) rows of the pools [Hkv, rows, D] to a new file (0600); returns its bytes.

    `pack`: 12 bits a value where the rows allow it (None: those of a GPU). The file appears under `path` only when it
    is whole. Raises OSError (no space, no permission); no part is left.
    """
    temporary = path.with_name(f".{path.stem}.{os.getpid()}.{os.urandom(4).hex()}.part")
    handle = os.open(temporary, os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
    try:
        try:
            with about_file(path):
                size = _write_all(Blocks(handle), pools, token_ids, about, key, pack)
                os.fsync(handle)
        finally:
            os.close(handle)
        os.replace(temporary, path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    return size


def _write_all(
    blocks: Blocks,
    pools: Pools,
    token_ids: Sequence[int],
    about: dict[str, Any],
    key: MasterKey | None,
    pack: bool | None,
) -> int:
    salt = os.urandom(SALT_BYTES) if key else bytes(SALT_BYTES)
    cipher = key.cipher(salt) if key else None
    rows, dtype = len(token_ids), pools[0][0].dtype
    shapes = tuple((k.shape[0], k.shape[2], v.shape[2]) for k, v in pools)
    places = [(pool, head) for pair in pools for pool in pair for head in range(pool.shape[0])]

    def part(number: int) -> Tensor:  # made when it is wanted: of rows held in another form it is a copy
        pool, head = places[number]
        return pool[head, :rows]

    pack = pools[0][0].device.type == "cuda" if pack is None else pack
    packed = _room_for_exceptions(part, len(places), shapes, rows) if pack and rows else None
    sizes = block_sizes(shapes, rows, dtype.itemsize, packed)
    offsets, end = block_offsets(sizes, cipher is not None)
    blocks.reserve(end)

    def put(number: int) -> str:
        digest = ""
        if packed is None:
            data = bytes_of(part(number).cpu().contiguous())
        else:
            block = pack_rows(part(number), packed)
            digest = f"{int(packed_digests(block[None])[0]) % (1 << 64):016x}"
            data = bytes_of(block.cpu())
        if cipher:
            blocks.write(cipher.seal(number, data), offsets[number])
            return digest
        blocks.write(data, offsets[number])
        return digest or digest_of(data)

    # on a GPU each packs with 60 MB beside its block: two at a time keep the disk busy
    most = MOST_THREADS if packed is None else 2
    digests = tuple(each(lambda: nullcontext(put), len(places), max(sizes), most))
    text = Header(dtype, shapes, np.asarray(token_ids, dtype="<i4"), digests, about, packed).pack()
    text = cipher.seal(HEADER_BLOCK, text) if cipher else text
    blocks.write(text, end)
    preamble = PREAMBLE.pack(
        MAGIC, salt, key.key_id if key else bytes(8), end, len(text), hashlib.sha256(text).digest()
    )
    blocks.write(preamble.ljust(START, b"\0"), 0)
    return end + len(text)


def _room_for_exceptions(part: Callable[[int], Tensor], count: int, shapes: Shapes, num_rows: int) -> int | None:
    """The exceptions of the block that has most of them; None: packing is impossible, or would save next to nothing."""
    dtype, dims = part(0).dtype, {dim for _, *both in shapes for dim in both}
    if any(k != v for _, k, v in shapes) or not all(can_pack(dtype, num_rows, dim) for dim in dims):
        return None
    most = max(count_exceptions(part(number)) for number in range(count))
    return most if most * 64 <= num_rows * min(dims) else None
