"""Torch definition of a linear map of one row, with what stands before and after it in a decoder layer."""

from __future__ import annotations

import torch
from torch import Tensor

from tsel_kernels.checks import check_row_linear


def row_linear_(
    row: Tensor,
    weight: Tensor,
    out: Tensor,
    *,
    bias: Tensor | None = None,
    norm: Tensor | None = None,
    eps: float = 1e-6,
    residual: Tensor | None = None,
    gated: bool = False,
) -> Tensor:
    """out [M] = f(weight [N, K] @ g(row [K]) + bias [N]) + residual [M], float32 inside, rounded once.

    g: RMS norm with weight norm [K] (x / sqrt(mean(x^2) + eps) * norm), or nothing. f: with `gated`
    silu(first half) * second half, so M = N / 2 (and no bias), else nothing and M = N. `out` may be the residual
    itself. Written for decoding: the norm's division follows the product, so no weight waits for it.
    Raises ValueError on shapes that do not fit.
    """
    check_row_linear(row, weight, out, bias, norm, residual, gated)
    x = row.float()
    if norm is not None:
        x = x * torch.rsqrt(x.square().mean() + eps) * norm.float()
    y = weight.float() @ x
    if bias is not None:
        y = y + bias.float()
    if gated:
        gate, up = y.chunk(2)
        y = gate * torch.sigmoid(gate) * up
    if residual is not None:
        y = y + residual.float()
    return out.copy_(y)
