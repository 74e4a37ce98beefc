"""Every way of holding keys and values: what is lossless writes the same tokens, what is lossy stays within a bound."""

from __future__ import annotations

import gc
import weakref
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import torch

from tests_support import loaded, make_model
from tsel_core.bench.run import fidelity
from tsel_core.config import EngineConfig, SelectionConfig, Storage
from tsel_core.decoder.paths import Choice
from tsel_core.engine.engine import Engine
from tsel_core.engine.reading import Reading
from tsel_core.errors import DoesNotFit
from tsel_core.kv import room as kv_room
from tsel_core.kv import stored as kv_stored
from tsel_core.kv.cache import KVCache
from tsel_core.kv.copy import RowsOf
from tsel_core.kv.cost import CacheShape, row_cost
from tsel_core.kv.rows import Fp8Rows
from tsel_core.kv.stored import StoredLayer
from tsel_core.kv.stored_cache import StoredCache, make_cache
from tsel_core.prefix_cache.policy import find_reading, keep_reading
from tsel_core.prefix_cache.store import ReadingStore
from tsel_kernels.append.reference import append_index_
from tsel_kernels.backend import load_kernels
from tsel_kernels.fp8_rows.reference import dequantize_fp8_, quantize_fp8

STORED: tuple[Storage, ...] = ("host", "bf16", "fp8", "q4")
SELECTION = SelectionConfig(budget=24, num_sink=4, num_local=16, block_size=8, anchor_every=4)


def ids(count: int, seed: int = 0) -> list[int]:
    return torch.randint(3, 320, (count,), generator=torch.Generator().manual_seed(seed)).tolist()


def make_engine(storage: Storage, mode: str = "select", kind: str = "qwen2", indexed: bool = False, **changes: Any) -> Engine:
    config = EngineConfig(attention=mode, chunk_size=32)  # type: ignore[arg-type]
    engine = Engine(loaded(make_model(kind)), config, SelectionConfig(**{**vars_of(SELECTION), **changes}))
    engine.storage = storage
    engine.loaded.eos_ids = ()
    if indexed:  # as on a GPU: the key index beside the cache
        engine.new_cache = lambda capacity, decode, rotated=True: make_cache(  # type: ignore[method-assign]
            storage, 3, capacity, append_index_, engine.kernels
        )
    return engine


def vars_of(config: SelectionConfig) -> dict[str, Any]:
    return {name: getattr(config, name) for name in SelectionConfig.__dataclass_fields__}


def run(engine: Engine, prompt: list[int], num: int = 12) -> tuple[list[int], Reading]:
    reading = engine.read(prompt, len(prompt) - 8, room=3 * num)
    return [s.token_id for s in engine.write(reading, num)], reading


@pytest.mark.parametrize("kind", ["qwen2", "llama", "phi3"])
@pytest.mark.parametrize("mode", ["full", "select"])
def test_host_memory_writes_the_tokens_of_the_plain_cache(kind: str, mode: str) -> None:
    plain, host = (run(make_engine(s, mode, kind), ids(150)) for s in ("plain", "host"))  # type: ignore[arg-type]
    assert isinstance(host[1].cache, StoredCache)
    assert plain[0] == host[0]
    assert torch.equal(plain[1].logits, host[1].logits)


def test_a_model_run_by_transformers_itself_reads_from_host_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    results = []
    for storage in ("plain", "host"):
        engine = make_engine(storage, "full")  # type: ignore[arg-type]
        engine.forward.__dict__["choice"] = Choice(None, engine.loaded.model)
        results.append(run(engine, ids(90))[0])
    assert results[0] == results[1]


@torch.inference_mode()
def test_conversation_crop_and_extend_agree_with_the_plain_cache() -> None:
    found = []
    for storage in ("plain", "host"):
        engine = make_engine(storage)  # type: ignore[arg-type]
        written, reading = run(engine, ids(140))
        engine.crop(reading, 120)
        engine.extend(reading, ids(20, 5))
        again = [s.token_id for s in engine.write(reading, 8)]
        larger = KVCache(3, 200) if storage == "plain" else engine.new_cache(200, "full")
        RowsOf(reading.cache, 130).fill(larger, torch.device("cpu"))
        rows = [t.clone() for layer in larger.pools for t in layer.held(130)]
        found.append((written, again, reading.logits, rows))
    assert found[0][:2] == found[1][:2]
    assert torch.equal(found[0][2], found[1][2])
    assert all(torch.equal(a, b) for a, b in zip(found[0][3], found[1][3], strict=True))


