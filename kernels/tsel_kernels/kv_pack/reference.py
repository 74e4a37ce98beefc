"""bfloat16 rows in 12 bits a value, exactly: what a kept reading holds of a GPU's keys and values.

The exponents of a channel lie close together, so each is stored as 4 bits below the channel's highest one. The few values
that lie further down are stored apart, whole. A packed block of N rows [N, D], little endian:

    low         N * D bytes      sign and mantissa of every value
    codes       N * D / 2        highest exponent of the channel - exponent: 0 to 14; 15: the exponent is 0 (zero, subnormal);
                                 byte j of a row holds those of channel j (low four bits) and j + D / 2 (high)
    highest     D                the highest exponent of each channel
    starts      4 * (T + 1)      int32: where the exceptions of each tile of 64 rows begin in the list, and where they end
    exceptions  8 * E            int32 place (row * D + channel), ascending, then the bits of the value; place -1: unused

Every bit pattern comes back, NaN and infinities too. The digest is a multilinear hash (Lemire and Kaser, Strongly universal
string hashing is fast, 2014) over 32-bit words, modulo 2 ** 64: integers alone, so it is the same on every device and in
any order of adding. Its keys are fixed and odd: a change of one word is always found, other damage all but surely (2 ** -33
at worst). It protects against damage, not against a forger.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

TILE_ROWS = 64
DIM_MULTIPLE = 8  # of D, so that every part begins at a whole word
LAST_CODE = 14
_PIECE = 1 << 22  # values or words at a time: the definitions need eight to forty bytes beside each
_GOLDEN, _MIX1, _MIX2 = (c - (1 << 64) for c in (0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB))


@dataclass(frozen=True, slots=True)
class PackedShape:
    """A packed block: rows N, channels D, room for E exceptions."""

    num_rows: int
    head_dim: int
    num_exceptions: int

    @property
    def num_bytes(self) -> int:
        """Of a block; a multiple of 4."""
        return self.exceptions_at + 8 * self.num_exceptions

    @property
    def highest_at(self) -> int:
        """Where the channels' highest exponents begin."""
        return self.num_rows * self.head_dim * 3 // 2

    @property
    def starts_at(self) -> int:
        """Where the tiles' starts begin."""
        return self.highest_at + self.head_dim

    @property
    def num_tiles(self) -> int:
        """Tiles T of TILE_ROWS rows."""
        return -(-self.num_rows // TILE_ROWS)

    @property
    def exceptions_at(self) -> int:
        """Where the exceptions begin."""
        return self.starts_at + 4 * (self.num_tiles + 1)


def can_pack(dtype: torch.dtype, num_rows: int, head_dim: int) -> bool:
    """Whether rows [num_rows, head_dim] of a type can be packed at all: places in a block are int32."""
    return dtype == torch.bfloat16 and head_dim % DIM_MULTIPLE == 0 and num_rows * head_dim < 1 << 31


def count_exceptions(rows: Tensor) -> int:
    """How many values of rows [N, D] bfloat16 lie too far below the highest exponent of their channel."""
    highest = _highest(rows)
    return int(sum(_codes(piece, highest)[1].sum() for piece in _pieces(rows)))


def pack_rows(rows: Tensor, num_exceptions: int) -> Tensor:
    """Rows [N, D] bfloat16 as a packed block [bytes] uint8 on their device. ValueError: more exceptions than that."""
    if not can_pack(rows.dtype, *rows.shape):
        raise ValueError(
            f"rows must be fewer than 2 ** 31 bfloat16 values with head_dim a multiple of {DIM_MULTIPLE}, "
            f"got {rows.dtype} {tuple(rows.shape)}"
        )
    num, dim = rows.shape
    shape, highest = PackedShape(num, dim, num_exceptions), _highest(rows)
    block = torch.zeros(shape.num_bytes, dtype=torch.uint8, device=rows.device)
    low, codes = block[: num * dim].view(num, dim), block[num * dim : shape.highest_at].view(num, dim // 2)
    block[shape.highest_at : shape.starts_at] = highest.to(torch.uint8)
    found, at = [], 0
    for piece in _pieces(rows):
        end, bits = at + len(piece), _bits(piece)
        code, outside = _codes(piece, highest)
        low[at:end] = (bits & 127 | bits >> 8 & 128).to(torch.uint8)
        codes[at:end] = (code[:, : dim // 2] | code[:, dim // 2 :] << 4).to(torch.uint8)
        places = outside.view(-1).nonzero().view(-1)
        found.append(torch.stack((places + at * dim, bits.view(-1)[places].long()), 1).to(torch.int32))
        at = end
    exceptions = torch.cat(found) if found else block.new_empty((0, 2), dtype=torch.int32)
    if len(exceptions) > num_exceptions:
        raise ValueError(f"{len(exceptions)} exceptions do not fit, there is room for {num_exceptions}")
    listed = block[shape.exceptions_at :].view(torch.int32).view(-1, 2)
    tiles = torch.arange(shape.num_tiles + 1, dtype=torch.int32, device=rows.device) * (TILE_ROWS * dim)
    block[shape.starts_at : shape.exceptions_at].view(torch.int32).copy_(torch.searchsorted(exceptions[:, 0].contiguous(), tiles))
    listed[:, 0] = -1
    listed[: len(exceptions)] = exceptions
    return block


def packed_digests(blocks: Tensor) -> Tensor:
    """Digest of each block [B, bytes] uint8, bytes a multiple of 4 -> [B] int64."""
    words = blocks.view(torch.int32)
    sums = torch.zeros(len(words), dtype=torch.int64, device=words.device)
    for at in range(0, words.shape[1], _PIECE):
        part = words[:, at : at + _PIECE].to(torch.int64) & 0xFFFFFFFF
        sums += (part * _word_keys(at, part.shape[1], words.device)).sum(1)
    return sums


def unpack_rows_(
    packed_keys: Tensor, packed_values: Tensor, digests: Tensor, found: Tensor, keys: Tensor, values: Tensor, shape: PackedShape
) -> None:
    """Write the first rows of packed blocks [Hkv, >= shape.num_bytes] uint8 to keys, values [Hkv, rows, D] bfloat16.

    `found` [2 * Hkv] int64, zero before, takes the digest of every block, keys first. Where it is not that of `digests`
    [2 * Hkv] the block's rows are written as zeros: what a damaged file holds reaches no other kernel. Whoever calls
    compares the two when he waits for the device anyway. rows <= shape.num_rows; both pools lie alike.
    """
    check_unpack(packed_keys, packed_values, digests, found, keys, values, shape)
    heads, rows, dim = keys.shape
    for number, (packed, pool) in enumerate(((packed_keys, keys), (packed_values, values))):
        part = slice(number * heads, (number + 1) * heads)
        found[part] += packed_digests(packed[:, : shape.num_bytes])
        for head in range(heads):
            block, out = packed[head, : shape.num_bytes], pool[head].view(torch.int16)
            if found[part][head] != digests[part][head]:
                out.zero_()
                continue
            low = block[: rows * dim].view(rows, dim).to(torch.int32)
            pairs = block[shape.num_rows * dim :][: rows * dim // 2].view(rows, dim // 2)
            codes = torch.cat((pairs & 15, pairs >> 4), 1).to(torch.int32)
            highest = block[shape.highest_at : shape.starts_at].to(torch.int32)
            exponents = torch.where(codes > LAST_CODE, 0, highest - codes)
            out.copy_(_signed((low & 128) << 8 | exponents << 7 | low & 127))
            places, bits = block[shape.exceptions_at :].view(torch.int32).view(-1, 2).unbind(1)
            inside = (places >= 0) & (places < rows * dim)
            at = places[inside].long()
            out[at // dim, at % dim] = _signed(bits[inside])


def check_unpack(
    packed_keys: Tensor, packed_values: Tensor, digests: Tensor, found: Tensor, keys: Tensor, values: Tensor, shape: PackedShape
) -> None:
    """Raise ValueError where the arguments of `unpack_rows_` do not belong together."""
    heads, rows, dim = keys.shape
    if keys.shape != values.shape or keys.stride() != values.stride() or keys.stride(1) != dim or keys.stride(2) != 1:
        raise ValueError(f"keys and values must lie alike with rows beside each other, got {keys.stride()}, {values.stride()}")
    if not can_pack(keys.dtype, shape.num_rows, dim) or values.dtype != keys.dtype or dim != shape.head_dim or rows > shape.num_rows:
        raise ValueError(f"{shape} does not unpack to {keys.dtype} {tuple(keys.shape)}")
    for packed in (packed_keys, packed_values):
        if packed.dtype != torch.uint8 or packed.shape[0] != heads or packed.shape[1] < shape.num_bytes:
            raise ValueError(f"packed blocks must be uint8 [{heads}, >= {shape.num_bytes}], got {packed.dtype} {tuple(packed.shape)}")
        if packed.stride(1) != 1 or packed.stride() != packed_keys.stride() or packed.stride(0) % 4:
            raise ValueError(f"packed blocks must lie alike at whole words, got strides {packed.stride()}")
    for name, sums in (("digests", digests), ("found", found)):
        if sums.dtype != torch.int64 or sums.shape != (2 * heads,):
            raise ValueError(f"{name} must be int64 [{2 * heads}], got {sums.dtype} {tuple(sums.shape)}")


def _pieces(rows: Tensor) -> tuple[Tensor, ...]:
    step = max(1, _PIECE // max(1, rows.shape[1]))
    return tuple(rows[at : at + step] for at in range(0, len(rows), step))


def _bits(rows: Tensor) -> Tensor:
    return rows.contiguous().view(torch.int16).to(torch.int32) & 0xFFFF


def _signed(bits: Tensor) -> Tensor:
    """int32 of which the lowest 16 bits count, as int16 of those bits."""
    return ((bits & 0xFFFF ^ 0x8000) - 0x8000).to(torch.int16)


def _highest(rows: Tensor) -> Tensor:
    """[D] int32. Without its sign a bit pattern grows with its exponent."""
    if not len(rows):
        return torch.zeros(rows.shape[1], dtype=torch.int32, device=rows.device)
    return torch.stack([(p.contiguous().view(torch.int16) & 0x7FFF).amax(0) for p in _pieces(rows)]).amax(0).to(torch.int32) >> 7


def _codes(rows: Tensor, highest: Tensor) -> tuple[Tensor, Tensor]:
    """Code of each value [N, D] int32, and where it is an exception."""
    exponents = _bits(rows) >> 7 & 255
    below, nothing = highest - exponents, exponents == 0
    outside = (below > LAST_CODE) & ~nothing
    return torch.where(nothing | outside, LAST_CODE + 1, below), outside


def _word_keys(first: int, count: int, device: torch.device) -> Tensor:
    """The odd keys of `count` words from number `first` on: the steps of splitmix64."""
    mixed = torch.arange(first + 1, first + count + 1, dtype=torch.int64, device=device) * _GOLDEN
    for shift, factor in ((30, _MIX1), (27, _MIX2)):
        mixed = (mixed ^ (mixed >> shift) & ((1 << 64 - shift) - 1)) * factor
    return (mixed ^ (mixed >> 31) & ((1 << 33) - 1)) | 1
