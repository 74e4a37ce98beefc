"""Tiny random models that stand in for real ones: a second to build, every architecture's seams."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

SHARED: dict[str, Any] = {
    "vocab_size": 320,
    "hidden_size": 48,
    "intermediate_size": 80,
    "num_hidden_layers": 3,
    "num_attention_heads": 6,
    "num_key_value_heads": 2,
    "max_position_embeddings": 4096,
    "tie_word_embeddings": False,
    "pad_token_id": 0,
    "bos_token_id": 1,
    "eos_token_id": 2,
}
ARCHITECTURES: dict[str, dict[str, Any]] = {
    "llama": {"head_dim": 8},
    "qwen2": {},
    "qwen3": {"head_dim": 16},
    "mistral": {"head_dim": 8, "sliding_window": None},
    "phi3": {},
}


def make_model(kind: str, **changes: Any) -> Any:
    """A random model of an architecture, in fp32; weights enlarged so that attention is not flat."""
    import torch
    from transformers import AutoConfig, AutoModelForCausalLM

    torch.manual_seed(7)
    config = AutoConfig.for_model(kind, **{**SHARED, **ARCHITECTURES.get(kind, {}), **changes})
    model = AutoModelForCausalLM.from_config(config).eval()
    with torch.no_grad():
        for parameter in model.parameters():
            if parameter.dim() > 1:
                parameter.mul_(4)
    return model


def loaded(model: Any) -> Any:
    """What the engine needs of tsel_core.models.load.LoadedModel."""
    info = SimpleNamespace(num_layers=model.config.num_hidden_layers, trained_window=1 << 20)
    return SimpleNamespace(model=model, info=info, eos_ids=(2,), device="cpu", dtype=model.dtype)