@pytest.mark.parametrize("threshold", [-1.0, 0.1, 1.0])
def test_fetched_rows_give_the_tokens_of_the_whole_cache(threshold: float, monkeypatch: pytest.MonkeyPatch) -> None:
    """Decode with the key index: packed rows (hits, misses, growing windows) against the same pick over all rows."""
    packed_engine = make_engine("host", indexed=True, reuse_threshold=threshold)
    packed, reading = run(packed_engine, ids(150), 40)
    caches = [s.cache for s in packed_engine.runtime.selectors]
    fetched = [layer.packed.num_fetched for layer in reading.cache.pools]  # type: ignore[attr-defined]
    # a hit fetches nothing: only misses move picked rows
    assert fetched == [24 * c.num_misses for c in caches]
    assert (sum(c.num_hits for c in caches) > 0) == (threshold < 1)
    assert sum(c.num_misses for c in caches) > 3
    monkeypatch.setattr(kv_stored.StoredRows, "packed", lambda rows, picks, start, _: (*rows.whole(), picks, start, rows.length - 1))
    whole_engine = make_engine("host", indexed=True, reuse_threshold=threshold)
    whole, other = run(whole_engine, ids(150), 40)
    assert packed == whole
    assert torch.equal(reading.logits, other.logits)


def test_packed_rows_survive_a_crop_between_answers() -> None:
    engine = make_engine("host", indexed=True, reuse_threshold=0.5)
    first, reading = run(engine, ids(150), 10)
    engine.crop(reading, 149)
    engine.extend(reading, ids(150)[149:])
    assert [s.token_id for s in engine.write(reading, 10)] == first


def test_coverage_floor_falls_back_to_every_row() -> None:
    floor = {"coverage_floor": 0.9999, "max_growth": 1}
    host, plain = (run(make_engine(s, indexed=s == "host", **floor), ids(150)) for s in ("host", "plain"))  # type: ignore[arg-type]
    assert host[0] == plain[0]  # every chunk and step ran with full attention in both
    assert torch.allclose(host[1].logits, plain[1].logits, atol=1e-4)


@pytest.mark.parametrize(("storage", "bound"), [("bf16", 5e-3), ("fp8", 3e-2), ("q4", 6e-2)])
@pytest.mark.parametrize("indexed", [False, True])
def test_lossy_storages_stay_close(storage: Storage, bound: float, indexed: bool) -> None:
    mode = "select" if indexed else "full"
    written, _ = run(make_engine("plain" if not indexed else "host", mode, indexed=indexed), ids(150))
    logits: list[list[torch.Tensor]] = []
    for kind in ("host" if indexed else "plain", storage):
        engine = make_engine(kind, mode, indexed=indexed)  # type: ignore[arg-type]
        reading = engine.read(ids(150), 142, room=20)
        kept: list[torch.Tensor] = []
        for _ in engine.write(reading, forced_ids=written, keep_logits=kept):
            pass
        logits.append(kept)
    _, kl = fidelity(*logits)
    assert 0 < kl < bound


def test_fp8_keys_with_channels_far_from_zero_keep_their_differences() -> None:
    generator = torch.Generator().manual_seed(0)
    offset = torch.zeros(2, 1, 32)
    offset[:, 0, 3] = 300.0
    rows = torch.randn(2, 60, 32, generator=generator) + offset
    errors = []
    for centred in (True, False):
        held = Fp8Rows((2, 64, 32), torch.device("cpu"), centred)
        written = torch.cat([held.write(0, rows[:, :40]), held.write(40, rows[:, 40:])], 1)
        read, picked = torch.empty(2, 60, 32), torch.empty(2, 3, 32)
        held.read(0, read)
        held.gather(torch.tensor([[1, 50, 7]], dtype=torch.int32), picked)
        assert torch.equal(read, written)
        assert torch.equal(picked, read[:, [1, 50, 7]])
        one_head = torch.empty(1, 10, 32)
        held.read(5, one_head, 1)
        assert torch.equal(one_head[0], read[1, 5:15])
        errors.append(float((read - rows).square().mean().sqrt()))
    assert errors[0] < 0.05
    assert errors[1] > 10 * errors[0]


