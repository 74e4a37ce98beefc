"""Rows in 8 bits: float8_e4m3fn codes and one power-of-two scale a row (token and head).

A power of two costs a floating-point code no precision, takes one byte, and its product is exact in bf16 and fp32.
"""

from __future__ import annotations

import torch
from torch import Tensor

_LARGEST = 448.0  # of float8_e4m3fn
_PIECE = 1 << 16  # elements converted at a time on a CPU: they stay in its cache


def quantize_fp8(rows: Tensor) -> tuple[Tensor, Tensor]:
    """Codes [Hkv, T, D] (float8_e4m3fn bits as uint8) and exponents [Hkv, T] int8 of rows [Hkv, T, D]."""
    wide = rows.float()
    _, exponents = torch.frexp(wide.abs().amax(-1) / _LARGEST)
    exponents = exponents.clamp(-100, 100)  # 2^exponent * 448 >= the row's largest value
    codes = (wide * torch.exp2(-exponents.float())[..., None]).to(torch.float8_e4m3fn)
    return codes.view(torch.uint8), exponents.to(torch.int8)


def dequantize_fp8_(codes: Tensor, exponents: Tensor, out: Tensor) -> Tensor:
    """out [Hkv, T, D] (bf16 or fp32) = the values of codes [Hkv, T, D] uint8, exponents [Hkv, T] int8."""
    if codes.device.type != "cpu":
        out.copy_(codes.view(torch.float8_e4m3fn))
        return out.mul_(torch.exp2(exponents.float()).to(out.dtype)[..., None])
    for head in range(codes.shape[0]):
        _widen(codes[head], out[head])
    return out.mul_(torch.exp2(exponents.float() + 8).to(out.dtype)[..., None])


def _widen(codes: Tensor, out: Tensor) -> None:
    """out [T, D] = codes [T, D] / 256, by moving bits into a float16 (five times as fast as PyTorch's conversion).

    Sign, 4 exponent and 3 mantissa bits go where float16 has sign, low exponent and high mantissa bits; the two
    exponent biases differ by 8, which the caller's scale makes up for.
    """
    step = max(1, _PIECE // codes.shape[1])
    for begin in range(0, codes.shape[0], step):
        bits = codes[begin : begin + step].view(torch.int8).to(torch.int16)
        bits.bitwise_left_shift_(7).bitwise_and_(-16385)  # 0xBFFF: the sign was extended into bit 14
        out[begin : begin + step] = bits.view(torch.float16)
