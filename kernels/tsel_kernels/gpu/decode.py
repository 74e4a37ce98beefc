"""One decode step's selection and attention in five launches, capturable in a CUDA graph.

append (append.py) -> score -> votes + histogram -> top-k (topk.py) -> gathered split attention with the join of its
splits in the last program of a KV head. Sizes come from `DecodeShape`, lengths from device tensors; nothing is
allocated, nothing waits for the host, and on a Selection Cache hit the three selection kernels return at once.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
import triton
import triton.language as tl
from torch import Tensor

from tsel_kernels.decode import DecodeShape, DecodeState
from tsel_kernels.gpu.device import INTERPRET, LOG2_E, ceil_div, device_limits, next_power
from tsel_kernels.gpu.gathered import count_picks, rotate
from tsel_kernels.gpu.score import decode_vote_kernel, score_kernel
from tsel_kernels.gpu.topk import BINS, TopKWorkspace, launch_select, topk_workspace
from tsel_kernels.key_index import KeyIndex

SCORE_TILE = 128


@dataclass(frozen=True)
class DecodeWorkspace:
    """Scratch shared by all layers (zero where it counts).

    logits [Hkv, capacity, HP] float16, tile_max [Hkv, tiles, HP] float32, part [Hkv, programs, 2, HP] float32,
    votes [groups, tiles * 128] float32, topk, tickets [2, Hkv] int32, split_out [Hkv, splits, GP, D] float32,
    split_lse [Hkv, splits, GP] float32.
    """

    logits: Tensor
    tile_max: Tensor
    part: Tensor
    votes: Tensor
    topk: TopKWorkspace
    tickets: Tensor
    split_out: Tensor
    split_lse: Tensor


def score_heads(shape: DecodeShape) -> int:
    """Heads of one KV head, padded for the matrix units."""
    return max(8, next_power(shape.num_heads // shape.num_kv_heads))


def attend_rows(shape: DecodeShape) -> int:
    """Rows one program of the decode attention gathers: 64, or 32 where K and V of 64 would not fit well."""
    return 64 if shape.head_dim <= 128 else 32


def num_splits(shape: DecodeShape) -> int:
    """Splits of the decode attention's row list."""
    return ceil_div(shape.num_sink + shape.k + shape.window_rows, attend_rows(shape))


