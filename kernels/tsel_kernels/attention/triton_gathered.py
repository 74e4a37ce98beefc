"""Exact attention of blocks of queries over sinks + selected rows + local window, gathered by index.

Grid: (row tiles of a block, KV heads, blocks): a tile packs queries x heads of one KV head, so the gathered keys and
values of a block are shared by up to 128 rows, and the tiles of one block run side by side and meet in L2.
The rows form one virtual list: sinks, picks, window. Its whole tiles before the window need no mask.
With a rotary table, keys are rotated to their rank in that list (compact positions): those before the window ahead of
time where a block has many queries (triton_compact.py), the others as they are gathered.
"""

from __future__ import annotations

import torch
import triton
import triton.language as tl
from torch import Tensor

from tsel_kernels.attention.triton_causal import attend_tile, load_rows
from tsel_kernels.attention.triton_compact import blocks_at_once, compact_keys
from tsel_kernels.attention.triton_rank import rotate
from tsel_kernels.checks import check_cache, check_picks, check_query
from tsel_kernels.triton_device import (
    INTERPRET,
    LOG2_E,
    DeviceLimits,
    Tile,
    attention_tile,
    ceil_div,
    device_limits,
    next_power,
)

_SEVERAL = 128
"""Rows of queries x heads of a block from which on its keys are turned ahead of time."""


@triton.jit
def count_picks(indices, K: tl.constexpr, KB: tl.constexpr):
    """How many of K indices are not padding."""
    found = tl.zeros([KB], tl.int32)
    for i in range(0, K, KB):
        at = i + tl.arange(0, KB)
        found += (tl.load(indices + at, mask=at < K, other=-1) >= 0).to(tl.int32)
    return tl.sum(found, 0)


@triton.jit
def _listed_rows(indices, start, sinks, listed, shift, last, BN: tl.constexpr, K: tl.constexpr):
    """Cache rows of list entries start .. start + BN - 1: sinks, picks, then the window; past its end its last row again."""
    j = start + tl.arange(0, BN)
    picked = tl.load(indices + j - sinks, mask=(j >= sinks) & (j < sinks + K), other=0)
    return tl.where(j < sinks, j, tl.where(j < listed, picked, tl.minimum(j + shift, last)))


