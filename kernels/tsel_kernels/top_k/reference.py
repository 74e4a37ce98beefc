"""Torch definition of the pick: the k rows with the most votes (shapes: tsel_kernels.shapes)."""

from __future__ import annotations

import torch
from torch import Tensor

from tsel_kernels.checks import check_k


def top_k_rows(votes: Tensor, k: int, candidate_start: int, candidate_end: Tensor) -> tuple[Tensor, Tensor]:
    """The k rows with the most votes among candidates, ascending; ties go to the lower index.

    votes [B, groups, N] float32, candidate_end [B] int32. Returns indices [B, groups, k] int32 (padded with -1
    where a block has fewer than k candidates) and the votes they hold [B, groups] float32.
    """
    check_k(k)
    blocks, groups, rows = votes.shape
    at = torch.arange(rows, device=votes.device)
    ends = candidate_end.to(votes.device)
    allowed = ((at >= candidate_start) & (at[None, :] < ends[:, None]))[:, None, :]
    masked = torch.where(allowed, votes, torch.full((), float("-inf"), device=votes.device))
    take = min(k, rows)
    order = torch.sort(masked, dim=-1, descending=True, stable=True)
    values, chosen = order.values[..., :take], order.indices[..., :take]
    valid = torch.isfinite(values)
    held = torch.where(valid, values, torch.zeros((), device=votes.device)).sum(-1)
    sortable = torch.where(valid, chosen, torch.full((), rows, device=votes.device, dtype=chosen.dtype))
    ascending = sortable.sort(-1).values
    indices = torch.where(ascending < rows, ascending, torch.full_like(ascending, -1)).to(torch.int32)
    if take < k:
        pad = indices.new_full((blocks, groups, k - take), -1)
        indices = torch.cat([indices, pad], -1)
    return indices, held
