"""Distances a model was trained for, between rows that are farther apart than that.

Keys are kept un-rotated, so that a query can be scored against every row although most rows are farther away than the
trained window: rows nearer than `near` tokens are at their true distance, all others at one that a rule gives and that
never exceeds the window:

"clamped": every far row at distance `near` (ReRoPE; InfLLM, arXiv:2402.04617, for its scores).
"grouped": distances divided by a whole number, beginning at `near` (SelfExtend, arXiv:2401.01325): order is kept.
"wrapped": distances repeat every window - near tokens (between the chunks of Dual Chunk Attention, arXiv:2402.17463).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor

Rule = Literal["clamped", "grouped", "wrapped"]
RULES: tuple[Rule, ...] = ("clamped", "grouped", "wrapped")
Rope = tuple[Tensor, Tensor]
"""cos, sin [P, D] of a model's own rotary module, for positions 0 .. P-1."""
Rotate = Callable[[Tensor, Tensor, Tensor, Tensor], Tensor]
"""(rows [..., n, D], positions [n], cos, sin) -> rotated rows (tsel_kernels' rope_rotate)."""


@dataclass(frozen=True, slots=True)
class Distances:
    """A rule for a trained window (tokens); distances below `near` are the true ones."""

    rule: Rule
    window: int
    near: int

    def far_positions(self, queries: Tensor, num_rows: int) -> tuple[Tensor, Tensor | None]:
        """Positions of far queries [A] and keys [N] (None: all 0) for queries at true positions [A] among N rows."""
        if self.rule == "clamped":
            return torch.full_like(queries, self.near), None
        rows = torch.arange(num_rows, device=queries.device)
        if self.rule == "wrapped":
            period = self.window - self.near
            return torch.full_like(queries, self.near + period - 1), rows % period
        group = self.group(num_rows)
        return queries // group + self.near - self.near // group, rows // group

    def group(self, num_rows: int) -> int:
        """Tokens that share a position under "grouped": the least with which no distance reaches the window."""
        group = 1
        while (num_rows - 1) // group + self.near - self.near // group >= self.window:
            group += 1
        return group


def rule_logits(
    query: Tensor, positions: Tensor, keys: Tensor, distances: Distances, rope: Rope, rotate: Rotate, scaling: float
) -> Tensor:
    """Scaled logits [Hkv, A, G, N] float32 of un-rotated query [A, H, D] at true `positions` [A] over all N rows.

    keys [Hkv, N, D] un-rotated; rows after a query's position are -inf.
    """
    kv_heads, num_rows, dim = keys.shape
    num, heads = query.shape[0], query.shape[1]

    def turned(at: Tensor) -> Tensor:
        """The query [Hkv, A * G, D] rotated to positions `at` [A], scaled."""
        rows = rotate(query.transpose(0, 1), at, *rope).float() * scaling
        grouped = rows.view(kv_heads, heads // kv_heads, num, dim).transpose(1, 2)
        return grouped.reshape(kv_heads, -1, dim)

    far_query, far_keys = distances.far_positions(positions, num_rows)
    source = keys if far_keys is None else rotate(keys, far_keys, *rope)
    logits = (turned(far_query) @ source.float().transpose(-1, -2)).view(kv_heads, num, -1, num_rows)
    first = max(0, int(positions.min()) - distances.near + 1)
    rows = torch.arange(first, num_rows, device=keys.device)
    close = rotate(keys[:, first:], rows - first, *rope).float()
    true = (turned(positions - first) @ close.transpose(-1, -2)).view(kv_heads, num, -1, num_rows - first)
    apart = (positions[:, None] - rows[None, :])[None, :, None, :]
    part = torch.where(apart < distances.near, true, logits[..., first:])
    logits[..., first:] = part.masked_fill_(apart < 0, float("-inf"))
    return logits
