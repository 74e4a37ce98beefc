"""Votes for the rows of a block's best cells: who voted for a cell, averaged, meets the cell's rows.

Visitors: a program has some cells of a block's pool and, head after head, all of its queries: one product gives the
votes, a second one the mean. Row votes: a program has one cell, its visitors as the columns of a product, and gathers
the cell's rows. Both cost a few products a query whatever the length of the document.
"""

from __future__ import annotations

import torch
import triton
import triton.language as tl
from torch import Tensor

from tsel_kernels.attention.triton_causal import load_rows
from tsel_kernels.cells.held import CellPool, Cells
from tsel_kernels.cells.reference import MOST_ABOVE
from tsel_kernels.checks import check_query
from tsel_kernels.triton_device import INTERPRET, LOG2_E, ceil_div, next_power


@triton.jit
def _visitor_kernel(
    q_ptr, lse_ptr, mk_ptr, pool_ptr, made_ptr, held_ptr, num_queries, num_cells, scale, q_st, q_sh,
    BLOCK: tl.constexpr, HEADS: tl.constexpr, G: tl.constexpr, P: tl.constexpr, D: tl.constexpr, DP: tl.constexpr,
    BT: tl.constexpr, BP: tl.constexpr, INTERP: tl.constexpr,
):  # fmt: skip
    kv, block, cols = tl.program_id(1), tl.program_id(2), tl.arange(0, DP)
    p = tl.program_id(0) * BP + tl.arange(0, BP)
    place = (block.to(tl.int64) * tl.num_programs(1) + kv) * P + p
    cell = tl.load(pool_ptr + place, mask=p < P, other=-1)
    there = cell >= 0
    k = load_rows(mk_ptr + kv.to(tl.int64) * num_cells * D, tl.maximum(cell, 0), D, cols, there, D, DP, True, INTERP)
    t = block * BLOCK + tl.arange(0, BT)
    ok = (tl.arange(0, BT) < BLOCK) & (t < num_queries)
    for g in range(G):
        head = kv * G + g
        q = load_rows(q_ptr + head * q_sh, t, q_st, cols, ok, D, DP, True, INTERP)
        lse = tl.load(lse_ptr + t * HEADS + head, mask=ok, other=float("inf")) * 1.4426950408889634
        s = tl.dot(k, tl.trans(q), input_precision="tf32x3") * scale - lse[None, :]
        top = tl.max(s, 1)  # the weights keep their precision however small the votes are
        w = tl.exp2(s - top[:, None])
        total = tl.sum(w, 1)
        if not INTERP:
            w = w.to(q.dtype)
        mean = tl.dot(w, q, input_precision="tf32x3") / total[:, None]
        mean = tl.where(there[:, None], mean, 0.0)
        at = (place * G + g)[:, None] * D + cols[None, :]
        tl.store(made_ptr + at, mean.to(made_ptr.dtype.element_ty), mask=(p < P)[:, None] & (cols[None, :] < D))
        tl.store(held_ptr + place * G + g, tl.where(there, total * tl.exp2(top), 0.0), mask=p < P)


