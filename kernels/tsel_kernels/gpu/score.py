"""Score pass of one query per head over the low-bit key index, and the soft votes that follow from it.

`score_kernel` streams the index once. The query becomes two 7-bit integers per dimension (q = s * (128 a + b), error
below max|q| / 32512), so that codes go to the integer matrix units as they are: unpacking a byte into two nibbles is
three instructions per eight codes, the sums are exact and the result does not depend on the order. Logits are kept
as fp16 differences to their tile's maximum (2 bytes a head and token; small where it matters), with a running
max and sum per program; the last program of a KV head joins them into the log-sum-exp.
`decode_vote_kernel` turns them into votes and counts their bits for the top-k (topk.py).
"""

from __future__ import annotations

import triton
import triton.language as tl

from tsel_kernels.gpu.topk import add_counts, finish_histogram, vote_bits

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
def score_kernel(
    q_ptr, codes_ptr, scale_ptr, zero_ptr, mean_ptr, pos_ptr, skip_ptr,
    logits_ptr, tile_max_ptr, part_ptr, ticket_ptr, lse_ptr,
    scaling2, c_sh, c_sn, z_sh, capacity, max_tiles,
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
    top = tl.full([HP], -1e30, tl.float32)
    total = tl.zeros([HP], tl.float32)
    cols = tl.arange(0, HALF)
    base = codes_ptr + kv.to(tl.int64) * c_sh
    for begin in tl.range(lo, hi, BN, num_stages=STAGES):
        n = begin + tl.arange(0, BN)
        ptr = base + n[:, None].to(tl.int64) * c_sn + cols[None, :]
        # rows past the length lie inside the pool (capacity is padded to BN): only their logits are masked
        if HALF == D // 2:
            codes = tl.load(ptr)
        else:
            codes = tl.load(ptr, mask=(cols < D // 2)[None, :], other=0)
        scale = tl.load(scale_ptr + kv.to(tl.int64) * z_sh + n).to(tl.float32)
        zero = tl.load(zero_ptr + kv.to(tl.int64) * z_sh + n).to(tl.float32)
        low, high = packed_nibbles(codes, ASM)
        raw = tl.dot(low, low_q, out_dtype=tl.int32)
        raw = tl.dot(high, high_q, raw, out_dtype=tl.int32)
        both = tl.sum(tl.reshape(raw * weight[None, :], [BN, 2, HP]), 1).to(tl.float32)
        logits = both * (scale[:, None] * step_h[None, :]) + zero[:, None] * q_sum[None, :] + q_mean[None, :]
        logits = tl.where((n < hi)[:, None], logits, float("-inf"))
        here = tl.max(logits, 0)
        new = tl.maximum(top, here)
        total = total * tl.exp2(top - new) + tl.sum(tl.exp2(logits - new[None, :]), 0)
        top = new
        spot = logits_ptr + (kv.to(tl.int64) * capacity + n[:, None]) * HP + hh[None, :]
        tl.store(spot, tl.maximum(logits - here[None, :], -60000.0).to(tl.float16))
        tl.store(tile_max_ptr + (kv * max_tiles + begin // BN) * HP + hh, here)
    part = part_ptr + ((kv * programs + program) * 2) * HP + hh
    tl.store(part, top)
    tl.store(part + HP, total)
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
    logits_ptr, tile_max_ptr, lse_ptr, end_ptr, skip_ptr, votes_ptr, counts_ptr, tickets_ptr, pivot_ptr,
    capacity, max_tiles, start, k,
    KV_EACH: tl.constexpr, G: tl.constexpr, HP: tl.constexpr, BN: tl.constexpr, VT: tl.constexpr,
    BINS: tl.constexpr, INTERP: tl.constexpr,
):  # fmt: skip
    """Votes [groups, capacity] of candidates from the stored logits, and the histogram of their bits."""
    if tl.load(skip_ptr) != 0:
        return
    group = tl.program_id(1)
    end = tl.load(end_ptr).to(tl.int32)
    begin = tl.program_id(0) * VT
    if (begin < end) & (begin + VT > start):
        n = begin + tl.arange(0, VT)
        ok = (n >= start) & (n < end)
        hh = tl.arange(0, HP)
        votes = tl.zeros([VT], tl.float32)
        for i in range(KV_EACH):
            kv = group * KV_EACH + i
            x = tl.load(
                logits_ptr + (kv.to(tl.int64) * capacity + n[:, None]) * HP + hh[None, :], mask=ok[:, None], other=0.0
            ).to(tl.float32)
            lse = tl.load(lse_ptr + kv * G + hh, mask=hh < G, other=float("inf")) * LOG2E
            tiles = begin // BN + tl.arange(0, VT // BN)
            shift = tl.load(
                tile_max_ptr + (kv * max_tiles + tiles[:, None]) * HP + hh[None, :],
                mask=(tiles * BN < end)[:, None], other=-1e30,
            ) - lse[None, :]  # fmt: skip
            p = tl.exp2(tl.reshape(x, [VT // BN, BN, HP]) + shift[:, None, :])
            votes += tl.reshape(tl.sum(p, 2), [VT])
        votes = tl.where(ok, votes, 0.0)
        tl.store(votes_ptr + group.to(tl.int64) * capacity + n, votes, mask=ok)
        add_counts(counts_ptr, group, vote_bits(votes), ok, BINS)
    finish_histogram(counts_ptr, tickets_ptr, pivot_ptr, group, k, tl.num_programs(0), BINS)
