"""Pure-torch definition of every kernel: what a Triton kernel must compute, and the CPU backend.

Shapes, everywhere: H query heads, Hkv KV heads, G = H // Hkv (query head h reads KV head h // G), D head_dim,
N rows in the cache (row index = token position), T queries of a chunk, A anchor queries, B selection blocks,
R = A // B anchors a block, K selected rows a block. `groups` is Hkv (each KV head picks its own rows) or 1
(all heads share one pick). Indices are int32, ascending, padded at the end with -1.

Source: TokenSelect, arXiv:2411.02886 (soft vote, sinks, local window); Delta Attention, arXiv:2505.11254
(the correction). Deviation from the paper: votes are summed after the softmax of each voter, never scored
with a mean query, unless the caller passes the mean query as the voter.
"""

from __future__ import annotations

import torch
from torch import Tensor

from tsel_kernels.checks import check_blocks, check_cache, check_groups, check_k, check_picks, check_query
from tsel_kernels.key_index import KeyIndex, index_logits
from tsel_kernels.rotary import rope_rotate


def _grouped(query: Tensor, num_kv_heads: int) -> Tensor:
    """[A, H, D] -> [Hkv, A * G, D] in float32, the rows of one KV head together."""
    num, heads, dim = query.shape
    grouped = query.float().view(num, num_kv_heads, heads // num_kv_heads, dim)
    return grouped.permute(1, 0, 2, 3).reshape(num_kv_heads, -1, dim)


def _ungrouped(rows: Tensor, num: int) -> Tensor:
    """[Hkv, A * G, *] -> [A, H, *]: the inverse of `_grouped`."""
    kv_heads, packed = rows.shape[:2]
    tail = rows.shape[2:]
    split = rows.reshape(kv_heads, num, packed // num, *tail).transpose(0, 1)
    return split.reshape(num, kv_heads * (packed // num), *tail)


def _logits(query: Tensor, keys: Tensor | KeyIndex, scaling: float) -> Tensor:
    """Scaled logits [Hkv, A * G, N] of query [A, H, D] against keys [Hkv, N, D] or their index."""
    if isinstance(keys, KeyIndex):
        return index_logits(_grouped(query, keys.num_kv_heads), keys) * scaling
    return _grouped(query, keys.shape[0]) @ keys.float().transpose(-1, -2) * scaling


def _causal_(logits: Tensor, positions: Tensor, num: int) -> Tensor:
    """Set logits [Hkv, A * G, N] of rows after each query's position [A] to -inf, in place."""
    repeats = logits.shape[1] // num
    rows = torch.arange(logits.shape[-1], device=logits.device)
    hidden = rows[None, :] > positions.to(logits.device).repeat_interleave(repeats)[:, None]
    return logits.masked_fill_(hidden, float("-inf"))


def causal_attention(
    query: Tensor, positions: Tensor, keys: Tensor, values: Tensor, *, scaling: float
) -> tuple[Tensor, Tensor]:
    """Exact attention of query [A, H, D] at `positions` [A] over rows 0..position of the cache.

    keys, values [Hkv, N, D]. Returns out [A, H, D] in the query's dtype and log-sum-exp [A, H] float32.
    """
    check_query(query, keys)
    check_cache(keys, values)
    logits = _causal_(_logits(query, keys, scaling), positions, query.shape[0])
    lse = torch.logsumexp(logits, -1)
    out = torch.exp(logits - lse[..., None]) @ values.float()
    return _ungrouped(out, query.shape[0]).to(query.dtype), _ungrouped(lse, query.shape[0])


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
    logits = _logits(query, keys, scaling)
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
    logits = _logits(query, keys, scaling)
    at = torch.arange(logits.shape[-1], device=logits.device)
    ends = candidate_end.to(logits.device).repeat_interleave(logits.shape[1] // candidate_end.shape[0])
    outside = (at[None, :] < candidate_start) | (at[None, :] >= ends[:, None])
    return _ungrouped(torch.logsumexp(logits.masked_fill(outside, float("-inf")), -1), query.shape[0])


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


def gathered_attention(
    query: Tensor,
    q_start: int,
    keys: Tensor,
    values: Tensor,
    indices: Tensor,
    window_start: Tensor,
    *,
    block_size: int,
    num_sink: int,
    scaling: float,
    rope: tuple[Tensor, Tensor] | None = None,
) -> tuple[Tensor, Tensor]:
    """Exact attention of a chunk over sinks + selected rows + local window + the causal part of the chunk.

    query [T, H, D] at positions q_start .. q_start+T-1; block b is queries b*block_size .. (the last may be
    ragged), B = ceil(T / block_size). indices [B, groups, K] int32, -1 padded, within [num_sink,
    window_start[b]); window_start [B] int32: a query at position t reads rows 0..num_sink-1, the picked rows and
    window_start[b]..t. window_start[b] >= num_sink, or 0 when the window reaches the sinks (indices are then
    all -1 and there are no separate sinks). T = 1 is a decode step. With rope = (cos, sin) [P, D or fewer] the
    cache holds un-rotated keys: the r-th row of the list sinks, picks, window is rotated to position r, a query
    to the rank of its own row (compact positions: no rank reaches beyond the rows of the list).
    Returns out [T, H, D] in the query's dtype and log-sum-exp [T, H] float32.
    """
    check_query(query, keys)
    check_cache(keys, values)
    check_picks(query.shape[0], block_size, indices, window_start, keys.shape[0])
    outs, lses = [], []
    for b, begin in enumerate(window_start.tolist()):
        lo, hi = b * block_size, min((b + 1) * block_size, query.shape[0])
        out, lse = _attend_block(query[lo:hi], q_start + lo, keys, values, indices[b], begin, num_sink, scaling, rope)
        outs.append(out)
        lses.append(lse)
    return torch.cat(outs), torch.cat(lses)


def _attend_block(
    query: Tensor,
    q_start: int,
    keys: Tensor,
    values: Tensor,
    indices: Tensor,
    window_start: int,
    num_sink: int,
    scaling: float,
    rope: tuple[Tensor, Tensor] | None,
) -> tuple[Tensor, Tensor]:
    """One selection block of `gathered_attention`: query [t, H, D], indices [groups, K]."""
    num, kv_heads, last = query.shape[0], keys.shape[0], q_start + query.shape[0]
    sinks = torch.arange(min(num_sink, window_start), device=keys.device)
    window = torch.arange(window_start, last, device=keys.device)
    picked = indices.long().expand(kv_heads, -1)
    padded = picked < 0
    rows = torch.cat([sinks.expand(kv_heads, -1), picked.clamp(min=0), window.expand(kv_heads, -1)], 1)
    gather = rows[..., None].expand(-1, -1, keys.shape[-1])
    rows_k = keys.gather(1, gather)
    if rope is None:
        logits = _logits(query, rows_k, scaling)
    else:
        rows_q, rows_k = _compact(query, rows_k, picked, sinks.numel(), q_start - window_start, rope)
        logits = rows_q @ rows_k.transpose(-1, -2) * scaling
    repeats = logits.shape[1] // num
    positions = torch.arange(q_start, last, device=keys.device).repeat_interleave(repeats)
    hidden = rows[:, None, :] > positions[None, :, None]
    hidden[..., sinks.numel() : sinks.numel() + picked.shape[1]] |= padded[:, None, :]
    logits.masked_fill_(hidden, float("-inf"))
    lse = torch.logsumexp(logits, -1)
    out = torch.exp(logits - lse[..., None]) @ values.gather(1, gather).float()
    return _ungrouped(out, num).to(query.dtype), _ungrouped(lse, num)


def _compact(
    query: Tensor, keys: Tensor, picked: Tensor, num_sink: int, offset: int, rope: tuple[Tensor, Tensor]
) -> tuple[Tensor, Tensor]:
    """Rotate keys [Hkv, sinks + K + window, D] and query [t, H, D] (`offset` rows into the window) to list ranks.

    Returns query [Hkv, t * G, D] and keys, both float32. A padded pick takes no rank.
    """
    num, kv_heads, k = query.shape[0], keys.shape[0], picked.shape[1]
    valid = (picked >= 0).sum(1).tolist()
    at = torch.arange(keys.shape[1], device=keys.device)
    packed = _grouped(query, kv_heads)
    steps = torch.arange(num, device=keys.device).repeat_interleave(packed.shape[1] // num)
    rows_q, rows_k = [], []
    for h in range(kv_heads):
        rank = torch.where(at >= num_sink + k, at - k + valid[h], at)
        rows_k.append(rope_rotate(keys[h].float(), rank.clamp(max=rope[0].shape[0] - 1), *rope))
        rows_q.append(rope_rotate(packed[h], num_sink + valid[h] + offset + steps, *rope))
    return torch.stack(rows_q), torch.stack(rows_k)


def delta_correct(out: Tensor, anchor_out: Tensor, anchor_offsets: Tensor, *, into: Tensor | None = None) -> Tensor:
    """Add to each query the error of the anchor at or before it (Delta Attention, arXiv:2505.11254).

    out [T, H, D]: attention over selected rows; anchor_out [A, H, D]: exact attention of the queries
    anchor_offsets [A] int64 (ascending, counted from the chunk's start). Queries before the first anchor stay
    as they are. Returns [T, H, D], `into` (which may be `out`) when given; at the anchors it equals anchor_out.
    """
    offsets = anchor_offsets.to(out.device).long()
    delta = anchor_out.float() - out[offsets].float()
    owner = torch.searchsorted(offsets, torch.arange(out.shape[0], device=out.device), right=True) - 1
    spread = delta[owner.clamp(min=0)] * (owner >= 0)[:, None, None]
    done = (out.float() + spread).to(out.dtype)
    return done if into is None else into.copy_(done)
