"""The forms in which a weight is held in few bits: for a GPU codes by groups, for a CPU what its products take.

A form is a few tensors, which a file holds under the weight's name (`parts_of`, `form_of`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import torch
from torch import Tensor

from tsel_kernels.packed_weight import GROUP, PackedWeight

BLOCK = 64
"""A NibblePack's rows are a multiple of it; what is cut from one begins and ends at one."""


@cache
def rows_together() -> int:
    """Rows of a NibblePack that lie together as torch packs them for this processor: 64 (AVX-512), 32 (AVX2).

    Low nibbles hold the first half of them, high nibbles the second. 0: packed in no known way, or not at all.
    """
    codes = torch.arange(BLOCK * GROUP, dtype=torch.int32).mul(7).remainder(16).view(BLOCK, GROUP)
    try:
        packed = torch.ops.aten._convert_weight_to_int4pack_for_cpu(codes, 1)
    except (RuntimeError, NotImplementedError):
        return 0
    for rows in (BLOCK, BLOCK // 2):
        both = packed.view(BLOCK // rows, GROUP, rows // 2)
        numbers = torch.cat((both & 15, both >> 4), 2).transpose(1, 2).reshape(BLOCK, GROUP)
        if torch.equal(numbers.int(), codes):
            return rows
    return 0


@dataclass(frozen=True, slots=True)
class NibblePack:
    """weight[n, k] = scale * (code - 8) + zero by groups of 32 columns, as torch's int4 product of a CPU takes it.

    `codes` [N, K / 2] uint8 in blocks of B = `rows_together()` rows, as torch packs them for int4 products of a CPU:
    as [N / B, K, B / 2] byte j of a column holds rows j and B / 2 + j. `steps` [K / 32, N, 2] bf16: scale and zero.
    """

    codes: Tensor
    steps: Tensor

    @property
    def shape(self) -> tuple[int, int]:
        """(N, K)."""
        return self.codes.shape[0], self.codes.shape[1] * 2

    @property
    def device(self) -> torch.device:
        """The CPU."""
        return self.codes.device

    @property
    def num_bytes(self) -> int:
        """Bytes it takes."""
        return self.codes.numel() + 2 * self.steps.numel()


@dataclass(frozen=True, slots=True)
class ByteRows:
    """weight[n, k] = scale[n] * codes[n, k]: int8 [N, K], bf16 [N]."""

    codes: Tensor
    scale: Tensor

    @property
    def shape(self) -> tuple[int, int]:
        """(N, K)."""
        return self.codes.shape[0], self.codes.shape[1]

    @property
    def device(self) -> torch.device:
        """The CPU."""
        return self.codes.device

    @property
    def num_bytes(self) -> int:
        """Bytes it takes."""
        return self.codes.numel() + 2 * self.scale.numel()


LowBit = PackedWeight | NibblePack | ByteRows
FORMS = (PackedWeight, NibblePack, ByteRows)


def parts_of(name: str, form: LowBit) -> dict[str, Tensor]:
    """The tensors of a form by name."""
    match form:
        case PackedWeight():
            parts = {f"{name}:words": form.words, f"{name}:scale": form.scale}
            return parts if form.zero is None else parts | {f"{name}:zero": form.zero}
        case NibblePack():
            return {f"{name}:nibbles": form.codes, f"{name}:steps": form.steps}
        case ByteRows():
            return {f"{name}:bytes": form.codes, f"{name}:rows": form.scale}


def form_of(name: str, parts: Mapping[str, Tensor]) -> LowBit | None:
    """The form of `parts_of`; None when a weight of this name has none."""
    if f"{name}:words" in parts:
        return PackedWeight(parts[f"{name}:words"], parts[f"{name}:scale"], parts.get(f"{name}:zero"))
    if f"{name}:nibbles" in parts:
        return NibblePack(parts[f"{name}:nibbles"], parts[f"{name}:steps"])
    if f"{name}:bytes" in parts:
        return ByteRows(parts[f"{name}:bytes"], parts[f"{name}:rows"])
    return None
