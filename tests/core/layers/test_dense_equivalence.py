"""With a budget of everything, selection must be full attention: the first test of the method."""

from __future__ import annotations

import pytest
import torch

from tests_support import loaded, make_model
from tsel_core.config import EngineConfig, SelectionConfig
from tsel_core.engine.engine import Engine
from tsel_core.selection.passes import Pass

ARCHITECTURES = ("llama", "qwen2", "qwen3", "mistral", "phi3")
NUM_TOKENS = 150


def everything(**changes: object) -> SelectionConfig:
    """Settings that pick every candidate."""
    base = {"budget": 4096, "num_sink": 3, "num_local": 11, "block_size": 16, "anchor_every": 5}
    return SelectionConfig(**{**base, **changes})  # type: ignore[arg-type]


@pytest.fixture
def force_selection(monkeypatch: pytest.MonkeyPatch) -> None:
    """Select even where it cannot pay, so that the selecting code is what is tested."""
    monkeypatch.setattr(Pass, "selects", lambda run, *_: run.mode == "select")


def reference_logits(model: torch.nn.Module, ids: torch.Tensor) -> torch.Tensor:
    with torch.inference_mode():
        return model(ids).logits[0]


@pytest.mark.parametrize("kind", ARCHITECTURES)
@pytest.mark.parametrize("mode", ["full", "select"])
@pytest.mark.parametrize("chunk_size", [1, 7, NUM_TOKENS])
@pytest.mark.usefixtures("force_selection")
def test_chunked_prefill_equals_one_pass_of_transformers(kind: str, mode: str, chunk_size: int) -> None:
    if chunk_size == 1 and kind != "qwen2":
        pytest.skip("chunks of one token are the slow case: one architecture is enough")
    model = make_model(kind)
    ids = torch.randint(3, 320, (1, NUM_TOKENS), generator=torch.Generator().manual_seed(0))
    expected = reference_logits(model, ids)[-1]
    engine = Engine(loaded(model), EngineConfig(attention=mode, chunk_size=chunk_size), everything())  # type: ignore[arg-type]
    reading = engine.read(ids[0].tolist(), NUM_TOKENS, room=1)
    assert reading.ids == ids[0].tolist()
    assert relative_error(reading.logits, expected) < 1e-5


@pytest.mark.parametrize("changes", [{"vote": "mean-query"}, {"per_kv_head": False}, {"delta": False}])
@pytest.mark.usefixtures("force_selection")
def test_variants_of_the_vote_are_exact_at_full_budget(changes: dict[str, object]) -> None:
    model = make_model("qwen2")
    ids = torch.randint(3, 320, (1, NUM_TOKENS), generator=torch.Generator().manual_seed(1))
    expected = reference_logits(model, ids)[-1]
    engine = Engine(loaded(model), EngineConfig(attention="select", chunk_size=33), everything(**changes))
    reading = engine.read(ids[0].tolist(), NUM_TOKENS, room=1)
    assert relative_error(reading.logits, expected) < 1e-5


@pytest.mark.parametrize("mode", ["full", "select"])
@pytest.mark.parametrize("threshold", [0.0, 1.0])
@pytest.mark.usefixtures("force_selection")
def test_decode_at_full_budget_writes_what_generate_writes(mode: str, threshold: float) -> None:
    model = make_model("llama")
    ids = torch.randint(3, 320, (1, 60), generator=torch.Generator().manual_seed(2))
    with torch.inference_mode():
        expected = model.generate(ids, max_new_tokens=12, do_sample=False, eos_token_id=None, pad_token_id=0)
    engine = Engine(
        loaded(model), EngineConfig(attention=mode, chunk_size=16), everything(reuse_threshold=threshold)  # type: ignore[arg-type]
    )
    engine.loaded.eos_ids = ()
    reading = engine.read(ids[0].tolist(), 60, room=12)
    assert [s.token_id for s in engine.write(reading, 12)] == expected[0, 60:].tolist()


def test_a_small_budget_changes_the_logits_so_the_tests_above_can_fail() -> None:
    model = make_model("qwen2")
    ids = torch.randint(3, 320, (1, NUM_TOKENS), generator=torch.Generator().manual_seed(3))
    expected = reference_logits(model, ids)[-1]
    engine = Engine(loaded(model), EngineConfig(attention="select", chunk_size=33), everything(budget=4, delta=False))
    reading = engine.read(ids[0].tolist(), NUM_TOKENS, room=1)
    assert relative_error(reading.logits, expected) > 1e-3


def relative_error(got: torch.Tensor, expected: torch.Tensor) -> float:
    return float((got - expected).abs().max() / expected.abs().max())
