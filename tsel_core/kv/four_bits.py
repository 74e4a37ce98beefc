"""Rows of one layer in 4 bits (`--kv q4`): turned before they come here, and turned when they are read.

Whoever appends turns (decoder/mixer.py): scores, picks, softmax and staged rows all work on turned rows as they are,
and nothing but queries and outputs is ever turned for reading.
"""

from __future__ import annotations

import torch
from torch import Tensor

from tsel_kernels.key_index import KeyIndex, empty_index
from tsel_kernels.protocol import Kernels
from tsel_kernels.q4_rows.reference import q4_load_, q4_rows_at, turning


class FourBitRows:
    """Keys or values as codes, a scale and a zero a row (tsel_kernels.q4_rows); see tsel_core.kv.rows.Rows.

    The channel mean of the first rows is taken off `keys` and added back, as for fp8. `pool` is an index of the rows.
    """

    def __init__(self, shape: tuple[int, int, int], device: torch.device, keys: bool, kernels: Kernels) -> None:
        heads, capacity, dim = shape
        self.centred, self.kernels = keys, kernels
        self.pool = empty_index(torch.zeros(heads, dim, device=device), capacity)

    def write(self, start: int, rows: Tensor) -> Tensor:
        """See Rows."""
        if self.centred and start == 0:
            self.pool.mean.copy_(rows.float().mean(1))
        self.kernels.append_index_(self.pool, rows, start)
        return self.kernels.q4_load_rows_(self.pool, start, torch.empty_like(rows))

    def read(self, begin: int, out: Tensor, head: int = 0) -> None:
        """See Rows."""
        heads = slice(head, head + out.shape[0])
        pool = KeyIndex(self.pool.codes[heads], self.pool.scale[heads], self.pool.zero[heads], self.pool.mean[heads])
        self.kernels.q4_load_rows_(pool, begin, out)

    def gather(self, rows: Tensor, out: Tensor) -> None:
        """See Rows."""
        at = rows.to(self.pool.codes.device).long().clamp(min=0).expand(self.pool.num_kv_heads, -1)
        q4_load_(q4_rows_at(self.pool, at), out)

    def tensors(self) -> list[Tensor]:
        """See Rows."""
        return [self.pool.codes, self.pool.scale, self.pool.zero]

    def put(self, rows: Tensor) -> None:
        """The first rows as `KeptCodes` gave them [Hkv, T, bytes]."""
        codes, scale, zero = rows.split([rows.shape[2] - 4, 2, 2], -1)
        num = rows.shape[1]
        self.pool.codes[:, :num] = codes
        self.pool.scale[:, :num] = scale.contiguous().view(torch.float16)[..., 0]
        self.pool.zero[:, :num] = zero.contiguous().view(torch.float16)[..., 0]


class KeptCodes:
    """Rows as bytes to be kept (prefix_cache): [head, :n] gives codes, scale and zero of rows [n, bytes] uint8."""

    dtype = torch.uint8

    def __init__(self, rows: FourBitRows) -> None:
        self._pool = rows.pool
        heads, capacity, codes = rows.pool.codes.shape
        self.shape, self.device = (heads, capacity, codes + 4), rows.pool.codes.device

    def __getitem__(self, at: tuple[int, slice]) -> Tensor:
        steps = [t[at][:, None].contiguous().view(torch.uint8) for t in (self._pool.scale, self._pool.zero)]
        return torch.cat([self._pool.codes[at], *steps], -1)


class Turn:
    """What a cache's rows are turned by, made once a dtype and device."""

    def __init__(self) -> None:
        self._made: Tensor | None = None

    def rows(self, rows: Tensor) -> Tensor:
        """Rows [..., D], turned."""
        return rows @ self.matrix(rows)

    def back(self, rows: Tensor) -> Tensor:
        """Turned rows [..., D] as they were."""
        return rows @ self.matrix(rows).T

    def matrix(self, rows: Tensor) -> Tensor:
        """[D, D] for rows [..., D]."""
        made = self._made
        if made is None or made.dtype != rows.dtype or made.shape[0] != rows.shape[-1]:
            made = self._made = turning(rows.shape[-1], rows.device, rows.dtype)
        return made
