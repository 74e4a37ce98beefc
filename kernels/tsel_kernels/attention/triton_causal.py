"""Exact causal attention of scattered query rows (the anchors) over the whole cache, split over the keys.

Grid: (row tiles x KV heads, splits). A tile packs anchors x G query heads of one KV head, so each key row is read
once for all of them; a second kernel joins the splits by their log-sum-exp. Source: FlashAttention-2
(arXiv:2307.08691), flash-decoding for the split.
"""

from __future__ import annotations

import torch
import triton
import triton.language as tl
from torch import Tensor

from tsel_kernels.checks import check_cache, check_query
from tsel_kernels.triton_device import INTERPRET, LOG2_E, Tile, attention_tile, ceil_div, device_limits, next_power


@triton.jit
def attend_tile(acc, m, l, q, k, v, allowed, scale, MASKED: tl.constexpr, INTERP: tl.constexpr):
    """One step of the running softmax: q [M, D], k [N, D], v [N, D], allowed [M or 1, N]; exponents in base 2, scale > 0."""
    s = tl.dot(q, tl.trans(k), input_precision="tf32x3")
    if MASKED:
        s = tl.where(allowed, s, float("-inf"))
    m_new = tl.maximum(m, tl.max(s, 1) * scale)
    p = tl.exp2(s * scale - m_new[:, None])  # one fused instruction an element ahead of the exponential
    decay = tl.exp2(m - m_new)
    l = l * decay + tl.sum(p, 1)
    acc = acc * decay[:, None]
    if not INTERP:
        p = p.to(v.dtype)
    acc = tl.dot(p, v, acc, input_precision="tf32x3")
    return acc, m_new, l


@triton.jit
def load_rows(base, rows, stride, cols, ok, D: tl.constexpr, DP: tl.constexpr, MASKED: tl.constexpr, INTERP: tl.constexpr):
    """Rows [n, DP] of a [*, D] matrix; rows outside `ok` and columns beyond D are zero."""
    ptr = base + rows[:, None].to(tl.int64) * stride + cols[None, :]
    if DP != D:
        x = tl.load(ptr, mask=ok[:, None] & (cols[None, :] < D), other=0.0)
    elif MASKED:
        x = tl.load(ptr, mask=ok[:, None], other=0.0)
    else:
        x = tl.load(ptr)
    if INTERP:
        x = x.to(tl.float32)  # the interpreter's bf16 arithmetic is wrong
    return x


