"""Writing the low-bit key index: codes, scale and zero of centred rows."""

from __future__ import annotations

import triton
import triton.language as tl
from torch import Tensor

from tsel_kernels.key_index import KeyIndex, empty_index
from tsel_kernels.triton_device import ceil_div, next_power


@triton.jit
def quantize_rows(low, high, rows_ok, codes_ptr, scale_ptr, zero_ptr, at, c_sn, half_ok, cols, D: tl.constexpr, BITS: tl.constexpr):
    """Store codes, scale and zero of centred rows given as halves low, high [n, D/2] at row offsets `at` [n]."""
    least = tl.minimum(tl.min(tl.where(half_ok, low, float("inf")), 1), tl.min(tl.where(half_ok, high, float("inf")), 1))
    most = tl.maximum(tl.max(tl.where(half_ok, low, float("-inf")), 1), tl.max(tl.where(half_ok, high, float("-inf")), 1))
    bottom: tl.constexpr = -127.0 if BITS == 8 else 0.0
    top: tl.constexpr = 127.0 if BITS == 8 else 15.0
    scale = tl.maximum(tl.div_rn(most - least, (top - bottom) + 0.0 * most), 1e-6).to(tl.float16)
    if BITS == 8:
        zero = ((least + most) * 0.5).to(tl.float16)
    else:
        zero = least.to(tl.float16)
    step, base = scale.to(tl.float32)[:, None], zero.to(tl.float32)[:, None]
    magic = 12582912.0  # 1.5 * 2^23: adding and taking it away rounds half to even, as torch.round does
    a = tl.minimum(tl.maximum((tl.div_rn(low - base, step + 0.0 * low) + magic) - magic, bottom), top).to(tl.int32)
    b = tl.minimum(tl.maximum((tl.div_rn(high - base, step + 0.0 * high) + magic) - magic, bottom), top).to(tl.int32)
    ptr = codes_ptr + at[:, None].to(tl.int64) * c_sn + cols[None, :]
    if BITS == 8:
        tl.store(ptr, a.to(tl.int8), mask=rows_ok[:, None] & half_ok)
        tl.store(ptr + D // 2, b.to(tl.int8), mask=rows_ok[:, None] & half_ok)
    else:
        tl.store(ptr, (a | (b << 4)).to(tl.uint8), mask=rows_ok[:, None] & half_ok)
    tl.store(scale_ptr + at, scale.to(scale_ptr.dtype.element_ty), mask=rows_ok)
    tl.store(zero_ptr + at, zero.to(zero_ptr.dtype.element_ty), mask=rows_ok)


@triton.jit(do_not_specialize=["num_rows"])
def _index_kernel(
    k_ptr, codes_ptr, scale_ptr, zero_ptr, mean_ptr, num_rows, start, k_sh, k_sn, c_sh, c_sn, z_sh,
    D: tl.constexpr, HALF: tl.constexpr, BN: tl.constexpr, BITS: tl.constexpr,
):  # fmt: skip
    kv = tl.program_id(1)
    n = tl.program_id(0) * BN + tl.arange(0, BN)
    cols = tl.arange(0, HALF)
    ok = n < num_rows
    half_ok = (cols < D // 2)[None, :] & (n >= 0)[:, None]
    ptr = k_ptr + kv.to(tl.int64) * k_sh + n[:, None].to(tl.int64) * k_sn + cols[None, :]
    inside = ok[:, None] & half_ok
    mean_low = tl.load(mean_ptr + kv * D + cols, mask=cols < D // 2, other=0.0)
    mean_high = tl.load(mean_ptr + kv * D + D // 2 + cols, mask=cols < D // 2, other=0.0)
    low = tl.load(ptr, mask=inside, other=0.0).to(tl.float32) - mean_low[None, :]
    high = tl.load(ptr + D // 2, mask=inside, other=0.0).to(tl.float32) - mean_high[None, :]
    quantize_rows(
        low, high, ok, codes_ptr + kv.to(tl.int64) * c_sh, scale_ptr + kv.to(tl.int64) * z_sh,
        zero_ptr + kv.to(tl.int64) * z_sh, start + n, c_sn, half_ok, cols, D, BITS,
    )  # fmt: skip


def append_index_(index: KeyIndex, keys: Tensor, start: int) -> None:
    """Triton form of `reference.append_index_`: keys [Hkv, T, D] into rows start.. of the index."""
    kv_heads, num, dim = keys.shape
    if start < 0 or start + num > index.num_rows:
        raise ValueError(f"the index holds {index.num_rows} rows, rows {start} to {start + num - 1} were written")
    _index_kernel[(ceil_div(num, 32), kv_heads)](
        keys, index.codes, index.scale, index.zero, index.mean, num, start, keys.stride(0), keys.stride(1),
        index.codes.stride(0), index.codes.stride(1), index.scale.stride(0),
        D=dim, HALF=next_power(dim // 2), BN=32, BITS=index.bits, num_warps=4,
    )  # fmt: skip


def quantize_keys(keys: Tensor, mean: Tensor, bits: int = 4) -> KeyIndex:
    """Triton form of `tsel_kernels.key_index.quantize_keys`."""
    index = empty_index(mean, keys.shape[1], bits)
    append_index_(index, keys, 0)
    return index
