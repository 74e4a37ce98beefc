"""Soft votes of many voters at once, and the candidates' log-sum-exp, from the 16-bit keys or the low-bit index.

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
from tsel_kernels.gpu.device import INTERPRET, LOG2_E, DeviceLimits, Tile, ceil_div, device_limits, next_power
from tsel_kernels.key_index import KeyIndex


@triton.jit
def load_columns(base, rows, stride, cols, ok, D: tl.constexpr, DP: tl.constexpr, INTERP: tl.constexpr):
    """Transposed voter rows [DP, n]; what is outside `ok` or beyond D is zero."""
    x = tl.load(base + rows[None, :] + cols[:, None], mask=ok[None, :] & (cols[:, None] < D), other=0.0)
    if INTERP:
        x = x.to(tl.float32)
    return x


@triton.jit
def nibbles(codes, INTERP: tl.constexpr):
    """Low and high nibble of each byte as numbers of the matrix units' 16-bit type."""
    low, high = (codes & 15), (codes >> 4)
    if INTERP:
        return low.to(tl.float32), high.to(tl.float32)
    return low.to(tl.float16), high.to(tl.float16)


@triton.jit
def tile_logits(
    k_ptr, codes_ptr, scale_ptr, zero_ptr, kv, n, n_ok, q, q_low, q_high, q_sum, q_mean,
    k_sh, k_sn, c_sh, c_sn, z_sh,
    D: tl.constexpr, DP: tl.constexpr, QUANT: tl.constexpr, INTERP: tl.constexpr,
):  # fmt: skip
    """Unscaled logits [n, rows] of a tile of keys against transposed queries (whole, or in two halves)."""
    if QUANT:
        cols = tl.arange(0, DP // 2)
        ptr = codes_ptr + kv.to(tl.int64) * c_sh + n[:, None].to(tl.int64) * c_sn + cols[None, :]
        codes = tl.load(ptr, mask=n_ok[:, None] & (cols[None, :] < D // 2), other=0)
        low, high = nibbles(codes, INTERP)
        raw = tl.dot(low, q_low)
        raw = tl.dot(high, q_high, raw)
        scale = tl.load(scale_ptr + kv.to(tl.int64) * z_sh + n, mask=n_ok, other=0.0).to(tl.float32)
        zero = tl.load(zero_ptr + kv.to(tl.int64) * z_sh + n, mask=n_ok, other=0.0).to(tl.float32)
        logits = raw * scale[:, None] + zero[:, None] * q_sum[None, :] + q_mean[None, :]
    else:
        cols = tl.arange(0, DP)
        ptr = k_ptr + kv.to(tl.int64) * k_sh + n[:, None].to(tl.int64) * k_sn + cols[None, :]
        k = tl.load(ptr, mask=n_ok[:, None] & (cols[None, :] < D), other=0.0)
        if INTERP:
            k = k.to(tl.float32)
        logits = tl.dot(k, q, input_precision="tf32x3")
    return logits


@triton.jit
def load_voters(
    q_ptr, mean_ptr, kv, rows, ok, D: tl.constexpr, DP: tl.constexpr, QUANT: tl.constexpr, INTERP: tl.constexpr
):
    """Voter columns (offsets `rows`): q [DP, n], and for the index its halves in fp16, its sum, its mean logit."""
    if QUANT:
        half = tl.arange(0, DP // 2)
        fine = ok[None, :] & (half[:, None] < D // 2)
        low = tl.load(q_ptr + rows[None, :] + half[:, None], mask=fine, other=0.0).to(tl.float32)
        high = tl.load(q_ptr + rows[None, :] + half[:, None] + D // 2, mask=fine, other=0.0).to(tl.float32)
        mean_low = tl.load(mean_ptr + kv * D + half, mask=half < D // 2, other=0.0)
        mean_high = tl.load(mean_ptr + kv * D + half + D // 2, mask=half < D // 2, other=0.0)
        q_sum = tl.sum(low, 0) + tl.sum(high, 0)
        q_mean = tl.sum(low * mean_low[:, None], 0) + tl.sum(high * mean_high[:, None], 0)
        q_low = low if INTERP else low.to(tl.float16)
        q_high = high if INTERP else high.to(tl.float16)
        q = q_low
    else:
        q = load_columns(q_ptr, rows, 1, tl.arange(0, DP), ok, D, DP, INTERP)
        q_low = q
        q_high = q
        q_sum = tl.zeros([rows.shape[0]], tl.float32)
        q_mean = q_sum
    return q, q_low, q_high, q_sum, q_mean


@triton.jit
def _vote_kernel(
    q_ptr, lse_ptr, k_ptr, codes_ptr, scale_ptr, zero_ptr, mean_ptr, end_ptr, votes_ptr,
    num_blocks, num_rows, start, scale,
    q_sa, q_sh, k_sh, k_sn, c_sh, c_sn, z_sh,
    HEADS: tl.constexpr, G: tl.constexpr, R: tl.constexpr, KV_EACH: tl.constexpr, GROUPS: tl.constexpr,
    D: tl.constexpr, DP: tl.constexpr, NB: tl.constexpr, NBP: tl.constexpr, SUBS: tl.constexpr,
    BM: tl.constexpr, BN: tl.constexpr, STEPS: tl.constexpr, STAGES: tl.constexpr,
    QUANT: tl.constexpr, INTERP: tl.constexpr,
):  # fmt: skip
    first_block, group = tl.program_id(0) * NB, tl.program_id(2)
    per_block: tl.constexpr = R * G
    row = tl.arange(0, BM)
    b = tl.arange(0, NBP)
    block_ok = (b < NB) & (first_block + b < num_blocks)
    ends = tl.minimum(tl.load(end_ptr + first_block + b, mask=block_ok, other=0).to(tl.int32), num_rows)
    limit = tl.max(ends, 0)
    if NB == 1:
        member = tl.full([BM, NBP], 0.0, tl.float32) + tl.where(b == 0, 1.0, 0.0)[None, :]
    else:
        member = tl.where(row[:, None] // per_block == b[None, :], 1.0, 0.0)
    if not INTERP:
        member = member.to(tl.float16)
    base = tl.program_id(1) * (BN * STEPS)
    stop = tl.minimum(base + BN * STEPS, num_rows)
    busy_end = tl.maximum(base, tl.minimum(stop, limit))
    if SUBS * KV_EACH == 1:
        ok = (row < NB * per_block) & (first_block + row // per_block < num_blocks)
        voter = tl.where(ok, first_block * R + row // G, 0)
        head = group * G + row % G
        lse = tl.load(lse_ptr + voter * HEADS + head, mask=ok, other=float("inf")) * 1.4426950408889634
        q, q_low, q_high, q_sum, q_mean = load_voters(
            q_ptr, mean_ptr, group, voter * q_sa + head * q_sh, ok, D, DP, QUANT, INTERP
        )
    for begin in tl.range(base, busy_end, BN, num_stages=STAGES):
        n = begin + tl.arange(0, BN)
        n_ok = (n < limit) & (n >= start)
        if SUBS * KV_EACH == 1:
            logits = tile_logits(
                k_ptr, codes_ptr, scale_ptr, zero_ptr, group, n, n_ok, q, q_low, q_high, q_sum, q_mean,
                k_sh, k_sn, c_sh, c_sn, z_sh, D, DP, QUANT, INTERP,
            )  # fmt: skip
            p = tl.exp2(logits * scale - lse[None, :] + 12.0)  # x 4096: fp16 keeps small probabilities
            if not INTERP:
                p = tl.minimum(p, 60000.0).to(tl.float16)
            acc = tl.dot(p, member)
        else:
            acc = tl.zeros([BN, NBP], tl.float32)
            for part in range(KV_EACH * SUBS):
                kv = group * KV_EACH + part // SUBS
                packed = (part % SUBS) * BM + row
                ok = (packed < NB * per_block) & (first_block + packed // per_block < num_blocks)
                voter = tl.where(ok, first_block * R + packed // G, 0)
                head = kv * G + packed % G
                q, q_low, q_high, q_sum, q_mean = load_voters(
                    q_ptr, mean_ptr, kv, voter * q_sa + head * q_sh, ok, D, DP, QUANT, INTERP
                )
                lse = tl.load(lse_ptr + voter * HEADS + head, mask=ok, other=float("inf")) * 1.4426950408889634
                logits = tile_logits(
                    k_ptr, codes_ptr, scale_ptr, zero_ptr, kv, n, n_ok, q, q_low, q_high, q_sum, q_mean,
                    k_sh, k_sn, c_sh, c_sn, z_sh, D, DP, QUANT, INTERP,
                )  # fmt: skip
                p = tl.exp2(logits * scale - lse[None, :] + 12.0)  # x 4096: fp16 keeps small probabilities
                if not INTERP:
                    p = tl.minimum(p, 60000.0).to(tl.float16)
                acc = tl.dot(p, member, acc)
        out = tl.where(n_ok[:, None] & (n[:, None] < ends[None, :]), acc * (1.0 / 4096), 0.0)
        at = ((first_block + b).to(tl.int64) * GROUPS + group) * num_rows
        ptr = votes_ptr + at[None, :] + n[:, None]
        tl.store(ptr, out.to(votes_ptr.dtype.element_ty), mask=block_ok[None, :] & (n < num_rows)[:, None])
    for begin in range(base + tl.cdiv(busy_end - base, BN) * BN, stop, BN):
        n = begin + tl.arange(0, BN)
        at = ((first_block + b).to(tl.int64) * GROUPS + group) * num_rows
        zero = tl.zeros([BN, NBP], votes_ptr.dtype.element_ty)
        tl.store(votes_ptr + at[None, :] + n[:, None], zero, mask=block_ok[None, :] & (n < num_rows)[:, None])


@triton.jit
def _lse_kernel(
    q_ptr, k_ptr, codes_ptr, scale_ptr, zero_ptr, mean_ptr, end_ptr, part_ptr,
    num_voters, num_rows, start, scale, splits,
    q_sa, q_sh, k_sh, k_sn, c_sh, c_sn, z_sh,
    HEADS: tl.constexpr, G: tl.constexpr, R: tl.constexpr, D: tl.constexpr, DP: tl.constexpr,
    BM: tl.constexpr, BN: tl.constexpr, STAGES: tl.constexpr, QUANT: tl.constexpr, INTERP: tl.constexpr,
):  # fmt: skip
    packed = tl.program_id(0) * BM + tl.arange(0, BM)
    split, kv = tl.program_id(1), tl.program_id(2)
    ok = packed < num_voters * G
    voter, head = tl.where(ok, packed // G, 0), kv * G + packed % G
    ends = tl.minimum(tl.load(end_ptr + voter // R, mask=ok, other=0).to(tl.int32), num_rows)
    limit = tl.max(ends, 0)
    chunk = tl.cdiv(tl.cdiv(num_rows, splits), BN) * BN
    lo = tl.maximum(split * chunk, start)
    hi = tl.minimum(split * chunk + chunk, limit)
    q, q_low, q_high, q_sum, q_mean = load_voters(q_ptr, mean_ptr, kv, voter * q_sa + head * q_sh, ok, D, DP, QUANT, INTERP)
    top = tl.full([BM], -1e30, tl.float32)
    total = tl.zeros([BM], tl.float32)
    for begin in tl.range(lo, hi, BN, num_stages=STAGES):
        n = begin + tl.arange(0, BN)
        logits = tile_logits(
            k_ptr, codes_ptr, scale_ptr, zero_ptr, kv, n, n < hi, q, q_low, q_high, q_sum, q_mean,
            k_sh, k_sn, c_sh, c_sn, z_sh, D, DP, QUANT, INTERP,
        )  # fmt: skip
        logits = tl.where((n < hi)[:, None] & (n[:, None] < ends[None, :]), logits * scale, float("-inf"))
        new = tl.maximum(top, tl.max(logits, 0))
        total = total * tl.exp2(top - new) + tl.sum(tl.exp2(logits - new[None, :]), 0)
        top = new
    out = (top + tl.log2(total)) * 0.6931471805599453
    tl.store(part_ptr + (split * num_voters + voter).to(tl.int64) * HEADS + head, out, mask=ok)


def key_arguments(keys: Tensor | KeyIndex) -> tuple[tuple[Tensor, ...], tuple[int, ...], bool]:
    """Pointers (keys, codes, scale, zero, mean), strides, and whether `keys` is the index."""
    if isinstance(keys, KeyIndex):
        c = keys.codes
        pointers = (c, c, keys.scale, keys.zero, keys.mean)
        return pointers, (0, 0, c.stride(0), c.stride(1), keys.scale.stride(0)), True
    return (keys, keys, keys, keys, keys), (keys.stride(0), keys.stride(1), 0, 0, 0), False


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


def _num_rows(keys: Tensor | KeyIndex) -> int:
    return keys.num_rows if isinstance(keys, KeyIndex) else keys.shape[1]


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
    """Triton form of `tsel_kernels.reference.soft_votes`.

    `out` [B, groups, N] may be float32, float16 or bfloat16: half the bytes where the top-k follows at once.
    """
    check_query(query, keys)
    kv_heads = keys.num_kv_heads if isinstance(keys, KeyIndex) else keys.shape[0]
    check_groups(groups, kv_heads)
    num, heads, dim = query.shape
    blocks, rows = candidate_end.shape[0], _num_rows(keys)
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
        query, lse.contiguous(), *pointers, candidate_end, votes, blocks, rows, candidate_start, scaling * LOG2_E,
        query.stride(0), query.stride(1), *strides,
        HEADS=heads, G=group, R=voters, KV_EACH=kv_heads // groups, GROUPS=groups, D=dim, DP=dim_pad,
        NB=each, NBP=max(16, each), SUBS=ceil_div(per_block, tile_rows) if each == 1 else 1,
        BM=tile_rows, BN=tile_keys, STEPS=steps, STAGES=tile.stages, QUANT=quant, INTERP=INTERPRET,
        num_warps=tile.warps,
    )  # fmt: skip
    return votes


def candidate_lse(
    query: Tensor, keys: Tensor | KeyIndex, candidate_start: int, candidate_end: Tensor, *, scaling: float
) -> Tensor:
    """Triton form of `tsel_kernels.reference.candidate_lse`."""
    check_query(query, keys)
    num, heads, dim = query.shape
    check_blocks(num, candidate_end.shape[0])
    kv_heads = keys.num_kv_heads if isinstance(keys, KeyIndex) else keys.shape[0]
    group, rows = heads // kv_heads, _num_rows(keys)
    pointers, strides, quant = key_arguments(keys)
    dim_pad = max(32 if quant else 16, next_power(dim))
    wide = query.element_size() > 2 or dim_pad > 128
    tile_rows = min(32 if wide else 64, max(16, next_power(num * group)))
    row_programs = ceil_div(num * group, tile_rows) * kv_heads
    splits = max(1, min(ceil_div(4 * device_limits(query.device).num_sms, row_programs), ceil_div(rows, 512), 256))
    part = torch.empty((splits, num, heads), dtype=torch.float32, device=query.device)
    _lse_kernel[(ceil_div(num * group, tile_rows), splits, kv_heads)](
        query, *pointers, candidate_end, part, num, rows, candidate_start, scaling * LOG2_E, splits,
        query.stride(0), query.stride(1), *strides,
        HEADS=heads, G=group, R=num // candidate_end.shape[0], D=dim, DP=dim_pad, BM=tile_rows, BN=32 if wide else 64,
        STAGES=2 if wide else 3, QUANT=quant, INTERP=INTERPRET, num_warps=4,
    )  # fmt: skip
    return torch.logsumexp(part, 0) if splits > 1 else part[0]
