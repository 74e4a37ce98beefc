"""What the layers of a stored cache share: where rows are staged, how they are held, and the memory for them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Protocol

import torch
from torch import Tensor

from tsel_core.config import Storage
from tsel_core.device.memory import free_memory
from tsel_core.errors import DoesNotFit
from tsel_core.kv.staging import Staging
from tsel_kernels.protocol import Kernels

_REMEDY = "close other programs, choose a smaller model (--model), or part of the file (--pages)"


class StagedLayer(Protocol):
    """A layer as the room knows it."""

    layer_idx: int
    length: int
    is_initialized: bool

    def read(self, begin: int, keys: Tensor, values: Tensor) -> None:
        """Copy rows begin.. into keys, values [Hkv, T, D]."""

    def release(self) -> None:
        """Free everything it holds."""


@dataclass
class Room:
    """Shared by the layers of one stored cache with room for `capacity` tokens; `kernels` gathers rows."""

    storage: Storage
    kernels: Kernels
    capacity: int
    staging: Staging
    layers: list[StagedLayer] = field(default_factory=list)

    @classmethod
    def of(cls, storage: Storage, kernels: Kernels, capacity: int) -> Room:
        """An empty room: host memory stages in two buffers, the next layer arriving while one is computed."""
        return cls(storage, kernels, capacity, Staging(2 if storage == "host" else 1))

    def prefetch_after(self, layer_idx: int) -> None:
        """Start to stage the layer that is updated next."""
        at = next(number for number, layer in enumerate(self.layers) if layer.layer_idx == layer_idx)
        layer = self.layers[(at + 1) % len(self.layers)]  # layers without rows are not among them
        if layer.is_initialized and layer.layer_idx != layer_idx:
            self.staging.prefetch(layer.layer_idx, layer.length, layer.read)

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

    def check(self, shapes: list[tuple[int, int, int]], dtype: torch.dtype) -> None:
        """Before the first layer is allocated: room for all of them. Raises DoesNotFit."""
        if self.storage != "host" or any(layer.is_initialized for layer in self.layers):
            return
        needed = len(self.layers) * dtype.itemsize * sum(heads * rows * dim for heads, rows, dim in shapes)
        free = free_memory("cpu")
        if needed > free:
            raise DoesNotFit(
                f"the cache for {self.capacity:,} tokens needs {needed / 1e9:.1f} GB of host memory, "
                f"{free / 1e9:.1f} GB is free",
                _REMEDY,
            )

    def release(self) -> None:
        """Free staging and every layer."""
        self.staging.release()
        for layer in self.layers:
            layer.release()
