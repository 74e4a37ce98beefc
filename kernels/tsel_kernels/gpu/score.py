"""Score pass of one query per head over the low-bit key index, and the soft votes that follow from it.

`score_kernel` streams the index once. The query becomes two 7-bit integers per dimension (q = s * (128 a + b), error
below max|q| / 32512), so that codes go to the integer matrix units as they are: unpacking a byte into two nibbles is
three instructions per eight codes, the sums are exact and the result does not depend on the order. Logits are kept
as 16-bit steps of 1/256 octave around the maximum of the program's first tile (2 bytes a head and token, range
2^-128 .. 2^128, error 0.14 %), with a running max and sum per lane, so that the loop has no reduction; the last
program of a KV head joins them into the log-sum-exp.
`decode_vote_kernel` turns them into votes and counts their bits for the top-k (topk.py).
"""

from __future__ import annotations

import triton
import triton.language as tl

from tsel_kernels.gpu.topk import add_counts, coarse_bin, finish_histogram, vote_bits

LN_2 = tl.constexpr(0.6931471805599453)
LOG2E = tl.constexpr(1.4426950408889634)


@triton.jit
def packed_nibbles(codes, ASM: tl.constexpr):
    """Low and high nibbles of bytes as int8; with ASM four bytes at a time."""
    if ASM:
        low = tl.inline_asm_elementwise("and.b32 $0, $1, 0x0F0F0F0F;", "=r,r", [codes], dtype=tl.int8, is_pure=True, pack=4)
        high = tl.inline_asm_elementwise(
            "{ .reg .b32 t; shr.u32 t, $1, 4; and.b32 $0, t, 0x0F0F0F0F; }", "=r,r", [codes],
            dtype=tl.int8, is_pure=True, pack=4,
        )  # fmt: skip
    else:
        low, high = (codes & 15).to(tl.int8), (codes >> 4).to(tl.int8)
    return low, high


