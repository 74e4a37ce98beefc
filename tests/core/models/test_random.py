"""Models of random weights, which `tsel bench` times: they go through the engine as loaded ones do."""

from __future__ import annotations

from dataclasses import fields

import pytest

from tsel_core.config import EngineConfig, SelectionConfig
from tsel_core.models.load import LoadedModel
from tsel_core.models.low_bit.random import random_packed
from tsel_core.models.random import random_model
from tsel_core.parallel.open import open_engine


def test_they_say_all_that_a_check_asks_a_model() -> None:
    asked = {f.name for f in fields(LoadedModel)} - {
        "int8_rows",
        "files_digest",
    }  # the engine asks those with a default
    for model in (random_model("tiny", "cpu"), random_packed("tiny", "cpu", "q4")):
        assert asked <= set(vars(model))


@pytest.mark.parametrize("weights", ["full", "q4", "q8"])
def test_the_engine_takes_its_fast_path(weights: str) -> None:
    engine = open_engine(
        "tiny", "cpu", EngineConfig(weights=weights, chunk_size=32), SelectionConfig(), lambda *_: None
    )
    assert engine.forward.choice.step is not None
