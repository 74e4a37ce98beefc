"""From a name to weights: folders, files, names that are wrong, half-downloaded models."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from tiny_folder import make_folder
from tiny_gguf import write_gguf

from tests_support import ARCHITECTURES, make_model
from tsel_core.errors import ModelError, UsageError
from tsel_core.models.load import load_fast_tokenizer, load_model, load_tokenizer, pick_device, resolve_model


@pytest.fixture(autouse=True)
def _own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TSEL_MODELS", str(tmp_path / "models"))


def test_a_folder_is_described_and_loaded(tmp_path: Path) -> None:
    folder = make_folder(tmp_path / "mine")
    info = resolve_model(str(folder))
    assert (info.name, info.source, info.trained_window, info.num_layers) == ("mine", "folder", 16384, 3)
    assert len(info.sha256) == 64
    assert resolve_model(str(folder)).sha256 == info.sha256
    loaded = load_model(info)
    assert loaded.dtype == torch.float32
    assert not any(p.requires_grad for p in loaded.model.parameters())
    assert info.num_params == sum(p.numel() for p in loaded.model.parameters())
    text = "Hello 議事録 12"
    assert load_fast_tokenizer(info).encode(text).ids == load_tokenizer(info)(text).input_ids


@pytest.mark.parametrize("kind", [*sorted(ARCHITECTURES), "gemma2"])
def test_weights_and_buffers_equal_the_saved_model(kind: str, tmp_path: Path) -> None:
    changes = {"head_dim": 8, "sliding_window": 64} if kind == "gemma2" else {}
    folder = make_folder(tmp_path / "mine")
    model = make_model(kind, tie_word_embeddings=kind in ("qwen2", "gemma2"), **changes)
    model.save_pretrained(folder)
    loaded = load_model(resolve_model(str(folder)), attn_implementation="eager" if kind == "gemma2" else "sdpa").model
    ids = torch.randint(3, 300, (1, 40), generator=torch.Generator().manual_seed(2))
    with torch.inference_mode():
        assert torch.allclose(loaded(ids).logits, model(ids).logits, atol=1e-4)
    assert loaded.dtype == torch.float32


def test_rope_settings_reach_the_model(tmp_path: Path) -> None:
    rope = {"rope_type": "llama3", "rope_theta": 5e5, "factor": 8.0, "low_freq_factor": 1.0, "high_freq_factor": 4.0,
            "original_max_position_embeddings": 512}  # fmt: skip
    folder = make_folder(tmp_path / "mine")
    model = make_model("llama", rope_parameters=rope)
    model.save_pretrained(folder)
    loaded = load_model(resolve_model(str(folder))).model
    assert torch.equal(loaded.model.rotary_emb.inv_freq, model.model.rotary_emb.inv_freq)


def test_a_gguf_file(tmp_path: Path) -> None:
    write_gguf(tmp_path / "m.gguf", tie_word_embeddings=True)
    info = resolve_model(str(tmp_path / "m.gguf"))
    assert (info.source, info.name) == ("gguf", "m.gguf")
    assert load_model(info).eos_ids == (258, 259)


def test_half_a_model_is_refused(tmp_path: Path) -> None:
    folder = make_folder(tmp_path / "mine")
    weights = folder / "model.safetensors"
    content = weights.read_bytes()
    weights.write_bytes(content[:-100])
    with pytest.raises(ModelError, match="only partly there"):
        resolve_model(str(folder))
    weights.unlink()
    with pytest.raises(ModelError, match=r"holds no \.safetensors"):
        resolve_model(str(folder))
    weights.write_bytes(content)
    index = {"weight_map": {"a": "model.safetensors", "b": "model-00002-of-00002.safetensors"}}
    (folder / "model.safetensors.index.json").write_text(json.dumps(index))
    with pytest.raises(ModelError, match="model-00002"):
        resolve_model(str(folder))


def test_a_model_without_some_tensors_is_refused(tmp_path: Path) -> None:
    from safetensors.torch import load_file, save_file

    folder = make_folder(tmp_path / "mine")
    state = load_file(folder / "model.safetensors")
    del state["model.layers.1.mlp.up_proj.weight"]
    save_file(state, folder / "model.safetensors", metadata={"format": "pt"})
    with pytest.raises(ModelError, match="up_proj"):
        load_model(resolve_model(str(folder)))


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [("intermediate_size", 96, "its weights have other shapes"), ("rms_norm_eps", "large", "'rms_norm_eps': .+ expected float")],
)
def test_a_config_that_does_not_fit_is_refused_in_whole_words(name: str, value: object, said: str, tmp_path: Path) -> None:
    folder = make_folder(tmp_path / "mine")
    config = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps({**config, name: value}))
    with pytest.raises(ModelError, match=said):
        load_model(resolve_model(str(folder)))


def test_a_folder_that_is_no_model(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"config\.json"):
        resolve_model(str(tmp_path))
    (tmp_path / "config.json").write_text("{")
    with pytest.raises(ModelError, match="cannot be read"):
        resolve_model(str(tmp_path))


def test_without_tokenizer(tmp_path: Path) -> None:
    folder = make_folder(tmp_path / "mine")
    (folder / "tokenizer.json").unlink()
    with pytest.raises(ModelError, match="tokenizer"):
        load_tokenizer(resolve_model(str(folder)))


@pytest.mark.parametrize(
    ("name", "said", "hint"),
    [
        ("qwen2.5-coder-1.5", "not known", "did you mean qwen2.5-coder-1.5b"),
        ("./nowhere", "no such file", "tsel models list"),
        ("nowhere.gguf", "no such file", "path"),
        ("smollm2-135m", "--offline", "tsel models pull smollm2-135m"),
        ("someone/some-model", "--offline", "folder"),
    ],
)
def test_names_that_lead_nowhere(name: str, said: str, hint: str) -> None:
    with pytest.raises(ModelError, match=said) as caught:
        resolve_model(name, offline=True)
    assert hint in caught.value.hint


def test_a_file_that_is_no_gguf(tmp_path: Path) -> None:
    (tmp_path / "a.gguf").write_bytes(b"not at all")
    with pytest.raises(ModelError, match="not a GGUF"):
        resolve_model(str(tmp_path / "a.gguf"))


def test_devices() -> None:
    assert pick_device("cpu") == "cpu"
    assert pick_device("auto") in ("cpu", "cuda:0")
    with pytest.raises(UsageError, match="gpu"):
        pick_device("gpu")
    with pytest.raises(UsageError, match="not there"):
        pick_device("cuda:99")


def test_a_tokenizer_is_read_once_and_again_when_its_file_changes(tmp_path: Path) -> None:
    info = resolve_model(str(make_folder(tmp_path / "mine")))
    first = load_tokenizer(info)
    assert load_tokenizer(info) is first
    file = info.path / "tokenizer.json"
    stamp = file.stat()
    os.utime(file, ns=(stamp.st_atime_ns, stamp.st_mtime_ns + 1_000_000))
    assert load_tokenizer(info) is not first


@pytest.mark.parametrize(("model_type", "told"), [("qwen2", {"fix_mistral_regex": False}), ("mistral", {}), ("mistral3", {})])
def test_only_a_mistral_can_be_warned_of_its_splitting_rule(
    model_type: str, told: dict[str, bool], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from transformers import PreTrainedTokenizerFast

    info = replace(resolve_model(str(make_folder(tmp_path / "mine"))), model_type=model_type)
    asked: list[dict[str, object]] = []
    read = PreTrainedTokenizerFast.from_pretrained

    def from_pretrained(folder: str, **options: object) -> object:
        asked.append(options)
        return read(folder, **options)

    monkeypatch.setattr(PreTrainedTokenizerFast, "from_pretrained", from_pretrained)
    text = "Hello 議事録 12, don't"
    assert load_tokenizer(info)(text).input_ids == load_fast_tokenizer(info).encode(text).ids
    assert asked == [{"local_files_only": True, **told}]
