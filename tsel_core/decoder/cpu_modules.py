"""The products of a model's own layers on a CPU: exact weights for several rows, int8 for one (cpu_linear.py)."""

from __future__ import annotations

from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from tsel_core.decoder.cpu_linear import RowHead, RowLinear, is_right_and_faster

_ROUTERS = ("gate", "router", "shared_expert_gate")
"""Modules that choose experts: a rounded weight might choose others."""
_LEAST = 65_536  # weights of a matrix: a smaller one is not bound by reading it


class RowModule(nn.Linear):
    """A linear module with the same weights, whose single rows go through an int8 copy once it is made."""

    def __init__(self, linear: nn.Linear, kind: type[RowLinear] = RowLinear) -> None:
        nn.Module.__init__(self)
        self.in_features, self.out_features = linear.in_features, linear.out_features
        self.weight, self.bias = linear.weight, linear.bias
        self.row = kind(
            linear.weight.detach(), None if linear.bias is None else linear.bias.detach(), linear.weight.dtype
        )

    def forward(self, input: Tensor) -> Tensor:
        """See nn.Linear."""
        if input.numel() != self.in_features:
            return F.linear(input, self.weight, self.bias)
        return self.row(input.reshape(1, -1)).view(*input.shape[:-1], self.out_features)


@torch.inference_mode()
def add_int8_modules(model: Any) -> list[RowLinear] | None:
    """Put RowModules in the place of the linear modules of a float32 model; their products, exact until quantized.

    None where this CPU gains nothing by them; then nothing is changed.
    """
    found = [(name, m) for name, m in model.named_modules() if _is_large(name, m)]
    if not found or any(m.weight.dtype != torch.float32 for _, m in found):
        return None
    largest = max((m for _, m in found), key=lambda m: m.weight.numel() if m.out_features < 65_536 else 0)
    if not is_right_and_faster(RowLinear(largest.weight.detach(), None).quantize()):
        return None
    head, rows = model.get_output_embeddings(), []
    for name, linear in found:
        if not isinstance(linear, RowModule):
            parent, _, leaf = name.rpartition(".")
            linear = RowModule(linear, RowHead if linear is head else RowLinear)
            setattr(model.get_submodule(parent), leaf, linear)
        rows.append(linear.row)
    return rows


def forget_int8_rows(model: Any) -> None:
    """Make the products of single rows exact again: a check is about to compare them."""
    for module in model.modules():
        if isinstance(module, RowModule):
            module.row.int8 = torch.empty(0, dtype=torch.int8)


def _is_large(name: str, module: nn.Module) -> bool:
    linear = type(module) in (nn.Linear, RowModule)
    return linear and name.rpartition(".")[2] not in _ROUTERS and module.weight.numel() >= _LEAST  # type: ignore[operator]
