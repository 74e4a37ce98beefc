"""Layers of a KV cache that hold their rows in another form or place than attention needs them (tsel_core.kv.rows).

Prefill stages a layer's whole past (tsel_core.kv.staging), so every kernel runs unchanged. A decode step that selects
from the key index fetches the picked rows only (tsel_core.kv.gathered_rows).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from tsel_core.config import IndexBits
from tsel_core.kv.four_bits import FourBitRows, KeptCodes, Turn
from tsel_core.kv.gathered_rows import PackedRows
from tsel_core.kv.layer import AppendIndex, KVLayer, index_width, late_step
from tsel_core.kv.room import Room
from tsel_core.kv.rows import Rows, make_rows
from tsel_kernels.key_index import KeyIndex


class StoredLayer(KVLayer):
    """A layer of a stored cache. `rows` are (keys, values); `packed` is what the last selecting step read."""

    def __init__(
        self, room: Room, layer_idx: int, append_index: AppendIndex | None = None, index_bits: IndexBits = "auto"
    ) -> None:
        super().__init__(room.capacity, append_index, index_bits)
        self.room, self.layer_idx = room, layer_idx
        room.layers.append(self)
        self.turn = Turn() if room.storage == "q4" else None
        self.rows: tuple[Rows, Rows] | None = None
        self.packed = PackedRows(self.read, self.gather, self._buffers)

    def lazy_initialization(self, key_states: Tensor, value_states: Tensor | None = None) -> None:
        """Allocate in shape and dtype of the first key_states [1, Hkv, T, D]. Raises DoesNotFit and frees all."""
        value_states = key_states if value_states is None else value_states
        self.dtype, self.device = key_states.dtype, key_states.device
        shapes = [(t.shape[1], self.capacity, t.shape[3]) for t in (key_states, value_states)]
        self.room.check(shapes, self.dtype)
        with self.room.all_or_nothing():
            keys, values = self._make_rows(shapes[0], True), self._make_rows(shapes[1], False)
            self.room.staging.allocate(shapes, self.dtype, self.device)
        self.rows = (keys, values)
        if isinstance(keys, FourBitRows):  # scored as they are held
            self.index = keys.pool
        if self.room.storage == "host":  # the captured loop reads and writes the pools in place
            self.keys, self.values = keys.tensors()[0][None], values.tensors()[0][None]
        self.is_initialized = True

    @property
    def scores_index(self) -> bool:
        """Whether a selecting step scores an index and fetches what it picks."""
        return self.append_index is not None or self.room.storage == "q4"

    def learn(self, query: Tensor, key: Tensor, rows: Tensor) -> None:
        """How a chunk asks rows to be held (`turn`); the first one's queries and keys say all.

        Some query [H, n, D] and key [Hkv, n, D] of it, rotated to places all over a long text; its keys `rows`
        [Hkv, T, D] where they stand.
        """
        assert self.turn is not None
        if self.length:
            self.turn.learn_aim(query)
            return
        if not self.is_initialized:
            self.turn.bits = index_width(late_step(rows, rows.float().mean(1)))
        self.turn.learn(query, key)

    def freeze(self) -> None:
        """What follows reads these rows as a kept reading gives them, and is rounded to the nearest codes."""
        if self.turn is not None and self.is_initialized:
            self.turn.aim, self.turn.frozen = None, True
            self.room.staging.forget(self.layer_idx, 0)
            for rows in codes_of(self):
                rows.reach(self.length)
                rows.freeze()

    def _make_rows(self, shape: tuple[int, int, int], keys: bool) -> Rows:
        if self.turn is not None:
            bits, turn = (self.turn.bits, self.turn) if keys else (4, None)
            return FourBitRows(shape, self.dtype, self.device, self.room.kernels, bits, turn)
        return make_rows(self.room.storage, shape, self.dtype, self.device, self.room.kernels, keys)

    def update(self, key_states: Tensor, value_states: Tensor, *_: Any, **__: Any) -> tuple[Tensor, Tensor]:
        """Append [1, Hkv, T, D] and return staged views [1, Hkv, length, D] of everything so far.

        They are valid until the layer after the next is updated.
        """
        self._begin(key_states, value_states)
        assert self.rows is not None
        staging, start, end = self.room.staging, self.length, self.length + key_states.shape[2]
        slot = staging.stage(self.layer_idx, start, self.read)
        for rows, buffer, new in zip(self.rows, (slot.keys, slot.values), (key_states, value_states), strict=True):
            part = buffer[:, start:end]
            part.copy_(new[0])
            with staging.copying():
                kept = rows.write(start, part)
            if kept is not part:
                part.copy_(kept)
        slot.valid = start if self.turn is not None else end  # this chunk's rows stand there as they were
        self._index(slot.keys[:, start:end])
        self.length = end
        if key_states.shape[2] > 1:
            self.room.prefetch_after(self.layer_idx)
        return slot.keys[None, :, :end], slot.values[None, :, :end]

    def append(self, key: Tensor, value: Tensor) -> StoredRows:
        """Append one row (key, value [Hkv, 1, D]) without staging; attention fetches what it picks."""
        self._begin(key[None], value[None])
        assert self.rows is not None
        kept = [rows.write(self.length, new) for rows, new in zip(self.rows, (key, value), strict=True)]
        self.packed.push(self.length, kept[0], kept[1])
        self._index(kept[0])
        self.length += 1
        return StoredRows(self, self.length)

    def _index(self, keys: Tensor) -> None:
        """Index keys [Hkv, T, D], the rows from `length` on, as they are held (a kept reading gives the same)."""
        if self.append_index is None or self.room.storage == "q4":
            return
        if self.length == 0:
            with self.room.all_or_nothing():
                self.start_index(keys)
        assert self.index is not None
        self.append_index(self.index, keys, self.length)

    def _begin(self, key_states: Tensor, value_states: Tensor) -> None:
        if not self.is_initialized:
            self.lazy_initialization(key_states, value_states)
        end = self.length + key_states.shape[2]
        if end > self.capacity:
            raise ValueError(f"KV layer holds {self.capacity} tokens, {end} were written")

    def read(self, begin: int, keys: Tensor, values: Tensor) -> None:
        """Copy rows begin.. into keys, values [Hkv, T, D]."""
        assert self.rows is not None
        self._reach()
        self.rows[0].read(begin, keys)
        self.rows[1].read(begin, values)

    def gather(self, indices: Tensor, keys: Tensor, values: Tensor) -> None:
        """Copy rows [Hkv or 1, K] int32 into keys, values [Hkv, K, D]."""
        assert self.rows is not None
        self._reach()
        self.rows[0].gather(indices, keys)
        self.rows[1].gather(indices, values)

    def _reach(self) -> None:
        """Rows in 4 bits learn how many there are: a captured step writes some unseen."""
        if self.turn is not None and self.is_initialized:
            for rows in codes_of(self):
                rows.reach(self.length)

    def settle(self) -> None:
        """A captured step is going to read and write the rows."""
        if self.turn is not None and self.is_initialized:
            self._reach()
            for rows in codes_of(self):
                rows.settle()

    def _buffers(self, num_rows: int) -> tuple[Tensor, Tensor]:
        """Uninitialized keys, values [Hkv, rows, D] on the device."""
        slot = self.room.staging.slots[0]
        keys, values = ((t.shape[0], num_rows, t.shape[2]) for t in (slot.keys, slot.values))
        return slot.keys.new_empty(keys), slot.values.new_empty(values)

    def held(self, num_rows: int) -> tuple[Tensor, Tensor]:
        """See KVLayer: staged."""
        slot = self.room.staging.stage(self.layer_idx, num_rows, self.read)
        return slot.keys[None, :, :num_rows], slot.values[None, :, :num_rows]

    def crop(self, max_length: int) -> None:
        """See KVLayer."""
        self._reach()
        super().crop(max_length)
        self._reach()
        self.room.staging.forget(self.layer_idx, self.length)
        self.packed.clear()

    def copy_to(self, other: KVLayer, num_rows: int) -> None:
        """See KVLayer. Turned rows go as they are held, with what they were turned by."""
        if self.turn is None or other.turn is None:
            super().copy_to(other, num_rows)
            return
        self._reach()
        mine, turn = codes_of(self), other.turn
        turn.sizes, turn.middle, turn.bits, turn.aim = self.turn.sizes, self.turn.middle, self.turn.bits, self.turn.aim
        shapes = [(1, r.pool.num_kv_heads, 0, r.pool.head_dim) for r in mine]
        other.lazy_initialization(*(r.recent.new_empty(shape) for r, shape in zip(mine, shapes, strict=True)))
        for rows, made in zip(mine, codes_of(other), strict=True):
            made.take(rows, num_rows)
        other.length = num_rows

    def reset(self) -> None:
        """See KVLayer."""
        self.crop(0)

    def kept_rows(self) -> tuple[Any, Any]:
        """See KVLayer. Rows in 4 bits are kept as they are."""
        assert self.rows is not None
        keys, values = self.rows
        if isinstance(keys, FourBitRows) and isinstance(values, FourBitRows):
            return KeptCodes(keys), KeptCodes(values)
        return RowsView(self, 0), RowsView(self, 1)

    def tensors(self) -> list[Tensor]:
        """Every tensor the layer holds of its own."""
        assert self.rows is not None
        apart = self.index if self.room.storage != "q4" else None  # in 4 bits the keys' codes are the index
        index = [] if apart is None else [apart.codes, apart.scale, apart.zero]
        return [*self.rows[0].tensors(), *self.rows[1].tensors(), *self.packed.tensors(), *index]

    def release(self) -> None:
        """See KVLayer."""
        super().release()
        self.rows = None
        self.packed.clear(free=True)


@dataclass(frozen=True)
class StoredRows:
    """Rows 0 .. length - 1 of a layer that are not staged: stands for keys and values in a selecting decode step."""

    layer: StoredLayer
    length: int

    @property
    def shape(self) -> tuple[int, int, int]:
        """(Hkv, rows, D)."""
        assert self.layer.index is not None
        return self.layer.index.num_kv_heads, self.length, self.layer.index.head_dim

    @property
    def device(self) -> torch.device:
        """Where attention computes."""
        return self.layer.device

    @property
    def index(self) -> KeyIndex:
        """The key index of these rows."""
        assert self.layer.index is not None
        return self.layer.index.narrow(self.length)

    def whole(self) -> tuple[Tensor, Tensor]:
        """keys, values [Hkv, rows, D], staged."""
        keys, values = self.layer.held(self.length)
        return keys[0], values[0]

    def packed(
        self, indices: Tensor, window_start: Tensor, num_sink: int
    ) -> tuple[Tensor, Tensor, Tensor, Tensor, int]:
        """keys, values, indices, window_start, position of the last row, for `gathered_attention` of one query.

        indices [1, groups, K] int32 and window_start [1] int32 are those of the whole cache.
        """
        self.layer.room.staging.join()
        begin = int(window_start[0])
        if begin == 0:  # the window reaches the sinks: everything is attended to
            return *self.whole(), indices, window_start, self.length - 1
        return self.layer.packed.take(indices, begin, self.length, num_sink)


def whole(keys: Tensor | StoredRows, values: Tensor | StoredRows) -> tuple[Tensor, Tensor]:
    """keys, values [Hkv, rows, D] as tensors, staged where they were not."""
    if isinstance(keys, StoredRows):
        return keys.whole()
    assert isinstance(values, Tensor)
    return keys, values


def codes_of(layer: KVLayer) -> tuple[FourBitRows, FourBitRows]:
    """Keys and values of a layer that holds them in 4 bits."""
    assert isinstance(layer, StoredLayer)
    assert layer.rows is not None
    keys, values = layer.rows
    assert isinstance(keys, FourBitRows)
    assert isinstance(values, FourBitRows)
    return keys, values


class RowsView:
    """Keys (which 0) or values (which 1) of a stored layer as a pool to be kept: [head, :n] gives rows [n, D]."""

    def __init__(self, layer: StoredLayer, which: int) -> None:
        assert layer.rows is not None
        # not the cache, which may be dropped while its rows are written to a file
        self._staging, self._rows = layer.room.staging, layer.rows[which]
        pool = self._rows.tensors()[0]
        self.shape, self.dtype, self.device = pool.shape, layer.dtype, layer.device

    def __getitem__(self, at: tuple[int, slice]) -> Tensor:
        head, rows = at
        self._staging.join()
        out = torch.empty((1, rows.stop, self.shape[2]), dtype=self.dtype, device=self.device)
        self._rows.read(0, out, head)
        return out[0]
