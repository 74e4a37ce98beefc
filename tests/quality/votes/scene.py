"""One layer's chunk with all its logits, and the ways to attend to a part of it.

Letters: B query blocks, Hkv KV heads, T queries of the chunk, G heads of a KV head, N rows, J cells of rows, D head_dim.
A *cell* is a set of rows with one mean key: `size` neighbours, or with a `segment` the rows of one of segment / size
k-means clusters among the keys of a segment.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from tests.quality.probe import LayerInputs
from tests.quality.votes.cells import Cells, clusters, neighbours

HIDDEN = float("-inf")


@dataclass(frozen=True)
class Way:
    """One way to pick. Weights of opinions count in softmax mass of a query; `lexical` is a share of the budget.

    `size`, `segment`: every query votes for cells. `spread` times half of the logit's variance within a cell is added
    to its logit (neighbours only). `visitors`: the queries that voted for a cell, averaged by their votes, share its
    mass among its rows; with a `pool` only of the best cells that hold so many times the budget. `anchor`: exact votes of
    one query in `every`. `oracle`: of all. `neighbour`: votes of the layer before. `rest`: rows that were not picked
    enter the softmax as one row a cell of so many neighbours, or with `rest_cells` one of each cell.
    """

    name: str
    budget: int = 2048
    query_block: int = 64
    size: int = 0
    segment: int = 0
    spread: float = 0.0
    visitors: bool = False
    pool: int = 0
    anchor: float = 0.0
    every: int = 64
    oracle: bool = False
    lexical: float = 0.0
    neighbour: float = 0.0
    alone: bool = False
    rest: int = 0
    rest_cells: bool = False
    delta: bool = False
    num_sink: int = 128
    num_local: int = 512

    def cost(self, rows: int, heads: int = 6) -> float:
        """Products of query and row that one query at position `rows` needs, relative to full attention."""
        step = max(self.size if not self.segment else self.segment, self.rest, 1)
        met = 2.0 * (self.num_sink + self.budget + self.num_local + (step - 1 + self.query_block) / 2)
        if self.size and not self.alone:
            met += rows / self.size * (2 if self.spread else 1)
        if self.segment:
            met += 4 * self.segment / self.size / heads  # three rounds of k-means and the last assignment
        if self.visitors:
            seen = self.pool * self.budget if self.pool else rows
            met += seen / self.size + seen / self.query_block
        if self.anchor or self.delta:
            met += 3.0 * rows / self.every
        met += rows * self.oracle
        if self.rest or self.rest_cells:
            met += rows / self.size if self.rest_cells else 2 * rows / self.rest
        return met / (2.0 * rows)


class Scene:
    """A captured layer in float32: query [Hkv, T, G, D], logits [Hkv, T, G, N] against every row, -inf where later."""

    def __init__(self, layer: LayerInputs) -> None:
        num, heads, dim = layer.query.shape
        self.keys, self.values = layer.keys.float(), layer.values.float()
        kv_heads, self.num_rows = self.keys.shape[:2]
        self.query = layer.query.float().view(num, kv_heads, heads // kv_heads, dim).transpose(0, 1)
        self.start, self.scaling = self.num_rows - num, layer.scaling
        self.at = torch.arange(self.num_rows, device=self.keys.device)
        later = self.at[None] > (self.start + torch.arange(num, device=self.at.device))[:, None]
        self.logits = torch.einsum("htgd,hnd->htgn", self.query, self.keys) * self.scaling
        self.logits.masked_fill_(later[None, :, None], HIDDEN)
        self.lse = torch.logsumexp(self.logits, -1)
        self.exact = torch.einsum("htgn,hnd->htgd", torch.exp(self.logits - self.lse[..., None]), self.values)
        self._cells: dict[tuple[int, int], Cells] = {}

    def cells(self, size: int, segment: int) -> Cells:
        """Cells of this layer's rows, made once."""
        if (size, segment) not in self._cells:
            self._cells[size, segment] = clusters(self.keys, size, segment) if segment else neighbours(self.keys, size)
        return self._cells[size, segment]

    def owner(self, way: Way) -> Tensor:
        """The block of each query [T]."""
        return torch.arange(self.query.shape[1], device=self.at.device) // way.query_block

    def starts(self, way: Way) -> Tensor:
        """First row of each block's window [B]: no cell lies on both sides of it."""
        num = self.query.shape[1]
        step = max(way.segment or way.size, way.rest, 1)
        begins = torch.arange(self.start, self.start + num, way.query_block, device=self.at.device) - way.num_local
        return begins // step * step

    def near(self, way: Way, starts: Tensor) -> Tensor:
        """Sinks and window [B, N]: the rows that every query of a block attends to anyway."""
        return (self.at < way.num_sink) | (self.at[None] >= starts[:, None])

    def error(self, out: Tensor) -> float:
        """Relative RMS error of the layer's output."""
        return float((out - self.exact).norm() / self.exact.norm())


def summed(shares: Tensor, owner: Tensor) -> Tensor:
    """shares [Hkv, T, G, X] as the mean over queries and heads of a block [B, Hkv, X]."""
    blocks, kv_heads = int(owner[-1]) + 1, shares.shape[0]
    total = torch.zeros(blocks, kv_heads, shares.shape[-1], device=owner.device)
    total.index_add_(0, owner, shares.mean(2).transpose(0, 1).contiguous())
    return total / torch.bincount(owner, minlength=blocks).to(total)[:, None, None]
