"""The weights of a transformers decoder as the lean step takes them: a layer's maps, projections fused.

They stay those of the model: fused projections replace the originals' storage by views, so nothing is held twice.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from tsel_core.models.families import unknown_to_lean
from tsel_core.models.plain_decoder import PlainLinear

Linear = Callable[[Tensor], Tensor]
_PLAIN = (nn.Linear, PlainLinear)


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


def not_lean(model: nn.Module) -> str:
    """Why the lean step must not run a model: its config (tsel_core.models.families), or its parts; "" when it may."""
    try:
        reason = unknown_to_lean(model.config.get_text_config())  # type: ignore[union-attr, operator]
        if reason:
            return reason
        base = decoder_of(model)
        plain = all(_plain_layer(layer) for layer in base.layers) and hasattr(base.norm, "variance_epsilon")
        return "" if plain else f"layers of {type(model).__name__}"
    except AttributeError as error:
        return f"parts of {type(model).__name__}: {error}"


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
    if not all(type(p) in _PLAIN for p in parts):
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


def plain_linear(linear: Linear) -> tuple[Tensor, Tensor | None] | None:
    """Weight [out, in] and bias of an ordinary linear map in 16 or 32 bits; None for any other (quantized, adapted)."""
    if isinstance(linear, FusedLinear | PlainLinear) or type(linear) is nn.Linear:
        weight, bias = linear.weight.detach(), linear.bias
        plain = type(weight) is Tensor and weight.stride(-1) == 1
        if plain and weight.is_floating_point() and weight.element_size() > 1:
            return weight, None if bias is None else bias.detach()
    return None
