"""The lean decode step must give what the transformers model gives, for every architecture it claims."""

from __future__ import annotations

import pytest
import torch

from tests_support import loaded, make_model
from tsel_core.config import EngineConfig, SelectionConfig
from tsel_core.decoder.mixer import CacheMixer, RotaryTable
from tsel_core.decoder.step import DecoderStep
from tsel_core.decoder.weights import not_lean
from tsel_core.engine.engine import Engine
from tsel_core.selection.passes import Pass

LLAMA3 = {"rope_type": "llama3", "rope_theta": 5e5, "factor": 8.0, "low_freq_factor": 1.0, "high_freq_factor": 4.0,
          "original_max_position_embeddings": 512}  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "changes"),
    [("llama", {}), ("llama", {"rope_parameters": LLAMA3}), ("qwen2", {}), ("qwen3", {}), ("mistral", {}), ("phi3", {})],
)
@torch.inference_mode()
def test_step_equals_the_model(kind: str, changes: dict[str, object]) -> None:
    model = make_model(kind, **changes)
    ids = torch.randint(3, 320, (1, 40), generator=torch.Generator().manual_seed(5))
    expected = model(ids).logits[0]
    assert not not_lean(model)
    engine = Engine(loaded(model), EngineConfig(attention="full", chunk_size=16), SelectionConfig())
    reading = engine.read(ids[0, :30].tolist(), 30, room=20)
    step = DecoderStep(model)
    mixer = CacheMixer(model, reading.cache, engine.runtime, RotaryTable(model, 64), engine.kernels, Pass())
    for at in range(30, 40):
        logits = step.forward(ids[0, at : at + 1], mixer)
        assert float((logits - expected[at]).abs().max() / expected[at].abs().max()) < 1e-5
    # fusing moved the weights' storage: the model itself must still be right
    assert float((model(ids, use_cache=False).logits[0] - expected).abs().max()) < 1e-4 * float(expected.abs().max())


def test_models_with_other_parts_are_not_claimed() -> None:
    gemma = make_model("gemma2", head_dim=8, sliding_window=64)
    assert "gemma2" in not_lean(gemma)


@torch.inference_mode()
def test_scoring_given_tokens_in_one_pass_equals_writing_them() -> None:
    model = make_model("qwen2")
    ids = torch.randint(3, 320, (45,), generator=torch.Generator().manual_seed(11)).tolist()
    engine = Engine(loaded(model), EngineConfig(attention="full", chunk_size=16), SelectionConfig())
    one = engine.read(ids[:30], 30, room=20)
    scored = engine.score(one, ids[30:])
    stepped: list[torch.Tensor] = []
    two = engine.read(ids[:30], 30, room=20)
    list(engine.write(two, forced_ids=ids[30:], keep_logits=stepped))
    assert one.ids == two.ids
    for left, right in zip(scored, stepped, strict=True):
        assert float((left - right).abs().max()) < 1e-4 * float(right.abs().max())
