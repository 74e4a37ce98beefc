"""A written token into rows in 4 bits, one launch: norms, rotary, turning, codes, the ring, the decision to reuse.

What `rope_append_` is to plain rows. Every program has the signs of the orthogonal matrix on their way before it waits for
the kernel ahead of it (`triton_device.after_previous`).
"""

from __future__ import annotations

import triton
import triton.language as tl
from torch import Tensor

from tsel_kernels.append.triton import IndexRows, NewRow, Reuse, decide_reuse, normed, partner
from tsel_kernels.append.triton_index import quantize_rows
from tsel_kernels.checks import check_step
from tsel_kernels.decode.state import DecodeShape, DecodeState
from tsel_kernels.key_index import KeyIndex
from tsel_kernels.q4_rows.exact import ExactRows
from tsel_kernels.q4_rows.reference import check_q4
from tsel_kernels.q4_rows.triton import pool_strides
from tsel_kernels.triton_device import INTERPRET, after_previous, device_limits, next_power, start_next


@triton.jit
def _signs(matrix_ptr, first, D: tl.constexpr, DP: tl.constexpr, HALF: tl.constexpr):
    """Signs [DP, HALF] of columns first .. first + D / 2 - 1 of the matrix, zero outside."""
    d, half = tl.arange(0, DP), tl.arange(0, HALF)
    inside = (d < D)[:, None] & (half < D // 2)[None, :]
    m = tl.load(matrix_ptr + d[:, None] * D + first + half[None, :], mask=inside, other=0.0).to(tl.float32)
    return tl.where(m > 0, 1.0, tl.where(m < 0, -1.0, 0.0))


@triton.jit
def _stored(
    low, high, recent, pool, kv, at, c_sh, c_sn, z_sh,
    D: tl.constexpr, HALF: tl.constexpr, BITS: tl.constexpr, RECENT: tl.constexpr,
):  # fmt: skip
    """A turned row, as halves [HALF], into its ring and as codes into its pool."""
    codes, scale, zero, mean = pool
    one, half = tl.arange(0, 1), tl.arange(0, HALF)
    fine = half < D // 2
    ring = recent + (kv * RECENT + at % RECENT) * D + half
    tl.store(ring, low.to(recent.dtype.element_ty), mask=fine)
    tl.store(ring + D // 2, high.to(recent.dtype.element_ty), mask=fine)
    low -= tl.load(mean + kv * D + half, mask=fine, other=0.0)
    high -= tl.load(mean + kv * D + D // 2 + half, mask=fine, other=0.0)
    quantize_rows(
        low[None, :], high[None, :], one >= 0, codes + kv * c_sh, scale + kv * z_sh, zero + kv * z_sh, one + at, c_sn,
        fine[None, :], half, D, BITS,
    )  # fmt: skip


@triton.jit
def q4_rope_append_kernel(
    new, pos_ptr, matrix_ptr, sizes_ptr, keys, values, rings, state, out_ptr, new_strides, pool_strides, window_rows, size, eps, theta,
    H: tl.constexpr, HKV: tl.constexpr, D: tl.constexpr, DP: tl.constexpr, HALF: tl.constexpr, DR: tl.constexpr, HP: tl.constexpr,
    QNORM: tl.constexpr, KNORM: tl.constexpr, BITS: tl.constexpr, RECENT: tl.constexpr, SIZED: tl.constexpr, STATE: tl.constexpr,
    INTERP: tl.constexpr, PDL: tl.constexpr,
):  # fmt: skip
    """A head of the query, a key, a value or the decision to reuse a program."""
    start_next(PDL)
    program = tl.program_id(0)
    to_low, to_high = _signs(matrix_ptr, 0, D, DP, HALF), _signs(matrix_ptr, D // 2, D, DP, HALF)
    after_previous(PDL)
    at = tl.load(pos_ptr).to(tl.int64)
    one, cols, half = tl.arange(0, 1), tl.arange(0, DP), tl.arange(0, HALF)
    q_sh, k_sh, v_sh = new_strides
    kc_sh, kc_sn, vc_sh, vc_sn, z_sh = pool_strides
    dtype = out_ptr.dtype.element_ty
    if program < H:
        q = normed(new.query, one + program, q_sh, one >= 0, cols, partner(cols, DR), new.query_norm, new.cos, new.sin, at, eps, D, DR, QNORM, INTERP)
        if not INTERP:
            q = q.to(dtype).to(tl.float32)
        x = tl.sum(q, 0)
        if SIZED:
            x *= tl.load(sizes_ptr + program // (H // HKV) * D + cols, mask=cols < D, other=0.0).to(tl.float32)
        spot = out_ptr + program * D + half
        tl.store(spot, (tl.sum(x[:, None] * to_low, 0) * size).to(dtype), mask=half < D // 2)
        tl.store(spot + D // 2, (tl.sum(x[:, None] * to_high, 0) * size).to(dtype), mask=half < D // 2)
    elif program < H + HKV:
        kv = (program - H).to(tl.int64)
        k = normed(new.key, one + kv, k_sh, one >= 0, cols, partner(cols, DR), new.key_norm, new.cos, new.sin, at, eps, D, DR, KNORM, INTERP)
        if not INTERP:
            k = k.to(dtype).to(tl.float32)
        x = tl.sum(k, 0)
        if SIZED:
            x /= tl.load(sizes_ptr + kv * D + cols, mask=cols < D, other=1.0).to(tl.float32)
        low, high = tl.sum(x[:, None] * to_low, 0) * size, tl.sum(x[:, None] * to_high, 0) * size
        _stored(low, high, rings[0], keys, kv, at, kc_sh, kc_sn, z_sh, D, HALF, BITS, RECENT)
    elif program < H + 2 * HKV:
        kv = (program - H - HKV).to(tl.int64)
        x = tl.load(new.value + kv * v_sh + cols, mask=cols < D, other=0.0).to(tl.float32)
        low, high = tl.sum(x[:, None] * to_low, 0) * size, tl.sum(x[:, None] * to_high, 0) * size
        _stored(low, high, rings[1], values, kv, at, vc_sh, vc_sn, z_sh, D, HALF, 4, RECENT)
    elif STATE:
        decide_reuse(new, 0, state, q_sh, cols, at, eps, theta, window_rows, H, HP, D, DR, QNORM, INTERP)


def q4_rope_append_(
    query: Tensor,
    key: Tensor,
    value: Tensor,
    position: Tensor,
    matrix: Tensor,
    sizes: Tensor | None,
    key_pool: KeyIndex,
    value_pool: KeyIndex,
    exact: tuple[ExactRows, ExactRows],
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
    """Triton form of `reference_step.q4_rope_append_`; one launch of H + 2 Hkv + 1 programs."""
    check_step(out=out)
    check_q4(key[:, None], key_pool)
    check_q4(value[:, None], value_pool)
    (heads, dim), kv_heads, pdl = query.shape, key.shape[0], device_limits(query.device).pdl
    cos, sin = rope if rope is not None else (query, query)
    reuse = (
        Reuse(state.cached_query, state.window_start, state.reuse, state.hits) if state is not None else Reuse(*(out,) * 4)
    )
    q4_rope_append_kernel[(heads + 2 * kv_heads + int(state is not None),)](
        NewRow(query, key, value, q_norm if q_norm is not None else query, k_norm if k_norm is not None else key, cos, sin),
        position, matrix, matrix if sizes is None else sizes, pool_parts(key_pool), pool_parts(value_pool), (exact[0].recent, exact[1].recent),
        reuse, out, (query.stride(0), key.stride(0), value.stride(0)), pool_strides(key_pool, value_pool),
        (shape.num_sink, shape.num_local, shape.slack), (dim & -dim) ** -0.5, eps, theta,
        H=heads, HKV=kv_heads, D=dim, DP=next_power(dim), HALF=next_power(dim // 2), DR=cos.shape[-1] if rope is not None else 0,
        HP=next_power(heads), QNORM=q_norm is not None, KNORM=k_norm is not None, BITS=key_pool.bits, RECENT=exact[0].recent.shape[1],
        SIZED=sizes is not None, STATE=state is not None, INTERP=INTERPRET, PDL=pdl, launch_pdl=pdl, num_warps=8,
    )  # fmt: skip
    return out


def pool_parts(pool: KeyIndex) -> IndexRows:
    """The tensors of a pool for a kernel."""
    return IndexRows(pool.codes, pool.scale, pool.zero, pool.mean)
