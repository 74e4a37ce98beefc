"""Exact attention of a chunk over the whole cache, through PyTorch's SDPA."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor


def full_attention(query: Tensor, keys: Tensor, values: Tensor, scaling: float) -> Tensor:
    """Causal attention of query [T, H, D] (the last T positions) over keys, values [Hkv, N, D] -> [T, H, D]."""
    num, heads, dim = query.shape
    kv_heads, rows, _ = keys.shape
    if num == 1:  # the G queries of a KV head as rows: no key is repeated
        packed = query.view(1, kv_heads, heads // kv_heads, dim)
        out = F.scaled_dot_product_attention(packed, keys[None], values[None], scale=scaling)
        return out.reshape(1, heads, dim)
    if query.is_cuda:
        return _cuda_attention(query, keys, values, scaling)
    return _cpu_attention(query, keys, values, scaling)


def _cuda_attention(query: Tensor, keys: Tensor, values: Tensor, scaling: float) -> Tensor:
    from torch.nn.attention.bias import causal_lower_right

    num, rows = query.shape[0], keys.shape[1]
    bias = causal_lower_right(num, rows) if num < rows else None
    out = F.scaled_dot_product_attention(
        query.transpose(0, 1)[None],
        keys[None],
        values[None],
        attn_mask=bias,
        is_causal=bias is None,
        scale=scaling,
        enable_gqa=query.shape[1] != keys.shape[0],
    )
    return out[0].transpose(0, 1).contiguous()


def _cpu_attention(query: Tensor, keys: Tensor, values: Tensor, scaling: float) -> Tensor:
    """The G queries of a KV head become G * T rows of one head: no key is repeated, and one [T, N] mask serves."""
    num, heads, dim = query.shape
    kv_heads, rows, _ = keys.shape
    repeats = heads // kv_heads
    packed = query.view(num, kv_heads, repeats, dim).permute(1, 2, 0, 3).reshape(1, kv_heads, repeats * num, dim)
    at = torch.arange(rows, device=query.device)
    visible = at[None, :] <= at[rows - num :, None]
    mask = visible.repeat(repeats, 1)
    out = F.scaled_dot_product_attention(packed, keys[None], values[None], attn_mask=mask, scale=scaling)
    return out.view(kv_heads, repeats, num, dim).permute(2, 0, 1, 3).reshape(num, heads, dim)


def general_attention(
    query: Tensor,
    keys: Tensor,
    values: Tensor,
    scaling: float,
    sliding_window: int | None,
    softcap: float | None,
    sinks: Tensor | None,
) -> Tensor:
    """Exact attention with what SDPA lacks: sliding window (tokens), logit soft cap, learned sinks [H].

    query [T, H, D], keys, values [Hkv, N, D] -> [T, H, D]. Slow and plain; 128 queries at a time.
    """
    num, heads, dim = query.shape
    kv_heads, rows, _ = keys.shape
    repeats = heads // kv_heads
    outs = []
    for lo in range(0, num, 128):
        part = query[lo : lo + 128]
        position = torch.arange(rows - num + lo, rows - num + lo + part.shape[0], device=query.device)
        begin = 0 if sliding_window is None else max(0, rows - num + lo - sliding_window + 1)
        k, v = keys[:, begin:].float(), values[:, begin:].float()
        grouped = part.float().view(-1, kv_heads, repeats, dim).permute(1, 2, 0, 3)
        logits = grouped @ k[:, None].transpose(-1, -2) * scaling
        if softcap is not None:
            logits = torch.tanh(logits / softcap) * softcap
        at = torch.arange(begin, rows, device=query.device)
        hidden = at[None, :] > position[:, None]
        if sliding_window is not None:
            hidden |= at[None, :] <= position[:, None] - sliding_window
        logits = logits.masked_fill(hidden, float("-inf"))
        if sinks is not None:
            column = sinks.float().view(kv_heads, repeats, 1, 1).expand(-1, -1, part.shape[0], 1)
            weights = torch.softmax(torch.cat([logits, column], -1), -1)[..., :-1]
        else:
            weights = torch.softmax(logits, -1)
        out = (weights @ v[:, None]).permute(2, 0, 1, 3).reshape(part.shape[0], heads, dim)
        outs.append(out.to(query.dtype))
    return torch.cat(outs)
