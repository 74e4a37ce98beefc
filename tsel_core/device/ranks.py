"""Tensor parallelism: what the processes (ranks) that share one model say to each other.

Every rank holds the same number of KV heads with their query heads, an equal part of every MLP, and everything else
whole (tsel_core.models.shard). Rank 0 runs the program; the others repeat its forward passes
(tsel_core.parallel.lead). A pick per KV head needs no exchange, its votes are all on one rank; one pick for all
heads needs the sum of the votes, so that every rank selects what one process selects.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import torch
import torch.distributed as dist
from torch import Tensor


@dataclass(frozen=True, slots=True)
class Ranks:
    """The processes that share a model: this one's number and how many there are (torch's default process group)."""

    rank: int
    size: int

    def sum_(self, x: Tensor) -> Tensor:
        """Sum over ranks, in place; the same bits on every rank."""
        x = x.contiguous()
        dist.all_reduce(x)
        return x

    def mean(self, x: Tensor) -> Tensor:
        """Mean over ranks."""
        return self.sum_(x.clone()) / self.size

    def lowest(self, x: Tensor) -> Tensor:
        """Minimum over ranks."""
        x = x.clone()
        dist.all_reduce(x, op=dist.ReduceOp.MIN)
        return x

    def any(self, flags: Tensor) -> Tensor:
        """Elementwise "or" of bool flags over ranks."""
        found = flags.to(torch.uint8)
        dist.all_reduce(found, op=dist.ReduceOp.MAX)
        return found.bool()

    def query_cosine(self, query: Tensor, other: Tensor, num_groups: int, whole: bool) -> Tensor:
        """Cosine [] of two queries [1, H, D] of which each rank has H heads; the same number on every rank.

        `whole`: over the heads of all ranks together; otherwise the lowest over every rank's `num_groups` groups.
        """
        a, b = (q.float().reshape(1 if whole else num_groups, -1) for q in (query, other))
        sums = torch.stack([(a * b).sum(-1), (a * a).sum(-1), (b * b).sum(-1)])
        if whole:
            self.sum_(sums)
        cosine = (sums[0] / (sums[1] * sums[2]).sqrt().clamp(min=1e-8)).min()
        return cosine if whole else self.lowest(cosine)

    def tell(self, message: dict[str, Any]) -> None:
        """Rank 0: send a message (plain JSON, nothing is unpickled) to the others."""
        data = torch.frombuffer(bytearray(json.dumps(message).encode()), dtype=torch.uint8)
        dist.broadcast(torch.tensor([data.numel()]), 0)
        dist.broadcast(data, 0)

    def hear(self) -> dict[str, Any]:
        """The others: wait for rank 0's next message, however long it takes."""
        size = torch.zeros(1, dtype=torch.int64)
        dist.broadcast(size, 0)
        data = torch.empty(int(size), dtype=torch.uint8)
        dist.broadcast(data, 0)
        return dict(json.loads(data.numpy().tobytes()))


def joined(ranks: Ranks | None, x: Tensor) -> Tensor:
    """The sum over ranks of what each computed from its part of a layer; x itself on one device."""
    return x if ranks is None else ranks.sum_(x)
