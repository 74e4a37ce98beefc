"""Rows in 4 bits on a GPU: turned and packed as they are appended, widened for a chunk, attended to as they are.

A row of codes is two halves of a row in one byte each (tsel_kernels.key_index): products over D are sums of two products
over D / 2, and an output row is two halves that never meet. Scores of a whole index are tsel_kernels.score's.
"""

from __future__ import annotations

import triton
import triton.language as tl
from torch import Tensor

from tsel_kernels.append.triton_index import quantize_rows
from tsel_kernels.checks import check_step
from tsel_kernels.decode.state import DecodeShape, DecodeState
from tsel_kernels.decode.triton_attend import decode_join_kernel
from tsel_kernels.decode.triton_workspace import as_workspace, attend_rows, num_splits, split_rounds
from tsel_kernels.key_index import KeyIndex
from tsel_kernels.q4_rows.exact import ExactRows
from tsel_kernels.q4_rows.reference import check_q4
from tsel_kernels.triton_device import INTERPRET, LOG2_E, ceil_div, next_power

_ROWS = 32  # rows a program turns or widens


@triton.jit
def _turned_half(
    rows_ptr, signs_ptr, n, r_sn, ok, first, D: tl.constexpr, HALF: tl.constexpr, BN: tl.constexpr, BK: tl.constexpr, INTERP: tl.constexpr
):  # fmt: skip
    """Columns first .. first + D / 2 - 1 of rows [n, D] times the signs, float32: exact products of what the rows hold."""
    half = tl.arange(0, HALF)
    acc = tl.zeros([BN, HALF], tl.float32)
    for begin in range(0, D, BK):
        cols = begin + tl.arange(0, BK)
        rows = tl.load(rows_ptr + n[:, None].to(tl.int64) * r_sn + cols[None, :], mask=ok[:, None] & (cols < D)[None, :], other=0.0)
        inside = (cols < D)[:, None] & (half < D // 2)[None, :]
        signs = tl.load(signs_ptr + cols[:, None] * D + first + half[None, :], mask=inside, other=0.0)
        if INTERP:
            rows, signs = rows.to(tl.float32), signs.to(tl.float32)
        acc = tl.dot(rows, signs, acc, input_precision="tf32x3")
    return acc


@triton.jit
def q4_append_kernel(
    k_ptr, v_ptr, signs_ptr, position_ptr, k_codes, k_scale, k_zero, k_mean, v_codes, v_scale, v_zero, v_mean,
    k_recent, v_recent, num_rows, size, k_sh, k_sn, v_sh, v_sn, kc_sh, kc_sn, vc_sh, vc_sn, z_sh,
    D: tl.constexpr, HALF: tl.constexpr, BN: tl.constexpr, BK: tl.constexpr, BITS: tl.constexpr, RECENT: tl.constexpr, INTERP: tl.constexpr,
):  # fmt: skip
    """BN rows of the keys (program_id(2) 0) or the values of a KV head."""
    kv = tl.program_id(1).to(tl.int64)
    n = tl.program_id(0) * BN + tl.arange(0, BN)
    half = tl.arange(0, HALF)
    ok = n < num_rows
    half_ok = (half < D // 2)[None, :] & (n >= 0)[:, None]
    at = tl.load(position_ptr).to(tl.int32) + n
    if tl.program_id(2) == 0:
        rows, r_sn, mean, scale, zero, recent = k_ptr + kv * k_sh, k_sn, k_mean + kv * D, k_scale, k_zero, k_recent
    else:
        rows, r_sn, mean, scale, zero, recent = v_ptr + kv * v_sh, v_sn, v_mean + kv * D, v_scale, v_zero, v_recent
    low = _turned_half(rows, signs_ptr, n, r_sn, ok, 0, D, HALF, BN, BK, INTERP) * size
    high = _turned_half(rows, signs_ptr, n, r_sn, ok, D // 2, D, HALF, BN, BK, INTERP) * size
    last = (ok & (n >= num_rows - RECENT))[:, None] & half_ok
    ring = recent + (kv * RECENT + at % RECENT)[:, None] * D + half[None, :]
    tl.store(ring, low.to(recent.dtype.element_ty), mask=last)
    tl.store(ring + D // 2, high.to(recent.dtype.element_ty), mask=last)
    low -= tl.load(mean + half, mask=half < D // 2, other=0.0)[None, :]
    high -= tl.load(mean + D // 2 + half, mask=half < D // 2, other=0.0)[None, :]
    if tl.program_id(2) == 0:
        quantize_rows(low, high, ok, k_codes + kv * kc_sh, scale + kv * z_sh, zero + kv * z_sh, at, kc_sn, half_ok, half, D, BITS)
    else:
        quantize_rows(low, high, ok, v_codes + kv * vc_sh, scale + kv * z_sh, zero + kv * z_sh, at, vc_sn, half_ok, half, D, 4)


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
def _exact(first_ptr, recent_ptr, n, num_first, since, low, high, half, D: tl.constexpr, RECENT: tl.constexpr):
    """Rows low, high [n, D / 2]; those below `num_first` as first [num_first, D] has them, from `since` on as the ring."""
    inside = (half < D // 2)[None, :]
    early, late = (n < num_first)[:, None], (n >= since)[:, None]
    row = tl.where(n < num_first, n, 0).to(tl.int64)
    slot = tl.where(n >= since, n % RECENT, 0).to(tl.int64)
    ptr, ring = first_ptr + row[:, None] * D + half[None, :], recent_ptr + slot[:, None] * D + half[None, :]
    low = tl.where(early, tl.load(ptr, mask=early & inside, other=0.0).to(tl.float32), low)
    high = tl.where(early, tl.load(ptr + D // 2, mask=early & inside, other=0.0).to(tl.float32), high)
    low = tl.where(late, tl.load(ring, mask=late & inside, other=0.0).to(tl.float32), low)
    return low, tl.where(late, tl.load(ring + D // 2, mask=late & inside, other=0.0).to(tl.float32), high)


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


@triton.jit
def q4_attend_kernel(
    q_ptr, k_codes, k_scale, k_zero, k_mean, v_codes, v_scale, v_zero, v_mean, k_first, v_first,
    k_recent, v_recent, k_begin, v_begin, idx_ptr, window_ptr, pos_ptr, part_ptr, part_lse_ptr, num_first, num_sink, scale, idx_sg,
    kc_sh, kc_sn, vc_sh, vc_sn, z_sh,
    G: tl.constexpr, GP: tl.constexpr, K: tl.constexpr, D: tl.constexpr, HALF: tl.constexpr, BN: tl.constexpr, BITS: tl.constexpr,
    SPLITS: tl.constexpr, ROUNDS: tl.constexpr, RECENT: tl.constexpr, INTERP: tl.constexpr,
):  # fmt: skip
    """One split of one KV head: ROUNDS tiles of BN entries of the list sinks, picks, window."""
    split, kv = tl.program_id(0), tl.program_id(1).to(tl.int64)
    g, half = tl.arange(0, GP), tl.arange(0, HALF)
    live, head = g < G, kv * G + tl.minimum(g, G - 1)
    window = tl.load(window_ptr).to(tl.int32)
    length = tl.load(pos_ptr).to(tl.int32) + 1
    k_since = tl.maximum(tl.load(k_begin).to(tl.int32), length - RECENT)
    v_since = tl.maximum(tl.load(v_begin).to(tl.int32), length - RECENT)
    q_ok = live[:, None] & (half < D // 2)[None, :]
    q_at = q_ptr + head[:, None] * D + half[None, :]
    q_low, q_high = tl.load(q_at, mask=q_ok, other=0.0), tl.load(q_at + D // 2, mask=q_ok, other=0.0)
    dtype = tl.float32 if INTERP else q_ptr.dtype.element_ty
    acc_low = tl.zeros([GP, HALF], tl.float32)
    acc_high = tl.zeros([GP, HALF], tl.float32)
    m = tl.full([GP], -1e30, tl.float32)
    l = tl.zeros([GP], tl.float32)
    first = split * ROUNDS
    last = tl.minimum(first + ROUNDS, tl.cdiv(num_sink + K + length - window, BN))
    for tile in range(first, last):
        j = tile * BN + tl.arange(0, BN)
        picked = tl.load(idx_ptr + kv * idx_sg + j - num_sink, mask=(j >= num_sink) & (j < num_sink + K), other=-1)
        n = tl.where(j < num_sink, tl.where(j < window, j, -1), tl.where(j < num_sink + K, picked, window + j - num_sink - K))
        ok = (n >= 0) & (n < length)
        n = tl.where(ok, n, 0)
        k_low, k_high = widened(
            k_codes + kv * kc_sh, k_scale + kv * z_sh, k_zero + kv * z_sh, k_mean + kv * D, n, kc_sn, ok, half, D, BITS
        )
        v_low, v_high = widened(
            v_codes + kv * vc_sh, v_scale + kv * z_sh, v_zero + kv * z_sh, v_mean + kv * D, n, vc_sn, ok, half, D, 4
        )
        k_low, k_high = _exact(
            k_first + kv * num_first * D, k_recent + kv * RECENT * D, n, num_first, k_since, k_low, k_high, half, D, RECENT
        )
        v_low, v_high = _exact(
            v_first + kv * num_first * D, v_recent + kv * RECENT * D, n, num_first, v_since, v_low, v_high, half, D, RECENT
        )
        s = tl.dot(q_low.to(dtype), tl.trans(k_low.to(dtype)), input_precision="tf32x3")
        s = tl.dot(q_high.to(dtype), tl.trans(k_high.to(dtype)), s, input_precision="tf32x3")
        s = tl.where(ok[None, :], s * scale, float("-inf"))
        m_new = tl.maximum(m, tl.max(s, 1))
        p = tl.exp2(s - m_new[:, None])
        decay = tl.exp2(m - m_new)
        m, l = m_new, l * decay + tl.sum(p, 1)
        acc_low = tl.dot(p.to(dtype), v_low.to(dtype), acc_low * decay[:, None], input_precision="tf32x3")
        acc_high = tl.dot(p.to(dtype), v_high.to(dtype), acc_high * decay[:, None], input_precision="tf32x3")
    total = tl.where(l > 0, l, 1.0)[:, None]
    row = (kv * SPLITS + split) * GP + g
    part = part_ptr + row[:, None] * D + half[None, :]
    tl.store(part, acc_low / total, mask=q_ok)
    tl.store(part + D // 2, acc_high / total, mask=q_ok)
    tl.store(part_lse_ptr + row, m + tl.log2(l), mask=live)


def _parts(pool: KeyIndex) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    return pool.codes, pool.scale, pool.zero, pool.mean


def pool_strides(key_pool: KeyIndex, value_pool: KeyIndex) -> tuple[int, int, int, int, int]:
    """Of the keys' codes, the values' and scales; one launch serves both pools. Raises ValueError where it cannot."""
    both = [(p.scale.stride(), p.zero.stride()) for p in (key_pool, value_pool)]
    if both[0] != both[1] or value_pool.bits != 4:
        raise ValueError(f"scales must lie alike and values be in 4 bits, got strides {both[0]} and {both[1]}")
    keys, values = key_pool.codes, value_pool.codes
    return keys.stride(0), keys.stride(1), values.stride(0), values.stride(1), key_pool.scale.stride(0)


def q4_append_(
    key: Tensor,
    value: Tensor,
    matrix: Tensor,
    key_pool: KeyIndex,
    value_pool: KeyIndex,
    exact: tuple[ExactRows, ExactRows],
    position: Tensor,
) -> None:
    """Triton form of `reference.q4_append_`; `matrix` is `turning`'s: signs, or zeros, of one size."""
    check_q4(key, key_pool)
    check_q4(value, value_pool)
    heads, num, dim = key.shape
    q4_append_kernel[(ceil_div(num, _ROWS), heads, 2)](
        key, value, matrix.sign().to(key.dtype), position, *_parts(key_pool), *_parts(value_pool),
        exact[0].recent, exact[1].recent, num, (dim & -dim) ** -0.5, key.stride(0), key.stride(1), value.stride(0), value.stride(1), *pool_strides(key_pool, value_pool),
        D=dim, HALF=max(16, next_power(dim // 2)), BN=_ROWS, BK=32, BITS=key_pool.bits, RECENT=exact[0].recent.shape[1],
        INTERP=INTERPRET, num_warps=4,
    )  # fmt: skip


def q4_load_rows_(pool: KeyIndex, begin: int, out: Tensor) -> Tensor:
    """Triton form of `reference.q4_load_rows_`."""
    check_q4(out, pool)
    heads, num, dim = out.shape
    if begin < 0 or begin + num > pool.num_rows:
        raise ValueError(f"the pool holds {pool.num_rows} rows, rows {begin} to {begin + num - 1} were read")
    if num:
        q4_load_kernel[(ceil_div(num, _ROWS), heads)](
            *_parts(pool), out, begin, num, pool.codes.stride(0), pool.codes.stride(1), pool.scale.stride(0),
            out.stride(0), out.stride(1), D=dim, HALF=next_power(dim // 2), BN=_ROWS, BITS=pool.bits, num_warps=4,
        )  # fmt: skip
    return out


def q4_attend_(
    query: Tensor,
    key_pool: KeyIndex,
    value_pool: KeyIndex,
    exact: tuple[ExactRows, ExactRows],
    position: Tensor,
    out: Tensor,
    lse: Tensor,
    state: DecodeState,
    shape: DecodeShape,
    workspace: object,
    *,
    scaling: float,
) -> Tensor:
    """Triton form of `reference.q4_attend_`; two launches."""
    check_step(query=query, out=out)
    scratch = as_workspace(workspace)
    kv, dim, group = shape.num_kv_heads, shape.head_dim, shape.num_heads // shape.num_kv_heads
    packed, splits = max(16, next_power(group)), num_splits(shape)
    q4_attend_kernel[(splits, kv)](
        query, *_parts(key_pool), *_parts(value_pool), exact[0].first, exact[1].first, exact[0].recent, exact[1].recent,
        exact[0].begin, exact[1].begin, state.indices, state.window_start, position,
        scratch.split_out, scratch.split_lse, exact[0].first.shape[1], shape.num_sink, scaling * LOG2_E,
        state.indices.stride(1) if shape.groups > 1 else 0, *pool_strides(key_pool, value_pool),
        G=group, GP=packed, K=shape.k, D=dim, HALF=max(16, next_power(dim // 2)), BN=attend_rows(shape),
        BITS=key_pool.bits, SPLITS=splits, ROUNDS=split_rounds(shape), RECENT=exact[0].recent.shape[1], INTERP=INTERPRET, num_warps=4, num_stages=1,
    )  # fmt: skip
    decode_join_kernel[(shape.num_heads,)](
        scratch.split_out, scratch.split_lse, out, lse, G=group, GP=packed, D=dim, DP=max(16, next_power(dim)),
        SPLITS=splits, SP=next_power(splits), PDL=False, num_warps=8,
    )  # fmt: skip
    return out
