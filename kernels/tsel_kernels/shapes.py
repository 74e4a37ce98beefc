"""Shapes every kernel shares: queries grouped by the KV head they read, and their logits.

H query heads, Hkv KV heads, G = H // Hkv (query head h reads KV head h // G), D head_dim, N rows in the cache (row
index = token position), T queries of a chunk, A anchor queries, B selection blocks, R = A // B anchors a block, K selected
rows a block. `groups` is Hkv (each KV head picks its own rows) or 1 (all heads share one pick). Indices are int32,
ascending, padded at the end with -1.

Source: TokenSelect, arXiv:2411.02886 (soft vote, sinks, local window); Delta Attention, arXiv:2505.11254
(the correction). Deviation from the paper: votes are summed after the softmax of each voter, never scored
with a mean query, unless the caller passes the mean query as the voter.
"""

from __future__ import annotations

import torch
from torch import Tensor

from tsel_kernels.key_index import KeyIndex, index_logits


def grouped(query: Tensor, num_kv_heads: int) -> Tensor:
    """[A, H, D] -> [Hkv, A * G, D] in float32, the rows of one KV head together."""
    num, heads, dim = query.shape
    grouped = query.float().view(num, num_kv_heads, heads // num_kv_heads, dim)
    return grouped.permute(1, 0, 2, 3).reshape(num_kv_heads, -1, dim)


def ungrouped(rows: Tensor, num: int) -> Tensor:
    """[Hkv, A * G, *] -> [A, H, *]: the inverse of `grouped`."""
    kv_heads, packed = rows.shape[:2]
    tail = rows.shape[2:]
    split = rows.reshape(kv_heads, num, packed // num, *tail).transpose(0, 1)
    return split.reshape(num, kv_heads * (packed // num), *tail)


def logits_of(query: Tensor, keys: Tensor | KeyIndex, scaling: float) -> Tensor:
    """Scaled logits [Hkv, A * G, N] of query [A, H, D] against keys [Hkv, N, D] or their index."""
    if isinstance(keys, KeyIndex):
        return index_logits(grouped(query, keys.num_kv_heads), keys) * scaling
    return grouped(query, keys.shape[0]) @ keys.float().transpose(-1, -2) * scaling


def hide_later_(logits: Tensor, positions: Tensor, num: int) -> Tensor:
    """Set logits [Hkv, A * G, N] of rows after each query's position [A] to -inf, in place."""
    repeats = logits.shape[1] // num
    rows = torch.arange(logits.shape[-1], device=logits.device)
    hidden = rows[None, :] > positions.to(logits.device).repeat_interleave(repeats)[:, None]
    return logits.masked_fill_(hidden, float("-inf"))
