"""The KV cache of stored layers, and the choice between it and the plain one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import torch

from tsel_core.config import IndexBits, Storage
from tsel_core.device.memory import free_memory
from tsel_core.errors import DoesNotFit
from tsel_core.kv.cache import AppendIndex, KVCache, KVLayer
from tsel_core.kv.staging import Staging
from tsel_core.kv.stored import StoredLayer

_REMEDY = "close other programs, choose a smaller model (--model), or part of the file (--pages)"


class StoredCache(KVCache):
    """A KVCache whose layers are StoredLayers."""

    def __init__(
        self,
        storage: Storage,
        num_layers: int,
        capacity: int,
        append_index: AppendIndex | None,
        backend: Any,
        index_bits: IndexBits = "auto",
    ) -> None:
        self.storage, self.backend = storage, backend
        self.staging = Staging(2 if storage == "host" else 1)
        super().__init__(num_layers, capacity, append_index, index_bits)

    def __del__(self) -> None:
        with suppress(Exception):  # a cache whose making failed
            self.release()  # layers and their packed rows know each other: they would wait for the garbage collector

    def make_layer(self, layer_idx: int) -> KVLayer:
        """See KVCache."""
        return StoredLayer(self, layer_idx)

    def prefetch_after(self, layer_idx: int) -> None:
        """Start to stage the layer that is updated next."""
        layer = self.pools[(layer_idx + 1) % len(self.pools)]
        if layer.is_initialized and layer is not self.pools[layer_idx]:
            assert isinstance(layer, StoredLayer)
            self.staging.prefetch(layer.layer_idx, layer.length, layer.read)

    def settle(self) -> None:
        """See KVCache. Rows in 8 bits are widened in the staging buffer by whoever asked (decoder/graph/rows.py)."""
        self.staging.join()
        if self.storage == "fp8":
            self.staging.lend()

    @contextmanager
    def all_or_nothing(self) -> Iterator[None]:
        """Around an allocation of a layer: when it fails everything is freed, and DoesNotFit raised."""
        try:
            yield
        except (MemoryError, RuntimeError) as error:  # torch's out of memory errors are RuntimeErrors
            self.release()
            raise DoesNotFit(
                f"the cache for {self.capacity:,} tokens could not be allocated ({self.storage} KV): {error}", _REMEDY
            ) from error

    def check_room(self, shapes: list[tuple[int, int, int]], dtype: torch.dtype, device: torch.device) -> None:
        """Before the first layer is allocated: room for all of them. Raises DoesNotFit."""
        if self.storage != "host" or any(layer.is_initialized for layer in self.pools):
            return
        needed = len(self.pools) * dtype.itemsize * sum(heads * rows * dim for heads, rows, dim in shapes)
        free = free_memory("cpu")
        if needed > free:
            raise DoesNotFit(
                f"the cache for {self.capacity:,} tokens needs {needed / 1e9:.1f} GB of host memory, "
                f"{free / 1e9:.1f} GB is free",
                _REMEDY,
            )

    def num_bytes(self) -> int:
        """Memory reserved on device and host, staging included."""
        staged = [t for slot in self.staging.slots for t in (slot.keys, slot.values)]
        return super().num_bytes() + sum(t.numel() * t.element_size() for t in staged)

    def release(self) -> None:
        """See KVCache."""
        self.staging.release()
        super().release()


def make_cache(
    storage: Storage,
    num_layers: int,
    capacity: int,
    append_index: AppendIndex | None,
    backend: Any,
    index_bits: IndexBits = "auto",
) -> KVCache:
    """An empty cache of a storage; `backend` gathers rows (tsel_core.ops)."""
    if storage == "plain":
        return KVCache(num_layers, capacity, append_index, index_bits)
    return StoredCache(storage, num_layers, capacity, append_index, backend, index_bits)
