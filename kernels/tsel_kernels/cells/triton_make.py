"""Cells of whole segments: k-means of a segment by one program, its keys read again from L2 in every round.

A tile of rows meets the centres in one product; the rows of each centre are summed by a second one with the 0/1 matrix
of who chose whom. The last pass chooses as the one before it did and puts every row in its place.
"""

from __future__ import annotations

import triton
import triton.language as tl
from torch import Tensor

from tsel_kernels.attention.triton_causal import load_rows
from tsel_kernels.cells.held import Cells, check_cells
from tsel_kernels.cells.reference import ROUNDS
from tsel_kernels.checks import check_cache
from tsel_kernels.triton_device import INTERPRET, next_power


@triton.jit
def _chosen(x, centre, half, c, C: tl.constexpr, INTERP: tl.constexpr):
    """0/1 matrix [rows, CP] of the nearest centre (of equals the first) of rows x [rows, DP]."""
    towards = centre
    if not INTERP:
        towards = centre.to(x.dtype)
    near = tl.dot(x, tl.trans(towards), input_precision="tf32x3") - half[None, :]
    near = tl.where(c[None, :] < C, near, float("-inf"))
    return tl.argmax(near, 1)[:, None] == c[None, :]


@triton.jit
def _summed(hot, x, total, INTERP: tl.constexpr):
    """total [CP, DP] plus the rows x that each centre was chosen by."""
    member = tl.trans(hot.to(tl.float32))
    if not INTERP:
        member = member.to(x.dtype)
    return tl.dot(member, x, total, input_precision="tf32x3")


@triton.jit
def _rounded(centre, dtype: tl.constexpr):
    """Centres as the products see them, and half of their squared lengths."""
    seen = centre.to(dtype).to(tl.float32)
    return seen, 0.5 * tl.sum(seen * seen, 1)


@triton.jit
def _make_kernel(
    k_ptr, v_ptr, rows_ptr, member_ptr, begin_ptr, count_ptr, weight_ptr, mk_ptr, mv_ptr,
    first, first_segment, num_segments, k_sh, k_sn, v_sh, v_sn,
    SEGMENT: tl.constexpr, C: tl.constexpr, CP: tl.constexpr, D: tl.constexpr, DP: tl.constexpr,
    BN: tl.constexpr, ROUNDS: tl.constexpr, INTERP: tl.constexpr,
):  # fmt: skip
    segment, kv = first_segment + tl.program_id(0), tl.program_id(1)
    c, cols, i = tl.arange(0, CP), tl.arange(0, DP), tl.arange(0, BN)
    k_base, v_base = k_ptr + kv.to(tl.int64) * k_sh, v_ptr + kv.to(tl.int64) * v_sh
    base = first + segment * SEGMENT
    start = load_rows(k_base, base + c * SEGMENT // C + SEGMENT // (2 * C), k_sn, cols, c < C, D, DP, True, INTERP)
    centre = start.to(tl.float32)
    for _ in range(ROUNDS):
        seen, half = _rounded(centre, k_ptr.dtype.element_ty)
        total, count = tl.zeros([CP, DP], tl.float32), tl.zeros([CP], tl.float32)
        for at in tl.range(0, SEGMENT, BN, num_stages=1):
            x = load_rows(k_base, base + at + i, k_sn, cols, at + i < SEGMENT, D, DP, True, INTERP)
            hot = _chosen(x, seen, half, c, C, INTERP) & (at + i < SEGMENT)[:, None]
            total = _summed(hot, x, total, INTERP)
            count += tl.sum(hot.to(tl.float32), 0)
        centre = tl.where(count[:, None] > 0, total / tl.maximum(count, 1.0)[:, None], centre)
    seen, half = _rounded(centre, k_ptr.dtype.element_ty)
    total, values, count = tl.zeros([CP, DP], tl.float32), tl.zeros([CP, DP], tl.float32), tl.zeros([CP], tl.int32)
    for at in tl.range(0, SEGMENT, BN, num_stages=1):
        x = load_rows(k_base, base + at + i, k_sn, cols, at + i < SEGMENT, D, DP, True, INTERP)
        y = load_rows(v_base, base + at + i, v_sn, cols, at + i < SEGMENT, D, DP, True, INTERP)
        hot = _chosen(x, seen, half, c, C, INTERP) & (at + i < SEGMENT)[:, None]
        total, values = _summed(hot, x, total, INTERP), _summed(hot, y, values, INTERP)
        count += tl.sum(hot.to(tl.int32), 0)
    begin = tl.cumsum(count, 0) - count
    cell = (kv * num_segments + segment).to(tl.int64) * C + c
    tl.store(begin_ptr + cell, segment * SEGMENT + begin, mask=c < C)
    tl.store(count_ptr + cell, count, mask=c < C)
    weight = tl.where(count > 0, tl.log2(tl.maximum(count, 1).to(tl.float32)), float("-inf"))
    tl.store(weight_ptr + cell, weight, mask=c < C)
    least = tl.maximum(count, 1).to(tl.float32)[:, None]
    inside = (c[:, None] < C) & (cols[None, :] < D)
    tl.store(mk_ptr + cell[:, None] * D + cols[None, :], (total / least).to(mk_ptr.dtype.element_ty), mask=inside)
    tl.store(mv_ptr + cell[:, None] * D + cols[None, :], (values / least).to(mv_ptr.dtype.element_ty), mask=inside)
    list_base = (kv * num_segments + segment).to(tl.int64) * SEGMENT
    for at in tl.range(0, SEGMENT, BN, num_stages=1):
        ok = at + i < SEGMENT
        x = load_rows(k_base, base + at + i, k_sn, cols, ok, D, DP, True, INTERP)
        hot = (_chosen(x, seen, half, c, C, INTERP) & ok[:, None]).to(tl.int32)
        place = tl.sum(hot * (begin[None, :] + tl.cumsum(hot, 0) - 1), 1)
        begin += tl.sum(hot, 0)
        tl.store(rows_ptr + list_base + place, base + at + i, mask=ok)
        tl.store(member_ptr + list_base + at + i, segment * C + tl.sum(hot * c[None, :], 1), mask=ok)


def make_cells_(keys: Tensor, values: Tensor, cells: Cells, segments: range) -> None:
    """Triton form of `reference.make_cells_`."""
    check_cache(keys, values)
    check_cells(cells, keys, segments)
    if len(segments) == 0:
        return
    shape, dim = cells.shape, keys.shape[2]
    dim_pad, num = max(16, next_power(dim)), max(16, next_power(shape.per_segment))
    small = keys.element_size() == 2 and dim_pad <= 128 and num <= 64
    _make_kernel[(len(segments), keys.shape[0])](
        keys, values, cells.rows, cells.member, cells.begin, cells.count, cells.weight, cells.keys, cells.values,
        shape.first, segments.start, cells.num_segments, keys.stride(0), keys.stride(1), values.stride(0), values.stride(1),
        SEGMENT=shape.segment, C=shape.per_segment, CP=num, D=dim, DP=dim_pad, BN=64 if small else 16, ROUNDS=ROUNDS,
        INTERP=INTERPRET, num_warps=4,
    )  # fmt: skip
