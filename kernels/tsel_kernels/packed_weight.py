"""A weight as codes of 4 or 8 bits with a scale, and where it has one a zero, for every group of 32 columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

GROUP = 32
"""Columns that share a scale."""
BIAS = {4: 0, 8: 128}
"""What is added to a code as it is stored: 4 bits hold 0 .. 15, 8 bits -127 .. 127 as 1 .. 255."""


@dataclass(frozen=True, slots=True)
class PackedWeight:
    """weight[n, k] = scale[n, k // 32] * code[n, k] + zero[n, k // 32]; zero None: nothing is added.

    `words` [N, K / 32, bits] int32 holds the codes: bits i * bits .. of word j are column i * bits + j of the group, so
    that a thread which loads a group at once meets columns in order. `scale`, `zero` [N, K / 32] in 16 bits.
    """

    words: Tensor
    scale: Tensor
    zero: Tensor | None

    @property
    def bits(self) -> int:
        """4 or 8."""
        return self.words.shape[2]

    @property
    def shape(self) -> tuple[int, int]:
        """(N, K) of the weight."""
        return self.words.shape[0], self.words.shape[1] * GROUP

    @property
    def num_bytes(self) -> int:
        """Bytes it takes."""
        return sum(t.numel() * t.element_size() for t in (self.words, self.scale, self.zero) if t is not None)

    def rows(self, begin: int, end: int) -> PackedWeight:
        """Rows begin .. end - 1, as views."""
        zero = None if self.zero is None else self.zero[begin:end]
        return PackedWeight(self.words[begin:end], self.scale[begin:end], zero)

    @property
    def device(self) -> torch.device:
        """Where it is."""
        return self.words.device

    def to(self, device: torch.device | str) -> PackedWeight:
        """On another device."""
        zero = None if self.zero is None else self.zero.to(device)
        return PackedWeight(self.words.to(device), self.scale.to(device), zero)


def pack_codes(codes: Tensor, bits: int) -> Tensor:
    """Words [N, K / 32, bits] int32 of codes [N, K] uint8 as they are stored (see BIAS)."""
    num, width = codes.shape
    by_word = codes.view(num, width // GROUP, GROUP // bits, bits).transpose(2, 3)  # [N, G, word, place in it]
    if bits == 8:
        held = by_word.contiguous()
    else:
        held = by_word[..., 0::2] | (by_word[..., 1::2] << 4)
    return held.contiguous().view(torch.int32).squeeze(-1)


def unpack_codes(words: Tensor) -> Tensor:
    """Codes [N, K] uint8 as they are stored, of `pack_codes`."""
    num, groups, bits = words.shape
    held = words.contiguous().view(torch.uint8).view(num, groups, bits, 4)  # [N, G, word, byte of it]
    if bits == 4:
        held = torch.stack((held & 15, held >> 4), -1).view(num, groups, bits, 8)
    return held.transpose(2, 3).reshape(num, groups * GROUP)


def join_rows(parts: Sequence[PackedWeight]) -> PackedWeight:
    """Weights over one input below each other. ValueError when their codes are of different kinds."""
    first = parts[0]
    if len({(p.bits, p.zero is None) for p in parts}) > 1:
        raise ValueError("packed weights of different kinds cannot be joined")
    zero = None if first.zero is None else torch.cat([p.zero for p in parts if p.zero is not None])
    return PackedWeight(torch.cat([p.words for p in parts]), torch.cat([p.scale for p in parts]), zero)
