"""What a selection returns, who is told of it or asked for it, and which rows of many votes it picks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import torch
from torch import Tensor

from tsel_core.config import SelectionConfig
from tsel_core.plugins import Asked
from tsel_core.selection.rule import PickRule
from tsel_kernels.protocol import Kernels
from tsel_kernels.score.cpu_index import RowIndex

Observer = Callable[[Tensor, Tensor, Tensor], None]
"""Told (query [1, H, D], votes [1, groups, N], indices [1, groups, K]) of every fresh pick of a decode step."""

RowIndexOf = Callable[[Tensor, Tensor], RowIndex | None]
"""Given (query [1, H, D], keys [Hkv, N, D]): their int8 copy, None where the keys are scored themselves."""


@dataclass(frozen=True, slots=True)
class Selection:
    """The pick of one layer and step.

    token_indices [B, groups, K] int32 (-1 padded, None when the rows did not outnumber the budget and full
    attention ran), window_start [B] int32, coverage [] float32: mean share of softmax mass the picked rows hold,
    over the measured queries and heads (None when it was not measured: a reused pick), reused: Selection Cache hit.
    `low` [] is the lower end of the coverage's 95 % interval, where one was drawn (coverage_bound.py).
    `growth` is how many times the budget the pick took to reach the coverage floor (1: no growth), 0 when full
    attention had to run instead. `shared`: another layer's pick.
    """

    token_indices: Tensor | None
    window_start: Tensor | None
    coverage: Tensor | None
    reused: bool = False
    growth: int = 1
    low: Tensor | None = None
    shared: bool = False


def all_rows(indices: Tensor, starts: Tensor) -> Selection:
    """What is noted when full attention had to run: no pick, and all of the mass."""
    return Selection(None, starts, torch.ones((), device=indices.device), growth=0)


class LayerPicks(Protocol):
    """What a way to read a chunk needs of the layer's selector (selector.TokenSelector)."""

    config: SelectionConfig
    kernels: Kernels
    layer_idx: int
    rule: PickRule | None

    @property
    def budget(self) -> int:
        """Rows a pick of this layer may hold."""

    def all_votes(self, votes: Tensor, num_heads: int) -> tuple[Tensor, int]:
        """Votes and how many heads gave them, of all ranks where one pick serves all heads."""

    def agreed(self, coverage: Tensor) -> Tensor:
        """The coverage by which all ranks decide."""

    def every_row(self, query: Tensor, keys: Tensor, values: Tensor, scaling: float, sinks: Tensor | None) -> Tensor:
        """Attention of the last queries [T, H, D] to all rows."""


def pick(selector: LayerPicks, votes: Tensor, budget: int, starts: Tensor) -> tuple[Tensor, Tensor]:
    """Rows [B, groups, K] of votes [B, groups, N], ascending, -1 padded, before `starts` [B]; the votes they hold."""
    ops, num_sink, rule = selector.kernels, selector.config.num_sink, selector.rule
    if rule is None:
        return ops.top_k_rows(votes, budget, num_sink, starts)
    asked = Asked(selector.layer_idx, budget, num_sink, starts)
    indices, _ = ops.top_k_rows(rule.scores(votes, asked), budget, num_sink, starts)
    held = votes.float().gather(-1, indices.clamp(min=0).long())
    return indices, torch.where(indices >= 0, held, 0.0).sum(-1)
