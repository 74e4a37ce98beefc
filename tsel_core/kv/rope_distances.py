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

    def far_queries(self, positions: Tensor, num_rows: int) -> Tensor:
        """Positions [A] that queries at true `positions` [A] among N rows take toward far rows."""
        if self.rule == "clamped":
            return torch.full_like(positions, self.near)
        if self.rule == "wrapped":
            return torch.full_like(positions, self.window - 1)
        group = self.group(num_rows)
        return positions // group + self.near - self.near // group

    def far_keys(self, keys: Tensor, rope: Rope, rotate: Rotate) -> Tensor:
        """Un-rotated keys [Hkv, N, D] rotated to their positions as far rows; "clamped": 0, that is as given."""
        return self.far_rows(keys, 0, keys.shape[1], self.group(keys.shape[1]), rope, rotate)

    def far_rows(self, keys: Tensor, begin: int, end: int, group: int, rope: Rope, rotate: Rotate) -> Tensor:
        """Rows begin .. end - 1 of far_keys, with `group` tokens at a position under "grouped" (see group)."""
        if self.rule == "clamped":
            return keys[:, begin:end]
        rows = torch.arange(begin, end, device=keys.device)
        at = rows % (self.window - self.near) if self.rule == "wrapped" else rows // group
        return rotate(keys[:, begin:end], at, *rope)

    def group(self, num_rows: int) -> int:
        """Tokens that share a position under "grouped": the least with which no distance reaches the window."""
        group = 1
        while (num_rows - 1) // group + self.near - self.near // group >= self.window:
            group += 1
        return group


def rule_logits(
    query: Tensor,
    positions: Tensor,
    keys: Tensor,
    far_keys: Tensor,
    distances: Distances,
    rope: Rope,
    rotate: Rotate,
    scaling: float,
) -> Tensor:
    """Scaled logits [Hkv, A, G, N] float32 of un-rotated query [A, H, D] at true `positions` [A] over all N rows.

    keys [Hkv, N, D] un-rotated, `far_keys` as Distances.far_keys gives them; rows after a query's position are -inf.
    """
    kv_heads, num_rows, dim = keys.shape
    num, heads = query.shape[0], query.shape[1]

    def turned(at: Tensor) -> Tensor:
        """The query [Hkv, A * G, D] rotated to positions `at` [A], scaled."""
        rows = rotate(query.transpose(0, 1), at, *rope).float() * scaling
        grouped = rows.view(kv_heads, heads // kv_heads, num, dim).transpose(1, 2)
        return grouped.reshape(kv_heads, -1, dim)

    far_query = turned(distances.far_queries(positions, num_rows))
    logits = (far_query @ far_keys.float().transpose(-1, -2)).view(kv_heads, num, -1, num_rows)
    first = max(0, int(positions.min()) - distances.near + 1)
    rows = torch.arange(first, num_rows, device=keys.device)
    close = rotate(keys[:, first:], rows - first, *rope).float()
    true = (turned(positions - first) @ close.transpose(-1, -2)).view(kv_heads, num, -1, num_rows - first)
    apart = (positions[:, None] - rows[None, :])[None, :, None, :]
    part = torch.where(apart < distances.near, true, logits[..., first:])
    logits[..., first:] = part.masked_fill_(apart < 0, float("-inf"))
    return logits
