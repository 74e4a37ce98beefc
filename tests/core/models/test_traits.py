"""Traits beyond a plain Llama are computed or kept off the lean step; a path that is wrong is never taken."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch

from tests_support import loaded, make_model
from tsel_core.config import EngineConfig, SelectionConfig
from tsel_core.decoder.acceptance import Judge
from tsel_core.decoder.step import DecoderStep
from tsel_core.decoder.weights import not_lean
from tsel_core.engine.engine import Engine
from tsel_core.errors import ModelError
from tsel_core.models.families import Traits, thresholds, traits_of
from tsel_core.selection.passes import Pass

YARN = {"rope_type": "yarn", "rope_theta": 1e4, "factor": 4.0, "original_max_position_embeddings": 32}
LEAN: dict[str, dict[str, Any]] = {
    "smollm3": {"no_rope_layers": [1, 0, 1]},
    "ministral3": {"head_dim": 8, "rope_parameters": {**YARN, "llama_4_scaling_beta": 0.4}, "max_position_embeddings": 128},
    "granite": {
        "embedding_multiplier": 3.0, "residual_multiplier": 0.22, "logits_scaling": 4.0, "attention_multiplier": 0.09,
    },
    "seed_oss": {"head_dim": 8, "attention_out_bias": True},
    "llama": {"rope_parameters": YARN, "attention_bias": True, "mlp_bias": True},
}  # fmt: skip


def engine_of(model: Any, mode: str = "full", budget: int = 4096) -> Engine:
    selection = SelectionConfig(budget=budget, num_sink=3, num_local=11, block_size=16, anchor_every=5)
    return Engine(loaded(model), EngineConfig(attention=mode, chunk_size=31), selection)  # type: ignore[arg-type]


def tokens(count: int) -> list[int]:
    return torch.randint(3, 320, (count,), generator=torch.Generator().manual_seed(12)).tolist()


@torch.inference_mode()
def assert_right(engine: Engine, count: int = 90, steps: int = 4) -> None:
    """Reading and writing give the logits of transformers' own forward pass."""
    ids, model = tokens(count + steps), engine.loaded.model
    model.set_attn_implementation("eager")
    expected = model(torch.tensor([ids]), use_cache=False).logits[0, count - 1 :]
    model.set_attn_implementation("tsel")
    reading = engine.read(ids[:count], count, room=steps)
    kept: list[torch.Tensor] = []
    list(engine.write(reading, forced_ids=ids[count:], keep_logits=kept))
    for found, right in zip(kept or [reading.logits], expected[: steps or 1], strict=True):
        assert float((found - right).abs().max() / right.abs().max()) < 2e-5


@pytest.mark.parametrize("mode", ["full", "select"])
@pytest.mark.parametrize("kind", list(LEAN))
def test_traits_on_the_lean_step(kind: str, mode: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Pass, "selects", lambda run, *_: run.mode == "select")
    engine = engine_of(make_model(kind, **LEAN[kind]), mode)
    assert engine.forward.step is not None, engine.forward.choice.note
    assert_right(engine)


