"""Gather of cache rows into a packed buffer. The pool may be pinned host memory: a warp reads whole rows over the bus."""

from __future__ import annotations

import triton
import triton.language as tl
from torch import Tensor

from tsel_kernels.fetch.reference import check_fetch
from tsel_kernels.triton_device import ceil_div, next_power

_ROWS = 16  # rows a program copies: small, so that many requests are on the bus at once


@triton.jit
def _fetch_kernel(
    pool_ptr, rows_ptr, out_ptr, num_rows, rows_sg, p_sh, p_sn, o_sh, o_sn,
    D: tl.constexpr, DP: tl.constexpr, BN: tl.constexpr,
):  # fmt: skip
    kv = tl.program_id(1).to(tl.int64)
    j = tl.program_id(0) * BN + tl.arange(0, BN)
    cols = tl.arange(0, DP)
    ok = j < num_rows
    n = tl.maximum(tl.load(rows_ptr + kv * rows_sg + j, mask=ok, other=0), 0).to(tl.int64)
    inside = ok[:, None] & (cols < D)[None, :]
    rows = tl.load(pool_ptr + kv * p_sh + n[:, None] * p_sn + cols[None, :], mask=inside, other=0)
    tl.store(out_ptr + kv * o_sh + j[:, None].to(tl.int64) * o_sn + cols[None, :], rows, mask=inside)


def fetch_rows_(pool: Tensor, rows: Tensor, out: Tensor) -> Tensor:
    """Triton form of `reference.fetch_rows_`."""
    check_fetch(pool, rows, out)
    heads, num, dim = out.shape
    _fetch_kernel[(ceil_div(num, _ROWS), heads)](
        pool, rows, out, num, rows.stride(0) if rows.shape[0] > 1 else 0, pool.stride(0), pool.stride(1),
        out.stride(0), out.stride(1), D=dim, DP=max(16, next_power(dim)), BN=_ROWS, num_warps=4,
    )  # fmt: skip
    return out
