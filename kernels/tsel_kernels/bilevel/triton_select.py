"""A decode step's selection by bi-level attention: the score pass of score/triton.py over two indices, five launches.

Rows before the last `reach` are scored from the index of far rows with the far query, the others from the index of near rows
with the near query. What follows is the same: log-sum-exp, votes, pick. A last kernel adds up what the pick holds, from the
stored logits: rows are attended to at compact positions, so that attention's own log-sum-exp does not tell.
"""

from __future__ import annotations

import triton
import triton.language as tl
from torch import Tensor

from tsel_kernels.bilevel.levels import HELD_PARTS, LeveledIndex
from tsel_kernels.bilevel.triton_turn import index_arguments
from tsel_kernels.checks import check_step
from tsel_kernels.decode import triton_workspace
from tsel_kernels.decode.state import DecodeShape, DecodeState
from tsel_kernels.decode.triton import SCORE_WARPS, VOTE_TILE, VOTE_WARPS
from tsel_kernels.decode.triton_pick import BINS, launch_pick
from tsel_kernels.decode.triton_workspace import as_workspace, score_block, score_heads
from tsel_kernels.score.triton import (
    HIGHEST,
    LOWEST,
    decode_vote_kernel,
    index_logits_tile,
    joined_lse,
    query_facts,
    query_terms,
)
from tsel_kernels.triton_device import INTERPRET, LOG2_E, ceil_div, device_limits, next_power


@triton.jit
def _query(q_ptr, mean_ptr, kv, scaling2, G: tl.constexpr, HP: tl.constexpr, D: tl.constexpr, DP: tl.constexpr, ROWS: tl.constexpr, BITS: tl.constexpr):
    """One form of the query as score_kernel takes it: int8 terms, step, sum, and its product with the channel mean."""
    c = tl.arange(0, 2 * HP)
    term, h = c // HP, c % HP
    live, head = h < G, kv * G + tl.minimum(h, G - 1)
    step, _s, _m = query_facts(q_ptr, mean_ptr, head, live, kv, D, DP)
    width: tl.constexpr = D * BITS // 8
    low_q = query_terms(q_ptr, head, live, term, 0, width, D, ROWS, step)
    high_q = low_q
    if BITS == 4:
        high_q = query_terms(q_ptr, head, live, term, width, width, D, ROWS, step)
    hh = tl.arange(0, HP)
    live_h, head_h = hh < G, kv * G + tl.minimum(hh, G - 1)
    step_h, q_sum, q_mean = query_facts(q_ptr, mean_ptr, head_h, live_h, kv, D, DP)
    return low_q, high_q, step_h * scaling2, q_sum * scaling2, q_mean * scaling2


@triton.jit
def _tile(
    index, strides, kv, n, query, reference,
    D: tl.constexpr, ROWS: tl.constexpr, HP: tl.constexpr, BN: tl.constexpr, BITS: tl.constexpr, ASM: tl.constexpr,
):  # fmt: skip
    """Logits [BN, HP] in octaves above the reference, the channel mean's share included: the two forms differ in theirs."""
    low_q, high_q, step_h, q_sum, q_mean = query
    c_sh, c_sn, z_sh = strides
    width: tl.constexpr = D * BITS // 8
    weight = tl.where(tl.arange(0, 2 * HP) < HP, 128, 1)
    scales, zeros = index.scale + kv.to(tl.int64) * z_sh, index.zero + kv.to(tl.int64) * z_sh
    return index_logits_tile(
        index.codes + kv.to(tl.int64) * c_sh, scales, zeros, n, tl.arange(0, ROWS), c_sn, low_q, high_q, weight, step_h, q_sum,
        reference - q_mean, width, ROWS, HP, BN, BITS, ASM,
    )  # fmt: skip


