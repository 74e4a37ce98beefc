"""The rows one decode step attends to, side by side on the compute device: sinks, picked rows, local window.

A reused pick (Selection Cache) fetches nothing: the new row is pushed as it is written. A fresh pick fetches its rows;
sinks stay, and the part of the window that was there is moved.
"""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

ReadRows = Callable[[int, Tensor, Tensor], None]
Gather = Callable[[Tensor, Tensor, Tensor], None]
Allocate = Callable[[int], tuple[Tensor, Tensor]]


class PackedRows:
    """keys, values [Hkv, S + K + W, D]: S sinks, K picks (row 0 where padded), a window from row `begin` on.

    `read(begin, keys, values)` and `gather(indices, keys, values)` copy rows of the cache, `allocate(rows)` makes
    keys, values [Hkv, rows, D].
    """

    def __init__(self, read: ReadRows, gather: Gather, allocate: Allocate) -> None:
        self._read, self._gather, self._allocate = read, gather, allocate
        self.num_fetched = 0  # picked rows fetched so far, a head
        self.clear(free=True)

    def clear(self, free: bool = False) -> None:
        """Forget what is held; with `free` the memory too."""
        self._picked: Tensor | None = None  # the indices whose rows are held
        self._begin = self._filled = 0  # the window holds rows begin .. filled - 1
        self._sinks_held = False
        if free:
            self._keys = self._values = torch.empty(0)
            self._num_sink = self._num_picks = 0

    def tensors(self) -> list[Tensor]:
        """The buffers."""
        return [self._keys, self._values]

    def push(self, row: int, key: Tensor, value: Tensor) -> None:
        """Row `row` (key, value [Hkv, 1, D]) was just written to the cache."""
        if self._picked is not None and row == self._filled:
            at = self._at(row)
            if at < self._keys.shape[1]:
                self._keys[:, at : at + 1], self._values[:, at : at + 1] = key, value
                self._filled = row + 1

    def take(
        self, indices: Tensor, begin: int, length: int, num_sink: int
    ) -> tuple[Tensor, Tensor, Tensor, Tensor, int]:
        """Buffers, and indices [1, groups, K], window start [1], last row in them. indices as of the whole cache."""
        reused = self._picked is indices and self._begin == begin and self._num_sink == num_sink
        if not reused or self._at(length - 1) >= self._keys.shape[1]:
            self._refill(indices, begin, length, num_sink)
        elif self._filled < length:
            self._load(self._filled, length)
        held = self._at(begin)
        ranks = torch.arange(num_sink, held, dtype=torch.int32, device=indices.device)
        local = torch.where(indices >= 0, ranks, -1)
        start = torch.full((1,), held, dtype=torch.int32, device=indices.device)
        last = self._at(length - 1)
        return self._keys[:, : last + 1], self._values[:, : last + 1], local, start, last

    def _at(self, row: int) -> int:
        """Where a row of the window lies."""
        return self._num_sink + self._num_picks + row - self._begin

    def _refill(self, indices: Tensor, begin: int, length: int, num_sink: int) -> None:
        num_picks = indices.shape[-1]
        same = (self._num_sink, self._num_picks) == (num_sink, num_picks)
        room = num_sink + num_picks + length - begin
        if not same or room > self._keys.shape[1]:
            self.clear()
            self._keys, self._values = self._allocate(room + length - begin)  # a reused pick's window grows
            self._num_sink, self._num_picks = num_sink, num_picks
        known = self._picked is not None and self._begin <= begin < self._filled
        first, shift = (self._filled, begin - self._begin) if known else (begin, 0)
        if known and shift:
            lo, hi = self._at(begin), self._at(self._filled)
            for buffer in (self._keys, self._values):
                buffer[:, lo - shift : hi - shift] = buffer[:, lo:hi].clone()
        self._begin, self._filled = begin, first
        if not self._sinks_held and num_sink:
            self._read(0, self._keys[:, :num_sink], self._values[:, :num_sink])
            self._sinks_held = True
        picks = slice(num_sink, num_sink + num_picks)
        self._gather(indices[0], self._keys[:, picks], self._values[:, picks])
        self.num_fetched += num_picks
        if first < length:
            self._load(first, length)
        self._picked = indices

    def _load(self, begin: int, end: int) -> None:
        """Read rows into the window."""
        part = slice(self._at(begin), self._at(end))
        self._read(begin, self._keys[:, part], self._values[:, part])
        self._filled = end
