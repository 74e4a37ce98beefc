"""What selection did: coverage by layer and step, and where the mass of the written tokens lay."""

from __future__ import annotations

from dataclasses import dataclass, field

import torch
from torch import Tensor

from tsel_core.selection import Selection


@dataclass
class Trace:
    """Recorded while reading and writing.

    `prefill_coverage` and `decode_coverage` hold (layer, coverage [] in 0..1) pairs,
    left on the device so that recording never waits for it. While `weigh_rows` is set, the
    softmax probabilities of the written token (mean over heads, summed over `weighed_layers`) are added to
    `row_weights` [N], which the engine takes at every step: it is what citations and the report are built from.
    `picked` [capacity] bool marks rows that were picked at least once; sinks (row 0 is one) and windows do not count.
    `num_grown` and `num_full` count the picks (of a layer and a chunk or step) that the coverage floor made larger,
    or replaced by full attention.
    """

    prefill_coverage: list[tuple[int, Tensor]] = field(default_factory=list)
    decode_coverage: list[tuple[int, Tensor]] = field(default_factory=list)
    num_steps: int = 0
    num_grown: int = 0
    num_full: int = 0
    weigh_rows: bool = False
    weighed_layers: frozenset[int] = frozenset()
    row_weights: Tensor | None = None
    picked: Tensor | None = None

    def add(self, layer_idx: int, selection: Selection, decoding: bool) -> None:
        """Note a selection of one layer (a chunk of prefill, or a decode step)."""
        if selection.coverage is not None:
            (self.decode_coverage if decoding else self.prefill_coverage).append((layer_idx, selection.coverage))
        self.num_grown += selection.growth > 1
        self.num_full += selection.growth == 0
        if self.picked is not None and selection.token_indices is not None and not selection.reused:
            # padding (-1) marks row 0, a sink: dropping it would make the host wait for the device
            self.picked[selection.token_indices.flatten().long().clamp(min=0)] = True

    def watch_picks(self, capacity: int, device: torch.device) -> None:
        """Start marking picked rows of a cache with room for `capacity` tokens."""
        self.picked = torch.zeros(capacity, dtype=torch.bool, device=device)

    def weigh(self, layer_idx: int, query: Tensor, keys: Tensor, scaling: float) -> None:
        """Weigh the rows of one decode step: query [1, H, D], keys [Hkv, N, D]. Costs one score pass a layer."""
        if not self.weighs(layer_idx):
            return
        kv_heads, _, dim = keys.shape
        packed = query.view(kv_heads, -1, dim)
        logits = (keys @ packed.transpose(-1, -2)).transpose(-1, -2)  # this order is the quicker one on a CPU
        probabilities = torch.softmax(logits.float() * scaling, -1)
        self.add_weights(probabilities.mean((0, 1)))

    def weighs(self, layer_idx: int) -> bool:
        """Whether row weights of this layer are asked for."""
        return self.weigh_rows and layer_idx in self.weighed_layers

    def add_weights(self, weights: Tensor) -> None:
        """Add one layer's softmax probabilities [N] of the token that is written."""
        if self.row_weights is None or self.row_weights.shape != weights.shape:
            self.row_weights = weights
        else:
            self.row_weights = self.row_weights + weights

    def take_weights(self) -> Tensor | None:
        """Row weights [N] since the last call (float32, on the CPU), or None."""
        weights, self.row_weights = self.row_weights, None
        return None if weights is None else weights.cpu()

    def coverage_of(self, pairs: list[tuple[int, Tensor]]) -> tuple[float, float] | None:
        """(mean, lowest layer mean) of coverage pairs, None when nothing was selected."""
        if not pairs:
            return None
        layers = self.by_layer(pairs)
        return float(torch.stack([c.float() for _, c in pairs]).mean()), min(layers.values())

    def by_layer(self, pairs: list[tuple[int, Tensor]]) -> dict[int, float]:
        """Mean coverage of every layer that selected."""
        if not pairs:
            return {}
        found: dict[int, list[float]] = {}
        for (layer_idx, _), value in zip(pairs, torch.stack([c.float() for _, c in pairs]).tolist(), strict=True):
            found.setdefault(layer_idx, []).append(value)
        return {layer_idx: sum(v) / len(v) for layer_idx, v in sorted(found.items())}