@triton.jit
def bilevel_score_kernel(
    near_q, far_q, near, far, near_strides, far_strides, pos_ptr, skip_ptr, logits_ptr, part_ptr, scaling2, capacity, reach, ring,
    G: tl.constexpr, HP: tl.constexpr, D: tl.constexpr, DP: tl.constexpr, ROWS: tl.constexpr, BITS: tl.constexpr,
    BN: tl.constexpr, STAGES: tl.constexpr, ASM: tl.constexpr,
):  # fmt: skip
    """One program's share of the rows of one KV head, as score_kernel: logits and the sum of their exponentials."""
    if tl.load(skip_ptr) != 0:
        return
    program, programs, kv = tl.program_id(0), tl.num_programs(0), tl.program_id(1)
    length = tl.load(pos_ptr).to(tl.int32) + 1
    begin = tl.maximum(length - reach, 0)  # of the near rows
    chunk = tl.cdiv(tl.cdiv(length, programs), BN) * BN
    lo = program * chunk
    hi = tl.minimum(lo + chunk, length)
    away = _query(far_q, far.mean, kv, scaling2, G, HP, D, DP, ROWS, BITS)
    close = _query(near_q, near.mean, kv, scaling2, G, HP, D, DP, ROWS, BITS)
    spread = (tl.arange(0, 64).to(tl.int64) * (length - 1) // 63).to(tl.int32)
    none = tl.zeros([HP], tl.float32)
    sample_far = _tile(far, far_strides, kv, spread, away, none, D, ROWS, HP, 64, BITS, ASM)
    sample_near = _tile(near, near_strides, kv, tl.maximum(spread, begin) % ring, close, none, D, ROWS, HP, 64, BITS, ASM)
    reference = tl.max(tl.where((spread < begin)[:, None], sample_far, sample_near), 0)
    total = tl.zeros([BN, HP], tl.float32)
    rows, hh = tl.arange(0, BN), tl.arange(0, HP)
    spot = logits_ptr + kv.to(tl.int64) * capacity * HP + hh[None, :]
    far_hi = tl.minimum(hi, begin)
    for first in tl.range(lo, far_hi, BN, num_stages=STAGES):
        n = first + rows
        logits = _tile(far, far_strides, kv, n, away, reference, D, ROWS, HP, BN, BITS, ASM)
        logits = tl.minimum(tl.maximum(logits, LOWEST), HIGHEST)
        ok = (n < far_hi)[:, None]
        total += tl.where(ok, tl.exp2(logits), 0.0)
        tl.store(spot + n[:, None].to(tl.int64) * HP, (logits * 256.0).to(tl.int16), mask=ok)
    near_lo = tl.maximum(lo, begin)
    for first in tl.range(near_lo, hi, BN, num_stages=STAGES):
        n = first + rows
        logits = _tile(near, near_strides, kv, n % ring, close, reference, D, ROWS, HP, BN, BITS, ASM)
        logits = tl.minimum(tl.maximum(logits, LOWEST), HIGHEST)
        ok = (n < hi)[:, None]
        total += tl.where(ok, tl.exp2(logits), 0.0)
        tl.store(spot + n[:, None].to(tl.int64) * HP, (logits * 256.0).to(tl.int16), mask=ok)
    tl.store(part_ptr + (kv * programs + program) * HP + hh, tl.sum(total, 0))
    if program == 0:
        tl.store(part_ptr + (tl.num_programs(1) * programs + kv) * HP + hh, reference)


@triton.jit
def bilevel_held_kernel(
    logits_ptr, part_ptr, idx_ptr, window_ptr, pos_ptr, skip_ptr, held_ptr, capacity, programs, num_sink, idx_sg,
    G: tl.constexpr, HP: tl.constexpr, PP: tl.constexpr, K: tl.constexpr, BN: tl.constexpr, HEADS: tl.constexpr,
):  # fmt: skip
    """A part of the list of one KV head: what its rows hold, from the stored logits."""
    part, parts, kv = tl.program_id(0), tl.num_programs(0), tl.program_id(1)
    skip, window, length = tl.load(skip_ptr), tl.load(window_ptr).to(tl.int32), tl.load(pos_ptr).to(tl.int32) + 1
    centred, _lse = joined_lse(part_ptr, kv, tl.num_programs(1), programs, HP, PP)
    if skip != 0:
        return
    hh = tl.arange(0, HP)
    entries = num_sink + K + length - window
    chunk = tl.cdiv(entries, parts)
    held = tl.zeros([HP], tl.float32)
    for lo in range(part * chunk, tl.minimum(entries, (part + 1) * chunk), BN):
        j = lo + tl.arange(0, BN)
        mine = j < tl.minimum(entries, (part + 1) * chunk)
        picked = tl.load(idx_ptr + kv * idx_sg + j - num_sink, mask=mine & (j >= num_sink) & (j < num_sink + K), other=-1)
        n = tl.where(j < num_sink, tl.where(j < window, j, -1), tl.where(j < num_sink + K, picked, window + j - num_sink - K))
        ok = mine & (n >= 0)
        at = logits_ptr + (kv.to(tl.int64) * capacity + n[:, None]) * HP + hh[None, :]
        x = tl.load(at, mask=ok[:, None], other=0).to(tl.float32) * (1.0 / 256)
        held += tl.sum(tl.where(ok[:, None], tl.exp2(x - centred[None, :]), 0.0), 0)
    tl.store(held_ptr + part * HEADS + kv * G + hh, held, mask=hh < G)


def bilevel_select_(
    near_query: Tensor,
    far_query: Tensor,
    index: LeveledIndex,
    position: Tensor,
    state: DecodeState,
    shape: DecodeShape,
    workspace: object,
    held: Tensor,
    *,
    scaling: float,
) -> None:
    """Triton form of `reference_step.bilevel_select_`; both indices hold whole tiles of SCORE_TILE rows."""
    check_step(near_query=near_query, far_query=far_query, held=held)
    whole, far, near = triton_workspace.SCORE_TILE, index.far, index.near
    if far.num_rows % whole or far.num_rows < shape.capacity or near.num_rows % whole or near.num_rows < index.reach:
        raise ValueError(
            f"the indices must hold multiples of {whole} rows, {shape.capacity} far and {index.reach} near ones, "
            f"got {far.num_rows} and {near.num_rows}"
        )
    kv, ws = shape.num_kv_heads, as_workspace(workspace)
    group, heads, dim = shape.num_heads // kv, score_heads(shape), shape.head_dim
    width = max(32, next_power(dim * far.bits // 8))
    tile, stages = score_block(device_limits(near_query.device), width)
    programs = ws.part.shape[0] // kv - 1
    (near_rows, near_strides), (far_rows, far_strides) = index_arguments(near), index_arguments(far)
    bilevel_score_kernel[(programs, kv)](
        near_query, far_query, near_rows, far_rows, near_strides, far_strides, position, state.reuse,
        ws.logits, ws.part, scaling * LOG2_E, ws.logits.shape[1], index.reach, near.num_rows,
        G=group, HP=heads, D=dim, DP=max(32, next_power(dim)), ROWS=width, BITS=far.bits, BN=tile, STAGES=stages,
        ASM=not INTERPRET, num_warps=SCORE_WARPS, num_stages=stages,
    )  # fmt: skip
    subtiles = max(1, min(8, next_power(ceil_div(shape.capacity * shape.groups, 1024 * VOTE_TILE)) // 2))
    decode_vote_kernel[(ceil_div(shape.capacity, VOTE_TILE * subtiles), shape.groups)](
        ws.logits, ws.part, state.lse, state.window_start, state.reuse, ws.pick.keys, ws.pick.counts,
        ws.logits.shape[1], kv, programs, shape.num_sink, ws.pick.keys.stride(0),
        KV_EACH=kv // shape.groups, G=group, HP=heads, PP=next_power(programs), VT=VOTE_TILE, SUBTILES=subtiles,
        BINS=BINS, num_warps=VOTE_WARPS,
    )  # fmt: skip
    launch_pick(ws.pick, state.window_start, state.reuse, state.indices, shape.num_sink, shape.k)
    bilevel_held_kernel[(HELD_PARTS, kv)](
        ws.logits, ws.part, state.indices, state.window_start, position, state.reuse, held, ws.logits.shape[1], programs,
        shape.num_sink, state.indices.stride(1) if shape.groups > 1 else 0,
        G=group, HP=heads, PP=next_power(programs), K=shape.k, BN=128, HEADS=shape.num_heads, num_warps=4,
    )  # fmt: skip
