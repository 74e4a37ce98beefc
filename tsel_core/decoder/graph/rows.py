"""Where a captured step finds and writes the rows of a layer, by how the cache holds them.

Plain rows and rows in host memory are read in place. Rows in 8 bits are not what attention reads: the step rounds the
row it writes and widens the rows it attends to, both in the cache's staging buffer, which all layers share. Rows in 4
bits are turned and packed as they are written, and read as they are, by a turned query: no buffer is between.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from torch import Tensor

from tsel_core.kv.cache import KVCache
from tsel_core.kv.rows import Fp8Rows
from tsel_core.kv.stored import StoredLayer, codes_of
from tsel_core.kv.stored_cache import StoredCache
from tsel_kernels.fp8_rows.reference import Fp8Pool
from tsel_kernels.key_index import KeyIndex
from tsel_kernels.protocol import Kernels
from tsel_kernels.q4_rows.exact import ExactRows


@dataclass(frozen=True)
class FourBits:
    """Pools of keys and values in 4 bits, and their rows that are held exactly.

    matrix [D, D] turns rows, queries and, by its transpose, what attention gives back; keys are divided by `sizes`
    [Hkv, 1, D] before (None: ones).
    """

    keys: KeyIndex
    values: KeyIndex
    exact: tuple[ExactRows, ExactRows]
    matrix: Tensor
    sizes: Tensor | None


@dataclass(frozen=True)
class CapturedRows:
    """keys, values [Hkv, capacity, D] of a layer as attention reads them; `eight`: the pools behind them.

    With `four` nothing reads or writes keys and values: the pools in 4 bits are attended to.
    """

    keys: Tensor
    values: Tensor
    eight: tuple[Fp8Pool, Fp8Pool] | None = None
    four: FourBits | None = None

    def append(
        self,
        kernels: Kernels,
        new: tuple[Tensor, Tensor, Tensor],
        position: Tensor,
        index: KeyIndex | None,
        out: Tensor,
        state: Any,
        shape: Any,
        **options: Any,
    ) -> None:
        """`rope_append_` of query, key and value: out [H, D] receives the query as the rows are."""
        if self.four is not None:
            turn, pools = (self.four.matrix, self.four.sizes), (self.four.keys, self.four.values)
            kernels.q4_rope_append_(*new, position, *turn, *pools, self.four.exact, out, state, shape, **options)
            return
        kernels.rope_append_(*new, position, self.keys, self.values, index, out, state, shape, **options)
        if self.eight is not None:
            kernels.fp8_store_row_(self.keys, self.values, position, *self.eight)

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
        """Attention of `append`'s query to the pick of a step, or everything: `decode_attend_`, as the model has it."""
        step = position, out, lse, state, shape, workspace
        if self.four is None:
            return kernels.decode_attend_(query, self.keys, self.values, *step, scaling=scaling)
        four = self.four
        return kernels.q4_attend_(
            query, four.keys, four.values, four.exact, *step, scaling=scaling, back=four.matrix
        )

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
            if layer.turn is not None and layer.is_initialized:  # made anew with every text
                found += [layer.turn.sizes, *(rows.first for rows in codes_of(layer))]
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
        exact, sizes = (four_keys.exact(), four_values.exact()), pool.turn.sizes
        matrix = pool.turn.matrix(slot.keys)  # made before anything is captured
        four = FourBits(
            four_keys.pool, four_values.pool, exact, matrix, None if sizes is None else sizes.contiguous()
        )
        return CapturedRows(slot.keys, slot.values, four=four)
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
