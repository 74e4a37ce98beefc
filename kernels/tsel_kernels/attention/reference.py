"""Torch definitions of exact attention: of scattered rows over the whole cache, of a chunk over picked rows.

Shapes and their letters: tsel_kernels.shapes.
"""

from __future__ import annotations

import torch
from torch import Tensor

from tsel_kernels.checks import check_cache, check_picks, check_query
from tsel_kernels.pointwise.reference import rope_rotate
from tsel_kernels.shapes import grouped, hide_later_, logits_of, ungrouped


def causal_attention(
    query: Tensor, positions: Tensor, keys: Tensor, values: Tensor, *, scaling: float
) -> tuple[Tensor, Tensor]:
    """Exact attention of query [A, H, D] at `positions` [A] over rows 0..position of the cache.

    keys, values [Hkv, N, D]. Returns out [A, H, D] in the query's dtype and log-sum-exp [A, H] float32.
    """
    check_query(query, keys)
    check_cache(keys, values)
    logits = hide_later_(logits_of(query, keys, scaling), positions, query.shape[0])
    lse = torch.logsumexp(logits, -1)
    out = torch.exp(logits - lse[..., None]) @ values.float()
    return ungrouped(out, query.shape[0]).to(query.dtype), ungrouped(lse, query.shape[0])


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
        logits = logits_of(query, rows_k, scaling)
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
    return ungrouped(out, num).to(query.dtype), ungrouped(lse, num)


def _compact(
    query: Tensor, keys: Tensor, picked: Tensor, num_sink: int, offset: int, rope: tuple[Tensor, Tensor]
) -> tuple[Tensor, Tensor]:
    """Rotate keys [Hkv, sinks + K + window, D] and query [t, H, D] (`offset` rows into the window) to list ranks.

    Returns query [Hkv, t * G, D] and keys, both float32. A padded pick takes no rank.
    """
    num, kv_heads, k = query.shape[0], keys.shape[0], picked.shape[1]
    valid = (picked >= 0).sum(1).tolist()
    at = torch.arange(keys.shape[1], device=keys.device)
    packed = grouped(query, kv_heads)
    steps = torch.arange(num, device=keys.device).repeat_interleave(packed.shape[1] // num)
    rows_q, rows_k = [], []
    for h in range(kv_heads):
        rank = torch.where(at >= num_sink + k, at - k + valid[h], at)
        rows_k.append(rope_rotate(keys[h].float(), rank.clamp(max=rope[0].shape[0] - 1), *rope))
        rows_q.append(rope_rotate(packed[h], num_sink + valid[h] + offset + steps, *rope))
    return torch.stack(rows_q), torch.stack(rows_k)
