"""The captured loop of several sequences, run with the torch definitions: each text is the one that it is alone."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace

import pytest
import torch
from together_support import at_once, engine_of, ids

from tsel_core.config import Mode, SelectionConfig
from tsel_core.decoder.graph import batch
from tsel_core.decoder.row_step import RowStep
from tsel_core.decoder.step import DecoderStep
from tsel_core.engine import captured_writer
from tsel_core.engine.engine import Engine
from tsel_core.engine.together import loop as together_loop
from tsel_core.engine.together.crew import Crew, SharedEngine
from tsel_core.errors import NotFinite
from tsel_core.kv.cache import KVCache
from tsel_kernels.append.reference import append_index_

SELECTS = SelectionConfig(budget=32, num_sink=4, num_local=16, index_bits="8")
Words = Callable[[], list[int]]


@pytest.fixture(autouse=True)
def captured(monkeypatch: pytest.MonkeyPatch) -> None:
    """Steps run on buffers as a captured graph does (graph/decode.py: on a CPU in the open), beside a key index."""
    monkeypatch.setattr(captured_writer, "captures", lambda *_: True)

    def new_cache(self: Engine, capacity: int, decode: Mode, *, rotated: bool = True) -> KVCache:
        cache = KVCache(3, -(-capacity // 256) * 256, append_index_ if decode == "select" else None, SELECTS.index_bits)
        return cache

    monkeypatch.setattr(Engine, "new_cache", new_cache)
    monkeypatch.setattr(SharedEngine, "new_cache", new_cache)


def make_engine(kind: str = "llama", attention: str = "full") -> Engine:
    return engine_of(kind, attention, SELECTS)


def words(engine: Engine, text: list[int], num: int) -> list[int]:
    reading = engine.read(text, len(text) - 4, room=num + 2)
    found = [step.token_id for step in engine.write(reading, num, ignore_end=True)]
    assert reading.cache.length == len(reading.ids) == len(text) + num - 1
    return found


@pytest.mark.parametrize("attention", ["full", "select"])
@pytest.mark.parametrize("kind", ["llama", "qwen2", "qwen3"])
def test_texts_of_other_lengths_are_the_ones_that_each_gives_alone(kind: str, attention: str) -> None:
    engine = make_engine(kind, attention)
    texts = [(ids(70 + 67 * n, n), 6 + 5 * n) for n in range(5)]
    alone = []
    for text, num in texts:
        alone.append(words(engine, text, num))
        engine.let_go()
        engine.reset()
    crew = Crew(engine)
    engines = [crew.engine() for _ in texts]
    readings = [e.read(t, len(t) - 4, room=n + 2) for e, (t, n) in zip(engines, texts, strict=True)]
    begin = threading.Barrier(len(texts))

    def write(number: int) -> list[int]:
        begin.wait(30)
        steps = engines[number].write(readings[number], texts[number][1], ignore_end=True)
        return [step.token_id for step in steps]

    assert at_once(*(lambda n=n: write(n) for n in range(len(texts)))) == alone
    assert crew.loops.num_tokens == sum(num - 1 for _, num in texts)
    assert crew.loops.num_steps < crew.loops.num_tokens
    picks = sum(s.cache.num_hits + s.cache.num_misses for s in engines[-1].runtime.selectors)
    assert (picks > 0) == (attention == "select")


def test_past_the_trained_window_each_has_a_loop_of_its_own() -> None:
    """Beside others that write together; a second answer of the same thread begins anew."""
    engine = make_engine("qwen2", "auto")
    engine.loaded.info.trained_window = 300
    engine.config = replace(engine.config, extrapolate=True, max_new_tokens=16, crossover=1 << 60)
    texts = [(ids(num, num), 9) for num in (100, 340, 120, 420)]
    alone = []
    for text, num in texts:
        alone.append(words(engine, text, num))
        engine.let_go()
        engine.reset()
    crew = Crew(engine)
    engines = [crew.engine() for _ in texts]
    for _ in range(2):
        assert at_once(*(lambda e=e, t=t: words(e, *t) for e, t in zip(engines, texts, strict=True))) == alone
    assert crew.loops.num_tokens == 2 * 2 * 8  # of the two within the window
    assert [e.runtime.trace.num_steps >= 8 for e in engines] == [True] * 4
    assert [e.captured.cache for e in engines] == [None] * 4


def test_one_alone_writes_as_the_loop_of_one_does() -> None:
    engine = make_engine()
    crew = Crew(engine)
    right = words(engine, ids(90, 3), 12)
    assert words(crew.engine(), ids(90, 3), 12) == right
    decoder = crew.loops.of(None)._decoder
    assert decoder is not None
    assert isinstance(decoder.row, RowStep)


def test_who_stops_early_goes_on_from_where_it_was() -> None:
    engine = make_engine()
    expected, begun = words(engine, ids(80, 1), 30), words(engine, ids(60, 2), 12)
    crew = Crew(engine)

    def stops() -> list[int]:
        own = crew.engine()
        reading = own.read(ids(60, 2), 56, room=20)
        found: list[int] = []
        steps = own.write(reading, 20, ignore_end=True)
        for step in steps:
            found.append(step.token_id)
            if len(found) == 5:
                break
        steps.close()  # type: ignore[attr-defined]
        assert reading.cache.length == len(reading.ids) == 64
        own.extend(reading, found[-1:])
        return found + [step.token_id for step in own.write(reading, 7, ignore_end=True)]

    assert at_once(lambda: words(crew.engine(), ids(80, 1), 30), stops) == [expected, begun]
    assert not crew.loops.of(None)._seats


def test_more_than_there_are_places_wait_for_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(together_loop, "_LOOK_AGAIN", 0.01)
    engine = make_engine()
    texts = [ids(40 + n, n) for n in range(6)]
    alone = []
    for text in texts:
        alone.append(words(engine, text, 9))
        engine.let_go()
    crew = Crew(engine)
    crew.loops.of(None).most = 2
    assert at_once(*(lambda t=t: words(crew.engine(), t, 9) for t in texts)) == alone


def test_a_longer_one_joins_and_the_others_go_on() -> None:
    engine = make_engine()
    short, long = ids(60, 1), ids(900, 2)
    right, other = words(engine, short, 40), words(engine, long, 5)
    crew = Crew(engine)
    first, second = crew.engine(), crew.engine()
    reading, later = first.read(short, 56, room=60), second.read(long, 896, room=8)
    found = []
    for number, step in enumerate(first.write(reading, 40, ignore_end=True)):
        found.append(step.token_id)
        if number == 10:
            assert [s.token_id for s in second.write(later, 5, ignore_end=True)] == other
    assert found == right
    decoder = crew.loops.of(None)._decoder
    assert decoder is not None
    assert decoder.mixer.capacity >= 1024


def test_damaged_numbers_end_their_own_text_only() -> None:
    engine = make_engine()
    right = words(engine, ids(50, 1), 9)
    crew = Crew(engine)
    own = crew.engine()
    hurt = own.read(ids(44, 2), 40, room=12)
    assert hurt.cache.pools[1].values is not None
    with torch.inference_mode():
        hurt.cache.pools[1].values[:, :, 3] = torch.nan

    def breaks() -> list[int]:
        with pytest.raises(NotFinite):
            list(own.write(hurt, 9, ignore_end=True))
        return []

    assert at_once(lambda: words(crew.engine(), ids(50, 1), 9), breaks)[0] == right


def test_a_step_that_fails_is_told_to_everybody_and_nobody_hangs(monkeypatch: pytest.MonkeyPatch) -> None:
    engine = make_engine()
    crew = Crew(engine)

    def fails(*_: object) -> None:
        raise RuntimeError("out of memory, as it were")

    monkeypatch.setattr("tsel_core.decoder.graph.batch.BatchDecoder.advance", fails)

    def asked(seed: int) -> list[int]:
        with pytest.raises(Exception, match="out of memory"):
            words(crew.engine(), ids(40, seed), 5)
        return []

    at_once(lambda: asked(1), lambda: asked(2))
    assert not crew.loops.of(None)._seats


@pytest.mark.parametrize("attention", ["full", "select"])
def test_words_do_not_depend_on_how_many_write(attention: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A library's product of other numbers of rows rounds otherwise: here so much that every word would change."""
    plain_rows = batch.rows_step
    monkeypatch.setattr(batch, "SAME_ROWS", True)

    def noisy(step: DecoderStep) -> DecoderStep:
        made = plain_rows(step)
        made.layers = [
            replace(layer, gate_up=lambda x, own=layer.gate_up: own(x) * (1 + 0.5 * (len(x) % 7))) for layer in made.layers
        ]
        return made

    monkeypatch.setattr(batch, "rows_step", noisy)
    engine = make_engine("llama", attention)
    texts = [ids(40 + 9 * n, n) for n in range(5)]
    crew = Crew(engine)
    alone = [words(crew.engine(), text, 12) for text in texts]
    for num in (2, 5):
        assert at_once(*(lambda t=t: words(crew.engine(), t, 12) for t in texts[:num])) == alone[:num]
