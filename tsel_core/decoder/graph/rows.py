"""Where a captured step finds and writes the rows of a layer, by how the cache holds them.

Plain rows and rows in host memory are read in place. Rows in 8 bits are not what attention reads: the step rounds the
row it writes and widens the rows it attends to, both in the cache's staging buffer, which all layers share. Rows in 4
bits are turned and packed as they are written (from that buffer), and read as they are, by a turned query.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from torch import Tensor

from tsel_core.kv.cache import KVCache
from tsel_core.kv.four_bits import Turn
from tsel_core.kv.rows import Fp8Rows
from tsel_core.kv.stored import StoredLayer, codes_of
from tsel_core.kv.stored_cache import StoredCache
from tsel_kernels.fp8_rows.reference import Fp8Pool
from tsel_kernels.key_index import KeyIndex
from tsel_kernels.protocol import Kernels
from tsel_kernels.q4_rows.exact import ExactRows


@dataclass(frozen=True)
class FourBits:
    """Pools of keys and values in 4 bits, their rows that are held exactly, and what they are turned by."""

    keys: KeyIndex
    values: KeyIndex
    exact: tuple[ExactRows, ExactRows]
    turn: Turn


@dataclass(frozen=True)
class CapturedRows:
    """keys, values [Hkv, capacity, D] of a layer as attention reads them; `eight`, `four`: the pools behind them."""

    keys: Tensor
    values: Tensor
    eight: tuple[Fp8Pool, Fp8Pool] | None = None
    four: FourBits | None = None

    def turned(self, query: Tensor) -> Tensor:
        """query [H, D] as the rows are."""
        return query if self.four is None else self.four.turn.queries(query[:, None])[:, 0]

    def attend(
        self,
        kernels: Kernels,
        query: Tensor,
        position: Tensor,
        out: Tensor,
        lse: Tensor,
        state: Any,
        shape: Any,
        workspace: object,
        scaling: float,
    ) -> Tensor:
        """Attention of a `turned` query to the pick of a step, or everything: `decode_attend_`, turned back."""
        step = position, out, lse, state, shape, workspace
        if self.four is None:
            return kernels.decode_attend_(query, self.keys, self.values, *step, scaling=scaling)
        kernels.q4_attend_(query, self.four.keys, self.four.values, self.four.exact, *step, scaling=scaling)
        return self.four.turn.back(out)

    def store(self, kernels: Kernels, position: Tensor) -> None:
        """After row `position` [1] was written to keys and values."""
        if self.four is not None:
            key, value = (rows.index_select(1, position) for rows in (self.keys, self.values))
            matrix, pools = self.four.turn.matrix(key), (self.four.keys, self.four.values)
            kernels.q4_append_(self.four.turn.scaled(key), value, matrix, *pools, self.four.exact, position)
        if self.eight is not None:
            kernels.fp8_store_row_(self.keys, self.values, position, *self.eight)

    def load(self, kernels: Kernels, position: Tensor, state: Any, shape: Any) -> None:
        """Before the rows of a step's pick are read: sinks, state.indices, the window up to `position`."""
        if self.eight is not None:
            kernels.fp8_load_rows_(
                *self.eight,
                state.indices,
                state.window_start,
                position,
                self.keys,
                self.values,
                num_sink=shape.num_sink,
                window_rows=shape.window_rows,
            )


def addresses(cache: KVCache) -> tuple[int, ...]:
    """Where the rows of a cache lie, and its key index: a captured step knows them by that alone."""
    found: list[Tensor | None] = []
    for layer in cache.pools:
        if isinstance(layer, StoredLayer):
            found += layer.tensors() if layer.is_initialized else ()
        else:
            found += [layer.keys, layer.values, None if layer.index is None else layer.index.codes]
    return tuple(0 if tensor is None else tensor.data_ptr() for tensor in found)


def captured_rows(cache: KVCache, layer_idx: int) -> CapturedRows:
    """The rows of a layer that holds some already."""
    pool = cache.pools[layer_idx]
    if cache.storage == "q4" and isinstance(pool, StoredLayer):
        assert isinstance(cache, StoredCache)
        assert pool.rows is not None
        assert pool.turn is not None
        slot, (four_keys, four_values) = cache.room.staging.slots[0], codes_of(pool)
        pool.turn.matrix(slot.keys)  # made before anything is captured, as what turns queries is
        pool.turn.queries(slot.keys[:, :1])
        exact = four_keys.exact(), four_values.exact()
        return CapturedRows(slot.keys, slot.values, four=FourBits(four_keys.pool, four_values.pool, exact, pool.turn))
    if cache.storage == "fp8" and isinstance(pool, StoredLayer):
        assert isinstance(cache, StoredCache)
        assert pool.rows is not None
        keys, values = pool.rows
        assert isinstance(keys, Fp8Rows)
        assert isinstance(values, Fp8Rows)
        slot = cache.room.staging.slots[0]
        return CapturedRows(slot.keys, slot.values, (keys.pool, values.pool))
    assert pool.keys is not None
    assert pool.values is not None
    return CapturedRows(pool.keys[0], pool.values[0])
