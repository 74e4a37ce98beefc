"""Rows in 4 bits on a GPU, widened for a chunk. A written token appends with triton_rope.py and attends with triton_attend.py.

A row of codes is two halves of a row in one byte each (tsel_kernels.key_index): products over D are sums of two products
over D / 2, and an output row is two halves that never meet. Scores of a whole index are tsel_kernels.score's.
"""

from __future__ import annotations

import triton
import triton.language as tl
from torch import Tensor

from tsel_kernels.key_index import KeyIndex
from tsel_kernels.q4_rows.reference import check_q4
from tsel_kernels.triton_device import ceil_div, next_power

_ROWS = 32  # rows a program widens


@triton.jit
def widened(codes_ptr, scale_ptr, zero_ptr, mean_ptr, n, c_sn, ok, half, D: tl.constexpr, BITS: tl.constexpr):
    """Rows n of a pool as halves low, high [n, D / 2] float32; rows outside `ok` and columns beyond are zero."""
    inside = ok[:, None] & (half < D // 2)[None, :]
    ptr = codes_ptr + n[:, None].to(tl.int64) * c_sn + half[None, :]
    codes = tl.load(ptr, mask=inside, other=0).to(tl.int32)
    if BITS == 8:
        lows, highs = codes, tl.load(ptr + D // 2, mask=inside, other=0).to(tl.int32)
    else:
        lows, highs = codes & 15, codes >> 4
    scale = tl.load(scale_ptr + n, mask=ok, other=0.0).to(tl.float32)[:, None]
    zero = tl.load(zero_ptr + n, mask=ok, other=0.0).to(tl.float32)[:, None]
    mean_low = tl.load(mean_ptr + half, mask=half < D // 2, other=0.0)[None, :]
    mean_high = tl.load(mean_ptr + D // 2 + half, mask=half < D // 2, other=0.0)[None, :]
    low = lows.to(tl.float32) * scale + zero + mean_low
    high = highs.to(tl.float32) * scale + zero + mean_high
    return tl.where(inside, low, 0.0), tl.where(inside, high, 0.0)


@triton.jit
def q4_load_kernel(
    codes_ptr, scale_ptr, zero_ptr, mean_ptr, out_ptr, begin, num_rows, c_sh, c_sn, z_sh, o_sh, o_sn,
    D: tl.constexpr, HALF: tl.constexpr, BN: tl.constexpr, BITS: tl.constexpr,
):  # fmt: skip
    """BN rows of a KV head."""
    kv = tl.program_id(1).to(tl.int64)
    n = tl.program_id(0) * BN + tl.arange(0, BN)
    half = tl.arange(0, HALF)
    ok = n < num_rows
    low, high = widened(
        codes_ptr + kv * c_sh, scale_ptr + kv * z_sh, zero_ptr + kv * z_sh, mean_ptr + kv * D, begin + n, c_sn, ok, half, D, BITS
    )
    ptr = out_ptr + kv * o_sh + n[:, None].to(tl.int64) * o_sn + half[None, :]
    inside = ok[:, None] & (half < D // 2)[None, :]
    tl.store(ptr, low.to(out_ptr.dtype.element_ty), mask=inside)
    tl.store(ptr + D // 2, high.to(out_ptr.dtype.element_ty), mask=inside)


def pool_strides(key_pool: KeyIndex, value_pool: KeyIndex) -> tuple[int, int, int, int, int]:
    """Of the keys' codes, the values' and scales; one launch serves both pools. Raises ValueError where it cannot."""
    both = [(p.scale.stride(), p.zero.stride()) for p in (key_pool, value_pool)]
    if both[0] != both[1] or value_pool.bits != 4:
        raise ValueError(f"scales must lie alike and values be in 4 bits, got strides {both[0]} and {both[1]}")
    keys, values = key_pool.codes, value_pool.codes
    return keys.stride(0), keys.stride(1), values.stride(0), values.stride(1), key_pool.scale.stride(0)


def q4_load_rows_(pool: KeyIndex, begin: int, out: Tensor) -> Tensor:
    """Triton form of `reference.q4_load_rows_`."""
    check_q4(out, pool)
    heads, num, dim = out.shape
    if begin < 0 or begin + num > pool.num_rows:
        raise ValueError(f"the pool holds {pool.num_rows} rows, rows {begin} to {begin + num - 1} were read")
    if num:
        q4_load_kernel[(ceil_div(num, _ROWS), heads)](
            pool.codes, pool.scale, pool.zero, pool.mean, out, begin, num, pool.codes.stride(0), pool.codes.stride(1), pool.scale.stride(0),
            out.stride(0), out.stride(1), D=dim, HALF=next_power(dim // 2), BN=_ROWS, BITS=pool.bits, num_warps=4,
        )  # fmt: skip
    return out
