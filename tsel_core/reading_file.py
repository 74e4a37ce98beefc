"""The file of one kept reading: keys and values of every layer as they were computed, each block checked.

Layout (little endian), see docs/reuse.md:

    0     preamble, 128 bytes: magic, salt [16], key id [8], header offset u64, header size u64, sha256 of the header
    128   blocks in the order layer, keys then values, KV head: the rows [num_tokens, D] of one head, contiguous
    ...   header: JSON with dtype, shapes, token ids, sha256 of every block, and what the store wants to know

The preamble is written last, so a file that was not finished has no magic. Sealed files (salt and key id not
zero) hold AES-GCM ciphertext and tag in place of each block and of the header.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import struct
import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from tsel_core.reading_blocks import Blocks, DamagedReading, Staging, bytes_of, each
from tsel_core.reading_crypto import SALT_BYTES, TAG_BYTES, BlockCipher, MasterKey

MAGIC = b"TSELKV\x01\n"
_PREAMBLE = struct.Struct("<8s16s8sQQ32s")
_START = 128
_HEADER_BLOCK = (1 << 32) - 1
_MAX_HEADER = 1 << 30
_DTYPES = {str(d).removeprefix("torch."): d for d in (torch.float32, torch.bfloat16, torch.float16)}

Pools = Sequence[tuple[Tensor, Tensor]]  # per layer: keys, values [Hkv, rows, D]


class SealedByOther(Exception):
    """The file is sealed with a key that is not at hand (or sealed at all, and no key was given)."""


@dataclass(frozen=True)
class Header:
    """What a file says of itself. `token_ids` [num_tokens] int32; `about` is the store's own."""

    dtype: torch.dtype
    shapes: tuple[tuple[int, int, int], ...]  # per layer: Hkv, D of the keys, D of the values
    token_ids: np.ndarray
    digests: tuple[str, ...]
    about: dict[str, Any]

    @property
    def num_tokens(self) -> int:
        """Rows of every block."""
        return len(self.token_ids)

    def block_sizes(self) -> list[int]:
        """Bytes of every block, not sealed, in file order."""
        return _block_sizes(self.shapes, self.num_tokens, self.dtype.itemsize)


def _block_sizes(shapes: Iterable[tuple[int, int, int]], num_tokens: int, itemsize: int) -> list[int]:
    return [num_tokens * dim * itemsize for heads, k, v in shapes for dim in (k, v) for _ in range(heads)]


def file_size(shapes: Iterable[tuple[int, int, int]], num_tokens: int, dtype: torch.dtype) -> int:
    """About how many bytes a file will take (the header's size is estimated)."""
    sizes = _block_sizes(shapes, num_tokens, dtype.itemsize)
    return _START + sum(sizes) + len(sizes) * (70 + TAG_BYTES) + 6 * num_tokens + 65536


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
    offsets, end = _offsets(_block_sizes(shapes, rows, dtype.itemsize), cipher is not None)
    blocks.reserve(end)
    parts = [pool[head, :rows] for pair in pools for pool in pair for head in range(pool.shape[0])]

    def put(number: int) -> str:
        data = bytes_of(parts[number].cpu().contiguous())
        if cipher:
            blocks.write(cipher.seal(number, data), offsets[number])
            return ""
        blocks.write(data, offsets[number])
        return hashlib.sha256(data).hexdigest()

    header = {
        "dtype": str(dtype).removeprefix("torch."),
        "shapes": shapes,
        "token_ids": base64.b64encode(np.asarray(token_ids, dtype="<i4").tobytes()).decode("ascii"),
        "digests": each(put, len(parts), rows * parts[0].shape[1] * dtype.itemsize),
        "about": about,
    }
    text = json.dumps(header, ensure_ascii=True).encode("ascii")
    text = cipher.seal(_HEADER_BLOCK, text) if cipher else text
    blocks.write(text, end)
    preamble = _PREAMBLE.pack(
        MAGIC, salt, key.key_id if key else bytes(8), end, len(text), hashlib.sha256(text).digest()
    )
    blocks.write(preamble.ljust(_START, b"\0"), 0)
    return end + len(text)


