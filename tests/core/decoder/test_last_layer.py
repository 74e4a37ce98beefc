"""Of a chunk that is read, the last layer computes the last token alone: the same logits, the same cache, less work."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from types import SimpleNamespace
from typing import Any

import pytest
import torch
import torch.nn.functional as F

from tests_support import loaded, make_model
from tsel_core.config import EngineConfig, SelectionConfig, Storage
from tsel_core.decoder import cpu_linear
from tsel_core.decoder.cpu_linear import RowGateUp, RowLinear, RowOps
from tsel_core.decoder.mixer import CacheMixer, RotaryTable
from tsel_core.decoder.step import DecoderStep, KernelOps, Mixer, TorchOps
from tsel_core.engine.engine import Engine
from tsel_core.engine.reading import Reading
from tsel_core.errors import NotFinite
from tsel_core.kv.cache import KVCache
from tsel_core.kv.rope_distances import Distances
from tsel_core.selection.beyond_window import BeyondWindow
from tsel_core.selection.passes import Pass
from tsel_kernels.append.reference import append_index_
from tsel_kernels.backend import torch_kernels

SMALL = SelectionConfig(budget=16, num_sink=4, num_local=12, block_size=8, anchor_every=4)
LAYERS, TAIL = 3, 9


def ids(count: int, seed: int = 0) -> list[int]:
    return torch.randint(3, 320, (count,), generator=torch.Generator().manual_seed(seed)).tolist()


def engine_of(kind: str = "qwen2", mode: str = "full", **changes: Any) -> Engine:
    config = EngineConfig(attention=mode, chunk_size=32)  # type: ignore[arg-type]
    return Engine(loaded(make_model(kind)), config, replace(SMALL, **changes))


def every_row(self: DecoderStep, tokens: torch.Tensor, mixer: Mixer, *, every: bool = False) -> torch.Tensor:
    """DecoderStep.forward with all tokens in all layers."""
    residual = F.embedding(tokens, self.embed).to(self.final_norm.dtype)
    x = torch.zeros_like(residual)
    for layer_idx in range(len(self.layers)):
        x, residual = self.layer(layer_idx, x, residual, mixer)
    normed, _ = self.ops.add_norm(None if x is None else x[-1:], residual[-1:], self.final_norm, self.eps)
    return self.head(normed)[0]


def read_both(engine: Engine, monkeypatch: pytest.MonkeyPatch, count: int = 150) -> tuple[Reading, Reading]:
    """A reading as it is made, and one with all tokens in all layers."""
    found = engine.read(ids(count), count - TAIL, room=4)
    with monkeypatch.context() as patch:
        patch.setattr(DecoderStep, "forward", every_row)
        expected = engine.read(ids(count), count - TAIL, room=4)
    return found, expected


def assert_same(found: Reading, expected: Reading) -> None:
    torch.testing.assert_close(found.logits, expected.logits, rtol=1e-5, atol=1e-5)
    for ours, theirs in zip(found.cache.pools, expected.cache.pools, strict=True):
        assert ours.length == theirs.length
        for one, other in zip(ours.held(ours.length), theirs.held(ours.length), strict=True):
            assert torch.equal(one, other)


@pytest.mark.parametrize("mode", ["full", "select"])
@pytest.mark.parametrize("kind", ["llama", "qwen2", "qwen3", "mistral", "phi3"])
def test_a_reading_is_what_all_tokens_in_all_layers_give(kind: str, mode: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert_same(*read_both(engine_of(kind, mode), monkeypatch))


@pytest.mark.parametrize("mode", ["full", "select"])
def test_operations_that_update_the_residual_in_place(mode: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """As on a GPU: KernelOps, here over the torch definitions of its kernels."""
    engine = engine_of(mode=mode)
    step = engine.forward.step
    assert step is not None
    step.ops = KernelOps(torch_kernels())
    assert_same(*read_both(engine, monkeypatch))


@pytest.mark.parametrize("mode", ["full", "select"])
@pytest.mark.parametrize("storage", ["host", "bf16", "fp8"])
@torch.inference_mode()
def test_stored_rows_are_the_same(storage: Storage, mode: str, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = engine_of(mode=mode)
    engine.storage = storage
    assert_same(*read_both(engine, monkeypatch))


def test_one_layer_is_the_last_one(monkeypatch: pytest.MonkeyPatch) -> None:
    model = make_model("llama", num_hidden_layers=1)
    assert_same(*read_both(Engine(loaded(model), EngineConfig(attention="full", chunk_size=32)), monkeypatch))


def by_chunks(engine: Engine, cache: KVCache, bounds: list[int], every: bool, run: Pass) -> list[torch.Tensor]:
    """Logits [vocab] after the last token of each chunk; with `every` all tokens go through all layers."""
    step, table, tokens = engine.forward.step, RotaryTable(engine.loaded.model, 256), torch.tensor(ids(bounds[-1]))
    assert step is not None
    found = []
    for begin, end in pairwise(bounds):
        mixer = CacheMixer(engine.loaded.model, cache, engine.runtime, table, engine.kernels, run)
        logits = step.forward(tokens[begin:end], mixer, every=every)
        found.append(logits[-1] if every else logits)
    return found


def assert_same_chunks(engine: Engine, caches: list[KVCache], bounds: list[int], run: Pass) -> None:
    ours, theirs = (by_chunks(engine, cache, bounds, every, run) for cache, every in zip(caches, (False, True), strict=True))
    torch.testing.assert_close(ours, theirs, rtol=1e-5, atol=1e-5)
    for one, other in zip(*(cache.pools for cache in caches), strict=True):
        held = zip(one.held(bounds[-1]), other.held(bounds[-1]), strict=True)
        assert all(torch.equal(a, b) for a, b in held)


@pytest.mark.parametrize("mode", ["full", "select"])
@torch.inference_mode()
def test_the_key_index_is_the_same(mode: str) -> None:
    engine = engine_of(mode=mode, full_layers=(LAYERS - 1,))  # or the chunks with all logits would select there
    caches = [KVCache(LAYERS, 128, append_index_) for _ in range(2)]
    assert_same_chunks(engine, caches, [0, 70, 119, 120], Pass(mode))  # type: ignore[arg-type]
    for one, other in zip(*(cache.pools for cache in caches), strict=True):
        indices = [pool.index.narrow(120) for pool in (one, other) if pool.index is not None]
        assert len(indices) == 2
        for name in ("codes", "scale", "zero"):
            assert torch.equal(*(getattr(index, name) for index in indices)), name


@pytest.mark.parametrize("every", [True, False])
@torch.inference_mode()
def test_past_the_trained_window_the_last_token_is_one_of_the_chunks_queries(every: bool) -> None:
    engine = engine_of(mode="select")
    caches = [KVCache(LAYERS, 128) for _ in range(2)]
    beyond = BeyondWindow(Distances("grouped", 64, 16), every_row=every)
    assert_same_chunks(engine, caches, [0, 32, 64, 96, 120], Pass("select", beyond=beyond))


class Counting(TorchOps):
    """Counts the rows of every gated product and of every norm."""

    def __init__(self) -> None:
        self.gated: list[int] = []
        self.normed: list[int] = []

    def add_norm(self, x: torch.Tensor | None, residual: torch.Tensor, weight: torch.Tensor, eps: float) -> Any:
        self.normed.append(residual.shape[0])
        return super().add_norm(x, residual, weight, eps)

    def silu_mul(self, gate_up: torch.Tensor) -> torch.Tensor:
        self.gated.append(gate_up.shape[0])
        return super().silu_mul(gate_up)


@pytest.mark.parametrize("mode", ["full", "select"])
def test_the_last_layer_sees_one_row(mode: str, monkeypatch: pytest.MonkeyPatch) -> None:
    engine, ops = engine_of(mode=mode), Counting()
    step = engine.forward.step
    assert step is not None
    step.ops = ops
    queries: list[tuple[int, int]] = []
    real = engine.runtime.exact

    def exact(run: Pass, layer_idx: int, query: torch.Tensor, *rest: Any) -> torch.Tensor:
        queries.append((layer_idx, query.shape[0]))
        return real(run, layer_idx, query, *rest)

    monkeypatch.setattr(engine.runtime, "exact", exact)
    reading = engine.read(ids(73), 64, room=8)
    assert ops.gated == [32, 32, 1, 32, 32, 1, 9, 9, 1]
    assert ops.normed == [*[32] * 5, 1, 1] * 2 + [*[9] * 5, 1, 1]  # the last layer's first norm is that of its keys
    assert [num for layer, num in queries if layer == LAYERS - 1] == [1, 1, 1]
    ops.gated.clear()
    engine.score(reading, ids(5))  # logits after each token
    assert ops.gated == [4, 4, 4]
    ops.gated.clear()
    list(engine.write(reading, 2, ignore_end=True))
    assert ops.gated == [1, 1, 1]


def test_coverage_and_picks_are_those_of_the_layers_that_select() -> None:
    engine = engine_of(mode="select")
    engine.read(ids(150), 141, room=4)
    trace = engine.runtime.trace
    assert sorted(trace.by_layer(trace.prefill_coverage)) == [0, 1]
    assert all(s.cache.query is None for s in engine.runtime.selectors)  # nor is a pick left to a written token


@pytest.mark.parametrize("mode", ["full", "select"])
@pytest.mark.parametrize("at", [70, 95])
def test_a_damaged_token_in_the_middle_of_a_chunk_is_seen_after_it(mode: str, at: int) -> None:
    prompt = ids(150)
    prompt[at] = 319
    engine = engine_of(mode=mode)
    with torch.no_grad():
        engine.loaded.model.get_input_embeddings().weight[319] = float("nan")
    prompt = [token if token != 319 or place == at else 3 for place, token in enumerate(prompt)]
    with pytest.raises(NotFinite, match="not finite after 96 tokens"):
        engine.read(prompt, 141, room=4)


@pytest.mark.parametrize("mode", ["full", "select"])
def test_a_damaged_value_of_the_last_layer_is_seen_after_its_chunk(mode: str, monkeypatch: pytest.MonkeyPatch) -> None:
    engine, real = engine_of(mode=mode), CacheMixer.mix

    def mix(self: CacheMixer, layer_idx: int, qkv: torch.Tensor, *rest: Any, **options: Any) -> torch.Tensor:
        if layer_idx == LAYERS - 1 and self.cache.pools[layer_idx].length == 64:
            qkv[3, -1] = float("nan")
        return real(self, layer_idx, qkv, *rest, **options)

    monkeypatch.setattr(CacheMixer, "mix", mix)
    with pytest.raises(NotFinite, match="not finite after 96 tokens"):
        engine.read(ids(150), 141, room=4)


@pytest.mark.parametrize("weights", [torch.float32, torch.bfloat16])
def test_reading_after_writing_multiplies_by_the_exact_weights(
    weights: torch.dtype, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cpu_linear, "is_right_and_faster", lambda _: True)  # tiny matrices gain nothing
    model = make_model("qwen2").to(weights)
    info = SimpleNamespace(num_layers=LAYERS, trained_window=1 << 20)
    found = SimpleNamespace(model=model, info=info, eos_ids=(2,), device="cpu", dtype=torch.float32, int8_rows=True)
    engine = Engine(found, EngineConfig(attention="full", chunk_size=32), SMALL)  # type: ignore[arg-type]
    step = engine.forward.step
    assert step is not None
    assert isinstance(step.head, RowLinear)
    step.head = step.head.exact  # which has one row in every reading, before as after
    reading = engine.read(ids(90), 81, room=4)
    before = reading.logits
    list(engine.write(reading, 2, ignore_end=True))
    assert engine.forward.int8_report is not None
    after, expected = read_both(engine, monkeypatch, 90)
    assert torch.equal(after.logits, before)
    error = float((after.logits - expected.logits).norm() / expected.logits.norm())
    assert error < (1e-5 if weights == torch.float32 else 4e-3)


def test_a_row_of_a_chunk_is_the_same_alone() -> None:
    """Gate and up in bf16 are widened before they are multiplied, one row as well as many."""
    draw = torch.Generator().manual_seed(2)
    weight = torch.randn(160, 48, generator=draw).to(torch.bfloat16)
    linear, ops = RowGateUp(weight, None).quantize(), RowOps()
    x = torch.randn(40, 48, generator=draw)
    many = ops.silu_mul(linear.exact(x))
    assert many.dtype == torch.bfloat16
    assert torch.equal(ops.silu_mul(linear.exact(x)[-1:].contiguous()), many[-1:])
    assert not torch.equal(linear(x[-1:]), linear.exact(x[-1:]))