@triton.jit
def query_terms(q_ptr, mean_ptr, head, live, term, first, D: tl.constexpr, HALF: tl.constexpr, step):
    """One half of the query as int8 [HALF, 2 HP]: coarse term in the first HP columns, fine term in the others."""
    rows = tl.arange(0, HALF)
    ok = (rows < D // 2)[:, None] & live[None, :]
    x = tl.load(q_ptr + head[None, :] * D + first + rows[:, None], mask=ok, other=0.0).to(tl.float32)
    whole = ((x / step[None, :] + 12582912.0) - 12582912.0).to(tl.int32)
    coarse = (whole + 64) >> 7
    return tl.where(term[None, :] == 0, coarse, whole - coarse * 128).to(tl.int8)


@triton.jit
def query_facts(q_ptr, mean_ptr, head, live, kv, D: tl.constexpr, DP: tl.constexpr):
    """Per column: quantization step, sum of the query, its product with the channel mean."""
    cols = tl.arange(0, DP)
    ok = live[:, None] & (cols < D)[None, :]
    q = tl.load(q_ptr + head[:, None] * D + cols[None, :], mask=ok, other=0.0).to(tl.float32)
    mean = tl.load(mean_ptr + kv * D + cols, mask=cols < D, other=0.0)
    step = tl.maximum(tl.max(tl.abs(q), 1) / 16256.0, 1e-30)
    return step, tl.sum(q, 1), tl.sum(q * mean[None, :], 1)


@triton.jit
def _tile_logits(
    base, scales, zeros, n, cols, c_sn, low_q, high_q, weight, step_h, q_sum,
    D: tl.constexpr, HALF: tl.constexpr, HP: tl.constexpr, BN: tl.constexpr, ASM: tl.constexpr,
):  # fmt: skip
    """Logits [BN, HP] in octaves of one tile, without the share of the channel mean."""
    ptr = base + n[:, None].to(tl.int64) * c_sn + cols[None, :]
    if HALF == D // 2:
        codes = tl.load(ptr)
    else:
        codes = tl.load(ptr, mask=(cols < D // 2)[None, :], other=0)
    scale = tl.load(scales + n).to(tl.float32)
    zero = tl.load(zeros + n).to(tl.float32)
    low, high = packed_nibbles(codes, ASM)
    raw = tl.dot(low, low_q, out_dtype=tl.int32)
    raw = tl.dot(high, high_q, raw, out_dtype=tl.int32)
    both = tl.sum(tl.reshape(raw * weight[None, :], [BN, 2, HP]), 1).to(tl.float32)
    return both * (scale[:, None] * step_h[None, :]) + zero[:, None] * q_sum[None, :]


@triton.jit
def score_kernel(
    q_ptr, codes_ptr, scale_ptr, zero_ptr, mean_ptr, pos_ptr, skip_ptr,
    logits_ptr, anchor_ptr, part_ptr, ticket_ptr, lse_ptr,
    scaling2, c_sh, c_sn, z_sh, capacity,
    G: tl.constexpr, HP: tl.constexpr, D: tl.constexpr, DP: tl.constexpr, HALF: tl.constexpr,
    BN: tl.constexpr, PP: tl.constexpr, STAGES: tl.constexpr, ASM: tl.constexpr,
):  # fmt: skip
    if tl.load(skip_ptr) != 0:
        return
    program, programs, kv = tl.program_id(0), tl.num_programs(0), tl.program_id(1)
    length = tl.load(pos_ptr).to(tl.int32) + 1
    c = tl.arange(0, 2 * HP)
    term, h = c // HP, c % HP
    live, head = h < G, kv * G + tl.minimum(h, G - 1)
    step, _s, _m = query_facts(q_ptr, mean_ptr, head, live, kv, D, DP)
    low_q = query_terms(q_ptr, mean_ptr, head, live, term, 0, D, HALF, step)
    high_q = query_terms(q_ptr, mean_ptr, head, live, term, D // 2, D, HALF, step)
    weight = tl.where(term == 0, 128, 1)
    hh = tl.arange(0, HP)
    live_h, head_h = hh < G, kv * G + tl.minimum(hh, G - 1)
    step_h, q_sum, q_mean = query_facts(q_ptr, mean_ptr, head_h, live_h, kv, D, DP)
    step_h, q_sum, q_mean = step_h * scaling2, q_sum * scaling2, q_mean * scaling2
    chunk = tl.cdiv(tl.cdiv(length, programs), BN) * BN
    lo = program * chunk
    hi = tl.minimum(lo + chunk, length)
    top = tl.full([BN, HP], -1e30, tl.float32)
    total = tl.zeros([BN, HP], tl.float32)
    anchor = tl.zeros([HP], tl.float32)
    cols = tl.arange(0, HALF)
    base = codes_ptr + kv.to(tl.int64) * c_sh
    scales, zeros = scale_ptr + kv.to(tl.int64) * z_sh, zero_ptr + kv.to(tl.int64) * z_sh
    rows = tl.arange(0, BN)
    if lo < hi:
        anchor = tl.max(
            _tile_logits(
                base, scales, zeros, tl.minimum(lo + rows, hi - 1), cols, c_sn, low_q, high_q, weight, step_h, q_sum,
                D, HALF, HP, BN, ASM,
            ), 0,
        )  # fmt: skip
    for begin in tl.range(lo, hi, BN, num_stages=STAGES):
        # rows past the length lie inside the pool (it is padded to BN): only their logits are masked
        n = begin + rows
        logits = _tile_logits(
            base, scales, zeros, n, cols, c_sn, low_q, high_q, weight, step_h, q_sum, D, HALF, HP, BN, ASM
        )
        logits = tl.where((n < hi)[:, None], logits - anchor[None, :], -1e30)
        new = tl.maximum(top, logits)
        total = total * tl.exp2(top - new) + tl.exp2(logits - new)
        top = new
        spot = logits_ptr + (kv.to(tl.int64) * capacity + n[:, None]) * HP + hh[None, :]
        tl.store(spot, tl.minimum(tl.maximum(logits * 256.0, -32767.0), 32767.0).to(tl.int16))
    best = tl.max(top, 0)
    total_h = tl.sum(tl.where(top > -1e29, total * tl.exp2(top - best[None, :]), 0.0), 0)
    tl.store(anchor_ptr + (kv * programs + program) * HP + hh, anchor + q_mean)
    part = part_ptr + ((kv * programs + program) * 2) * HP + hh
    tl.store(part, tl.where(lo < hi, best + anchor + q_mean, -1e30))
    tl.store(part + HP, tl.where(lo < hi, total_h, 0.0))
    tl.debug_barrier()
    if tl.atomic_add(ticket_ptr + kv, 1, sem="acq_rel") == programs - 1:
        p = tl.arange(0, PP)
        at = part_ptr + (kv * programs + p[:, None]) * 2 * HP + hh[None, :]
        fine = (p < programs)[:, None] & live_h[None, :]
        tops = tl.load(at, mask=fine, other=-1e30, cache_modifier=".cg")
        totals = tl.load(at + HP, mask=fine, other=0.0, cache_modifier=".cg")
        best = tl.max(tops, 0)
        lse = best + tl.log2(tl.sum(totals * tl.exp2(tops - best[None, :]), 0))
        tl.store(lse_ptr + head_h, lse * LN_2, mask=live_h)
        tl.store(ticket_ptr + kv, 0)


@triton.jit
def decode_vote_kernel(
    logits_ptr, anchor_ptr, lse_ptr, pos_ptr, end_ptr, skip_ptr, votes_ptr, counts_ptr, tickets_ptr, bounds_ptr,
    capacity, programs, start, k, room, stride_votes,
    KV_EACH: tl.constexpr, G: tl.constexpr, HP: tl.constexpr, BN: tl.constexpr, VT: tl.constexpr, BINS: tl.constexpr,
):  # fmt: skip
    """Votes [groups, rows] of the candidates from the stored logits, and the histogram of their bits."""
    if tl.load(skip_ptr) != 0:
        return
    group = tl.program_id(1)
    length = tl.load(pos_ptr).to(tl.int32) + 1
    end = tl.load(end_ptr).to(tl.int32)
    begin = tl.program_id(0) * VT
    if (begin < end) & (begin + VT > start):
        chunk = tl.cdiv(tl.cdiv(length, programs), BN) * BN
        n = begin + tl.arange(0, VT)
        ok = (n >= start) & (n < end)
        hh = tl.arange(0, HP)
        tiles = begin + BN * tl.arange(0, VT // BN)
        votes = tl.zeros([VT], tl.float32)
        for i in range(KV_EACH):
            kv = group * KV_EACH + i
            x = tl.load(
                logits_ptr + (kv.to(tl.int64) * capacity + n[:, None]) * HP + hh[None, :], mask=ok[:, None], other=0
            ).to(tl.float32)
            lse = tl.load(lse_ptr + kv * G + hh, mask=hh < G, other=float("inf")) * LOG2E
            owner = tl.minimum(tiles // chunk, programs - 1)
            anchor = tl.load(anchor_ptr + (kv * programs + owner[:, None]) * HP + hh[None, :])
            p = tl.exp2(tl.reshape(x, [VT // BN, BN, HP]) * (1.0 / 256) + (anchor - lse[None, :])[:, None, :])
            votes += tl.reshape(tl.sum(p, 2), [VT])
        votes = tl.where(ok, votes, 0.0)
        tl.store(votes_ptr + group.to(tl.int64) * stride_votes + n, votes, mask=ok)
        add_counts(counts_ptr, group, coarse_bin(vote_bits(votes), BINS), ok, BINS)
    finish_histogram(counts_ptr, tickets_ptr, bounds_ptr, group, k, 1, room, tl.num_programs(0), BINS)
