"""What a kept reading says of itself, and where its blocks lie (the layout: tsel_core.prefix_cache.format.file)."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from tsel_core.prefix_cache.format.crypto import TAG_BYTES
from tsel_kernels.kv_pack.reference import PackedShape, can_pack

START = 128  # bytes of the preamble, which stands before the blocks
_DTYPES = {str(d).removeprefix("torch."): d for d in (torch.float32, torch.bfloat16, torch.float16, torch.uint8)}
Shapes = tuple[tuple[int, int, int], ...]  # per layer: Hkv, D of the keys, D of the values


@dataclass(frozen=True)
class Header:
    """`token_ids` [num_tokens] int32; `digests`: of every block, "" where it is sealed; `about` is the store's own.

    `packed`: the exceptions a block has room for where all are packed (tsel_kernels.kv_pack), else None. Digests are
    XXH3 (32 hex digits) of plain blocks, `packed_digests` (16) of packed ones, sealed too: the device compares those.
    """

    dtype: torch.dtype
    shapes: Shapes
    token_ids: np.ndarray
    digests: tuple[str, ...]
    about: dict[str, Any]
    packed: int | None = None

    @property
    def num_tokens(self) -> int:
        """Rows of every block."""
        return len(self.token_ids)

    def block_sizes(self) -> list[int]:
        """Bytes of every block, not sealed, in file order."""
        return block_sizes(self.shapes, self.num_tokens, self.dtype.itemsize, self.packed)

    def packed_shape(self, layer: int) -> PackedShape:
        """Of the blocks of a layer of a packed file."""
        assert self.packed is not None
        return PackedShape(self.num_tokens, self.shapes[layer][1], self.packed)

    def packed_sizes(self) -> list[int]:
        """Bytes of a block of each layer of a packed file."""
        return [self.packed_shape(layer).num_bytes for layer in range(len(self.shapes))]

    def pack(self) -> bytes:
        """As it stands in the file."""
        raw = {
            "dtype": str(self.dtype).removeprefix("torch."),
            "shapes": self.shapes,
            "token_ids": base64.b64encode(self.token_ids.astype("<i4").tobytes()).decode("ascii"),
            "digests": self.digests,
            "packed": self.packed,
            "about": self.about,
        }
        return json.dumps(raw, ensure_ascii=True).encode("ascii")

    @staticmethod
    def parse(text: bytes | bytearray) -> Header:
        """What `pack` made. Raises ValueError, KeyError or TypeError."""
        raw = json.loads(text)
        dtype, packed = _DTYPES[raw["dtype"]], None if raw["packed"] is None else int(raw["packed"])
        ids = np.frombuffer(base64.b64decode(raw["token_ids"]), dtype="<i4")
        packable = all(k == v and can_pack(dtype, len(ids), k) for _, k, v in raw["shapes"])
        if packed is not None and (packed < 0 or not packable):
            raise ValueError("blocks of its shapes are not packed")
        return Header(
            dtype,
            tuple((int(h), int(k), int(v)) for h, k, v in raw["shapes"]),
            ids,
            tuple(raw["digests"]),
            dict(raw["about"]),
            packed,
        )


def block_sizes(
    shapes: Iterable[tuple[int, int, int]], num_tokens: int, itemsize: int, packed: int | None = None
) -> list[int]:
    """Bytes of every block in file order: layer, keys then values, KV head; `packed` as in Header."""

    def size(dim: int) -> int:
        return num_tokens * dim * itemsize if packed is None else PackedShape(num_tokens, dim, packed).num_bytes

    return [size(dim) for heads, k, v in shapes for dim in (k, v) for _ in range(heads)]


def block_offsets(sizes: Sequence[int], sealed: bool) -> tuple[list[int], int]:
    """Where each block begins, and where the last one ends."""
    offsets, at = [], START
    for size in sizes:
        offsets.append(at)
        at += size + (TAG_BYTES if sealed else 0)
    return offsets, at


def file_size(shapes: Iterable[tuple[int, int, int]], num_tokens: int, dtype: torch.dtype) -> int:
    """About how many bytes a file will take (the header's size is estimated)."""
    sizes = block_sizes(shapes, num_tokens, dtype.itemsize)
    return START + sum(sizes) + len(sizes) * (40 + TAG_BYTES) + 6 * num_tokens + 65536
