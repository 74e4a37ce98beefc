"""Votes of bi-level attention: probabilities summed over a block's voters, as votes/triton.py, and what a list of rows holds.

Rows that are far from every voter of a program take one product, as they do there. The others, near one of them, take two:
as far rows and as near ones, and each voter's own is kept.
"""

from __future__ import annotations

import torch
import triton
import triton.language as tl
from torch import Tensor

from tsel_kernels.bilevel.levels import LeveledKeys, Pair
from tsel_kernels.bilevel.triton import bilevel_attention, check_levels, levels_of
from tsel_kernels.checks import check_blocks, check_groups
from tsel_kernels.triton_device import INTERPRET, LOG2_E, ceil_div, device_limits, next_power
from tsel_kernels.votes.triton_voters import load_columns

ROWS, KEYS = 64, 64
"""Voter rows and keys a program multiplies at a time: both forms of each lie in shared memory."""


@triton.jit
def _voters(
    levels, steps, pos_ptr, lse_ptr, kv, packed, first_block, num_blocks, reach,
    HEADS: tl.constexpr, G: tl.constexpr, R: tl.constexpr, NB: tl.constexpr, D: tl.constexpr, DP: tl.constexpr, INTERP: tl.constexpr,
):  # fmt: skip
    """Near and far form [DP, n] of packed voter rows, the first row near each, and their normalisers in octaves."""
    ok = (packed < NB * R * G) & (first_block + packed // (R * G) < num_blocks)
    voter = tl.where(ok, first_block * R + packed // G, 0)
    head, cols = kv * G + packed % G, tl.arange(0, DP)
    lse = tl.load(lse_ptr + voter * HEADS + head, mask=ok, other=float("inf")) * 1.4426950408889634
    begin = tl.load(pos_ptr + voter, mask=ok, other=2147483647).to(tl.int32) - reach + 1
    near = load_columns(levels.near_query, voter * steps.near_query + head * steps.near_head, 1, cols, ok, D, DP, INTERP)
    far = load_columns(levels.far_query, voter * steps.far_query + head * steps.far_head, 1, cols, ok, D, DP, INTERP)
    return near, far, begin, lse


@triton.jit
def _product(base, rows, stride, ok, q, D: tl.constexpr, DP: tl.constexpr, INTERP: tl.constexpr):
    """Unscaled logits [n, voters] of key rows."""
    cols = tl.arange(0, DP)
    k = tl.load(base + rows[:, None].to(tl.int64) * stride + cols[None, :], mask=ok[:, None] & (cols[None, :] < D), other=0.0)
    if INTERP:
        k = k.to(tl.float32)
    return tl.dot(k, q, input_precision="tf32x3")


@triton.jit
def _shares(logits, lse, scale, INTERP: tl.constexpr):
    """Probabilities x 4096: fp16 keeps small ones."""
    p = tl.exp2(logits * scale - lse[None, :] + 12.0)
    if not INTERP:
        p = tl.minimum(p.to(tl.float16), tl.full([1], 60000.0, tl.float16)[:, None])
    return p


@triton.jit(do_not_specialize=["num_blocks", "first", "reach", "start"])
def bilevel_vote_kernel(
    levels, pos_ptr, lse_ptr, end_ptr, votes_ptr, num_blocks, num_rows, first, reach, start, scale, steps,
    HEADS: tl.constexpr, G: tl.constexpr, R: tl.constexpr, KV_EACH: tl.constexpr, D: tl.constexpr, DP: tl.constexpr,
    NB: tl.constexpr, NBP: tl.constexpr, SUBS: tl.constexpr, BM: tl.constexpr, BN: tl.constexpr, STEPS: tl.constexpr,
    STAGES: tl.constexpr, INTERP: tl.constexpr,
):  # fmt: skip
    """Votes of NB blocks and one group over STEPS tiles of BN rows."""
    first_block, group = tl.program_id(0) * NB, tl.program_id(2)
    row, b = tl.arange(0, BM), tl.arange(0, NBP)
    block_ok = (b < NB) & (first_block + b < num_blocks)
    ends = tl.minimum(tl.load(end_ptr + first_block + b, mask=block_ok, other=0).to(tl.int32), num_rows)
    limit = tl.max(ends, 0)
    in_block = tl.full([BM], 0, tl.int32) if NB == 1 else row // (R * G)
    member = tl.where(in_block[:, None] == b[None, :], 1.0, 0.0)
    if not INTERP:
        member = member.to(tl.float16)
    base = tl.program_id(1) * (BN * STEPS)
    stop = tl.minimum(base + BN * STEPS, num_rows)
    busy = tl.maximum(base, tl.minimum(stop, limit))
    at = ((first_block + b).to(tl.int64) * (HEADS // (G * KV_EACH)) + group) * num_rows
    once: tl.constexpr = SUBS * KV_EACH == 1
    open_end = base
    if once:
        near, far, begin, lse = _voters(levels, steps, pos_ptr, lse_ptr, group, row, first_block, num_blocks, reach, HEADS, G, R, NB, D, DP, INTERP)
        open_end = base + tl.maximum(tl.minimum(busy, tl.min(begin, 0)) - base, 0) // BN * BN
        keys = levels.far_keys + group.to(tl.int64) * steps.far_kv
        for lo in tl.range(base, open_end, BN, num_stages=STAGES):
            n = lo + tl.arange(0, BN)
            n_ok = (n < limit) & (n >= start)
            found = tl.dot(_shares(_product(keys, n, steps.far_row, n_ok, far, D, DP, INTERP), lse, scale, INTERP), member)
            found = tl.where(n_ok[:, None] & (n[:, None] < ends[None, :]), found * (1.0 / 4096), 0.0)
            tl.store(votes_ptr + at[None, :] + n[:, None], found, mask=block_ok[None, :])
    for lo in tl.range(open_end, busy, BN, num_stages=2 if once else 1):
        n = lo + tl.arange(0, BN)
        n_ok = (n < limit) & (n >= start)
        found = tl.zeros([BN, NBP], tl.float32)
        for part in tl.range(KV_EACH * SUBS, num_stages=1):
            kv = group * KV_EACH + part // SUBS
            if not once:
                near, far, begin, lse = _voters(levels, steps, pos_ptr, lse_ptr, kv, (part % SUBS) * BM + row, first_block, num_blocks, reach, HEADS, G, R, NB, D, DP, INTERP)
            away = _product(levels.far_keys + kv.to(tl.int64) * steps.far_kv, n, steps.far_row, n_ok, far, D, DP, INTERP)
            close = _product(levels.near_keys + kv.to(tl.int64) * steps.near_kv, n - first, steps.near_row, n_ok & (n >= first), near, D, DP, INTERP)
            logits = tl.where(n[:, None] < begin[None, :], away, close)
            found = tl.dot(_shares(logits, lse, scale, INTERP), member, found)
        found = tl.where(n_ok[:, None] & (n[:, None] < ends[None, :]), found * (1.0 / 4096), 0.0)
        tl.store(votes_ptr + at[None, :] + n[:, None], found, mask=block_ok[None, :] & (n < num_rows)[:, None])
    for lo in range(open_end + tl.cdiv(busy - open_end, BN) * BN, stop, BN):
        n = lo + tl.arange(0, BN)
        tl.store(votes_ptr + at[None, :] + n[:, None], tl.zeros([BN, NBP], tl.float32), mask=block_ok[None, :] & (n < num_rows)[:, None])


def bilevel_votes(
    query: Pair,
    positions: Tensor,
    keys: LeveledKeys,
    values: Tensor,
    candidate_start: int,
    candidate_end: Tensor,
    *,
    groups: int,
    scaling: float,
) -> tuple[Tensor, Tensor, Tensor]:
    """Triton form of `reference.bilevel_votes`: the attention, then the votes by its log-sum-exp."""
    num, heads, dim = query[0].shape
    kv_heads, rows = keys.far.shape[:2]
    blocks = candidate_end.shape[0]
    check_blocks(num, blocks)
    check_groups(groups, kv_heads)
    out, lse = bilevel_attention(query, positions, keys, values, scaling=scaling)
    group, voters = heads // kv_heads, num // blocks
    per_block, wide = voters * group, query[0].element_size() > 2 or dim > 128
    most, tile_keys = (16, 32) if wide else (ROWS, KEYS)
    tile_rows = min(most, max(16, next_power(per_block * blocks)))
    each = min(max(1, tile_rows // per_block), blocks)
    each = max(1, next_power(each) if next_power(each) * per_block <= tile_rows else next_power(each) // 2)
    votes = torch.empty((blocks, groups, rows), dtype=torch.float32, device=values.device)
    programs = ceil_div(blocks, each) * groups * ceil_div(rows, tile_keys)
    steps = max(4, min(32, next_power(programs // (16 * device_limits(values.device).num_sms) + 1)))
    levels, strides = levels_of(query, keys)
    bilevel_vote_kernel[(ceil_div(blocks, each), ceil_div(rows, tile_keys * steps), groups)](
        levels, positions.contiguous(), lse, candidate_end.contiguous(), votes, blocks, rows, keys.first, keys.reach,
        candidate_start, scaling * LOG2_E, strides,
        HEADS=heads, G=group, R=voters, KV_EACH=kv_heads // groups, D=dim, DP=max(16, next_power(dim)),
        NB=each, NBP=max(16, each), SUBS=ceil_div(per_block, tile_rows) if each == 1 else 1,
        BM=tile_rows, BN=tile_keys, STEPS=steps, STAGES=1 if wide else 3, INTERP=INTERPRET, num_warps=4,
    )  # fmt: skip
    return out, lse, votes


@triton.jit(do_not_specialize=["first", "reach"])
def bilevel_list_kernel(
    levels, pos_ptr, lse_ptr, idx_ptr, window_ptr, out_ptr, first, reach, num_sink, scale, idx_sm, idx_sg, steps,
    HEADS: tl.constexpr, G: tl.constexpr, GP: tl.constexpr, K: tl.constexpr, D: tl.constexpr, DP: tl.constexpr,
    BN: tl.constexpr, INTERP: tl.constexpr,
):  # fmt: skip
    """One query and KV head: what the rows of its list hold."""
    asker, kv = tl.program_id(0), tl.program_id(1)
    g, cols = tl.arange(0, GP), tl.arange(0, DP)
    live, head = g < G, kv * G + tl.minimum(g, G - 1)
    position, window = tl.load(pos_ptr + asker).to(tl.int32), tl.load(window_ptr + asker).to(tl.int32)
    lse = tl.load(lse_ptr + asker * HEADS + head, mask=live, other=float("inf")) * 1.4426950408889634
    near = load_columns(levels.near_query, asker * steps.near_query + head * steps.near_head, 1, cols, live, D, DP, INTERP)
    far = load_columns(levels.far_query, asker * steps.far_query + head * steps.far_head, 1, cols, live, D, DP, INTERP)
    indices = idx_ptr + asker.to(tl.int64) * idx_sm + kv * idx_sg
    close = levels.near_keys + kv.to(tl.int64) * steps.near_kv
    away = levels.far_keys + kv.to(tl.int64) * steps.far_kv
    held = tl.zeros([GP], tl.float32)
    for lo in tl.range(0, num_sink + K + position + 1 - window, BN):
        j = lo + tl.arange(0, BN)
        picked = tl.load(indices + j - num_sink, mask=(j >= num_sink) & (j < num_sink + K), other=-1)
        n = tl.where(j < num_sink, tl.where(j < window, j, -1), tl.where(j < num_sink + K, picked, window + j - num_sink - K))
        ok = (n >= 0) & (n <= position)
        is_far = n < position - reach + 1
        s = tl.where(
            is_far[:, None],
            _product(away, n, steps.far_row, ok & is_far, far, D, DP, INTERP),
            _product(close, n - first, steps.near_row, ok & (is_far == 0), near, D, DP, INTERP),
        )
        held += tl.sum(tl.where(ok[:, None], tl.exp2(s * scale - lse[None, :]), 0.0), 0)
    tl.store(out_ptr + asker * HEADS + head, held, mask=live)


def bilevel_held(
    query: Pair,
    positions: Tensor,
    lse: Tensor,
    keys: LeveledKeys,
    indices: Tensor,
    window_start: Tensor,
    *,
    num_sink: int,
    scaling: float,
) -> Tensor:
    """Triton form of `reference.bilevel_held`."""
    check_levels(query, keys)
    num, heads, dim = query[0].shape
    kv_heads = keys.far.shape[0]
    check_groups(indices.shape[1], kv_heads)
    group, indices = heads // kv_heads, indices.contiguous()
    out = torch.empty((num, heads), dtype=torch.float32, device=lse.device)
    levels, steps = levels_of(query, keys)
    bilevel_list_kernel[(num, kv_heads)](
        levels, positions.contiguous(), lse.contiguous(), indices, window_start.contiguous(), out, keys.first, keys.reach,
        num_sink, scaling * LOG2_E, indices.stride(0), indices.stride(1) if indices.shape[1] > 1 else 0, steps,
        HEADS=heads, G=group, GP=max(16, next_power(group)), K=indices.shape[2], D=dim, DP=max(16, next_power(dim)),
        BN=32, INTERP=INTERPRET, num_warps=4,
    )  # fmt: skip
    return out
