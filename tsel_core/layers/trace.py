"""What selection did: coverage and cache hits by layer and step, and where the mass of the written tokens lay."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

import torch
from torch import Tensor

from tsel_core.kv.stored import StoredRows
from tsel_core.selection.picks import Selection
from tsel_kernels.key_index import index_logits


@dataclass
class Trace:
    """Recorded while reading and writing.

    `prefill_coverage` and `decode_coverage` hold (layer, coverage [] in 0..1) pairs, tensors where they are left on the
    device so that recording never waits for it, `lows` the lower ends of their 95 % intervals (by whether a token was
    written) where every pick has one; `decode_picks` (step, layer, coverage or None, whether the Selection
    Cache served the pick). While `weigh_rows` is set and the units are known (`watch_units`), the softmax
    probabilities of the written token are added up by unit, for each of `weighed_layers` and each KV head group:
    `unit_weights` [layers, groups, units + 1] float32 (the last is what belongs to no unit), which the engine takes at
    every step. Citations and the report are built from it; it holds units, not rows, so it stays small.
    `picked` [capacity] bool marks rows that were picked at least once; sinks (row 0 is one) and windows do not count.
    `num_chunk_picks` counts the picks of a layer and a chunk.
    `num_grown` and `num_full` count the picks (of a layer and a chunk or step) that the coverage floor made larger,
    or replaced by full attention.
    """

    prefill_coverage: list[tuple[int, Tensor | float]] = field(default_factory=list)
    decode_coverage: list[tuple[int, Tensor | float]] = field(default_factory=list)
    lows: dict[bool, list[tuple[int, Tensor | float]]] = field(default_factory=lambda: {False: [], True: []})
    decode_picks: list[tuple[int, int, Tensor | float | None, bool]] = field(default_factory=list)
    num_steps: int = 0
    num_chunk_picks: int = 0
    num_grown: int = 0
    num_full: int = 0
    weigh_rows: bool = False
    weighed_layers: frozenset[int] = frozenset()
    unit_of_rows: Tensor | None = None
    num_units: int = 0
    unit_weights: Tensor | None = None
    picked: Tensor | None = None

    def add(self, layer_idx: int, selection: Selection, decoding: bool) -> None:
        """Note a selection of one layer (a chunk of prefill, or a decode step)."""
        if selection.coverage is not None:
            (self.decode_coverage if decoding else self.prefill_coverage).append((layer_idx, selection.coverage))
        if selection.low is not None:
            self.lows[decoding].append((layer_idx, selection.low))
        if decoding and not selection.shared:
            self.decode_picks.append((self.num_steps, layer_idx, selection.coverage, selection.reused))
        self.num_chunk_picks += not decoding
        self.num_grown += selection.growth > 1
        self.num_full += selection.growth == 0
        fresh = not (selection.reused or selection.shared)
        if self.picked is not None and selection.token_indices is not None and fresh:
            # padding (-1) marks row 0, a sink: dropping it would make the host wait for the device, and so would
            # `picked[rows] = True`, which copies the True from the host
            self.picked.index_fill_(0, selection.token_indices.flatten().long().clamp(min=0), True)

    def watch_picks(self, capacity: int, device: torch.device) -> None:
        """Start marking picked rows of a cache with room for `capacity` tokens."""
        self.picked = torch.zeros(capacity, dtype=torch.bool, device=device)

    def watch_units(self, unit_of_rows: Tensor, num_units: int) -> None:
        """Weigh by unit from now on: unit_of_rows [capacity] int64 on the device, `num_units` for rows of no unit."""
        self.unit_of_rows, self.num_units, self.unit_weights = unit_of_rows, num_units, None

    def weigh(self, layer_idx: int, query: Tensor, keys: Tensor | StoredRows, scaling: float) -> None:
        """Weigh the units in one decode step: query [1, H, D], keys [Hkv, N, D]. Costs one score pass a layer.

        Rows that are not at hand are weighed by the key index.
        """
        if not self.weighs(layer_idx):
            return
        kv_heads, _, dim = keys.shape
        packed = query.view(kv_heads, -1, dim)
        if isinstance(keys, StoredRows):
            logits = index_logits(packed.float(), keys.index)
        else:
            logits = (keys @ packed.transpose(-1, -2)).transpose(-1, -2)  # this order is the quicker one on a CPU
        self.add_weights(layer_idx, torch.softmax(logits.float() * scaling, -1).mean(1))

    def weighs(self, layer_idx: int) -> bool:
        """Whether unit weights of this layer are asked for."""
        return self.weigh_rows and self.unit_of_rows is not None and layer_idx in self.weighed_layers

    def add_weights(self, layer_idx: int, probabilities: Tensor) -> None:
        """Add one layer's softmax probabilities [Hkv, N] (mean over the heads of a group) of the written token."""
        assert self.unit_of_rows is not None
        kv_heads, rows = probabilities.shape
        if self.unit_weights is None:
            shape = (len(self.weighed_layers), kv_heads, self.num_units + 1)
            self.unit_weights = torch.zeros(shape, device=probabilities.device)
        slot = sorted(self.weighed_layers).index(layer_idx)
        self.unit_weights[slot].index_add_(1, self.unit_of_rows[:rows], probabilities)

    def take_weights(self) -> Tensor | None:
        """Unit weights [layers, groups, units + 1] since the last call (float32, on the device), or None."""
        weights, self.unit_weights = self.unit_weights, None
        return weights

    def by_step(self) -> tuple[list[float | None], list[float]]:
        """(coverage, hits) of every selecting decode step: mean over the layers that picked afresh (None when none

        did), and the share of layers that the Selection Cache served.
        """
        steps: dict[int, list[tuple[Tensor | float | None, bool]]] = {}
        for step, _, coverage, reused in self.decode_picks:
            steps.setdefault(step, []).append((coverage, reused))
        covers: list[float | None] = []
        hits: list[float] = []
        for picks in steps.values():
            fresh = [float(c) for c, _ in picks if c is not None]
            covers.append(sum(fresh) / len(fresh) if fresh else None)
            hits.append(sum(reused for _, reused in picks) / len(picks))
        return covers, hits

    def coverage_of(self, pairs: list[tuple[int, Tensor | float]]) -> tuple[float, float] | None:
        """(mean, lowest layer mean) of coverage pairs, None when nothing was selected."""
        if not pairs:
            return None
        layers = self.by_layer(pairs)
        values = coverage_values(pairs)
        return sum(values) / len(values), min(layers.values())

    def low_of(self, decoding: bool) -> float | None:
        """Lower end of the 95 % interval of the mean coverage, None where not every pick has one.

        Picks of a layer err apart from each other; layers, which are measured on the same queries, together.
        """
        pairs, lows = (self.decode_coverage if decoding else self.prefill_coverage), self.lows[decoding]
        if not lows or len(lows) != len(pairs):
            return None
        halves: dict[int, list[float]] = {}
        values = zip(pairs, coverage_values(pairs), coverage_values(lows), strict=True)
        for (layer_idx, _), value, low in values:
            halves.setdefault(layer_idx, []).append(max(0.0, value - low))
        widths = [math.hypot(*mine) / len(mine) for mine in halves.values()]
        means = self.by_layer(pairs)
        return max(0.0, sum(means.values()) / len(means) - sum(widths) / len(widths))

    def by_layer(self, pairs: list[tuple[int, Tensor | float]]) -> dict[int, float]:
        """Mean coverage of every layer that selected."""
        if not pairs:
            return {}
        found: dict[int, list[float]] = {}
        for (layer_idx, _), value in zip(pairs, coverage_values(pairs), strict=True):
            found.setdefault(layer_idx, []).append(value)
        return {layer_idx: sum(v) / len(v) for layer_idx, v in sorted(found.items())}


def coverage_values(pairs: Sequence[tuple[int, Tensor | float]]) -> list[float]:
    """The coverages as numbers; those on the device come over in one piece."""
    left = [c.float() for _, c in pairs if isinstance(c, Tensor)]
    fetched = iter(torch.stack(left).tolist() if left else [])
    return [next(fetched) if isinstance(c, Tensor) else c for _, c in pairs]
