"""The second start of a model that was checked: modules of our own that give the very same numbers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import torch
from tiny_folder import make_folder

from tests_support import make_model
from tsel_core.bench.run import run_transformers
from tsel_core.config import EngineConfig, SelectionConfig
from tsel_core.decoder.plain import plain_twin
from tsel_core.decoder.weights import decoder_of
from tsel_core.engine.engine import Engine
from tsel_core.models.load import load_model, resolve_model
from tsel_core.models.outline import outline_from
from tsel_core.models.plain_decoder import PlainModel, PlainRotary, layout_of, plain_model

IDS = torch.randint(3, 300, (90,), generator=torch.Generator().manual_seed(3)).tolist()
ROTARY: dict[str, dict[str, Any]] = {
    "default": {"rope_type": "default", "rope_theta": 1e6},
    "linear": {"rope_type": "linear", "rope_theta": 1e4, "factor": 4.0},
    "llama3": {"rope_type": "llama3", "rope_theta": 5e5, "factor": 8.0, "low_freq_factor": 1.0,
               "high_freq_factor": 4.0, "original_max_position_embeddings": 512},
    "yarn": {"rope_type": "yarn", "rope_theta": 1e6, "factor": 4.0, "original_max_position_embeddings": 1024},
    "yarn, mscale": {"rope_type": "yarn", "rope_theta": 1e4, "factor": 40.0, "mscale": 0.7, "mscale_all_dim": 1.1,
                     "beta_fast": 24, "beta_slow": 2, "original_max_position_embeddings": 1024},
}  # fmt: skip


@pytest.fixture(autouse=True)
def _own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TSEL_MODELS", str(tmp_path / "models"))


def opened(folder: Path) -> Engine:
    engine = Engine(load_model(resolve_model(str(folder))), EngineConfig(chunk_size=32), SelectionConfig())
    _ = engine.forward.choice
    return engine


def written(engine: Engine, mode: str) -> tuple[list[int], torch.Tensor]:
    engine.config = EngineConfig(attention=mode, chunk_size=32)  # type: ignore[arg-type]
    reading = engine.read(IDS, 80, room=16)
    first = reading.logits.clone()
    return [step.token_id for step in engine.write(reading, 12, ignore_end=True)], first


@pytest.mark.parametrize("kind", ["llama", "qwen2", "qwen3", "mistral", "phi3"])
@pytest.mark.parametrize("tied", [False, True])
def test_both_starts_write_the_same(kind: str, tied: bool, tmp_path: Path) -> None:
    folder = make_folder(tmp_path / "m")
    model = make_model(kind, tie_word_embeddings=tied, rope_parameters=ROTARY["llama3"] if kind == "llama" else None)
    model.save_pretrained(folder)
    first, second = opened(folder), opened(folder)
    assert not isinstance(first.loaded.model, PlainModel)
    assert isinstance(first.forward.model, PlainModel)  # what was checked is what is used
    assert isinstance(second.loaded.model, PlainModel)
    assert second.loaded.eos_ids == first.loaded.eos_ids == (2,)
    assert second.forward.step is not None
    for mode in ("full", "select"):
        (words, logits), (others, same) = written(first, mode), written(second, mode)
        assert words == others
        assert torch.equal(logits, same)


@pytest.mark.parametrize("name", sorted(ROTARY))
def test_rotary_positions_are_those_of_transformers(name: str) -> None:
    model = make_model("llama", rope_parameters=ROTARY[name], max_position_embeddings=131_072)
    twin = plain_twin(model, ())
    assert twin is not None
    again = outline_from(json.loads(json.dumps(twin.outline.as_json())))  # as it comes back from the disk
    assert again == twin.outline
    theirs = decoder_of(model).rotary_emb
    ours = PlainRotary(again.frequencies, again.rotary_scaling, torch.device("cpu"))
    assert (name.startswith("yarn")) == (again.rotary_scaling != 1.0)
    for dtype in (torch.float32, torch.bfloat16):
        at, probe = torch.arange(0, 131_072, 13)[None], torch.empty((), dtype=dtype)
        for a, b in zip(theirs(probe, at), ours(probe, at), strict=True):
            assert a.dtype == b.dtype == dtype
            assert torch.equal(a, b)


def test_nothing_is_held_twice() -> None:
    model = make_model("qwen2")
    twin = plain_twin(model, ())
    assert twin is not None
    ours = dict(twin.named_parameters())
    assert all(ours[name].data_ptr() == value.data_ptr() for name, value in model.named_parameters())


def test_other_weights_are_not_taken_for_those_that_were_checked() -> None:
    model = make_model("qwen2")
    twin = plain_twin(model, ())
    assert twin is not None
    weights = {name: value.data for name, value in model.named_parameters()}
    assert plain_model(twin.outline, weights) is not None
    assert layout_of(weights) == twin.outline.layout
    for changed in (
        {k: v for k, v in weights.items() if "layers.1.mlp.up" not in k},
        {**weights, "model.layers.0.self_attn.o_proj.bias": torch.zeros(48)},
        {k: v[:-1] if "lm_head" in k else v for k, v in weights.items()},
    ):
        assert plain_model(twin.outline, changed) is None


def test_a_quantized_model_has_no_twin() -> None:
    model = make_model("qwen2")
    model.config.quantization_config = {"quant_method": "fp8"}
    assert plain_twin(model, ()) is None


def test_a_changed_config_is_checked_anew(tmp_path: Path) -> None:
    folder = make_folder(tmp_path / "m")
    opened(folder)
    assert isinstance(load_model(resolve_model(str(folder))).model, PlainModel)
    config = json.loads((folder / "config.json").read_text())
    config["rms_norm_eps"] = 1e-3
    (folder / "config.json").write_text(json.dumps(config))
    assert not isinstance(load_model(resolve_model(str(folder))).model, PlainModel)
    opened(folder)
    again = load_model(resolve_model(str(folder))).model
    assert isinstance(again, PlainModel)
    assert again.outline.eps == 1e-3


def test_a_damaged_record_is_no_record(tmp_path: Path) -> None:
    folder = make_folder(tmp_path / "m")
    opened(folder)
    (record,) = [f for f in (tmp_path / "models" / ".accepted").iterdir() if not f.name.startswith("tokenizer")]
    content = json.loads(record.read_text())
    for damaged in ("{", json.dumps({**content, "outline": {"eps": 1}}), json.dumps([1])):
        record.write_text(damaged)
        assert not isinstance(load_model(resolve_model(str(folder))).model, PlainModel)


def test_transformers_runs_the_same_weights_for_comparisons(tmp_path: Path) -> None:
    folder = make_folder(tmp_path / "m")
    opened(folder)
    engine = opened(folder)
    row = run_transformers(engine, IDS, max_new_tokens=8, decode=str)
    engine.config = EngineConfig(attention="full", chunk_size=32)
    reading = engine.read(IDS, 80, room=16)
    assert list(row.answer_ids or ()) == [s.token_id for s in engine.write(reading, 8, ignore_end=True)]
