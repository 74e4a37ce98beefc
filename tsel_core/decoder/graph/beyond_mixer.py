"""A captured step past the trained window: the cache's keys un-rotated, picks by bi-level scores, at compact positions.

Beside the cache stand two low-bit indices a layer: of every key as a far row, of the last ones as near rows
(tsel_kernels.bilevel). They are made when an answer begins, and each step adds its row. Positions of far rows are those
of a text as long as the cache, so that none moves while an answer is written.
"""

from __future__ import annotations

from dataclasses import replace

import torch
from torch import Tensor, nn

from tsel_core.config import SelectionConfig
from tsel_core.decoder.graph.mixer import GraphMixer
from tsel_core.decoder.weights import LayerWeights
from tsel_core.kv.cache import KVCache
from tsel_core.kv.layer import index_width, late_steps
from tsel_core.kv.rope_distances import Rope
from tsel_core.selection.beyond_window import BeyondWindow
from tsel_core.selection.compact import room_for_picks
from tsel_kernels.bilevel.levels import HELD_PARTS, LeveledIndex
from tsel_kernels.key_index import empty_index
from tsel_kernels.protocol import Kernels

_SAMPLED = 1_024  # rows of a layer that say how many bits its index needs
_TILE = 256  # rows that the score pass takes at a time: an index holds whole tiles


class BeyondMixer(GraphMixer):
    """Mixer over plain rows whose keys are un-rotated; every step selects."""

    def __init__(
        self,
        model: nn.Module,
        cache: KVCache,
        kernels: Kernels,
        selection: SelectionConfig,
        position: Tensor,
        beyond: BeyondWindow,
    ) -> None:
        distances = beyond.distances
        budget = min(selection.budget, room_for_picks(selection, distances.window))
        super().__init__(model, cache, kernels, replace(selection, budget=budget, shared_picks=()), position)
        self.places, self.reach = distances.places(cache.capacity), distances.near
        self.index_bits = selection.index_bits
        self.indices: list[LeveledIndex] = []  # made when the first answer begins
        self.near_query, self.far_query = torch.empty_like(self.query), torch.empty_like(self.query)
        self.held = torch.zeros(len(cache.pools), HELD_PARTS, self.num_heads, device=position.device)

    def begin(self, length: int) -> None:
        """Index the first `length` rows of every layer: some may be other ones than at the last answer."""
        self.indices = self.indices or self._empty(length)
        first, append = max(0, length - self.reach), self.kernels.append_index_
        for layer_idx, index in enumerate(self.indices):
            far, near = self._far(layer_idx, slice(0, length)), self._near(layer_idx, first, length)
            for one, rows in ((index.far, far), (index.near, near)):
                one.mean.copy_(torch.mean(rows, 1, dtype=torch.float32))
            append(index.far, far, 0)
            ring = index.near.num_rows
            whole = min(length - first, ring - first % ring)
            append(index.near, near[:, :whole], first % ring)
            if whole < length - first:
                append(index.near, near[:, whole:], 0)

    def _far(self, layer_idx: int, rows: slice) -> Tensor:
        """Keys [Hkv, n, D] of some rows, turned as far ones."""
        there = self.places.of_rows(0, rows.stop, self.position.device)[rows]
        return self._turned(layer_idx, rows, there)

    def _near(self, layer_idx: int, begin: int, end: int) -> Tensor:
        """Keys [Hkv, n, D] of rows begin .. end - 1 at their true positions."""
        return self._turned(layer_idx, slice(begin, end), torch.arange(begin, end, device=self.position.device))

    def _turned(self, layer_idx: int, rows: slice, at: Tensor) -> Tensor:
        keys = self.cache.pools[layer_idx].keys
        assert keys is not None
        rope: Rope = self.ropes[layer_idx]
        return self.kernels.rope_rotate(keys[0, :, rows], at, *rope)

    def _empty(self, length: int) -> list[LeveledIndex]:
        """Indices without rows, as wide as the keys ask for."""
        layers = range(len(self.cache.pools))
        if self.index_bits == "auto":
            some = [self._far(i, slice(0, length, max(1, length // _SAMPLED))) for i in layers]
            widths = [index_width(s) for s in late_steps(some, [rows.float().mean(1) for rows in some])]
        else:
            widths = [int(self.index_bits) for _ in layers]
        mean = torch.zeros(self.num_kv_heads, self.head_dim, device=self.position.device)
        sizes = [-(-rows // _TILE) * _TILE for rows in (self.reach, self.cache.capacity)]
        pairs = [[empty_index(mean.clone(), size, bits) for size in sizes] for bits in widths]
        return [LeveledIndex(near, far, self.reach, self.places) for near, far in pairs]

    def mix(self, layer_idx: int, qkv: Tensor, layer: LayerWeights, *, last: bool = False) -> Tensor:
        """See GraphMixer.mix: append, decide reuse, select by both indices, attend at compact positions."""
        rows, heads, kv_heads = qkv.view(-1, self.head_dim), self.num_heads, self.num_kv_heads
        state, held, index = self.states[layer_idx], self.rows[layer_idx], self.indices[layer_idx]
        kernels, rope = self.kernels, self.ropes[layer_idx]
        held.append(
            kernels,
            (rows[:heads], rows[heads : heads + kv_heads], rows[heads + kv_heads :]),
            self.position,
            None,
            self.query,
            state,
            self.shape,
            rope=None,
            q_norm=layer.q_norm,
            k_norm=layer.k_norm,
            eps=self.eps,
            theta=self.theta,
        )
        pair = self.near_query, self.far_query
        kernels.bilevel_turn_(self.query, held.keys, self.position, *pair, index, rope=rope)
        kernels.bilevel_select_(
            *pair, index, self.position, state, self.shape, self.workspace, self.held[layer_idx], scaling=self.scaling
        )
        return kernels.decode_attend_(
            self.query,
            held.keys,
            held.values,
            self.position,
            self.out,
            self.lse[layer_idx],
            state,
            self.shape,
            self.workspace,
            scaling=self.scaling,
            rope=rope,
        ).view(1, -1)

    def attended_lse(self) -> Tensor:
        """Log-sum-exp [layers, H] of the scores of attended rows: those at compact positions are others."""
        return self.full_lse + self.held.sum(1).log()
