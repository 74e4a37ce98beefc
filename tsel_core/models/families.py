"""Which decoder families the lean step computes, and what each adds to the plain Llama layer.

An allow-list: a family is named here with every key of its config that the step honours or that changes no logit. A
config with any other key set to something else than its class's default is not the lean step's, whatever the model
looks like: a new trait (no rotary in some layers, a query scale, multipliers) would be left out without a word.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

_INERT = frozenset(
    {
        "architectures", "attention_dropout", "auto_map", "bad_words_ids", "begin_suppress_tokens", "bos_token_id",
        "chunk_size_feed_forward", "decoder_start_token_id", "do_sample", "dtype", "embd_pdrop", "eos_token_id",
        "id2label", "initializer_range", "is_decoder", "is_encoder_decoder", "label2id", "max_length", "min_length",
        "model_type", "name_or_path", "output_attentions", "output_hidden_states", "pad_token_id", "pretraining_tp",
        "problem_type", "resid_pdrop", "residual_dropout", "return_dict", "task_specific_params", "temperature",
        "top_k", "top_p", "torch_dtype", "transformers_version", "unsloth_fixed", "unsloth_version", "use_cache",
        "_attn_implementation", "_name_or_path", "_commit_hash",
    }
)  # fmt: skip
"""Keys of training, generation and bookkeeping: no logit depends on them."""
_PLAIN = frozenset(
    {
        "head_dim", "hidden_act", "hidden_size", "intermediate_size", "max_position_embeddings",
        "num_attention_heads", "num_hidden_layers", "num_key_value_heads", "rms_norm_eps", "rope_parameters",
        "rope_scaling", "rope_theta", "tie_word_embeddings", "vocab_size",
    }
)  # fmt: skip
_BIASES = frozenset({"attention_bias", "mlp_bias"})
_WINDOWS = frozenset({"sliding_window", "use_sliding_window", "max_window_layers", "layer_types"})
"""A window is the attention's matter: a model with a windowed layer does not come to the lean step at all."""
_MULTIPLIERS = frozenset({"embedding_multiplier", "residual_multiplier", "logits_scaling", "attention_multiplier"})
FAMILIES: dict[str, frozenset[str]] = {
    "llama": _BIASES,
    "mistral": _WINDOWS,
    "qwen2": _WINDOWS | {"use_mrope"},
    "qwen3": _WINDOWS | {"attention_bias"},
    "phi3": _WINDOWS | {"original_max_position_embeddings"},
    "seed_oss": _BIASES | {"attention_out_bias"},
    "smollm3": _BIASES | _WINDOWS | {"no_rope_layers", "no_rope_layer_interval"},
    "ministral3": _WINDOWS,
    "granite": _BIASES | _MULTIPLIERS,
}
"""model_type -> keys beside the plain ones that the lean step honours."""
OTHER_POSITIONS = frozenset({"smollm3", "ministral3"})
"""Families with positions that are not rotary's alone: they cannot be read past their trained window."""
_ROTARY = ("default", "linear", "llama3", "yarn")
_ROTARY_KEYS = frozenset(
    {
        "attention_factor", "beta_fast", "beta_slow", "factor", "high_freq_factor", "low_freq_factor",
        "max_position_embeddings", "mscale", "mscale_all_dim", "original_max_position_embeddings",
        "partial_rotary_factor", "rope_theta", "rope_type", "truncate", "type",
    }
)  # fmt: skip
_QUERY_SCALED = ("ministral3",)  # others may carry the key without using it


@dataclass(frozen=True, slots=True)
class QueryScale:
    """Queries at position p are multiplied by 1 + beta * log(1 + floor(p / period)) (Llama 4, Ministral 3)."""

    beta: float
    period: int


@dataclass(frozen=True, slots=True)
class Traits:
    """What a decoder has beyond a Llama's: layers without rotary, a query scale by position, multipliers."""

    unrotated_layers: frozenset[int] = frozenset()
    query_scale: QueryScale | None = None
    embedding_scale: float = 1.0
    residual_scale: float = 1.0
    logits_scale: float = 1.0

    @property
    def plain_rows(self) -> bool:
        """Whether a token's row goes through norms, products and sums alone."""
        return self.embedding_scale == self.residual_scale == self.logits_scale == 1.0


def traits_of(config: Any) -> Traits:
    """Traits of a transformers text config of a family that `unknown_to_lean` has nothing against.

    Those of an outline (models/outline.py) are known already.
    """
    known = getattr(config, "traits", None)
    if isinstance(known, Traits):
        return known
    rotary: Mapping[str, Any] = getattr(config, "rope_parameters", None) or {}
    flags = getattr(config, "no_rope_layers", None) if config.model_type == "smollm3" else None
    granite = config.model_type == "granite"
    scale = None
    if config.model_type in _QUERY_SCALED and rotary.get("llama_4_scaling_beta"):
        scale = QueryScale(float(rotary["llama_4_scaling_beta"]), int(rotary["original_max_position_embeddings"]))
    return Traits(
        unrotated_layers=frozenset(i for i, rotates in enumerate(flags or ()) if not rotates),
        query_scale=scale,
        embedding_scale=float(config.embedding_multiplier) if granite else 1.0,
        residual_scale=float(config.residual_multiplier) if granite else 1.0,
        logits_scale=1 / float(config.logits_scaling) if granite else 1.0,
    )


def unknown_to_lean(config: Any) -> str:
    """Why the lean step must not run a model of this transformers text config; "" when it may."""
    known = FAMILIES.get(config.model_type)
    if known is None:
        return f"model type {config.model_type}"
    if config.hidden_act != "silu":
        return f"hidden_act {config.hidden_act}"
    found, default = config.to_dict(), type(config)().to_dict()
    for key, value in sorted(found.items()):
        if key not in _INERT | _PLAIN | known and (key not in default or value != default[key]):
            return f"config key {key} = {str(value)[:60]}"
    return _unknown_rotary(config)


def _unknown_rotary(config: Any) -> str:
    rotary: Mapping[str, Any] = getattr(config, "rope_parameters", None) or {}
    kind = rotary.get("rope_type", "default")
    if kind not in _ROTARY:
        return f"rotary positions of type {kind}"
    if float(rotary.get("partial_rotary_factor") or 1.0) != 1.0:
        return f"partial_rotary_factor {rotary['partial_rotary_factor']}"
    scaled = {"llama_4_scaling_beta"} if config.model_type in _QUERY_SCALED else set()
    extra = sorted(set(rotary) - _ROTARY_KEYS - scaled)
    return f"rotary setting {extra[0]}" if extra else ""


_LENGTHS = ("original_max_position_embeddings", "floor_scale", "log_scaling_n_floor", "max_position_embeddings")


def thresholds(config: Any) -> list[int]:
    """Positions at which this config begins to compute something else, and the last one it knows, ascending.

    Settings of rotary positions and query scales: every key that names such a length.
    """
    found: set[int] = set()
    for text in (config.to_dict(), *_nested(getattr(config, "rope_parameters", None))):
        for key in _LENGTHS:
            value = text.get(key)
            if isinstance(value, int | float) and value > 1:
                found.add(int(value))
    return sorted(v for v in found if v <= int(getattr(config, "max_position_embeddings", 0) or 0))


def _nested(rotary: Any) -> list[Mapping[str, Any]]:
    """The rotary settings, by layer type where they differ by it."""
    if not isinstance(rotary, Mapping):
        return []
    inner = [v for v in rotary.values() if isinstance(v, Mapping)]
    return inner or [rotary]
