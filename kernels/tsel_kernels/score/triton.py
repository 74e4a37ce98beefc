"""Score pass of one query per head over the low-bit key index, and the soft votes that follow from it.

`score_kernel` streams the index once. The query becomes two 7-bit integers per dimension (q = s * (128 a + b), error
below max|q| / 32512), so that codes go to the integer matrix units as they are: unpacking a byte into two nibbles is
three instructions per eight codes (none with 8 bits), the sums are exact and the result does not depend on the order.
Logits are kept as 16-bit steps of 1/256 octave (2 bytes a head and token, error 0.14 %) and their exponentials summed
without a running maximum. Both need a reference near the largest logit: every program takes the largest of the same
64 rows spread over the cache, first and last among them. (The channel mean alone is not enough: keys with a large
bias turn away from it with their position, hundreds of nats at 28 000 tokens in layer 0 of Qwen2.5 0.5B.) A logit more
than HIGHEST octaves (69 nats) above it saturates: it still wins the pick, its vote is understated.
`decode_vote_kernel` joins the programs' sums into the log-sum-exp, turns logits into votes, stores them as 14-bit keys
and counts those for the pick (decode/triton_pick.py).
"""

from __future__ import annotations

import triton
import triton.language as tl

from tsel_kernels.top_k.triton_vote_keys import vote_key

LN_2 = tl.constexpr(0.6931471805599453)
LOWEST = tl.constexpr(-126.0)  # octaves from the reference: the exponential stays a normal float,
HIGHEST = tl.constexpr(100.0)  # and 2^27 rows of them add up below its largest


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
def query_terms(q_ptr, head, live, term, first, count, D: tl.constexpr, ROWS: tl.constexpr, step):
    """`count` dimensions of the query from `first` on as int8 [ROWS, 2 HP]: coarse terms, then fine terms."""
    rows = tl.arange(0, ROWS)
    ok = (rows < count)[:, None] & live[None, :]
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
def index_logits_tile(
    base, scales, zeros, n, cols, c_sn, low_q, high_q, weight, step_h, q_sum, reference,
    WIDTH: tl.constexpr, ROWS: tl.constexpr, HP: tl.constexpr, BN: tl.constexpr, BITS: tl.constexpr, ASM: tl.constexpr,
):  # fmt: skip
    """Logits [BN, HP] of rows n in octaves, without the channel mean's share and the reference; codes are WIDTH bytes a row."""
    ptr = base + n[:, None].to(tl.int64) * c_sn + cols[None, :]
    if ROWS == WIDTH:
        codes = tl.load(ptr)
    else:
        codes = tl.load(ptr, mask=(cols < WIDTH)[None, :], other=0)
    scale = tl.load(scales + n).to(tl.float32)
    zero = tl.load(zeros + n).to(tl.float32)
    if BITS == 8:
        raw = tl.dot(codes, low_q, out_dtype=tl.int32)
    else:
        low, high = packed_nibbles(codes, ASM)
        raw = tl.dot(low, low_q, out_dtype=tl.int32)
        raw = tl.dot(high, high_q, raw, out_dtype=tl.int32)
    both = tl.sum(tl.reshape(raw * weight[None, :], [BN, 2, HP]), 1).to(tl.float32)
    return both * (scale[:, None] * step_h[None, :]) + (zero[:, None] * q_sum[None, :] - reference[None, :])


