"""The KV cache: one pool of keys and values a layer, and the states of recurrent layers beside them.

A dynamic cache concatenates every row at every step; here a step copies one row. A model of transformers gets it
through tsel_core.decoder.seam_cache.
"""

from __future__ import annotations

import weakref
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

import torch
from torch import Tensor

from tsel_core.config import IndexBits, Storage
from tsel_core.kv.layer import AppendIndex, KVLayer, NoRows, start_indexes
from tsel_core.kv.states import RecurrentLayers, States
from tsel_core.kv.window_layer import WindowLayer, windows_cut

_INDEX_TILE = 256  # tsel_kernels.decode.triton_workspace.SCORE_TILE, which cannot be imported without Triton


class KVCache:
    """A cache of `num_layers` layers with room for `capacity` tokens each, batch 1.

    With `recurrent` layers their `states` are kept beside the rows (tsel_core.kv.states); of a long text layers with
    `windows` (layer -> tokens) keep their window's rows only.
    """

    storage: Storage = "plain"

    def __init__(
        self,
        num_layers: int,
        capacity: int,
        append_index: AppendIndex | None = None,
        index_bits: IndexBits = "auto",
        recurrent: RecurrentLayers | None = None,
        windows: Mapping[int, int] | None = None,
    ) -> None:
        if append_index is not None:  # the score kernel reads whole tiles of the index
            capacity = -(-capacity // _INDEX_TILE) * _INDEX_TILE
        self.append_index, self.index_bits = append_index, index_bits
        self.capacity = capacity
        cut = windows_cut(windows or {}, capacity)
        rowless: frozenset[int] = frozenset() if recurrent is None else recurrent.rowless
        self.pools: list[KVLayer] = [
            NoRows(capacity) if i in rowless else WindowLayer(capacity, cut[i]) if i in cut else self.make_layer(i)
            for i in range(num_layers)
        ]
        self.cuts_windows = bool(cut)
        self._first = next((layer for layer in self.pools if not isinstance(layer, NoRows)), None)
        for layer in self.pools:
            if isinstance(layer, NoRows):
                layer.leader = self._first
        self._recurrent = recurrent
        self.states = None if recurrent is None else States(recurrent.make())
        self.keys_rotated = True  # False: they are stored as they are, and attention rotates them
        self.copied_from: weakref.ref[KVCache] | None = None  # whose rows a larger cache began with
        self.offset = 0  # rows that were taken out: what is appended stands at the position row + offset
        self.masked_end = 0  # rows below which some were taken out

    def make_layer(self, layer_idx: int) -> KVLayer:
        """An empty layer."""
        return KVLayer(self.capacity, self.append_index, self.index_bits)

    def update(self, key_states: Tensor, value_states: Tensor, layer_idx: int) -> tuple[Tensor, Tensor]:
        """Append rows to a layer (KVLayer.update)."""
        return self.pools[layer_idx].update(key_states, value_states)

    def release(self) -> None:
        """Free everything the cache holds; the next update allocates again."""
        for layer in self.pools:
            layer.release()
        self.states = None if self._recurrent is None else States(self._recurrent.make())
        self.offset = self.masked_end = 0

    def empty(self) -> None:
        """Forget every row and overwrite it; the memory stays where it is."""
        self.copied_from = None
        self.offset = self.masked_end = 0
        for layer in self.pools:
            layer.reset()
            layer.arrival, layer.first_keys = None, 0
            for pool in (layer.keys, layer.values):
                if pool is not None:
                    pool.zero_()

    def settle(self) -> None:
        """The captured loop is about to write: its kernels see every row in the pools, and in the key index.

        Loaded rows are indexed now (prefix_cache/load/load.py): the first token does not need it, and waits less.
        """
        layers = [layer for layer in self.pools if layer.first_keys and layer.append_index is not None and layer.length]
        rows = [layer.held(layer.length)[0][0] for layer in layers]
        start_indexes(layers, [keys[:, : layer.first_keys] for layer, keys in zip(layers, rows, strict=True)])
        for layer, keys in zip(layers, rows, strict=True):
            assert layer.append_index is not None
            assert layer.index is not None
            layer.append_index(layer.index, keys, 0)
            layer.first_keys = 0

    @property
    def length(self) -> int:
        """Tokens held."""
        return 0 if self._first is None else self._first.length

    @property
    def device(self) -> torch.device:
        """Where it computes; the rows may be in host memory."""
        assert self._first is not None
        return self._first.device

    @contextmanager
    def unbroken(self) -> Iterator[None]:
        """Around a pass: if it does not end, recurrent layers may be a token apart, and go back at the next `crop`."""
        if self.states is not None:
            self.states.broken = True
        yield
        if self.states is not None:
            self.states.broken = False

    @property
    def forgets(self) -> bool:
        """Whether some layers do not know all their past: it is not kept on the disk, nor copied row by row."""
        return self.cuts_windows or self.states is not None

    def mark(self) -> None:
        """Remember this place, where recurrent layers cannot go back without; nothing to do for other caches."""
        if self.states is not None:
            self.states.mark(self.length)

    def crop(self, max_length: int) -> int:
        """Forget tokens from `max_length` on in every layer; returns how many are left.

        They are fewer where recurrent layers go back to the last marked place before; none, where windows cannot. Where
        rows were taken out, the rest stays or everything goes.
        """
        if max_length < self.masked_end:
            max_length = self.offset = self.masked_end = 0
        held = max_length if self.states is None else self.states.go_back(self.length, max_length)
        if not all(layer.can_crop(held) for layer in self.pools):
            held = 0 if self.states is None else self.states.go_back(self.length, -1)
        for layer in self.pools:
            layer.crop(held)
        return min(held, self.length)

    def copy_to(self, other: KVCache, num_tokens: int) -> int:
        """Copy the first tokens into an empty cache; returns how many it then holds: see `crop`."""
        held = num_tokens
        if self.states is not None and other.states is not None:
            held = self.states.copy_to(other.states, self.length, num_tokens)
        pairs = list(zip(self.pools, other.pools, strict=True))
        same = all(type(old) is type(new) and (old.turn is None) == (new.turn is None) for old, new in pairs)
        if held and same and all(old.can_crop(held) for old in self.pools):
            for old, new in pairs:
                old.copy_to(new, held)
        else:
            other.release()
            held = 0
        other.copied_from = weakref.ref(self)
        if held:
            other.offset, other.masked_end = self.offset, self.masked_end
        return held

    @property
    def can_branch(self) -> bool:
        """Whether others may begin with its rows without a copy (kv/pages.py)."""
        plain = self.storage == "plain" and self.states is None and not self.offset and self.append_index is None
        return plain and all(type(layer) is KVLayer and layer.pages is not None for layer in self.pools)

    def branch(self) -> KVCache:
        """A cache that begins with these rows and goes on in memory of its own; only where it `can_branch`.

        The rows that it begins with must stay as they are as long as it lives.
        """
        made = KVCache(len(self.pools), self.capacity)
        made.pools = [layer.branch() for layer in self.pools]
        made._first, made.keys_rotated = made.pools[0], self.keys_rotated
        return made

    def take_out(self, rows: Sequence[int]) -> None:
        """Take rows (ascending) out of every layer: whatever is appended later neither picks nor weighs them.

        The rows behind close the gap. Attention knows no order among rows but what their keys carry, and those keep the
        positions they were rotated for; the next token goes on at its own (`offset`). Not for caches that `forgets`.
        """
        if not rows:
            return
        assert not self.forgets
        gone = set(rows)
        first, length = rows[0], self.length
        kept = torch.tensor([r for r in range(first, length) if r not in gone], dtype=torch.int64, device=self.device)
        for layer in self.pools:
            keys, values = (t.index_select(2, kept) for t in layer.held(length))
            layer.crop(first)
            if len(kept):
                layer.update(keys, values)
        self.offset += len(gone)
        self.masked_end = max(self.masked_end, rows[-1] + 1 - len(gone))

    def num_bytes(self) -> int:
        """Memory reserved by the pools that exist."""
        pools = [p for layer in self.pools if layer.is_initialized for p in layer.tensors()]
        pools += [] if self.states is None else self.states.tensors()
        return sum(p.numel() * p.element_size() for p in pools)