@triton.jit
def _row_vote_kernel(
    k_ptr, mk_ptr, made_ptr, held_ptr, pool_ptr, at_ptr, begin_ptr, count_ptr, rows_ptr, votes_ptr, listed_ptr,
    num_cells, num_rows, room, scale, most_above, k_sh, k_sn,
    G: tl.constexpr, GP: tl.constexpr, P: tl.constexpr, D: tl.constexpr, DP: tl.constexpr,
    BN: tl.constexpr, INTERP: tl.constexpr,
):  # fmt: skip
    kv, block, cols, g = tl.program_id(1), tl.program_id(2), tl.arange(0, DP), tl.arange(0, GP)
    pair = block.to(tl.int64) * tl.num_programs(1) + kv
    place = pair * P + tl.program_id(0)
    cell = tl.load(pool_ptr + place)
    if cell >= 0:
        at = kv.to(tl.int64) * num_cells + cell
        begin, place_of_first = tl.load(begin_ptr + at), tl.load(at_ptr + place)
        count = tl.minimum(tl.load(count_ptr + at), room - place_of_first)
        visitor = load_rows(made_ptr + place * G * D, g, D, cols, g < G, D, DP, True, INTERP)
        centre = tl.load(mk_ptr + at * D + cols, mask=cols < D, other=0.0).to(tl.float32)
        at_mean = tl.sum(visitor.to(tl.float32) * centre[None, :], 1)
        held = tl.load(held_ptr + place * G + g, mask=g < G, other=0.0)
        k_base = k_ptr + kv.to(tl.int64) * k_sh
        for start in tl.range(0, count, BN, num_stages=1):
            i = start + tl.arange(0, BN)
            n = tl.load(rows_ptr + kv.to(tl.int64) * num_rows + begin + i, mask=i < count, other=0)
            k = load_rows(k_base, n, k_sn, cols, i < count, D, DP, True, INTERP)
            s = tl.dot(k, tl.trans(visitor), input_precision="tf32x3")
            above = tl.minimum((s - at_mean[None, :]) * scale, most_above)
            out = pair * room + place_of_first + i
            tl.store(votes_ptr + out, tl.sum(held[None, :] * tl.exp2(above), 1), mask=i < count)
            tl.store(listed_ptr + out, n, mask=i < count)


def cell_visitors(
    query: Tensor, lse: Tensor, cells: Cells, pool: Tensor, *, block_size: int, scaling: float
) -> tuple[Tensor, Tensor]:
    """Triton form of `reference.cell_visitors`; pool is contiguous."""
    check_query(query, cells.keys)
    num, heads, dim = query.shape
    blocks, kv_heads, picked = pool.shape
    group = heads // kv_heads
    made = torch.empty((blocks, kv_heads, picked, group, dim), dtype=query.dtype, device=query.device)
    held = torch.empty((blocks, kv_heads, picked, group), dtype=torch.float32, device=query.device)
    tile = 32 if query.element_size() == 2 else 16
    _visitor_kernel[(ceil_div(picked, tile), kv_heads, blocks)](
        query, lse, cells.keys, pool, made, held, num, cells.count.shape[1], scaling * LOG2_E, query.stride(0), query.stride(1),
        BLOCK=block_size, HEADS=heads, G=group, P=picked, D=dim, DP=max(16, next_power(dim)),
        BT=max(16, next_power(min(block_size, num))), BP=tile, INTERP=INTERPRET, num_warps=4,
    )  # fmt: skip
    return made, held


def cell_row_votes(
    keys: Tensor, cells: Cells, pool: CellPool, made: Tensor, held: Tensor, *, scaling: float
) -> tuple[Tensor, Tensor]:
    """Triton form of `reference.cell_row_votes`; all but the keys are contiguous."""
    blocks, kv_heads, picked = pool.cells.shape
    group, dim = made.shape[3:]
    votes = torch.empty((blocks, kv_heads, pool.room), dtype=torch.float32, device=keys.device)
    listed = torch.empty((blocks, kv_heads, pool.room), dtype=torch.int32, device=keys.device)
    small = keys.element_size() == 2
    _row_vote_kernel[(picked, kv_heads, blocks)](
        keys, cells.keys, made, held, pool.cells, pool.begin, cells.begin, cells.count, cells.rows, votes, listed,
        cells.count.shape[1], cells.rows.shape[1], pool.room, scaling * LOG2_E, MOST_ABOVE * LOG2_E,
        keys.stride(0), keys.stride(1),
        G=group, GP=max(16, next_power(group)), P=picked, D=dim, DP=max(16, next_power(dim)), BN=64 if small else 16,
        INTERP=INTERPRET, num_warps=4,
    )  # fmt: skip
    return votes, listed
