"""Masked tokens of a reading: what follows is what transformers computes with these columns masked for it."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from tiny_families import tiny_model
from torch import Tensor

from tests_support import loaded, make_model
from tsel_core.config import EngineConfig, SelectionConfig
from tsel_core.decoder.graph.decode import GraphDecoder
from tsel_core.decoder.own_layers import OwnStep
from tsel_core.decoder.step import DecoderStep
from tsel_core.engine.engine import Engine
from tsel_core.engine.masking import can_mask, read_masked
from tsel_core.engine.reading import Reading
from tsel_core.kv.stored_cache import StoredCache
from tsel_kernels.append.reference import append_index_
from tsel_kernels.backend import torch_kernels

END, MASKED = 70, [*range(20, 31), 45, *range(60, 64)]
WRITTEN = 9


def tokens(count: int, seed: int = 3) -> list[int]:
    return torch.randint(3, 320, (count,), generator=torch.Generator().manual_seed(seed)).tolist()


IDS, TAIL, ANSWER = tokens(END), tokens(8, 5), tokens(WRITTEN, 8)


def engine_of(model: Any, mode: str = "full", **selection: Any) -> Engine:
    sizes = {"budget": 256, "num_sink": 3, "num_local": 8, "block_size": 16, "anchor_every": 5} | selection
    return Engine(loaded(model), EngineConfig(attention=mode, chunk_size=31, crossover=0), SelectionConfig(**sizes))  # type: ignore[arg-type]


def reading_of(engine: Engine, room: int = 60) -> Reading:
    """A reading of the document, another question behind it and an answer to that."""
    reading = engine.read([*IDS, *tokens(11, 6)], END, room=room)
    for _ in engine.write(reading, 5, forced_ids=tokens(5, 7)):
        pass
    return reading


@torch.inference_mode()
def expected(model: Any, masked: list[int] = MASKED) -> Tensor:
    """Logits [1 + WRITTEN, vocab] after the question and each written token, masked columns unseen from there on."""
    ids = [*IDS, *TAIL, *ANSWER]
    unseen = torch.ones(len(ids), len(ids)).triu(1).bool()
    unseen[END:, masked] = True
    mask = torch.zeros(1, 1, len(ids), len(ids)).masked_fill(unseen, torch.finfo(torch.float32).min)
    kind = model.config._attn_implementation
    model.set_attn_implementation("eager")
    logits: Tensor = model(input_ids=torch.tensor([ids]), attention_mask=mask, use_cache=False).logits[0]
    model.set_attn_implementation(kind)
    return logits[END + len(TAIL) - 1 :]


def written(engine: Engine, reading: Reading) -> Tensor:
    kept: list[Tensor] = []
    for _ in engine.write(reading, forced_ids=[*ANSWER, 5], keep_logits=kept):
        pass
    return torch.stack(kept)


@pytest.mark.parametrize("mode", ["full", "select"])
@pytest.mark.parametrize("kind", ["qwen2", "llama", "qwen3"])
def test_the_question_and_its_answer_give_masked_tokens_no_mass(kind: str, mode: str) -> None:
    model = make_model(kind)
    engine = engine_of(model, mode)
    reading = read_masked(engine, reading_of(engine), END, MASKED, TAIL)
    assert reading.ids == [t for i, t in enumerate(IDS) if i not in MASKED] + TAIL
    assert reading.cache.length == len(reading.ids)
    found = written(engine, reading)
    torch.testing.assert_close(found, expected(model), atol=2e-3, rtol=2e-3)
    assert not torch.allclose(found, expected(model, []), atol=2e-2)


@torch.inference_mode()
def test_what_is_masked_is_never_picked() -> None:
    """Values of masked rows are gone: with NaN in them before, nothing that is written sees one."""
    model = make_model("qwen2")
    engine = engine_of(model, "select", budget=8)
    reading = reading_of(engine)
    for pool in reading.cache.pools:
        assert pool.keys is not None
        assert pool.values is not None
        pool.keys[:, :, MASKED] = pool.values[:, :, MASKED] = torch.nan
    assert can_mask(engine, reading)
    reading = read_masked(engine, reading, END, MASKED, TAIL)
    assert written(engine, reading).isfinite().all()


def test_models_that_keep_transformers_layers() -> None:
    model = tiny_model("qwen3_moe", traits=False)
    engine = engine_of(model)
    assert engine.forward.step is None
    reading = read_masked(engine, reading_of(engine), END, MASKED, TAIL)
    torch.testing.assert_close(written(engine, reading), expected(model), atol=2e-3, rtol=2e-3)


@pytest.mark.parametrize("selection", [None, SelectionConfig(budget=256, num_sink=4, num_local=16, reuse_threshold=1.0)])
@pytest.mark.parametrize("own", [False, True])
@torch.inference_mode()
def test_the_captured_loop_after_masked_tokens(own: bool, selection: SelectionConfig | None) -> None:
    """The loop of a GPU, run with the definitions of its kernels: the key index closes the gap too."""
    model = tiny_model("qwen3_moe", traits=False) if own else make_model("qwen2")
    engine = engine_of(model)
    cache = engine.new_cache(END + 60, "full")
    cache.append_index = append_index_
    for pool in cache.pools:
        pool.append_index = append_index_
    reading = Reading([], cache, torch.empty(0), "full", "full", "")
    engine.extend(reading, [*IDS, *tokens(11, 6)])
    reading = read_masked(engine, reading, END, MASKED, TAIL)
    step = OwnStep(model, engine.forward.seam, (), cache) if own else DecoderStep(model)
    decoder = GraphDecoder(step, model, cache, torch_kernels(), selection)
    decoder.start(ANSWER[0], cache.length)
    found = torch.stack(decoder.forced(ANSWER))
    torch.testing.assert_close(found, expected(model)[1:], atol=5e-3, rtol=5e-3)


@pytest.mark.parametrize("storage", ["bf16", "fp8", "host"])
def test_stored_rows_close_the_gap_too(storage: str) -> None:
    model = make_model("qwen2")
    found = []
    for masked in (MASKED, []):
        engine = engine_of(model)
        engine.hold(storage, 31)  # type: ignore[arg-type]
        reading = reading_of(engine)
        assert isinstance(reading.cache, StoredCache)
        found.append(written(engine, read_masked(engine, reading, END, masked, TAIL)))
    right = expected(model)
    error = (found[0] - right).abs().mean()
    assert error < 0.25 * (found[1] - right).abs().mean()


def test_a_larger_cache_keeps_the_positions_and_an_emptied_one_forgets_them() -> None:
    model = make_model("qwen2")
    engine = engine_of(model)
    reading = read_masked(engine, reading_of(engine), END, MASKED, TAIL)
    larger = engine.new_cache(END + 90, "full")
    assert reading.cache.copy_to(larger, reading.cache.length) == reading.cache.length
    reading.cache = larger
    torch.testing.assert_close(written(engine, reading), expected(model), atol=2e-3, rtol=2e-3)
    engine.crop(reading, 0)
    assert larger.offset == 0
    larger.empty()
    engine.extend(reading, [*IDS, *TAIL])
    torch.testing.assert_close(written(engine, reading), expected(model, []), atol=2e-3, rtol=2e-3)


def test_readings_that_do_not_know_all_their_past_are_read_again() -> None:
    engine = engine_of(tiny_model("gemma3_text", traits=False))
    assert not can_mask(engine, reading_of(engine))
    engine = engine_of(make_model("qwen2"))
    reading = reading_of(engine)
    assert can_mask(engine, reading)
    engine.let_go(reading)
    assert not can_mask(engine, reading)
