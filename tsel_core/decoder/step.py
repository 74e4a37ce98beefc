"""Tokens through a Llama-family decoder, without the module overhead of a framework forward pass.

The weights stay those of the transformers model (decoder/weights.py). What differs between devices, attention and the
cache, is a `Mixer`. A step is taken after it gave the logits of the model's own forward pass (decoder/paths.py); one
it does not reproduce keeps the ordinary path.
"""

from __future__ import annotations

from typing import Protocol

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from tsel_core.decoder.embedding import Table, embedding_rows
from tsel_core.decoder.weights import LayerWeights, Linear, decoder_of, layer_weights, plain_linear
from tsel_core.device.ranks import Ranks, joined
from tsel_core.models.families import traits_of
from tsel_kernels.protocol import Kernels


class Mixer(Protocol):
    """Rotary, cache and attention of T tokens."""

    def mix(self, layer_idx: int, qkv: Tensor, layer: LayerWeights, *, last: bool = False) -> Tensor:
        """qkv [T, (H + 2 Hkv) * D] before q/k norm and rotary -> attention output [T, H * D].

        With `last` only the last token's [1, H * D] is wanted; the keys and values of all T are kept as ever.
        """


class StepOps(Protocol):
    """Elementwise parts of a layer, fused where the device has a kernel for it."""

    def add_norm(self, x: Tensor | None, residual: Tensor, weight: Tensor, eps: float) -> tuple[Tensor, Tensor]:
        """(rms_norm(x + residual) * weight, x + residual), all [T, hidden]; x None: nothing is added."""

    def add_linear(self, linear: Linear, rows: Tensor, residual: Tensor) -> tuple[Tensor | None, Tensor]:
        """(x, residual) whose sum is linear(rows) + residual, [T, hidden]; x is None where it was added at once."""

    def silu_mul(self, gate_up: Tensor) -> Tensor:
        """silu(first half) * second half: [T, 2 * inner] -> [T, inner]."""


class TorchOps:
    """StepOps in plain torch."""

    def add_norm(self, x: Tensor | None, residual: Tensor, weight: Tensor, eps: float) -> tuple[Tensor, Tensor]:
        """See StepOps."""
        total = residual if x is None else x + residual
        return F.rms_norm(total, weight.shape, weight, eps), total

    def add_linear(self, linear: Linear, rows: Tensor, residual: Tensor) -> tuple[Tensor | None, Tensor]:
        """See StepOps."""
        return linear(rows), residual

    def silu_mul(self, gate_up: Tensor) -> Tensor:
        """See StepOps."""
        gate, up = gate_up.chunk(2, -1)
        return F.silu(gate) * up


