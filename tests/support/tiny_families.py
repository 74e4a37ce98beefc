"""Every causal language model that transformers knows, tiny, with random weights and traits set to unusual values.

The config classes are found in transformers' own table, so a new family of a new version is built without a line here;
`SPECIAL` holds what cannot be guessed from the names of a config's keys.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

WINDOW = 24  # tokens of a sliding window
ORIGINAL = 32  # positions after which rotary scalings begin
LAYERS = 4
SIZES: dict[str, int] = {
    "vocab_size": 320, "hidden_size": 64, "d_model": 64, "n_embd": 64, "embed_dim": 64, "emb_dim": 64,
    "embedding_size": 64, "word_embed_proj_dim": 64, "attention_hidden_size": 64, "embedding_dim": 64,
    "intermediate_size": 96, "ffn_dim": 96, "d_inner": 96, "n_inner": 96, "dim_ff": 96, "dff": 96, "d_ff": 96,
    "decoder_ffn_dim": 96, "encoder_ffn_dim": 96, "ffn_hidden_size": 96, "feed_forward_size": 96,
    "intermediate_size_mlp": 96, "shared_expert_intermediate_size": 32, "moe_intermediate_size": 32,
    "moe_shared_expert_intermediate_size": 32, "shared_intermediate_size": 32, "expert_ffn_hidden_size": 32,
    "dense_intermediate_size": 96, "prefix_dense_intermediate_size": 96, "shared_experts_intermediate_size": 32,
    "num_hidden_layers": LAYERS, "n_layer": LAYERS, "n_layers": LAYERS, "num_layers": LAYERS,
    "decoder_layers": LAYERS, "encoder_layers": 2, "num_blocks": LAYERS, "num_decoder_layers": LAYERS,
    "num_encoder_layers": 2, "num_layers_per_stack": 2,
    "num_attention_heads": 4, "n_head": 4, "n_heads": 4, "num_heads": 4, "decoder_attention_heads": 4,
    "encoder_attention_heads": 4, "attention_heads": 4, "num_decoder_attention_heads": 4,
    "num_encoder_attention_heads": 4, "num_key_value_heads": 2, "num_kv_heads": 2, "num_query_groups": 2,
    "swa_num_attention_heads": 4, "swa_num_key_value_heads": 2,
    "head_dim": 16, "attention_head_dim": 16, "kv_channels": 16, "d_head": 16, "dim_head": 16, "d_kv": 16,
    "attention_head_size": 16, "swa_head_dim": 16, "v_head_dim": 16, "qk_rope_head_dim": 8, "qk_nope_head_dim": 16,
    "qk_head_dim": 24, "q_lora_rank": 24, "kv_lora_rank": 16, "o_lora_rank": 16, "o_groups": 2,
    "global_head_dim": 32, "rotary_dim": 8,
    "num_experts": 4, "num_local_experts": 4, "n_routed_experts": 4, "moe_num_experts": 4, "zero_expert_num": 2,
    "num_experts_per_tok": 2, "num_experts_per_token": 2, "moe_topk": 2, "moe_k": 2, "top_k_experts": 2,
    "n_shared_experts": 1, "num_shared_experts": 1, "moe_num_shared_experts": 1, "n_group": 1, "topk_group": 1,
    "num_expert_group": 1, "first_k_dense_replace": 1, "num_dense_layers": 1, "num_nextn_predict_layers": 0,
    "moe_layer_start_index": 1, "moe_layer_end_index": LAYERS - 1, "router_hidden_size": 16,
    "state_size": 8, "ssm_state_size": 8, "mamba_d_state": 8, "mamba_n_heads": 8, "mamba_d_head": 16,
    "mamba_num_heads": 8, "mamba_head_dim": 16, "mamba_d_ssm": 128, "mamba_dt_rank": 4, "time_step_rank": 4,
    "mamba_n_groups": 1, "n_groups": 1, "mamba_chunk_size": 16, "chunk_size": 16, "lru_width": 64,
    "n_mamba_heads": 2, "mamba_headdim": 16, "adapter_rank": 8, "linear_num_key_heads": 2,
    "linear_num_value_heads": 4, "linear_key_head_dim": 16, "linear_value_head_dim": 16, "linear_head_dim": 16,
    "linear_num_heads": 4, "gated_norm_rank": 8, "index_head_dim": 16, "index_n_heads": 2, "index_topk": 8,
    "index_block_size": 8, "index_topk_blocks": 2,
    "sliding_window": WINDOW, "sliding_window_size": WINDOW, "attention_window_size": WINDOW, "local_attention": WINDOW,
    "window_size": WINDOW, "attention_chunk_size": WINDOW, "local_attention_window_len": WINDOW,
    "max_position_embeddings": 128, "n_positions": 128, "n_ctx": 128, "max_seq_len": 128, "context_length": 128,
    "max_target_positions": 128, "model_max_length": 128, "original_max_position_embeddings": ORIGINAL,
    "floor_scale": ORIGINAL, "log_scaling_n_floor": ORIGINAL,
    "hidden_size_per_layer_input": 8, "vocab_size_per_layer_input": 320, "laurel_rank": 8, "altup_num_inputs": 2,
    "ple_embed_dim": 32, "ngram_vocab_size_base": 64, "make_ngram_vocab_size_divisible_by": 8,
    "ngram_vocab_size": 320, "split_ngram_parts": 2, "decoder_vocab_size": 320, "audio_vocab_size": 320,
    "unpadded_vocab_size": 320, "pronunciation_vocab_size": 20, "shape_vocab_size": 20, "pronunciation_embed_dim": 16,
    "shape_embed_dim": 16, "encoder_hash_byte_group_vocab": 64, "moe_latent_size": 16, "num_mel_bins": 16,
    "max_source_positions": 32, "summary_hidden": 8, "input_embedding_size": 64, "output_embedding_size": 64,
    "max_window_layers": 2, "num_kv_shared_layers": 0, "query_pre_attn_scalar": 20, "dim_model_base": 32,
    "rel_extent": 64, "d_rel": 8, "prompt_mid_dim": 16, "attn_layer_period": 2, "attn_layer_offset": 1,
    "n_layers_per_attn_res_block": 2, "hc_lowrank": 8, "prompt_length": 4, "pad_token_id": 0, "bos_token_id": 1,
    "eos_token_id": 2, "decoder_start_token_id": 1, "sep_token_id": 2, "cls_token_id": 1, "mask_token_id": 3,
    "unk_token_id": 3, "image_token_id": 5, "audio_token_id": 6, "video_token_id": 7, "eod_token_id": 2,
}  # fmt: skip
TRAITS: dict[str, Any] = {
    "attention_bias": True, "mlp_bias": True, "use_qk_norm": True, "qk_layernorm": True, "qkv_bias": True,
    "embedding_multiplier": 3.0, "residual_multiplier": 0.4, "logits_scaling": 2.0, "attention_multiplier": 0.17,
    "attn_logit_softcapping": 2.0, "final_logit_softcapping": 3.0, "logit_scale": 0.5, "scale_embedding": True,
    "lm_head_multiplier": 0.7, "key_multiplier": 0.8, "attention_out_multiplier": 1.2, "attention_in_multiplier": 0.9,
    "ssm_in_multiplier": 1.1, "ssm_out_multiplier": 0.9, "scale_emb": 3, "scale_depth": 1.4, "attn_scale": 0.4,
    "routed_scaling_factor": 1.3, "alibi": True, "use_sliding_window": True, "partial_rotary_factor": 0.5,
    "attention_out_bias": True, "norm_topk_prob": True, "attention_value_scale": 0.7, "tie_word_embeddings": False,
    "log_scaling_alpha": 0.3,
}  # fmt: skip
"""Keys with another value than their default where a config has them: what is left out shows in the logits."""
SPECIAL: dict[str, dict[str, Any]] = {
    "gpt2": {"n_inner": None},
    "smollm3": {"no_rope_layers": [1, 0, 1, 1]},
    "ministral3": {"sliding_window": None},
    "reformer": {"is_decoder": True, "axial_pos_shape": [8, 16], "axial_pos_embds_dim": [16, 48]},
    "gemma4_text": {"per_layer_config": {"01": {"head_dim": 512}, "03": {"head_dim": 512}}},
    "xmod": {"default_language": "en_XX"},
    "dbrx": {
        "attn_config": {"kv_n_heads": 2, "rope_theta": 1e4, "clip_qkv": 2.0},
        "ffn_config": {"ffn_hidden_size": 96, "moe_num_experts": 4, "moe_top_k": 2},
    },
    "dots1": {
        "n_routed_experts": 4, "n_shared_experts": 1, "topk_group": 1, "n_group": 1, "num_experts_per_tok": 2,
    },
    "deepseek_v2": {"num_experts_per_tok": 2},
    "lfm2": {"layer_types": ["conv", "full_attention", "conv", "full_attention"]},
    "lfm2_moe": {"layer_types": ["conv", "full_attention", "conv", "full_attention"]},
    "granitemoehybrid": {"layer_types": ["mamba", "attention", "mamba", "attention"]},
    "bamba": {"attn_layer_indices": [1, 3]},
    "nemotron": {"num_key_value_heads": 2},
    "mamba2": {"num_heads": 8, "head_dim": 16},
    "zamba": {"attention_head_dim": 32},
    "zamba2": {"attention_head_dim": 32},
    "cohere_compass_text": {"rope_parameters": {"rope_type": "default", "rope_theta": 1e4}},
    "qwen4_exp_text": {
        "indexer_n_heads": 2, "indexer_kv_heads": 1, "indexer_head_dim": 16, "indexer_budget": 16,
        "indexer_compress_ratio": 2, "output_gate_type": "sigmoid",
    },
}
YARN: dict[str, Any] = {"rope_type": "yarn", "rope_theta": 1e4, "factor": 4.0, "original_max_position_embeddings": ORIGINAL}


def families() -> list[str]:
    """model_type of every causal language model that this transformers knows."""
    from transformers.models.auto.modeling_auto import MODEL_FOR_CAUSAL_LM_MAPPING_NAMES

    return sorted(MODEL_FOR_CAUSAL_LM_MAPPING_NAMES)


def shrunk(values: dict[str, Any], traits: bool, model_type: str = "") -> dict[str, Any]:
    """Keyword arguments for a tiny config, from the values of a default one."""
    out: dict[str, Any] = {}
    for key, value in values.items():
        if key == "model_type":
            continue
        if isinstance(value, dict) and key.endswith("_config"):
            out[key] = {**shrunk(value, traits), **({"model_type": value["model_type"]} if "model_type" in value else {})}
        elif key in SIZES and value is not None and not isinstance(value, (list, bool, dict)):
            out[key] = SIZES[key]
        elif traits and key in TRAITS and not isinstance(value, (list, dict)):
            out[key] = TRAITS[key]
        elif key in ("rope_parameters", "rope_scaling") and isinstance(value, dict):
            out[key] = {k: _rotary(v) if isinstance(v, dict) else v for k, v in value.items()}
            if not any(isinstance(v, dict) for v in value.values()):
                out[key] = _rotary(value)
        elif isinstance(value, list) and len(value) > LAYERS and ("layer" in key or "type" in key or "pattern" in key):
            out[key] = _pattern(value)
    if values.get("qk_rope_head_dim"):  # latent attention: as many KV heads, rotary on a part of each
        out |= {"num_key_value_heads": 4} | ({"head_dim": 8} if "head_dim" in values else {})
    elif "head_dim" in values and not isinstance(values["head_dim"], list):
        out["head_dim"] = 16
    return {**out, **SPECIAL.get(model_type, {}), **({} if traits else AS_RUN.get(model_type, {}))}


def _pattern(values: list[Any]) -> list[Any]:
    """As many values as there are layers, every kind of them at least once, in order."""
    kinds = list(dict.fromkeys(map(str, values)))
    first = [next(v for v in values if str(v) == kind) for kind in kinds][:LAYERS]
    return (first + values)[:LAYERS]


def _rotary(values: dict[str, Any]) -> dict[str, Any]:
    """Rotary settings whose scaling begins within a short text."""
    out = dict(values)
    for key in ("original_max_position_embeddings", "max_position_embeddings"):
        if key in out:
            out[key] = ORIGINAL if key.startswith("original") else 128
    if out.get("llama_4_scaling_beta"):
        out["llama_4_scaling_beta"] = 0.4
    return out


AS_RUN: dict[str, dict[str, Any]] = {"mistral": {"sliding_window": None}}
"""Settings of the models that people run where the class's defaults are those of an old one (Mistral 7B of 2023)."""
NOT_BUILT: dict[str, str] = {
    "blt": "bytes in patches: its encoder and decoder are models of their own",
    "cohere_compass_text": "an embedding model",
    "dots3_note": "its sizes cannot be made small", "dots3_note_text": "its sizes cannot be made small",
    "gemma3n": "its image part needs the package timm",
    "gemma4_assistant": "a draft model, which reads the cache of another",
    "gemma4_unified_assistant": "a draft model, which reads the cache of another",
    "musicgen": "music from an encoder's text", "musicgen_melody": "music from an encoder's text",
    "qwen4_exp": "its text part is qwen4_exp_text",
    "zamba": "its shared layers cannot be made few", "zamba2": "its shared layers cannot be made few",
    "zaya": "its sizes cannot be made small",
}  # fmt: skip
"""Families that no tiny model is made of, and why. A test says that the list is not longer than needed."""


