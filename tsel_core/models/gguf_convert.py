"""GGUF file -> folder that loads in seconds: model.safetensors (bf16), config.json, tokenizer files.

Done once per file. Tensors are dequantized one at a time with the `gguf` package and streamed to disk, so the
peak of memory is one tensor. Names and shapes follow the GGUF standard names and transformers' Llama, Qwen2,
Qwen3 and Phi-3.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from tsel_core.errors import ModelError
from tsel_core.models.gguf_config import architecture_of, make_config
from tsel_core.models.gguf_tokenizer import build_tokenizer, end_token_ids, special_token

_LAYER_NAMES = {
    "attn_norm": "input_layernorm",
    "ffn_norm": "post_attention_layernorm",
    "attn_q": "self_attn.q_proj",
    "attn_k": "self_attn.k_proj",
    "attn_v": "self_attn.v_proj",
    "attn_qkv": "self_attn.qkv_proj",
    "attn_output": "self_attn.o_proj",
    "attn_q_norm": "self_attn.q_norm",
    "attn_k_norm": "self_attn.k_norm",
    "ffn_gate": "mlp.gate_proj",
    "ffn_up": "mlp.up_proj",
    "ffn_down": "mlp.down_proj",
}
_TOP_NAMES = {
    "token_embd.weight": "model.embed_tokens.weight",
    "output_norm.weight": "model.norm.weight",
    "output.weight": "lm_head.weight",
}
_ROPE_FACTORS = "rope_freqs.weight"  # Llama 3's frequency factors: they go into the config
OnBytes = Callable[[int, int], None]


def convert_gguf(gguf_path: Path, folder: Path, on_bytes: OnBytes | None = None) -> dict[str, Any]:
    """Write the converted model into `folder` (must exist) and return facts about it.

    `on_bytes(done, total)` hears the bytes written. Facts: "weights_sha256" and "weights_xxh3" of model.safetensors,
    "num_params", "tied" (one matrix for embedding and head). Raises ModelError for a damaged or unknown kind of file.
    """
    try:
        return _converted(gguf_path, folder, on_bytes)
    except (ValueError, IndexError, KeyError, TypeError, AttributeError, ArithmeticError, AssertionError) as error:
        why = type(error).__name__
        raise ModelError(f"{gguf_path}: a damaged GGUF file ({why})", "fetch it again, or use another file") from error


def _converted(gguf_path: Path, folder: Path, on_bytes: OnBytes | None = None) -> dict[str, Any]:
    """See convert_gguf; what a damaged file makes of it is left to the caller."""
    reader = _open(gguf_path)
    meta = {key: value.contents() for key, value in reader.fields.items()}
    tensors = {t.name: t for t in reader.tensors}
    architecture = architecture_of(meta)
    factors = tensors.pop(_ROPE_FACTORS, None)
    tied = _is_tied(tensors)
    if tied and "output.weight" in tensors:  # two copies of one matrix: keep the one with more bits
        best = max(("output.weight", "token_embd.weight"), key=lambda n: tensors[n].n_bytes)
        tensors["token_embd.weight"] = tensors[best]
        del tensors["output.weight"]
    config = make_config(
        meta, set(tensors), tied, None if factors is None else _dequantized(factors), _rows(tensors)
    )
    ends = end_token_ids(meta)
    config["eos_token_id"] = list(ends)
    tokenizer = build_tokenizer(meta)
    names = {source: _target_name(source, architecture) for source in tensors}
    facts = write_safetensors(
        folder / "model.safetensors",
        [(names[s], [int(n) for n in reversed(t.shape)]) for s, t in tensors.items()],
        (_rows_of(s, t, architecture, config) for s, t in tensors.items()),
        on_bytes,
    )
    _write_json(folder / "config.json", config)
    generation = {"eos_token_id": list(ends), "bos_token_id": config.get("bos_token_id"), "do_sample": False}
    _write_json(folder / "generation_config.json", generation)
    tokenizer.save(str(folder / "tokenizer.json"))
    _write_json(folder / "tokenizer_config.json", _tokenizer_config(meta, config))
    return {**facts, "tied": tied, "architecture": architecture}


def _open(path: Path) -> Any:
    from gguf import GGUFReader

    try:
        return GGUFReader(str(path))
    except (ValueError, IndexError, OSError, KeyError, UnicodeDecodeError) as error:
        raise ModelError(f"{path} is not a whole GGUF file: {error}", "download it again") from error


def _dequantized(tensor: Any) -> np.ndarray:
    """float32 values of a GGUF tensor in its row-major shape."""
    from gguf import dequantize

    return np.asarray(dequantize(tensor.data, tensor.tensor_type), dtype=np.float32).reshape(
        [int(n) for n in reversed(tensor.shape)]
    )


def _rows(tensors: dict[str, Any]) -> int:
    return int(tensors["token_embd.weight"].shape[1])


def _is_tied(tensors: dict[str, Any]) -> bool:
    """Whether embedding and head are one matrix: no head stored, or both are copies of the same values.

    A GGUF may store a tied matrix twice in two precisions. 512 rows over the vocabulary are compared: copies of
    one matrix have a cosine near 1, two trained matrices are nearly orthogonal.
    """
    if "token_embd.weight" not in tensors:
        raise ModelError("the GGUF has no token embedding", "download it again, or use another model")
    if "output.weight" not in tensors:
        return True
    from gguf import dequantize

    pair = [tensors["token_embd.weight"], tensors["output.weight"]]
    step = max(1, _rows(tensors) // 512)
    one, two = (np.asarray(dequantize(t.data[::step], t.tensor_type), np.float32) for t in pair)
    if one.shape != two.shape:
        return False
    norms = np.linalg.norm(one) * np.linalg.norm(two)
    return bool(norms > 0 and float((one * two).sum()) / norms > 0.98)


def _target_name(source: str, architecture: str) -> str:
    if source in _TOP_NAMES:
        return _TOP_NAMES[source]
    parts = source.split(".")
    if len(parts) == 4 and parts[0] == "blk" and parts[2] in _LAYER_NAMES:
        inner = _LAYER_NAMES[parts[2]]
        if architecture == "phi3" and parts[2] == "ffn_up":
            inner = "mlp.gate_up_proj"  # Phi-3 stores gate and up as one matrix
        return f"model.layers.{parts[1]}.{inner}.{parts[3]}"
    raise ModelError(
        f"GGUF tensor {source!r} of a {architecture!r} model is not handled",
        "use the model's safetensors folder or its Hugging Face id instead of the GGUF",
    )


def _rows_of(source: str, tensor: Any, architecture: str, config: dict[str, Any]) -> np.ndarray:
    values = _dequantized(tensor)
    if architecture == "llama" and (".attn_q." in source or ".attn_k." in source):
        heads = config["num_attention_heads" if ".attn_q." in source else "num_key_value_heads"]
        values = _halves_from_pairs(values, heads)
    return values


def _halves_from_pairs(values: np.ndarray, heads: int) -> np.ndarray:
    """Rows of a head from llama.cpp's rotary order (x0 y0 x1 y1 ..) to transformers' (x0 x1 .. y0 y1 ..)."""
    shape = values.shape
    return values.reshape(heads, shape[0] // heads // 2, 2, *shape[1:]).swapaxes(1, 2).reshape(shape)


def write_safetensors(
    path: Path,
    layout: list[tuple[str, list[int]]],
    values: Iterator[np.ndarray],
    on_bytes: OnBytes | None,
) -> dict[str, Any]:
    """Stream tensors as bf16 (round to nearest even) as safetensors: length, JSON header, raw rows."""
    import torch
    import xxhash

    header: dict[str, Any] = {"__metadata__": {"format": "pt"}}
    at = 0
    for name, shape in layout:
        size = 2 * int(np.prod(shape))
        header[name] = {"dtype": "BF16", "shape": shape, "data_offsets": [at, at + size]}
        at += size
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    digest, fast = hashlib.sha256(), xxhash.xxh3_128()
    written = 0
    with path.open("wb") as file:
        for chunk in (len(text).to_bytes(8, "little"), text):
            file.write(chunk)
            digest.update(chunk)
            fast.update(chunk)
        for (name, shape), rows in zip(layout, values, strict=True):
            if list(rows.shape) != shape or not np.isfinite(rows).all():
                raise ModelError(f"the tensor of {name} is damaged", "download the file again")
            own = np.require(rows, requirements=["C", "W"])
            raw = torch.from_numpy(own).to(torch.bfloat16).view(torch.int16).numpy().data
            file.write(raw)
            digest.update(raw)
            fast.update(raw)
            written += 2 * rows.size
            if on_bytes:
                on_bytes(written, at)
    return {"weights_sha256": digest.hexdigest(), "weights_xxh3": fast.hexdigest(), "num_params": at // 2}


def _tokenizer_config(meta: dict[str, Any], config: dict[str, Any]) -> dict[str, Any]:
    named = {"bos_token": "bos", "eos_token": "eos", "pad_token": "padding", "unk_token": "unknown"}
    found = {key: special_token(meta, name) for key, name in named.items()}
    return {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "model_max_length": config["max_position_embeddings"],
        "clean_up_tokenization_spaces": False,
        "chat_template": meta.get("tokenizer.chat_template"),
        **{key: value for key, value in found.items() if value is not None},
    }


def _write_json(path: Path, content: dict[str, Any]) -> None:
    path.write_text(json.dumps(content, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