class KernelOps:
    """StepOps through a kernels's fused kernels; the residual is updated in place."""

    def __init__(self, kernels: Kernels) -> None:
        self.kernels = kernels

    def add_norm(self, x: Tensor | None, residual: Tensor, weight: Tensor, eps: float) -> tuple[Tensor, Tensor]:
        """See StepOps."""
        out = torch.empty_like(residual)
        if x is None:
            return self.kernels.rms_norm_(residual, weight, out, eps=eps), residual
        return self.kernels.rms_norm_(x, weight, out, eps=eps, residual=residual), residual

    def add_linear(self, linear: Linear, rows: Tensor, residual: Tensor) -> tuple[Tensor | None, Tensor]:
        """See StepOps. The product of a plain matrix adds to the residual as it is stored: a pass over memory less."""
        plain = plain_linear(linear)
        if plain is None or plain[1] is not None or plain[0].dtype != residual.dtype:
            return linear(rows), residual
        residual.addmm_(rows, plain[0].t())
        return None, residual

    def silu_mul(self, gate_up: Tensor) -> Tensor:
        """See StepOps."""
        return self.kernels.silu_mul_(gate_up, gate_up.new_empty(gate_up.shape[0], gate_up.shape[1] // 2))


class DecoderStep:
    """The decoder of a transformers causal language model: a chunk of a prompt, or one written token."""

    def __init__(self, model: nn.Module, ops: StepOps | None = None) -> None:
        base = decoder_of(model)
        config = model.config.get_text_config()  # type: ignore[union-attr, operator]
        self.embed: Table = base.embed_tokens.weight
        self.layers = [layer_weights(layer) for layer in base.layers[: config.num_hidden_layers]]
        # the last layer for a chunk's last token: a row by itself, multiplied as the rows of a chunk are
        self.chunk_end = self.layers[-1]
        self.final_norm: Tensor = base.norm.weight
        self.eps = float(base.norm.variance_epsilon)
        self.head: Linear = model.get_output_embeddings()  # type: ignore[operator]
        self.traits = traits_of(config)
        self.ops = ops or TorchOps()
        self.ranks: Ranks | None = None  # the processes that hold the other parts of every layer

    @classmethod
    def sharing(cls, other: DecoderStep, ops: StepOps) -> DecoderStep:
        """The same weights with other elementwise operations."""
        step = cls.__new__(cls)
        step.__dict__.update(other.__dict__)
        step.ops = ops
        return step

    def forward(self, tokens: Tensor, mixer: Mixer, *, every: bool = False) -> Tensor:
        """Logits [vocab] after the last of `tokens` [T] int64, or [T, vocab] after each of them with `every`.

        Nobody reads what the last layer gives for the tokens before the last one: it only keeps their keys and values.
        """
        residual = self.embedded(tokens)
        x: Tensor | None = None
        end = len(self.layers) - 1 if len(tokens) > 1 and not every else None
        for layer_idx in range(len(self.layers)):
            x, residual = self.layer(layer_idx, x, residual, mixer, last=layer_idx == end)
        logits = self.logits(x, residual)
        return logits if every else logits[0]

    def embedded(self, tokens: Tensor) -> Tensor:
        """The rows [T, hidden] that the first layer takes."""
        return self.scaled(embedding_rows(tokens, self.embed).to(self.final_norm.dtype), self.traits.embedding_scale)

    def logits(self, x: Tensor | None, residual: Tensor) -> Tensor:
        """Logits [T, vocab] of what the last layer gave."""
        normed, _ = self.ops.add_norm(x, residual, self.final_norm, self.eps)
        return self.scaled(self.head(normed), self.traits.logits_scale)

    @staticmethod
    def scaled(rows: Tensor, scale: float) -> Tensor:
        """rows * scale; the rows themselves where there is nothing to scale."""
        return rows if scale == 1.0 else rows * scale

    def layer(
        self, layer_idx: int, x: Tensor | None, residual: Tensor, mixer: Mixer, *, last: bool = False
    ) -> tuple[Tensor | None, Tensor]:
        """One layer: (x, residual) [T, hidden] -> the same, whose sum is the layer's output (x None: residual alone).

        `last`: of the last layer, [1, hidden] of the last token alone.
        """
        layer = self.layers[layer_idx]
        normed, residual = self.ops.add_norm(x, residual, layer.input_norm, self.eps)
        mixed = mixer.mix(layer_idx, layer.qkv(normed), layer, last=last)
        if last:
            layer, residual = self.chunk_end, residual[-1:].contiguous()
        x, residual = self._add(layer.output, mixed, residual)
        normed, residual = self.ops.add_norm(x, residual, layer.mlp_norm, self.eps)
        return self._add(layer.down, self.ops.silu_mul(layer.gate_up(normed)), residual)

    def _add(self, linear: Linear, rows: Tensor, residual: Tensor) -> tuple[Tensor | None, Tensor]:
        """`add_linear`; where other processes hold parts of the map, their sum comes first."""
        scale = self.traits.residual_scale
        if self.ranks is not None:
            return self.scaled(joined(self.ranks, linear(rows)), scale), residual
        if scale != 1.0:
            return linear(rows) * scale, residual
        return self.ops.add_linear(linear, rows, residual)
