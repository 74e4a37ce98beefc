"""Products of a GPU with packed weights: one row by the kernel that reads codes, many by the numbers made of them."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

from tsel_kernels.packed_weight import PackedWeight
from tsel_kernels.protocol import Kernels

_MOST = 1 << 28  # numbers unpacked at a time
_FEW = 8  # rows by themselves: each reads 4 bits a number, unpacking writes and reads 16


class Unpacked:
    """One buffer for the numbers of the map that is being multiplied."""

    def __init__(self, kernels: Kernels, dtype: torch.dtype, device: torch.device) -> None:
        self.kernels, self._held = kernels, torch.empty(0, dtype=dtype, device=device)

    def of(self, weight: PackedWeight) -> Tensor:
        """The numbers [N, K]; those taken before are overwritten."""
        num, width = weight.shape
        if self._held.numel() < num * width:
            self._held = self._held.new_empty(num * width)
        return self.kernels.unpack_weight_(weight, self._held[: num * width].view(num, width))


class PackedLinear:
    """x [T, K] times a packed weight plus bias -> [T, N]."""

    def __init__(self, weight: PackedWeight, bias: Tensor | None, unpacked: Unpacked) -> None:
        self.weight, self.bias, self.unpacked = weight, bias, unpacked

    def __call__(self, x: Tensor) -> Tensor:
        """See the class."""
        num, width = self.weight.shape
        if x.shape[0] == 1:
            out = x.new_empty(num)
            return self.unpacked.kernels.packed_row_linear_(x[0].contiguous(), self.weight, out, bias=self.bias)[None]
        if num * width <= _MOST:
            return F.linear(x, self.unpacked.of(self.weight), self.bias)
        step, parts = _MOST // width, []
        for begin in range(0, num, step):
            end = min(num, begin + step)
            bias = None if self.bias is None else self.bias[begin:end]
            parts.append(F.linear(x, self.unpacked.of(self.weight.rows(begin, end)), bias))
        return torch.cat(parts, -1)

    def by_row(self, x: Tensor) -> Tensor:
        """Rows that are no chunk, but one a sequence: few of them each as a single one is multiplied."""
        return torch.cat([self(row) for row in x.split(1)]) if x.shape[0] <= _FEW else self(x)
