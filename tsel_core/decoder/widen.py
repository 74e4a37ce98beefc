"""A model in 16 bits computed in float32, one map widened at a time: exact logits without a second copy of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from tsel_core.decoder.weights import LayerWeights, Linear, plain_linear

_NARROW = (torch.bfloat16, torch.float16)


def is_narrow(model: nn.Module) -> bool:
    """Whether a model has weights in 16 bits."""
    return any(p.dtype in _NARROW for p in model.parameters())


@contextmanager
def widened(model: nn.Module, wide: bool = True) -> Iterator[None]:
    """While it lasts every module computes with float32 copies of its own weights, made for its call alone."""
    owners = [m for m in model.modules() if wide and any(p.dtype in _NARROW for p in m.parameters(recurse=False))]
    kept: dict[int, list[tuple[nn.Parameter, Tensor]]] = {}

    def widen(module: nn.Module, _args: Any) -> None:
        own = [p for p in module.parameters(recurse=False) if p.dtype in _NARROW]
        kept[id(module)] = [(p, p.data) for p in own]
        for parameter in own:
            parameter.data = parameter.data.float()

    def restore(module: nn.Module, _args: Any, _out: Any) -> None:
        for parameter, data in kept.pop(id(module), []):
            parameter.data = data

    tables = [m for m in owners if isinstance(m, nn.Embedding)]  # large, and a few rows of them are asked for
    owners = [m for m in owners if not isinstance(m, nn.Embedding)]
    hooks = [m.register_forward_pre_hook(widen) for m in owners]
    hooks += [m.register_forward_hook(restore, always_call=True) for m in owners]
    hooks += [m.register_forward_hook(lambda _module, _args, rows: rows.float()) for m in tables]
    try:
        yield
    finally:
        for hook in hooks:
            hook.remove()
        for left in kept.values():
            for parameter, data in left:
                parameter.data = data


def wide_layer(layer: LayerWeights) -> LayerWeights:
    """A layer's weights in float32. TypeError for maps that are no plain matrices."""
    return replace(
        layer,
        input_norm=layer.input_norm.float(),
        qkv=wide_linear(layer.qkv),
        q_norm=None if layer.q_norm is None else layer.q_norm.float(),
        k_norm=None if layer.k_norm is None else layer.k_norm.float(),
        output=wide_linear(layer.output),
        mlp_norm=layer.mlp_norm.float(),
        gate_up=wide_linear(layer.gate_up),
        down=wide_linear(layer.down),
    )


def wide_linear(linear: Linear) -> Linear:
    """A linear map with a float32 copy of its weight. TypeError for one that is no plain matrix."""
    plain = plain_linear(linear)
    if plain is None:
        raise TypeError("a map that is not a plain matrix is not widened")
    weight, bias = plain[0].float(), None if plain[1] is None else plain[1].float()
    return lambda x: F.linear(x, weight, bias)