def _offsets(sizes: Sequence[int], sealed: bool) -> tuple[list[int], int]:
    """Where each block begins, and where the last one ends."""
    offsets, at = [], _START
    for size in sizes:
        offsets.append(at)
        at += size + (TAG_BYTES if sealed else 0)
    return offsets, at


class ReadingFile:
    """An open kept reading. Its header was checked; blocks are checked as they are loaded."""

    def __init__(self, path: Path, key: MasterKey | None = None) -> None:
        """Open; raises DamagedReading, SealedByOther, or OSError (FileNotFoundError when it is gone)."""
        self.path = path
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0))
        self._blocks = Blocks(handle)
        try:
            self.header, self._cipher = self._read_header(key)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Close the file."""
        os.close(self._blocks.handle)

    def __enter__(self) -> ReadingFile:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _read_header(self, key: MasterKey | None) -> tuple[Header, BlockCipher | None]:
        start = self._blocks.read(_START, 0)
        magic, salt, key_id, offset, size, digest = _PREAMBLE.unpack(start[: _PREAMBLE.size])
        if magic != MAGIC:
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
            raw = json.loads(cipher.unseal(_HEADER_BLOCK, text) if cipher else text)
            header = Header(
                _DTYPES[raw["dtype"]],
                tuple((int(h), int(k), int(v)) for h, k, v in raw["shapes"]),
                np.frombuffer(base64.b64decode(raw["token_ids"]), dtype="<i4"),
                tuple(raw["digests"]),
                dict(raw["about"]),
            )
        except (ValueError, KeyError, TypeError) as error:
            raise DamagedReading(f"its header cannot be read: {error}") from error
        sizes = header.block_sizes()
        if len(header.digests) != len(sizes) or _offsets(sizes, cipher is not None)[1] != offset:
            raise DamagedReading("its blocks are not where its header says")
        return header, cipher

    def load(self, pools: Pools, num_tokens: int, first_layer: int = 0) -> None:
        """Copy the first `num_tokens` rows into pools [Hkv, >= num_tokens, D] of the header's shapes and dtype.

        The pools are those of the layers from `first_layer` on. Every block is read whole and checked, also when a
        part of its rows is wanted. Raises DamagedReading.
        """
        header, sealed = self.header, self._cipher is not None
        sizes = header.block_sizes()
        offsets, _ = _offsets(sizes, sealed)
        assert all(pool.dtype == header.dtype for pair in pools for pool in pair)
        targets = [pool[head, :num_tokens] for pair in pools for pool in pair for head in range(pool.shape[0])]
        direct = not sealed and num_tokens == header.num_tokens and all(t.device.type == "cpu" for t in targets)
        scratch, stagings = threading.local(), list[Staging]()
        skipped = sum(2 * heads for heads, _, _ in header.shapes[:first_layer])

        def get(which: int) -> None:
            target, number = targets[which], which + skipped
            if direct:
                view = bytes_of(target)
                self._blocks.read_into(view, offsets[number])
                self._check(number, view)
                return
            if not hasattr(scratch, "staging"):
                scratch.staging = Staging(max(sizes) + TAG_BYTES, target.device)
                stagings.append(scratch.staging)
            buffer = scratch.staging.take()
            staged = buffer[: sizes[number]]
            if self._cipher:
                view = bytes_of(buffer)[: sizes[number] + TAG_BYTES]
                self._blocks.read_into(view, offsets[number])
                bytes_of(staged)[:] = self._unseal(number, view)
            else:
                self._blocks.read_into(bytes_of(staged), offsets[number])
                self._check(number, bytes_of(staged))
            scratch.staging.send(staged.view(header.dtype).view(header.num_tokens, -1)[:num_tokens], target)

        held = 0 if direct or not targets else max(sizes) * Staging.count(targets[0].device)
        try:
            each(get, len(targets), held)
        finally:
            for staging in stagings:
                staging.wait()

    def _check(self, number: int, data: memoryview) -> None:
        if hashlib.sha256(data).hexdigest() != self.header.digests[number]:
            raise DamagedReading(f"block {number} is altered")

    def _unseal(self, number: int, data: memoryview) -> bytes:
        assert self._cipher is not None
        try:
            return self._cipher.unseal(number, data)
        except ValueError as error:
            raise DamagedReading(str(error)) from error
