"""Bi-level attention of scattered queries over the whole cache, split over the keys, as attention/triton_causal.py.

A program goes through its rows twice at most: those that are far from one of its queries with the far query, those that
are near one with the near query; rows that are both to different queries are read in both passes, each with its mask.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
import triton
import triton.language as tl
from torch import Tensor

from tsel_kernels.attention.triton_causal import attend_tile, join_splits, load_rows, split_count
from tsel_kernels.bilevel.levels import LeveledKeys, Pair
from tsel_kernels.checks import check_cache, check_query
from tsel_kernels.triton_device import INTERPRET, LOG2_E, Tile, attention_tile, ceil_div, device_limits, next_power


class Levels(NamedTuple):
    """Near and far form of the queries and of the keys, one tensor each."""

    near_query: Tensor
    far_query: Tensor
    near_keys: Tensor
    far_keys: Tensor


class Steps(NamedTuple):
    """Elements from a query, a head, a KV head or a row to the next, in the near form and in the far one."""

    near_query: int
    near_head: int
    far_query: int
    far_head: int
    near_kv: int
    near_row: int
    far_kv: int
    far_row: int


def levels_of(query: Pair, keys: LeveledKeys) -> tuple[Levels, Steps]:
    """What a kernel takes."""
    (near, far), (close, away) = query, (keys.near, keys.far)
    steps = Steps(*near.stride()[:2], *far.stride()[:2], *close.stride()[:2], *away.stride()[:2])
    return Levels(near, far, close, away), steps


def check_levels(query: Pair, keys: LeveledKeys) -> None:
    """Both forms fit each other. ValueError."""
    for form, rows in zip(query, (keys.near, keys.far), strict=True):
        check_query(form, rows)
    if query[0].shape != query[1].shape or keys.near.shape[1] != keys.far.shape[1] - keys.first:
        raise ValueError(f"near and far form must hold the same rows from {keys.first} on, got {keys.near.shape[1]} and {keys.far.shape[1]}")


@triton.jit(do_not_specialize=["num", "num_rows", "first", "reach", "splits"])  # else compiled anew for other lengths
def bilevel_attend_kernel(
    levels, pos_ptr, v_ptr, out_ptr, lse_ptr, num, num_rows, first, reach, splits, scale, steps, v_sh, v_sn,
    HEADS: tl.constexpr, G: tl.constexpr, D: tl.constexpr, DP: tl.constexpr,
    BM: tl.constexpr, BN: tl.constexpr, STAGES: tl.constexpr, INTERP: tl.constexpr,
):  # fmt: skip
    tiles = tl.cdiv(num * G, BM)
    tile, kv, split = tl.program_id(0) % tiles, tl.program_id(0) // tiles, tl.program_id(1)
    r = tile * BM + tl.arange(0, BM)
    live = r < num * G
    asker, head = tl.where(live, r // G, 0), kv * G + r % G
    cols = tl.arange(0, DP)
    pos = tl.load(pos_ptr + asker, mask=live, other=-1).to(tl.int32)
    pos = tl.minimum(pos, num_rows - 1)
    begin = tl.maximum(pos - reach + 1, 0)  # of the rows near a query
    last = tl.max(pos, 0) + 1
    chunk = tl.cdiv(tl.cdiv(last, splits), BN) * BN
    lo = split * chunk
    hi = tl.minimum(lo + chunk, last)
    both = tl.maximum(lo, tl.min(tl.where(live, begin, 2147483647), 0))  # rows before it are far from all
    full = tl.maximum(lo, tl.minimum(hi, both) // BN * BN)
    far_hi = tl.minimum(hi, tl.max(tl.where(live, begin, 0), 0))
    acc = tl.zeros([BM, DP], tl.float32)
    m = tl.full([BM], -1e30, tl.float32)
    l = tl.zeros([BM], tl.float32)
    v_base, k_base = v_ptr + kv.to(tl.int64) * v_sh, levels.far_keys + kv.to(tl.int64) * steps.far_kv
    q = load_rows(levels.far_query + head[:, None] * steps.far_head, asker, steps.far_query, cols, live, D, DP, True, INTERP)
    for start in tl.range(lo, full, BN, num_stages=STAGES):
        n = start + tl.arange(0, BN)
        k = load_rows(k_base, n, steps.far_row, cols, n < full, D, DP, False, INTERP)
        v = load_rows(v_base, n, v_sn, cols, n < full, D, DP, False, INTERP)
        acc, m, l = attend_tile(acc, m, l, q, k, v, live[:, None], scale, False, INTERP)
    for start in tl.range(full, far_hi, BN, num_stages=1):
        n = start + tl.arange(0, BN)
        k = load_rows(k_base, n, steps.far_row, cols, n < far_hi, D, DP, True, INTERP)
        v = load_rows(v_base, n, v_sn, cols, n < far_hi, D, DP, True, INTERP)
        acc, m, l = attend_tile(acc, m, l, q, k, v, n[None, :] < begin[:, None], scale, True, INTERP)
    k_base = levels.near_keys + kv.to(tl.int64) * steps.near_kv
    q = load_rows(levels.near_query + head[:, None] * steps.near_head, asker, steps.near_query, cols, live, D, DP, True, INTERP)
    for start in tl.range(both, hi, BN, num_stages=STAGES):
        n = start + tl.arange(0, BN)
        k = load_rows(k_base, n - first, steps.near_row, cols, n < hi, D, DP, True, INTERP)
        v = load_rows(v_base, n, v_sn, cols, n < hi, D, DP, True, INTERP)
        allowed = (n[None, :] >= begin[:, None]) & (n[None, :] <= pos[:, None]) & (n < hi)[None, :]
        acc, m, l = attend_tile(acc, m, l, q, k, v, allowed, scale, True, INTERP)
    out = acc / tl.where(l > 0, l, 1.0)[:, None]
    row = (split.to(tl.int64) * num + asker) * HEADS + head
    tl.store(out_ptr + row[:, None] * D + cols[None, :], out.to(out_ptr.dtype.element_ty), mask=live[:, None] & (cols[None, :] < D))
    tl.store(lse_ptr + row, (m + tl.log2(l)) * 0.6931471805599453, mask=live)


def bilevel_attention(
    query: Pair, positions: Tensor, keys: LeveledKeys, values: Tensor, *, scaling: float, tile: Tile | None = None
) -> tuple[Tensor, Tensor]:
    """Triton form of `reference.bilevel_attention`."""
    check_levels(query, keys)
    check_cache(keys.far, values)
    num, heads, dim = query[0].shape
    kv_heads, rows = keys.far.shape[:2]
    group, device = heads // kv_heads, values.device
    limits = device_limits(device)
    tile = tile or attention_tile(limits, num * group, dim, query[0].element_size())
    row_programs = ceil_div(num * group, tile.rows) * kv_heads
    splits = split_count(row_programs, rows, tile, limits.num_sms)
    out = torch.empty((num, heads, dim), dtype=query[0].dtype, device=device)
    lse = torch.empty((num, heads), dtype=torch.float32, device=device)
    part = out if splits == 1 else torch.empty((splits, num * heads, dim), dtype=torch.float32, device=device)
    part_lse = lse if splits == 1 else torch.empty((splits, num * heads), dtype=torch.float32, device=device)
    levels, steps = levels_of(query, keys)
    bilevel_attend_kernel[(row_programs, splits)](
        levels, positions.contiguous(), values, part, part_lse, num, rows, keys.first, keys.reach, splits, scaling * LOG2_E,
        steps, values.stride(0), values.stride(1),
        HEADS=heads, G=group, D=dim, DP=max(16, next_power(dim)), BM=tile.rows, BN=tile.keys, STAGES=tile.stages,
        INTERP=INTERPRET, num_warps=tile.warps, num_stages=tile.stages,
    )  # fmt: skip
    if splits > 1:
        join_splits(part, part_lse, out.view(-1, dim), lse.view(-1))
    return out, lse
