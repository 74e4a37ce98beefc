"""A converted GGUF is the model that was written, for every architecture, tied or not; damage is refused."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from tiny_gguf import write_gguf

from tsel_core.errors import ModelError
from tsel_core.models.checked_files import fast_hash
from tsel_core.models.gguf_config import make_config
from tsel_core.models.gguf_convert import convert_gguf
from tsel_core.models.gguf_tokenizer import build_tokenizer
from tsel_core.models.info import describe_folder
from tsel_core.models.load import load_model
from tsel_core.models.store import file_sha256


@pytest.mark.parametrize(
    ("kind", "tied"), [("llama", False), ("llama", True), ("qwen2", True), ("qwen3", False), ("phi3", False)]
)
def test_same_logits_as_the_model_that_was_written(
    kind: str, tied: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tsel_core.models.load.known_tokenizer", lambda _folder, _type: None)  # one of an earlier run
    model = write_gguf(tmp_path / "m.gguf", kind, tie_word_embeddings=tied)
    folder = tmp_path / "out"
    folder.mkdir()
    heard: list[tuple[int, int]] = []
    facts = convert_gguf(tmp_path / "m.gguf", folder, lambda done, total: heard.append((done, total)))
    assert facts["tied"] == tied
    assert facts["weights_sha256"] == file_sha256(folder / "model.safetensors")
    assert facts["weights_xxh3"] == fast_hash(folder / "model.safetensors")
    assert facts["num_params"] == sum(p.numel() for p in model.parameters())
    assert heard[-1][0] == heard[-1][1] == 2 * facts["num_params"]
    loaded = load_model(describe_folder(folder, name="m", source="folder"))
    ids = torch.randint(3, 256, (1, 24), generator=torch.Generator().manual_seed(2))
    with torch.inference_mode():
        expected, got = model(ids).logits, loaded.model(ids).logits
    assert float((got - expected).abs().max()) <= 1e-5 * float(expected.abs().max())
    assert loaded.eos_ids == (258, 259)
    assert loaded.tokenizer.model_max_length == 4096
    chat = loaded.tokenizer.apply_chat_template([{"role": "user", "content": "a"}], tokenize=False)
    assert chat == "<|im_start|>a<|im_end|>"


def test_two_copies_of_one_matrix_are_tied_and_the_better_one_kept(tmp_path: Path) -> None:
    import gguf

    write_gguf(tmp_path / "m.gguf", "qwen2", tie_word_embeddings=True)
    reader = gguf.GGUFReader(str(tmp_path / "m.gguf"))
    tensors = {t.name: t for t in reader.tensors}
    from tsel_core.models.gguf_convert import _is_tied

    rough = type("T", (), {})()
    rough.data = gguf.quantize(np.array(tensors["token_embd.weight"].data[:, :32]), gguf.GGMLQuantizationType.Q8_0)
    rough.tensor_type, rough.shape = gguf.GGMLQuantizationType.Q8_0, np.array([32, 262])
    exact = type("T", (), {})()
    exact.data, exact.tensor_type = np.array(tensors["token_embd.weight"].data[:, :32]), gguf.GGMLQuantizationType.F32
    exact.shape = np.array([32, 262])
    other = type("T", (), {})()
    other.data, other.tensor_type, other.shape = exact.data[::-1], exact.tensor_type, exact.shape
    assert _is_tied({"token_embd.weight": rough, "output.weight": exact})
    assert not _is_tied({"token_embd.weight": rough, "output.weight": other})


def test_damaged_files_are_refused(tmp_path: Path) -> None:
    write_gguf(tmp_path / "m.gguf")
    content = (tmp_path / "m.gguf").read_bytes()
    out = tmp_path / "out"
    out.mkdir()
    for damaged in (content[: len(content) // 2], content[:100], b"GGUF", b""):
        (tmp_path / "cut.gguf").write_bytes(damaged)
        with pytest.raises(ModelError):
            convert_gguf(tmp_path / "cut.gguf", out)


@pytest.mark.parametrize(
    ("pre", "text", "pieces"),
    [
        ("smollm", "x12 y", ["x", "1", "2", "Ġy"]),
        ("smollm", "a 12", ["a", "Ġ", "1", "2"]),
        ("qwen2", "x12\n\n y", ["x", "1", "2", "ĊĊ", "Ġy"]),
        ("llama-bpe", "x12345", ["x", "123", "45"]),
        ("gpt-2", "x12345 y", ["x", "12345", "Ġy"]),
    ],
)
def test_splitting_rules(pre: str, text: str, pieces: list[str]) -> None:
    meta = {
        "tokenizer.ggml.model": "gpt2",
        "tokenizer.ggml.pre": pre,
        "tokenizer.ggml.tokens": ["a", "<|im_end|>"],
        "tokenizer.ggml.token_type": [1, 3],
        "tokenizer.ggml.merges": [],
    }
    splitter = build_tokenizer(meta).pre_tokenizer
    assert [piece for piece, _ in splitter.pre_tokenize_str(text)] == pieces


def test_unknown_kinds_are_refused() -> None:
    meta = {"tokenizer.ggml.model": "gpt2", "tokenizer.ggml.pre": "other", "tokenizer.ggml.tokens": [],
            "tokenizer.ggml.token_type": [], "tokenizer.ggml.merges": []}  # fmt: skip
    with pytest.raises(ModelError, match="other"):
        build_tokenizer(meta)
    with pytest.raises(ModelError, match="mamba"):
        make_config({"general.architecture": "mamba"}, set(), True, None, 10)


def test_sentencepiece_vocabulary() -> None:
    pieces = ["<unk>", "<s>", "</s>"] + [f"<0x{n:02X}>" for n in range(256)] + ["▁", "a", "b", "ab", "▁ab"]
    meta = {
        "tokenizer.ggml.model": "llama",
        "tokenizer.ggml.tokens": pieces,
        "tokenizer.ggml.scores": [0.0] * 259 + [-9.0, -8.0, -7.0, -1.0, -2.0],
        "tokenizer.ggml.token_type": [2, 3, 3] + [6] * 256 + [1] * 5,
        "tokenizer.ggml.bos_token_id": 1,
        "tokenizer.ggml.unknown_token_id": 0,
    }
    tokenizer = build_tokenizer(meta)
    assert tokenizer.encode("ab é", add_special_tokens=False).tokens == ["▁ab", "▁", "<0xC3>", "<0xA9>"]
    assert tokenizer.encode("ab").tokens == ["<s>", "▁ab"]
    assert tokenizer.decode(tokenizer.encode("ab é").ids) == "ab é"


def test_llama3_factors_go_into_the_config() -> None:
    theta, dim = 5e5, 128
    waves = 2 * np.pi * theta ** (np.arange(0, dim, 2) / dim)
    smooth = np.clip((8192 / waves - 1) / 3, 0, 1)
    factors = (1 / ((1 - smooth) / 8 + smooth)).astype(np.float32)
    meta = {"general.architecture": "llama"} | {
        f"llama.{key}": value
        for key, value in {
            "attention.head_count": 32, "embedding_length": 4096, "context_length": 131072, "feed_forward_length": 1,
            "block_count": 1, "attention.layer_norm_rms_epsilon": 1e-5, "rope.freq_base": theta,
        }.items()
    }  # fmt: skip
    config = make_config(meta, set(), False, factors, 128256)
    assert config["rope_scaling"]["rope_type"] == "llama3"
    assert config["rope_scaling"]["factor"] == 8.0
    with pytest.raises(ModelError, match="rope factors"):
        make_config(meta, set(), False, factors * np.linspace(1, 2, 64), 128256)
