"""Layers with a sliding window keep their window's rows of a long text, and every answer stays what it was."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from tiny_families import WINDOW, tiny_model

from tests_support import loaded
from tsel_core.config import EngineConfig, SelectionConfig
from tsel_core.engine.engine import Engine
from tsel_core.errors import ModelError
from tsel_core.kv import window_layer
from tsel_core.kv.cache import KVCache
from tsel_core.kv.copy import RowsOf
from tsel_core.kv.window_layer import WindowLayer, windows_cut

KINDS = ("gemma3_text", "gpt_oss", "olmo3", "mistral")
SLACK = 12


@pytest.fixture(autouse=True)
def cut_early(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(window_layer, "CUT_FROM", 60)
    monkeypatch.setattr(window_layer, "SLACK", SLACK)


def engine_of(kind: str, mode: str = "full") -> Engine:
    selection = SelectionConfig(budget=4096, num_sink=3, num_local=11, block_size=16, anchor_every=5)
    held = loaded(tiny_model(kind, traits=kind == "mistral"))
    return Engine(held, EngineConfig(attention=mode, chunk_size=31), selection)  # type: ignore[arg-type]


def tokens(count: int, seed: int = 12) -> list[int]:
    return torch.randint(3, 300, (count,), generator=torch.Generator().manual_seed(seed)).tolist()


@torch.inference_mode()
def assert_right(engine: Engine, logits: torch.Tensor, ids: list[int]) -> None:
    model = engine.loaded.model
    model.set_attn_implementation("eager")
    expected = model(torch.tensor([ids]), use_cache=False).logits[0, -1]
    model.set_attn_implementation("tsel")
    assert float((logits - expected).abs().max() / expected.abs().max()) < 1e-4


def rows_of(cache: KVCache) -> set[int]:
    return {pool.num_rows for pool in cache.pools if isinstance(pool, WindowLayer)}


@pytest.mark.parametrize("kind", KINDS)
def test_reading_writing_and_a_second_question(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    engine, ids = engine_of(kind), tokens(100)
    reading = engine.read(ids, 95, room=30)
    assert rows_of(reading.cache) == {WINDOW + SLACK}
    assert_right(engine, reading.logits, ids)
    kept: list[torch.Tensor] = []
    list(engine.write(reading, forced_ids=ids[:6], keep_logits=kept))
    assert_right(engine, kept[-1], [*ids, *ids[:5]])
    read: list[int] = []
    extend = engine._extend
    monkeypatch.setattr(engine, "_extend", lambda r, i, p: (read.append(len(i)), extend(r, i, p)))
    for end, again in ((95, []), (60, [31, 29])):  # within the slack, and so far back that all is read again
        read.clear()
        engine.crop(reading, end)
        assert read == again
        engine.extend(reading, ids[3:12])
        assert_right(engine, reading.logits, [*ids[:end], *ids[3:12]])


@pytest.mark.parametrize(("count", "held"), [(100, 100), (92, 92), (40, 0)])
def test_a_larger_cache_takes_the_windows_along(count: int, held: int) -> None:
    engine, ids = engine_of("gemma3_text"), tokens(100)
    reading = engine.read(ids, 95, room=10)
    text = [*ids[:count], *tokens(60, 3)]
    again = engine.read(text, len(text) - 5, room=10, kept=RowsOf(reading.cache, count))
    assert again.num_reused == held
    assert_right(engine, again.logits, text)


def test_a_short_text_keeps_every_row() -> None:
    engine, ids = engine_of("gemma3_text"), tokens(40)
    reading = engine.read(ids, 35, room=10)
    assert rows_of(reading.cache) == set()
    assert not reading.cache.forgets
    assert dict(windows_cut({0: 50, 1: 24}, 62)) == {1: 24}


def test_a_layer_that_asks_for_more_than_its_window_is_an_error() -> None:
    engine, ids = engine_of("olmo3"), tokens(100)
    assert engine.forward.choice.step is None
    module: Any = engine.loaded.model.model.layers[0].self_attn
    module.sliding_window = None
    with pytest.raises(ModelError, match="more than its window"):
        engine.read(ids, 95, room=10)


def test_memory_of_the_windows() -> None:
    engine, ids = engine_of("gemma3_text"), tokens(100)
    cut = engine.read(ids, 95, room=10).cache
    row = 2 * 4 * cut.pools[0].keys.shape[1] * cut.pools[0].keys.shape[3]  # type: ignore[union-attr]
    assert cut.num_bytes() == row * (3 * (WINDOW + SLACK) + cut.capacity)
