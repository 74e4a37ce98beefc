"""The Selection Cache of the paper: a decode step that resembles the last one keeps its pick."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
from torch import Tensor

if TYPE_CHECKING:
    from tsel_core.device.ranks import Ranks


@dataclass
class SelectionCache:
    """The last pick of a layer and the query that made it (Selection Cache of the paper)."""

    query: Tensor | None = None
    token_indices: Tensor | None = None
    window_start: Tensor | None = None
    num_hits: int = 0
    num_misses: int = 0

    def matches(
        self,
        query: Tensor,
        threshold: float,
        last_row: int,
        max_window: int,
        num_groups: int | None = None,
        ranks: Ranks | None = None,
    ) -> bool:
        """Whether the pick can serve query [1, H, D]: cosine above threshold and a window not grown too long.

        With `num_groups` KV groups the cosine of every group must be above it, else that of all heads together; all
        `ranks` decide the same. The local window of a reused pick still begins where it began, so no row falls
        between the two.
        """
        if self.query is None or self.window_start is None or threshold >= 1:
            return False
        if last_row - int(self.window_start[0]) >= max_window:
            return False
        if ranks is not None:
            return float(ranks.query_cosine(query, self.query, num_groups or 1, num_groups is None)) > threshold
        return float(query_cosine(query, self.query, num_groups or 1)) > threshold

    def keep(self, query: Tensor, token_indices: Tensor, window_start: Tensor) -> None:
        """Remember a fresh pick."""
        self.query, self.token_indices, self.window_start = query.clone(), token_indices, window_start

    def clear(self) -> None:
        """Forget the pick (the cache was cropped or another document is read); the counts stay."""
        self.query = self.token_indices = self.window_start = None


def query_cosine(query: Tensor, other: Tensor, num_groups: int = 1) -> Tensor:
    """Cosine [] float32 between two queries [1, H, D]; the lowest over `num_groups` groups of heads."""
    rows = query.float().reshape(num_groups, -1)
    return torch.cosine_similarity(rows, other.float().reshape(num_groups, -1), -1).min()
