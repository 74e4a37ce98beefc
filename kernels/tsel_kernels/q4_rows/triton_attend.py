"""Attention of a written token to rows in 4 bits as they are, and its result turned back.

Codes are multiplied as they are: scale, zero and mean of a row join its score, and the weight of its values, after the
product. Rows that are held exactly take a branch which tiles without any do not enter.

No loads ahead of a tile: with two stages Triton 3.6 copies codes and picks asynchronously, and one of those copies ended
in a misaligned address on an H200, which was never found. In one stage there are none (test_ahead_of_time.py).
"""

from __future__ import annotations

import triton
import triton.language as tl
from torch import Tensor

from tsel_kernels.checks import check_step
from tsel_kernels.decode.state import DecodeShape, DecodeState
from tsel_kernels.decode.triton_workspace import as_workspace, attend_rows, num_splits
from tsel_kernels.key_index import KeyIndex
from tsel_kernels.q4_rows.exact import ExactRows
from tsel_kernels.q4_rows.triton import pool_strides
from tsel_kernels.q4_rows.triton_rope import pool_parts
from tsel_kernels.triton_device import (
    INTERPRET,
    LOG2_E,
    Tile,
    after_previous,
    ceil_div,
    device_limits,
    next_power,
    start_next,
)


@triton.jit
def _bytes(ptr, half, D: tl.constexpr):
    """Bytes of rows that are all there; zero in the columns beyond D / 2."""
    if half.shape[0] == D // 2:
        return tl.load(ptr)
    return tl.load(ptr, mask=(half < D // 2)[None, :], other=0)


@triton.jit
def _numbers(codes_ptr, n, c_sn, half, dtype: tl.constexpr, D: tl.constexpr, BITS: tl.constexpr, ASM: tl.constexpr):
    """Codes of rows n as halves [n, D / 2] in `dtype`: less 8 where they have 4 bits, so that both signs are as large."""
    ptr = codes_ptr + n[:, None].to(tl.int64) * c_sn + half[None, :]
    codes = _bytes(ptr, half, D)
    if BITS == 8:
        low, high = codes.to(dtype), _bytes(ptr + D // 2, half, D).to(dtype)
    elif ASM and dtype == tl.bfloat16:
        # a byte under 0x43 is the bfloat16 128 + byte
        low, high = tl.inline_asm_elementwise(
            "{ .reg .b32 l, h, one, off; mov.b32 one, 0x3F803F80; mov.b32 off, 0xC308C308; and.b32 l, $4, 0x0F0F0F0F; shr.u32 h, $4, 4; and.b32 h, h, 0x0F0F0F0F;"
            " prmt.b32 $0, l, 0x43434343, 0x4140; prmt.b32 $1, l, 0x43434343, 0x4342;"
            " prmt.b32 $2, h, 0x43434343, 0x4140; prmt.b32 $3, h, 0x43434343, 0x4342;"
            " fma.rn.bf16x2 $0, $0, one, off; fma.rn.bf16x2 $1, $1, one, off;"
            " fma.rn.bf16x2 $2, $2, one, off; fma.rn.bf16x2 $3, $3, one, off; }",
            "=&r,=&r,=&r,=&r,r", [codes], dtype=(tl.bfloat16, tl.bfloat16), is_pure=True, pack=4,
        )  # fmt: skip
    else:
        low, high = ((codes & 15).to(tl.int32) - 8).to(dtype), ((codes >> 4).to(tl.int32) - 8).to(dtype)
    return low, high


@triton.jit
def _steps(scale_ptr, zero_ptr, n, BITS: tl.constexpr):
    """Scale and zero [n] of rows, the zero of the numbers of `_numbers`."""
    scale = tl.load(scale_ptr + n).to(tl.float32)
    zero = tl.load(zero_ptr + n).to(tl.float32)
    if BITS == 4:
        zero += 8.0 * scale
    return scale, zero


@triton.jit
def _exact_half(first_ptr, recent_ptr, n, early, late, cols, fine, D: tl.constexpr, RECENT: tl.constexpr):
    """Columns of rows n as they are held: `early` ones by the first rows, `late` ones by the ring; zero for others."""
    row, slot = tl.where(early, n, 0).to(tl.int64), tl.where(late, n % RECENT, 0).to(tl.int64)
    fine = fine[None, :]
    first = tl.load(first_ptr + row[:, None] * D + cols[None, :], mask=early[:, None] & fine, other=0.0)
    ring = tl.load(recent_ptr + slot[:, None] * D + cols[None, :], mask=late[:, None] & fine, other=0.0)
    return tl.where(late[:, None], ring.to(tl.float32), first.to(tl.float32))


@triton.jit
def q4_step_attend_kernel(
    q_ptr, keys, values, firsts, rings, begins, idx_ptr, window_ptr, pos_ptr, part_ptr, part_lse_ptr, num_first, num_sink, scale, idx_sg,
    pool_strides,
    G: tl.constexpr, GP: tl.constexpr, K: tl.constexpr, D: tl.constexpr, HALF: tl.constexpr, BN: tl.constexpr, BITS: tl.constexpr,
    SPLITS: tl.constexpr, ROUNDS: tl.constexpr, RECENT: tl.constexpr, INTERP: tl.constexpr, PDL: tl.constexpr,
):  # fmt: skip
    """One split of one KV head: ROUNDS tiles of BN entries of the list sinks, picks, window."""
    start_next(PDL)
    after_previous(PDL)
    k_codes, k_scale, k_zero, k_mean = keys
    v_codes, v_scale, v_zero, v_mean = values
    kc_sh, kc_sn, vc_sh, vc_sn, z_sh = pool_strides
    split, kv = tl.program_id(0), tl.program_id(1).to(tl.int64)
    g, half = tl.arange(0, GP), tl.arange(0, HALF)
    live, head = g < G, kv * G + tl.minimum(g, G - 1)
    fine = half < D // 2
    window = tl.load(window_ptr).to(tl.int32)
    length = tl.load(pos_ptr).to(tl.int32) + 1
    k_since = tl.maximum(tl.load(begins[0]).to(tl.int32), length - RECENT)
    v_since = tl.maximum(tl.load(begins[1]).to(tl.int32), length - RECENT)
    dtype: tl.constexpr = tl.float32 if INTERP else q_ptr.dtype.element_ty
    q_ok = live[:, None] & fine[None, :]
    q_at = q_ptr + head[:, None] * D + half[None, :]
    q_low, q_high = tl.load(q_at, mask=q_ok, other=0.0), tl.load(q_at + D // 2, mask=q_ok, other=0.0)
    wide_low, wide_high = q_low.to(tl.float32), q_high.to(tl.float32)
    mean_low = tl.load(k_mean + kv * D + half, mask=fine, other=0.0)[None, :]
    mean_high = tl.load(k_mean + kv * D + D // 2 + half, mask=fine, other=0.0)[None, :]
    q_sum = tl.sum(wide_low + wide_high, 1)[:, None] * scale
    q_mean = tl.sum(wide_low * mean_low + wide_high * mean_high, 1)[:, None] * scale
    q_low, q_high = q_low.to(dtype), q_high.to(dtype)
    k_codes, k_scale, k_zero = k_codes + kv * kc_sh, k_scale + kv * z_sh, k_zero + kv * z_sh
    v_codes, v_scale, v_zero = v_codes + kv * vc_sh, v_scale + kv * z_sh, v_zero + kv * z_sh
    k_first, v_first = firsts[0] + kv * num_first * D, firsts[1] + kv * num_first * D
    k_ring, v_ring = rings[0] + kv * RECENT * D, rings[1] + kv * RECENT * D
    acc_low, acc_high = tl.zeros([GP, HALF], tl.float32), tl.zeros([GP, HALF], tl.float32)
    m, l = tl.full([GP], -1e30, tl.float32), tl.zeros([GP], tl.float32)
    zeros, coded = tl.zeros([GP], tl.float32), tl.zeros([GP], tl.float32)  # of the values that are codes: zeros, weights
    first = split * ROUNDS
    last = tl.minimum(first + ROUNDS, tl.cdiv(num_sink + K + length - window, BN))
    for tile in tl.range(first, last, num_stages=1):
        j = tile * BN + tl.arange(0, BN)
        picked = tl.load(idx_ptr + kv * idx_sg + j - num_sink, mask=(j >= num_sink) & (j < num_sink + K), other=-1)
        n = tl.where(j < num_sink, tl.where(j < window, j, -1), tl.where(j < num_sink + K, picked, window + j - num_sink - K))
        ok = (n >= 0) & (n < length)
        n = tl.where(ok, n, 0)  # a row that is there: what is made of it gets no weight
        k_low, k_high = _numbers(k_codes, n, kc_sn, half, dtype, D, BITS, not INTERP)
        v_low, v_high = _numbers(v_codes, n, vc_sn, half, dtype, D, 4, not INTERP)
        k_step, k_base = _steps(k_scale, k_zero, n, BITS)
        v_step, v_base = _steps(v_scale, v_zero, n, 4)
        s = tl.dot(q_low, tl.trans(k_low), input_precision="tf32x3")
        s = tl.dot(q_high, tl.trans(k_high), s, input_precision="tf32x3")
        s = s * (k_step * scale)[None, :] + (q_sum * k_base[None, :] + q_mean)
        early = ok & (n < num_first)
        k_late, v_late = ok & (n >= k_since), ok & (n >= v_since)
        held = tl.max((early | k_late | v_late).to(tl.int32), 0)
        if held != 0:
            e_low = _exact_half(k_first, k_ring, n, early, k_late, half, fine, D, RECENT).to(dtype)
            e_high = _exact_half(k_first, k_ring, n, early, k_late, half + D // 2, fine, D, RECENT).to(dtype)
            e = tl.dot(q_low, tl.trans(e_low), input_precision="tf32x3")
            e = tl.dot(q_high, tl.trans(e_high), e, input_precision="tf32x3")
            s = tl.where((early | k_late)[None, :], e * scale, s)
        s = tl.where(ok[None, :], s, float("-inf"))
        m_new = tl.maximum(m, tl.max(s, 1))
        p = tl.exp2(s - m_new[:, None])
        decay = tl.exp2(m - m_new)
        m, l = m_new, l * decay + tl.sum(p, 1)
        acc_low, acc_high = acc_low * decay[:, None], acc_high * decay[:, None]
        zeros, coded = zeros * decay, coded * decay
        if held != 0:
            own = (early | v_late)[None, :]
            e_low = _exact_half(v_first, v_ring, n, early, v_late, half, fine, D, RECENT).to(dtype)
            e_high = _exact_half(v_first, v_ring, n, early, v_late, half + D // 2, fine, D, RECENT).to(dtype)
            e = tl.where(own, p, 0.0).to(dtype)
            acc_low = tl.dot(e, e_low, acc_low, input_precision="tf32x3")
            acc_high = tl.dot(e, e_high, acc_high, input_precision="tf32x3")
            p = tl.where(own, 0.0, p)
        zeros += tl.sum(p * v_base[None, :], 1)
        coded += tl.sum(p, 1)
        p = (p * v_step[None, :]).to(dtype)
        acc_low = tl.dot(p, v_low, acc_low, input_precision="tf32x3")
        acc_high = tl.dot(p, v_high, acc_high, input_precision="tf32x3")
    mean_low = tl.load(v_mean + kv * D + half, mask=fine, other=0.0)[None, :]
    mean_high = tl.load(v_mean + kv * D + D // 2 + half, mask=fine, other=0.0)[None, :]
    total = tl.where(l > 0, l, 1.0)[:, None]
    row = (kv * SPLITS + split) * GP + g
    part = part_ptr + row[:, None] * D + half[None, :]
    tl.store(part, (acc_low + zeros[:, None] + coded[:, None] * mean_low) / total, mask=q_ok)
    tl.store(part + D // 2, (acc_high + zeros[:, None] + coded[:, None] * mean_high) / total, mask=q_ok)
    tl.store(part_lse_ptr + row, m + tl.log2(l), mask=live)


@triton.jit
def q4_join_kernel(
    part_ptr, part_lse_ptr, matrix_ptr, out_ptr, lse_ptr, size,
    G: tl.constexpr, GP: tl.constexpr, D: tl.constexpr, DP: tl.constexpr, SPLITS: tl.constexpr, SP: tl.constexpr,
    BACK: tl.constexpr, PDL: tl.constexpr,
):  # fmt: skip
    """One head: join its splits by their log-sum-exp (base 2), and turn the result back."""
    start_next(PDL)
    head = tl.program_id(0)
    s, cols = tl.arange(0, SP), tl.arange(0, DP)
    if BACK:
        inside = (cols < D)[:, None] & (cols < D)[None, :]
        matrix = tl.load(matrix_ptr + cols[:, None] * D + cols[None, :], mask=inside, other=0.0).to(tl.float32)
        signs = tl.where(matrix > 0, 1.0, tl.where(matrix < 0, -1.0, 0.0))
    after_previous(PDL)
    row = (head // G * SPLITS + s) * GP + head % G
    lse = tl.load(part_lse_ptr + row, mask=s < SPLITS, other=float("-inf"))
    part = tl.load(part_ptr + row[:, None] * D + cols[None, :], mask=(s < SPLITS)[:, None] & (cols < D)[None, :], other=0.0)
    top = tl.maximum(tl.max(lse, 0), -1e30)
    weight = tl.exp2(lse - top)
    total = tl.sum(weight, 0)
    out = tl.sum(part * weight[:, None], 0) / tl.where(total > 0, total, 1.0)
    if BACK:
        out = tl.sum(signs * out[None, :], 1) * size
    tl.store(out_ptr + head * D + cols, out.to(out_ptr.dtype.element_ty), mask=cols < D)
    tl.store(lse_ptr + head, (top + tl.log2(total)) * 0.6931471805599453)


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
    back: Tensor | None = None,
    tile: Tile | None = None,
) -> Tensor:
    """Triton form of `reference.q4_attend_`; two launches. `tile`: `keys` listed rows at a time, warps."""
    check_step(query=query, out=out)
    scratch, pdl = as_workspace(workspace), device_limits(query.device).pdl
    kv, dim, group = shape.num_kv_heads, shape.head_dim, shape.num_heads // shape.num_kv_heads
    packed, splits = max(16, next_power(group)), num_splits(shape)
    tile = tile or Tile(1, attend_rows(shape), 4, 1)
    rounds = ceil_div(ceil_div(shape.num_sink + shape.k + shape.window_rows, tile.keys), splits)
    q4_step_attend_kernel[(splits, kv)](
        query, pool_parts(key_pool), pool_parts(value_pool), (exact[0].first, exact[1].first), (exact[0].recent, exact[1].recent),
        (exact[0].begin, exact[1].begin), state.indices, state.window_start, position,
        scratch.split_out, scratch.split_lse, exact[0].first.shape[1], shape.num_sink, scaling * LOG2_E,
        state.indices.stride(1) if shape.groups > 1 else 0, pool_strides(key_pool, value_pool),
        G=group, GP=packed, K=shape.k, D=dim, HALF=max(16, next_power(dim // 2)), BN=tile.keys, BITS=key_pool.bits, SPLITS=splits,
        ROUNDS=rounds, RECENT=exact[0].recent.shape[1], INTERP=INTERPRET, PDL=pdl, launch_pdl=pdl, num_warps=tile.warps, num_stages=1,
    )  # fmt: skip
    q4_join_kernel[(shape.num_heads,)](
        scratch.split_out, scratch.split_lse, query if back is None else back, out, lse, (dim & -dim) ** -0.5,
        G=group, GP=packed, D=dim, DP=max(16, next_power(dim)), SPLITS=splits, SP=next_power(splits), BACK=back is not None,
        PDL=pdl, launch_pdl=pdl, num_warps=8,
    )  # fmt: skip
    return out
