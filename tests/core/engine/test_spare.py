"""A cache with what was captured over it serves the next job of a resident engine, and nothing of the last one stays."""

from __future__ import annotations

import pytest
import torch

from tests_support import loaded, make_model
from tsel_core.config import EngineConfig, SelectionConfig
from tsel_core.engine import captured_writer
from tsel_core.engine.engine import Engine
from tsel_core.engine.spare import SpareCache, reserved
from tsel_core.kv.cache import KVCache
from tsel_core.kv.layer import KVLayer
from tsel_core.kv.rope_distances import Distances
from tsel_core.prefix_cache.load.load import _prepare
from tsel_core.selection.beyond_window import BeyondWindow


def ids(num: int, seed: int) -> list[int]:
    return torch.randint(3, 300, (num,), generator=torch.Generator().manual_seed(seed)).tolist()


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> Engine:
    """One whose steps run on buffers as a captured graph does (graph/decode.py: on a CPU in the open)."""
    monkeypatch.setattr(captured_writer, "captures", lambda *_: True)
    return Engine(loaded(make_model("qwen2")), EngineConfig(attention="full", chunk_size=32), SelectionConfig())


def words(engine: Engine, text: list[int], room: int = 40) -> list[int]:
    reading = engine.read(text, len(text), room=room)
    return [step.token_id for step in engine.write(reading, 16, ignore_end=True)]


def test_the_next_job_writes_through_the_same_loop_the_same_words(engine: Engine) -> None:
    texts = [ids(90, 1), ids(84, 2), ids(88, 3)]
    expected = []
    for text in texts:
        expected.append(words(engine, text))
        engine.let_go()
    words(engine, texts[0])
    loop = engine.captured._captured
    assert loop is not None
    for text, right in zip([*texts[1:], texts[0]], [*expected[1:], expected[0]], strict=True):
        engine.rest()
        assert engine.spare.cache is loop[0]
        assert words(engine, text) == right
        assert engine.captured._captured is not None
        assert engine.captured._captured[2] is loop[2]
        assert engine.spare.cache is None  # it is in use


def test_rows_that_moved_are_captured_anew(engine: Engine) -> None:
    """A cache that was released has its rows elsewhere: what was captured over it would read the old memory."""
    text = ids(90, 1)
    right = words(engine, text)
    loop = engine.captured._captured
    assert loop is not None
    engine.rest()
    old = [layer.keys for layer in loop[0].pools]  # as what is captured holds them
    loop[0].release()
    assert words(engine, text) == right
    assert engine.captured._captured is not None
    assert engine.captured._captured[2] is not loop[2]
    assert old[0] is not None
    assert not old[0].any()


def test_a_kept_reading_is_loaded_where_the_spare_rows_lie() -> None:
    """Found on a GPU: a second question in the resident engine was written from rows that were no longer the cache's."""
    layer = KVLayer(64)
    layer.update(torch.ones(1, 2, 5, 8), torch.ones(1, 2, 5, 8))
    places = [t.data_ptr() for t in layer.tensors()[:2]]
    layer.reset()
    keys, values = _prepare(layer, (2, 8, 8), torch.float32, torch.device("cpu"))
    assert [keys.data_ptr(), values.data_ptr()] == places
    other, _ = _prepare(layer, (2, 16, 8), torch.float32, torch.device("cpu"))  # another shape: its own
    assert other.shape == (2, 64, 16)
    assert layer.keys is not None
    assert layer.keys.data_ptr() == other.data_ptr()


def test_nothing_of_the_document_stays(engine: Engine) -> None:
    words(engine, ids(90, 1))
    cache = engine.captured.cache
    assert cache is not None
    engine.rest()
    assert cache.length == 0
    for pool in cache.pools:
        assert pool.keys is not None
        assert pool.values is not None
        assert not pool.keys.any()
        assert not pool.values.any()
    loop = engine.captured._captured
    assert loop is not None
    assert not loop[2].logits.any()
    assert not loop[2].token.any()


def test_a_prompt_that_does_not_fit_gets_its_own(engine: Engine) -> None:
    words(engine, ids(90, 1))
    first = engine.captured.cache
    engine.rest()
    words(engine, ids(120, 2), room=41)
    assert engine.captured.cache is not first
    second = engine.captured.cache
    engine.rest()
    words(engine, ids(20, 3), room=20)  # a quarter of it: the memory is better free
    assert engine.captured.cache is not second


def test_two_readings_at_once_do_not_share_a_cache(engine: Engine) -> None:
    words(engine, ids(90, 1))
    engine.rest()
    first = engine.read(ids(80, 2), 80, room=40)
    second = engine.read(ids(80, 3), 80, room=40)
    assert first.cache is not second.cache
    assert first.ids != second.ids


def test_what_is_kept() -> None:
    spare, cpu = SpareCache(), torch.device("cpu")
    assert not spare.keep(None, cpu)
    unrotated = KVCache(2, 64)
    unrotated.keys_rotated = False
    assert not spare.keep(unrotated, cpu)
    assert not spare.keep(KVCache(2, 64, lambda *_: None), cpu)
    assert spare.take(10, False) is None
    cache = KVCache(2, 64)
    assert spare.keep(cache, cpu)
    assert spare.take(20, True) is None
    assert spare.keep(cache, cpu)
    assert spare.take(20, False) is cache
    assert spare.take(20, False) is None


@pytest.mark.parametrize(("asked", "rows"), [(1, 512), (512, 512), (2_900, 3_072), (8_192, 8_192), (8_193, 10_240), (131_000, 131_072)])
def test_rows_are_reserved_in_steps(asked: int, rows: int) -> None:
    assert reserved(asked) == rows
    assert reserved(rows) == rows


def test_another_way_of_reading_is_captured_anew(engine: Engine) -> None:
    """The same cache and settings, by another rule for distances: positions are part of what is captured."""
    reading = engine.read(ids(90, 1), 90, room=40)
    ways = [BeyondWindow(Distances(rule, 4096, 2048)) for rule in ("clamped", "wrapped")]
    loops = []
    for way in (*ways, *ways[1:], None):
        reading.beyond = way
        loops.append(engine.captured._decoder(reading, engine.selection))
    assert loops[0] is not loops[1]
    assert loops[1] is loops[2], "and the same one serves again"
    assert loops[2] is not loops[3]
