"""One written token through a Llama-family decoder: four launches a layer beside attention's, every weight read once.

The lean step of decoder/step.py multiplies rows with the library's product; a single row is bound by the bytes of
the weights, and norms, gate and residual can ride along (tsel_kernels.row_linear).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from tsel_core.decoder.embedding import embedding_rows
from tsel_core.decoder.low_bit.fp8 import Fp8Linear
from tsel_core.decoder.low_bit.gpu import PackedLinear
from tsel_core.decoder.step import DecoderStep, Mixer
from tsel_core.decoder.weights import LayerWeights, Linear, plain_linear
from tsel_kernels.packed_weight import PackedWeight
from tsel_kernels.protocol import Kernels

Weight = Tensor | PackedWeight


@dataclass(frozen=True)
class RowLayer:
    """Weights and biases of one layer, as they lie in the model."""

    qkv: tuple[Weight, Tensor | None]
    output: tuple[Weight, Tensor | None]
    gate_up: Weight
    down: tuple[Weight, Tensor | None]


class RowStep:
    """Logits of one token; made by `of`, which knows the models it can run."""

    def __init__(self, step: DecoderStep, layers: list[RowLayer], head: tuple[Weight, Tensor | None], kernels: Kernels):
        self.step, self.layers, self.head, self.kernels = step, layers, head, kernels
        self.residual = torch.empty_like(step.final_norm)
        width = layers[0].gate_up.shape[0] // 2
        self.active = self.residual.new_empty(width)
        self.qkv = self.residual.new_empty(layers[0].qkv[0].shape[0])
        self.logits = self.residual.new_empty(head[0].shape[0])

    @classmethod
    def of(cls, step: DecoderStep, kernels: Kernels) -> RowStep | None:
        """The step over the weights of `step`; None where a map is no plain or packed matrix (adapted)."""
        layers = [_row_layer(layer) for layer in step.layers]
        head = _row_map(step.head)
        if head is None or step.ranks is not None or not step.traits.plain_rows or not hasattr(kernels, "row_linear_"):
            return None
        found = [layer for layer in layers if layer is not None]
        plain = (t for layer in found for t in (layer.gate_up, layer.qkv[0]) if isinstance(t, Tensor))
        same = {step.final_norm.dtype} | {t.dtype for t in plain}
        if len(found) < len(layers) or len(same) > 1:
            return None
        return cls(step, found, head, kernels)

    def forward(self, token: Tensor, mixer: Mixer) -> Tensor:
        """Logits [vocab] after token [1] int64; the buffer is written again by the next call."""
        step, linear = self.step, self._linear
        residual = self.residual
        if isinstance(step.embed, PackedWeight):
            self.kernels.packed_row_(step.embed, token, residual)
        else:
            residual.copy_(embedding_rows(token, step.embed)[0])
        for layer_idx, (row, layer) in enumerate(zip(self.layers, step.layers, strict=True)):
            linear(residual, row.qkv[0], self.qkv, bias=row.qkv[1], norm=layer.input_norm, eps=step.eps)
            mixed = mixer.mix(layer_idx, self.qkv[None], layer)[0]
            linear(mixed, row.output[0], residual, bias=row.output[1], residual=residual)
            linear(residual, row.gate_up, self.active, norm=layer.mlp_norm, eps=step.eps, gated=True)
            linear(self.active, row.down[0], residual, bias=row.down[1], residual=residual)
        return linear(residual, self.head[0], self.logits, bias=self.head[1], norm=step.final_norm, eps=step.eps)

    def _linear(self, row: Tensor, weight: Weight, out: Tensor, **fused: Any) -> Tensor:
        """The kernel of a weight's kind."""
        if isinstance(weight, PackedWeight):
            return self.kernels.packed_row_linear_(row, weight, out, **fused)
        return self.kernels.row_linear_(row, weight, out, **fused)


def _row_map(linear: Linear) -> tuple[Weight, Tensor | None] | None:
    """Weight and bias of a plain or packed map."""
    if isinstance(linear, PackedLinear):
        return linear.weight, linear.bias
    return plain_linear(linear.plain if isinstance(linear, Fp8Linear) else linear)


def _row_layer(layer: LayerWeights) -> RowLayer | None:
    qkv, output, gate_up, down = (_row_map(m) for m in (layer.qkv, layer.output, layer.gate_up, layer.down))
    if qkv is None or output is None or gate_up is None or gate_up[1] is not None or down is None:
        return None
    return RowLayer(qkv, output, gate_up[0], down)