def tiny_config(model_type: str, traits: bool = True) -> Any:
    """A config of a family: every size small, unusual traits where it has them."""
    from transformers.models.auto.configuration_auto import CONFIG_MAPPING

    kind = CONFIG_MAPPING[model_type]
    try:
        values = kind().to_dict()
    except Exception:  # a class without a valid default: only what is named here
        values = {}
    return kind(**shrunk(values, traits, model_type))


def tiny_model(model_type: str, traits: bool = True, seed: int = 7) -> Any:
    """A random model of a family in float32, its matrices enlarged so that attention is not flat."""
    import torch
    from transformers import AutoModelForCausalLM

    torch.manual_seed(seed)
    model = AutoModelForCausalLM.from_config(tiny_config(model_type, traits), dtype=torch.float32).eval()
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if parameter.dim() > 1:
                parameter.normal_(0.0, 2.0 / parameter.shape[-1] ** 0.5)
            elif "norm" not in name.lower() or "bias" in name:
                parameter.add_(torch.randn_like(parameter) * 0.1)
    return model


def save_tiny(model_type: str, folder: Path, traits: bool = True) -> Path:
    """The model as a folder that a person could name."""
    from tiny_folder import make_tokenizer

    make_tokenizer().save_pretrained(folder)
    tiny_model(model_type, traits).save_pretrained(folder)
    return folder
