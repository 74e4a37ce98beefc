"""A decoder of a fast family as torch modules of our own, made from an outline and the weights of its files.

It has the parts that the lean step takes (decoder/weights.py) under the names they have in transformers, and no forward
pass of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from types import SimpleNamespace
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from tsel_core.models.forms import FORMS, LowBit
from tsel_core.models.outline import Outline
from tsel_core.models.store import sha256_of_text

EMBEDDING, HEAD = "model.embed_tokens.weight", "lm_head.weight"


@dataclass(frozen=True)
class PlainConfig:
    """The part of a transformers config that is asked for, and the traits that follow from the rest."""

    outline: Outline

    def get_text_config(self) -> SimpleNamespace:
        """The outline's values as attributes."""
        return SimpleNamespace(**{f.name: getattr(self.outline, f.name) for f in fields(self.outline)})


class PlainNorm(nn.Module):
    """The weight of a root mean square norm."""

    def __init__(self, weight: Tensor, eps: float) -> None:
        super().__init__()
        self.weight, self.variance_epsilon = nn.Parameter(weight, requires_grad=False), eps


class PlainLinear(nn.Module):
    """x @ weight.T + bias. Not nn.Linear: one made without memory imports torch's compiler to fill it with nothing."""

    def __init__(self, weight: Tensor, bias: Tensor | None) -> None:
        super().__init__()
        self.out_features = weight.shape[0]
        self.weight = nn.Parameter(weight, requires_grad=False)
        self.bias = None if bias is None else nn.Parameter(bias, requires_grad=False)

    def forward(self, x: Tensor) -> Tensor:
        """x [..., in] -> [..., out]."""
        return F.linear(x, self.weight, self.bias)


class PackedMap(nn.Module):
    """A linear map, or the embedding, whose weight is held in few bits; decoder/low_bit computes with it."""

    def __init__(self, form: LowBit, bias: Tensor | None = None) -> None:
        super().__init__()
        self.form, self.out_features = form, form.shape[0]
        self.bias = None if bias is None else nn.Parameter(bias, requires_grad=False)

    @property
    def weight(self) -> LowBit:
        """The form: in the place of a tensor."""
        return self.form


class PlainRotary(nn.Module):
    """cos and sin of positions, computed as transformers' rotary modules compute them."""

    frequencies: Tensor

    def __init__(self, frequencies: Iterable[float], scaling: float, device: torch.device) -> None:
        super().__init__()
        values = torch.tensor(list(frequencies), dtype=torch.float32, device=device)
        self.register_buffer("frequencies", values, persistent=False)
        self.scaling = scaling

    @torch.no_grad()
    def forward(self, x: Tensor, position_ids: Tensor) -> tuple[Tensor, Tensor]:
        """cos, sin [1, T, D] in x's dtype of positions [1, T]."""
        turns = position_ids[..., None].float() * self.frequencies
        both = torch.cat((turns, turns), dim=-1)
        return (both.cos() * self.scaling).to(x.dtype), (both.sin() * self.scaling).to(x.dtype)


class PlainModel(nn.Module):
    """`model` (embed_tokens, layers, norm, rotary_emb), `lm_head` and `config`."""

    model: nn.Module
    lm_head: nn.Module

    def __init__(self, outline: Outline, weights: Mapping[str, Tensor | LowBit]) -> None:
        super().__init__()
        self.outline, self.config = outline, PlainConfig(outline)
        self.transformers_twin: Any = None  # made for comparisons (tsel_core.models.weights.as_transformers)
        for path, own in _by_module(weights).items():
            _put(self, path, _module(path, own, outline))
        if not hasattr(self, "lm_head"):
            table = weights[EMBEDDING]
            if isinstance(table, Tensor):
                self.lm_head = PlainLinear(table, None)
                self.lm_head.weight = self.get_parameter(EMBEDDING)
            else:
                self.lm_head = PackedMap(table)
        self.model.rotary_emb = PlainRotary(outline.frequencies, outline.rotary_scaling, weights[EMBEDDING].device)
        self.model.layers = nn.ModuleList(self.model.layers.children())  # type: ignore[union-attr]
        for layer in self.model.layers:
            layer.self_attn.head_dim, layer.self_attn.scaling = outline.head_dim, outline.scaling  # type: ignore[union-attr]

    @property
    def dtype(self) -> torch.dtype:
        """Of the weights."""
        return next(self.parameters()).dtype

    def get_decoder(self) -> nn.Module:
        """As in transformers."""
        return self.model

    def get_output_embeddings(self) -> nn.Module:
        """As in transformers."""
        return self.lm_head


def layout_of(weights: Mapping[str, Tensor]) -> str:
    """Changes with names and shapes of the weights; a head that is the embedding is not counted."""
    tied = HEAD in weights and weights[HEAD].data_ptr() == weights[EMBEDDING].data_ptr()
    names = sorted(name for name in weights if not (tied and name == HEAD))
    return sha256_of_text("|".join(f"{name}:{tuple(weights[name].shape)}" for name in names))[:32]


def plain_model(outline: Outline, weights: Mapping[str, Tensor]) -> PlainModel | None:
    """The decoder of an outline; None when these are not the weights it was made of."""
    if EMBEDDING not in weights or layout_of(weights) != outline.layout:
        return None
    return PlainModel(outline, weights)


def _by_module(weights: Mapping[str, Tensor | LowBit]) -> dict[str, dict[str, Any]]:
    """path of a module -> its own tensors, by name; layers in their order."""
    found: dict[str, dict[str, Any]] = {}
    for name, tensor in weights.items():
        path, _, leaf = name.rpartition(".")
        found.setdefault(path, {})[leaf] = tensor
    return dict(sorted(found.items(), key=lambda item: [part.zfill(8) for part in item[0].split(".")]))


def _module(path: str, own: dict[str, Any], outline: Outline) -> nn.Module:
    name, weight = path.rpartition(".")[2], own["weight"]
    if isinstance(weight, FORMS):
        return PackedMap(weight, own.get("bias"))
    if weight.dim() == 1:
        return PlainNorm(weight, outline.head_eps if name in ("q_norm", "k_norm") else outline.eps)
    if name == "embed_tokens":
        embedding: nn.Module = nn.Embedding.from_pretrained(weight)
        return embedding
    return PlainLinear(weight, own.get("bias"))


def _put(root: nn.Module, path: str, module: nn.Module) -> None:
    """Add a module at its path; what lies between is empty modules."""
    *above, name = path.split(".")
    for part in above:
        if part not in root._modules:
            root.add_module(part, nn.Module())
        root = root.get_submodule(part)
    root.add_module(name, module)