@triton.jit
def _gathered_kernel(
    q_ptr, k_ptr, v_ptr, idx_ptr, window_ptr, cos_ptr, sin_ptr, turned_ptr, out_ptr, lse_ptr,
    num_queries, q_start, num_sink, scale, idx_sb, idx_sg,
    q_st, q_sh, k_sh, k_sn, v_sh, v_sn,
    BLOCK: tl.constexpr, HEADS: tl.constexpr, G: tl.constexpr, K: tl.constexpr, D: tl.constexpr, DP: tl.constexpr,
    DR: tl.constexpr, TURNED: tl.constexpr, BM: tl.constexpr, BN: tl.constexpr, STAGES: tl.constexpr, INTERP: tl.constexpr,
):  # fmt: skip
    tile, kv, block = tl.program_id(0), tl.program_id(1), tl.program_id(2)
    in_block = tl.minimum(BLOCK, num_queries - block * BLOCK)
    r = tile * BM + tl.arange(0, BM)
    live = r < in_block * G
    t = tl.where(live, block * BLOCK + r // G, 0)
    head = kv * G + r % G
    cols = tl.arange(0, DP)
    window = tl.load(window_ptr + block).to(tl.int32)
    sinks = tl.minimum(num_sink, window)
    indices = idx_ptr + block.to(tl.int64) * idx_sb + kv * idx_sg
    listed = sinks + count_picks(indices, K, 1024)
    shift = window - listed
    # the last entry of the list a query sees: all that stand before the window, and the window up to itself
    limit = tl.where(live, q_start + t - shift, -1)
    total = tl.max(limit, 0) + 1
    last = total - 1 + shift
    q_base = q_ptr + head[:, None] * q_sh
    q = load_rows(q_base, t, q_st, cols, live, D, DP, True, INTERP)
    if DR:
        q = rotate(q_base, t, q_st, tl.maximum(limit, 0), live, q, cos_ptr, sin_ptr, D, DP, DR, INTERP)
    acc = tl.zeros([BM, DP], tl.float32)
    m = tl.full([BM], -1e30, tl.float32)
    l = tl.zeros([BM], tl.float32)
    k_base, v_base = k_ptr + kv.to(tl.int64) * k_sh, v_ptr + kv.to(tl.int64) * v_sh
    full = listed // BN * BN
    turned = turned_ptr + (block.to(tl.int64) * tl.num_programs(1) + kv) * TURNED * D  # TURNED rows of each block and KV head
    for start in tl.range(0, full, BN, num_stages=STAGES):
        n = _listed_rows(indices, start, sinks, listed, shift, last, BN, K)
        if TURNED:
            k = load_rows(turned, start + tl.arange(0, BN), D, cols, n >= 0, D, DP, False, INTERP)
        else:
            k = load_rows(k_base, n, k_sn, cols, n >= 0, D, DP, False, INTERP)
        if DR and not TURNED:
            k = rotate(k_base, n, k_sn, start + tl.arange(0, BN), n >= 0, k, cos_ptr, sin_ptr, D, DP, DR, INTERP)
        v = load_rows(v_base, n, v_sn, cols, n >= 0, D, DP, False, INTERP)
        acc, m, l = attend_tile(acc, m, l, q, k, v, live[:, None], scale, False, INTERP)
    for start in tl.range(full, total, BN, num_stages=1 if DR else STAGES):
        j = start + tl.arange(0, BN)
        n = _listed_rows(indices, start, sinks, listed, shift, last, BN, K)
        k = load_rows(k_base, n, k_sn, cols, n >= 0, D, DP, False, INTERP)
        if DR:
            k = rotate(k_base, n, k_sn, j, n >= 0, k, cos_ptr, sin_ptr, D, DP, DR, INTERP)
        v = load_rows(v_base, n, v_sn, cols, n >= 0, D, DP, False, INTERP)
        acc, m, l = attend_tile(acc, m, l, q, k, v, j[None, :] <= limit[:, None], scale, True, INTERP)
    out = acc / tl.where(l > 0, l, 1.0)[:, None]
    row = t.to(tl.int64) * HEADS + head
    tl.store(out_ptr + row[:, None] * D + cols[None, :], out.to(out_ptr.dtype.element_ty), mask=live[:, None] & (cols[None, :] < D))
    tl.store(lse_ptr + row, (m + tl.log2(l)) * 0.6931471805599453, mask=live)


def gather_tile(limits: DeviceLimits, num_rows: int, head_dim: int, element_size: int, num_programs: int = 0) -> Tile:
    """Block shape; `num_programs` is how many programs of 256 rows there would be.

    256 x 64 with 16 warps in five stages (three buffers of keys and values: the compiler spends two stages on the
    indices): 0.83 ms for 8192 queries in blocks of 64 on an H100 (28/4/128 heads, 2048 picks; a gathered row serves four
    times the queries of 64 x 64), against 0.95 with 8 warps, 1.06 and 0.98 in three stages, 1.06 for 64 x 64 with 4 warps,
    1.02 for 128 x 128 and 1.13 for 128 x 64. Where that leaves multiprocessors idle or does not fit: 64 rows, or fewer.
    """
    dim = max(16, next_power(head_dim))
    wide = num_rows > 192 and num_programs >= 2 * limits.num_sms and element_size == 2 and dim <= 128
    if limits.wgmma and wide and (256 + 2 * 3 * 64) * dim * element_size <= limits.shared_bytes - 4096:
        return Tile(256, 64, 16, 5)
    tile = attention_tile(limits, min(num_rows, 64), head_dim, element_size)
    return Tile(tile.rows, min(tile.keys, 64), tile.warps, tile.stages)


def gathered_attention(
    query: Tensor,
    q_start: int,
    keys: Tensor,
    values: Tensor,
    indices: Tensor,
    window_start: Tensor,
    *,
    block_size: int,
    num_sink: int,
    scaling: float,
    rope: tuple[Tensor, Tensor] | None = None,
    tile: Tile | None = None,
    ahead: bool | None = None,
) -> tuple[Tensor, Tensor]:
    """Triton form of `reference.gathered_attention`: the same arguments and results.

    `ahead`: whether keys are turned to their ranks ahead of time; None: where a block has many queries.
    """
    check_query(query, keys)
    check_cache(keys, values)
    num, heads, dim = query.shape
    kv_heads = keys.shape[0]
    blocks, _, k = indices.shape
    check_picks(num, block_size, indices, window_start, kv_heads)
    group = heads // kv_heads
    indices = indices if indices.stride(-1) == 1 else indices.contiguous()
    out = torch.empty((num, heads, dim), dtype=query.dtype, device=query.device)
    lse = torch.empty((num, heads), dtype=torch.float32, device=query.device)
    rows = min(block_size, num) * group
    tile = tile or gather_tile(
        device_limits(query.device), rows, dim, query.element_size(), ceil_div(rows, 256) * kv_heads * blocks
    )
    if rope is None or not (ahead if ahead is not None else rows >= _SEVERAL):
        _launch(query, q_start, keys, values, indices, window_start.contiguous(), out, lse, block_size, num_sink, scaling, rope, None, tile)
        return out, lse
    step = blocks_at_once(keys, num_sink + k)
    for b in range(0, blocks, step):
        some, starts, part = indices[b : b + step], window_start[b : b + step].contiguous(), slice(b * block_size, (b + step) * block_size)
        turned = compact_keys(keys, some, starts, num_sink, rope)
        _launch(
            query[part], q_start + part.start, keys, values, some, starts, out[part], lse[part], block_size, num_sink,
            scaling, rope, turned, tile,
        )  # fmt: skip
    return out, lse


def _launch(
    query: Tensor, q_start: int, keys: Tensor, values: Tensor, indices: Tensor, window_start: Tensor, out: Tensor, lse: Tensor,
    block_size: int, num_sink: int, scaling: float, rope: tuple[Tensor, Tensor] | None, turned: Tensor | None, tile: Tile,
) -> None:  # fmt: skip
    """Some blocks; `turned`: their keys before the window at their ranks."""
    num, heads, dim = query.shape
    blocks, groups, k = indices.shape
    group = heads // keys.shape[0]
    rows = min(block_size, num) * group
    cos, sin = rope if rope is not None else (query, query)
    inside = rope is not None and turned is None  # keys that are turned in the loop pass through registers: nothing to
    stages, step = (1, 32) if inside else (tile.stages, tile.keys)  # prefetch into
    _gathered_kernel[(ceil_div(rows, tile.rows), keys.shape[0], blocks)](
        query, keys, values, indices, window_start, cos, sin, query if turned is None else turned, out, lse,
        num, q_start, num_sink, scaling * LOG2_E, indices.stride(0), indices.stride(1) if groups > 1 else 0, query.stride(0), query.stride(1),
        keys.stride(0), keys.stride(1), values.stride(0), values.stride(1),
        BLOCK=block_size, HEADS=heads, G=group, K=k, D=dim, DP=max(16, next_power(dim)),
        DR=cos.shape[-1] if rope is not None else 0, TURNED=0 if turned is None else turned.shape[2], BM=tile.rows, BN=step,
        STAGES=stages, INTERP=INTERPRET, num_warps=tile.warps, num_stages=stages,
    )  # fmt: skip
