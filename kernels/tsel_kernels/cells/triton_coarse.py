"""Attention to mean rows: a chunk over what is near and over every cell, and the votes that follow from its normaliser.

Grid: (row tiles of a block, KV heads, blocks) as in gathered attention, whose result over sinks and window it begins
with; for the votes (tiles of cells, KV heads, blocks): a program keeps its mean keys and walks over the block's queries.
"""

from __future__ import annotations

import torch
import triton
import triton.language as tl
from torch import Tensor

from tsel_kernels.attention.triton_causal import load_rows
from tsel_kernels.attention.triton_gathered import gather_tile
from tsel_kernels.cells.held import Cells
from tsel_kernels.checks import check_query
from tsel_kernels.triton_device import INTERPRET, LOG2_E, Tile, ceil_div, device_limits, next_power


@triton.jit
def packed_rows(tile, kv, block, num_queries, BLOCK: tl.constexpr, G: tl.constexpr, BM: tl.constexpr):
    """Rows of a tile of a block: whether there is one, its query and its head."""
    r = tile * BM + tl.arange(0, BM)
    live = r < tl.minimum(BLOCK, num_queries - block * BLOCK) * G
    return live, tl.where(live, block * BLOCK + r // G, 0), kv * G + r % G


@triton.jit
def _mean_tile(
    acc, m, l, q, mk_ptr, mv_ptr, weight_ptr, j, ok, cols, scale,
    D: tl.constexpr, DP: tl.constexpr, MASKED: tl.constexpr, INTERP: tl.constexpr,
):  # fmt: skip
    """One step of the running softmax over mean rows j, each as often as its cell has rows."""
    k = load_rows(mk_ptr, j, D, cols, ok, D, DP, MASKED, INTERP)
    v = load_rows(mv_ptr, j, D, cols, ok, D, DP, MASKED, INTERP)
    if MASKED:
        weight = tl.load(weight_ptr + j, mask=ok, other=float("-inf"))
    else:
        weight = tl.load(weight_ptr + j)
    s = tl.dot(q, tl.trans(k), input_precision="tf32x3") * scale + weight[None, :]
    m_new = tl.maximum(m, tl.max(s, 1))
    p = tl.exp2(s - m_new[:, None])
    decay = tl.exp2(m - m_new)
    l = l * decay + tl.sum(p, 1)
    if not INTERP:
        p = p.to(v.dtype)
    return tl.dot(p, v, acc * decay[:, None], input_precision="tf32x3"), m_new, l


@triton.jit
def _coarse_kernel(
    q_ptr, near_ptr, near_lse_ptr, mk_ptr, mv_ptr, weight_ptr, visible_ptr, out_ptr, lse_ptr,
    num_queries, num_cells, scale, q_st, q_sh,
    BLOCK: tl.constexpr, HEADS: tl.constexpr, G: tl.constexpr, D: tl.constexpr, DP: tl.constexpr,
    BM: tl.constexpr, BN: tl.constexpr, STAGES: tl.constexpr, INTERP: tl.constexpr,
):  # fmt: skip
    kv, block, cols = tl.program_id(1), tl.program_id(2), tl.arange(0, DP)
    live, t, head = packed_rows(tl.program_id(0), kv, block, num_queries, BLOCK, G, BM)
    q = load_rows(q_ptr + head[:, None] * q_sh, t, q_st, cols, live, D, DP, True, INTERP)
    row = t.to(tl.int64) * HEADS + head
    acc = load_rows(near_ptr, row, D, cols, live, D, DP, True, INTERP).to(tl.float32)
    m = tl.load(near_lse_ptr + row, mask=live, other=0.0) * 1.4426950408889634
    l = tl.full([BM], 1.0, tl.float32)
    visible = tl.load(visible_ptr + block).to(tl.int32)
    base = kv.to(tl.int64) * num_cells
    mk_ptr, mv_ptr, weight_ptr = mk_ptr + base * D, mv_ptr + base * D, weight_ptr + base
    full = visible // BN * BN
    for start in tl.range(0, full, BN, num_stages=STAGES):
        j = start + tl.arange(0, BN)
        acc, m, l = _mean_tile(acc, m, l, q, mk_ptr, mv_ptr, weight_ptr, j, j >= 0, cols, scale, D, DP, False, INTERP)
    for start in tl.range(full, visible, BN, num_stages=1):
        j = start + tl.arange(0, BN)
        acc, m, l = _mean_tile(acc, m, l, q, mk_ptr, mv_ptr, weight_ptr, j, j < visible, cols, scale, D, DP, True, INTERP)
    out = acc / l[:, None]
    tl.store(out_ptr + row[:, None] * D + cols[None, :], out.to(out_ptr.dtype.element_ty), mask=live[:, None] & (cols[None, :] < D))
    tl.store(lse_ptr + row, (m + tl.log2(l)) * 0.6931471805599453, mask=live)


@triton.jit
def _cell_vote_kernel(
    q_ptr, lse_ptr, mk_ptr, count_ptr, visible_ptr, votes_ptr, num_queries, num_cells, scale, q_st, q_sh,
    BLOCK: tl.constexpr, HEADS: tl.constexpr, G: tl.constexpr, D: tl.constexpr, DP: tl.constexpr,
    BM: tl.constexpr, BN: tl.constexpr, STAGES: tl.constexpr, INTERP: tl.constexpr,
):  # fmt: skip
    kv, block, cols = tl.program_id(1), tl.program_id(2), tl.arange(0, DP)
    j = tl.program_id(0) * BN + tl.arange(0, BN)
    visible = tl.load(visible_ptr + block).to(tl.int32)
    base = kv.to(tl.int64) * num_cells
    acc = tl.zeros([BN, BM], tl.float32)
    if tl.program_id(0) * BN < visible:
        k = load_rows(mk_ptr + base * D, j, D, cols, j < visible, D, DP, True, INTERP)
        tiles = tl.cdiv(tl.minimum(BLOCK, num_queries - block * BLOCK) * G, BM)
        for tile in tl.range(0, tiles, 1, num_stages=STAGES):
            live, t, head = packed_rows(tile, kv, block, num_queries, BLOCK, G, BM)
            q = load_rows(q_ptr + head[:, None] * q_sh, t, q_st, cols, live, D, DP, True, INTERP)
            lse = tl.load(lse_ptr + t * HEADS + head, mask=live, other=float("inf")) * 1.4426950408889634
            acc += tl.exp2(tl.dot(k, tl.trans(q), input_precision="tf32x3") * scale - lse[None, :])
    count = tl.load(count_ptr + base + j, mask=j < visible, other=0)
    out = tl.where(count > 0, tl.sum(acc, 1), 0.0)
    at = (block.to(tl.int64) * tl.num_programs(1) + kv) * num_cells
    tl.store(votes_ptr + at + j, out, mask=j < num_cells)


def coarse_attention(
    query: Tensor, near: Tensor, near_lse: Tensor, cells: Cells, visible: Tensor, *, block_size: int, scaling: float,
    tile: Tile | None = None,
) -> tuple[Tensor, Tensor]:  # fmt: skip
    """Triton form of `reference.coarse_attention`; near [T, H, D] and near_lse [T, H] are contiguous."""
    check_query(query, cells.keys)
    num, heads, dim = query.shape
    kv_heads, num_cells = cells.count.shape
    out, lse = torch.empty_like(near), torch.empty_like(near_lse)
    rows, blocks = min(block_size, num) * (heads // kv_heads), len(visible)
    tile = tile or gather_tile(
        device_limits(query.device), rows, dim, query.element_size(), ceil_div(rows, 256) * kv_heads * blocks
    )
    stages = min(tile.stages, 3)  # nothing is fetched by an index here
    _coarse_kernel[(ceil_div(rows, tile.rows), kv_heads, blocks)](
        query, near, near_lse, cells.keys, cells.values, cells.weight, visible, out, lse, num, num_cells, scaling * LOG2_E,
        query.stride(0), query.stride(1),
        BLOCK=block_size, HEADS=heads, G=heads // kv_heads, D=dim, DP=max(16, next_power(dim)), BM=tile.rows, BN=tile.keys,
        STAGES=stages, INTERP=INTERPRET, num_warps=tile.warps, num_stages=stages,
    )  # fmt: skip
    return out, lse


def cell_votes(
    query: Tensor, lse: Tensor, cells: Cells, visible: Tensor, *, block_size: int, scaling: float
) -> Tensor:
    """Triton form of `reference.cell_votes`."""
    check_query(query, cells.keys)
    num, heads, dim = query.shape
    kv_heads, num_cells = cells.count.shape
    votes = torch.empty((len(visible), kv_heads, num_cells), dtype=torch.float32, device=query.device)
    small = query.element_size() == 2 and dim <= 128
    tile = Tile(64, 128, 4, 3) if small else Tile(16, 32, 4, 1)
    _cell_vote_kernel[(ceil_div(num_cells, tile.keys), kv_heads, len(visible))](
        query, lse, cells.keys, cells.count, visible, votes, num, num_cells, scaling * LOG2_E, query.stride(0), query.stride(1),
        BLOCK=block_size, HEADS=heads, G=heads // kv_heads, D=dim, DP=max(16, next_power(dim)), BM=tile.rows, BN=tile.keys,
        STAGES=tile.stages, INTERP=INTERPRET, num_warps=tile.warps, num_stages=tile.stages,
    )  # fmt: skip
    return votes