@triton.jit
def score_kernel(
    q_ptr, codes_ptr, scale_ptr, zero_ptr, mean_ptr, pos_ptr, skip_ptr,
    logits_ptr, part_ptr, scaling2, c_sh, c_sn, z_sh, capacity,
    G: tl.constexpr, HP: tl.constexpr, D: tl.constexpr, DP: tl.constexpr, ROWS: tl.constexpr, BITS: tl.constexpr,
    BN: tl.constexpr, STAGES: tl.constexpr, ASM: tl.constexpr,
):  # fmt: skip
    """One program's share of the rows of one KV head: logits and, per head, the sum of their exponentials."""
    if tl.load(skip_ptr) != 0:
        return
    program, programs, kv = tl.program_id(0), tl.num_programs(0), tl.program_id(1)
    length = tl.load(pos_ptr).to(tl.int32) + 1
    c = tl.arange(0, 2 * HP)
    term, h = c // HP, c % HP
    live, head = h < G, kv * G + tl.minimum(h, G - 1)
    step, _s, _m = query_facts(q_ptr, mean_ptr, head, live, kv, D, DP)
    width: tl.constexpr = D * BITS // 8
    low_q = query_terms(q_ptr, head, live, term, 0, width, D, ROWS, step)
    high_q = low_q
    if BITS == 4:
        high_q = query_terms(q_ptr, head, live, term, width, width, D, ROWS, step)
    weight = tl.where(term == 0, 128, 1)
    hh = tl.arange(0, HP)
    live_h, head_h = hh < G, kv * G + tl.minimum(hh, G - 1)
    step_h, q_sum, q_mean = query_facts(q_ptr, mean_ptr, head_h, live_h, kv, D, DP)
    step_h, q_sum, q_mean = step_h * scaling2, q_sum * scaling2, q_mean * scaling2
    chunk = tl.cdiv(tl.cdiv(length, programs), BN) * BN
    lo = program * chunk
    hi = tl.minimum(lo + chunk, length)
    total = tl.zeros([BN, HP], tl.float32)
    cols = tl.arange(0, ROWS)
    base = codes_ptr + kv.to(tl.int64) * c_sh
    scales, zeros = scale_ptr + kv.to(tl.int64) * z_sh, zero_ptr + kv.to(tl.int64) * z_sh
    rows = tl.arange(0, BN)
    spread = (tl.arange(0, 64).to(tl.int64) * (length - 1) // 63).to(tl.int32)
    none = tl.zeros([HP], tl.float32)
    sample = index_logits_tile(
        base, scales, zeros, spread, cols, c_sn, low_q, high_q, weight, step_h, q_sum, none, width, ROWS, HP, 64, BITS, ASM
    )
    reference = tl.max(sample, 0)
    for begin in tl.range(lo, hi, BN, num_stages=STAGES):
        # rows past the length lie inside the pool (it is padded to BN): only their logits are masked
        n = begin + rows
        logits = index_logits_tile(
            base, scales, zeros, n, cols, c_sn, low_q, high_q, weight, step_h, q_sum, reference, width, ROWS, HP, BN, BITS, ASM
        )
        logits = tl.minimum(tl.maximum(logits, LOWEST), HIGHEST)
        total += tl.where((n < hi)[:, None], tl.exp2(logits), 0.0)
        spot = logits_ptr + (kv.to(tl.int64) * capacity + n[:, None]) * HP + hh[None, :]
        tl.store(spot, (logits * 256.0).to(tl.int16))
    # reference and channel mean's share are the same for every row: they join after the sum
    part = part_ptr + (kv * programs + program) * HP + hh
    tl.store(part, tl.sum(total, 0))
    if program == 0:
        tl.store(part_ptr + (tl.num_programs(1) * programs + kv) * HP + hh, reference + q_mean)


@triton.jit
def joined_lse(part_ptr, kv, kv_heads, programs, HP: tl.constexpr, PP: tl.constexpr):
    """Log-sum-exp [HP] in octaves above the reference, and in full."""
    p, hh = tl.arange(0, PP), tl.arange(0, HP)
    sums = tl.load(part_ptr + (kv * programs + p[:, None]) * HP + hh[None, :], mask=(p < programs)[:, None], other=0.0)
    centred = tl.log2(tl.sum(sums, 0))
    return centred, centred + tl.load(part_ptr + (kv_heads * programs + kv) * HP + hh)


@triton.jit
def _logits(logits_ptr, kv, first, capacity, HP: tl.constexpr, VT: tl.constexpr):
    """Stored logits [VT, HP] of rows first .. first + VT - 1 in steps (rows past the length hold anything)."""
    n, hh = first + tl.arange(0, VT), tl.arange(0, HP)
    at = logits_ptr + (kv.to(tl.int64) * capacity + n[:, None]) * HP + hh[None, :]
    return tl.load(at, mask=(n < capacity)[:, None], other=0).to(tl.float32)


@triton.jit
def decode_vote_kernel(
    logits_ptr, part_ptr, lse_ptr, end_ptr, skip_ptr, keys_ptr, counts_ptr, capacity, kv_heads, programs, start, stride_keys,
    KV_EACH: tl.constexpr, G: tl.constexpr, HP: tl.constexpr, PP: tl.constexpr, VT: tl.constexpr,
    SUBTILES: tl.constexpr, BINS: tl.constexpr,
):  # fmt: skip
    """Votes of the candidates from the stored logits as keys [groups, rows], their counts by bin, the log-sum-exp."""
    group = tl.program_id(1)
    begin = tl.program_id(0) * VT * SUBTILES
    # everything is asked for before anything is waited for
    skip, end = tl.load(skip_ptr), tl.load(end_ptr).to(tl.int32)
    once: tl.constexpr = KV_EACH == 1 and SUBTILES == 1
    if once:
        x = _logits(logits_ptr, group, begin, capacity, HP, VT)
    centred, lse = joined_lse(part_ptr, group * KV_EACH, kv_heads, programs, HP, PP)
    if skip != 0:
        return
    hh = tl.arange(0, HP)
    if tl.program_id(0) == 0:
        tl.store(lse_ptr + group * KV_EACH * G + hh, lse * LN_2, mask=hh < G)
        for i in range(1, KV_EACH):
            kv = group * KV_EACH + i
            _centred, lse = joined_lse(part_ptr, kv, kv_heads, programs, HP, PP)
            tl.store(lse_ptr + kv * G + hh, lse * LN_2, mask=hh < G)
    if (begin < end) & (begin + VT * SUBTILES > start):
        found = tl.zeros([BINS], tl.int32)
        for sub in range(SUBTILES):
            first = begin + sub * VT
            votes = tl.zeros([VT], tl.float32)
            for i in range(KV_EACH):
                kv = group * KV_EACH + i
                if KV_EACH > 1:
                    centred, _lse = joined_lse(part_ptr, kv, kv_heads, programs, HP, PP)
                if not once:
                    x = _logits(logits_ptr, kv, first, capacity, HP, VT)
                p = tl.exp2(x * (1.0 / 256) - tl.where(hh < G, centred, float("inf"))[None, :])
                votes += tl.sum(p, 1)
            n = first + tl.arange(0, VT)
            ok = (n >= start) & (n < end)
            keys = vote_key(votes)
            tl.store(keys_ptr + group.to(tl.int64) * stride_keys + n, keys.to(tl.int16), mask=ok)
            found += tl.histogram(keys >> 6, BINS, mask=ok)
        tl.atomic_add(counts_ptr + group * BINS + tl.arange(0, BINS), found, mask=found > 0, sem="relaxed")
