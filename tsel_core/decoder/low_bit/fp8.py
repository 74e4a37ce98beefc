"""Products of a chunk in 8-bit floats (e4m3), a scale a row of the weight and one a token; few rows stay as stored."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from tsel_core.decoder.step import DecoderStep
from tsel_core.decoder.weights import Linear, plain_linear
from tsel_kernels.protocol import Kernels

LARGEST = 448.0
"""The largest number of e4m3."""
LEAST_ROWS = 64
"""Rows from which on a product is made so: fewer are bound by the bytes of the weight, or belong to a question."""
MAPS = ("qkv", "output", "gate_up", "down")
EDGE = 2
"""Layers at either end that keep their products: KL of the default model 0.0039 instead of 0.0055 (docs/models.md)."""


class Fp8Linear:
    """x [T, K] times a weight [N, K] plus bias -> [T, N]; `plain` serves few rows."""

    def __init__(self, plain: Linear, weight: Tensor, bias: Tensor | None, kernels: Kernels) -> None:
        self.plain, self.bias, self.kernels = plain, bias, kernels
        self.codes, self.scale = weight_codes(weight)

    def __call__(self, x: Tensor) -> Tensor:
        """See the class."""
        if x.shape[0] < LEAST_ROWS:
            return self.plain(x)
        codes, scale = self.kernels.fp8_codes(x)
        if x.device.type != "cuda":
            out = F.linear(codes.to(x.dtype), self.codes.to(x.dtype)).float() * scale[:, None] * self.scale
            out = out.to(x.dtype)
        else:
            scales = {"scale_a": scale[:, None], "scale_b": self.scale[None]}
            out = torch._scaled_mm(codes, self.codes.t(), **scales, out_dtype=x.dtype, use_fast_accum=True)
        return out if self.bias is None else out.add_(self.bias)


@torch.no_grad()
def weight_codes(weight: Tensor) -> tuple[Tensor, Tensor]:
    """Codes [N, K] e4m3 and scales [N] float32 of a weight, a slice of rows at a time."""
    codes = torch.empty(weight.shape, dtype=torch.float8_e4m3fn, device=weight.device)
    scale = torch.empty(weight.shape[0], device=weight.device)
    for begin in range(0, weight.shape[0], 4096):
        part = weight[begin : begin + 4096].float()
        step = part.abs().amax(1).clamp(min=1e-12) / LARGEST
        codes[begin : begin + 4096] = (part / step[:, None]).to(torch.float8_e4m3fn)
        scale[begin : begin + 4096] = step
    return codes, scale


def use_fp8(
    step: DecoderStep, kernels: Kernels, maps: Collection[str] = MAPS, layers: Collection[int] | None = None
) -> None:
    """Give the named maps products in 8-bit floats, in `layers` (None: all but EDGE at either end)."""

    def product(linear: Linear) -> Linear:
        plain = plain_linear(linear)
        if plain is None or plain[0].shape[0] % 16 or plain[0].shape[1] % 16:
            return linear
        return Fp8Linear(linear, *plain, kernels)

    step.layers = list(step.layers)
    wanted = range(EDGE, len(step.layers) - EDGE) if layers is None else layers
    for at in wanted:
        layer = step.layers[at]
        narrow: dict[str, Any] = {name: product(getattr(layer, name)) for name in maps}
        step.layers[at] = replace(layer, **narrow)
