"""A linear map of one row from packed weights: codes become numbers in registers, norm, gate and residual ride along.

Bound by the codes' bytes as `row_linear_` is by those of bf16, with a quarter of them. A thread loads a group of 32
codes at once; a code is put under the exponent of 128 (256 for 8 bits) by one shift and one and-or, which makes it
the float 128 + code without a conversion, and the 128 is taken off the sum of a group, beside its zero. Sums have one
order: the result is the same on every run.
"""

from __future__ import annotations

import triton
import triton.language as tl
from torch import Tensor

from tsel_kernels.checks import check_packed, check_row_linear
from tsel_kernels.packed_weight import BIAS, GROUP, PackedWeight
from tsel_kernels.triton_device import INTERPRET, Tile, after_previous, ceil_div, device_limits, next_power, start_next


@triton.jit
def _number(words, I: tl.constexpr, BITS: tl.constexpr):
    """base + code I of every word, as stored: base 128 with 4 bits, 256 with 8."""
    to: tl.constexpr = 16 if BITS == 4 else 15
    at: tl.constexpr = I * BITS
    if at < to:
        moved = words << (to - at)
    else:
        moved = words >> (at - to)
    if BITS == 4:
        return ((moved & 0xF0000) | 0x43000000).to(tl.float32, bitcast=True)
    return ((moved & 0x7F8000) | 0x43800000).to(tl.float32, bitcast=True)


@triton.jit
def _words(w_ptr, n, n_ok, g, G: tl.constexpr, BITS: tl.constexpr, EVEN: tl.constexpr):
    """Words [BN, BG, BITS] of rows n and groups g."""
    j = tl.arange(0, BITS)
    ptr = w_ptr + (n[:, None].to(tl.int64) * G + g[None, :])[:, :, None] * BITS + j[None, None, :]
    if EVEN:
        return tl.load(ptr, eviction_policy="evict_first")
    return tl.load(ptr, mask=(n_ok[:, None] & (g < G)[None, :])[:, :, None], other=0, eviction_policy="evict_first")


@triton.jit
def _of_group(ptr, n, n_ok, g, G: tl.constexpr):
    """A number of each group [BN, BG]."""
    ok = n_ok[:, None] & (g < G)[None, :]
    return tl.load(ptr + n[:, None].to(tl.int64) * G + g[None, :], mask=ok, other=0.0).to(tl.float32)


