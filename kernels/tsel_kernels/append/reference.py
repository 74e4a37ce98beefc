"""Torch definitions of what writes the cache: one row of a decode step, and rows of the key index."""

from __future__ import annotations

import torch
from torch import Tensor

from tsel_kernels.checks import check_step
from tsel_kernels.decode.state import DecodeShape, DecodeState
from tsel_kernels.key_index import KeyIndex, quantize_keys
from tsel_kernels.pointwise.reference import rope_rotate


def append_index_(index: KeyIndex, keys: Tensor, start: int) -> None:
    """Quantize keys [Hkv, T, D] into rows start .. start+T-1 of the index (its mean stays)."""
    end = start + keys.shape[1]
    new = quantize_keys(keys, index.mean, index.bits)
    index.codes[:, start:end], index.scale[:, start:end], index.zero[:, start:end] = new.codes, new.scale, new.zero


def _head_norm(rows: Tensor, weight: Tensor | None, eps: float) -> Tensor:
    """RMS norm of rows [n, D] over D when a weight [D] is given."""
    if weight is None:
        return rows.float()
    x = rows.float()
    return (x * torch.rsqrt(x.square().mean(-1, keepdim=True) + eps)).to(rows.dtype).float() * weight.float()


def rope_append_(
    query: Tensor,
    key: Tensor,
    value: Tensor,
    position: Tensor,
    keys: Tensor,
    values: Tensor,
    index: KeyIndex | None,
    out: Tensor,
    state: DecodeState | None,
    shape: DecodeShape,
    *,
    rope: tuple[Tensor, Tensor] | None,
    q_norm: Tensor | None = None,
    k_norm: Tensor | None = None,
    eps: float = 1e-6,
    theta: float = 2.0,
) -> Tensor:
    """Norm and rotate query [H, D] and key [Hkv, D], write key, value and index at row `position` [1], decide reuse.

    keys, values [Hkv, capacity, D]; rope = (cos, sin) [P, D or fewer]; `out` [H, D] receives the query and is
    returned. With a state: reuse = cosine(query, cached query) > theta and the window has not outgrown its slack;
    on a miss the query is cached and window_start moves to position + 1 - num_local (0 if that reaches the sinks).
    """
    check_step(out=out)
    at = int(position)
    q, k = new_row(query, key, at, rope, q_norm, k_norm, eps)
    out.copy_(q)
    keys[:, at] = k.to(keys.dtype)
    values[:, at] = value.to(values.dtype)
    if index is not None:
        row = quantize_keys(keys[:, at : at + 1], index.mean, index.bits)
        index.codes[:, at : at + 1], index.scale[:, at : at + 1], index.zero[:, at : at + 1] = row.codes, row.scale, row.zero
    if state is not None:
        decide_reuse_(out, state, shape, at, theta)
    return out


def new_row(
    query: Tensor,
    key: Tensor,
    at: int,
    rope: tuple[Tensor, Tensor] | None,
    q_norm: Tensor | None,
    k_norm: Tensor | None,
    eps: float,
) -> tuple[Tensor, Tensor]:
    """query [H, D] and key [Hkv, D] normed and rotated to position `at`, float32."""
    q, k = _head_norm(query, q_norm, eps), _head_norm(key, k_norm, eps)
    if rope is None:
        return q, k
    here = torch.tensor([at], device=query.device)
    return rope_rotate(q[:, None], here, *rope)[:, 0], rope_rotate(k[:, None], here, *rope)[:, 0]


def decide_reuse_(query: Tensor, state: DecodeState, shape: DecodeShape, at: int, theta: float) -> None:
    """Whether the rotated query [H, D] of position `at` is like the cached one; if not, it is cached and the window moves."""
    now, then = query.float().flatten(), state.cached_query.float().flatten()
    cosine = float(now @ then / (now.norm() * then.norm()).clamp(min=1e-20))
    fits = at + 1 - int(state.window_start) <= shape.num_local + shape.slack
    hit = cosine > theta and fits
    state.reuse.fill_(int(hit))
    state.hits.add_(int(hit))
    if not hit:
        state.cached_query.copy_(query)
        begin = at + 1 - shape.num_local
        state.window_start.fill_(begin if begin > shape.num_sink else 0)
