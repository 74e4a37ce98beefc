"""config.json of transformers from a GGUF's metadata, for the architectures that are converted."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from tsel_core.errors import ModelError

_CLASSES = {
    "llama": "LlamaForCausalLM",
    "mistral": "MistralForCausalLM",
    "qwen2": "Qwen2ForCausalLM",
    "qwen3": "Qwen3ForCausalLM",
    "phi3": "Phi3ForCausalLM",
}
_USE_ANOTHER = "use the model's safetensors folder or its Hugging Face id instead of the GGUF"


def architecture_of(meta: Mapping[str, Any]) -> str:
    """GGUF architecture. Raises ModelError for one that is not handled."""
    architecture = meta.get("general.architecture")
    if architecture not in ("llama", "qwen2", "qwen3", "phi3"):
        raise ModelError(f"GGUF architecture {architecture!r} is not handled", _USE_ANOTHER)
    return str(architecture)


def make_config(
    meta: Mapping[str, Any],
    tensor_names: set[str],
    tied: bool,
    rope_factors: np.ndarray | None,
    vocab_size: int,
) -> dict[str, Any]:
    """config.json. `rope_factors` [head_dim / 2] are Llama 3's, None without.

    Raises ModelError on settings that are not handled.
    """
    architecture = architecture_of(meta)

    def value(key: str, default: Any = None) -> Any:
        found = meta.get(f"{architecture}.{key}", default)
        if found is None:
            raise ModelError(
                f"the GGUF lacks {architecture}.{key}", "download it again, or use another model"
            )
        return found

    if value("expert_count", 0):
        raise ModelError("GGUF files of mixture-of-experts models are not handled", _USE_ANOTHER)
    heads, hidden = value("attention.head_count"), value("embedding_length")
    head_dim = value("attention.key_length", value("rope.dimension_count", hidden // heads))
    sliding = value("attention.sliding_window", 0)
    window = value("context_length")
    model_type = "mistral" if architecture == "llama" and 0 < sliding < window else architecture
    config: dict[str, Any] = {
        "architectures": [_CLASSES[model_type]],
        "model_type": model_type,
        "hidden_size": hidden,
        "intermediate_size": value("feed_forward_length"),
        "num_hidden_layers": value("block_count"),
        "num_attention_heads": heads,
        "num_key_value_heads": value("attention.head_count_kv", heads),
        "head_dim": head_dim,
        "hidden_act": "silu",
        "rms_norm_eps": _short(value("attention.layer_norm_rms_epsilon")),
        "rope_theta": _short(value("rope.freq_base", 10000.0)),
        "max_position_embeddings": window,
        "vocab_size": vocab_size,
        "tie_word_embeddings": tied,
        "bos_token_id": meta.get("tokenizer.ggml.bos_token_id"),
        "pad_token_id": meta.get("tokenizer.ggml.padding_token_id"),
        "dtype": "bfloat16",
    }
    if architecture in ("llama", "qwen3"):
        config["attention_bias"] = "blk.0.attn_q.bias" in tensor_names
    if model_type in ("mistral", "phi3") and 0 < sliding < window:
        config["sliding_window"] = sliding
    scaling = _scaling(meta, architecture)
    if rope_factors is not None:
        scaling = _llama3_scaling(rope_factors, float(config["rope_theta"]), head_dim)
    if scaling:
        config["rope_scaling"] = scaling
    return config


def _short(value: float) -> float:
    """The decimal number a float32 was made from (1e-05, not 9.999999747378752e-06)."""
    return float(f"{value:.6g}")


def _scaling(meta: Mapping[str, Any], architecture: str) -> dict[str, Any] | None:
    kind = meta.get(f"{architecture}.rope.scaling.type", "none")
    if kind in ("none", None):
        return None
    factor = meta.get(f"{architecture}.rope.scaling.factor", 1.0)
    if kind == "linear":
        return {"rope_type": "linear", "factor": factor}
    if kind == "yarn":
        original = meta.get(f"{architecture}.rope.scaling.original_context_length")
        return {"rope_type": "yarn", "factor": factor, "original_max_position_embeddings": original}
    raise ModelError(f"GGUF rope scaling {kind!r} is not handled", _USE_ANOTHER)


def _llama3_scaling(factors: np.ndarray, theta: float, head_dim: int) -> dict[str, Any]:
    """Llama 3.1's scaling from its stored factors; its fixed numbers are checked by computing back."""
    factor = float(factors.max())
    scaling = {
        "rope_type": "llama3",
        "factor": factor,
        "low_freq_factor": 1.0,
        "high_freq_factor": 4.0,
        "original_max_position_embeddings": 8192,
    }
    waves = 2 * math.pi * theta ** (np.arange(0, head_dim, 2) / head_dim)
    smooth = np.clip((8192 / waves - 1.0) / 3.0, 0.0, 1.0)
    expected = 1.0 / ((1 - smooth) / factor + smooth)
    if factors.shape != expected.shape or not np.allclose(factors, expected, rtol=1e-3):
        raise ModelError("GGUF rope factors are not Llama 3's", _USE_ANOTHER)
    return scaling
