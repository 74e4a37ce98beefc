"""Models with more than plain attention: exact where we claim them, full attention for those layers, or refused."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
import torch

from tests_support import loaded, make_model
from tsel_core.config import EngineConfig, SelectionConfig
from tsel_core.engine.engine import Engine
from tsel_core.errors import ModelError
from tsel_core.layers.seam import attach
from tsel_core.selection.passes import Pass
from tsel_kernels.backend import load_kernels

CASES = {
    "mistral": {"sliding_window": 24},
    "gemma2": {"head_dim": 8, "sliding_window": 24, "query_pre_attn_scalar": 8},
    "gemma3_text": {"head_dim": 8, "sliding_window": 24, "query_pre_attn_scalar": 8},
    "qwen3_moe": {"head_dim": 8, "num_experts": 4, "num_experts_per_tok": 2, "moe_intermediate_size": 32},
    "olmo2": {},
    "granite": {},
}


@pytest.mark.parametrize("kind", list(CASES))
@torch.inference_mode()
def test_logits_equal_the_models_own_attention(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    model = make_model(kind, **CASES[kind])
    model.set_attn_implementation("eager")
    ids = torch.randint(3, 320, (1, 90), generator=torch.Generator().manual_seed(12))
    expected = model(ids).logits[0, -1]
    selection = SelectionConfig(budget=4096, num_sink=3, num_local=11, block_size=16, anchor_every=5)
    engine = Engine(loaded(model), EngineConfig(attention="select", chunk_size=31), selection)
    monkeypatch.setattr(Pass, "selects", lambda run, *_: run.mode == "select")
    got = engine.read(ids[0].tolist(), 90, room=1).logits
    assert float((got - expected).abs().max() / expected.abs().max()) < 1e-5
    sliding = sum(1 for t in getattr(model.config, "layer_types", None) or () if t == "sliding_attention")
    assert len(engine.runtime.full_layers) == {"mistral": 3, "gemma2": 3}.get(kind, sliding)


def test_a_layer_that_never_selects_is_named_in_the_report() -> None:
    model = make_model("mistral", sliding_window=24)
    runtime = attach(model, SelectionConfig(), load_kernels("cpu")).runtime
    assert set(runtime.full_layers) == {0, 1, 2}
    assert "24" in runtime.full_layers[0]


def test_a_model_without_plain_attention_is_refused() -> None:
    model = make_model("mamba", state_size=4, num_hidden_layers=2)
    with pytest.raises((ModelError, ValueError, AttributeError)):
        attach(model, SelectionConfig(), load_kernels("cpu"))


def test_llama4_is_refused_by_name() -> None:
    config = SimpleNamespace(_attn_implementation="tsel", model_type="llama4_text", num_hidden_layers=1)
    config.get_text_config = lambda: config
    model = SimpleNamespace(config=config, set_attn_implementation=lambda name: None)
    with pytest.raises(ModelError, match="llama4"):
        attach(model, SelectionConfig(), load_kernels("cpu"))  # type: ignore[arg-type]
