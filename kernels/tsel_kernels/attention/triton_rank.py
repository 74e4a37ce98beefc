"""Rows turned to their rank in a list of rows (compact positions), in registers."""

from __future__ import annotations

import triton
import triton.language as tl


@triton.jit
def rotate(base, rows, stride, rank, ok, x, cos_ptr, sin_ptr, D: tl.constexpr, DP: tl.constexpr, DR: tl.constexpr, INTERP: tl.constexpr):
    """Rows x [n, DP] turned to `rank` [n]; the partner of a column is read again from memory (it is in L1)."""
    cols = tl.arange(0, DP)
    half: tl.constexpr = DR // 2
    partner = tl.where(cols < half, cols + half, tl.where(cols < DR, cols - half, cols))
    sign = tl.where(cols < half, -1.0, 1.0)
    inside = ok[:, None] & (cols < DR)[None, :]
    y = tl.load(base + rows[:, None].to(tl.int64) * stride + partner[None, :], mask=inside, other=0.0).to(tl.float32)
    at = rank[:, None].to(tl.int64) * DR + cols[None, :]
    c = tl.load(cos_ptr + at, mask=inside, other=1.0).to(tl.float32)
    s = tl.load(sin_ptr + at, mask=inside, other=0.0).to(tl.float32)
    turned = x.to(tl.float32) * c + y * s * sign[None, :]
    if INTERP:
        return turned
    return turned.to(x.dtype)
