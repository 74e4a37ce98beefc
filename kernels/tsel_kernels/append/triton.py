"""Writing the cache: rotate, store K and V, quantize the index row, decide reuse, all in one launch."""

from __future__ import annotations

import triton
import triton.language as tl
from torch import Tensor

from tsel_kernels.checks import check_step
from tsel_kernels.decode.state import DecodeShape, DecodeState
from tsel_kernels.key_index import KeyIndex, empty_index
from tsel_kernels.triton_device import INTERPRET, after_previous, ceil_div, device_limits, next_power, start_next


@triton.jit
def quantize_rows(low, high, rows_ok, codes_ptr, scale_ptr, zero_ptr, at, c_sn, half_ok, cols, D: tl.constexpr, BITS: tl.constexpr):
    """Store codes, scale and zero of centred rows given as halves low, high [n, D/2] at row offsets `at` [n]."""
    least = tl.minimum(tl.min(tl.where(half_ok, low, float("inf")), 1), tl.min(tl.where(half_ok, high, float("inf")), 1))
    most = tl.maximum(tl.max(tl.where(half_ok, low, float("-inf")), 1), tl.max(tl.where(half_ok, high, float("-inf")), 1))
    bottom: tl.constexpr = -127.0 if BITS == 8 else 0.0
    top: tl.constexpr = 127.0 if BITS == 8 else 15.0
    scale = tl.maximum(tl.div_rn(most - least, (top - bottom) + 0.0 * most), 1e-6).to(tl.float16)
    if BITS == 8:
        zero = ((least + most) * 0.5).to(tl.float16)
    else:
        zero = least.to(tl.float16)
    step, base = scale.to(tl.float32)[:, None], zero.to(tl.float32)[:, None]
    magic = 12582912.0  # 1.5 * 2^23: adding and taking it away rounds half to even, as torch.round does
    a = tl.minimum(tl.maximum((tl.div_rn(low - base, step + 0.0 * low) + magic) - magic, bottom), top).to(tl.int32)
    b = tl.minimum(tl.maximum((tl.div_rn(high - base, step + 0.0 * high) + magic) - magic, bottom), top).to(tl.int32)
    ptr = codes_ptr + at[:, None].to(tl.int64) * c_sn + cols[None, :]
    if BITS == 8:
        tl.store(ptr, a.to(tl.int8), mask=rows_ok[:, None] & half_ok)
        tl.store(ptr + D // 2, b.to(tl.int8), mask=rows_ok[:, None] & half_ok)
    else:
        tl.store(ptr, (a | (b << 4)).to(tl.uint8), mask=rows_ok[:, None] & half_ok)
    tl.store(scale_ptr + at, scale.to(scale_ptr.dtype.element_ty), mask=rows_ok)
    tl.store(zero_ptr + at, zero.to(zero_ptr.dtype.element_ty), mask=rows_ok)


@triton.jit
def _index_kernel(
    k_ptr, codes_ptr, scale_ptr, zero_ptr, mean_ptr, num_rows, start, k_sh, k_sn, c_sh, c_sn, z_sh,
    D: tl.constexpr, HALF: tl.constexpr, BN: tl.constexpr, BITS: tl.constexpr,
):  # fmt: skip
    kv = tl.program_id(1)
    n = tl.program_id(0) * BN + tl.arange(0, BN)
    cols = tl.arange(0, HALF)
    ok = n < num_rows
    half_ok = (cols < D // 2)[None, :] & (n >= 0)[:, None]
    ptr = k_ptr + kv.to(tl.int64) * k_sh + n[:, None].to(tl.int64) * k_sn + cols[None, :]
    inside = ok[:, None] & half_ok
    mean_low = tl.load(mean_ptr + kv * D + cols, mask=cols < D // 2, other=0.0)
    mean_high = tl.load(mean_ptr + kv * D + D // 2 + cols, mask=cols < D // 2, other=0.0)
    low = tl.load(ptr, mask=inside, other=0.0).to(tl.float32) - mean_low[None, :]
    high = tl.load(ptr + D // 2, mask=inside, other=0.0).to(tl.float32) - mean_high[None, :]
    quantize_rows(
        low, high, ok, codes_ptr + kv.to(tl.int64) * c_sh, scale_ptr + kv.to(tl.int64) * z_sh,
        zero_ptr + kv.to(tl.int64) * z_sh, start + n, c_sn, half_ok, cols, D, BITS,
    )  # fmt: skip


def append_index_(index: KeyIndex, keys: Tensor, start: int) -> None:
    """Triton form of `reference.append_index_`: keys [Hkv, T, D] into rows start.. of the index."""
    kv_heads, num, dim = keys.shape
    if start < 0 or start + num > index.num_rows:
        raise ValueError(f"the index holds {index.num_rows} rows, rows {start} to {start + num - 1} were written")
    _index_kernel[(ceil_div(num, 32), kv_heads)](
        keys, index.codes, index.scale, index.zero, index.mean, num, start, keys.stride(0), keys.stride(1),
        index.codes.stride(0), index.codes.stride(1), index.scale.stride(0),
        D=dim, HALF=next_power(dim // 2), BN=32, BITS=index.bits, num_warps=4,
    )  # fmt: skip


def quantize_keys(keys: Tensor, mean: Tensor, bits: int = 4) -> KeyIndex:
    """Triton form of `tsel_kernels.key_index.quantize_keys`."""
    index = empty_index(mean, keys.shape[1], bits)
    append_index_(index, keys, 0)
    return index


@triton.jit
def _normed(
    ptr, rows, stride, ok, cols, other, norm_ptr, cos_ptr, sin_ptr, at, eps,
    D: tl.constexpr, DR: tl.constexpr, NORM: tl.constexpr, INTERP: tl.constexpr,
):  # fmt: skip
    """Rows [n, len(cols)] at columns `cols`, normed over D and rotated to position `at`; `other` are the partners."""
    inside = ok[:, None] & (cols < D)[None, :]
    x = tl.load(ptr + rows[:, None] * stride + cols[None, :], mask=inside, other=0.0)
    y = tl.load(ptr + rows[:, None] * stride + other[None, :], mask=inside, other=0.0)
    dtype = x.dtype
    x, y = x.to(tl.float32), y.to(tl.float32)
    if NORM:
        size: tl.constexpr = 2 if D > 128 else 1
        full = tl.arange(0, 128 * size)
        whole = tl.load(ptr + rows[:, None] * stride + full[None, :], mask=ok[:, None] & (full < D)[None, :], other=0.0)
        whole = whole.to(tl.float32)
        inverse = tl.rsqrt(tl.sum(whole * whole, 1) / D + eps)[:, None]
        x, y = x * inverse, y * inverse
        if not INTERP:
            x, y = x.to(dtype).to(tl.float32), y.to(dtype).to(tl.float32)
        x *= tl.load(norm_ptr + cols, mask=cols < D, other=0.0).to(tl.float32)[None, :]
        y *= tl.load(norm_ptr + other, mask=cols < D, other=0.0).to(tl.float32)[None, :]
    if DR:
        sign = tl.where(cols < DR // 2, -1.0, 1.0)
        turn = cols < DR
        c = tl.load(cos_ptr + at * DR + cols, mask=turn, other=1.0).to(tl.float32)
        s = tl.load(sin_ptr + at * DR + cols, mask=turn, other=0.0).to(tl.float32)
        x = x * c[None, :] + y * (s * sign)[None, :]
    return x


@triton.jit
def _partner(cols, DR: tl.constexpr):
    return tl.where(cols < DR // 2, cols + DR // 2, tl.where(cols < DR, cols - DR // 2, cols))


@triton.jit
def _append_kernel(
    q_ptr, kn_ptr, vn_ptr, pos_ptr, k_ptr, v_ptr, codes_ptr, scale_ptr, zero_ptr, mean_ptr, out_ptr,
    qw_ptr, kw_ptr, cos_ptr, sin_ptr, cached_ptr, window_ptr, reuse_ptr, hits_ptr,
    q_sh, kn_sh, vn_sh, k_sh, k_sn, v_sh, v_sn, c_sh, c_sn, z_sh, eps, theta, num_sink, num_local, slack,
    H: tl.constexpr, HKV: tl.constexpr, D: tl.constexpr, DP: tl.constexpr, DR: tl.constexpr, HP: tl.constexpr,
    QNORM: tl.constexpr, KNORM: tl.constexpr, BITS: tl.constexpr, STATE: tl.constexpr, INTERP: tl.constexpr,
    PDL: tl.constexpr,
):  # fmt: skip
    start_next(PDL)
    after_previous(PDL)
    program = tl.program_id(0)
    at = tl.load(pos_ptr).to(tl.int64)
    cols = tl.arange(0, DP)
    one = tl.arange(0, 1)
    if program < H:
        q = _normed(q_ptr, one + program, q_sh, one >= 0, cols, _partner(cols, DR), qw_ptr, cos_ptr, sin_ptr, at, eps, D, DR, QNORM, INTERP)
        tl.store(out_ptr + (one + program)[:, None] * D + cols[None, :], q.to(out_ptr.dtype.element_ty), mask=(cols < D)[None, :])
    elif program < H + HKV:
        kv = program - H
        value = tl.load(vn_ptr + kv * vn_sh + cols, mask=cols < D, other=0.0)
        tl.store(v_ptr + kv.to(tl.int64) * v_sh + at * v_sn + cols, value.to(v_ptr.dtype.element_ty), mask=cols < D)
        half = tl.arange(0, DP // 2)
        dtype = k_ptr.dtype.element_ty
        low = _normed(kn_ptr, one + kv, kn_sh, one >= 0, half, _partner(half, DR), kw_ptr, cos_ptr, sin_ptr, at, eps, D, DR, KNORM, INTERP).to(dtype)
        upper = half + D // 2
        high = _normed(kn_ptr, one + kv, kn_sh, one >= 0, upper, _partner(upper, DR), kw_ptr, cos_ptr, sin_ptr, at, eps, D, DR, KNORM, INTERP).to(dtype)
        fine = (half < D // 2)[None, :]
        row = k_ptr + kv.to(tl.int64) * k_sh + at * k_sn
        tl.store(row + half[None, :], low, mask=fine)
        tl.store(row + upper[None, :], high, mask=fine)
        if BITS:
            mean_low = tl.load(mean_ptr + kv * D + half, mask=half < D // 2, other=0.0)
            mean_high = tl.load(mean_ptr + kv * D + upper, mask=half < D // 2, other=0.0)
            quantize_rows(
                low.to(tl.float32) - mean_low[None, :], high.to(tl.float32) - mean_high[None, :], one >= 0,
                codes_ptr + kv.to(tl.int64) * c_sh, scale_ptr + kv.to(tl.int64) * z_sh,
                zero_ptr + kv.to(tl.int64) * z_sh, one + at, c_sn, fine, half, D, BITS,
            )  # fmt: skip
    elif STATE:
        heads = tl.arange(0, HP)
        ok = heads < H
        q = _normed(q_ptr, heads, q_sh, ok, cols, _partner(cols, DR), qw_ptr, cos_ptr, sin_ptr, at, eps, D, DR, QNORM, INTERP)
        spot = cached_ptr + heads[:, None] * D + cols[None, :]
        inside = ok[:, None] & (cols < D)[None, :]
        q = tl.where(inside, q.to(cached_ptr.dtype.element_ty).to(tl.float32), 0.0)
        then = tl.load(spot, mask=inside, other=0.0).to(tl.float32)
        dot, here, there = tl.sum(tl.sum(q * then, 1), 0), tl.sum(tl.sum(q * q, 1), 0), tl.sum(tl.sum(then * then, 1), 0)
        fits = at + 1 - tl.load(window_ptr) <= num_local + slack
        hit = (dot > theta * tl.maximum(tl.sqrt(here) * tl.sqrt(there), 1e-20)) & fits
        tl.store(reuse_ptr, hit.to(tl.int32))
        tl.store(hits_ptr, tl.load(hits_ptr) + hit.to(tl.int32))
        if hit == 0:
            tl.store(spot, q.to(cached_ptr.dtype.element_ty), mask=inside)
            begin = (at + 1 - num_local).to(tl.int32)
            tl.store(window_ptr, tl.where(begin > num_sink, begin, 0))


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
    """Triton form of `reference.rope_append_`; one launch of H + Hkv + 1 programs."""
    check_step(out=out)
    heads, dim = query.shape
    kv_heads, pdl = key.shape[0], device_limits(query.device).pdl
    cos, sin = rope if rope is not None else (query, query)
    codes, scale, zero, mean = (index.codes, index.scale, index.zero, index.mean) if index is not None else (keys,) * 4
    cached, window, reuse, hits = (
        (state.cached_query, state.window_start, state.reuse, state.hits) if state is not None else (out,) * 4
    )
    _append_kernel[(heads + kv_heads + int(state is not None),)](
        query, key, value, position, keys, values, codes, scale, zero, mean, out,
        q_norm if q_norm is not None else query, k_norm if k_norm is not None else key, cos, sin,
        cached, window, reuse, hits,
        query.stride(0), key.stride(0), value.stride(0), keys.stride(0), keys.stride(1), values.stride(0), values.stride(1),
        codes.stride(0), codes.stride(1), scale.stride(0), eps, theta, shape.num_sink, shape.num_local, shape.slack,
        H=heads, HKV=kv_heads, D=dim, DP=next_power(dim), DR=cos.shape[-1] if rope is not None else 0,
        HP=next_power(heads), QNORM=q_norm is not None, KNORM=k_norm is not None, BITS=index.bits if index is not None else 0,
        STATE=state is not None, INTERP=INTERPRET, PDL=pdl, launch_pdl=pdl, num_warps=4,
    )  # fmt: skip
    return out
