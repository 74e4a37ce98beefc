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

from torch import Tensor

from tsel_kernels.bilevel.levels import FAR, FarPlaces

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

    def places(self, num_rows: int) -> FarPlaces:
        """Positions of far rows and of those who ask them, of at most N rows."""
        if self.rule == "clamped":
            return FarPlaces(FAR, self.near, FAR, FAR)
        if self.rule == "wrapped":
            return FarPlaces(FAR, self.window - 1, 1, self.window - self.near)
        group = self.group(num_rows)
        return FarPlaces(group, self.near - self.near // group, group, FAR)

    def group(self, num_rows: int) -> int:
        """Tokens that share a position under "grouped": the least with which no distance reaches the window."""
        group = 1
        while (num_rows - 1) // group + self.near - self.near // group >= self.window:
            group += 1
        return group
