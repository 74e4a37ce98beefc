"""A linear map of one row: the weights are streamed once, norm, gate and residual ride along.

Decoding multiplies one row by every weight of the model, so a step's floor is the weights' bytes over the memory
bandwidth. A program takes a few rows of the weight and all of K; products stay in one float32 accumulator an element
and are summed across threads once, at the end. The RMS norm needs the whole row, but only as a factor of the sums:
weights do not wait for it. Sums have one order: the result is the same on every run. Where the chip can, a program
reads its first weights before the kernel ahead of it has ended: weights must not be written by that kernel.
"""

from __future__ import annotations

import triton
import triton.language as tl
from torch import Tensor

from tsel_kernels.checks import check_row_linear
from tsel_kernels.triton_device import INTERPRET, Tile, after_previous, ceil_div, device_limits, next_power, start_next


@triton.jit
def _weights(w_ptr, n, n_ok, cols, w_sn, K: tl.constexpr, EVEN: tl.constexpr):
    """weight[n, cols] [BN, BK]."""
    ptr = w_ptr + n[:, None].to(tl.int64) * w_sn + cols[None, :]
    if EVEN:
        return tl.load(ptr, eviction_policy="evict_first")
    return tl.load(ptr, mask=n_ok[:, None] & (cols < K)[None, :], other=0.0, eviction_policy="evict_first")


@triton.jit
def _inputs(x_ptr, norm_ptr, cols, squares, K: tl.constexpr, NORM: tl.constexpr):
    """x[cols], times the norm's weight, and the sums of squares so far."""
    x = tl.load(x_ptr + cols, mask=cols < K, other=0.0).to(tl.float32)
    if NORM:
        squares += x * x
        x *= tl.load(norm_ptr + cols, mask=cols < K, other=0.0).to(tl.float32)
    return x[None, :], squares


@triton.jit
def row_linear_kernel(
    x_ptr, w_ptr, bias_ptr, norm_ptr, res_ptr, out_ptr, num_out, w_sn, eps,
    K: tl.constexpr, BN: tl.constexpr, BK: tl.constexpr, STAGES: tl.constexpr, EVEN: tl.constexpr,
    BIAS: tl.constexpr, NORM: tl.constexpr, RESIDUAL: tl.constexpr, GATED: tl.constexpr, PDL: tl.constexpr,
):  # fmt: skip
    start_next(PDL)
    n = tl.program_id(0) * BN + tl.arange(0, BN)
    n_ok = n < num_out
    squares = tl.zeros([BK], tl.float32)
    cols = tl.arange(0, BK)
    # the first weights are on their way while the kernel that makes x still runs
    w = _weights(w_ptr, n, n_ok, cols, w_sn, K, EVEN)
    v = w
    if GATED:
        v = _weights(w_ptr, n + num_out, n_ok, cols, w_sn, K, EVEN)
    after_previous(PDL)
    x, squares = _inputs(x_ptr, norm_ptr, cols, squares, K, NORM)
    acc, up = w.to(tl.float32) * x, v.to(tl.float32) * x
    for begin in tl.range(BK, K, BK, num_stages=STAGES):
        cols = begin + tl.arange(0, BK)
        x, squares = _inputs(x_ptr, norm_ptr, cols, squares, K, NORM)
        acc += _weights(w_ptr, n, n_ok, cols, w_sn, K, EVEN).to(tl.float32) * x
        if GATED:
            up += _weights(w_ptr, n + num_out, n_ok, cols, w_sn, K, EVEN).to(tl.float32) * x
    y = tl.sum(acc, 1)
    scale = 1.0
    if NORM:
        scale = tl.rsqrt(tl.sum(squares, 0) / K + eps)
        y *= scale
    if BIAS:
        y += tl.load(bias_ptr + n, mask=n_ok, other=0.0).to(tl.float32)
    if GATED:
        y = y / (1.0 + tl.exp(-y)) * (tl.sum(up, 1) * scale)
    if RESIDUAL:
        y += tl.load(res_ptr + n, mask=n_ok, other=0.0).to(tl.float32)
    tl.store(out_ptr + n, y.to(out_ptr.dtype.element_ty), mask=n_ok)


def row_tile(num_out: int, width: int, gated: bool) -> Tile:
    """Weight rows and columns a program takes at a time, warps, stages (measured on an H100: docs/dev/kernels-log.md).

    One row and up to 4096 columns at once keep the most bytes in flight; a vocabulary has rows enough for a pipeline. Maps
    of a few thousand rows of 3584 or 4096 (queries, keys and values; output) are 2 to 8 % quicker two rows at a time.
    """
    columns = min(4096, max(16, next_power(width)))
    if num_out >= 1 << 16 and not gated and columns >= 512:
        return Tile(8, 512, 4, 3)
    if num_out <= 1 << 13 and not gated and width > 2048:  # few rows: two share the row they multiply
        return Tile(2, columns, 16, 1)
    return Tile(1, columns, max(1, min(8, columns // 128)), 1)


def row_linear_(
    row: Tensor,
    weight: Tensor,
    out: Tensor,
    *,
    bias: Tensor | None = None,
    norm: Tensor | None = None,
    eps: float = 1e-6,
    residual: Tensor | None = None,
    gated: bool = False,
    tile: Tile | None = None,
) -> Tensor:
    """Triton form of `reference.row_linear_`; one launch."""
    check_row_linear(row, weight, out, bias, norm, residual, gated)
    made, width = out.shape[0], weight.shape[1]
    tile, pdl = tile or row_tile(made, width, gated), device_limits(row.device).pdl
    row_linear_kernel[(ceil_div(made, tile.rows),)](
        row, weight, bias if bias is not None else row, norm if norm is not None else row,
        residual if residual is not None else row, out, made, weight.stride(0), eps,
        K=width, BN=tile.rows, BK=tile.keys, STAGES=tile.stages, EVEN=made % tile.rows == 0 and width % tile.keys == 0 and not INTERPRET,
        BIAS=bias is not None, NORM=norm is not None, RESIDUAL=residual is not None, GATED=gated,
        PDL=pdl, launch_pdl=pdl, num_warps=tile.warps,
    )  # fmt: skip
    return out
