"""The numbers of a packed weight, for products of many rows; one row is multiplied as it is packed (triton_dots.py)."""

from __future__ import annotations

import triton
import triton.language as tl
from torch import Tensor

from tsel_kernels.checks import check_packed
from tsel_kernels.packed_weight import BIAS, PackedWeight
from tsel_kernels.triton_device import after_previous, ceil_div, device_limits, next_power, start_next


@triton.jit
def unpack_weight_kernel(
    w_ptr, scale_ptr, zero_ptr, out_ptr, out_sn,
    K: tl.constexpr, BITS: tl.constexpr, BASE: tl.constexpr, BK: tl.constexpr, ZERO: tl.constexpr,
):  # fmt: skip
    G: tl.constexpr = K // 32
    n = tl.program_id(0).to(tl.int64)  # this axis has room for a vocabulary, the second one ends at 65,535
    k = tl.program_id(1) * BK + tl.arange(0, BK)
    g, ok = k // 32, k < K
    place = k % 32
    word = tl.load(w_ptr + (n * G + g) * BITS + place % BITS, mask=ok, other=0)
    code = ((word >> (place // BITS * BITS)) & ((1 << BITS) - 1)) - BASE
    value = code.to(tl.float32) * tl.load(scale_ptr + n * G + g, mask=ok, other=0.0).to(tl.float32)
    if ZERO:
        value += tl.load(zero_ptr + n * G + g, mask=ok, other=0.0).to(tl.float32)
    tl.store(out_ptr + n * out_sn + k, value.to(out_ptr.dtype.element_ty), mask=ok)


@triton.jit
def packed_row_kernel(
    w_ptr, scale_ptr, zero_ptr, token_ptr, out_ptr,
    K: tl.constexpr, BITS: tl.constexpr, BASE: tl.constexpr, BK: tl.constexpr, ZERO: tl.constexpr, PDL: tl.constexpr,
):  # fmt: skip
    start_next(PDL)
    after_previous(PDL)
    G: tl.constexpr = K // 32
    n = tl.load(token_ptr).to(tl.int64)
    k = tl.program_id(0) * BK + tl.arange(0, BK)
    g, ok, place = k // 32, k < K, k % 32
    word = tl.load(w_ptr + (n * G + g) * BITS + place % BITS, mask=ok, other=0)
    value = (((word >> (place // BITS * BITS)) & ((1 << BITS) - 1)) - BASE).to(tl.float32)
    value *= tl.load(scale_ptr + n * G + g, mask=ok, other=0.0).to(tl.float32)
    if ZERO:
        value += tl.load(zero_ptr + n * G + g, mask=ok, other=0.0).to(tl.float32)
    tl.store(out_ptr + k, value.to(out_ptr.dtype.element_ty), mask=ok)


def packed_row_(weight: PackedWeight, token: Tensor, out: Tensor) -> Tensor:
    """Triton form of `reference.packed_row_`; one launch."""
    check_packed(weight)
    width, bits, pdl = weight.shape[1], weight.bits, device_limits(out.device).pdl
    if out.shape != (width,):
        raise ValueError(f"out must be [{width}], got shape {tuple(out.shape)}")
    step = min(512, next_power(width))
    packed_row_kernel[(ceil_div(width, step),)](
        weight.words, weight.scale, weight.scale if weight.zero is None else weight.zero, token, out,
        K=width, BITS=bits, BASE=BIAS[bits], BK=step, ZERO=weight.zero is not None, PDL=pdl, launch_pdl=pdl, num_warps=4,
    )  # fmt: skip
    return out


def unpack_weight_(weight: PackedWeight, out: Tensor) -> Tensor:
    """Triton form of `reference.unpack_weight_`; one launch."""
    check_packed(weight, out)
    (num, width), bits = weight.shape, weight.bits
    step = min(2048, next_power(width))
    unpack_weight_kernel[(num, ceil_div(width, step))](
        weight.words, weight.scale, weight.scale if weight.zero is None else weight.zero, out, out.stride(0),
        K=width, BITS=bits, BASE=BIAS[bits], BK=step, ZERO=weight.zero is not None, num_warps=4,
    )  # fmt: skip
    return out