@triton.jit
def _dots(w, v, x_ptr, norm_ptr, g, squares, K: tl.constexpr, BITS: tl.constexpr, NORM: tl.constexpr, GATED: tl.constexpr):
    """Sums over each group of (base + code) * x, for two weights, and of x [BG]; squares of x so far [BG, BITS]."""
    j = tl.arange(0, BITS)
    one = tl.zeros_like(w).to(tl.float32)
    two, ones = one, tl.zeros_like(squares)
    for i in tl.static_range(32 // BITS):
        cols = g[:, None] * 32 + i * BITS + j[None, :]
        x = tl.load(x_ptr + cols, mask=cols < K, other=0.0).to(tl.float32)
        if NORM:
            squares += x * x
            x *= tl.load(norm_ptr + cols, mask=cols < K, other=0.0).to(tl.float32)
        ones += x
        one += _number(w, i, BITS) * x[None]
        if GATED:
            two += _number(v, i, BITS) * x[None]
    return tl.sum(one, 2), tl.sum(two, 2), tl.sum(ones, 1), squares


@triton.jit
def _of_groups(scale_ptr, zero_ptr, n, n_ok, g, G: tl.constexpr, ZERO: tl.constexpr):
    """Scale and zero [BN, BG]; asked for beside the codes, so that nothing waits for the memory twice."""
    scale = _of_group(scale_ptr, n, n_ok, g, G)
    zero = scale
    if ZERO:
        zero = _of_group(zero_ptr, n, n_ok, g, G)
    return scale, zero


@triton.jit
def _scaled(dots, ones, scale, zero, BASE: tl.constexpr, ZERO: tl.constexpr):
    """Sums over each group [BN, BG] of weight * x, from those of (base + code) * x and of x."""
    y = scale * (dots - BASE * ones[None, :])
    if ZERO:
        y += zero * ones[None, :]
    return y


@triton.jit
def packed_row_kernel(
    x_ptr, w_ptr, scale_ptr, zero_ptr, bias_ptr, norm_ptr, res_ptr, out_ptr, num_out, eps,
    K: tl.constexpr, BITS: tl.constexpr, BASE: tl.constexpr, BN: tl.constexpr, BG: tl.constexpr, STAGES: tl.constexpr, EVEN: tl.constexpr,
    ZERO: tl.constexpr, BIAS: tl.constexpr, NORM: tl.constexpr, RESIDUAL: tl.constexpr, GATED: tl.constexpr, PDL: tl.constexpr,
):  # fmt: skip
    start_next(PDL)
    G: tl.constexpr = K // 32
    n = tl.program_id(0) * BN + tl.arange(0, BN)
    n_ok = n < num_out
    # the first weights are on their way while the kernel that makes x still runs
    g = tl.arange(0, BG)
    w = _words(w_ptr, n, n_ok, g, G, BITS, EVEN)
    scale, zero = _of_groups(scale_ptr, zero_ptr, n, n_ok, g, G, ZERO)
    v, scale_up, zero_up = w, scale, zero
    if GATED:
        v = _words(w_ptr, n + num_out, n_ok, g, G, BITS, EVEN)
        scale_up, zero_up = _of_groups(scale_ptr, zero_ptr, n + num_out, n_ok, g, G, ZERO)
    after_previous(PDL)
    squares = tl.zeros([BG, BITS], tl.float32)
    one, two, ones, squares = _dots(w, v, x_ptr, norm_ptr, g, squares, K, BITS, NORM, GATED)
    acc = _scaled(one, ones, scale, zero, BASE, ZERO)
    up = acc
    if GATED:
        up = _scaled(two, ones, scale_up, zero_up, BASE, ZERO)
    for begin in tl.range(BG, G, BG, num_stages=STAGES):
        g = begin + tl.arange(0, BG)
        w = _words(w_ptr, n, n_ok, g, G, BITS, EVEN)
        scale, zero = _of_groups(scale_ptr, zero_ptr, n, n_ok, g, G, ZERO)
        v, scale_up, zero_up = w, scale, zero
        if GATED:
            v = _words(w_ptr, n + num_out, n_ok, g, G, BITS, EVEN)
            scale_up, zero_up = _of_groups(scale_ptr, zero_ptr, n + num_out, n_ok, g, G, ZERO)
        one, two, ones, squares = _dots(w, v, x_ptr, norm_ptr, g, squares, K, BITS, NORM, GATED)
        acc += _scaled(one, ones, scale, zero, BASE, ZERO)
        if GATED:
            up += _scaled(two, ones, scale_up, zero_up, BASE, ZERO)
    y = tl.sum(acc, 1)
    factor = 1.0
    if NORM:
        factor = tl.rsqrt(tl.sum(tl.sum(squares, 1), 0) / K + eps)
        y *= factor
    if BIAS:
        y += tl.load(bias_ptr + n, mask=n_ok, other=0.0).to(tl.float32)
    if GATED:
        y = y / (1.0 + tl.exp(-y)) * (tl.sum(up, 1) * factor)
    if RESIDUAL:
        y += tl.load(res_ptr + n, mask=n_ok, other=0.0).to(tl.float32)
    tl.store(out_ptr + n, y.to(out_ptr.dtype.element_ty), mask=n_ok)


@triton.jit
def unpack_weight_kernel(
    w_ptr, scale_ptr, zero_ptr, out_ptr, out_sn,
    K: tl.constexpr, BITS: tl.constexpr, BASE: tl.constexpr, BK: tl.constexpr, ZERO: tl.constexpr,
):  # fmt: skip
    G: tl.constexpr = K // 32
    n = tl.program_id(0).to(tl.int64)  # this axis has room for a vocabulary, the second one ends at 65,535
    k = tl.program_id(1) * BK + tl.arange(0, BK)
    g, ok = k // 32, k < K
    place = k % 32
    word = tl.load(w_ptr + (n * G + g) * BITS + place % BITS, mask=ok, other=0)
    code = ((word >> (place // BITS * BITS)) & ((1 << BITS) - 1)) - BASE
    value = code.to(tl.float32) * tl.load(scale_ptr + n * G + g, mask=ok, other=0.0).to(tl.float32)
    if ZERO:
        value += tl.load(zero_ptr + n * G + g, mask=ok, other=0.0).to(tl.float32)
    tl.store(out_ptr + n * out_sn + k, value.to(out_ptr.dtype.element_ty), mask=ok)


def packed_tile(num_out: int, width: int, bits: int) -> Tile:
    """Weight rows and groups (`keys`) a program takes at a time, warps, stages.

    Four rows share the row they multiply, which costs as many operations as two rows of codes.
    """
    groups = min(128, max(4, next_power(width // GROUP)))
    rows = 4 if num_out >= 2048 else 2
    return Tile(rows, groups, max(1, min(8, groups * bits // 4 // 32)), 1)


def packed_row_linear_(
    row: Tensor,
    weight: PackedWeight,
    out: Tensor,
    *,
    bias: Tensor | None = None,
    norm: Tensor | None = None,
    eps: float = 1e-6,
    residual: Tensor | None = None,
    gated: bool = False,
    tile: Tile | None = None,
) -> Tensor:
    """Triton form of `reference.packed_row_linear_`; one launch."""
    check_packed(weight)
    check_row_linear(row, weight, out, bias, norm, residual, gated)
    made, (_, width), bits = out.shape[0], weight.shape, weight.bits
    tile, pdl = tile or packed_tile(made, width, bits), device_limits(row.device).pdl
    packed_row_kernel[(ceil_div(made, tile.rows),)](
        row, weight.words, weight.scale, weight.scale if weight.zero is None else weight.zero,
        bias if bias is not None else row, norm if norm is not None else row, residual if residual is not None else row, out, made, eps,
        K=width, BITS=bits, BASE=(128 if bits == 4 else 256) + BIAS[bits], BN=tile.rows, BG=tile.keys, STAGES=tile.stages,
        EVEN=made % tile.rows == 0 and width // GROUP % tile.keys == 0 and not INTERPRET,
        ZERO=weight.zero is not None, BIAS=bias is not None, NORM=norm is not None, RESIDUAL=residual is not None, GATED=gated,
        PDL=pdl, launch_pdl=pdl, num_warps=tile.warps,
    )  # fmt: skip
    return out


def unpack_weight_(weight: PackedWeight, out: Tensor) -> Tensor:
    """Triton form of `reference.unpack_weight_`; one launch."""
    check_packed(weight, out)
    (num, width), bits = weight.shape, weight.bits
    step = min(2048, next_power(width))
    unpack_weight_kernel[(num, ceil_div(width, step))](
        weight.words, weight.scale, weight.scale if weight.zero is None else weight.zero, out, out.stride(0),
        K=width, BITS=bits, BASE=BIAS[bits], BK=step, ZERO=weight.zero is not None, num_warps=4,
    )  # fmt: skip
    return out
