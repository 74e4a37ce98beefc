"""Torch definitions of products with a packed weight, and of the weight itself."""

from __future__ import annotations

from torch import Tensor

from tsel_kernels.checks import check_packed, check_row_linear
from tsel_kernels.packed_weight import BIAS, GROUP, PackedWeight, unpack_codes
from tsel_kernels.row_linear import reference as row_linear


def unpack_weight_(weight: PackedWeight, out: Tensor) -> Tensor:
    """out [N, K] = scale * code + zero, float32 inside, rounded once. Raises ValueError on shapes that do not fit."""
    check_packed(weight, out)
    num, width = weight.shape
    codes = unpack_codes(weight.words).view(num, width // GROUP, GROUP).float() - BIAS[weight.bits]
    values = codes * weight.scale.float()[..., None]
    if weight.zero is not None:
        values += weight.zero.float()[..., None]
    return out.copy_(values.view(num, width))


def packed_row_(weight: PackedWeight, token: Tensor, out: Tensor) -> Tensor:
    """out [K] = row token[0] of a packed weight [N, K], as `unpack_weight_` gives it; token [1] int64. ValueError as there."""
    check_packed(weight)
    if out.shape != (weight.shape[1],):
        raise ValueError(f"out must be [{weight.shape[1]}], got shape {tuple(out.shape)}")
    one = PackedWeight(weight.words[token], weight.scale[token], None if weight.zero is None else weight.zero[token])
    return unpack_weight_(one, out[None])[0]


def packed_row_linear_(
    row: Tensor,
    weight: PackedWeight,
    out: Tensor,
    *,
    bias: Tensor | None = None,
    norm: Tensor | None = None,
    eps: float = 1e-6,
    residual: Tensor | None = None,
    gated: bool = False,
) -> Tensor:
    """`row_linear_` of a packed weight [N, K]: nothing is rounded between its codes and the sum."""
    check_packed(weight)
    check_row_linear(row, weight, out, bias, norm, residual, gated)
    wide = unpack_weight_(weight, row.new_empty(weight.shape).float())
    return row_linear.row_linear_(row, wide, out, bias=bias, norm=norm, eps=eps, residual=residual, gated=gated)
