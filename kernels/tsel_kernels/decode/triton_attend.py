"""One decode step's attention: split attention over a gathered list of rows, then the join of the splits.

Two launches; where the chip can, each starts while the kernel before it ends (`triton_device.after_previous`). How many
splits there are follows from the rows that the cache has room for, and is no part of what is compiled: every length of a
document would have kernels of its own.
"""

from __future__ import annotations

import triton
import triton.language as tl
from torch import Tensor

from tsel_kernels.attention.triton_gathered import count_picks
from tsel_kernels.attention.triton_rank import rotate
from tsel_kernels.checks import check_step
from tsel_kernels.decode.state import DecodeShape, DecodeState
from tsel_kernels.decode.triton_workspace import as_workspace, attend_rows, num_splits, split_rounds
from tsel_kernels.triton_device import INTERPRET, LOG2_E, after_previous, device_limits, next_power, start_next


@triton.jit(do_not_specialize=["splits"])
def decode_attend_kernel(
    q_ptr, k_ptr, v_ptr, idx_ptr, window_ptr, pos_ptr, cos_ptr, sin_ptr, part_ptr, part_lse_ptr,
    num_sink, scale, idx_sg, k_sh, k_sn, v_sh, v_sn, splits,
    G: tl.constexpr, GP: tl.constexpr, K: tl.constexpr, D: tl.constexpr, DP: tl.constexpr, DR: tl.constexpr,
    BN: tl.constexpr, ROUNDS: tl.constexpr, STAGES: tl.constexpr, INTERP: tl.constexpr, PDL: tl.constexpr,
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
    row = (kv * splits + split) * GP + g
    tl.store(part_ptr + row[:, None] * D + cols[None, :], acc, mask=live[:, None] & (cols < D)[None, :])
    tl.store(part_lse_ptr + row, m + tl.log2(l), mask=live)


@triton.jit(do_not_specialize=["splits"])
def decode_join_kernel(
    part_ptr, part_lse_ptr, out_ptr, lse_ptr, splits,
    G: tl.constexpr, GP: tl.constexpr, D: tl.constexpr, DP: tl.constexpr, SP: tl.constexpr, PDL: tl.constexpr,
):  # fmt: skip
    """One head: join its splits by their log-sum-exp (base 2)."""
    start_next(PDL)
    after_previous(PDL)
    head = tl.program_id(0)
    s, cols = tl.arange(0, SP), tl.arange(0, DP)
    row = (head // G * splits + s) * GP + head % G
    lse = tl.load(part_lse_ptr + row, mask=s < splits, other=float("-inf"))
    part = tl.load(part_ptr + row[:, None] * D + cols[None, :], mask=(s < splits)[:, None] & (cols < D)[None, :], other=0.0)
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
    workspace: object,
    *,
    scaling: float,
    rope: tuple[Tensor, Tensor] | None = None,
) -> Tensor:
    """Triton form of `reference.decode_attend_`; two launches."""
    check_step(query=query, out=out)
    workspace = as_workspace(workspace)
    kv, dim = shape.num_kv_heads, shape.head_dim
    group = shape.num_heads // kv
    packed, dim_pad = max(16, next_power(group)), max(16, next_power(dim))
    cos, sin = rope if rope is not None else (query, query)
    splits, rounds, pdl = num_splits(shape), split_rounds(shape), device_limits(query.device).pdl
    decode_attend_kernel[(splits, kv)](
        query, keys, values, state.indices, state.window_start, position, cos, sin,
        workspace.split_out, workspace.split_lse, shape.num_sink, scaling * LOG2_E,
        state.indices.stride(1) if shape.groups > 1 else 0,
        keys.stride(0), keys.stride(1), values.stride(0), values.stride(1), splits,
        G=group, GP=packed, K=shape.k, D=dim, DP=dim_pad,
        DR=cos.shape[-1] if rope is not None else 0, BN=attend_rows(shape), ROUNDS=rounds,
        STAGES=1 if rounds == 1 or rope is not None else 2, INTERP=INTERPRET, PDL=pdl,
        launch_pdl=pdl, num_warps=4,
    )  # fmt: skip
    decode_join_kernel[(shape.num_heads,)](
        workspace.split_out, workspace.split_lse, out, lse, splits,
        G=group, GP=packed, D=dim, DP=dim_pad, SP=next_power(splits), PDL=pdl, launch_pdl=pdl, num_warps=8,
    )  # fmt: skip
    return out
