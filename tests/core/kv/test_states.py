"""States of recurrent layers: put back to marked places, copied, never left between two tokens."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from tiny_families import tiny_model

from tests_support import loaded
from tsel_core.config import EngineConfig, SelectionConfig
from tsel_core.decoder.acceptance import Judge
from tsel_core.decoder.graph.check import captured_path
from tsel_core.decoder.graph.decode import GraphDecoder
from tsel_core.engine.engine import Engine
from tsel_core.kv.copy import RowsOf
from tsel_core.kv.states import States
from tsel_kernels.backend import torch_kernels

KINDS = ("lfm2", "qwen3_next", "granitemoehybrid", "falcon_h1")


def engine_of(kind: str, chunk: int = 31) -> Engine:
    held = loaded(tiny_model(kind, traits=False))
    return Engine(held, EngineConfig(attention="full", chunk_size=chunk), SelectionConfig())


def tokens(count: int, seed: int = 12) -> list[int]:
    return torch.randint(3, 300, (count,), generator=torch.Generator().manual_seed(seed)).tolist()


@torch.inference_mode()
def right(engine: Engine, ids: list[int]) -> torch.Tensor:
    model = engine.loaded.model
    model.set_attn_implementation("eager")
    logits: torch.Tensor = model(torch.tensor([ids]), use_cache=False).logits[0, -1]
    model.set_attn_implementation("tsel")
    return logits


def assert_near(found: torch.Tensor, expected: torch.Tensor) -> None:
    assert float((found - expected).abs().max() / expected.abs().max()) < 1e-4


@pytest.mark.parametrize("kind", KINDS)
def test_a_second_question_begins_at_the_mark(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    engine, ids = engine_of(kind), tokens(80)
    reading = engine.read(ids, 70, room=30)
    list(engine.write(reading, 5, ignore_end=True))
    read: list[int] = []
    extend = engine._extend
    monkeypatch.setattr(engine, "_extend", lambda r, i, p: (read.append(len(i)), extend(r, i, p)))
    engine.crop(reading, 70)
    assert read == []
    engine.extend(reading, ids[3:9])
    assert_near(reading.logits, right(engine, [*ids[:70], *ids[3:9]]))
    engine.crop(reading, 72)  # no mark: what follows the last one before is read again
    assert read == [6, 2]
    assert reading.ids == [*ids[:70], *ids[3:5]]
    assert_near(reading.logits, right(engine, reading.ids))


def test_a_mark_that_is_not_put_back_is_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(States, "put_back", lambda states, held: None)
    engine, ids = engine_of("qwen3_next"), tokens(80)
    reading = engine.read(ids, 70, room=30)
    engine.crop(reading, 70)
    engine.extend(reading, ids[3:9])
    expected = right(engine, [*ids[:70], *ids[3:9]])
    assert float((reading.logits - expected).abs().max() / expected.abs().max()) > 0.01


def test_a_pass_that_breaks_off_goes_back(monkeypatch: pytest.MonkeyPatch) -> None:
    engine, ids = engine_of("qwen3_next"), tokens(80)
    reading = engine.read(ids, 70, room=30)
    layer = engine.loaded.model.model.layers[2]
    forward = layer.forward

    def fail(*_: Any, **__: Any) -> Any:
        raise KeyboardInterrupt

    monkeypatch.setattr(layer, "forward", fail)
    with pytest.raises(KeyboardInterrupt):
        engine.extend(reading, ids[:1])
    monkeypatch.setattr(layer, "forward", forward)
    engine.crop(reading, 80)
    assert reading.ids == ids
    engine.extend(reading, ids[3:9])
    assert_near(reading.logits, right(engine, [*ids, *ids[3:9]]))


@pytest.mark.parametrize(("count", "held"), [(80, 80), (75, 70), (40, 0)])
def test_a_larger_cache_takes_the_state_along(count: int, held: int) -> None:
    engine, ids = engine_of("granitemoehybrid"), tokens(80)
    reading = engine.read(ids, 70, room=30)
    text = [*ids[:count], *tokens(40, 3)]
    again = engine.read(text, len(text) - 5, room=10, kept=RowsOf(reading.cache, count))
    assert again.num_reused == held
    assert_near(again.logits, right(engine, text))


@pytest.mark.parametrize("kind", ["qwen3_next", "lfm2"])
def test_the_captured_loop_over_recurrent_layers(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is rehearsed before it is captured, and stops without a step too many: both would leave another state."""
    engine, ids = engine_of(kind), tokens(60)
    plain = engine.read(ids, 50, room=30)
    expected = [s.token_id for s in engine.write(plain, 9, ignore_end=True)]
    engine.captured.kernels = torch_kernels()
    monkeypatch.setattr("tsel_core.engine.captured_writer.captures", lambda kernels, device: True)

    @torch.inference_mode()
    def rehearse(decoder: GraphDecoder) -> None:
        states = decoder.cache.states
        assert states is not None
        held, token, position = states.copied(), decoder.token.clone(), decoder.position.clone()
        decoder._forward()
        decoder._rewind(token, position)
        states.put_back(held)

    monkeypatch.setattr(GraphDecoder, "prepare", rehearse)
    reading = engine.read(ids, 50, room=30)
    assert engine.captures(reading), engine.captured.refused
    engine.loaded.eos_ids = (expected[5],)
    written = [s.token_id for s in engine.write(reading, 9)]
    assert written == expected[: expected.index(expected[5])]
    assert reading.ids == [*ids, *written]
    engine.extend(reading, ids[:4])
    assert_near(reading.logits, right(engine, [*reading.ids]))


def test_a_state_that_is_forgotten_between_chunks_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    from transformers.cache_utils import LinearAttentionLayer

    engine = engine_of("qwen3_next")
    model = engine.loaded.model
    judge, path = Judge(model, None, "tsel", True), captured_path(model, engine.forward.seam, (), torch_kernels())
    assert judge.difference(path, 1) == ""
    monkeypatch.setattr(LinearAttentionLayer, "update_recurrent_state", lambda layer, state, *_, **__: state)
    assert "logits off" in judge.difference(path, 1)
