"""Rows rounded to 4 bits on a GPU with later channels making up for earlier ones: a program keeps its rows in registers."""

from __future__ import annotations

import triton
import triton.language as tl
from torch import Tensor

from tsel_kernels.key_index import KeyIndex
from tsel_kernels.q4_rows.reference import check_aimed, check_q4
from tsel_kernels.triton_device import ceil_div, next_power

_ROWS = 32  # of a program


@triton.jit
def _step(column):
    """Codes 0 .. 15 of what is left of a channel, and what they are off by."""
    magic = 12582912.0  # 1.5 * 2^23: adding and taking it away rounds half to even, as torch.round does
    code = tl.minimum(tl.maximum((column + magic) - magic, 0.0), 15.0)
    return code, column - code


@triton.jit
def q4_aimed_kernel(
    rows_ptr, aim_ptr, codes_ptr, scale_ptr, zero_ptr, mean_ptr, start, num_rows, r_sh, r_sn, c_sh, c_sn, z_sh,
    D: tl.constexpr, HALF: tl.constexpr, BN: tl.constexpr,
):  # fmt: skip
    """BN rows of a KV head: D channels one after another, each half in one pass."""
    kv = tl.program_id(1).to(tl.int64)
    n = tl.program_id(0) * BN + tl.arange(0, BN)
    half = tl.arange(0, HALF)
    ok, cols_ok = n < num_rows, half < D // 2
    inside = ok[:, None] & cols_ok[None, :]
    ptr = rows_ptr + kv * r_sh + n[:, None].to(tl.int64) * r_sn + half[None, :]
    low = tl.load(ptr, mask=inside, other=0.0).to(tl.float32) - tl.load(mean_ptr + kv * D + half, mask=cols_ok, other=0.0)[None, :]
    high = tl.load(ptr + D // 2, mask=inside, other=0.0).to(tl.float32)
    high -= tl.load(mean_ptr + kv * D + D // 2 + half, mask=cols_ok, other=0.0)[None, :]
    held = cols_ok[None, :] & (n >= 0)[:, None]
    least = tl.minimum(tl.min(tl.where(held, low, float("inf")), 1), tl.min(tl.where(held, high, float("inf")), 1))
    most = tl.maximum(tl.max(tl.where(held, low, float("-inf")), 1), tl.max(tl.where(held, high, float("-inf")), 1))
    scale = tl.maximum(tl.div_rn(most - least, 15.0 + 0.0 * most), 1e-6).to(tl.float16)
    zero = least.to(tl.float16)
    step, base = scale.to(tl.float32)[:, None], zero.to(tl.float32)[:, None]
    low, high = tl.div_rn(low - base, step + 0.0 * low), tl.div_rn(high - base, step + 0.0 * high)
    codes = tl.zeros([BN, HALF], tl.int32)
    aim = aim_ptr + kv * D * D + half
    for i in range(0, D // 2):
        here = (half == i)[None, :]
        code, off = _step(tl.sum(tl.where(here, low, 0.0), 1))
        low -= off[:, None] * tl.load(aim + i * D, mask=cols_ok, other=0.0)[None, :]
        high -= off[:, None] * tl.load(aim + i * D + D // 2, mask=cols_ok, other=0.0)[None, :]
        codes = tl.where(here, code[:, None].to(tl.int32), codes)
    for i in range(0, D // 2):
        here = (half == i)[None, :]
        code, off = _step(tl.sum(tl.where(here, high, 0.0), 1))
        high -= off[:, None] * tl.load(aim + (D // 2 + i) * D + D // 2, mask=cols_ok, other=0.0)[None, :]
        codes = tl.where(here, codes | (code[:, None].to(tl.int32) << 4), codes)
    at = start + n
    tl.store(codes_ptr + kv * c_sh + at[:, None].to(tl.int64) * c_sn + half[None, :], codes.to(tl.uint8), mask=inside)
    tl.store(scale_ptr + kv * z_sh + at, scale, mask=ok)
    tl.store(zero_ptr + kv * z_sh + at, zero, mask=ok)


def q4_append_aimed_(pool: KeyIndex, rows: Tensor, start: int, aim: Tensor) -> None:
    """Triton form of `reference.q4_append_aimed_`."""
    check_q4(rows, pool)
    check_aimed(pool, rows, start)
    heads, num, dim = rows.shape
    if num:
        q4_aimed_kernel[(ceil_div(num, _ROWS), heads)](
            rows, aim.contiguous(), pool.codes, pool.scale, pool.zero, pool.mean, start, num, rows.stride(0), rows.stride(1),
            pool.codes.stride(0), pool.codes.stride(1), pool.scale.stride(0), D=dim, HALF=next_power(dim // 2), BN=_ROWS, num_warps=4,
        )  # fmt: skip
