"""The tokenizer that a GGUF file describes, as a `tokenizers.Tokenizer` (tokenizer.json).

A GGUF names its splitting rule by a short word (`tokenizer.ggml.pre`) and stores vocabulary, merges and token
types. The rules here are those words' meaning in llama.cpp; token ids were compared with it (docs/models.md).
An unknown word is refused: a wrong split is a silent loss of quality.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tokenizers import AddedToken, Regex, Tokenizer, decoders, normalizers, pre_tokenizers, processors
from tokenizers.models import BPE

from tsel_core.errors import ModelError

_CONTROL, _USER_DEFINED, _UNUSED = 3, 4, 5  # tokenizer.ggml.token_type

_QWEN2_SPLIT = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}"
    r"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)
_LLAMA3_SPLIT = _QWEN2_SPLIT.replace(r"|\p{N}|", r"|\p{N}{1,3}|")


def build_tokenizer(meta: Mapping[str, Any]) -> Tokenizer:
    """Tokenizer of a GGUF's metadata (plain values by key). Raises ModelError on an unknown kind."""
    kind = meta.get("tokenizer.ggml.model")
    if kind == "gpt2":
        tokenizer = _byte_level_bpe(meta)
    elif kind == "llama":
        tokenizer = _sentencepiece_bpe(meta)
    else:
        raise _unknown("tokenizer", kind)
    _add_special_tokens(tokenizer, meta)
    _add_begin_token(tokenizer, meta)
    return tokenizer


def end_token_ids(meta: Mapping[str, Any]) -> tuple[int, ...]:
    """Every token that ends an answer: those declared, and control tokens known to end a turn or a text."""
    keys = ("eos_token_id", "eot_token_id", "eom_token_id")
    declared = [meta[f"tokenizer.ggml.{k}"] for k in keys if f"tokenizer.ggml.{k}" in meta]
    tokens, types = meta["tokenizer.ggml.tokens"], meta["tokenizer.ggml.token_type"]
    known = {
        "<|im_end|>",
        "<|endoftext|>",
        "<|eot_id|>",
        "<|end_of_text|>",
        "<|end|>",
        "</s>",
        "<end_of_turn>",
    }
    found = [i for i, token in enumerate(tokens) if token in known and types[i] == _CONTROL]
    return tuple(dict.fromkeys([*declared, *found]))


def special_token(meta: Mapping[str, Any], name: str) -> str | None:
    """Text of a special token by its GGUF name ("eos", "bos", "padding", "unknown")."""
    index = meta.get(f"tokenizer.ggml.{name}_token_id")
    return None if index is None else meta["tokenizer.ggml.tokens"][index]


def _byte_level_bpe(meta: Mapping[str, Any]) -> Tokenizer:
    pre = meta.get("tokenizer.ggml.pre", "default")
    merges = [tuple(pair.split(" ", 1)) for pair in meta["tokenizer.ggml.merges"]]
    llama3 = pre in ("llama-bpe", "llama3", "llama-v3")
    tokenizer = Tokenizer(BPE(_vocabulary(meta), merges, ignore_merges=llama3))
    byte_level = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    if pre in ("qwen2", "deepseek-r1-qwen"):
        tokenizer.normalizer = normalizers.NFC()
        split = pre_tokenizers.Split(Regex(_QWEN2_SPLIT), "isolated")
        tokenizer.pre_tokenizer = pre_tokenizers.Sequence([split, byte_level])
    elif llama3:
        split = pre_tokenizers.Split(Regex(_LLAMA3_SPLIT), "isolated")
        tokenizer.pre_tokenizer = pre_tokenizers.Sequence([split, byte_level])
    elif pre == "smollm":  # every digit alone, then GPT-2's own splitting
        gpt2 = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True)
        tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
            [pre_tokenizers.Digits(individual_digits=True), gpt2]
        )
    elif pre == "gpt-2":
        tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True)
    else:
        raise _unknown("pre-tokenizer", pre)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.post_processor = processors.ByteLevel(trim_offsets=False)
    return tokenizer


def _sentencepiece_bpe(meta: Mapping[str, Any]) -> Tokenizer:
    """SentencePiece BPE with byte fallback; merges are the splits of a piece in two, best score first."""
    vocab, scores = _vocabulary(meta), meta["tokenizer.ggml.scores"]
    ranked: list[tuple[float, int, int, str, str]] = []
    for piece, index in vocab.items():
        for at in range(1, len(piece)):
            left, right = vocab.get(piece[:at]), vocab.get(piece[at:])
            if left is not None and right is not None:
                ranked.append((-scores[index], left, right, piece[:at], piece[at:]))
    merges = [(left, right) for *_, left, right in sorted(ranked)]
    unknown = special_token(meta, "unknown") or "<unk>"
    tokenizer = Tokenizer(BPE(vocab, merges, unk_token=unknown, fuse_unk=True, byte_fallback=True))
    prefix = meta.get("tokenizer.ggml.add_space_prefix", True)
    space = normalizers.Replace(" ", "▁")
    tokenizer.normalizer = normalizers.Sequence([normalizers.Prepend("▁"), space] if prefix else [space])
    steps = [decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse()]
    tokenizer.decoder = decoders.Sequence([*steps, decoders.Strip(" ", 1, 0)] if prefix else steps)
    return tokenizer


def _vocabulary(meta: Mapping[str, Any]) -> dict[str, int]:
    """Token -> id, without the padding entries that a GGUF adds to reach a round size."""
    types: Sequence[int] = meta["tokenizer.ggml.token_type"]
    return {t: i for i, t in enumerate(meta["tokenizer.ggml.tokens"]) if types[i] != _UNUSED}


def _add_special_tokens(tokenizer: Tokenizer, meta: Mapping[str, Any]) -> None:
    types: Sequence[int] = meta["tokenizer.ggml.token_type"]
    tokens = meta["tokenizer.ggml.tokens"]
    control = [
        AddedToken(t, special=True, normalized=False) for i, t in enumerate(tokens) if types[i] == _CONTROL
    ]
    defined = [
        AddedToken(t, special=False, normalized=False)
        for i, t in enumerate(tokens)
        if types[i] == _USER_DEFINED
    ]
    tokenizer.add_special_tokens(control)
    tokenizer.add_tokens(defined)


def _add_begin_token(tokenizer: Tokenizer, meta: Mapping[str, Any]) -> None:
    sentencepiece = meta["tokenizer.ggml.model"] == "llama"
    begin = special_token(meta, "bos")
    if begin is None or not meta.get("tokenizer.ggml.add_bos_token", sentencepiece):
        return
    template = processors.TemplateProcessing(
        single=f"{begin} $A",
        pair=f"{begin} $A {begin} $B",
        special_tokens=[(begin, meta["tokenizer.ggml.bos_token_id"])],
    )
    before = tokenizer.post_processor
    tokenizer.post_processor = processors.Sequence([before, template]) if before else template


def _unknown(what: str, value: object) -> ModelError:
    return ModelError(
        f"GGUF {what} {value!r} is not handled",
        "use the model's safetensors folder or its Hugging Face id instead of the GGUF",
    )
