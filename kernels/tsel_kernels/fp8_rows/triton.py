"""Rows in 8 bits in a captured decode step: the written row is rounded, the rows attended to are widened.

float8_e4m3fn is taken apart and put together with integers: chips before sm_89 have no instruction for it. Its bits
shifted left by 7 are those of a float16 256 times smaller, subnormals included.
"""

from __future__ import annotations

import triton
import triton.language as tl
from torch import Tensor

from tsel_kernels.fp8_rows.reference import Fp8Pool, check_fp8
from tsel_kernels.triton_device import ceil_div, next_power

_ROWS = 16  # rows a program widens


@triton.jit
def _power(exponent):
    """2 ** exponent as float32, exactly, for -126 <= exponent <= 127."""
    return ((exponent + 127) << 23).to(tl.float32, bitcast=True)


@triton.jit
def _store_row(at, kv, rows_ptr, codes_ptr, exp_ptr, centre_ptr, r_sh, r_sn, c_sh, c_sn, e_sh, D: tl.constexpr, DP: tl.constexpr, CENTRED: tl.constexpr):
    cols = tl.arange(0, DP)
    ok = cols < D
    ptr = rows_ptr + kv * r_sh + at * r_sn + cols
    row = tl.load(ptr, mask=ok, other=0.0)
    if CENTRED:
        centre = tl.load(centre_ptr + kv * D + cols, mask=ok, other=0.0)
        wide = row.to(tl.float32) - centre.to(tl.float32)
    else:
        wide = row.to(tl.float32)
    bits = tl.max(tl.abs(wide), 0).to(tl.int32, bitcast=True)
    least = (bits >> 23) - 127 - 8 + ((bits & 0x7FFFFF) >= 0x600000).to(tl.int32)  # 448 is 1.75 * 2 ** 8
    exponent = tl.where(bits == 0, 0, tl.minimum(tl.maximum(least, -100), 100))
    scaled = wide * _power(-exponent)
    # to three bits of mantissa, half to even: adding and taking away 1.5 * 2 ** 23 steps leaves whole steps
    step = tl.maximum(((scaled.to(tl.int32, bitcast=True) >> 23) & 255) - 127, -6) - 3
    magic = 1.5 * _power(step + 23)
    rounded = (scaled + magic) - magic
    half = (rounded / 256.0).to(tl.float16).to(tl.int16, bitcast=True)
    code = ((scaled.to(tl.int32, bitcast=True) >> 24) & 128) | ((half >> 7) & 127)  # the sign of what rounds to zero too
    tl.store(codes_ptr + kv * c_sh + at * c_sn + cols, code.to(tl.uint8), mask=ok)
    tl.store(exp_ptr + kv * e_sh + at, exponent.to(tl.int8))
    value = (rounded * _power(exponent)).to(row.dtype)
    if CENTRED:
        value = (value.to(tl.float32) + centre.to(tl.float32)).to(row.dtype)
    tl.store(ptr, value, mask=ok)


@triton.jit
def fp8_store_kernel(
    position_ptr, k_ptr, k_codes, k_exp, k_centre, v_ptr, v_codes, v_exp, v_centre,
    r_sh, r_sn, c_sh, c_sn, e_sh, D: tl.constexpr, DP: tl.constexpr, K_CENTRED: tl.constexpr, V_CENTRED: tl.constexpr,
):  # fmt: skip
    kv = tl.program_id(0).to(tl.int64)
    at = tl.load(position_ptr).to(tl.int64)
    if tl.program_id(1) == 0:
        _store_row(at, kv, k_ptr, k_codes, k_exp, k_centre, r_sh, r_sn, c_sh, c_sn, e_sh, D, DP, K_CENTRED)
    else:
        _store_row(at, kv, v_ptr, v_codes, v_exp, v_centre, r_sh, r_sn, c_sh, c_sn, e_sh, D, DP, V_CENTRED)


@triton.jit
def _load_rows(n, ok, kv, rows_ptr, codes_ptr, exp_ptr, centre_ptr, r_sh, r_sn, c_sh, c_sn, e_sh, D: tl.constexpr, DP: tl.constexpr, CENTRED: tl.constexpr):
    cols = tl.arange(0, DP)
    inside = ok[:, None] & (cols < D)[None, :]
    code = tl.load(codes_ptr + kv * c_sh + n[:, None] * c_sn + cols[None, :], mask=inside, other=0).to(tl.int16)
    half = ((code & 128) << 8) | ((code & 127) << 7)
    exponent = tl.load(exp_ptr + kv * e_sh + n, mask=ok, other=0).to(tl.int32)
    small = half.to(tl.float16, bitcast=True).to(tl.float32)
    value = (small * _power(exponent + 8)[:, None]).to(rows_ptr.dtype.element_ty)
    if CENTRED:
        centre = tl.load(centre_ptr + kv * D + cols, mask=cols < D, other=0.0).to(tl.float32)
        value = (value.to(tl.float32) + centre[None, :]).to(rows_ptr.dtype.element_ty)
    tl.store(rows_ptr + kv * r_sh + n[:, None] * r_sn + cols[None, :], value, mask=inside)


