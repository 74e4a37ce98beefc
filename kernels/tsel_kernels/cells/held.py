"""Cells: the rows of a segment of the cache whose keys are alike, with their mean rows."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True, slots=True)
class CellShape:
    """A segment is `segment` rows and has `per_segment` cells; the first one begins at row `first` of the cache."""

    first: int
    segment: int
    per_segment: int

    def __post_init__(self) -> None:
        if self.first < 0 or not 1 <= self.per_segment <= self.segment:
            raise ValueError(f"a segment has 1 to `segment` cells and begins at row 0 or later, got {self}")

    def segments(self, num_rows: int) -> int:
        """Whole segments of the first `num_rows` rows."""
        return max(0, num_rows - self.first) // self.segment


@dataclass(frozen=True, slots=True)
class Cells:
    """J = S * per_segment cells of the S segments of a cache.

    rows [Hkv, S * segment] int32: the cache's rows, cell after cell, ascending within a cell. member [Hkv, S * segment]
    int32: the cell of row first + i. begin, count [Hkv, J] int32: a cell's part of `rows`. weight [Hkv, J] float32: the
    binary logarithm of the count, -inf of an empty cell. keys, values [Hkv, J, D]: its mean rows in the dtype of the
    cache, zeros of an empty cell. Every tensor is contiguous.
    """

    shape: CellShape
    rows: Tensor
    member: Tensor
    begin: Tensor
    count: Tensor
    weight: Tensor
    keys: Tensor
    values: Tensor

    @property
    def num_segments(self) -> int:
        """S."""
        return self.count.shape[1] // self.shape.per_segment


@dataclass(frozen=True, slots=True)
class CellPool:
    """The best cells of blocks, and where the votes of their rows lie in a list of `room` places.

    cells, begin [B, Hkv, P] int32: ascending cells (-1 padded) and the place of each one's first row (one beyond the room:
    a cell, or its end, that has no places). used [B, Hkv] int32: places that are taken.
    """

    cells: Tensor
    begin: Tensor
    used: Tensor
    room: int


def named_rows(named: Tensor, cells: Cells) -> Tensor:
    """Which rows of the cells are named [B, S * segment] uint8; named [B, R] rows of cells, -1 padded."""
    places = cells.member.shape[1]
    found = torch.zeros((len(named), places + 1), dtype=torch.uint8, device=named.device)
    at = torch.where(named >= 0, named.long() - cells.shape.first, places)
    return found.scatter_(1, at, 1)[:, :places].contiguous()


def with_named_cells(pool: Tensor, named: Tensor, cells: Cells) -> Tensor:
    """The cells pool [B, Hkv, P], and behind them those of `named` rows that are not among them: [B, Hkv, P + R] int32.

    named [B, R] rows of cells. Each cell once, -1 padded: what is picked of a cell is taken from its mean row.
    """
    blocks, kv_heads, _ = pool.shape
    nowhere = cells.count.shape[1]
    at = (named - cells.shape.first).clamp(min=0)
    own = cells.member[:, at].transpose(0, 1).masked_fill((named < 0)[:, None], nowhere).sort(-1).values.long()
    known = torch.zeros((blocks, kv_heads, nowhere + 1), dtype=torch.bool, device=pool.device)
    known.scatter_(2, torch.where(pool >= 0, pool, nowhere).long(), True)
    known[..., nowhere] = True
    twice = torch.nn.functional.pad(own[..., 1:] == own[..., :-1], (1, 0))
    fresh = own.masked_fill(twice | known.gather(2, own), -1)
    return torch.cat([pool, fresh.int()], 2)


def empty_cells(shape: CellShape, num_segments: int, keys: Tensor) -> Cells:
    """Room for the cells of `num_segments` segments of keys [Hkv, N, D], not filled."""
    kv_heads, _, dim = keys.shape
    num_rows, num = num_segments * shape.segment, num_segments * shape.per_segment
    whole = torch.empty(0, dtype=torch.int32, device=keys.device)
    rows, member = whole.new_empty((kv_heads, num_rows)), whole.new_empty((kv_heads, num_rows))
    begin, count = whole.new_empty((kv_heads, num)), whole.new_empty((kv_heads, num))
    weight = torch.empty((kv_heads, num), dtype=torch.float32, device=keys.device)
    means = keys.new_empty((kv_heads, num, dim)), keys.new_empty((kv_heads, num, dim))
    return Cells(shape, rows, member, begin, count, weight, *means)


def check_cells(cells: Cells, keys: Tensor, segments: range) -> None:
    """The segments fit in the cells and in keys [Hkv, N, D]."""
    last = cells.shape.first + segments.stop * cells.shape.segment
    if segments.start < 0 or segments.stop > cells.num_segments or last > keys.shape[1]:
        raise ValueError(
            f"segments {segments.start} to {segments.stop} do not fit {cells.num_segments} segments of {keys.shape[1]} rows"
        )
    if cells.keys.shape[0] != keys.shape[0] or cells.keys.shape[2] != keys.shape[2]:
        raise ValueError(f"cells of shape {tuple(cells.keys.shape)} are not of keys {tuple(keys.shape)}")
