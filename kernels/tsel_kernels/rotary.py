"""Rotary embedding of rows: the torch definition."""

from __future__ import annotations

import torch
from torch import Tensor


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
