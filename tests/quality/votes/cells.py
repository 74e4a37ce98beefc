"""Cells of rows: neighbours, or k-means clusters of the keys of a segment."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True)
class Cells:
    """`member` [Hkv, M]: the cell of each of the first M rows. `count` [Hkv, J], `ends` [J]: a cell's rows, and the
    row after its last segment. `mean` [Hkv, J, D] of its keys."""

    member: Tensor
    count: Tensor
    mean: Tensor
    ends: Tensor

    def sums(self, rows: Tensor, kept: Tensor | None = None) -> Tensor:
        """Sums [Hkv, J, X] of rows [Hkv, M, X], of those that `kept` [Hkv, M] keeps."""
        return cell_sums(rows if kept is None else rows * kept[..., None], self.member, self.mean.shape[1])


def cell_sums(rows: Tensor, member: Tensor, num: int) -> Tensor:
    """Sums [Hkv, num, X] of rows [Hkv, M, X] by their cell [Hkv, M]."""
    out = torch.zeros(rows.shape[0], num, rows.shape[2], device=rows.device)
    return out.scatter_add_(1, member[..., None].expand_as(rows), rows)


def neighbours(keys: Tensor, size: int) -> Cells:
    """Cells of `size` rows one after the other."""
    num = keys.shape[1] // size
    member = torch.arange(num * size, device=keys.device) // size
    mean = keys[:, : num * size].unflatten(1, (-1, size)).mean(2)
    count = torch.full((keys.shape[0], num), float(size), device=keys.device)
    ends = (torch.arange(num, device=keys.device) + 1) * size
    return Cells(member.expand(keys.shape[0], -1), count, mean, ends)


def clusters(keys: Tensor, size: int, segment: int, rounds: int = 3) -> Cells:
    """segment / size cells of every whole segment: Lloyd's rounds from keys evenly apart."""
    each = segment // size
    rows = keys.shape[1] // segment * segment
    cut = keys[:, :rows].unflatten(1, (-1, segment))
    centre = cut[:, :, size // 2 :: size]
    for _ in range(rounds):
        member = _nearest(cut, centre)
        total = torch.zeros_like(centre).scatter_add_(2, member[..., None].expand_as(cut), cut)
        count = torch.zeros(centre.shape[:3], device=keys.device)
        count.scatter_add_(2, member, torch.ones_like(member, dtype=count.dtype))
        centre = torch.where(count[..., None] > 0, total / count.clamp(min=1)[..., None], centre)
    first = torch.arange(cut.shape[1], device=keys.device)[None, :, None] * each
    member = (_nearest(cut, centre) + first).flatten(1)
    num = cut.shape[1] * each
    count = cell_sums(torch.ones_like(member, dtype=keys.dtype)[..., None], member, num)[..., 0]
    mean = cell_sums(keys[:, :rows], member, num) / count.clamp(min=1)[..., None]
    ends = (torch.arange(num, device=keys.device) // each + 1) * segment
    return Cells(member, count, mean, ends)


def _nearest(cut: Tensor, centre: Tensor) -> Tensor:
    return (cut @ centre.transpose(-1, -2) - 0.5 * (centre**2).sum(-1)[:, :, None]).argmax(-1)
