"""Attention of blocks to their picked rows, begun with every cell's mean row: what was picked is taken from its cell.

Grid: (row tiles of a block, KV heads, blocks), as in gathered attention. A cell's rows weigh at least as much together
as their mean row times their count (the exponential is convex), so what is taken away was there and is put back larger.
"""

from __future__ import annotations

import torch
import triton
import triton.language as tl
from torch import Tensor

from tsel_kernels.attention.triton_causal import attend_tile, load_rows
from tsel_kernels.attention.triton_gathered import count_picks, gather_tile
from tsel_kernels.cells.held import Cells
from tsel_kernels.cells.triton_coarse import packed_rows
from tsel_kernels.checks import check_cache, check_query
from tsel_kernels.triton_device import INTERPRET, LOG2_E, Tile, ceil_div, device_limits, next_power


@triton.jit
def _cell_attend_kernel(
    q_ptr, coarse_ptr, coarse_lse_ptr, k_ptr, v_ptr, mk_ptr, mv_ptr, idx_ptr, pool_ptr, taken_ptr,
    out_ptr, lse_ptr, picked_lse_ptr,
    num_queries, num_cells, scale, q_st, q_sh, k_sh, k_sn, v_sh, v_sn,
    BLOCK: tl.constexpr, HEADS: tl.constexpr, G: tl.constexpr, K: tl.constexpr, P: tl.constexpr,
    D: tl.constexpr, DP: tl.constexpr, BM: tl.constexpr, BN: tl.constexpr, BP: tl.constexpr, STAGES: tl.constexpr,
    INTERP: tl.constexpr,
):  # fmt: skip
    kv, block, cols = tl.program_id(1), tl.program_id(2), tl.arange(0, DP)
    live, t, head = packed_rows(tl.program_id(0), kv, block, num_queries, BLOCK, G, BM)
    q = load_rows(q_ptr + head[:, None] * q_sh, t, q_st, cols, live, D, DP, True, INTERP)
    row = t.to(tl.int64) * HEADS + head
    acc = load_rows(coarse_ptr, row, D, cols, live, D, DP, True, INTERP).to(tl.float32)
    m = tl.load(coarse_lse_ptr + row, mask=live, other=0.0) * 1.4426950408889634
    l, begun = tl.full([BM], 1.0, tl.float32), m
    pair = block.to(tl.int64) * tl.num_programs(1) + kv
    indices = idx_ptr + pair * K
    k_base, v_base = k_ptr + kv.to(tl.int64) * k_sh, v_ptr + kv.to(tl.int64) * v_sh
    num = count_picks(indices, K, 1024)
    for start in tl.range(0, num, BN, num_stages=STAGES):
        i = start + tl.arange(0, BN)
        n = tl.load(indices + i, mask=i < num, other=0)
        k = load_rows(k_base, n, k_sn, cols, n >= 0, D, DP, False, INTERP)
        v = load_rows(v_base, n, v_sn, cols, n >= 0, D, DP, False, INTERP)
        acc, m, l = attend_tile(acc, m, l, q, k, v, (i < num)[None, :] & live[:, None], scale, True, INTERP)
    picked = l - tl.exp2(begun - m)
    base = kv.to(tl.int64) * num_cells
    for start in tl.range(0, P, BP, num_stages=1):
        i = start + tl.arange(0, BP)
        cell = tl.load(pool_ptr + pair * P + i, mask=i < P, other=-1)
        count = tl.load(taken_ptr + pair * num_cells + cell, mask=cell >= 0, other=0)
        stood = count > 0
        k = load_rows(mk_ptr + base * D, tl.maximum(cell, 0), D, cols, stood, D, DP, True, INTERP)
        v = load_rows(mv_ptr + base * D, tl.maximum(cell, 0), D, cols, stood, D, DP, True, INTERP)
        bias = tl.where(stood, tl.log2(tl.maximum(count, 1).to(tl.float32)), float("-inf"))
        w = tl.exp2(tl.dot(q, tl.trans(k), input_precision="tf32x3") * scale + bias[None, :] - m[:, None])
        l -= tl.sum(w, 1)
        if not INTERP:
            w = w.to(v.dtype)
        acc = tl.dot(-w, v, acc, input_precision="tf32x3")
    out = acc / l[:, None]
    tl.store(out_ptr + row[:, None] * D + cols[None, :], out.to(out_ptr.dtype.element_ty), mask=live[:, None] & (cols[None, :] < D))
    tl.store(lse_ptr + row, (m + tl.log2(l)) * 0.6931471805599453, mask=live)
    held = tl.where(picked > 0, (m + tl.log2(tl.maximum(picked, 1e-30))) * 0.6931471805599453, float("-inf"))
    tl.store(picked_lse_ptr + row, held, mask=live)


def cell_attention(
    query: Tensor,
    coarse: Tensor,
    coarse_lse: Tensor,
    keys: Tensor,
    values: Tensor,
    cells: Cells,
    indices: Tensor,
    pool: Tensor,
    taken: Tensor,
    *,
    block_size: int,
    scaling: float,
    tile: Tile | None = None,
) -> tuple[Tensor, Tensor, Tensor]:
    """Triton form of `reference.cell_attention`; all but query, keys and values are contiguous."""
    check_query(query, keys)
    check_cache(keys, values)
    num, heads, dim = query.shape
    kv_heads, num_cells = cells.count.shape
    blocks, _, k = indices.shape
    out, lse, picked = torch.empty_like(coarse), torch.empty_like(coarse_lse), torch.empty_like(coarse_lse)
    rows = min(block_size, num) * (heads // kv_heads)
    limits = device_limits(query.device)
    tile = tile or gather_tile(limits, rows, dim, query.element_size(), ceil_div(rows, 256) * kv_heads * blocks)
    # without warpgroup products the accumulator and the mean rows do not fit the registers of four warps
    warps = tile.warps if limits.wgmma or dim <= 64 else max(8, tile.warps)
    _cell_attend_kernel[(ceil_div(rows, tile.rows), kv_heads, blocks)](
        query, coarse, coarse_lse, keys, values, cells.keys, cells.values, indices, pool, taken, out, lse, picked,
        num, num_cells, scaling * LOG2_E, query.stride(0), query.stride(1),
        keys.stride(0), keys.stride(1), values.stride(0), values.stride(1),
        BLOCK=block_size, HEADS=heads, G=heads // kv_heads, K=k, P=pool.shape[2], D=dim, DP=max(16, next_power(dim)),
        BM=tile.rows, BN=tile.keys, BP=min(32, tile.keys), STAGES=tile.stages, INTERP=INTERPRET, num_warps=warps, num_stages=tile.stages,
    )  # fmt: skip
    return out, lse, picked
