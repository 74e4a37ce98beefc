"""Torch definitions of bi-level attention, its votes, and the share of it that picked rows hold.

Shapes and their letters: tsel_kernels.shapes; the two positions of a row: levels.py. Source: SelfExtend, arXiv:2401.01325.
"""

from __future__ import annotations

import torch
from torch import Tensor

from tsel_kernels.bilevel.levels import LeveledKeys, Pair
from tsel_kernels.checks import check_blocks, check_groups
from tsel_kernels.shapes import grouped, ungrouped

_MOST_LOGITS = 16 << 20
"""float32 logits made at once: 64 MB, and about three times that at the peak."""


def bilevel_logits(query: Pair, positions: Tensor, keys: LeveledKeys, scaling: float) -> Tensor:
    """Scaled logits [Hkv, A * G, N] float32 of queries at `positions` [A]; rows after a query are -inf."""
    near, far = query
    kv_heads, rows = keys.far.shape[:2]
    logits = grouped(far, kv_heads) @ keys.far.float().transpose(-1, -2)
    close = grouped(near, kv_heads) @ keys.near.float().transpose(-1, -2)
    at = torch.arange(keys.first, rows, device=near.device)
    apart = positions.to(near.device).repeat_interleave(logits.shape[1] // near.shape[0])[:, None] - at
    part = torch.where(apart < keys.reach, close, logits[..., keys.first :])
    logits[..., keys.first :] = part.masked_fill_(apart < 0, float("-inf"))
    return logits.mul_(scaling)


def _at_once(query: Tensor, keys: LeveledKeys, multiple: int) -> int:
    """Queries whose logits are made at once: a multiple of `multiple`."""
    fitting = _MOST_LOGITS // (query.shape[1] * keys.far.shape[1])
    return max(1, fitting // multiple) * multiple


def bilevel_attention(
    query: Pair, positions: Tensor, keys: LeveledKeys, values: Tensor, *, scaling: float
) -> tuple[Tensor, Tensor]:
    """Exact attention of queries [A, H, D] at `positions` [A] over rows 0 .. position, values [Hkv, N, D].

    Returns out [A, H, D] in the query's dtype and log-sum-exp [A, H] float32.
    """
    num, outs, lses = query[0].shape[0], [], []
    step = _at_once(query[0], keys, 1)
    for lo in range(0, num, step):
        some = query[0][lo : lo + step], query[1][lo : lo + step]
        logits = bilevel_logits(some, positions[lo : lo + step], keys, scaling)
        lse = torch.logsumexp(logits, -1)
        out = logits.sub_(lse[..., None]).exp_() @ values.float()
        outs.append(ungrouped(out, some[0].shape[0]).to(query[0].dtype))
        lses.append(ungrouped(lse, some[0].shape[0]))
    return torch.cat(outs), torch.cat(lses)


def bilevel_votes(
    query: Pair,
    positions: Tensor,
    keys: LeveledKeys,
    values: Tensor,
    candidate_start: int,
    candidate_end: Tensor,
    *,
    groups: int,
    scaling: float,
) -> tuple[Tensor, Tensor, Tensor]:
    """Attention of A = B * R voters (see bilevel_attention), and what they give the rows: out, log-sum-exp, votes.

    votes [B, groups, N] float32 are sums of probabilities over a block's voters and a group's heads, zero outside
    candidate_start .. candidate_end[b] - 1.
    """
    num, blocks, (kv_heads, rows) = query[0].shape[0], candidate_end.shape[0], keys.far.shape[:2]
    check_blocks(num, blocks)
    check_groups(groups, kv_heads)
    voters, at = num // blocks, torch.arange(rows, device=values.device)
    step = _at_once(query[0], keys, voters) // voters
    outs, lses, found = [], [], []
    for b in range(0, blocks, step):
        own = slice(b * voters, (b + step) * voters)
        some = query[0][own], query[1][own]
        logits = bilevel_logits(some, positions[own], keys, scaling)
        lse = torch.logsumexp(logits, -1)
        share = logits.sub_(lse[..., None]).exp_()
        outs.append(ungrouped(share @ values.float(), some[0].shape[0]).to(query[0].dtype))
        lses.append(ungrouped(lse, some[0].shape[0]))
        ends = candidate_end[b : b + step]
        votes = share.view(kv_heads, ends.shape[0], -1, rows).sum(2).transpose(0, 1)
        votes = votes if groups == kv_heads else votes.sum(1, keepdim=True)
        allowed = (at >= candidate_start) & (at[None, :] < ends.to(at.device)[:, None])
        found.append(votes * allowed[:, None, :])
    return torch.cat(outs), torch.cat(lses), torch.cat(found)


def bilevel_held(
    query: Pair,
    positions: Tensor,
    lse: Tensor,
    keys: LeveledKeys,
    indices: Tensor,
    window_start: Tensor,
    *,
    num_sink: int,
    scaling: float,
) -> Tensor:
    """Share [M, H] float32 of the softmax mass (log-sum-exp `lse` [M, H]) that each query's list of rows holds.

    Query m at positions[m] has a list of its own: num_sink sinks, indices [M, groups, K], rows window_start[m] ..
    positions[m], as in gathered_attention.
    """
    num, (kv_heads, rows) = query[0].shape[0], keys.far.shape[:2]
    check_groups(indices.shape[1], kv_heads)
    at, shares = torch.arange(rows, device=lse.device), []
    for m in range(num):
        one = query[0][m : m + 1], query[1][m : m + 1]
        logits = bilevel_logits(one, positions[m : m + 1], keys, scaling)[:, :, :rows]
        edge = (at < num_sink) | (at >= window_start[m])
        listed = edge.expand(kv_heads, -1).clone()
        picked = indices[m].long().expand(kv_heads, -1)
        inside = torch.zeros_like(listed, dtype=torch.int32)
        inside.scatter_add_(1, picked.clamp(min=0), (picked >= 0).to(torch.int32))
        listed |= inside > 0
        mass = torch.exp(logits - lse[m].view(kv_heads, -1, 1)).masked_fill_(~listed[:, None, :], 0.0)
        shares.append(mass.sum(-1).flatten())
    return torch.stack(shares)
