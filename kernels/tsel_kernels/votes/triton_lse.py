"""Log-sum-exp of voters over their candidates: the paper's normaliser, from the 16-bit keys or the low-bit index."""

from __future__ import annotations

import torch
import triton
import triton.language as tl
from torch import Tensor

from tsel_kernels.checks import check_blocks, check_query
from tsel_kernels.key_index import KeyIndex
from tsel_kernels.triton_device import INTERPRET, LOG2_E, ceil_div, device_limits, next_power
from tsel_kernels.votes.triton_voters import key_arguments, load_voters, num_key_rows, tile_logits


@triton.jit
def _lse_kernel(
    q_ptr, keys, end_ptr, part_ptr, num_voters, num_rows, start, scale, splits, q_strides, key_strides,
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
    q_sa, q_sh = q_strides
    voters = load_voters(q_ptr, keys.mean, kv, voter * q_sa + head * q_sh, ok, D, DP, QUANT, INTERP)
    top = tl.full([BM], -1e30, tl.float32)
    total = tl.zeros([BM], tl.float32)
    for begin in tl.range(lo, hi, BN, num_stages=STAGES):
        n = begin + tl.arange(0, BN)
        logits = tile_logits(keys, key_strides, kv, n, n < hi, voters, D, DP, QUANT, INTERP)
        logits = tl.where((n < hi)[:, None] & (n[:, None] < ends[None, :]), logits * scale, float("-inf"))
        new = tl.maximum(top, tl.max(logits, 0))
        total = total * tl.exp2(top - new) + tl.sum(tl.exp2(logits - new[None, :]), 0)
        top = new
    out = (top + tl.log2(total)) * 0.6931471805599453
    tl.store(part_ptr + (split * num_voters + voter).to(tl.int64) * HEADS + head, out, mask=ok)


def candidate_lse(
    query: Tensor, keys: Tensor | KeyIndex, candidate_start: int, candidate_end: Tensor, *, scaling: float
) -> Tensor:
    """Triton form of `reference.candidate_lse`."""
    check_query(query, keys)
    num, heads, dim = query.shape
    check_blocks(num, candidate_end.shape[0])
    kv_heads = keys.num_kv_heads if isinstance(keys, KeyIndex) else keys.shape[0]
    group, rows = heads // kv_heads, num_key_rows(keys)
    pointers, strides, quant = key_arguments(keys)
    dim_pad = max(32 if quant else 16, next_power(dim))
    wide = query.element_size() > 2 or dim_pad > 128
    tile_rows = min(32 if wide else 64, max(16, next_power(num * group)))
    row_programs = ceil_div(num * group, tile_rows) * kv_heads
    splits = max(1, min(ceil_div(4 * device_limits(query.device).num_sms, row_programs), ceil_div(rows, 512), 256))
    part = torch.empty((splits, num, heads), dtype=torch.float32, device=query.device)
    _lse_kernel[(ceil_div(num * group, tile_rows), splits, kv_heads)](
        query, pointers, candidate_end.contiguous(), part, num, rows, candidate_start, scaling * LOG2_E, splits,
        (query.stride(0), query.stride(1)), strides,
        HEADS=heads, G=group, R=num // candidate_end.shape[0], D=dim, DP=dim_pad, BM=tile_rows, BN=32 if wide else 64,
        STAGES=2 if wide else 3, QUANT=quant, INTERP=INTERPRET, num_warps=4,
    )  # fmt: skip
    return torch.logsumexp(part, 0) if splits > 1 else part[0]
