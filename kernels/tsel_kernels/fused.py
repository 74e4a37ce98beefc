"""Torch definitions of the small fused kernels around attention: norms, activation, index writing."""

from __future__ import annotations

import torch
from torch import Tensor

from tsel_kernels.key_index import KeyIndex, quantize_keys


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


def append_index_(index: KeyIndex, keys: Tensor, start: int) -> None:
    """Quantize keys [Hkv, T, D] into rows start .. start+T-1 of the index (its mean stays)."""
    end = start + keys.shape[1]
    new = quantize_keys(keys, index.mean, index.bits)
    index.codes[:, start:end], index.scale[:, start:end], index.zero[:, start:end] = new.codes, new.scale, new.zero
