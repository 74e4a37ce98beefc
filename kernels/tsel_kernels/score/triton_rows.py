"""Votes and normaliser of one decode query outside the captured loop: two launches of kernels that prefill has too."""

from __future__ import annotations

import torch
from torch import Tensor

from tsel_kernels.key_index import KeyIndex
from tsel_kernels.votes.triton import soft_votes
from tsel_kernels.votes.triton_lse import candidate_lse
from tsel_kernels.votes.triton_voters import num_key_rows


def score_rows(
    query: Tensor,
    keys: Tensor | KeyIndex,
    candidate_start: int,
    candidate_end: int,
    *,
    groups: int,
    scaling: float,
) -> tuple[Tensor, Tensor]:
    """Triton form of `reference.score_rows`; nothing of the size of the dequantized keys is made."""

    def end(row: int) -> Tensor:
        return torch.full((1,), row, dtype=torch.int32, device=query.device)

    lse = candidate_lse(query, keys, 0, end(num_key_rows(keys)), scaling=scaling)
    votes = soft_votes(query, lse, keys, candidate_start, end(candidate_end), groups=groups, scaling=scaling)
    return votes, lse
