"""What the vote and log-sum-exp kernels share: tiles of logits from the 16-bit keys or the low-bit index."""

from __future__ import annotations

from typing import NamedTuple

import triton
import triton.language as tl
from torch import Tensor

from tsel_kernels.key_index import KeyIndex


class KeyPointers(NamedTuple):
    """16-bit keys, or the tensors of their index; what is not read is any tensor."""

    keys: Tensor
    codes: Tensor
    scale: Tensor
    zero: Tensor
    mean: Tensor


class KeyStrides(NamedTuple):
    """Elements from a KV head to the next, and from a row to the next."""

    keys_head: int
    keys_row: int
    codes_head: int
    codes_row: int
    scale_head: int


@triton.jit
def load_columns(base, rows, stride, cols, ok, D: tl.constexpr, DP: tl.constexpr, INTERP: tl.constexpr):
    """Transposed voter rows [DP, n]; what is outside `ok` or beyond D is zero."""
    x = tl.load(base + rows[None, :] + cols[:, None], mask=ok[None, :] & (cols[:, None] < D), other=0.0)
    if INTERP:
        x = x.to(tl.float32)
    return x


@triton.jit
def nibbles(codes, INTERP: tl.constexpr):
    """Low and high nibble of each byte as numbers of the matrix units' 16-bit type."""
    low, high = (codes & 15), (codes >> 4)
    if INTERP:
        return low.to(tl.float32), high.to(tl.float32)
    return low.to(tl.float16), high.to(tl.float16)


@triton.jit
def tile_logits(
    keys, strides, kv, n, n_ok, voters, D: tl.constexpr, DP: tl.constexpr, QUANT: tl.constexpr, INTERP: tl.constexpr
):
    """Unscaled logits [n, rows] of a tile of keys (QUANT 0: 16-bit, else bits of the index) against what `load_voters` gave."""
    q, q_low, q_high, q_sum, q_mean = voters
    if QUANT == 8:
        cols = tl.arange(0, DP)
        ptr = keys.codes + kv.to(tl.int64) * strides.codes_head + n[:, None].to(tl.int64) * strides.codes_row + cols[None, :]
        codes = tl.load(ptr, mask=n_ok[:, None] & (cols[None, :] < D), other=0)
        raw = tl.dot(codes.to(tl.float32) if INTERP else codes.to(tl.float16), q)
    elif QUANT == 4:
        cols = tl.arange(0, DP // 2)
        ptr = keys.codes + kv.to(tl.int64) * strides.codes_head + n[:, None].to(tl.int64) * strides.codes_row + cols[None, :]
        codes = tl.load(ptr, mask=n_ok[:, None] & (cols[None, :] < D // 2), other=0)
        low, high = nibbles(codes, INTERP)
        raw = tl.dot(low, q_low)
        raw = tl.dot(high, q_high, raw)
    if QUANT:
        scale = tl.load(keys.scale + kv.to(tl.int64) * strides.scale_head + n, mask=n_ok, other=0.0).to(tl.float32)
        zero = tl.load(keys.zero + kv.to(tl.int64) * strides.scale_head + n, mask=n_ok, other=0.0).to(tl.float32)
        logits = raw * scale[:, None] + zero[:, None] * q_sum[None, :] + q_mean[None, :]
    else:
        cols = tl.arange(0, DP)
        ptr = keys.keys + kv.to(tl.int64) * strides.keys_head + n[:, None].to(tl.int64) * strides.keys_row + cols[None, :]
        k = tl.load(ptr, mask=n_ok[:, None] & (cols[None, :] < D), other=0.0)
        if INTERP:
            k = k.to(tl.float32)
        logits = tl.dot(k, q, input_precision="tf32x3")
    return logits


@triton.jit
def load_voters(
    q_ptr, mean_ptr, kv, rows, ok, D: tl.constexpr, DP: tl.constexpr, QUANT: tl.constexpr, INTERP: tl.constexpr
):
    """Voter columns (offsets `rows`): q [DP, n], and for the index its halves in fp16, its sum, its mean logit."""
    if QUANT == 8:
        cols = tl.arange(0, DP)
        q = load_columns(q_ptr, rows, 1, cols, ok, D, DP, INTERP).to(tl.float32)
        mean = tl.load(mean_ptr + kv * D + cols, mask=cols < D, other=0.0)
        q_sum = tl.sum(q, 0)
        q_mean = tl.sum(q * mean[:, None], 0)
        q = q if INTERP else q.to(tl.float16)
        q_low = q
        q_high = q
    elif QUANT == 4:
        half = tl.arange(0, DP // 2)
        fine = ok[None, :] & (half[:, None] < D // 2)
        low = tl.load(q_ptr + rows[None, :] + half[:, None], mask=fine, other=0.0).to(tl.float32)
        high = tl.load(q_ptr + rows[None, :] + half[:, None] + D // 2, mask=fine, other=0.0).to(tl.float32)
        mean_low = tl.load(mean_ptr + kv * D + half, mask=half < D // 2, other=0.0)
        mean_high = tl.load(mean_ptr + kv * D + half + D // 2, mask=half < D // 2, other=0.0)
        q_sum = tl.sum(low, 0) + tl.sum(high, 0)
        q_mean = tl.sum(low * mean_low[:, None], 0) + tl.sum(high * mean_high[:, None], 0)
        q_low = low if INTERP else low.to(tl.float16)
        q_high = high if INTERP else high.to(tl.float16)
        q = q_low
    else:
        q = load_columns(q_ptr, rows, 1, tl.arange(0, DP), ok, D, DP, INTERP)
        q_low = q
        q_high = q
        q_sum = tl.zeros([rows.shape[0]], tl.float32)
        q_mean = q_sum
    return q, q_low, q_high, q_sum, q_mean


def key_arguments(keys: Tensor | KeyIndex) -> tuple[KeyPointers, KeyStrides, int]:
    """Pointers, strides, and the bits of the index (0: 16-bit keys)."""
    if isinstance(keys, KeyIndex):
        c = keys.codes
        strides = KeyStrides(0, 0, c.stride(0), c.stride(1), keys.scale.stride(0))
        return KeyPointers(c, c, keys.scale, keys.zero, keys.mean), strides, keys.bits
    return KeyPointers(keys, keys, keys, keys, keys), KeyStrides(keys.stride(0), keys.stride(1), 0, 0, 0), 0


def num_key_rows(keys: Tensor | KeyIndex) -> int:
    """Rows of the keys or of their index."""
    return keys.num_rows if isinstance(keys, KeyIndex) else keys.shape[1]