@pytest.mark.parametrize(
    ("kind", "field", "value"),
    [
        ("smollm3", "unrotated_layers", frozenset()),
        ("ministral3", "query_scale", None),
        ("granite", "residual_scale", 1.0),
        ("granite", "embedding_scale", 1.0),
        ("granite", "logits_scale", 1.0),
    ],
)
def test_a_step_without_a_trait_is_not_taken(
    kind: str, field: str, value: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The check at load finds what the lean step would leave out, and transformers' layers run instead."""
    from dataclasses import replace

    def without(config: Any) -> Traits:
        return replace(traits_of(config), **{field: value})

    monkeypatch.setattr("tsel_core.decoder.step.traits_of", without)
    monkeypatch.setattr("tsel_core.decoder.mixer.traits_of", without)
    engine = engine_of(make_model(kind, **LEAN[kind]))
    assert engine.forward.step is None
    assert "does not reproduce" in engine.forward.choice.note
    assert_right(engine)


def test_an_unknown_key_keeps_a_model_off_the_lean_step() -> None:
    model = make_model("qwen3", head_dim=16)
    assert not_lean(model) == ""
    model.config.temperature_of_keys = 2.0
    assert "temperature_of_keys" in not_lean(model)
    engine = engine_of(model)
    assert engine.forward.step is None
    assert "temperature_of_keys" in engine.forward.choice.note
    assert_right(engine)


@pytest.mark.parametrize("kind", ["phi3", "qwen2"])
def test_frequencies_that_depend_on_the_length_are_those_of_the_whole_text(kind: str) -> None:
    """LongRoPE and dynamic NTK read in chunks: every key by the frequencies of the text, as in one pass."""
    if kind == "phi3":
        changes: dict[str, Any] = {
            "rope_parameters": {
                "rope_type": "longrope", "rope_theta": 1e4, "short_factor": [1.0] * 4, "long_factor": [1.5, 2.0, 3.0, 4.0],
                "original_max_position_embeddings": 32,
            },
            "max_position_embeddings": 128, "original_max_position_embeddings": 32,
        }  # fmt: skip
    else:
        dynamic = {"rope_type": "dynamic", "rope_theta": 1e4, "factor": 4.0, "original_max_position_embeddings": 32}
        changes = {"rope_parameters": dynamic, "max_position_embeddings": 32}
    model = make_model(kind, **changes)
    for count in (20, 31, 90):
        assert_right(engine_of(model), count, steps=0)


def test_no_right_path_is_a_refusal(monkeypatch: pytest.MonkeyPatch) -> None:
    model = make_model("gemma2", head_dim=8, sliding_window=24, query_pre_attn_scalar=8)
    engine = engine_of(model)
    monkeypatch.setattr("tsel_core.layers.seam.general_attention", lambda q, k, v, *rest: torch.zeros_like(q))
    with pytest.raises(ModelError, match="gemma2 cannot be run rightly"):
        engine.read(tokens(30), 30, room=2)


def test_what_was_accepted_is_remembered_by_hash_and_config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TSEL_MODELS", str(tmp_path))
    checks: list[int] = []
    compare = Judge.difference

    def counted(judge: Judge, path: Any) -> str:
        checks.append(1)
        return compare(judge, path)

    monkeypatch.setattr(Judge, "difference", counted)

    def choose(sha256: str, **changes: Any) -> DecoderStep | None:
        held = loaded(make_model("llama", **changes))
        held.info.sha256 = sha256
        return Engine(held, EngineConfig(), SelectionConfig()).forward.step

    assert choose("a" * 64) is not None
    assert choose("a" * 64) is not None
    assert len(checks) == 1
    assert choose("b" * 64) is not None
    assert choose("a" * 64, rope_parameters=YARN) is not None
    assert len(checks) == 3


def test_every_length_of_a_config_is_a_threshold() -> None:
    model = make_model("ministral3", **LEAN["ministral3"])
    assert thresholds(model.config) == [32, 128]


def test_rounding_of_16_bit_weights_does_not_hide_a_missing_trait(monkeypatch: pytest.MonkeyPatch) -> None:
    """The check computes in float32: a multiplier that is 3 % off is found in a bf16 model, and the whole one passes."""
    from dataclasses import replace

    changes = {**LEAN["granite"], "num_hidden_layers": 12}
    assert engine_of(make_model("granite", **changes).bfloat16()).forward.step is not None

    def nearly(config: Any) -> Traits:
        return replace(traits_of(config), residual_scale=0.227)

    monkeypatch.setattr("tsel_core.decoder.step.traits_of", nearly)
    model = make_model("granite", **changes).bfloat16()
    engine = engine_of(model)
    assert engine.forward.step is None
    assert {p.dtype for p in model.parameters()} == {torch.bfloat16}


def test_a_model_whose_logits_change_is_not_attached(monkeypatch: pytest.MonkeyPatch) -> None:
    from tsel_core.attaching import attach

    model = make_model("qwen2")
    with attach(model):
        pass
    monkeypatch.setattr("tsel_core.layers.runtime.full_attention", lambda q, *rest: torch.zeros_like(q))
    with pytest.raises(ModelError, match="qwen2 cannot be run rightly"), attach(model):
        pass
    assert not hasattr(model, "tsel_attached")
    assert model.config._attn_implementation == "sdpa"


@pytest.mark.parametrize("dim", [258, 512])
def test_heads_that_the_kernels_do_not_take_attend_exactly(dim: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Pass, "selects", lambda run, *_: run.mode == "select")
    engine = engine_of(make_model("qwen3", head_dim=dim), "select")
    assert set(engine.runtime.full_layers.values()) == {f"heads of {dim} and {dim} dimensions"}
    engine.config = EngineConfig()
    assert engine.choose_modes(1_000_000).reason == "1,000,000 tokens: no layer of this model selects"
    engine.config = EngineConfig(attention="select", chunk_size=31)
    assert engine.forward.step is None
    assert_right(engine)
