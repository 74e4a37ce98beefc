"""Rows that the words of a block point at: earlier places of the same token, and what followed it there.

Some heads look up the same token, or what came after it (induction heads); each query then needs rows of its own, which
the votes of a few anchors cannot know. On real queries of a 0.5B model these heads make most of the error of anchored
selection (docs/quality-log.md, "Where the error is"). Token ids find such rows without reading a key.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import torch
from torch import Tensor

_RECENT = 16  # earlier places that a query may name; 4 and 64 found less (docs/quality-log.md)
_BIGRAM = 4.0  # weight of an earlier place whose previous token matches too


@dataclass
class LexicalVotes:
    """Votes from the tokens up to the end of a chunk: ids [N] int64 on the device. All layers share one computation."""

    ids: Tensor
    _kept: dict[tuple[int, int, int], Tensor] = field(default_factory=dict)

    def votes(self, q_start: int, num_queries: int, block_size: int) -> Tensor:
        """Votes [B, N] float32 of the blocks of the chunk at q_start, N = q_start + num_queries; 0: not named.

        A query names the most recent earlier places of its token, and those whose previous token matches too, with
        weight 1 / sqrt(occurrences); the row after such a place gets as much.
        """
        key = (q_start, num_queries, block_size)
        if key not in self._kept:
            end = q_start + num_queries
            parts = [
                self._block(begin, min(begin + block_size, end), end) for begin in range(q_start, end, block_size)
            ]
            self._kept = {key: torch.stack(parts)}
        return self._kept[key]

    def _block(self, begin: int, stop: int, num_rows: int) -> Tensor:
        ids = self.ids[:num_rows]
        same = ids[None, :begin] == ids[begin:stop, None]
        pair = torch.zeros_like(same)
        if begin:
            pair[:, 1:] = same[:, 1:] & (ids[None, : begin - 1] == ids[begin - 1 : stop - 1, None])
        weight = (1 + same.sum(1, keepdim=True)).rsqrt()
        named = weight * (_most_recent(same).float() + _BIGRAM * _most_recent(pair).float())
        found = named.new_zeros(num_rows)
        found[:begin] = named.sum(0)
        found[1:] += found[:-1].clone()
        return found


def _most_recent(places: Tensor) -> Tensor:
    """The last `_RECENT` true entries of each row of places [t, n]."""
    counts = places.int().cumsum(1)
    return places & (counts > counts[:, -1:] - _RECENT)


def reserve(votes: Tensor, lexical: Tensor, num_rows: int, starts: Tensor, num_sink: int, bonus: float) -> Tensor:
    """Votes [B, groups, N] with the `num_rows` best candidates of lexical [B, N] raised by `bonus`, so that they win.

    Candidates lie in [num_sink, starts[b]); rows that nothing points at are never raised.
    """
    at = torch.arange(votes.shape[-1], device=votes.device)
    allowed = (at >= num_sink) & (at[None, :] < starts[:, None])
    best = torch.where(allowed, lexical, 0.0).topk(min(num_rows, votes.shape[-1]), dim=-1)
    raised = torch.zeros_like(lexical).scatter(-1, best.indices, (best.values > 0).to(lexical.dtype) * bonus)
    return votes + raised[:, None, :]