@triton.jit(do_not_specialize=["num_anchors", "num_rows", "splits"])  # a kernel for all lengths
def _anchor_kernel(
    q_ptr, pos_ptr, k_ptr, v_ptr, out_ptr, lse_ptr,
    num_anchors, num_rows, splits, scale,
    q_sa, q_sh, k_sh, k_sn, v_sh, v_sn,
    HEADS: tl.constexpr, G: tl.constexpr, D: tl.constexpr, DP: tl.constexpr,
    BM: tl.constexpr, BN: tl.constexpr, STAGES: tl.constexpr, INTERP: tl.constexpr,
):  # fmt: skip
    tiles = tl.cdiv(num_anchors * G, BM)
    tile, kv, split = tl.program_id(0) % tiles, tl.program_id(0) // tiles, tl.program_id(1)
    r = tile * BM + tl.arange(0, BM)
    live = r < num_anchors * G
    anchor, head = tl.where(live, r // G, 0), kv * G + r % G
    cols = tl.arange(0, DP)
    q = load_rows(q_ptr + head[:, None] * q_sh, anchor, q_sa, cols, live, D, DP, True, INTERP)
    pos = tl.load(pos_ptr + anchor, mask=live, other=-1).to(tl.int32)
    pos = tl.minimum(pos, num_rows - 1)
    last = tl.max(pos, 0) + 1
    open_end = tl.min(tl.where(live, pos, 2147483647), 0) + 1
    chunk = tl.cdiv(tl.cdiv(last, splits), BN) * BN
    lo = split * chunk
    hi = tl.minimum(lo + chunk, last)
    full = tl.maximum(lo, tl.minimum(hi, open_end) // BN * BN)
    acc = tl.zeros([BM, DP], tl.float32)
    m = tl.full([BM], -1e30, tl.float32)
    l = tl.zeros([BM], tl.float32)
    k_base, v_base = k_ptr + kv.to(tl.int64) * k_sh, v_ptr + kv.to(tl.int64) * v_sh
    for start in tl.range(lo, full, BN, num_stages=STAGES):
        n = start + tl.arange(0, BN)
        k = load_rows(k_base, n, k_sn, cols, n < full, D, DP, False, INTERP)
        v = load_rows(v_base, n, v_sn, cols, n < full, D, DP, False, INTERP)
        acc, m, l = attend_tile(acc, m, l, q, k, v, live[:, None], scale, False, INTERP)
    for start in tl.range(full, hi, BN, num_stages=1):
        n = start + tl.arange(0, BN)
        k = load_rows(k_base, n, k_sn, cols, n < hi, D, DP, True, INTERP)
        v = load_rows(v_base, n, v_sn, cols, n < hi, D, DP, True, INTERP)
        allowed = (n[None, :] <= pos[:, None]) & (n < hi)[None, :]
        acc, m, l = attend_tile(acc, m, l, q, k, v, allowed, scale, True, INTERP)
    out = acc / tl.where(l > 0, l, 1.0)[:, None]
    row = (split.to(tl.int64) * num_anchors + anchor) * HEADS + head
    tl.store(out_ptr + row[:, None] * D + cols[None, :], out.to(out_ptr.dtype.element_ty), mask=live[:, None] & (cols[None, :] < D))
    tl.store(lse_ptr + row, (m + tl.log2(l)) * 0.6931471805599453, mask=live)


@triton.jit(do_not_specialize=["rows", "splits"])
def _join_kernel(part_ptr, part_lse_ptr, out_ptr, lse_ptr, rows, splits, D: tl.constexpr, DP: tl.constexpr, SP: tl.constexpr):
    """out[row] = sum over splits of exp(lse_s - lse) * part[s, row]; lse = logsumexp over splits."""
    row = tl.program_id(0).to(tl.int64)
    s, cols = tl.arange(0, SP), tl.arange(0, DP)
    part_lse = tl.load(part_lse_ptr + s * rows + row, mask=s < splits, other=float("-inf"))
    top = tl.maximum(tl.max(part_lse, 0), -1e30)
    weight = tl.exp(part_lse - top)
    total = tl.sum(weight, 0)
    ptr = part_ptr + (s.to(tl.int64)[:, None] * rows + row) * D + cols[None, :]
    part = tl.load(ptr, mask=(s[:, None] < splits) & (cols[None, :] < D), other=0.0)
    out = tl.sum(part * weight[:, None], 0) / tl.where(total > 0, total, 1.0)
    tl.store(out_ptr + row * D + cols, out.to(out_ptr.dtype.element_ty), mask=cols < D)
    tl.store(lse_ptr + row, top + tl.log(total))


def join_splits(part: Tensor, part_lse: Tensor, out: Tensor, lse: Tensor) -> None:
    """Join partial attention part [S, rows, D] float32 with part_lse [S, rows] into out [rows, D] and lse [rows]."""
    splits, rows, dim = part.shape
    _join_kernel[(rows,)](part, part_lse, out, lse, rows, splits, D=dim, DP=next_power(dim), SP=next_power(splits), num_warps=4)


def split_count(row_programs: int, num_rows: int, tile: Tile, num_sms: int) -> int:
    """Splits over the keys: two programs a multiprocessor in flight, no split shorter than four tiles."""
    wanted = max(1, round(2 * num_sms / row_programs)) if row_programs < 2 * num_sms else 1
    return max(1, min(wanted, ceil_div(num_rows, 4 * tile.keys), 64))


def causal_attention(
    query: Tensor, positions: Tensor, keys: Tensor, values: Tensor, *, scaling: float, tile: Tile | None = None
) -> tuple[Tensor, Tensor]:
    """Triton form of `reference.causal_attention`: same shapes, same result.

    query [A, H, D], positions [A] int32/int64 on the device, keys and values [Hkv, N, D] (last stride 1).
    `tile` overrides the block shape that the device's limits suggest.
    """
    check_query(query, keys)
    check_cache(keys, values)
    num, heads, dim = query.shape
    kv_heads, rows = keys.shape[:2]
    group = heads // kv_heads
    limits = device_limits(query.device)
    tile = tile or attention_tile(limits, num * group, dim, query.element_size())
    row_programs = ceil_div(num * group, tile.rows) * kv_heads
    splits = split_count(row_programs, rows, tile, limits.num_sms)
    out = torch.empty((num, heads, dim), dtype=query.dtype, device=query.device)
    lse = torch.empty((num, heads), dtype=torch.float32, device=query.device)
    part = out if splits == 1 else torch.empty((splits, num * heads, dim), dtype=torch.float32, device=query.device)
    part_lse = lse if splits == 1 else torch.empty((splits, num * heads), dtype=torch.float32, device=query.device)
    _anchor_kernel[(row_programs, splits)](
        query, positions.contiguous(), keys, values, part, part_lse, num, rows, splits, scaling * LOG2_E,
        query.stride(0), query.stride(1), keys.stride(0), keys.stride(1), values.stride(0), values.stride(1),
        HEADS=heads, G=group, D=dim, DP=max(16, next_power(dim)), BM=tile.rows, BN=tile.keys, STAGES=tile.stages,
        INTERP=INTERPRET, num_warps=tile.warps, num_stages=tile.stages,
    )  # fmt: skip
    if splits > 1:
        join_splits(part, part_lse, out.view(-1, dim), lse.view(-1))
    return out, lse
