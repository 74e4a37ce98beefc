"""Writing the cache: rotate, store K and V, quantize the index row, decide reuse, all in one launch.

Arguments that belong together travel as tuples: which of 46 scalars is which could not be read (docs/dev/kernels-log.md).
"""

from __future__ import annotations

from typing import NamedTuple

import triton
import triton.language as tl
from torch import Tensor

from tsel_kernels.append.triton_index import quantize_rows
from tsel_kernels.checks import check_step
from tsel_kernels.decode.state import DecodeShape, DecodeState
from tsel_kernels.key_index import KeyIndex
from tsel_kernels.triton_device import INTERPRET, after_previous, device_limits, next_power, start_next


@triton.jit
def normed(
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
def partner(cols, DR: tl.constexpr):
    return tl.where(cols < DR // 2, cols + DR // 2, tl.where(cols < DR, cols - DR // 2, cols))


class NewRow(NamedTuple):
    """What a step adds: query [H, D], key, value [Hkv, D], their weights of the norms and the rotary tables (any tensor: unused)."""

    query: Tensor
    key: Tensor
    value: Tensor
    query_norm: Tensor
    key_norm: Tensor
    cos: Tensor
    sin: Tensor


class IndexRows(NamedTuple):
    """The tensors of a KeyIndex (any tensors where there is none)."""

    codes: Tensor
    scale: Tensor
    zero: Tensor
    mean: Tensor


class Reuse(NamedTuple):
    """The parts of a DecodeState that are written here (any tensors where there is none)."""

    cached: Tensor
    window: Tensor
    reuse: Tensor
    hits: Tensor


@triton.jit
def append_query(
    out_ptr, new, first, stride, head, cols, at, eps, D: tl.constexpr, DR: tl.constexpr, NORM: tl.constexpr, INTERP: tl.constexpr
):  # fmt: skip
    """One head of the query, normed and rotated; the new rows begin at `first` of theirs."""
    one = tl.arange(0, 1)
    q = normed(
        new.query, one + (first + head), stride, one >= 0, cols, partner(cols, DR), new.query_norm, new.cos, new.sin, at, eps, D, DR, NORM, INTERP
    )
    tl.store(out_ptr + (one + head)[:, None] * D + cols[None, :], q.to(out_ptr.dtype.element_ty), mask=(cols < D)[None, :])


@triton.jit
def append_row(
    new, first, k_ptr, v_ptr, index, kv, at, cols, eps, new_strides, row_strides, index_strides,
    D: tl.constexpr, DP: tl.constexpr, DR: tl.constexpr, NORM: tl.constexpr, BITS: tl.constexpr, INTERP: tl.constexpr,
):  # fmt: skip
    """Key, value and index row of one KV head at row `at` of the cache."""
    one, half = tl.arange(0, 1), tl.arange(0, DP // 2)
    _q_sh, kn_sh, vn_sh = new_strides
    codes, scale, zero, mean = index
    k_sh, k_sn, v_sh, v_sn = row_strides
    value = tl.load(new.value + (first + kv) * vn_sh + cols, mask=cols < D, other=0.0)
    tl.store(v_ptr + kv.to(tl.int64) * v_sh + at * v_sn + cols, value.to(v_ptr.dtype.element_ty), mask=cols < D)
    dtype = k_ptr.dtype.element_ty
    low = normed(
        new.key, one + (first + kv), kn_sh, one >= 0, half, partner(half, DR), new.key_norm, new.cos, new.sin, at, eps, D, DR, NORM, INTERP
    ).to(dtype)
    upper = half + D // 2
    high = normed(
        new.key, one + (first + kv), kn_sh, one >= 0, upper, partner(upper, DR), new.key_norm, new.cos, new.sin, at, eps, D, DR, NORM, INTERP
    ).to(dtype)
    fine = (half < D // 2)[None, :]
    row = k_ptr + kv.to(tl.int64) * k_sh + at * k_sn
    tl.store(row + half[None, :], low, mask=fine)
    tl.store(row + upper[None, :], high, mask=fine)
    if BITS:
        c_sh, c_sn, z_sh = index_strides
        mean_low = tl.load(mean + kv * D + half, mask=half < D // 2, other=0.0)
        mean_high = tl.load(mean + kv * D + upper, mask=half < D // 2, other=0.0)
        quantize_rows(
            low.to(tl.float32) - mean_low[None, :], high.to(tl.float32) - mean_high[None, :], one >= 0,
            codes + kv.to(tl.int64) * c_sh, scale + kv.to(tl.int64) * z_sh,
            zero + kv.to(tl.int64) * z_sh, one + at, c_sn, fine, half, D, BITS,
        )  # fmt: skip


@triton.jit
def decide_reuse(
    new, first, state, stride, cols, at, eps, theta, window_rows,
    H: tl.constexpr, HP: tl.constexpr, D: tl.constexpr, DR: tl.constexpr, NORM: tl.constexpr, INTERP: tl.constexpr,
):  # fmt: skip
    """Whether the query is like the cached one; if not, it is cached and the window moves."""
    num_sink, num_local, slack = window_rows
    heads = tl.arange(0, HP)
    ok = heads < H
    q = normed(new.query, first + heads, stride, ok, cols, partner(cols, DR), new.query_norm, new.cos, new.sin, at, eps, D, DR, NORM, INTERP)
    cached, window, reuse, hits = state
    spot = cached + heads[:, None] * D + cols[None, :]
    inside = ok[:, None] & (cols < D)[None, :]
    q = tl.where(inside, q.to(cached.dtype.element_ty).to(tl.float32), 0.0)
    then = tl.load(spot, mask=inside, other=0.0).to(tl.float32)
    dot, here, there = tl.sum(tl.sum(q * then, 1), 0), tl.sum(tl.sum(q * q, 1), 0), tl.sum(tl.sum(then * then, 1), 0)
    fits = at + 1 - tl.load(window) <= num_local + slack
    hit = (dot > theta * tl.maximum(tl.sqrt(here) * tl.sqrt(there), 1e-20)) & fits
    tl.store(reuse, hit.to(tl.int32))
    tl.store(hits, tl.load(hits) + hit.to(tl.int32))
    if hit == 0:
        tl.store(spot, q.to(cached.dtype.element_ty), mask=inside)
        begin = (at + 1 - num_local).to(tl.int32)
        tl.store(window, tl.where(begin > num_sink, begin, 0))


@triton.jit
def _append_kernel(
    new, pos_ptr, k_ptr, v_ptr, index, state, out_ptr, new_strides, row_strides, index_strides, window_rows, eps, theta,
    H: tl.constexpr, HKV: tl.constexpr, D: tl.constexpr, DP: tl.constexpr, DR: tl.constexpr, HP: tl.constexpr,
    QNORM: tl.constexpr, KNORM: tl.constexpr, BITS: tl.constexpr, STATE: tl.constexpr, INTERP: tl.constexpr,
    PDL: tl.constexpr,
):  # fmt: skip
    start_next(PDL)
    after_previous(PDL)
    program = tl.program_id(0)
    at = tl.load(pos_ptr).to(tl.int64)
    cols = tl.arange(0, DP)
    if program < H:
        append_query(out_ptr, new, 0, new_strides[0], program, cols, at, eps, D, DR, QNORM, INTERP)
    elif program < H + HKV:
        append_row(new, 0, k_ptr, v_ptr, index, program - H, at, cols, eps, new_strides, row_strides, index_strides, D, DP, DR, KNORM, BITS, INTERP)
    elif STATE:
        decide_reuse(new, 0, state, new_strides[0], cols, at, eps, theta, window_rows, H, HP, D, DR, QNORM, INTERP)


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
    held = IndexRows(index.codes, index.scale, index.zero, index.mean) if index is not None else IndexRows(*(keys,) * 4)
    reuse = (
        Reuse(state.cached_query, state.window_start, state.reuse, state.hits) if state is not None else Reuse(*(out,) * 4)
    )
    _append_kernel[(heads + kv_heads + int(state is not None),)](
        NewRow(query, key, value, q_norm if q_norm is not None else query, k_norm if k_norm is not None else key, cos, sin),
        position, keys, values, held, reuse, out, (query.stride(0), key.stride(0), value.stride(0)),
        (keys.stride(0), keys.stride(1), values.stride(0), values.stride(1)),
        (held.codes.stride(0), held.codes.stride(1), held.scale.stride(0)), (shape.num_sink, shape.num_local, shape.slack), eps, theta,
        H=heads, HKV=kv_heads, D=dim, DP=next_power(dim), DR=cos.shape[-1] if rope is not None else 0,
        HP=next_power(heads), QNORM=q_norm is not None, KNORM=k_norm is not None, BITS=index.bits if index is not None else 0,
        STATE=state is not None, INTERP=INTERPRET, PDL=pdl, launch_pdl=pdl, num_warps=4,
    )  # fmt: skip
    return out
