"""A written token's query turned for near and far rows, its key added to the index in both forms: one launch."""

from __future__ import annotations

from typing import NamedTuple

import triton
import triton.language as tl
from torch import Tensor

from tsel_kernels.append.triton import IndexRows, normed, partner
from tsel_kernels.append.triton_index import quantize_rows
from tsel_kernels.bilevel.levels import LeveledIndex
from tsel_kernels.checks import check_step
from tsel_kernels.key_index import KeyIndex
from tsel_kernels.triton_device import INTERPRET, after_previous, device_limits, next_power, start_next


class Places(NamedTuple):
    """See levels.FarPlaces."""

    query_group: int
    query_add: int
    key_group: int
    key_period: int


@triton.jit
def _turn_query(q_ptr, out_ptr, head, cols, place, cos_ptr, sin_ptr, D: tl.constexpr, DR: tl.constexpr, INTERP: tl.constexpr):
    one = tl.arange(0, 1)
    q = normed(q_ptr, one + head, D, one >= 0, cols, partner(cols, DR), q_ptr, cos_ptr, sin_ptr, place, 0.0, D, DR, False, INTERP)
    tl.store(out_ptr + (one + head)[:, None] * D + cols[None, :], q.to(out_ptr.dtype.element_ty), mask=(cols < D)[None, :])


@triton.jit
def _turn_key(
    row_ptr, index, strides, kv, slot, place, cos_ptr, sin_ptr, D: tl.constexpr, DP: tl.constexpr, DR: tl.constexpr,
    BITS: tl.constexpr, INTERP: tl.constexpr,
):  # fmt: skip
    one, half = tl.arange(0, 1), tl.arange(0, DP // 2)
    upper, fine = half + D // 2, (half < D // 2)[None, :]
    dtype = row_ptr.dtype.element_ty
    c_sh, c_sn, z_sh = strides
    low = normed(row_ptr, one, 0, one >= 0, half, partner(half, DR), row_ptr, cos_ptr, sin_ptr, place, 0.0, D, DR, False, INTERP).to(dtype)
    high = normed(row_ptr, one, 0, one >= 0, upper, partner(upper, DR), row_ptr, cos_ptr, sin_ptr, place, 0.0, D, DR, False, INTERP).to(dtype)
    mean_low = tl.load(index.mean + kv * D + half, mask=half < D // 2, other=0.0)
    mean_high = tl.load(index.mean + kv * D + upper, mask=half < D // 2, other=0.0)
    quantize_rows(
        low.to(tl.float32) - mean_low[None, :], high.to(tl.float32) - mean_high[None, :], one >= 0,
        index.codes + kv.to(tl.int64) * c_sh, index.scale + kv.to(tl.int64) * z_sh,
        index.zero + kv.to(tl.int64) * z_sh, one + slot, c_sn, fine, half, D, BITS,
    )  # fmt: skip


@triton.jit
def bilevel_turn_kernel(
    q_ptr, k_ptr, pos_ptr, cos_ptr, sin_ptr, near_ptr, far_ptr, near, far, k_sh, k_sn, near_strides, far_strides, places, ring,
    H: tl.constexpr, D: tl.constexpr, DP: tl.constexpr, DR: tl.constexpr, BITS: tl.constexpr, INTERP: tl.constexpr, PDL: tl.constexpr,
):  # fmt: skip
    start_next(PDL)
    after_previous(PDL)
    program, side = tl.program_id(0), tl.program_id(1)
    at = tl.load(pos_ptr).to(tl.int64)
    if program < H:
        cols = tl.arange(0, DP)
        if side == 0:
            _turn_query(q_ptr, near_ptr, program, cols, at, cos_ptr, sin_ptr, D, DR, INTERP)
        else:
            _turn_query(q_ptr, far_ptr, program, cols, at // places.query_group + places.query_add, cos_ptr, sin_ptr, D, DR, INTERP)
    else:
        kv = program - H
        row = k_ptr + kv.to(tl.int64) * k_sh + at * k_sn
        if side == 0:
            _turn_key(row, near, near_strides, kv, at % ring, at, cos_ptr, sin_ptr, D, DP, DR, BITS, INTERP)
        else:
            _turn_key(row, far, far_strides, kv, at, at // places.key_group % places.key_period, cos_ptr, sin_ptr, D, DP, DR, BITS, INTERP)


def index_arguments(index: KeyIndex) -> tuple[IndexRows, tuple[int, int, int]]:
    """An index as a kernel takes it, and its strides: codes' head and row, scale's head."""
    strides = index.codes.stride(0), index.codes.stride(1), index.scale.stride(0)
    return IndexRows(index.codes, index.scale, index.zero, index.mean), strides


def bilevel_turn_(
    query: Tensor,
    keys: Tensor,
    position: Tensor,
    near_query: Tensor,
    far_query: Tensor,
    index: LeveledIndex,
    *,
    rope: tuple[Tensor, Tensor],
) -> None:
    """Triton form of `reference_step.bilevel_turn_`; 2 (H + Hkv) programs."""
    check_step(query=query, near_query=near_query, far_query=far_query)
    (heads, dim), kv_heads, pdl = query.shape, keys.shape[0], device_limits(query.device).pdl
    (near, near_strides), (far, far_strides), p = index_arguments(index.near), index_arguments(index.far), index.places
    bilevel_turn_kernel[(heads + kv_heads, 2)](
        query, keys, position, *rope, near_query, far_query, near, far, keys.stride(0), keys.stride(1), near_strides, far_strides,
        Places(p.query_group, p.query_add, p.key_group, p.key_period), index.near.num_rows,
        H=heads, D=dim, DP=next_power(dim), DR=rope[0].shape[-1], BITS=index.far.bits, INTERP=INTERPRET, PDL=pdl,
        launch_pdl=pdl, num_warps=1,
    )  # fmt: skip
