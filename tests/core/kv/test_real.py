"""KV storages on real weights: what is lossless is exactly so, what is lossy stays under a bound."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from tsel_core.bench.run import fidelity
from tsel_core.config import EngineConfig, Storage
from tsel_core.engine.engine import Engine
from tsel_core.errors import ModelError
from tsel_core.models.load import load_model, resolve_model

TEXT = Path(__file__).parents[3] / "docs/dev/architecture.md"
pytestmark = pytest.mark.model


@pytest.fixture(scope="module")
def engine() -> Engine:
    try:
        return Engine(load_model(resolve_model("smollm2-135m", offline=True)), EngineConfig(attention="full", chunk_size=128))
    except ModelError as error:
        pytest.skip(str(error))


def test_smollm2_with_every_storage(engine: Engine) -> None:
    ids = engine.loaded.tokenizer(TEXT.read_text("utf-8"))["input_ids"][:384]
    found: dict[Storage, list[torch.Tensor]] = {}
    storages: tuple[Storage, ...] = ("plain", "host", "bf16", "fp8")
    for storage in storages:
        engine.storage = storage
        reading = engine.read(ids[:256], 256, room=140)
        found[storage] = [reading.logits.clone(), *engine.score(reading, ids[256:])[1:]]
    assert all(torch.equal(a, b) for a, b in zip(found["plain"], found["host"], strict=True))
    for storage, bound in (("bf16", 5e-3), ("fp8", 3e-2)):
        # measured: bf16 0.0013
        agreement, kl = fidelity(found["plain"], found[storage])  # type: ignore[index]
        assert 0 < kl < bound
        assert agreement > 0.85