def decode_workspace(shape: DecodeShape, device: torch.device) -> DecodeWorkspace:
    """Allocate the scratch of a decode step; capacity is rounded up to the score tile."""
    limits = device_limits(device)
    heads, tiles = score_heads(shape), ceil_div(shape.capacity, SCORE_TILE)
    programs = max(1, min(ceil_div(4 * limits.num_sms, shape.num_kv_heads), ceil_div(tiles, 2), 512))

    def floats(*size: int, dtype: torch.dtype = torch.float32) -> Tensor:
        return torch.zeros(size, dtype=dtype, device=device)

    kv, splits, packed = shape.num_kv_heads, num_splits(shape), max(16, next_power(shape.num_heads // shape.num_kv_heads))
    return DecodeWorkspace(
        logits=floats(kv, tiles * SCORE_TILE, heads, dtype=torch.float16),
        tile_max=floats(kv, tiles, heads),
        part=floats(kv, programs, 2, heads),
        votes=floats(shape.groups, tiles * SCORE_TILE),
        topk=topk_workspace(shape.groups, shape.capacity, shape.k, device),
        tickets=torch.zeros((2, kv), dtype=torch.int32, device=device),
        split_out=floats(kv, splits, packed, shape.head_dim),
        split_lse=floats(kv, splits, packed),
    )


def decode_select_(
    query: Tensor,
    index: KeyIndex,
    position: Tensor,
    state: DecodeState,
    shape: DecodeShape,
    workspace: DecodeWorkspace,
    *,
    scaling: float,
) -> None:
    """Triton form of `tsel_kernels.decode.decode_select_`.

    The index must be allocated to a multiple of 128 rows (`codes.stride(0)` counts): whole tiles are read.
    """
    if index.num_rows % SCORE_TILE or index.num_rows < shape.capacity:
        raise ValueError(
            f"the index must hold a multiple of {SCORE_TILE} rows and at least {shape.capacity}, got {index.num_rows}"
        )
    kv, ws = shape.num_kv_heads, workspace
    group, heads, dim = shape.num_heads // kv, score_heads(shape), shape.head_dim
    half = max(32, next_power(dim // 2))
    programs = ws.part.shape[1]
    score_kernel[(programs, kv)](
        query, index.codes, index.scale, index.zero, index.mean, position, state.reuse,
        ws.logits, ws.tile_max, ws.part, ws.tickets, state.lse, scaling * LOG2_E,
        index.codes.stride(0), index.codes.stride(1), index.scale.stride(0), ws.logits.shape[1], ws.tile_max.shape[1],
        G=group, HP=heads, D=dim, DP=2 * half, HALF=half, BN=SCORE_TILE, PP=next_power(programs), STAGES=4,
        ASM=not INTERPRET, num_warps=4, num_stages=4,
    )  # fmt: skip
    tile = 1024
    decode_vote_kernel[(ceil_div(shape.capacity, tile), shape.groups)](
        ws.logits, ws.tile_max, state.lse, state.window_start, state.reuse, ws.votes,
        ws.topk.counts, ws.topk.tickets, ws.topk.pivot, ws.logits.shape[1], ws.tile_max.shape[1], shape.num_sink, shape.k,
        KV_EACH=kv // shape.groups, G=group, HP=heads, BN=SCORE_TILE, VT=tile, BINS=BINS, INTERP=INTERPRET, num_warps=4,
    )  # fmt: skip
    launch_select(
        ws.votes, state.window_start, ws.topk, state.indices, state.held, state.reuse,
        shape.capacity, shape.num_sink, shape.k, shape.groups,
    )  # fmt: skip


@triton.jit
def decode_attend_kernel(
    q_ptr, k_ptr, v_ptr, idx_ptr, window_ptr, pos_ptr, cos_ptr, sin_ptr, part_ptr, part_lse_ptr, ticket_ptr,
    out_ptr, lse_ptr, num_sink, scale, idx_sg, k_sh, k_sn, v_sh, v_sn,
    G: tl.constexpr, GP: tl.constexpr, K: tl.constexpr, D: tl.constexpr, DP: tl.constexpr, DR: tl.constexpr,
    BN: tl.constexpr, SPLITS: tl.constexpr, SC: tl.constexpr, INTERP: tl.constexpr,
):  # fmt: skip
    split, kv = tl.program_id(0), tl.program_id(1)
    g, cols = tl.arange(0, GP), tl.arange(0, DP)
    live, head = g < G, kv * G + tl.minimum(g, G - 1)
    window = tl.load(window_ptr).to(tl.int32)
    length = tl.load(pos_ptr).to(tl.int32) + 1
    indices = idx_ptr + kv * idx_sg
    j = split * BN + tl.arange(0, BN)
    picked = tl.load(indices + j - num_sink, mask=(j >= num_sink) & (j < num_sink + K), other=-1)
    n = tl.where(j < num_sink, tl.where(j < window, j, -1), tl.where(j < num_sink + K, picked, window + j - num_sink - K))
    ok = (n >= 0) & (n < length)
    inside = ok[:, None] & (cols < D)[None, :]
    far = tl.where(ok, n, 0)[:, None].to(tl.int64)
    k_base, v_base = k_ptr + kv.to(tl.int64) * k_sh, v_ptr + kv.to(tl.int64) * v_sh
    k = tl.load(k_base + far * k_sn + cols[None, :], mask=inside, other=0.0)
    v = tl.load(v_base + far * v_sn + cols[None, :], mask=inside, other=0.0)
    q = tl.load(q_ptr + head[:, None] * D + cols[None, :], mask=live[:, None] & (cols < D)[None, :], other=0.0)
    if INTERP:
        q, k, v = q.to(tl.float32), k.to(tl.float32), v.to(tl.float32)
    if DR:
        listed = tl.minimum(num_sink, window) + count_picks(indices, K, 1024)
        rank = tl.where(j < num_sink + K, j, listed + j - num_sink - K)
        k = rotate(k_base, tl.where(ok, n, 0), k_sn, tl.where(ok, rank, 0), ok, k, cos_ptr, sin_ptr, D, DP, DR, INTERP)
        here = tl.zeros([GP], tl.int32) + listed + length - 1 - window
        q = rotate(q_ptr, head, D, here, live, q, cos_ptr, sin_ptr, D, DP, DR, INTERP)
    s = tl.where(ok[None, :], tl.dot(q, tl.trans(k), input_precision="tf32x3") * scale, float("-inf"))
    m = tl.maximum(tl.max(s, 1), -1e30)
    p = tl.exp2(s - m[:, None])
    l = tl.sum(p, 1)
    if not INTERP:
        p = p.to(v.dtype)
    acc = tl.dot(p, v, input_precision="tf32x3") / tl.where(l > 0, l, 1.0)[:, None]
    row = (kv * SPLITS + split) * GP + g
    tl.store(part_ptr + row[:, None] * D + cols[None, :], acc, mask=live[:, None] & (cols < D)[None, :])
    tl.store(part_lse_ptr + row, m + tl.log2(l), mask=live)
    tl.debug_barrier()
    if tl.atomic_add(ticket_ptr + kv, 1, sem="acq_rel") == SPLITS - 1:
        top = tl.full([GP], -1e30, tl.float32)
        total = tl.zeros([GP], tl.float32)
        out = tl.zeros([GP, DP], tl.float32)
        for first in range(0, SPLITS, SC):
            s_at = first + tl.arange(0, SC)
            rows = (kv * SPLITS + s_at[:, None]) * GP + g[None, :]
            fine = (s_at < SPLITS)[:, None] & live[None, :]
            lse = tl.load(part_lse_ptr + rows, mask=fine, other=float("-inf"), cache_modifier=".cg")
            part = tl.load(
                part_ptr + rows[:, :, None] * D + cols[None, None, :],
                mask=fine[:, :, None] & (cols < D)[None, None, :], other=0.0, cache_modifier=".cg",
            )  # fmt: skip
            new = tl.maximum(top, tl.max(lse, 0))
            weight = tl.exp2(lse - new[None, :])
            decay = tl.exp2(top - new)
            total = total * decay + tl.sum(weight, 0)
            out = out * decay[:, None] + tl.sum(part * weight[:, :, None], 0)
            top = new
        out = out / tl.where(total > 0, total, 1.0)[:, None]
        tl.store(out_ptr + head[:, None] * D + cols[None, :], out.to(out_ptr.dtype.element_ty), mask=live[:, None] & (cols < D)[None, :])
        tl.store(lse_ptr + head, (top + tl.log2(total)) * 0.6931471805599453, mask=live)
        tl.store(ticket_ptr + kv, 0)


def decode_attend_(
    query: Tensor,
    keys: Tensor,
    values: Tensor,
    position: Tensor,
    out: Tensor,
    lse: Tensor,
    state: DecodeState,
    shape: DecodeShape,
    workspace: DecodeWorkspace,
    *,
    scaling: float,
    rope: tuple[Tensor, Tensor] | None = None,
) -> Tensor:
    """Triton form of `tsel_kernels.decode.decode_attend_`; one launch."""
    kv, dim = shape.num_kv_heads, shape.head_dim
    group = shape.num_heads // kv
    cos, sin = rope if rope is not None else (query, query)
    splits = num_splits(shape)
    decode_attend_kernel[(splits, kv)](
        query, keys, values, state.indices, state.window_start, position, cos, sin,
        workspace.split_out, workspace.split_lse, workspace.tickets[1], out, lse, shape.num_sink, scaling * LOG2_E,
        state.indices.stride(1) if shape.groups > 1 else 0,
        keys.stride(0), keys.stride(1), values.stride(0), values.stride(1),
        G=group, GP=max(16, next_power(group)), K=shape.k, D=dim, DP=max(16, next_power(dim)),
        DR=cos.shape[-1] if rope is not None else 0, BN=attend_rows(shape), SPLITS=splits,
        SC=4, INTERP=INTERPRET, num_warps=4,
    )  # fmt: skip
    return out
