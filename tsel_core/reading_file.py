"""The file of one kept reading: keys and values of every layer as they were computed, each block checked.

Layout (little endian), see docs/reuse.md:

    0     preamble, 128 bytes: magic, salt [16], key id [8], header offset u64, header size u64, sha256 of the header
    128   blocks in the order layer, keys then values, KV head: the rows [num_tokens, D] of one head, contiguous
    ...   header: JSON with dtype, shapes, token ids, XXH3 of every block, and what the store wants to know

The preamble is written last, so a file that was not finished has no magic. Sealed files (salt and key id not
zero) hold AES-GCM ciphertext and tag in place of each block and of the header.

The digests find damage: flipped bits, torn writes, blocks of another file. Nothing unkeyed finds a forger, who would
write new digests; sealed files do. Blocks have the fastest hash that finds damage, as loading waits for it.
"""

from __future__ import annotations

import hashlib
import os
import struct
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

import numpy as np
import xxhash
from torch import Tensor

from tsel_core.reading_blocks import MOST_THREADS, Blocks, DamagedReading, bytes_of, digest_of, each
from tsel_core.reading_crypto import SALT_BYTES, TAG_BYTES, BlockCipher, MasterKey
from tsel_core.reading_header import START, Header, block_offsets, block_sizes
from tsel_core.reading_lanes import GPU_THREADS, Lane, open_lane

MAGIC = b"TSELKV\x02\n"  # the number is raised with the format: files of another one are read again
_NUMBERED = MAGIC.index(b"\x02")  # where the magic says the number of the format
_PREAMBLE = struct.Struct("<8s16s8sQQ32s")
_HEADER_BLOCK = (1 << 32) - 1
_MAX_HEADER = 1 << 30

Pools = Sequence[tuple[Tensor, Tensor]]  # per layer: keys, values [Hkv, rows, D]


class OtherFormat(DamagedReading):
    """It says that it was written by another version of tsel, in a format that this one does not read."""


class SealedByOther(Exception):
    """The file is sealed with a key that is not at hand (or sealed at all, and no key was given)."""


