"""Cells of rows: neighbours, or k-means clusters of the keys of a segment."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from tsel_kernels.cells.held import CellShape, empty_cells
from tsel_kernels.cells.reference import make_cells_


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
        return sums_by_cell(rows if kept is None else rows * kept[..., None], self.member, self.mean.shape[1])


def neighbours(keys: Tensor, size: int) -> Cells:
    """Cells of `size` rows one after the other."""
    num = keys.shape[1] // size
    member = torch.arange(num * size, device=keys.device) // size
    mean = keys[:, : num * size].unflatten(1, (-1, size)).mean(2)
    count = torch.full((keys.shape[0], num), float(size), device=keys.device)
    ends = (torch.arange(num, device=keys.device) + 1) * size
    return Cells(member.expand(keys.shape[0], -1), count, mean, ends)


def clusters(keys: Tensor, size: int, segment: int) -> Cells:
    """The product's cells: segment / size of every whole segment, of rows whose keys are alike."""
    shape = CellShape(0, segment, segment // size)
    made = empty_cells(shape, shape.segments(keys.shape[1]), keys)
    make_cells_(keys, keys, made, range(made.num_segments))
    ends = (torch.arange(made.count.shape[1], device=keys.device) // shape.per_segment + 1) * segment
    return Cells(made.member.long(), made.count.float(), made.keys.float(), ends)


def sums_by_cell(rows: Tensor, member: Tensor, num: int) -> Tensor:
    """Sums [..., num, X] of rows [..., M, X] by their cell [..., M]."""
    out = rows.new_zeros(*rows.shape[:-2], num, rows.shape[-1])
    return out.scatter_add_(-2, member[..., None].expand_as(rows), rows)
