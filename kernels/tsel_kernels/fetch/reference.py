"""Torch definition of the gather that packs picked rows of a cache, which may lie in pinned host memory."""

from __future__ import annotations

import torch
from torch import Tensor


def fetch_rows_(pool: Tensor, rows: Tensor, out: Tensor) -> Tensor:
    """out [Hkv, K, D] = rows [Hkv or 1, K] int32 of pool [Hkv, N, D]; row 0 where an entry is negative (padding).

    `pool` may be host memory the device can read, `rows` and `out` are on the device. Raises ValueError on shapes
    that do not agree.
    """
    check_fetch(pool, rows, out)
    at = rows.to(pool.device).long().clamp(min=0).expand(pool.shape[0], -1)
    return out.copy_(torch.gather(pool, 1, at[..., None].expand(-1, -1, pool.shape[2])))


def check_fetch(pool: Tensor, rows: Tensor, out: Tensor) -> None:
    """Shapes and dtypes agree; last dimensions are contiguous."""
    heads, _, dim = pool.shape
    if rows.dim() != 2 or rows.shape[0] not in (1, heads) or rows.dtype != torch.int32:
        raise ValueError(f"rows must be int32 [{heads} or 1, K], got {rows.dtype} {tuple(rows.shape)}")
    if out.shape != (heads, rows.shape[1], dim) or out.dtype != pool.dtype:
        wanted = (heads, rows.shape[1], dim)
        raise ValueError(f"out must be {pool.dtype} {wanted}, got {out.dtype} {tuple(out.shape)}")
    if pool.stride(-1) != 1 or out.stride(-1) != 1 or rows.stride(-1) != 1:
        raise ValueError("pool, rows and out must be contiguous in their last dimension")
