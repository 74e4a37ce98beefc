"""The file of one kept reading: keys and values of every layer as they were computed, each block checked.

Layout (little endian), see docs/dev/reuse.md:

    0     preamble, 128 bytes: magic, salt [16], key id [8], header offset u64, header size u64, sha256 of the header
    128   blocks in the order layer, keys then values, KV head: the rows [num_tokens, D] of one head, contiguous, or
          packed to 12 bits a value, exactly (a GPU's; tsel_kernels.kv_pack)
    ...   header: JSON with dtype, shapes, token ids, digest of every block, and what the store wants to know

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
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import torch
import xxhash
from torch import Tensor

from tsel_core.prefix_cache.format.blocks import MOST_THREADS, Blocks, DamagedReading, each
from tsel_core.prefix_cache.format.crypto import TAG_BYTES, BlockCipher, MasterKey
from tsel_core.prefix_cache.format.header import START, Header, block_offsets
from tsel_core.prefix_cache.format.lanes import GPU_THREADS, Lane, even_cuts, open_lane

MAGIC = b"TSELKV\x03\n"  # the number is raised with the format: files of another one are read again
_NUMBERED = MAGIC.index(b"\x03")  # where the magic says the number of the format
PREAMBLE = struct.Struct("<8s16s8sQQ32s")
HEADER_BLOCK = (1 << 32) - 1
_MAX_HEADER = 1 << 30

Pools = Sequence[tuple[Tensor, Tensor]]  # per layer: keys, values [Hkv, rows, D]


class OtherFormat(DamagedReading):
    """It says that it was written by another version of tsel, in a format that this one does not read."""


class SealedByOther(Exception):
    """The file is sealed with a key that is not at hand (or sealed at all, and no key was given)."""


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
        magic, salt, key_id, offset, size, digest = PREAMBLE.unpack(start[: PREAMBLE.size])
        if magic != MAGIC:
            if magic.startswith(MAGIC[:_NUMBERED]) and magic.endswith(MAGIC[_NUMBERED + 1 :]):
                raise OtherFormat("it is of another version of tsel")
            raise DamagedReading("it is not a kept reading of this version, or was not finished")
        if offset + size != os.fstat(self._blocks.handle).st_size or size > _MAX_HEADER:
            raise DamagedReading("its size is not what it says")
        if key_id != (key.key_id if key else bytes(8)):
            raise SealedByOther
        if any(start[PREAMBLE.size :]) or (key is None and any(salt)):
            raise DamagedReading("its preamble is altered")
        text = self._blocks.read(size, offset)
        if hashlib.sha256(text).digest() != digest:
            raise DamagedReading("its header is altered")
        cipher = key.cipher(salt) if key else None
        try:
            header = Header.parse(cipher.unseal(HEADER_BLOCK, text) if cipher else text)
        except (ValueError, KeyError, TypeError) as error:
            raise DamagedReading(f"its header cannot be read: {error}") from error
        sizes = header.block_sizes()
        if len(header.digests) != len(sizes) or block_offsets(sizes, cipher is not None)[1] != offset:
            raise DamagedReading("its blocks are not where its header says")
        return header, cipher

    def num_parts(self) -> list[int]:
        """By layer: how many parts its blocks are loaded in, which may arrive in any order."""
        if self.header.packed is None or self._cipher:
            return [2 * heads for heads, _, _ in self.header.shapes]
        sizes = self.header.packed_sizes()
        return [2 * len(even_cuts(heads * size)) for (heads, _, _), size in zip(self.header.shapes, sizes, strict=True)]

    def load(
        self, pools: Pools, num_tokens: int, first_layer: int = 0, arrived: Callable[[int], None] | None = None
    ) -> None:
        """Copy the first `num_tokens` rows into pools [Hkv, >= num_tokens, D] of the header's shapes and dtype.

        The pools are those of the layers from `first_layer` on. Every block is read whole and checked, also when a
        part of its rows is wanted; `arrived` is called with the number (in the pools) of each part that was. Raises
        DamagedReading; the pools then hold anything. Not for packed files.
        """
        assert self.header.packed is None
        assert all(pool.dtype == self.header.dtype for pair in pools for pool in pair)
        self._load(
            [pool[head, :num_tokens] for pair in pools for pool in pair for head in range(pool.shape[0])],
            self.first_block(first_layer),
            arrived,
        )

    def load_packed(
        self, staged: Pools, first_layer: int = 0, arrived: Callable[[int], None] | None = None
    ) -> None:
        """Copy the blocks of a packed file as they are into `staged`: by layer keys, values [Hkv * block bytes] uint8.

        Nothing but a sealed block's tag was checked then: compare the digests (`packed_digests`, `unpack_rows_`).
        Otherwise as `load`.
        """
        assert self.header.packed is not None
        sizes, first = self.header.packed_sizes()[first_layer:], self.first_block(first_layer)
        if self._cipher:
            pieces = [t.view(-1, size).unbind() for pair, size in zip(staged, sizes, strict=False) for t in pair]
            self._load([block for blocks in pieces for block in blocks], first, arrived)
            return
        offsets, _ = block_offsets(self.header.block_sizes(), False)
        parts, block = [], first
        for pair, size in zip(staged, sizes, strict=False):
            for run in pair:  # the blocks of a layer's keys, or values, lie one after the other
                num = run.shape[0]
                parts += [(run, begin, end, offsets[block] + begin) for begin, end in even_cuts(num)]
                block += num // size

        def get(lane: Lane, which: int) -> None:
            run, begin, end, at = parts[which]
            for piece in lane.pieces(run[begin:end], end - begin):
                self._blocks.read_into(piece, at)
                at += len(piece)

        longest = max(end - begin for _, begin, end, _ in parts)
        self._each(lambda: get, len(parts), staged[0][0].device, longest, arrived)

    def digests_of(self, layer: int) -> list[int]:
        """Digests of a layer's blocks in a packed file, as int64. Raises DamagedReading."""
        first = self.first_block(layer)
        texts = self.header.digests[first : first + 2 * self.header.shapes[layer][0]]
        try:
            return [(int(text, 16) + (1 << 63)) % (1 << 64) - (1 << 63) for text in texts]
        except ValueError as error:
            raise DamagedReading(f"its digests cannot be read: {error}") from error

    def first_block(self, layer: int) -> int:
        """Number of a layer's first block."""
        return sum(2 * heads for heads, _, _ in self.header.shapes[:layer])

    def _load(self, targets: list[Tensor], first: int, arrived: Callable[[int], None] | None) -> None:
        """Block `first` and those after it, one a target."""
        if not targets:
            return
        longest = max(self.header.block_sizes())

        def getter() -> Callable[[Lane, int], None]:
            get = self._getter(longest)
            return lambda lane, which: get(lane, targets[which], which + first)

        self._each(getter, len(targets), targets[0].device, longest, arrived)

    def _each(
        self,
        getter: Callable[[], Callable[[Lane, int], None]],
        count: int,
        device: torch.device,
        longest: int,
        arrived: Callable[[int], None] | None,
    ) -> None:
        """Get parts 0 .. count - 1, of up to `longest` bytes, each thread with a lane and a `getter()` of its own."""

        @contextmanager
        def begin() -> Iterator[Callable[[int], None]]:
            get = getter()
            with open_lane(device, longest) as lane:

                def work(which: int) -> None:
                    get(lane, which)
                    if arrived is not None:
                        arrived(which)

                yield work

        most = GPU_THREADS if device.type == "cuda" and self._cipher is None else MOST_THREADS
        each(begin, count, 2 * longest if self._cipher else 0, most)

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
