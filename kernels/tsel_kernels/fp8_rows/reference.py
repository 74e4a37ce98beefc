"""Rows in 8 bits: float8_e4m3fn codes and one power-of-two scale a row (token and head).

A power of two costs a floating-point code no precision, takes one byte, and its product is exact in bf16 and fp32.
A captured decode step rounds the row it writes (`fp8_store_row_`) and widens the rows it attends to (`fp8_load_rows_`):
lengths are read from device tensors, so that the Triton forms (triton.py) fit into a CUDA graph.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

_LARGEST = 448.0  # of float8_e4m3fn
_PIECE = 1 << 16  # elements converted at a time on a CPU: they stay in its cache


@dataclass(frozen=True)
class Fp8Pool:
    """Keys or values of a layer: codes [Hkv, N, D] uint8, exponents [Hkv, N] int8, and what was taken off every row.

    centre [Hkv, D] in the dtype of the rows, or None.
    """

    codes: Tensor
    exponents: Tensor
    centre: Tensor | None = None


def quantize_fp8(rows: Tensor, centre: Tensor | None = None) -> tuple[Tensor, Tensor]:
    """Codes [Hkv, T, D] (float8_e4m3fn bits as uint8) and exponents [Hkv, T] int8 of rows [Hkv, T, D] less centre [Hkv, D]."""
    wide = rows.float() if centre is None else rows.float() - centre.float()[:, None]
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


def fp8_store_row_(keys: Tensor, values: Tensor, position: Tensor, key_pool: Fp8Pool, value_pool: Fp8Pool) -> None:
    """Row `position` [1] of keys, values [Hkv, N, D] into the pools; in place it becomes what the pools will give back.

    Raises ValueError on shapes that do not agree.
    """
    at = int(position)
    for rows, pool in ((keys, key_pool), (values, value_pool)):
        check_fp8(rows, pool)
        row = rows[:, at : at + 1]
        codes, exponents = quantize_fp8(row, pool.centre)
        pool.codes[:, at : at + 1], pool.exponents[:, at : at + 1] = codes, exponents
        _widened_(pool, torch.tensor([at], device=rows.device), rows)


def fp8_load_rows_(
    key_pool: Fp8Pool,
    value_pool: Fp8Pool,
    indices: Tensor,
    window_start: Tensor,
    position: Tensor,
    keys: Tensor,
    values: Tensor,
    *,
    num_sink: int,
    window_rows: int,
) -> None:
    """Widen the rows a decode step attends to into their places in keys, values [Hkv, N, D].

    The rows are the sinks, indices [1, Hkv or 1, K] int32 (-1 padded) and window_start [1] .. position [1] int32, which
    are at most `window_rows`. Other rows stay as they are. Raises ValueError on shapes that do not agree.
    """
    last, begin = int(position), int(window_start)
    window = torch.arange(begin, last + 1, device=keys.device)
    if len(window) > window_rows:
        raise ValueError(f"the window holds {len(window)} rows, at most {window_rows} were named")
    sinks = torch.arange(min(num_sink, last + 1), device=keys.device)
    for pool, out in ((key_pool, keys), (value_pool, values)):
        check_fp8(out, pool)
        for head in range(out.shape[0]):
            picked = indices[0, head if indices.shape[1] > 1 else 0]
            listed = torch.cat([sinks, picked[picked >= 0].long(), window])
            one = slice(head, head + 1)
            own = Fp8Pool(pool.codes[one], pool.exponents[one], None if pool.centre is None else pool.centre[one])
            _widened_(own, listed, out[one])


def _widened_(pool: Fp8Pool, rows: Tensor, out: Tensor) -> None:
    """Rows [K] int64 of a pool into the same rows of out [heads, N, D]."""
    room = out.new_empty((out.shape[0], len(rows), out.shape[2]))
    wide = dequantize_fp8_(pool.codes[:, rows], pool.exponents[:, rows], room)
    out[:, rows] = wide if pool.centre is None else wide.add_(pool.centre[:, None])


def check_fp8(rows: Tensor, pool: Fp8Pool) -> None:
    """rows [Hkv, N, D] and the pool agree; last dimensions are contiguous."""
    heads, num, dim = rows.shape
    if pool.codes.shape != rows.shape or pool.codes.dtype != torch.uint8:
        raise ValueError(f"codes must be uint8 {tuple(rows.shape)}, got {pool.codes.dtype} {tuple(pool.codes.shape)}")
    if pool.exponents.shape != (heads, num) or pool.exponents.dtype != torch.int8:
        raise ValueError(f"exponents must be int8 {(heads, num)}, got {pool.exponents.dtype} {tuple(pool.exponents.shape)}")
    if pool.centre is not None and (pool.centre.shape != (heads, dim) or pool.centre.dtype != rows.dtype):
        raise ValueError(f"centre must be {rows.dtype} {(heads, dim)}, got {pool.centre.dtype} {tuple(pool.centre.shape)}")
    if rows.stride(-1) != 1 or pool.codes.stride(-1) != 1 or pool.exponents.stride(-1) != 1:
        raise ValueError("rows, codes and exponents must be contiguous in their last dimension")
