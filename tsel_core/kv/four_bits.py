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

EXACT = 4  # rows at the beginning of a text
_LEAST = 32  # tokens that say how large channels are
_MOST = 16.0  # times as large or as small as its neighbours a channel is made at most


class FourBitRows:
    """Keys or values as codes, a scale and a zero a row (tsel_kernels.q4_rows); see tsel_core.kv.rows.Rows.

    The channel mean of the first rows is taken off `keys` and added back, as for fp8. `pool` is an index of the rows.
    The first few rows of a text are `first` [Hkv, up to EXACT, D] too, as they are: much of all attention goes to the
    very first, whose keys and values are like no others (docs/dev/kv-four-bits.md).
    """

    def __init__(
        self, shape: tuple[int, int, int], device: torch.device, keys: bool, kernels: Kernels, bits: int = 4
    ) -> None:
        heads, capacity, dim = shape
        self.centred, self.kernels = keys, kernels
        self.pool = empty_index(torch.zeros(heads, dim, device=device), capacity, bits)
        self.first = torch.empty(heads, 0, dim, device=device)  # the rows that are held exactly

    def write(self, start: int, rows: Tensor) -> Tensor:
        """See Rows."""
        if self.centred and start == 0:
            self.pool.mean.copy_(rows.float().mean(1))
        if start < EXACT:
            self.first = torch.cat([self.first[:, :start].to(rows.dtype), rows[:, : EXACT - start]], 1)
        self.kernels.append_index_(self.pool, rows, start)
        out = self.kernels.q4_load_rows_(self.pool, start, torch.empty_like(rows))
        return self._with_first(start, out, slice(None))

    def read(self, begin: int, out: Tensor, head: int = 0) -> None:
        """See Rows."""
        heads = slice(head, head + out.shape[0])
        pool = KeyIndex(self.pool.codes[heads], self.pool.scale[heads], self.pool.zero[heads], self.pool.mean[heads])
        self._with_first(begin, self.kernels.q4_load_rows_(pool, begin, out), heads)

    def gather(self, rows: Tensor, out: Tensor) -> None:
        """See Rows."""
        at = rows.to(self.pool.codes.device).long().clamp(min=0).expand(self.pool.num_kv_heads, -1)
        q4_load_(q4_rows_at(self.pool, at), out)
        for row in range(self.first.shape[1]):
            out.copy_(torch.where((at == row)[..., None], self.first[:, row, None].to(out.dtype), out))

    def _with_first(self, begin: int, out: Tensor, heads: slice) -> Tensor:
        """out [heads, T, D], rows from `begin` on, with those that are held exactly."""
        num = min(self.first.shape[1] - begin, out.shape[1])
        if num > 0:
            out[:, :num] = self.first[heads, begin : begin + num]
        return out

    def tensors(self) -> list[Tensor]:
        """See Rows."""
        return [self.pool.codes, self.pool.scale, self.pool.zero]

    def put(self, rows: Tensor) -> None:
        """The first rows as `KeptCodes` gave them [Hkv, T, bytes]."""
        codes, scale, zero = (part.contiguous() for part in rows.split([rows.shape[2] - 4, 2, 2], -1))
        num = rows.shape[1]
        self.pool.codes[:, :num] = codes.view(self.pool.codes.dtype)
        self.pool.scale[:, :num] = scale.view(torch.float16)[..., 0]
        self.pool.zero[:, :num] = zero.view(torch.float16)[..., 0]


class KeptCodes:
    """Rows as bytes to be kept (prefix_cache): [head, :n] gives codes, scale and zero of rows [n, bytes] uint8."""

    dtype = torch.uint8

    def __init__(self, rows: FourBitRows) -> None:
        self._pool = rows.pool
        heads, capacity, codes = rows.pool.codes.shape
        self.shape, self.device = (heads, capacity, codes + 4), rows.pool.codes.device

    def __getitem__(self, at: tuple[int, slice]) -> Tensor:
        steps = [t[at][:, None].contiguous().view(torch.uint8) for t in (self._pool.scale, self._pool.zero)]
        return torch.cat([self._pool.codes[at].view(torch.uint8), *steps], -1)


class Turn:
    """What the rows and queries of a layer are turned by; `sizes` [Hkv, 1, D]: what keys are divided by before.

    Codes have one step for all channels of a turned row; the error of a product is that step times the queries' size.
    Keys divided by `sizes` and queries multiplied by them keep their products; the error is least where a channel's
    is sqrt(size of its keys / size of its queries).

    `bits`: of the keys; 8 where 4 would blur them late in a text (tsel_core.kv.layer.index_width).
    """

    def __init__(self, bits: int = 4) -> None:
        self.sizes: Tensor | None = None
        self.bits = bits
        self._made: Tensor | None = None

    def learn(self, query: Tensor, key: Tensor) -> None:
        """Take `sizes` from the first chunk: query [H, T, D] and key [Hkv, T, D] at their positions.

        The first tokens are like no others, a few tokens say nothing. Two channels that rotary turns into each other
        have one size, which holds at every position.
        """
        self.sizes = None
        if key.shape[1] < _LEAST:
            return
        heads = key.shape[0]
        asked = query[:, EXACT:].float().reshape(heads, -1, query.shape[2])
        held = key[:, EXACT:].float()
        reach = _paired((held - held.mean(1, keepdim=True)).square().mean(1, keepdim=True))
        ratio = reach / _paired(asked.square().mean(1, keepdim=True)).clamp(min=1e-12)
        sizes = ratio.clamp(min=1e-12).pow(0.25)
        middle = sizes.log().mean(-1, keepdim=True).exp()
        self.sizes = (sizes / middle).clamp(1 / _MOST, _MOST).to(key.dtype)

    def queries(self, rows: Tensor) -> Tensor:
        """Queries [H, T, D] as the keys are held."""
        if self.sizes is not None:
            rows = rows * self.sizes.repeat_interleave(rows.shape[0] // self.sizes.shape[0], 0)
        return rows @ self.matrix(rows)

    def keys(self, rows: Tensor) -> Tensor:
        """Keys [Hkv, T, D] as they are held."""
        return self.scaled(rows) @ self.matrix(rows)

    def scaled(self, rows: Tensor) -> Tensor:
        """Keys [Hkv, T, D] divided by `sizes`, not turned."""
        return rows if self.sizes is None else rows / self.sizes

    def values(self, rows: Tensor) -> Tensor:
        """Values [..., D] as they are held."""
        return rows @ self.matrix(rows)

    def back(self, out: Tensor) -> Tensor:
        """What attention made of held values [..., D], as the model's own would have made it."""
        return out @ self.matrix(out).T

    def matrix(self, rows: Tensor) -> Tensor:
        """[D, D] for rows [..., D]."""
        made = self._made
        if made is None or made.dtype != rows.dtype or made.shape[0] != rows.shape[-1]:
            made = self._made = turning(rows.shape[-1], rows.device, rows.dtype)
        return made


def _paired(squares: Tensor) -> Tensor:
    """The mean of the two channels d and d + D / 2."""
    first, second = squares.chunk(2, -1)
    return torch.cat([first + second] * 2, -1) / 2