def test_fp8_rounds_each_row_by_its_own_scale_and_only_once() -> None:
    rows = torch.randn(2, 50, 64, generator=torch.Generator().manual_seed(0)) * torch.logspace(-6, 6, 50)[:, None]
    rows[0, 3] = 0
    codes, exponents = quantize_fp8(rows)
    once = dequantize_fp8_(codes, exponents, torch.empty_like(rows))
    # 3 bits of mantissa: half a step is 1/16 of a value, or of the smallest normal one for the smallest
    error = (once - rows).abs()
    assert bool((error <= rows.abs() / 16 + rows.abs().amax(-1, keepdim=True) * 2**-17).all())
    assert float(error.max()) > 0
    assert torch.equal(once.to(torch.bfloat16).float(), once)  # exact in 16 bits
    twice = dequantize_fp8_(*quantize_fp8(once), torch.empty_like(rows))
    assert torch.equal(once, twice)
    every = torch.arange(256, dtype=torch.uint8).view(1, 2, 128)
    plain = dequantize_fp8_(every, torch.zeros(1, 2, dtype=torch.int8), torch.empty(1, 2, 128))
    finite = ~every.view(torch.float8_e4m3fn).float().isnan()
    assert torch.equal(plain[finite], every.view(torch.float8_e4m3fn).float()[finite])


@pytest.mark.parametrize("storage", ["plain", *STORED])
@pytest.mark.parametrize("indexed", [False, True])
def test_memory_is_what_the_planner_counts(storage: Storage, indexed: bool) -> None:
    append = append_index_ if indexed else None
    cache = make_cache(storage, 3, 512, append, load_kernels("cpu"))
    for layer_idx in range(3):
        cache.update(torch.randn(1, 2, 40, 16), torch.randn(1, 2, 40, 16), layer_idx)
    cost = row_cost(storage, CacheShape(3, 2, 16, torch.float32, 4 * indexed))
    spare = 512 * 3 * 2 * 16 // 8 if storage == "q4" else 0  # planned for layers with keys in 8 bits
    assert cache.num_bytes() == 512 * (cost.on_device + cost.host_rows) + cost.fixed - spare
    if isinstance(cache, StoredCache):
        cache.release()
        assert cache.num_bytes() == 0


def test_fp8_takes_half_of_bf16() -> None:
    shape = CacheShape(28, 4, 128, torch.bfloat16)
    assert row_cost("fp8", shape).rows == pytest.approx(0.5 * row_cost("plain", shape).rows, rel=0.01)


def test_too_little_host_memory_is_refused_and_nothing_is_held(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kv_room, "free_memory", lambda _: 10_000)
    engine = make_engine("host")
    with pytest.raises(DoesNotFit, match="host memory") as caught:
        run(engine, ids(150))
    assert caught.value.exit_code == 5


def test_host_memory_that_ends_in_the_middle_is_given_back(monkeypatch: pytest.MonkeyPatch) -> None:
    caches, made, make = [], [], kv_stored.make_rows

    def short(*args: Any) -> Any:
        made.append(args)
        if len(made) > 4:  # the third layer
            raise MemoryError("no more")
        return make(*args)

    monkeypatch.setattr(kv_stored, "make_rows", short)
    engine = make_engine("host")
    new = engine.new_cache
    engine.new_cache = lambda *args, **named: caches.append(new(*args, **named)) or caches[-1]  # type: ignore[method-assign, func-returns-value]
    with pytest.raises(DoesNotFit, match="could not be allocated"):
        run(engine, ids(150))
    assert len(made) == 5
    assert caches[0].num_bytes() == 0
    assert not any(layer.is_initialized for layer in caches[0].pools)
    monkeypatch.setattr(kv_stored, "make_rows", make)
    assert len(run(engine, ids(150))[0]) == 12  # the engine still works


@pytest.mark.parametrize("storage", ["host", "bf16", "q4"])
@pytest.mark.parametrize("indexed", [False, True])
def test_kept_readings_load_into_storages_that_do_not_round_again(storage: Storage, indexed: bool, tmp_path: Path) -> None:
    engine = make_engine(storage, indexed=indexed)
    store = ReadingStore(tmp_path, warn=pytest.fail)
    prompt, other = ids(140), ids(132) + ids(8, 9)
    cold = engine.read(other, 128, room=20)  # in 4 bits rows are read from their codes once a question begins
    store.keep({"model": "tiny"}, other[:128], cold.cache)
    store.wait()
    kept = store.find({"model": "tiny"}, prompt, 128, engine.chunk_size)
    assert kept is not None
    warm = engine.read(other, 128, room=20, kept=kept)
    assert warm.num_reused == 128
    assert torch.equal(warm.logits, cold.logits)
    for layer, was in zip(warm.cache.pools, cold.cache.pools, strict=True):
        if layer.index is not None and was.index is not None:
            assert torch.equal(layer.index.codes[:, :140], was.index.codes[:, :140])
    again = [[s.token_id for s in engine.write(r, 8)] for r in (cold, warm)]
    assert again[0] == again[1]


