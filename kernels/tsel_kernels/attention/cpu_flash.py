"""PyTorch's flash attention for CPUs with its log-sum-exp: attention in parts that are put together exactly.

No public function returns the log-sum-exp, so the operation is called by its internal name and tried first
(`usable`). Its causal mask is aligned to the first row, where a chunk at the end of a cache needs the last one: the
past is attended to without a mask, the chunk itself causally. Nothing of the size [T, N] is held.
"""

from __future__ import annotations

from functools import lru_cache

import torch
from torch import Tensor

from tsel_kernels.attention import reference


def chunk_attention(query: Tensor, keys: Tensor, values: Tensor, scaling: float) -> tuple[Tensor, Tensor]:
    """Causal attention of query [T, H, D], the last T of the rows of keys, values [Hkv, N, D].

    Returns out [T, H, D] and log-sum-exp [T, H] float32. Only where `usable` says so.
    """
    past = keys.shape[1] - query.shape[0]
    if query.shape[0] == 1:
        return past_attention(query, keys, values, scaling)
    repeats = query.shape[1] // keys.shape[0]
    own_keys, own_values = (t[None, :, past:].repeat_interleave(repeats, 1) for t in (keys, values))
    out, lse = _flash(query.transpose(0, 1)[None], own_keys, own_values, True, scaling)
    out, lse = out[0].transpose(0, 1), lse[0].reshape(query.shape[1], -1).T
    if past:
        return merged(out, lse, *past_attention(query, keys[:, :past], values[:, :past], scaling))
    return out.contiguous(), lse


def past_attention(query: Tensor, keys: Tensor, values: Tensor, scaling: float) -> tuple[Tensor, Tensor]:
    """Attention of query [T, H, D] to every row of keys, values [Hkv, N, D]: out [T, H, D], log-sum-exp [T, H].

    The G queries of a KV head are G * T rows of one head, so that no key is repeated.
    """
    num, heads, dim = query.shape
    kv_heads = keys.shape[0]
    packed = query.reshape(num, kv_heads, -1, dim).permute(1, 2, 0, 3).reshape(1, kv_heads, -1, dim)
    out, lse = _flash(packed, keys[None], values[None], False, scaling)
    return out.reshape(heads, num, dim).transpose(0, 1), lse.reshape(heads, num).T


def merged(one: Tensor, one_lse: Tensor, other: Tensor, other_lse: Tensor) -> tuple[Tensor, Tensor]:
    """Attention to two disjoint sets of rows as attention to all of them: out [T, H, D] and log-sum-exp [T, H].

    In float32: a share near 1 rounded to bf16 lets a few rows of the chunk count for as much as a long past.
    """
    share = torch.sigmoid(other_lse - one_lse)[..., None]
    out = torch.lerp(one.float(), other.float(), share).to(one.dtype)
    return out.contiguous(), torch.logaddexp(one_lse, other_lse)


def _flash(query: Tensor, keys: Tensor, values: Tensor, causal: bool, scaling: float) -> tuple[Tensor, Tensor]:
    op = torch.ops.aten._scaled_dot_product_flash_attention_for_cpu
    found: tuple[Tensor, Tensor] = op(query, keys, values, 0.0, causal, scale=scaling)
    return found


@lru_cache(maxsize=8)
def usable(dtype: torch.dtype, head_dim: int) -> bool:
    """Whether the operation is there and right for rows of this kind, tried once on a small case."""
    generator = torch.Generator().manual_seed(0)
    shapes, scaling = ((24, 4, head_dim), (2, 70, head_dim), (2, 70, head_dim)), head_dim**-0.5
    query, keys, values = (torch.randn(shape, generator=generator).to(dtype) for shape in shapes)
    try:
        got = chunk_attention(query, keys, values, scaling)
    except (RuntimeError, AttributeError, TypeError):
        return False
    expected = reference.causal_attention(query, torch.arange(46, 70), keys, values, scaling=scaling)
    limit = 2e-2 if dtype.itemsize < 4 else 1e-5
    return all(bool((g - e).float().norm() < limit * e.float().norm()) for g, e in zip(got, expected, strict=True))
