"""The second seam to transformers: our KV cache as a model of theirs takes it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from torch import Tensor
from transformers.cache_utils import Cache, CacheLayerMixin

from tsel_core.kv.cache import KVCache
from tsel_core.kv.layer import KVLayer


class SeamLayer(CacheLayerMixin):
    """One layer of a KVCache, by the names that transformers calls."""

    is_compileable = False
    is_sliding = False
    is_croppable = True

    def __init__(self, pool: KVLayer) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.pool = pool

    def lazy_initialization(self, key_states: Tensor, value_states: Tensor | None = None) -> None:
        """Allocate in shape and dtype of the first key_states [1, Hkv, T, D]."""
        self.pool.lazy_initialization(key_states, value_states)

    def update(self, key_states: Tensor, value_states: Tensor, *_: Any, **__: Any) -> tuple[Tensor, Tensor]:
        """Append [1, Hkv, T, D] and return views [1, Hkv, length, D] of everything so far."""
        return self.pool.update(key_states, value_states)

    def get_seq_length(self, *_: Any) -> int:
        """Number of valid rows."""
        return self.pool.length

    def get_mask_sizes(self, query_length: Any) -> tuple[int, int]:
        """(rows after this query, offset of the first row): transformers asks before it builds a mask."""
        num = query_length if isinstance(query_length, int) else query_length.shape[0]
        return self.pool.length + num, 0

    def get_max_length(self) -> int:
        """Capacity in tokens (transformers >= 5.20)."""
        return self.pool.capacity

    def get_max_cache_shape(self) -> int:
        """Capacity in tokens (older name)."""
        return self.pool.capacity

    def crop(self, max_length: int) -> None:
        """Forget all rows from `max_length` on; a negative count forgets that many (transformers' habit)."""
        self.pool.crop(max_length)

    def reset(self) -> None:
        """Forget every row; the memory stays reserved."""
        self.pool.reset()


class SeamCache(Cache):
    """A KVCache as transformers' layers write and read it."""

    def __init__(self, cache: KVCache) -> None:
        super().__init__(layers=seam_layers(cache))


class NewRows(Cache):
    """What the layers of a captured step take for a cache: keys and values of the new row go straight to attention."""

    def __init__(self, cache: KVCache) -> None:
        super().__init__(layers=seam_layers(cache))

    def update(
        self, key_states: Tensor, value_states: Tensor, layer_idx: int, *_: Any, **__: Any
    ) -> tuple[Tensor, Tensor]:
        """The rows [1, Hkv, 1, D] as they are: where they belong is known on the device alone."""
        del layer_idx
        return key_states, value_states


def seam_layers(cache: KVCache) -> list[Any]:
    """The layers of a cache by the names that transformers calls."""
    states: Mapping[int, Any] = {} if cache.states is None else cache.states.layers
    made: list[Any] = []
    for layer_idx, pool in enumerate(cache.pools):
        state = states.get(layer_idx)
        if isinstance(state, SeamLayer):  # it has keys and values, too
            state.pool = pool
        made.append(SeamLayer(pool) if state is None else state)
    return made