def test_fp8_readings_are_neither_kept_nor_loaded(tmp_path: Path) -> None:
    engine, store = make_engine("fp8"), ReadingStore(tmp_path)
    prompt = SimpleNamespace(input_ids=ids(140), doc_end=128, tail_start=128, num_tokens=140, documents=())
    keep_reading(store, engine, prompt, engine.read(ids(140), 128, room=2))
    store.wait()
    assert not list(tmp_path.rglob("*"))
    assert find_reading(store, engine, prompt) is None


def test_a_damaged_reading_leaves_an_empty_cache(tmp_path: Path) -> None:
    engine = make_engine("bf16")
    warnings: list[str] = []
    store = ReadingStore(tmp_path, warn=warnings.append)
    expected = engine.read(ids(140), 132, room=20)
    store.keep({"model": "tiny"}, ids(140)[:128], expected.cache)
    store.wait()
    (path,) = [p for p in tmp_path.rglob("*") if p.is_file()]
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 255  # a block of the second layer: the first one was loaded by then
    path.write_bytes(data)
    kept = store.find({"model": "tiny"}, ids(140), 128, engine.chunk_size)
    assert kept is not None
    reading = engine.read(ids(140), 132, room=20, kept=kept)
    assert reading.num_reused == 0
    assert warnings
    assert torch.equal(reading.logits, expected.logits)


def always_captured(monkeypatch: pytest.MonkeyPatch, engine: Engine) -> None:
    """Write through the captured step wherever it can read the cache, as on a GPU."""
    takes_rows = engine.captured.takes_rows
    monkeypatch.setattr(engine.captured, "takes", lambda reading, cfg, temperature: takes_rows(reading, cfg))


def test_the_captured_loop_runs_on_host_pools(monkeypatch: pytest.MonkeyPatch) -> None:
    """The kernels of the graph are handed the pools themselves: here with the torch definitions, without a graph."""
    found = []
    for storage in ("plain", "host"):
        engine = make_engine(storage, indexed=True, reuse_threshold=0.1)  # type: ignore[arg-type]
        if storage == "plain":
            engine.new_cache = lambda capacity, decode, rotated=True: KVCache(3, capacity, append_index_)  # type: ignore[method-assign]
        always_captured(monkeypatch, engine)
        written, reading = run(engine, ids(150))
        engine.crop(reading, 120)
        engine.extend(reading, ids(30, 4))
        found.append((written, [s.token_id for s in engine.write(reading, 8)], engine.runtime.trace.num_steps))
    assert found[0] == found[1]
    assert found[0][2] > 0


