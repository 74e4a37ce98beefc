"""Packed rows (tsel_kernels.kv_pack) checked and taken apart on the device, the blocks of one layer at a time."""

from __future__ import annotations

import triton
import triton.language as tl
from torch import Tensor, int16, int32

from tsel_kernels.kv_pack.reference import TILE_ROWS, PackedShape, check_unpack
from tsel_kernels.triton_device import ceil_div, next_power

_WORDS = 4096  # words a program adds up
_LISTED = 64  # exceptions a program writes at a time


@triton.jit
def _word_key(word):
    """The odd key of a word's number, int64: the steps of splitmix64."""
    mixed = (word + 1) * -7046029254386353131
    mixed = (mixed ^ ((mixed >> 30) & 0x3FFFFFFFF)) * -4658895280553007687
    mixed = (mixed ^ ((mixed >> 27) & 0x1FFFFFFFFF)) * -7723592293110705685
    return (mixed ^ ((mixed >> 31) & 0x1FFFFFFFF)) | 1


@triton.jit
def packed_digest_kernel(k_ptr, v_ptr, found_ptr, p_sh, words, heads, BW: tl.constexpr):
    block = tl.program_id(1)
    head = tl.where(block < heads, block, block - heads).to(tl.int64)
    at = tl.program_id(0).to(tl.int64) * BW + tl.arange(0, BW)
    ok = at < words
    if block < heads:
        value = tl.load(k_ptr + head * p_sh + at, mask=ok, other=0)
    else:
        value = tl.load(v_ptr + head * p_sh + at, mask=ok, other=0)
    tl.atomic_add(found_ptr + block, tl.sum((value.to(tl.int64) & 0xFFFFFFFF) * _word_key(at), 0))


@triton.jit
def _unpack_tile(packed, words, out, good, num_rows, rows, tile, starts_at, count, D: tl.constexpr, DP: tl.constexpr, BR: tl.constexpr, BE: tl.constexpr):
    """Both halves of the channels of BR rows, from a block at `packed` to a head's rows at `out`, then their exceptions."""
    r = tile * BR + tl.arange(0, BR).to(tl.int64)
    j = tl.arange(0, DP)
    in_row = j < D // 2
    ok = (r < rows)[:, None] & in_row[None, :]
    pairs = tl.load(packed + num_rows * D + r[:, None] * (D // 2) + j[None, :], mask=ok, other=0).to(tl.int32)
    for half in tl.static_range(2):
        channel = j + half * (D // 2)
        low = tl.load(packed + r[:, None] * D + channel[None, :], mask=ok, other=0).to(tl.int32)
        highest = tl.load(packed + num_rows * D + num_rows * (D // 2) + channel, mask=in_row, other=0).to(tl.int32)
        code = (pairs >> (4 * half)) & 15
        exponent = tl.where(code > 14, 0, highest[None, :] - code)
        bits = ((low & 128) << 8) | (exponent << 7) | (low & 127)
        tl.store(out + r[:, None] * D + channel[None, :], tl.where(good, bits, 0).to(tl.int16), mask=ok)
    tl.debug_barrier()  # exceptions are written over what other threads wrote
    begin, end = tl.load(words + starts_at + tile), tl.load(words + starts_at + tile + 1)
    listed = words + starts_at + (num_rows + BR - 1) // BR + 1
    first, last = tile * BR * D, tl.minimum((tile + 1) * BR, rows) * D
    for start in range(tl.maximum(begin, 0), tl.where(good, tl.minimum(end, count), 0), BE):
        at = start + tl.arange(0, BE)
        there = at < tl.minimum(end, count)
        place = tl.load(listed + at * 2, mask=there, other=-1)
        value = tl.load(listed + at * 2 + 1, mask=there, other=0)
        tl.store(out + place.to(tl.int64), value.to(tl.int16), mask=(place >= first) & (place < last))


@triton.jit
def unpack_kernel(k_packed, v_packed, k_words, v_words, digests_ptr, found_ptr, k_ptr, v_ptr, p_sh, r_sh, num_rows, rows, heads, starts_at, count, D: tl.constexpr, DP: tl.constexpr, BR: tl.constexpr, BE: tl.constexpr):
    block = tl.program_id(1)
    head = tl.where(block < heads, block, block - heads).to(tl.int64)
    good = tl.load(digests_ptr + block) == tl.load(found_ptr + block)
    if block < heads:
        _unpack_tile(k_packed + head * p_sh, k_words + head * (p_sh // 4), k_ptr + head * r_sh, good, num_rows, rows, tl.program_id(0), starts_at, count, D, DP, BR, BE)
    else:
        _unpack_tile(v_packed + head * p_sh, v_words + head * (p_sh // 4), v_ptr + head * r_sh, good, num_rows, rows, tl.program_id(0), starts_at, count, D, DP, BR, BE)


def unpack_rows_(
    packed_keys: Tensor, packed_values: Tensor, digests: Tensor, found: Tensor, keys: Tensor, values: Tensor, shape: PackedShape
) -> None:
    """Triton form of `reference.unpack_rows_`: adds up every block, then takes them apart, a tile a program."""
    check_unpack(packed_keys, packed_values, digests, found, keys, values, shape)
    heads, rows, dim = keys.shape
    words, stride = shape.num_bytes // 4, packed_keys.stride(0)
    by_word = [packed[:, : shape.num_bytes].view(int32) for packed in (packed_keys, packed_values)]
    packed_digest_kernel[(ceil_div(words, _WORDS), 2 * heads)](*by_word, found, stride // 4, words, heads, BW=_WORDS, num_warps=8)
    unpack_kernel[(ceil_div(rows, TILE_ROWS), 2 * heads)](
        packed_keys, packed_values, *by_word, digests, found, keys.view(int16), values.view(int16), stride, keys.stride(0),
        shape.num_rows, rows, heads, shape.starts_at // 4, shape.num_exceptions,
        D=dim, DP=next_power(dim // 2), BR=TILE_ROWS, BE=_LISTED, num_warps=8,
    )  # fmt: skip
