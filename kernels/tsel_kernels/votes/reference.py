"""Torch definitions of the soft votes and of the paper's normaliser (shapes: tsel_kernels.shapes).

Source: TokenSelect, arXiv:2411.02886. Deviation: votes are summed after the softmax of each voter.
"""

from __future__ import annotations

import torch
from torch import Tensor

from tsel_kernels.checks import check_blocks, check_groups, check_query
from tsel_kernels.key_index import KeyIndex
from tsel_kernels.shapes import logits_of, ungrouped


def soft_votes(
    query: Tensor,
    lse: Tensor,
    keys: Tensor | KeyIndex,
    candidate_start: int,
    candidate_end: Tensor,
    *,
    groups: int,
    scaling: float,
    out: Tensor | None = None,
) -> Tensor:
    """Soft vote of A = B * R voters: sum over a block's voters and a group's heads of exp(logit - lse).

    query [A, H, D] (block b holds rows b*R .. b*R+R-1), lse [A, H] float32 (the softmax's normaliser, from
    `causal_attention` or `candidate_lse`), candidate_end [B] int32. Returns votes [B, groups, N] float32, zero
    outside [candidate_start, candidate_end[b]). A vote is a sum of probabilities: it is at most R * H / groups.
    `out` [B, groups, N] takes them instead, in its own dtype.
    """
    check_query(query, keys)
    num, heads, _ = query.shape
    blocks = candidate_end.shape[0]
    check_blocks(num, blocks)
    logits = logits_of(query, keys, scaling)
    kv_heads, _, rows = logits.shape
    check_groups(groups, kv_heads)
    packed_lse = lse.float().view(num, kv_heads, heads // kv_heads).permute(1, 0, 2).reshape(kv_heads, -1, 1)
    probabilities = torch.exp(logits - packed_lse)
    per_block = probabilities.view(kv_heads, blocks, -1, rows).sum(2).transpose(0, 1)
    votes = per_block if groups == kv_heads else per_block.sum(1, keepdim=True)
    at = torch.arange(rows, device=votes.device)
    allowed = (at >= candidate_start) & (at[None, :] < candidate_end.to(votes.device)[:, None])
    votes = torch.where(allowed[:, None, :], votes, torch.zeros((), device=votes.device))
    return votes if out is None else out.copy_(votes)


def candidate_lse(
    query: Tensor, keys: Tensor | KeyIndex, candidate_start: int, candidate_end: Tensor, *, scaling: float
) -> Tensor:
    """Log-sum-exp [A, H] float32 of each voter over its block's candidates only (the paper's normaliser).

    query [A, H, D], candidate_end [B] int32 with A a multiple of B. No candidates gives -inf.
    """
    check_query(query, keys)
    check_blocks(query.shape[0], candidate_end.shape[0])
    logits = logits_of(query, keys, scaling)
    at = torch.arange(logits.shape[-1], device=logits.device)
    ends = candidate_end.to(logits.device).repeat_interleave(logits.shape[1] // candidate_end.shape[0])
    outside = (at[None, :] < candidate_start) | (at[None, :] >= ends[:, None])
    return ungrouped(torch.logsumexp(logits.masked_fill(outside, float("-inf")), -1), query.shape[0])
