"""One decode step's selection and attention in seven launches, capturable in a CUDA graph.

append (append.py) -> score -> votes + counts (score.py) -> counts -> places (decode_pick.py) -> gathered split
attention -> join of the splits. Sizes come from `DecodeShape`, lengths from device tensors; nothing is
allocated, nothing waits for the host, and on a Selection Cache hit the four selection kernels return at once. Where
the chip can, append, attention and join start while the kernel before them ends (`device.after_previous`); the
selection's kernels do not: there it made a step of 1M rows 8 % slower.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
import triton
import triton.language as tl
from torch import Tensor

from tsel_kernels.checks import check_step
from tsel_kernels.decode import DecodeShape, DecodeState
from tsel_kernels.gpu.decode_pick import BINS, PickWorkspace, launch_pick, pick_workspace
from tsel_kernels.gpu.device import (
    INTERPRET,
    LOG2_E,
    DeviceLimits,
    after_previous,
    ceil_div,
    device_limits,
    next_power,
    start_next,
)
from tsel_kernels.gpu.gathered import count_picks, rotate
from tsel_kernels.gpu.score import decode_vote_kernel, score_kernel
from tsel_kernels.key_index import KeyIndex

SCORE_TILE = 256
"""Most rows a score program takes at a time; the index is allocated to a multiple of it."""
SCORE_BYTES = 16 * 1024
"""Bytes of codes in one tile: wider rows make it shorter, so that its stages fit whatever the head_dim and bits."""
SCORE_WARPS = 4
SCORE_PROGRAMS = 2
"""Score programs per multiprocessor."""
VOTE_TILE = 1024
"""Rows a program turns into votes at a time."""
VOTE_WARPS = 4


ATTEND_ROWS = 64
MOST_SPLITS = 256
"""The join holds one result a split in registers; longer lists (full attention) give a program several tiles."""


@dataclass(frozen=True)
class DecodeWorkspace:
    """Scratch shared by all layers (zero where it counts).

    logits [Hkv, capacity, HP] int16, part [Hkv * programs + Hkv, HP] float32 (sums of exponentials; mean's share),
    pick, split_out [Hkv, splits, GP, D] float32, split_lse [Hkv, splits, GP] float32.
    """

    logits: Tensor
    part: Tensor
    pick: PickWorkspace
    split_out: Tensor
    split_lse: Tensor


def score_heads(shape: DecodeShape) -> int:
    """Heads of one KV head, padded for the matrix units."""
    return max(4, next_power(shape.num_heads // shape.num_kv_heads))


def score_block(limits: DeviceLimits, row_bytes: int) -> tuple[int, int]:
    """(rows, pipeline stages) of a score program whose padded rows are `row_bytes` long.

    Stages are as many as leave room for SCORE_PROGRAMS programs on a multiprocessor (a tile fewer is in memory than
    there are stages, and 8 KiB go to layout changes): 4 with 227 KiB, 3 with 163, 2 with 99.
    """
    buffers = (limits.shared_bytes // SCORE_PROGRAMS - 8192) // SCORE_BYTES
    return max(64, min(SCORE_TILE, SCORE_BYTES // row_bytes)), max(2, min(4, buffers + 1))


def attend_rows(shape: DecodeShape) -> int:
    """Rows one program of the decode attention gathers: 64, or 32 where K and V of 64 would not fit well."""
    return ATTEND_ROWS if shape.head_dim <= 128 else 32


def split_rounds(shape: DecodeShape) -> int:
    """Tiles of rows a program of the decode attention takes, so that at most MOST_SPLITS results are joined."""
    return ceil_div(shape.num_sink + shape.k + shape.window_rows, attend_rows(shape) * MOST_SPLITS)


def num_splits(shape: DecodeShape) -> int:
    """Splits of the decode attention's row list."""
    return ceil_div(shape.num_sink + shape.k + shape.window_rows, attend_rows(shape) * split_rounds(shape))


def decode_workspace(shape: DecodeShape, device: torch.device) -> DecodeWorkspace:
    """Allocate the scratch of a decode step; capacity is rounded up to the score tile."""
    limits = device_limits(device)
    heads, tiles = score_heads(shape), ceil_div(shape.capacity, SCORE_TILE)
    programs = max(1, min(ceil_div(SCORE_PROGRAMS * limits.num_sms, shape.num_kv_heads), ceil_div(tiles, 2), 512))

    def floats(*size: int, dtype: torch.dtype = torch.float32) -> Tensor:
        return torch.zeros(size, dtype=dtype, device=device)

    kv, splits, packed = shape.num_kv_heads, num_splits(shape), max(16, next_power(shape.num_heads // shape.num_kv_heads))
    return DecodeWorkspace(
        logits=floats(kv, tiles * SCORE_TILE, heads, dtype=torch.int16),
        part=floats(kv * programs + kv, heads),
        pick=pick_workspace(
            shape.groups, shape.capacity, device, max(1, shape.capacity - shape.num_sink - shape.num_local)
        ),
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


    The index must be allocated to a multiple of SCORE_TILE rows (`codes.stride(0)` counts): whole tiles are read.
    """
    check_step(query=query)
    if index.num_rows % SCORE_TILE or index.num_rows < shape.capacity:
        raise ValueError(
            f"the index must hold a multiple of {SCORE_TILE} rows and at least {shape.capacity}, got {index.num_rows}"
        )
    kv, ws = shape.num_kv_heads, workspace
    group, heads, dim = shape.num_heads // kv, score_heads(shape), shape.head_dim
    width = max(32, next_power(dim * index.bits // 8))
    tile, stages = score_block(device_limits(query.device), width)
    programs = ws.part.shape[0] // kv - 1
    score_kernel[(programs, kv)](
        query, index.codes, index.scale, index.zero, index.mean, position, state.reuse,
        ws.logits, ws.part, scaling * LOG2_E,
        index.codes.stride(0), index.codes.stride(1), index.scale.stride(0), ws.logits.shape[1],
        G=group, HP=heads, D=dim, DP=max(32, next_power(dim)), ROWS=width, BITS=index.bits, BN=tile, STAGES=stages,
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


@triton.jit
def decode_attend_kernel(
    q_ptr, k_ptr, v_ptr, idx_ptr, window_ptr, pos_ptr, cos_ptr, sin_ptr, part_ptr, part_lse_ptr,
    num_sink, scale, idx_sg, k_sh, k_sn, v_sh, v_sn,
    G: tl.constexpr, GP: tl.constexpr, K: tl.constexpr, D: tl.constexpr, DP: tl.constexpr, DR: tl.constexpr,
    BN: tl.constexpr, SPLITS: tl.constexpr, ROUNDS: tl.constexpr, STAGES: tl.constexpr, INTERP: tl.constexpr,
    PDL: tl.constexpr,
):  # fmt: skip
    """One split of one KV head: ROUNDS tiles of BN entries of the list sinks, picks, window."""
    start_next(PDL)
    after_previous(PDL)
    split, kv = tl.program_id(0), tl.program_id(1)
    g, cols = tl.arange(0, GP), tl.arange(0, DP)
    live, head = g < G, kv * G + tl.minimum(g, G - 1)
    window = tl.load(window_ptr).to(tl.int32)
    length = tl.load(pos_ptr).to(tl.int32) + 1
    indices = idx_ptr + kv * idx_sg
    k_base, v_base = k_ptr + kv.to(tl.int64) * k_sh, v_ptr + kv.to(tl.int64) * v_sh
    q = tl.load(q_ptr + head[:, None] * D + cols[None, :], mask=live[:, None] & (cols < D)[None, :], other=0.0)
    if INTERP:
        q = q.to(tl.float32)
    listed = 0
    if DR:
        listed = tl.minimum(num_sink, window) + count_picks(indices, K, 1024)
        here = tl.zeros([GP], tl.int32) + listed + length - 1 - window
        q = rotate(q_ptr, head, D, here, live, q, cos_ptr, sin_ptr, D, DP, DR, INTERP)
    acc = tl.zeros([GP, DP], tl.float32)
    m = tl.full([GP], -1e30, tl.float32)
    l = tl.zeros([GP], tl.float32)
    first = split * ROUNDS
    last = tl.minimum(first + ROUNDS, tl.cdiv(num_sink + K + length - window, BN))
    for tile in tl.range(first, last, num_stages=STAGES):
        j = tile * BN + tl.arange(0, BN)
        picked = tl.load(indices + j - num_sink, mask=(j >= num_sink) & (j < num_sink + K), other=-1)
        n = tl.where(j < num_sink, tl.where(j < window, j, -1), tl.where(j < num_sink + K, picked, window + j - num_sink - K))
        ok = (n >= 0) & (n < length)
        inside = ok[:, None] & (cols < D)[None, :]
        far = tl.where(ok, n, 0)[:, None].to(tl.int64)
        k = tl.load(k_base + far * k_sn + cols[None, :], mask=inside, other=0.0)
        v = tl.load(v_base + far * v_sn + cols[None, :], mask=inside, other=0.0)
        if INTERP:
            k, v = k.to(tl.float32), v.to(tl.float32)
        if DR:
            rank = tl.where(j < num_sink + K, j, listed + j - num_sink - K)
            k = rotate(k_base, tl.where(ok, n, 0), k_sn, tl.where(ok, rank, 0), ok, k, cos_ptr, sin_ptr, D, DP, DR, INTERP)
        s = tl.where(ok[None, :], tl.dot(q, tl.trans(k), input_precision="tf32x3") * scale, float("-inf"))
        m_new = tl.maximum(m, tl.max(s, 1))
        p = tl.exp2(s - m_new[:, None])
        decay = tl.exp2(m - m_new)
        m, l = m_new, l * decay + tl.sum(p, 1)
        if not INTERP:
            p = p.to(v.dtype)
        acc = tl.dot(p, v, acc * decay[:, None], input_precision="tf32x3")
    acc = acc / tl.where(l > 0, l, 1.0)[:, None]
    row = (kv * SPLITS + split) * GP + g
    tl.store(part_ptr + row[:, None] * D + cols[None, :], acc, mask=live[:, None] & (cols < D)[None, :])
    tl.store(part_lse_ptr + row, m + tl.log2(l), mask=live)


@triton.jit
def decode_join_kernel(
    part_ptr, part_lse_ptr, out_ptr, lse_ptr,
    G: tl.constexpr, GP: tl.constexpr, D: tl.constexpr, DP: tl.constexpr, SPLITS: tl.constexpr, SP: tl.constexpr,
    PDL: tl.constexpr,
):  # fmt: skip
    """One head: join its splits by their log-sum-exp (base 2)."""
    start_next(PDL)
    after_previous(PDL)
    head = tl.program_id(0)
    s, cols = tl.arange(0, SP), tl.arange(0, DP)
    row = (head // G * SPLITS + s) * GP + head % G
    lse = tl.load(part_lse_ptr + row, mask=s < SPLITS, other=float("-inf"))
    part = tl.load(part_ptr + row[:, None] * D + cols[None, :], mask=(s < SPLITS)[:, None] & (cols < D)[None, :], other=0.0)
    top = tl.maximum(tl.max(lse, 0), -1e30)
    weight = tl.exp2(lse - top)
    total = tl.sum(weight, 0)
    out = tl.sum(part * weight[:, None], 0) / tl.where(total > 0, total, 1.0)
    tl.store(out_ptr + head * D + cols, out.to(out_ptr.dtype.element_ty), mask=cols < D)
    tl.store(lse_ptr + head, (top + tl.log2(total)) * 0.6931471805599453)


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
    """Triton form of `tsel_kernels.decode.decode_attend_`; two launches."""
    check_step(query=query, out=out)
    kv, dim = shape.num_kv_heads, shape.head_dim
    group = shape.num_heads // kv
    packed, dim_pad = max(16, next_power(group)), max(16, next_power(dim))
    cos, sin = rope if rope is not None else (query, query)
    splits, rounds, pdl = num_splits(shape), split_rounds(shape), device_limits(query.device).pdl
    decode_attend_kernel[(splits, kv)](
        query, keys, values, state.indices, state.window_start, position, cos, sin,
        workspace.split_out, workspace.split_lse, shape.num_sink, scaling * LOG2_E,
        state.indices.stride(1) if shape.groups > 1 else 0,
        keys.stride(0), keys.stride(1), values.stride(0), values.stride(1),
        G=group, GP=packed, K=shape.k, D=dim, DP=dim_pad,
        DR=cos.shape[-1] if rope is not None else 0, BN=attend_rows(shape), SPLITS=splits,
        ROUNDS=rounds, STAGES=1 if rounds == 1 or rope is not None else 2, INTERP=INTERPRET, PDL=pdl,
        launch_pdl=pdl, num_warps=4,
    )  # fmt: skip
    decode_join_kernel[(shape.num_heads,)](
        workspace.split_out, workspace.split_lse, out, lse,
        G=group, GP=packed, D=dim, DP=dim_pad, SPLITS=splits, SP=next_power(splits), PDL=pdl, launch_pdl=pdl, num_warps=8,
    )  # fmt: skip
    return out
