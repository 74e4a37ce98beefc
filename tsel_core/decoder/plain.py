"""The outline of a loaded transformers model, and the same weights as modules of our own."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from tsel_core.decoder.weights import decoder_of
from tsel_core.models.families import traits_of
from tsel_core.models.outline import Outline
from tsel_core.models.plain_decoder import EMBEDDING, HEAD, PlainModel, layout_of

_PROBES = (0, 1, 7, 4_096, 131_071)  # positions at which the rotary module must give the very same numbers


def plain_twin(model: Any, eos_ids: tuple[int, ...]) -> PlainModel | None:
    """A model of a lean family over its own weights, nothing held twice; None where it has parts we do not make.

    That its step is right is for the check of paths.py to say.
    """
    try:
        weights = _weights(model)
        outline = None if weights is None else _outline(model, weights, eos_ids)
        if weights is None or outline is None:
            return None
        twin = PlainModel(outline, weights)
    except (AttributeError, KeyError, TypeError):  # named otherwise
        return None
    same = {name: value.shape for name, value in twin.named_parameters()}
    theirs = {name: value.shape for name, value in model.named_parameters()}
    return twin.eval() if same == theirs and _same_rotary(model, twin) else None


def _weights(model: Any) -> dict[str, Tensor] | None:
    """The tensors of a model's files by name; None when it is quantized, or not laid out as decoders are."""
    found = {name: value.detach() for name, value in model.named_parameters(remove_duplicate=False)}
    if getattr(model.config, "quantization_config", None) or EMBEDDING not in found:
        return None
    if HEAD in found and found[HEAD].data_ptr() == found[EMBEDDING].data_ptr():
        del found[HEAD]
    plain = all(type(value) is Tensor and value.is_floating_point() for value in found.values())
    return found if plain else None


def _outline(model: Any, weights: dict[str, Tensor], eos_ids: tuple[int, ...]) -> Outline | None:
    config, base = model.config.get_text_config(), decoder_of(model)
    attention, rotary = base.layers[0].self_attn, base.rotary_emb
    frequencies = getattr(rotary, "inv_freq", None)
    if not isinstance(frequencies, Tensor) or frequencies.dtype != torch.float32:
        return None
    return Outline(
        model_type=str(config.model_type),
        num_hidden_layers=int(config.num_hidden_layers),
        num_attention_heads=int(config.num_attention_heads),
        num_key_value_heads=int(config.num_key_value_heads),
        head_dim=int(attention.head_dim),
        hidden_size=int(config.hidden_size),
        vocab_size=int(config.vocab_size),
        max_position_embeddings=int(config.max_position_embeddings),
        eps=float(base.norm.variance_epsilon),
        head_eps=float(getattr(getattr(attention, "q_norm", None), "variance_epsilon", 1e-6)),
        scaling=float(attention.scaling),
        frequencies=tuple(frequencies.tolist()),
        rotary_scaling=float(rotary.attention_scaling),
        traits=traits_of(config),
        eos_ids=eos_ids,
        layout=layout_of(weights),
    )


def _same_rotary(model: Any, twin: PlainModel) -> bool:
    device = twin.lm_head.weight.device
    assert isinstance(device, torch.device)
    at, probe = torch.tensor([_PROBES], device=device), torch.empty((), device=device)
    pairs = zip(decoder_of(model).rotary_emb(probe, at), decoder_of(twin).rotary_emb(probe, at), strict=True)
    return all(torch.equal(theirs, ours) for theirs, ours in pairs)
