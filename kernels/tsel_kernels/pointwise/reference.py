"""Torch definitions of the memory-bound helpers: norm, activation, rotation, delta correction."""

from __future__ import annotations

import torch
from torch import Tensor


def rms_norm_(
    hidden: Tensor, weight: Tensor, out: Tensor, *, eps: float, residual: Tensor | None = None, offset: float = 0.0
) -> Tensor:
    """RMS norm of hidden [T, C] into out [T, C]; with a residual [T, C] first residual += hidden, in place.

    out = x / sqrt(mean(x^2) + eps) * (weight + offset), computed in float32 (offset 1 for Gemma-style weights).
    The sum is rounded to the residual's dtype before it is normed, as a separate addition would.
    """
    if residual is not None:
        residual.add_(hidden)
        hidden = residual
    x = hidden.float()
    normed = (x * torch.rsqrt(x.square().mean(-1, keepdim=True) + eps)).to(hidden.dtype).float()
    return out.copy_(normed * (weight.float() + offset))


def silu_mul_(gate_up: Tensor, out: Tensor) -> Tensor:
    """out [T, F] = silu(gate) * up, where gate_up [T, 2F] holds the gate in its first half."""
    gate, up = gate_up.float().chunk(2, -1)
    return out.copy_((gate * torch.sigmoid(gate)).to(gate_up.dtype).float() * up)


def rope_rotate(rows: Tensor, positions: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    """Rotate rows [..., n, D] to `positions` [n] with tables cos, sin [P, D] (half-split layout, Llama style).

    Rotary dimensions may be fewer than D (partial rotary): the rest passes through unchanged.
    """
    dims = cos.shape[-1]
    turned, rest = rows[..., :dims].float(), rows[..., dims:]
    half = dims // 2
    swapped = torch.cat([-turned[..., half:], turned[..., :half]], -1)
    c, s = cos[positions].float(), sin[positions].float()
    return torch.cat([(turned * c + swapped * s).to(rows.dtype), rest], -1)


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


def fp8_codes(rows: Tensor) -> tuple[Tensor, Tensor]:
    """Codes [T, K] float8_e4m3fn of rows [T, K] and their scales [T] float32: the largest of a row becomes 448."""
    scale = rows.float().abs().amax(1).clamp(min=1e-12) / 448.0
    return (rows.float() / scale[:, None]).to(torch.float8_e4m3fn), scale
