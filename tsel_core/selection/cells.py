"""Cells: the rows of a segment whose keys are alike, with their sums. What every query can afford to look at.

Rows with like keys get like shares of a query's softmax, so a cell's mean key tells their mass, and where a cell's rows
are not picked its mean row stands for them (docs/dev/method.md, "Everybody votes"). Neighbouring rows do worse at both:
rotary positions and different tokens cancel in their mean.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

_ROUNDS = 3  # of k-means, before the last assignment


@dataclass(frozen=True, slots=True)
class Cells:
    """J cells of the first M rows of a cache, whole segments of it.

    member [Hkv, M] int64: each row's cell. count [Hkv, J] float32 rows, keys and values [Hkv, J, D] float32 sums of
    theirs. ends [J]: the row after the cell's segment.
    """

    member: Tensor
    count: Tensor
    keys: Tensor
    values: Tensor
    ends: Tensor

    @property
    def mean_keys(self) -> Tensor:
        """[Hkv, J, D] float32; zero for an empty cell."""
        return self.keys / self.count.clamp(min=1)[..., None]


def make_cells(keys: Tensor, values: Tensor, num_rows: int, size: int, segment: int) -> Cells:
    """segment / size cells of each whole segment of the first `num_rows` of keys, values [Hkv, N, D].

    Lloyd's rounds from keys that lie evenly apart; a cell may end empty.
    """
    rows, each = num_rows // segment * segment, segment // size
    cut = keys[:, :rows].float().unflatten(1, (-1, segment))
    centre = cut[:, :, size // 2 :: size]
    for _ in range(_ROUNDS):
        member = _nearest(cut, centre)
        total = torch.zeros_like(centre).scatter_add_(2, member[..., None].expand_as(cut), cut)
        count = torch.zeros(centre.shape[:3], device=keys.device)
        count.scatter_add_(2, member, torch.ones_like(member, dtype=count.dtype))
        centre = torch.where(count[..., None] > 0, total / count.clamp(min=1)[..., None], centre)
    segments = torch.arange(cut.shape[1], device=keys.device)
    member = (_nearest(cut, centre) + (segments * each)[None, :, None]).flatten(1)
    num = cut.shape[1] * each
    ones = torch.ones(*member.shape, 1, device=keys.device)
    return Cells(
        member,
        sums_by_cell(ones, member, num)[..., 0],
        sums_by_cell(cut.flatten(1, 2), member, num),
        sums_by_cell(values[:, :rows].float(), member, num),
        (torch.arange(num, device=keys.device) // each + 1) * segment,
    )


def _nearest(cut: Tensor, centre: Tensor) -> Tensor:
    """The nearest centre [Hkv, S, segment] of every row of cut [Hkv, S, segment, D]."""
    return (cut @ centre.transpose(-1, -2) - 0.5 * (centre**2).sum(-1)[:, :, None]).argmax(-1)


def sums_by_cell(rows: Tensor, member: Tensor, num: int) -> Tensor:
    """Sums [..., num, X] of rows [..., M, X] by their cell [..., M]."""
    out = rows.new_zeros(*rows.shape[:-2], num, rows.shape[-1])
    return out.scatter_add_(-2, member[..., None].expand_as(rows), rows)
