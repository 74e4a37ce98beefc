"""A weight as codes of 4 or 8 bits by groups of 32 columns; codes that a weight was made of are found again.

A GGUF in Q4_K, a GPTQ or an AWQ checkpoint that was written out in 16 bits still holds, in every group, at most 16
values that lie evenly. Which ones is known from the smallest, the largest and the number of steps between them, as far
as 16 bits tell them apart: such a weight is packed without a loss that its rounding to 16 bits did not have already.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from tsel_core.models.forms import BLOCK, ByteRows, NibblePack
from tsel_kernels.cpu_threads import on_every_core
from tsel_kernels.packed_weight import BIAS, GROUP, PackedWeight, pack_codes

_STEPS = 15
_ROUNDED = 2.0**-7  # of the largest value: the ends of a group and the value itself were rounded to 8 bits
_FAR = 0.35  # of a step: a value this far from its place is at none, whatever rounding did
_ROWS = 128  # quantized at a time


@dataclass(frozen=True, slots=True)
class Codes:
    """codes uint8 [N, K] 0 .. 15; by groups [N, K / 32]: means of values and codes, slope, on a grid (`fits`)."""

    codes: Tensor
    mean: Tensor
    mean_code: Tensor
    slope: Tensor
    fits: Tensor

    @property
    def share(self) -> float:
        """Of the groups, those whose values lie on a grid of 16."""
        return float(self.fits.float().mean())

    def zero(self, slope: Tensor, offset: float = 0.0) -> Tensor:
        """The zero that goes with a rounded slope: the mean of the group stays what it is."""
        return self.mean - slope.float() * (self.mean_code - offset)


def four_bits(weight: Tensor) -> Codes:
    """The 4-bit codes of a weight [N, K] in 16 or 32 bits; groups on no grid are rounded to 16 even values."""
    num, width = weight.shape
    codes = torch.empty(num, width, dtype=torch.uint8)
    by_group = [torch.empty(num, width // GROUP) for _ in range(3)]
    fits = torch.empty(num, width // GROUP, dtype=torch.bool)

    def block(own: slice) -> None:
        values = weight[own].float().view(-1, GROUP)
        found, fit = _on_grids(values)
        steps = found.float()
        mean, mean_code = values.mean(1), steps.mean(1)
        steps -= mean_code[:, None]
        slope = (steps * values).sum(1) / steps.square().sum(1).clamp_min(1e-9)
        codes[own] = found.view(-1, width)
        for home, part in zip(by_group, (mean, mean_code, slope), strict=True):
            home[own] = part.view(-1, width // GROUP)
        fits[own] = fit.view(-1, width // GROUP)

    _in_blocks(block, num)
    mean, mean_code, slope = by_group
    return Codes(codes, mean, mean_code, slope, fits)


def _on_grids(values: Tensor) -> tuple[Tensor, Tensor]:
    """(codes uint8, whether every value lies on the grid) of groups [R, 32]: the finest grid first."""
    low, high = values.aminmax(dim=1)
    allowed = _ROUNDED * torch.maximum(-low, high)
    codes, fits = _rounded(values, low, high, allowed, _STEPS)
    left = (~fits).nonzero()[:, 0]
    for steps in range(_STEPS - 1, 0, -1):
        if not len(left):
            break
        found, fit = _rounded(values[left], low[left], high[left], allowed[left], steps)
        codes[left[fit]], fits[left[fit]] = found[fit], True
        left = left[~fit]
    return codes, fits


def _rounded(values: Tensor, low: Tensor, high: Tensor, allowed: Tensor, steps: int) -> tuple[Tensor, Tensor]:
    step = ((high - low) / steps).clamp_min(1e-20)[:, None]
    places = (values - low[:, None]) / step
    codes = places.round()
    off = (places - codes).abs_().amax(1) * step[:, 0]
    fits = off <= torch.minimum(allowed, _FAR * step[:, 0]).clamp_min(1e-19)
    return codes.to(torch.uint8), fits


def packed_four(found: Codes) -> PackedWeight:
    """For a GPU."""
    scale = found.slope.half()
    return PackedWeight(pack_codes(found.codes, 4), scale, found.zero(scale).half())


def packed_eight(weight: Tensor) -> PackedWeight:
    """A weight [N, K] in 8 bits for a GPU: each group from its largest value."""
    num, width = weight.shape
    codes = torch.empty(num, width, dtype=torch.uint8)
    scale = torch.empty(num, width // GROUP, dtype=torch.float16)

    def block(own: slice) -> None:
        values = weight[own].float().view(-1, GROUP)
        step = (values.abs().amax(1) / 127).half()
        steps = values / step.float().clamp_min(1e-8)[:, None]
        codes[own] = steps.round_().clamp_(-127, 127).add_(BIAS[8]).to(torch.uint8).view(-1, width)
        scale[own] = step.view(-1, width // GROUP)

    _in_blocks(block, num)
    return PackedWeight(pack_codes(codes, 8), scale, None)


def nibble_pack(found: Codes) -> NibblePack:
    """For a CPU; N a multiple of 64."""
    if found.codes.shape[0] % BLOCK:
        raise ValueError(f"a nibble pack has a multiple of {BLOCK} rows, got {found.codes.shape[0]}")
    packed = torch.ops.aten._convert_weight_to_int4pack_for_cpu(found.codes.int(), 1)
    scale = found.slope.bfloat16()
    steps = torch.stack((scale, found.zero(scale, 8.0).bfloat16()), -1)
    return NibblePack(packed, steps.transpose(0, 1).contiguous())


def byte_rows(weight: Tensor) -> ByteRows:
    """A weight [N, K] in 8 bits for a CPU: one scale a row, rounded before values are divided by it."""
    codes = torch.empty(weight.shape, dtype=torch.int8)
    scale = torch.empty(weight.shape[0], dtype=torch.bfloat16)

    def block(own: slice) -> None:
        values = weight[own].float()
        step = (values.abs().amax(1).clamp_min(1e-12) / 127).bfloat16()
        codes[own] = values.div_(step.float()[:, None]).round_().clamp_(-127, 127).to(torch.int8)
        scale[own] = step

    _in_blocks(block, weight.shape[0])
    return ByteRows(codes, scale)


def _in_blocks(work: Callable[[slice], None], num: int) -> None:
    """work(rows) of all rows, on every core a block of its own."""
    on_every_core(work, [slice(begin, min(num, begin + _ROWS)) for begin in range(0, num, _ROWS)])
