"""What a selection returns, and who is told of it or asked for it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

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
    `growth` is how many times the budget the pick took to reach the coverage floor (1: no growth), 0 when full
    attention had to run instead.
    """

    token_indices: Tensor | None
    window_start: Tensor | None
    coverage: Tensor | None
    reused: bool = False
    growth: int = 1


def all_rows(indices: Tensor, starts: Tensor) -> Selection:
    """What is noted when full attention had to run: no pick, and all of the mass."""
    return Selection(None, starts, torch.ones((), device=indices.device), growth=0)
