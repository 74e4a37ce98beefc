"""The captured loop past the trained window, run with the torch definitions: what the ordinary loop writes there."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
import torch

from tests_support import loaded, make_model
from tsel_core.config import EngineConfig, SelectionConfig
from tsel_core.decoder.graph import beyond_mixer
from tsel_core.decoder.graph.decode import GraphDecoder
from tsel_core.engine import captured_writer
from tsel_core.engine.engine import Engine
from tsel_core.engine.reading import Reading
from tsel_core.kv.rope_distances import RULES, Distances, Rule
from tsel_core.selection import compact
from tsel_core.selection.beyond_window import BeyondWindow
from tsel_kernels.backend import torch_kernels

WINDOW = 96
SMALL = SelectionConfig(budget=12, num_sink=4, num_local=12, block_size=8, anchor_every=4, reuse_threshold=1.0, index_bits="8")


def tokens(num: int) -> list[int]:
    return torch.randint(3, 320, (num,), generator=torch.Generator().manual_seed(0)).tolist()


def engine_of(model: Any, selection: SelectionConfig, **changes: Any) -> Engine:
    found = loaded(model)
    found.info.trained_window = WINDOW
    config = {"extrapolate": True, "chunk_size": 32, "max_new_tokens": 8, "crossover": 1 << 60, **changes}
    engine = Engine(found, EngineConfig(**config), selection)
    engine.loaded.eos_ids = ()
    engine.kernels = torch_kernels()  # the CPU's own pick is another code
    return engine


def captured(engine: Engine, reading: Reading) -> GraphDecoder:
    step = engine.forward.step
    assert step is not None
    return GraphDecoder(step, engine.forward.model, reading.cache, torch_kernels(), engine.selection, reading.beyond)


def both(model: Any, selection: SelectionConfig, ids: list[int], num: int = 8) -> tuple[list[int], list[int], Engine, GraphDecoder]:
    """What the ordinary loop and the captured one write after a prompt."""
    engine = engine_of(model, selection)
    ordinary = [s.token_id for s in engine.write(engine.read(ids, len(ids) - 9, room=10))]
    other = engine_of(model, selection)
    reading = other.read(ids, len(ids) - 9, room=10)
    decoder = captured(other, reading)
    first = int(reading.logits.argmax())
    decoder.start(first, reading.cache.length)
    return ordinary, [first, *decoder.run(num - 1, ())], engine, decoder


@pytest.mark.parametrize("kind", ["llama", "qwen2", "qwen3"])
@pytest.mark.parametrize("num", [150, 290])
def test_with_every_row_picked_it_writes_what_the_model_writes(kind: str, num: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ranks are then true positions; 290 rows are more than the index of near rows holds (256)."""
    for module in (compact, beyond_mixer):
        monkeypatch.setattr(module, "room_for_picks", lambda config, window: 4096)
    model, ids = make_model(kind), tokens(num)
    with torch.inference_mode():
        after = model.generate(torch.tensor([ids]), max_new_tokens=8, do_sample=False, eos_token_id=None, pad_token_id=0)
    ordinary, found, _, decoder = both(model, replace(SMALL, budget=4096, delta=False), ids)
    assert found == ordinary == after[0, num:].tolist()
    assert decoder.stats.coverage is not None
    assert float(decoder.stats.coverage.min()) > 0.999


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("per_kv_head", [True, False])
def test_with_few_rows_it_picks_what_the_ordinary_loop_picks(rule: Rule, per_kv_head: bool) -> None:
    """By an index of 8 bits: coverage of the same steps, hardly different."""
    selection = replace(SMALL, distance_rule=rule, per_kv_head=per_kv_head)
    ordinary, found, engine, decoder = both(make_model("qwen2"), selection, tokens(290))
    assert found[:3] == ordinary[:3]
    trace = engine.runtime.trace
    expected = torch.tensor([c for _, c in trace.decode_coverage[: 2 * len(engine.runtime.selectors)]], dtype=torch.float)
    assert decoder.stats.coverage is not None
    assert torch.allclose(decoder.stats.coverage[:2].flatten(), expected, atol=0.02)
    assert float(expected.max()) < 0.95


def test_a_pick_is_reused_and_its_coverage_not_counted() -> None:
    _, _, _, decoder = both(make_model("llama"), replace(SMALL, reuse_threshold=-1.0), tokens(200))
    assert decoder.stats.coverage is not None
    assert decoder.stats.num_hits == 3 * 6  # every layer picks once, then reuses
    assert bool(torch.isfinite(decoder.stats.coverage[0]).all())
    assert bool(torch.isnan(decoder.stats.coverage[1:7]).all())


def test_rows_that_were_cut_and_read_anew_are_indexed_anew() -> None:
    """A second question over the same document: the loop of the first answer is used again."""
    engine = engine_of(make_model("qwen2"), SMALL)
    ids = tokens(200)
    reading = engine.read(ids, 191, room=40)
    decoder = captured(engine, reading)

    def answer() -> list[int]:
        first = int(reading.logits.argmax())
        decoder.start(first, reading.cache.length)
        return [first, *decoder.run(5, ())]

    def ask(question: list[int]) -> None:
        for layer in reading.cache.pools:
            layer.length = len(reading.ids)
        engine.crop(reading, 150)
        engine.extend(reading, question)

    ask(ids[:20])
    one = answer()
    ask(ids[20:60])
    two = answer()
    ask(ids[:20])
    assert answer() == one
    assert two != one


def reading_of(length: int, storage: str, every_row: bool = False) -> Any:
    beyond = BeyondWindow(Distances("grouped", WINDOW, WINDOW // 4), every_row)
    return SimpleNamespace(beyond=beyond, cache=SimpleNamespace(length=length, storage=storage, append_index=None))


def test_what_the_captured_loop_takes_past_the_window() -> None:
    writer = captured_writer.CapturedWriter(SimpleNamespace(device=torch.device("cpu")), torch_kernels())  # type: ignore[arg-type]
    assert writer.takes_rows(reading_of(WINDOW // 2, "plain"), SMALL)
    assert not writer.takes_rows(reading_of(WINDOW // 2 - 1, "plain"), SMALL)
    assert not writer.takes_rows(reading_of(WINDOW, "fp8"), SMALL)
    assert not writer.takes_rows(reading_of(WINDOW, "plain", every_row=True), SMALL)
    assert captured_writer.selects_captured(reading_of(WINDOW, "plain"), SMALL)


@pytest.mark.parametrize("num", [60, 90])
def test_an_answer_that_leaves_the_window_is_written_in_one_way(num: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """From within the window over its edge, with every row picked: what the model writes, in both loops."""
    for module in (compact, beyond_mixer):
        monkeypatch.setattr(module, "room_for_picks", lambda config, window: 4096)
    model, ids = make_model("qwen2"), tokens(num)
    with torch.inference_mode():
        after = model.generate(torch.tensor([ids]), max_new_tokens=45, do_sample=False, eos_token_id=None, pad_token_id=0)
    selection = replace(SMALL, budget=4096, delta=False)
    engine, other = (engine_of(model, selection, max_new_tokens=45) for _ in range(2))
    reading = engine.read(ids, num - 9, room=50)
    assert reading.beyond is not None
    assert [s.token_id for s in engine.write(reading)] == after[0, num:].tolist()
    begun = other.read(ids, num - 9, room=50)
    decoder, first = captured(other, begun), int(begun.logits.argmax())
    decoder.start(first, begun.cache.length)
    assert [first, *decoder.run(44, ())] == after[0, num:].tolist()
    assert len(engine.runtime.trace.decode_coverage) == 3 * 44  # every written token picked
