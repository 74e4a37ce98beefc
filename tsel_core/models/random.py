"""Random weights in the shape of a known model: speed needs no training (figures made with it say so)."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import torch

from tsel_core.errors import UsageError
from tsel_core.models.shard import Shard

# Sizes from the models' public config.json files.
SHAPES: dict[str, tuple[str, dict[str, Any]]] = {
    "qwen2-7b": (
        "qwen2",
        {
            "vocab_size": 152064,
            "hidden_size": 3584,
            "intermediate_size": 18944,
            "num_hidden_layers": 28,
            "num_attention_heads": 28,
            "num_key_value_heads": 4,
            "max_position_embeddings": 1_048_576,
            "rope_parameters": {"rope_type": "default", "rope_theta": 1e7},
        },
    ),
    "qwen2-1.5b": (
        "qwen2",
        {
            "vocab_size": 151936,
            "hidden_size": 1536,
            "intermediate_size": 8960,
            "num_hidden_layers": 28,
            "num_attention_heads": 12,
            "num_key_value_heads": 2,
            "max_position_embeddings": 1_048_576,
            "rope_parameters": {"rope_type": "default", "rope_theta": 1e6},
        },
    ),
    "qwen2.5-14b": (
        "qwen2",
        {
            "vocab_size": 152064,
            "hidden_size": 5120,
            "intermediate_size": 13824,
            "num_hidden_layers": 48,
            "num_attention_heads": 40,
            "num_key_value_heads": 8,
            "max_position_embeddings": 1_048_576,
            "rope_parameters": {"rope_type": "default", "rope_theta": 1e6},
        },
    ),
    "llama3-8b": (
        "llama",
        {
            "vocab_size": 128256,
            "hidden_size": 4096,
            "intermediate_size": 14336,
            "num_hidden_layers": 32,
            "num_attention_heads": 32,
            "num_key_value_heads": 8,
            "max_position_embeddings": 1_048_576,
            "rope_parameters": {"rope_type": "default", "rope_theta": 5e5},
        },
    ),
    "tiny": (
        "qwen2",
        {
            "vocab_size": 512,
            "hidden_size": 64,
            "intermediate_size": 128,
            "num_hidden_layers": 2,
            "num_attention_heads": 4,
            "num_key_value_heads": 2,
            "max_position_embeddings": 1_048_576,
        },
    ),
}


def random_model(
    shape: str, device: torch.device | str, dtype: torch.dtype | None = None, part: tuple[int, int] | None = None
) -> Any:
    """A LoadedModel-like object with random weights (normal, std 0.02) of a named shape, made on the device.

    `part` (rank, size): one rank's part of it; the parts are random too, not those of the whole model.
    """
    from transformers import AutoConfig, AutoModelForCausalLM

    check_shape(shape)
    device = torch.device(device)
    dtype = dtype or (torch.bfloat16 if device.type == "cuda" else torch.float32)
    kind, sizes = SHAPES[shape]
    config = AutoConfig.for_model(kind, **sizes, tie_word_embeddings=False, pad_token_id=0, eos_token_id=1)
    if part is not None:
        config = Shard.of(random_info(shape), *part).config(config)
    with torch.device("meta"):
        model = AutoModelForCausalLM.from_config(config, dtype=dtype)
    rotary = type(model.model.rotary_emb)
    model = model.to_empty(device=device)
    model.model.rotary_emb = rotary(config=config).to(device)
    generator = torch.Generator(device=device).manual_seed(0)
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if "norm" in name:
                parameter.fill_(1.0)
            else:
                parameter.normal_(0.0, 0.02, generator=generator)
    info = random_info(shape)
    if part is not None:
        info.num_heads, info.num_kv_heads = info.num_heads // part[1], info.num_kv_heads // part[1]
    more = {"eos_ids": (), "tokenizer": None, "known": None}
    return SimpleNamespace(model=model.eval(), info=info, device=device, dtype=dtype, **more)


def check_shape(shape: str) -> str:
    """The shape's name; UsageError when there is none such."""
    if shape not in SHAPES:
        raise UsageError(f"--random-weights must be one of {', '.join(SHAPES)}, got {shape!r}", "choose a listed shape")
    return shape


def random_info(shape: str) -> SimpleNamespace:
    """What the engine asks of a ModelInfo."""
    kind, sizes = SHAPES[shape]
    return SimpleNamespace(
        name=f"{shape} (random weights)",
        sha256="",
        model_type=kind,
        num_layers=sizes["num_hidden_layers"],
        num_heads=sizes["num_attention_heads"],
        num_kv_heads=sizes["num_key_value_heads"],
        head_dim=sizes["hidden_size"] // sizes["num_attention_heads"],
        hidden_size=sizes["hidden_size"],
        vocab_size=sizes["vocab_size"],
        trained_window=sizes["max_position_embeddings"],
    )