@pytest.mark.parametrize(("storage", "mode"), [("fp8", "select"), ("q4", "select"), ("q4", "full")])
def test_the_captured_loop_reads_rows_in_few_bits(storage: Storage, mode: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """It writes by the logits of the step-by-step path, rows of the pools included, and a next question reads on."""
    found, pools = [], []
    for captured in (False, True):
        # a captured step compares queries before they are turned and sized, so that in 4 bits it may keep other picks
        engine = make_engine(storage, mode, indexed=True, reuse_threshold=1.0 if storage == "q4" else 0.1)
        if captured:
            always_captured(monkeypatch, engine)
        reading = engine.read(ids(150), 140, room=40)
        assert engine.captured.takes_rows(reading, engine.selection)
        logits: list[torch.Tensor] = []
        list(engine.write(reading, forced_ids=ids(9, 5), keep_logits=logits))
        assert engine.runtime.trace.num_steps == 8
        engine.extend(reading, ids(20, 4))  # stages every row of every layer again
        logits.append(reading.logits)
        found.append(torch.stack(logits))
        layer = reading.cache.pools[1]
        assert isinstance(layer, StoredLayer)
        assert layer.rows is not None
        pools.append([t[:, :178].clone() for rows in layer.rows for t in rows.tensors()])
        assert reading.cache.length == 178
    assert torch.allclose(*found, atol=2e-2)
    assert not torch.allclose(found[0][3], found[0][8], atol=2e-2)
    for one, two in zip(*pools, strict=True):
        # the rows written by the step are there; those that are held exactly were summed in another order
        differ = (one - two).abs() > 2e-2 if one.dtype == torch.float32 else one != two
        assert float(differ[:, :158].float().mean()) < 0.02


@pytest.mark.parametrize("mode", ["full", "select"])
def test_the_captured_loop_takes_given_words(monkeypatch: pytest.MonkeyPatch, mode: str) -> None:
    """Their logits are those it chose its own words by, and with full attention those of one pass over them."""
    engine = make_engine("plain", indexed=True, reuse_threshold=0.1)
    engine.new_cache = lambda capacity, decode, rotated=True: KVCache(3, capacity, append_index_)  # type: ignore[method-assign]
    always_captured(monkeypatch, engine)
    reading = engine.read(ids(150), 140, room=20)
    reading.decode_mode = mode  # type: ignore[assignment]
    before = reading.logits
    written = [s.token_id for s in engine.write(reading, 8, ignore_end=True)]
    engine.crop(reading, 150)
    reading.logits = before
    logits: list[torch.Tensor] = []
    assert [s.token_id for s in engine.write(reading, forced_ids=written, keep_logits=logits)] == written
    assert [int(x.argmax()) for x in logits] == written
    assert reading.ids == [*ids(150), *written[:-1]]
    assert reading.cache.length == 157
    other = [*written[:3], 5, 6, 7]
    forced: list[torch.Tensor] = []
    engine.crop(reading, 150)
    reading.logits = before
    list(engine.write(reading, forced_ids=other, keep_logits=forced))
    for one, two in zip(logits[:4], forced[:4], strict=True):
        assert torch.equal(one, two)
    assert not torch.allclose(logits[5], forced[5], atol=1e-3)
    if mode == "full":
        engine.crop(reading, 150)
        reading.logits = before
        for one, two in zip(forced, engine.score(reading, other), strict=True):
            assert torch.allclose(one, two, atol=1e-4)



def test_the_captured_loop_needs_the_kernels(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a GPU without Triton the torch definitions run: they read lengths on the host, which no graph can hold."""
    engine = make_engine("plain", indexed=True)
    reading = engine.read(ids(150), 140, room=20)
    taken = []
    for name in ("torch", "triton"):
        monkeypatch.setattr(engine.kernels, "name", name)
        monkeypatch.setattr(engine.forward, "device", torch.device("cuda"))
        taken.append(engine.captured.takes(reading, engine.selection, 0.0))
    assert taken == [False, True]


def test_prefetch_fills_the_other_buffer_with_the_next_layer() -> None:
    cache = make_cache("host", 3, 256, None, load_kernels("cpu"))
    assert isinstance(cache, StoredCache)
    states = [[torch.randn(1, 2, 32, 16) for _ in range(2)] for _ in range(9)]
    for step, (keys, values) in enumerate(states):
        seen = cache.update(keys, values, step % 3)
        expected = torch.cat([states[i][0] for i in range(step % 3, step + 1, 3)], 2)
        assert torch.equal(seen[0], expected)
        if step >= 2:
            other = [s for s in cache.room.staging.slots if s.layer_idx != step % 3]
            assert [(s.layer_idx, s.valid) for s in other] == [((step + 1) % 3, cache.pools[(step + 1) % 3].length)]


@pytest.mark.parametrize("storage", ["host", "fp8"])
def test_a_dropped_stored_cache_gives_its_memory_back_at_once(storage: Storage) -> None:
    """Not when the garbage collector comes: on a GPU the next reading would find no room."""
    engine = make_engine(storage, indexed=True)
    reading = engine.read(ids(150), 140, room=20)
    list(engine.write(reading, 4))
    held = [weakref.ref(t) for layer in reading.cache.pools for t in layer.tensors() if t.numel()]
    assert len(held) >= 3 * 4
    gc.disable()
    try:
        del reading
        assert [ref() for ref in held if ref() is not None] == []
    finally:
        gc.enable()


def test_rows_to_be_kept_outlive_their_cache() -> None:
    """A file is written in the background, the next document may be read meanwhile."""
    engine = make_engine("host")
    reading = engine.read(ids(150), 140, room=20)
    held = [t[0, 1, :150].clone() for t in reading.cache.pools[2].held(150)]
    views = reading.cache.pools[2].kept_rows()
    del reading
    for view, rows in zip(views, held, strict=True):
        assert torch.equal(view[1, :150], rows)
