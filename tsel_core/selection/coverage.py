"""Coverage: the share of softmax mass that the picked rows (with sinks and window) hold. And what it decides."""

from __future__ import annotations

import torch
from torch import Tensor


def exact_coverage(picked_lse: Tensor, lse: Tensor) -> Tensor:
    """Share [..., H] float32 from log-sum-exps [..., H] over the picked rows and over all rows."""
    return torch.exp(picked_lse - lse).clamp(max=1)


def decode_coverage(picked_lse: Tensor, lse: Tensor, votes: Tensor, held: Tensor, quantized: bool) -> Tensor:
    """Mean coverage [] of one decode query over heads.

    picked_lse, lse [1, H]; votes [1, groups, N], held [1, groups]. Exact scores: exp(picked_lse - lse). From a
    low-bit index its normaliser is off, so the mass left out by the index's own softmax is used instead.
    """
    if quantized:
        return (1.0 - (votes.sum() - held.sum()) / lse.shape[-1]).clamp(0, 1)
    return exact_coverage(picked_lse, lse).mean()


def trim_to_target(
    indices: Tensor, votes: Tensor, num_voters: int, num_heads: int, target: float, min_budget: int
) -> Tensor:
    """Drop the rows a coverage target does not need: as few as hold it, at least `min_budget`.

    indices [B, groups, K] int32 ascending, -1 padded; votes [B, groups, N] of `num_voters` queries a block and
    `num_heads` / groups heads a group (probabilities over all rows, so that what candidates lack is held by
    sinks and window). Returns indices of the same shape, ascending, -1 padded.
    """
    groups, rows = votes.shape[1:]
    valid = indices >= 0
    mass = torch.where(valid, votes.gather(-1, indices.clamp(min=0).long()), 0.0)
    full = num_voters * num_heads / groups
    wanted = votes.sum(-1) - (1.0 - target) * full  # mass of candidates that the pick must hold, per block and group
    order = mass.sort(-1, descending=True)
    before = order.values.cumsum(-1) - order.values
    rank = torch.arange(indices.shape[-1], device=indices.device)
    keep = torch.zeros_like(valid).scatter(-1, order.indices, (before < wanted[..., None]) | (rank < min_budget))
    kept = torch.where(keep & valid, indices, torch.full_like(indices, rows)).sort(-1).values
    return torch.where(kept < rows, kept, torch.full_like(kept, -1))