@triton.jit
def fp8_load_kernel(
    indices_ptr, window_ptr, position_ptr, k_ptr, k_codes, k_exp, k_centre, v_ptr, v_codes, v_exp, v_centre,
    num_sink, i_sg, r_sh, r_sn, c_sh, c_sn, e_sh,
    K: tl.constexpr, D: tl.constexpr, DP: tl.constexpr, BN: tl.constexpr, K_CENTRED: tl.constexpr, V_CENTRED: tl.constexpr,
):  # fmt: skip
    kv = tl.program_id(1).to(tl.int64)
    j = tl.program_id(0) * BN + tl.arange(0, BN)
    picked = (j >= num_sink) & (j < num_sink + K)
    pick = tl.load(indices_ptr + kv * i_sg + j - num_sink, mask=picked, other=-1)
    late = tl.load(window_ptr) + j - num_sink - K
    n = tl.where(picked, pick, tl.where(j < num_sink, j, late))
    ok = (n >= 0) & (n <= tl.load(position_ptr))
    n = tl.where(ok, n, 0).to(tl.int64)
    if tl.program_id(2) == 0:
        _load_rows(n, ok, kv, k_ptr, k_codes, k_exp, k_centre, r_sh, r_sn, c_sh, c_sn, e_sh, D, DP, K_CENTRED)
    else:
        _load_rows(n, ok, kv, v_ptr, v_codes, v_exp, v_centre, r_sh, r_sn, c_sh, c_sn, e_sh, D, DP, V_CENTRED)


def _alike(keys: Tensor, values: Tensor, key_pool: Fp8Pool, value_pool: Fp8Pool) -> None:
    """Keys and values lie alike, so that one launch serves both."""
    check_fp8(keys, key_pool)
    check_fp8(values, value_pool)
    strides = [(r.stride(), p.codes.stride(), p.exponents.stride()) for r, p in ((keys, key_pool), (values, value_pool))]
    if strides[0] != strides[1]:
        raise ValueError(f"keys and values must have the same strides, got {strides[0]} and {strides[1]}")


def _strides(rows: Tensor, pool: Fp8Pool) -> tuple[int, int, int, int, int]:
    return rows.stride(0), rows.stride(1), pool.codes.stride(0), pool.codes.stride(1), pool.exponents.stride(0)


def _parts(rows: Tensor, pool: Fp8Pool) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    return rows, pool.codes, pool.exponents, rows if pool.centre is None else pool.centre.contiguous()


def fp8_store_row_(keys: Tensor, values: Tensor, position: Tensor, key_pool: Fp8Pool, value_pool: Fp8Pool) -> None:
    """Triton form of `reference.fp8_store_row_`."""
    _alike(keys, values, key_pool, value_pool)
    heads, _, dim = keys.shape
    fp8_store_kernel[(heads, 2)](
        position, *_parts(keys, key_pool), *_parts(values, value_pool), *_strides(keys, key_pool),
        D=dim, DP=max(16, next_power(dim)), K_CENTRED=key_pool.centre is not None, V_CENTRED=value_pool.centre is not None, num_warps=1,
    )  # fmt: skip


def fp8_load_rows_(
    key_pool: Fp8Pool,
    value_pool: Fp8Pool,
    indices: Tensor,
    window_start: Tensor,
    position: Tensor,
    keys: Tensor,
    values: Tensor,
    *,
    num_sink: int,
    window_rows: int,
) -> None:
    """Triton form of `reference.fp8_load_rows_`."""
    _alike(keys, values, key_pool, value_pool)
    heads, _, dim = keys.shape
    k = indices.shape[-1]
    fp8_load_kernel[(ceil_div(num_sink + k + window_rows, _ROWS), heads, 2)](
        indices, window_start, position, *_parts(keys, key_pool), *_parts(values, value_pool),
        num_sink, indices.stride(1) if indices.shape[1] > 1 else 0, *_strides(keys, key_pool),
        K=k, D=dim, DP=max(16, next_power(dim)), BN=_ROWS,
        K_CENTRED=key_pool.centre is not None, V_CENTRED=value_pool.centre is not None, num_warps=2,
    )  # fmt: skip
