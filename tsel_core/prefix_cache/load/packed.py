"""Blocks of a packed file on the device: staged, checked and taken apart there (tsel_kernels.kv_pack)."""

from __future__ import annotations

import torch
from torch import Tensor

from tsel_core.prefix_cache.format.blocks import DamagedReading
from tsel_core.prefix_cache.format.file import Pools, ReadingFile
from tsel_kernels.backend import load_kernels


class PackedLayers:
    """The layers of a packed file and the pools [Hkv, >= num_tokens, D] that its first `num_tokens` rows go to.

    A layer's blocks are staged in the pools of the layer after it, which nobody needs before: only the last layer takes
    memory of its own. So layers are unpacked in order, each after its blocks arrived.
    """

    def __init__(self, file: ReadingFile, pools: Pools, num_tokens: int) -> None:
        self._header, device = file.header, pools[0][0].device
        self._pools = [(keys[:, :num_tokens], values[:, :num_tokens]) for keys, values in pools]
        self._unpack = load_kernels(device).unpack_rows_
        by_layer = [file.digests_of(number) for number in range(len(pools))]
        self._digests = torch.tensor([d for layer in by_layer for d in layer], dtype=torch.int64, device=device)
        self._found = torch.zeros_like(self._digests)
        counts = [len(digests) for digests in by_layer]
        self._sums = list(zip(self._digests.split(counts), self._found.split(counts), strict=True))
        sizes = _layer_sizes(file)
        last = torch.empty((2, sizes[-1]), dtype=torch.uint8, device=device)
        places = [(_as_bytes(keys), _as_bytes(values)) for keys, values in pools[1:]] + [(last[0], last[1])]
        self.staged = [(k[:size], v[:size]) for (k, v), size in zip(places, sizes, strict=True)]

    @staticmethod
    def fits(file: ReadingFile, pools: Pools) -> bool:
        """Whether the pools have room for the blocks, which may hold more rows than are wanted."""
        places = [keys.numel() * keys.itemsize for keys, _ in pools[1:]]
        return all(size <= place for size, place in zip(_layer_sizes(file), places, strict=False))

    def unpack(self, number: int) -> None:
        """Launch what checks and writes the rows of a layer; altered blocks become zeros."""
        heads, shape = self._header.shapes[number][0], self._header.packed_shape(number)
        keys, values = (run.view(heads, -1) for run in self.staged[number])
        self._unpack(keys, values, *self._sums[number], *self._pools[number], shape)

    def check(self) -> None:
        """Wait for the device; raises DamagedReading when a block was altered. All layers were unpacked before."""
        _compare(self._found, self._digests, 0)


class LayerBuffer:
    """Room for the blocks of one layer of a packed file on a device."""

    def __init__(self, file: ReadingFile, device: torch.device) -> None:
        self._file = file
        self._room = torch.empty((2, max(_layer_sizes(file))), dtype=torch.uint8, device=device)

    def load(self, number: int, keys: Tensor, values: Tensor) -> None:
        """Load a layer's first rows into keys, values [Hkv, rows, D]. Raises DamagedReading."""
        file, heads, shape = self._file, keys.shape[0], self._file.header.packed_shape(number)
        staged = (self._room[0, : heads * shape.num_bytes], self._room[1, : heads * shape.num_bytes])
        file.load_packed([staged], number)
        digests = torch.tensor(file.digests_of(number), dtype=torch.int64, device=keys.device)
        found, blocks = torch.zeros_like(digests), [run.view(heads, -1) for run in staged]
        load_kernels(keys.device).unpack_rows_(blocks[0], blocks[1], digests, found, keys, values, shape)
        _compare(found, digests, file.first_block(number))


def _compare(found: Tensor, digests: Tensor, first: int) -> None:
    """Wait for the digests [blocks] that were found; raises DamagedReading naming a block, counted from `first`."""
    altered = (found != digests).nonzero().view(-1).tolist()
    if altered:
        raise DamagedReading(f"block {first + altered[0]} is altered")


def _layer_sizes(file: ReadingFile) -> list[int]:
    """Bytes of a layer's keys, and of its values, in the file."""
    return [heads * size for (heads, _, _), size in zip(file.header.shapes, file.header.packed_sizes(), strict=True)]


def _as_bytes(pool: Tensor) -> Tensor:
    """A pool's memory [bytes]."""
    return pool.view(torch.uint8).view(-1)
