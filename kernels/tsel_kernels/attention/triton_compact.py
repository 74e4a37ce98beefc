"""Sinks and picked keys of blocks of queries turned to their ranks, once, in a row: what a program then reads as it comes.

Turned in the attention's own loop every key is turned by each tile of queries and passes through registers, so that nothing
is copied ahead; here it is turned once for a block, and the loop is that of keys that need no turning.
"""

from __future__ import annotations

import torch
import triton
import triton.language as tl
from torch import Tensor

from tsel_kernels.attention.triton_rank import rotate
from tsel_kernels.triton_device import INTERPRET, ceil_div, next_power

_BYTES = 128 << 20
"""Memory of the turned keys of the blocks that are worked on at a time."""
ROWS = 32


@triton.jit
def compact_keys_kernel(
    k_ptr, idx_ptr, window_ptr, cos_ptr, sin_ptr, out_ptr, num_sink, length, idx_sb, idx_sg, k_sh, k_sn,
    K: tl.constexpr, D: tl.constexpr, DP: tl.constexpr, DR: tl.constexpr, BN: tl.constexpr, INTERP: tl.constexpr,
):  # fmt: skip
    """BN entries of the list of one block and KV head: entry j turned to rank j; padded picks are zeros."""
    kv, block = tl.program_id(1), tl.program_id(2)
    j, cols = tl.program_id(0) * BN + tl.arange(0, BN), tl.arange(0, DP)
    sinks = tl.minimum(num_sink, tl.load(window_ptr + block).to(tl.int32))
    picks = idx_ptr + block.to(tl.int64) * idx_sb + kv * idx_sg
    picked = tl.load(picks + j - sinks, mask=(j >= sinks) & (j < sinks + K), other=-1)
    n = tl.where(j < sinks, j, picked)
    ok = n >= 0
    base = k_ptr + kv.to(tl.int64) * k_sh
    x = tl.load(base + n[:, None].to(tl.int64) * k_sn + cols[None, :], mask=ok[:, None] & (cols < D)[None, :], other=0.0)
    if INTERP:
        x = x.to(tl.float32)
    x = rotate(base, tl.where(ok, n, 0), k_sn, j, ok, x, cos_ptr, sin_ptr, D, DP, DR, INTERP)
    spot = out_ptr + ((block.to(tl.int64) * tl.num_programs(1) + kv) * length + j[:, None]) * D + cols[None, :]
    tl.store(spot, x.to(out_ptr.dtype.element_ty), mask=(j < length)[:, None] & (cols < D)[None, :])


def blocks_at_once(keys: Tensor, length: int) -> int:
    """Blocks whose turned keys, `length` rows each, are in memory at a time."""
    return max(1, _BYTES // (keys.shape[0] * length * keys.shape[2] * keys.element_size()))


def compact_keys(
    keys: Tensor, indices: Tensor, window_start: Tensor, num_sink: int, rope: tuple[Tensor, Tensor]
) -> Tensor:
    """Keys [B, Hkv, num_sink + K, D] of sinks and indices [B, groups, K], entry j turned to position j, zeros for padding."""
    (kv_heads, _, dim), (blocks, groups, k) = keys.shape, indices.shape
    length = num_sink + k
    out = torch.empty((blocks, kv_heads, length, dim), dtype=keys.dtype, device=keys.device)
    compact_keys_kernel[(ceil_div(length, ROWS), kv_heads, blocks)](
        keys, indices, window_start, *rope, out, num_sink, length, indices.stride(0), indices.stride(1) if groups > 1 else 0,
        keys.stride(0), keys.stride(1),
        K=k, D=dim, DP=max(16, next_power(dim)), DR=rope[0].shape[-1], BN=ROWS, INTERP=INTERPRET, num_warps=4,
    )  # fmt: skip
    return out
