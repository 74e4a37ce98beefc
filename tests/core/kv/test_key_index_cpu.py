"""The int8 copy of a layer's keys on a CPU follows the rows: appended, cut, copied, loaded, counted, let go."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import kept_support
import pytest
import torch

from tests_support import loaded, make_model
from tsel_core.config import EngineConfig, SelectionConfig
from tsel_core.engine.engine import Engine
from tsel_core.engine.reading import Reading
from tsel_core.kv.copy import RowsOf
from tsel_core.kv.cost import CacheShape, row_cost
from tsel_core.kv.key_index_cpu import GrowingIndex
from tsel_kernels.score import cpu_index

SELECTION = SelectionConfig(budget=240, num_sink=4, num_local=16, block_size=16, anchor_every=16, reuse_threshold=1.0)
NUM = 400


@pytest.fixture(autouse=True)
def from_few_rows_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cpu_index, "LEAST_ROWS", 100)
    monkeypatch.setenv(cpu_index.VARIABLE, "int8")


def ids(num: int, seed: int = 0) -> list[int]:
    return torch.randint(5, 90, (num,), generator=torch.Generator().manual_seed(seed)).tolist()


def make_engine(mode: str = "select", storage: Any = "plain", **changes: Any) -> Engine:
    config = EngineConfig(attention=mode, chunk_size=64)  # type: ignore[arg-type]
    engine = Engine(loaded(make_model("qwen2")), config, replace(SELECTION, **changes))
    engine.loaded.eos_ids = ()
    engine.storage = storage
    return engine


def logits_of(engine: Engine, reading: Reading, words: list[int]) -> torch.Tensor:
    kept: list[torch.Tensor] = []
    list(engine.write(reading, forced_ids=words, keep_logits=kept))
    return torch.stack(kept)


def keys_of(num: int, seed: int = 0) -> torch.Tensor:
    return torch.randn((2, num, 16), generator=torch.Generator().manual_seed(seed))


def error(index: Any, keys: torch.Tensor) -> float:
    """Largest error of keys [Hkv, N, D] as the copy remembers them, in steps of the channel; 0.5 when all is well."""
    assert index.num_rows == keys.shape[1]
    back = index.middle[:, None] + index.step[:, None] * index.codes[:, : keys.shape[1]].float()
    return float(((back - keys).abs() / index.step[:, None]).max())


def test_it_catches_up_and_measures_the_channels_anew_when_much_was_added() -> None:
    query, growing, keys = torch.ones(1, 4, 16), GrowingIndex(3000), keys_of(3000)
    keys[:, 1500:] *= 3
    first = growing.of(query, keys[:, :1500])
    assert error(first, keys[:, :1500]) < 0.51
    assert growing.of(query, keys[:, :1500]) is first
    few = growing.of(query, keys[:, :1540])
    assert few.step is first.step
    assert error(growing.of(query, keys), keys) < 0.51


def test_rows_that_were_cut_are_written_again() -> None:
    query, growing, keys, other = torch.ones(1, 4, 16), GrowingIndex(600), keys_of(600), keys_of(600, seed=1)
    growing.of(query, keys)
    growing.crop(700)
    growing.crop(580)
    now = torch.cat([keys[:, :580], other[:, 580:]], 1).clamp(keys.amin(), keys.amax())
    found = growing.of(query, now)
    expected = torch.round((now - found.middle[:, None]) / found.step[:, None]).clamp(-127, 127)
    assert torch.equal(found.codes[:, :600].float(), expected)


@pytest.mark.parametrize("changes", [{}, {"coverage_floor": 0.3}, {"per_kv_head": False}, {"reuse_threshold": 0.8}])
def test_writing_from_it_is_writing_from_the_keys(changes: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    words, found = ids(24, seed=3), []
    for asked in ("off", "int8"):
        monkeypatch.setenv(cpu_index.VARIABLE, asked)
        engine = make_engine(**changes)
        reading = engine.read(ids(NUM), NUM - 8, room=40)
        found.append(logits_of(engine, reading, words))
        assert [bool(layer.rows_index.tensors()) for layer in reading.cache.pools] == [asked == "int8"] * 3
        assert engine.runtime.trace.coverage_of(engine.runtime.trace.decode_coverage) is not None
    assert float((found[0] - found[1]).norm() / found[0].norm()) < 0.02
    assert not torch.equal(*found)


@pytest.mark.parametrize("larger", [False, True])
def test_another_question_after_the_same_text(larger: bool) -> None:
    """Rows of the first question and answer give way to others, in the same cache or copied into a larger one."""
    text, question, words = ids(NUM), ids(9, seed=4), ids(12, seed=5)
    fresh = make_engine()
    expected = logits_of(fresh, fresh.read(text + question, NUM, room=40), words)
    engine = make_engine()
    reading = engine.read(text + ids(20, seed=6), NUM, room=40)
    logits_of(engine, reading, ids(15, seed=7))
    if larger:
        reading = engine.read(text + question, NUM, room=90, kept=RowsOf(reading.cache, NUM))
    else:
        engine.crop(reading, NUM)
        engine.extend(reading, question)
    got = logits_of(engine, reading, words)
    assert float((got - expected).norm() / expected.norm()) < 0.02


def test_a_kept_reading(tmp_path: Path) -> None:
    store, prompt, found = kept_support.make_store(tmp_path), kept_support.make_prompt(ids(200), ids(8, seed=1)), []
    for reused in (0, 200):
        engine = kept_support.make_engine(attention="select")
        written, reading = kept_support.ask(engine, store, prompt)
        assert reading.num_reused == reused
        index = reading.cache.pools[1].rows_index.index
        assert index is not None
        found.append((written, index.codes, index.step))
    assert found[0][0] == found[1][0]
    assert torch.equal(found[0][1], found[1][1])
    assert torch.equal(found[0][2], found[1][2])


@pytest.mark.parametrize("storage", ["plain", "bf16", "fp8"])
def test_memory_is_what_the_planner_counts_and_is_let_go(storage: Any) -> None:
    engine = make_engine(storage=storage)
    reading = engine.read(ids(NUM), NUM - 8, room=512 - NUM)
    before = reading.cache.num_bytes()
    logits_of(engine, reading, ids(4))
    shape = CacheShape(3, *reading.cache.pools[0].kept_rows()[0].shape[::2], torch.float32, row_index=True)
    index = [t for layer in reading.cache.pools for t in layer.rows_index.tensors() if t.dtype == torch.int8]
    assert sum(t.numel() for t in index) == 512 * row_cost(storage, shape).index
    assert (reading.cache.num_bytes() > before) is (storage == "plain")
    engine.let_go(reading)
    assert not [t for layer in reading.cache.pools for t in layer.rows_index.tensors()]


def test_none_where_nothing_selects_or_the_document_is_short() -> None:
    for engine, num in ((make_engine("full"), NUM), (make_engine(), 90)):
        reading = engine.read(ids(num), num - 8, room=40)
        logits_of(engine, reading, ids(4))
        assert not [t for layer in reading.cache.pools for t in layer.rows_index.tensors()]
