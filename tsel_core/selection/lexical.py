"""Rows that the words of a block point at: earlier places of the same token, and what followed it there.

Some heads look up the same token, or what came after it (induction heads); each query then needs rows of its own, which
the votes of a few anchors cannot know. On real queries of a 0.5B model these heads make most of the error of anchored
selection (docs/dev/quality-log.md, "Where the error is"). Token ids find such rows without reading a key.
"""

from __future__ import annotations

import torch
from torch import Tensor

_RECENT = 16  # earlier places that a query may name; 4 and 64 found less (docs/dev/quality-log.md)
_BIGRAM = 4  # weight of an earlier place whose previous token matches too
_UNIT = 1 << 24  # weights are added as integers of this size, so that equal sums are equal on every device


class LexicalRows:
    """Named rows of a prompt with token ids [N] int64 on the device. All layers share one computation a chunk.

    A query names the most recent earlier places of its token (before its block), and those whose previous token
    matches too, with weight 1 / sqrt(1 + occurrences); the row after such a place gets as much. Places are found in
    ids sorted by (token, position), once: work then grows with the chunk, not with the prompt.
    """

    def __init__(self, ids: Tensor) -> None:
        self.ids = ids
        first = ids.new_full((1,), -1)  # the first token has no previous one and matches nothing
        self._pairs = torch.cat([first, ids[:-1] * (ids.max() + 1) + ids[1:]])
        self._tokens_sorted, self._pairs_sorted = _sorted_keys(ids), _sorted_keys(self._pairs)
        self._kept: dict[tuple[int, ...], Tensor] = {}

    def rows(
        self, q_start: int, num_queries: int, block_size: int, num_rows: int, num_sink: int, starts: Tensor
    ) -> Tensor:
        """Best named candidates [B, R] int64 of the chunk's blocks, R <= num_rows, -1 padded, best first.

        Candidates lie in [num_sink, starts[b]), starts [B]. Ties go to the lower row.
        """
        key = (q_start, num_queries, block_size, num_rows, num_sink)
        if key not in self._kept:
            if any(k[0] != q_start for k in self._kept):
                self._kept = {}
            rows, weights = self._named(q_start, num_queries, block_size)
            allowed = (rows >= num_sink) & (rows < starts[:, None])
            self._kept[key] = _best(rows, torch.where(allowed, weights, 0), num_rows)
        return self._kept[key]

    def _named(self, q_start: int, num_queries: int, block_size: int) -> tuple[Tensor, Tensor]:
        """Rows and integer weights [B, block_size * 4 * _RECENT] that the queries of each block name, with repeats."""
        device, num_blocks = self.ids.device, -(-num_queries // block_size)
        at = torch.arange(q_start, q_start + num_blocks * block_size, device=device)
        begins = at - (at - q_start) % block_size
        at = at.clamp(max=len(self.ids) - 1)
        same, counts = _most_recent(self._tokens_sorted, self.ids[at], begins)
        both, _ = _most_recent(self._pairs_sorted, self._pairs[at], begins)
        weight = ((1 + counts).double().rsqrt() * _UNIT).round().long()
        weight = torch.where(torch.arange(len(at), device=device) < num_queries, weight, 0)[:, None]
        places = torch.cat([same, both], 1)
        weights = torch.cat([weight.expand_as(same), _BIGRAM * weight.expand_as(both)], 1)
        weights = torch.where(places >= 0, weights, 0)
        rows, weights = torch.cat([places, places + 1], 1), torch.cat([weights, weights], 1)
        return rows.view(num_blocks, -1), weights.view(num_blocks, -1)


def _sorted_keys(values: Tensor) -> Tensor:
    """values [N] * N + position, ascending."""
    num = len(values)
    return (values * num + torch.arange(num, device=values.device)).sort().values


def _most_recent(keys: Tensor, values: Tensor, begins: Tensor) -> tuple[Tensor, Tensor]:
    """The last places before begins [T] that hold values [T]: [T, _RECENT], -1 padded, and how many there are [T]."""
    num = len(keys)
    low = torch.searchsorted(keys, values * num)
    high = torch.searchsorted(keys, values * num + begins)
    slots = high[:, None] - 1 - torch.arange(_RECENT, device=keys.device)
    found = keys[slots.clamp(min=0)] - values[:, None] * num
    return torch.where(slots >= low[:, None], found, -1), high - low


def _best(rows: Tensor, weights: Tensor, num_rows: int) -> Tensor:
    """The `num_rows` rows [B, R] with the largest summed weight > 0 of rows, weights [B, M]; -1 padded."""
    rows, order = rows.sort(-1)
    weights = weights.gather(-1, order)
    total = weights.cumsum(-1)
    first = torch.ones_like(rows, dtype=torch.bool)
    first[:, 1:] = rows[:, 1:] != rows[:, :-1]
    before = torch.where(first, total - weights, 0).cummax(-1).values  # sums never fall: the last run's beginning
    last = torch.ones_like(first)
    last[:, :-1] = first[:, 1:]
    summed = torch.where(last, total - before, 0)
    best = summed.sort(dim=-1, descending=True, stable=True)
    take = min(num_rows, rows.shape[1])
    return torch.where(best.values > 0, rows.gather(-1, best.indices), -1)[:, :take]


def raise_rows(votes: Tensor, named: Tensor, bonus: float) -> Tensor:
    """Write `bonus` into votes [B, groups, N], in place, at named [B, R] (-1: none), so that these rows win the pick.

    The last row takes the padding: it lies in the window and is never a candidate.
    """
    at = torch.where(named >= 0, named, votes.shape[-1] - 1)
    return votes.scatter_(-1, at[:, None, :].expand(-1, votes.shape[1], -1), bonus)
