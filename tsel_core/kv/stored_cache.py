"""The KV cache of stored layers, and the choice between it and the plain one."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress

from tsel_core.config import IndexBits, Storage
from tsel_core.kv.cache import KVCache
from tsel_core.kv.layer import AppendIndex, KVLayer
from tsel_core.kv.room import Room
from tsel_core.kv.states import RecurrentLayers
from tsel_core.kv.stored import StoredLayer
from tsel_kernels.protocol import Kernels


class StoredCache(KVCache):
    """A KVCache whose layers are StoredLayers."""

    def __init__(
        self,
        storage: Storage,
        num_layers: int,
        capacity: int,
        append_index: AppendIndex | None,
        kernels: Kernels,
        index_bits: IndexBits = "auto",
        recurrent: RecurrentLayers | None = None,
        windows: Mapping[int, int] | None = None,
    ) -> None:
        self.storage = storage
        self.room = Room.of(storage, kernels, capacity)
        super().__init__(num_layers, capacity, append_index, index_bits, recurrent, windows)

    def __del__(self) -> None:
        with suppress(Exception):  # a cache whose making failed
            self.release()  # room, layers and packed rows know each other: they would wait for the garbage collector

    def make_layer(self, layer_idx: int) -> KVLayer:
        """See KVCache."""
        self.room.capacity = self.capacity  # KVCache rounds it up to whole tiles of the key index
        return StoredLayer(self.room, layer_idx, self.append_index, self.index_bits)

    def settle(self) -> None:
        """See KVCache. Rows in 8 bits go through the staging buffer of whoever asked (decoder/graph/rows.py).

        Of rows in 4 bits it may hold some as they were that are read from their codes once the step has written on.
        """
        self.room.staging.join()
        if self.storage in ("fp8", "q4"):
            self.room.staging.lend()
        for layer in self.pools:
            if isinstance(layer, StoredLayer):
                layer.settle()

    def mark(self) -> None:
        """See KVCache. Rows in 4 bits are read from their codes from here on: the first question, the second, and one

        to a kept reading find the same ones.
        """
        super().mark()
        for layer in self.pools:
            if isinstance(layer, StoredLayer):
                layer.freeze()

    def num_bytes(self) -> int:
        """Memory reserved on device and host, staging included."""
        staged = [t for slot in self.room.staging.slots for t in (slot.keys, slot.values)]
        return super().num_bytes() + sum(t.numel() * t.element_size() for t in staged)

    def release(self) -> None:
        """See KVCache."""
        super().release()
        self.room.release()


def make_cache(
    storage: Storage,
    num_layers: int,
    capacity: int,
    append_index: AppendIndex | None,
    kernels: Kernels,
    index_bits: IndexBits = "auto",
    recurrent: RecurrentLayers | None = None,
    windows: Mapping[int, int] | None = None,
) -> KVCache:
    """An empty cache of a storage; `kernels` gathers rows (tsel_kernels.backend)."""
    if storage == "plain":
        return KVCache(num_layers, capacity, append_index, index_bits, recurrent, windows)
    return StoredCache(storage, num_layers, capacity, append_index, kernels, index_bits, recurrent, windows)
