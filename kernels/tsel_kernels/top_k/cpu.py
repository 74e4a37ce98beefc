"""The pick on a CPU: the best k of a list are taken instead of its order, on one thread (docs/dev/log.md)."""

from __future__ import annotations

import torch
from torch import Tensor

from tsel_kernels.checks import check_k
from tsel_kernels.cpu_threads import one_thread

_EVERY = 16  # votes of which one is looked at for the bar
_MANY = 4  # times as many votes as wanted: fewer are not worth a bar


def top_k_rows(votes: Tensor, k: int, candidate_start: int, candidate_end: Tensor) -> tuple[Tensor, Tensor]:
    """See reference.top_k_rows; of rows with equal votes at the limit any may be taken."""
    check_k(k)
    indices = torch.full((*votes.shape[:2], k), -1, dtype=torch.int32)
    held = votes.new_zeros(votes.shape[:2])
    with one_thread():
        for b, end in enumerate(candidate_end.tolist()):
            take = min(k, end - candidate_start)
            if take > 0:
                for g in range(votes.shape[1]):
                    values, best = best_rows(votes[b, g, candidate_start:end], take)
                    indices[b, g, :take] = best + candidate_start
                    held[b, g] = values.sum()
    return indices, held


def best_rows(votes: Tensor, take: int) -> tuple[Tensor, Tensor]:
    """The `take` largest of votes [N] and where they are, ascending; of equal ones at the limit any may be taken.

    Of many votes only those above a bar are looked at, which one and a half times as many as wanted pass by a sample:
    comparing is several times faster than sorting.
    """
    if votes.shape[0] >= _MANY * take >= _MANY * _EVERY:
        bar = votes[::_EVERY].topk(take * 3 // (2 * _EVERY)).values[-1]
        found = (votes > bar).nonzero()[:, 0]
        num = found.shape[0]
        if take <= num <= 2 * take:  # else the sample was no likeness of the rest
            few = votes.index_select(0, found)
            kept = (few >= few.kthvalue(num - take + 1).values).nonzero()[:, 0]
            if kept.shape[0] == take:  # else some at the limit are equal
                return few.index_select(0, kept), found.index_select(0, kept)
    at = votes.topk(take, sorted=False).indices.sort().values
    return votes.index_select(0, at), at
