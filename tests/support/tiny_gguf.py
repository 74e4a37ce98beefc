"""Tiny GGUF files and wheels around them: what the package index would serve, made in milliseconds."""

from __future__ import annotations

import hashlib
import zipfile
from pathlib import Path
from typing import Any

import numpy as np

from tests_support import make_model
from tsel_core.models.catalog import CatalogEntry, WheelPart

_NAMES = {
    "input_layernorm": "attn_norm",
    "post_attention_layernorm": "ffn_norm",
    "self_attn.q_proj": "attn_q",
    "self_attn.k_proj": "attn_k",
    "self_attn.v_proj": "attn_v",
    "self_attn.qkv_proj": "attn_qkv",
    "self_attn.o_proj": "attn_output",
    "self_attn.q_norm": "attn_q_norm",
    "self_attn.k_norm": "attn_k_norm",
    "mlp.gate_proj": "ffn_gate",
    "mlp.up_proj": "ffn_up",
    "mlp.gate_up_proj": "ffn_up",
    "mlp.down_proj": "ffn_down",
}
_TOP = {"model.embed_tokens": "token_embd", "model.norm": "output_norm", "lm_head": "output"}


def write_gguf(path: Path, kind: str = "qwen2", pre: str = "qwen2", **changes: Any) -> Any:
    """Write a random model of an architecture as GGUF and return it (bf16-exact weights, fp32)."""
    import torch
    from gguf import GGUFWriter

    model = make_model(kind, vocab_size=262, **changes)
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.copy_(parameter.to(torch.bfloat16))
    config = model.config
    writer = GGUFWriter(str(path), kind)
    writer.add_context_length(config.max_position_embeddings)
    writer.add_embedding_length(config.hidden_size)
    writer.add_block_count(config.num_hidden_layers)
    writer.add_feed_forward_length(config.intermediate_size)
    writer.add_head_count(config.num_attention_heads)
    writer.add_head_count_kv(config.num_key_value_heads)
    writer.add_layer_norm_rms_eps(config.rms_norm_eps)
    writer.add_rope_freq_base(config.rope_parameters["rope_theta"])
    head_dim = getattr(config, "head_dim", None) or config.hidden_size // config.num_attention_heads
    writer.add_key_length(head_dim)
    _add_tokenizer(writer, pre)
    for name, tensor in model.state_dict().items():
        if name == "lm_head.weight" and config.tie_word_embeddings:
            continue
        target, values = _gguf_name(name), tensor.float().numpy()
        if kind == "llama" and (".attn_q." in target or ".attn_k." in target):
            heads = config.num_attention_heads if ".attn_q." in target else config.num_key_value_heads
            pairs = values.reshape(heads, 2, head_dim // 2, -1).swapaxes(1, 2)  # the writer's own order of rotary rows
            values = np.ascontiguousarray(pairs.reshape(values.shape))
        writer.add_tensor(target, values)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return model


def _add_tokenizer(writer: Any, pre: str) -> None:
    from tokenizers import pre_tokenizers

    tokens = [*sorted(pre_tokenizers.ByteLevel.alphabet()), "Ġa", "<|im_start|>", "<|im_end|>"]
    tokens += ["<|endoftext|>", "<tool>", "[PAD]"]
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre(pre)
    writer.add_token_list(tokens)
    writer.add_token_types([1] * 257 + [3, 3, 3, 4, 5])
    writer.add_token_merges(["Ġ a"])
    writer.add_eos_token_id(tokens.index("<|im_end|>"))
    writer.add_bos_token_id(tokens.index("<|endoftext|>"))
    writer.add_chat_template("{% for m in messages %}<|im_start|>{{ m['content'] }}<|im_end|>{% endfor %}")


def _gguf_name(name: str) -> str:
    stem, kind = name.rsplit(".", 1)
    if stem in _TOP:
        return f"{_TOP[stem]}.{kind}"
    _, _, layer, inner = stem.split(".", 3)
    return f"blk.{layer}.{_NAMES[inner]}.{kind}"


def make_entry(gguf: Path, index: Path, num_parts: int = 2) -> CatalogEntry:
    """Cut a file into wheels below `index` (for PIP_FIND_LINKS) and return the catalogue entry that joins them."""
    content = gguf.read_bytes()
    index.mkdir(parents=True, exist_ok=True)
    cut = -(-len(content) // num_parts)
    parts = []
    for n in range(1, num_parts + 1):
        wheel = index / f"tiny_part{n}-1.0-py3-none-any.whl"
        member = f"tiny_part{n}/data/part{n:02d}.bin"
        write_wheel(wheel, f"tiny-part{n}", {member: content[(n - 1) * cut : n * cut]})
        digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
        parts.append(WheelPart(f"tiny-part{n}", "1.0", digest, wheel.stat().st_size, member))
    return CatalogEntry(
        name="tiny",
        title="Tiny",
        note="",
        licence="Apache-2.0",
        trained_window=4096,
        num_params=50_000,
        origin="nobody/tiny",
        parts=tuple(parts),
        gguf_sha256=hashlib.sha256(content).hexdigest(),
        gguf_bytes=len(content),
        attribution="Nobody.",
    )


def write_wheel(path: Path, project: str, members: dict[str, bytes]) -> None:
    """A wheel that pip accepts, version 1.0, with a dependency that must never be installed."""
    info = f"{project.replace('-', '_')}-1.0.dist-info"
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
        archive.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {project}\nVersion: 1.0\nRequires-Dist: no-such\n")
        archive.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        archive.writestr(f"{info}/RECORD", "")
