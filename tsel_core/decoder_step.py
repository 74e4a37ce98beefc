"""Tokens through a Llama-family decoder, without the module overhead of a framework forward pass.

The weights stay those of the transformers model (fused projections replace the originals' storage by views, so
nothing is held twice). What differs between devices, attention and the cache, is a `Mixer`. The step is checked
against the model's own forward when it is made (`matches_model`); a model it does not reproduce keeps the
ordinary path.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from tsel_core.tensor_parallel import Ranks, joined

Linear = Callable[[Tensor], Tensor]


@dataclass(frozen=True)
class LayerWeights:
    """One decoder layer. The callables map rows [T, in] to [T, out]; norms are weights [hidden] or [D]."""

    input_norm: Tensor
    qkv: Linear
    q_norm: Tensor | None
    k_norm: Tensor | None
    output: Linear
    mlp_norm: Tensor
    gate_up: Linear
    down: Linear


@dataclass(frozen=True)
class FusedLinear:
    """Several linear maps over one input as one: weight [sum of out, in]."""

    weight: Tensor
    bias: Tensor | None

    def __call__(self, x: Tensor) -> Tensor:
        """x [T, in] -> [T, sum of out]."""
        return F.linear(x, self.weight, self.bias)


def decoder_of(model: Any) -> Any:
    """The decoder of a causal language model of transformers (layers, embedding, norm, rotary)."""
    return model.get_decoder() if hasattr(model, "get_decoder") else model.model


class Mixer(Protocol):
    """Rotary, cache and attention of T tokens."""

    def mix(self, layer_idx: int, qkv: Tensor, layer: LayerWeights) -> Tensor:
        """qkv [T, (H + 2 Hkv) * D] before q/k norm and rotary -> attention output [T, H * D]."""


class StepOps(Protocol):
    """Elementwise parts of a layer, fused where the device has a kernel for it."""

    def add_norm(self, x: Tensor, residual: Tensor, weight: Tensor, eps: float) -> tuple[Tensor, Tensor]:
        """(rms_norm(x + residual) * weight, x + residual), all [T, hidden]."""

    def silu_mul(self, gate_up: Tensor) -> Tensor:
        """silu(first half) * second half: [T, 2 * inner] -> [T, inner]."""


class TorchOps:
    """StepOps in plain torch."""

    def add_norm(self, x: Tensor, residual: Tensor, weight: Tensor, eps: float) -> tuple[Tensor, Tensor]:
        """See StepOps."""
        total = x + residual
        return F.rms_norm(total, weight.shape, weight, eps), total

    def silu_mul(self, gate_up: Tensor) -> Tensor:
        """See StepOps."""
        gate, up = gate_up.chunk(2, -1)
        return F.silu(gate) * up


class KernelOps:
    """StepOps through a backend's fused kernels; the residual is updated in place."""

    def __init__(self, backend: Any) -> None:
        self.backend = backend

    def add_norm(self, x: Tensor, residual: Tensor, weight: Tensor, eps: float) -> tuple[Tensor, Tensor]:
        """See StepOps."""
        return self.backend.rms_norm_(x, weight, torch.empty_like(x), eps=eps, residual=residual), residual

    def silu_mul(self, gate_up: Tensor) -> Tensor:
        """See StepOps."""
        return self.backend.silu_mul_(gate_up, gate_up.new_empty(gate_up.shape[0], gate_up.shape[1] // 2))


class DecoderStep:
    """The decoder of a transformers causal language model: a chunk of a prompt, or one written token."""

    def __init__(self, model: nn.Module, ops: StepOps | None = None) -> None:
        base = decoder_of(model)
        config = model.config.get_text_config()  # type: ignore[union-attr, operator]
        self.embed: Tensor = base.embed_tokens.weight
        self.layers = [layer_weights(layer) for layer in base.layers[: config.num_hidden_layers]]
        self.final_norm: Tensor = base.norm.weight
        self.eps = float(base.norm.variance_epsilon)
        self.head: Linear = model.get_output_embeddings()  # type: ignore[operator, assignment]
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
        """Logits [vocab] after the last of `tokens` [T] int64, or [T, vocab] after each of them with `every`."""
        residual = F.embedding(tokens, self.embed).to(self.final_norm.dtype)
        x = torch.zeros_like(residual)
        for layer_idx in range(len(self.layers)):
            x, residual = self.layer(layer_idx, x, residual, mixer)
        if not every:
            x, residual = x[-1:].contiguous(), residual[-1:].contiguous()
        normed, _ = self.ops.add_norm(x, residual, self.final_norm, self.eps)
        return self.head(normed) if every else self.head(normed)[0]

    def layer(self, layer_idx: int, x: Tensor, residual: Tensor, mixer: Mixer) -> tuple[Tensor, Tensor]:
        """One layer: (x, residual) [T, hidden] -> the same, whose sum is the layer's output."""
        layer = self.layers[layer_idx]
        normed, residual = self.ops.add_norm(x, residual, layer.input_norm, self.eps)
        x = joined(self.ranks, layer.output(mixer.mix(layer_idx, layer.qkv(normed), layer)))
        normed, residual = self.ops.add_norm(x, residual, layer.mlp_norm, self.eps)
        return joined(self.ranks, layer.down(self.ops.silu_mul(layer.gate_up(normed)))), residual


def supported(model: nn.Module) -> bool:
    """Whether the model has the parts of a Llama-family decoder and nothing else (Llama, Qwen2/3, Mistral, Phi-3)."""
    try:
        base = decoder_of(model)
        config = model.config.get_text_config()  # type: ignore[union-attr, operator]
        rotary = getattr(config, "rope_parameters", None) or {}
        plain_rotary = rotary.get("rope_type", "default") in ("default", "linear", "llama3", "yarn")
        return (
            plain_rotary
            and float(rotary.get("partial_rotary_factor", 1.0)) == 1.0
            and config.hidden_act == "silu"
            and all(_plain_layer(layer) for layer in base.layers)
            and hasattr(base.norm, "variance_epsilon")
        )
    except AttributeError:
        return False


@torch.inference_mode()
def matches_model(step: DecoderStep, model: nn.Module, make_mixer: Callable[[], Mixer], cache: Any) -> bool:
    """Whether the first layer of `step` gives what the model's own first layer gives, on three random tokens.

    `cache` is an empty cache for the model's layer; `make_mixer` makes a mixer with one of its own.
    """
    base = decoder_of(model)
    generator = torch.Generator().manual_seed(0)
    mixer, weight = make_mixer(), step.embed
    for position in range(3):
        hidden = torch.randn(1, weight.shape[1], generator=generator).to(weight.device, weight.dtype)
        at = torch.tensor([[position]], device=weight.device)
        expected = base.layers[0](
            hidden[None],
            attention_mask=None,
            position_ids=at,
            past_key_values=cache,
            use_cache=True,
            position_embeddings=base.rotary_emb(hidden[None], at),
        )
        expected = (expected[0] if isinstance(expected, tuple) else expected).reshape(1, -1).float()
        x, residual = step.layer(0, torch.zeros_like(hidden), hidden.clone(), mixer)
        error = (x.float() + residual.float() - expected).norm() / expected.norm()
    return bool(error < (1e-4 if weight.dtype == torch.float32 else 2e-2))


def _plain_layer(layer: Any) -> bool:
    attention, mlp = layer.self_attn, layer.mlp
    projections = hasattr(attention, "qkv_proj") or all(hasattr(attention, n) for n in ("q_proj", "k_proj", "v_proj"))
    gates = hasattr(mlp, "gate_up_proj") or (hasattr(mlp, "gate_proj") and hasattr(mlp, "up_proj"))
    norms = {n for n, _ in layer.named_children() if "norm" in n}
    return projections and gates and norms == {"input_layernorm", "post_attention_layernorm"}


def layer_weights(layer: Any) -> LayerWeights:
    """Collect one layer's weights, the projections fused."""
    attention, mlp = layer.self_attn, layer.mlp
    if hasattr(attention, "qkv_proj"):
        qkv: Linear = attention.qkv_proj
    else:
        qkv = fuse([attention.q_proj, attention.k_proj, attention.v_proj])
    gate_up: Linear = mlp.gate_up_proj if hasattr(mlp, "gate_up_proj") else fuse([mlp.gate_proj, mlp.up_proj])
    q_norm, k_norm = getattr(attention, "q_norm", None), getattr(attention, "k_norm", None)
    return LayerWeights(
        input_norm=layer.input_layernorm.weight,
        qkv=qkv,
        q_norm=None if q_norm is None else q_norm.weight,
        k_norm=None if k_norm is None else k_norm.weight,
        output=attention.o_proj,
        mlp_norm=layer.post_attention_layernorm.weight,
        gate_up=gate_up,
        down=mlp.down_proj,
    )


def fuse(parts: list[Any]) -> Linear:
    """One linear map for several over the same input. Plain nn.Linear parts become views of the fused weight."""
    if not all(type(p) is nn.Linear for p in parts):
        return lambda x: torch.cat([p(x) for p in parts], -1)
    with torch.no_grad():
        weight = _joined([p.weight.data for p in parts])
        biases = [p.bias for p in parts]
        at = 0
        for part in parts:
            part.weight.data = weight[at : at + part.out_features]
            at += part.out_features
        bias = None if biases[0] is None else torch.cat(biases)
    return FusedLinear(weight, bias)


def _joined(weights: list[Tensor]) -> Tensor:
    """The weights as one [sum of out, in]; no copy when they already lie one after the other in one storage."""
    first, at = weights[0], weights[0].data_ptr()
    for weight in weights:
        if weight.data_ptr() != at or not weight.is_contiguous():
            return torch.cat(weights)
        at += weight.numel() * weight.element_size()
    end = first.storage_offset() + sum(w.numel() for w in weights)
    if first.untyped_storage().nbytes() < end * first.element_size():
        return torch.cat(weights)
    return first.as_strided((sum(w.shape[0] for w in weights), first.shape[1]), first.stride())
