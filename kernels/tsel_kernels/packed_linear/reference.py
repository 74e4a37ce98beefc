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
