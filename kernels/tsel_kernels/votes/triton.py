"""Soft votes of many voters at once, from the 16-bit keys or the low-bit index.

A program multiplies a tile of keys with up to 128 packed voter rows (voters x heads of one KV head), turns logits
into probabilities with the voters' own log-sum-exp, and sums the rows of each block by a second matrix product
with a 0/1 matrix: each key row is read once for all voters of its group, and no logit leaves the chip.
Source: soft vote of arXiv:2411.02886; the sum after the softmax is ours (reference.py).
"""

from __future__ import annotations

import torch
import triton
import triton.language as tl
from torch import Tensor

from tsel_kernels.checks import check_blocks, check_groups, check_query
from tsel_kernels.key_index import KeyIndex
from tsel_kernels.triton_device import INTERPRET, LOG2_E, DeviceLimits, Tile, ceil_div, device_limits, next_power
from tsel_kernels.votes.triton_voters import key_arguments, load_voters, num_key_rows, tile_logits


@triton.jit
def _voters(
    q_ptr, lse_ptr, mean_ptr, q_strides, kv, packed, first_block, num_blocks,
    HEADS: tl.constexpr, G: tl.constexpr, R: tl.constexpr, NB: tl.constexpr,
    D: tl.constexpr, DP: tl.constexpr, QUANT: tl.constexpr, INTERP: tl.constexpr,
):  # fmt: skip
    """Packed voter rows of one KV head as `load_voters` gives them, and their normalisers in octaves."""
    q_sa, q_sh = q_strides
    ok = (packed < NB * R * G) & (first_block + packed // (R * G) < num_blocks)
    voter = tl.where(ok, first_block * R + packed // G, 0)
    head = kv * G + packed % G
    lse = tl.load(lse_ptr + voter * HEADS + head, mask=ok, other=float("inf")) * 1.4426950408889634 - 12.0
    return load_voters(q_ptr, mean_ptr, kv, voter * q_sa + head * q_sh, ok, D, DP, QUANT, INTERP), lse


@triton.jit
def _probabilities(logits, lse, scale, INTERP: tl.constexpr):
    """exp(logit - lse) x 4096 (the 12 in lse): fp16 keeps small probabilities."""
    p = tl.exp2(logits * scale - lse[None, :])
    if not INTERP:
        p = tl.minimum(p.to(tl.float16), tl.full([1], 60000.0, tl.float16)[:, None])
    return p


@triton.jit
def _membership(row, b, R: tl.constexpr, G: tl.constexpr, NB: tl.constexpr, NBP: tl.constexpr, BM: tl.constexpr, INTERP: tl.constexpr):
    """0/1 matrix [BM, NBP]: which block a packed row belongs to."""
    per_block: tl.constexpr = R * G
    if NB == 1:
        member = tl.full([BM, NBP], 0.0, tl.float32) + tl.where(b == 0, 1.0, 0.0)[None, :]
    else:
        member = tl.where(row[:, None] // per_block == b[None, :], 1.0, 0.0)
    if not INTERP:
        member = member.to(tl.float16)
    return member


@triton.jit
def _vote_kernel(
    q_ptr, lse_ptr, keys, end_ptr, votes_ptr, q_strides, key_strides, num_blocks, num_rows, start, scale,
    HEADS: tl.constexpr, G: tl.constexpr, R: tl.constexpr, KV_EACH: tl.constexpr,
    D: tl.constexpr, DP: tl.constexpr, NB: tl.constexpr, NBP: tl.constexpr, SUBS: tl.constexpr,
    BM: tl.constexpr, BN: tl.constexpr, STEPS: tl.constexpr, STAGES: tl.constexpr,
    QUANT: tl.constexpr, INTERP: tl.constexpr,
):  # fmt: skip
    """Votes of NB blocks and one group over STEPS tiles of BN rows."""
    first_block, group = tl.program_id(0) * NB, tl.program_id(2)
    row, b = tl.arange(0, BM), tl.arange(0, NBP)
    block_ok = (b < NB) & (first_block + b < num_blocks)
    ends = tl.minimum(tl.load(end_ptr + first_block + b, mask=block_ok, other=0).to(tl.int32), num_rows)
    limit = tl.max(ends, 0)
    member = _membership(row, b, R, G, NB, NBP, BM, INTERP)
    base = tl.program_id(1) * (BN * STEPS)
    stop = tl.minimum(base + BN * STEPS, num_rows)
    busy_end = tl.maximum(base, tl.minimum(stop, limit))
    at = ((first_block + b).to(tl.int64) * (HEADS // (G * KV_EACH)) + group) * num_rows
    if SUBS * KV_EACH == 1:
        voters, lse = _voters(q_ptr, lse_ptr, keys.mean, q_strides, group, row, first_block, num_blocks, HEADS, G, R, NB, D, DP, QUANT, INTERP)
    for begin in tl.range(base, busy_end, BN, num_stages=STAGES):
        n = begin + tl.arange(0, BN)
        n_ok = (n < limit) & (n >= start)
        if SUBS * KV_EACH == 1:
            logits = tile_logits(keys, key_strides, group, n, n_ok, voters, D, DP, QUANT, INTERP)
            acc = tl.dot(_probabilities(logits, lse, scale, INTERP), member)
        else:
            acc = tl.zeros([BN, NBP], tl.float32)
            for part in range(KV_EACH * SUBS):
                kv, packed = group * KV_EACH + part // SUBS, (part % SUBS) * BM + row
                own, own_lse = _voters(q_ptr, lse_ptr, keys.mean, q_strides, kv, packed, first_block, num_blocks, HEADS, G, R, NB, D, DP, QUANT, INTERP)
                logits = tile_logits(keys, key_strides, kv, n, n_ok, own, D, DP, QUANT, INTERP)
                acc = tl.dot(_probabilities(logits, own_lse, scale, INTERP), member, acc)
        out = tl.where(n_ok[:, None] & (n[:, None] < ends[None, :]), acc * (1.0 / 4096), 0.0)
        ptr = votes_ptr + at[None, :] + n[:, None]
        tl.store(ptr, out.to(votes_ptr.dtype.element_ty), mask=block_ok[None, :] & (n < num_rows)[:, None])
    for begin in range(base + tl.cdiv(busy_end - base, BN) * BN, stop, BN):
        n = begin + tl.arange(0, BN)
        zero = tl.zeros([BN, NBP], votes_ptr.dtype.element_ty)
        tl.store(votes_ptr + at[None, :] + n[:, None], zero, mask=block_ok[None, :] & (n < num_rows)[:, None])


def vote_tile(limits: DeviceLimits, num_rows: int, dim_pad: int, element_size: int) -> Tile:
    """Voter rows, keys a step, warps and stages.

    128 x 64, 4 warps, 4 stages: 3.11 ms for 128 voters over 1M rows on an H100 (28/4/128 heads), against 3.66 for
    128 x 128 with 8 warps: two small programs on a multiprocessor overlap one's exponentials with the other's product.
    """
    element_size *= element_size // 2  # as in attention_tile
    rows = min(128 if dim_pad <= 128 else 64, max(16, next_power(num_rows)))
    if element_size > 2:
        rows = min(rows, 16 if dim_pad > 128 else 32)
    for keys, stages in ((64, 4), (64, 3), (64, 2), (32, 2)):
        budget = limits.shared_bytes // 2 if stages > 2 else limits.shared_bytes - 8192
        if (rows + stages * keys) * dim_pad * element_size <= budget:
            return Tile(rows, keys, 4, stages)
    return Tile(min(rows, 16), 16, 4, 1)


def soft_votes(
    query: Tensor,
    lse: Tensor,
    keys: Tensor | KeyIndex,
    candidate_start: int,
    candidate_end: Tensor,
    *,
    groups: int,
    scaling: float,
    out: Tensor | None = None,
    tile: Tile | None = None,
) -> Tensor:
    """Triton form of `reference.soft_votes`.

    `out` [B, groups, N] may be float32, float16 or bfloat16: half the bytes where the top-k follows at once.
    """
    check_query(query, keys)
    kv_heads = keys.num_kv_heads if isinstance(keys, KeyIndex) else keys.shape[0]
    check_groups(groups, kv_heads)
    num, heads, dim = query.shape
    blocks, rows = candidate_end.shape[0], num_key_rows(keys)
    check_blocks(num, blocks)
    group, voters = heads // kv_heads, num // blocks
    per_block = voters * group
    pointers, strides, quant = key_arguments(keys)
    dim_pad = max(32 if quant else 16, next_power(dim))
    tile = tile or vote_tile(device_limits(query.device), per_block * blocks, dim_pad, query.element_size())
    if groups != kv_heads or per_block > tile.rows:
        tile = Tile(tile.rows, tile.keys, 4, 1)  # voters change inside the loop over keys: no room to prefetch keys
    tile_rows, tile_keys = tile.rows, tile.keys
    each = min(max(1, tile_rows // per_block), blocks)
    each = next_power(each) if next_power(each) * per_block <= tile_rows else next_power(each) // 2
    each = max(1, each)
    votes = out if out is not None else torch.empty((blocks, groups, rows), dtype=torch.float32, device=query.device)
    programs = ceil_div(blocks, each) * groups * ceil_div(rows, tile_keys)
    steps = max(4, min(32, next_power(programs // (16 * device_limits(query.device).num_sms) + 1)))
    grid = (ceil_div(blocks, each), ceil_div(rows, tile_keys * steps), groups)
    _vote_kernel[grid](
        query, lse.contiguous(), pointers, candidate_end.contiguous(), votes, (query.stride(0), query.stride(1)), strides,
        blocks, rows, candidate_start, scaling * LOG2_E,
        HEADS=heads, G=group, R=voters, KV_EACH=kv_heads // groups, D=dim, DP=dim_pad,
        NB=each, NBP=max(16, each), SUBS=ceil_div(per_block, tile_rows) if each == 1 else 1,
        BM=tile_rows, BN=tile_keys, STEPS=steps, STAGES=tile.stages, QUANT=quant, INTERP=INTERPRET,
        num_warps=tile.warps,
    )  # fmt: skip
    return votes
