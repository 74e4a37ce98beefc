"""Rows that stand at one of two positions: their own while a query is near, another once it is far away.

SelfExtend (arXiv:2401.01325) calls it bi-level attention: a query is compared with rows nearer than `reach` tokens at their
true distance, with all others at one that a model was trained for. Keys are held un-rotated and turned to each position.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from tsel_kernels.key_index import KeyIndex

Pair = tuple[Tensor, Tensor]
"""A query turned for near rows and for far ones, [A, H, D] or [H, D] each."""
FAR = 1 << 30
"""A group, or a period, that no position reaches."""
HELD_PARTS = 8
"""Parts in which a decode step sums up what its pick holds."""


@dataclass(frozen=True)
class LeveledKeys:
    """Keys of a layer: `far` [Hkv, N, D] as far rows, `near` [Hkv, N - first, D] rows first .. N - 1 as near ones.

    A row is near a query when it is less than `reach` tokens before it.
    """

    near: Tensor
    far: Tensor
    first: int
    reach: int


@dataclass(frozen=True)
class FarPlaces:
    """Positions that far rows and those who ask them take: of whole numbers, so that a kernel can work them out.

    A query at position p stands at p // query_group + query_add, row n at n // key_group % key_period.
    """

    query_group: int
    query_add: int
    key_group: int
    key_period: int

    def of_queries(self, positions: Tensor) -> Tensor:
        """Where queries at `positions` [A] stand."""
        return positions // self.query_group + self.query_add

    def of_rows(self, begin: int, end: int, device: torch.device) -> Tensor:
        """Where rows begin .. end - 1 stand [end - begin] int64."""
        return torch.arange(begin, end, device=device) // self.key_group % self.key_period


@dataclass(frozen=True)
class LeveledIndex:
    """The low-bit index of the keys as far rows, and of the last ones as near rows: row n in row n modulo its length.

    `near` has a whole number of score tiles, `reach` rows at least; `far` has the cache's capacity of rows, rounded up so.
    """

    near: KeyIndex
    far: KeyIndex
    reach: int
    places: FarPlaces