def write_reading(
    path: Path, pools: Pools, token_ids: Sequence[int], about: dict[str, Any], key: MasterKey | None = None
) -> int:
    """Write the first len(token_ids) rows of the pools [Hkv, rows, D] to a new file (0600); returns its bytes.

    The file appears under `path` only when it is whole. Raises OSError (no space, no permission); no part is left.
    """
    temporary = path.with_name(f".{path.stem}.{os.getpid()}.{os.urandom(4).hex()}.part")
    handle = os.open(temporary, os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
    try:
        try:
            size = _write_all(Blocks(handle), pools, token_ids, about, key)
            os.fsync(handle)
        finally:
            os.close(handle)
        os.replace(temporary, path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    return size


def _write_all(
    blocks: Blocks, pools: Pools, token_ids: Sequence[int], about: dict[str, Any], key: MasterKey | None
) -> int:
    salt = os.urandom(SALT_BYTES) if key else bytes(SALT_BYTES)
    cipher = key.cipher(salt) if key else None
    rows, dtype = len(token_ids), pools[0][0].dtype
    shapes = tuple((k.shape[0], k.shape[2], v.shape[2]) for k, v in pools)
    sizes = block_sizes(shapes, rows, dtype.itemsize)
    offsets, end = block_offsets(sizes, cipher is not None)
    blocks.reserve(end)
    parts = [pool[head, :rows] for pair in pools for pool in pair for head in range(pool.shape[0])]

    def put(number: int) -> str:
        data = bytes_of(parts[number].cpu().contiguous())
        if cipher:
            blocks.write(cipher.seal(number, data), offsets[number])
            return ""
        blocks.write(data, offsets[number])
        return digest_of(data)

    digests = tuple(each(lambda: nullcontext(put), len(parts), max(sizes)))
    text = Header(dtype, shapes, np.asarray(token_ids, dtype="<i4"), digests, about).pack()
    text = cipher.seal(_HEADER_BLOCK, text) if cipher else text
    blocks.write(text, end)
    preamble = _PREAMBLE.pack(
        MAGIC, salt, key.key_id if key else bytes(8), end, len(text), hashlib.sha256(text).digest()
    )
    blocks.write(preamble.ljust(START, b"\0"), 0)
    return end + len(text)


class ReadingFile:
    """An open kept reading. Its header was checked; blocks are checked as they are loaded."""

    def __init__(self, path: Path, key: MasterKey | None = None) -> None:
        """Open; raises DamagedReading, OtherFormat, SealedByOther, or OSError (FileNotFoundError when it is gone)."""
        self.path = path
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0))
        self._blocks, self.is_open = Blocks(handle), True
        try:
            self.header, self._cipher = self._read_header(key)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Close the file, once."""
        if self.is_open:
            self.is_open = False
            os.close(self._blocks.handle)

    def __enter__(self) -> ReadingFile:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _read_header(self, key: MasterKey | None) -> tuple[Header, BlockCipher | None]:
        start = self._blocks.read(START, 0)
        magic, salt, key_id, offset, size, digest = _PREAMBLE.unpack(start[: _PREAMBLE.size])
        if magic != MAGIC:
            if magic.startswith(MAGIC[:_NUMBERED]) and magic.endswith(MAGIC[_NUMBERED + 1 :]):
                raise OtherFormat("it is of another version of tsel")
            raise DamagedReading("it is not a kept reading of this version, or was not finished")
        if offset + size != os.fstat(self._blocks.handle).st_size or size > _MAX_HEADER:
            raise DamagedReading("its size is not what it says")
        if key_id != (key.key_id if key else bytes(8)):
            raise SealedByOther
        if any(start[_PREAMBLE.size :]) or (key is None and any(salt)):
            raise DamagedReading("its preamble is altered")
        text = self._blocks.read(size, offset)
        if hashlib.sha256(text).digest() != digest:
            raise DamagedReading("its header is altered")
        cipher = key.cipher(salt) if key else None
        try:
            header = Header.parse(cipher.unseal(_HEADER_BLOCK, text) if cipher else text)
        except (ValueError, KeyError, TypeError) as error:
            raise DamagedReading(f"its header cannot be read: {error}") from error
        sizes = header.block_sizes()
        if len(header.digests) != len(sizes) or block_offsets(sizes, cipher is not None)[1] != offset:
            raise DamagedReading("its blocks are not where its header says")
        return header, cipher

    def load(
        self, pools: Pools, num_tokens: int, first_layer: int = 0, arrived: Callable[[int], None] | None = None
    ) -> None:
        """Copy the first `num_tokens` rows into pools [Hkv, >= num_tokens, D] of the header's shapes and dtype.

        The pools are those of the layers from `first_layer` on. Every block is read whole and checked, also when a
        part of its rows is wanted; `arrived` is called with the number (in the pools) of each that was. Raises
        DamagedReading; the pools then hold anything.
        """
        assert all(pool.dtype == self.header.dtype for pair in pools for pool in pair)
        targets = [pool[head, :num_tokens] for pair in pools for pool in pair for head in range(pool.shape[0])]
        if not targets:
            return
        longest = max(self.header.block_sizes())
        skipped = sum(2 * heads for heads, _, _ in self.header.shapes[:first_layer])

        @contextmanager
        def begin() -> Iterator[Callable[[int], None]]:
            get = self._getter(longest)
            with open_lane(targets[0].device, longest) as lane:

                def work(which: int) -> None:
                    get(lane, targets[which], which + skipped)
                    if arrived is not None:
                        arrived(which)

                yield work

        on_gpu = targets[0].device.type == "cuda" and self._cipher is None
        most = GPU_THREADS if on_gpu else MOST_THREADS
        each(begin, len(targets), 2 * longest if self._cipher else 0, most)

    def _getter(self, longest: int) -> Callable[[Lane, Tensor, int], None]:
        """What loads block `number` into a target through a lane, for one thread."""
        header, cipher = self.header, self._cipher
        sizes = header.block_sizes()
        offsets, _ = block_offsets(sizes, cipher is not None)

        def plain(lane: Lane, target: Tensor, number: int) -> None:
            digest, at = xxhash.xxh3_128(), offsets[number]
            for piece in lane.pieces(target, sizes[number]):
                self._blocks.read_into(piece, at)
                digest.update(piece)
                at += len(piece)
            if digest.hexdigest() != header.digests[number]:
                raise DamagedReading(f"block {number} is altered")

        if cipher is None:
            return plain
        held, opened = memoryview(bytearray(longest + TAG_BYTES)), memoryview(bytearray(longest))

        def sealed(lane: Lane, target: Tensor, number: int) -> None:
            data, rows, at = held[: sizes[number] + TAG_BYTES], opened[: sizes[number]], 0
            self._blocks.read_into(data, offsets[number])
            try:
                cipher.unseal_into(number, data, rows)
            except ValueError as error:
                raise DamagedReading(str(error)) from error
            for piece in lane.pieces(target, target.numel() * target.itemsize):
                np.copyto(np.asarray(piece), np.asarray(rows[at : at + len(piece)]))  # not the interpreter's own copy
                at += len(piece)

        return sealed
