"""Memory that runs out, a GPU that dies, numbers that are NaN: what is said, what is freed, what is kept."""

from __future__ import annotations

import gc
import os
import weakref
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import torch

from tests_support import loaded, make_model
from tsel_core.config import LEAST_CHUNK, EngineConfig, SelectionConfig
from tsel_core.decoder.forward import Forward
from tsel_core.decoder.graph.decode import GraphDecoder
from tsel_core.decoder.seam_cache import SeamCache
from tsel_core.decoder.step import DecoderStep
from tsel_core.device.faults import as_fault, guarded
from tsel_core.engine.engine import Engine
from tsel_core.errors import DeviceLost, NotFinite, OutOfMemory, TselError
from tsel_core.kv.cache import KVCache
from tsel_core.layers import runtime as attention
from tsel_core.prefix_cache.format import file as reading_file
from tsel_core.prefix_cache.policy import find_reading, keep_reading
from tsel_core.prefix_cache.store import ReadingStore
from tsel_core.selection.passes import Pass
from tsel_kernels.append.reference import append_index_
from tsel_kernels.backend import functions, torch_kernels
from tsel_kernels.pointwise.reference import rms_norm_, silu_mul_

CUDA_OOM = torch.OutOfMemoryError(
    "CUDA out of memory. Tried to allocate 2.00 GiB. GPU 0 has a total capacity of 8 GiB."
)
HOST_OOM = MemoryError()
CPU_OOM = RuntimeError("[enforce fail] DefaultCPUAllocator: not enough memory: you tried to allocate 8589934592 bytes.")
LOST = RuntimeError("CUDA error: an illegal memory access was encountered\nCUDA kernel errors might be reported")
MEMORY = {"cuda": CUDA_OOM, "host": HOST_OOM, "cpu allocator": CPU_OOM}


@pytest.fixture(scope="module")
def model() -> Any:
    return make_model("qwen2")


@pytest.fixture
def engine(model: Any) -> Engine:
    return Engine(loaded(model), EngineConfig(attention="full", chunk_size=32, max_new_tokens=12))


def ids(count: int) -> list[int]:
    return torch.randint(3, 320, (count,), generator=torch.Generator().manual_seed(1)).tolist()


def collect(items: Iterator[Any], into: list[Any]) -> None:
    """Keep what comes before an error."""
    for item in items:
        into.append(item)


def failing(monkeypatch: pytest.MonkeyPatch, error: Exception, after: int) -> None:
    """Let the attention raise `error` from its call number `after` on."""
    calls, real = iter(range(10**9)), attention.full_attention

    def attend(*args: Any) -> torch.Tensor:
        if next(calls) >= after:
            raise error
        return real(*args)

    monkeypatch.setattr(attention, "full_attention", attend)


def test_a_gpu_without_memory_reads_again_in_smaller_chunks(model: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(LEAST_CHUNK, "cpu", 16)
    engine = Engine(loaded(model), EngineConfig(attention="full"))
    engine.hold("plain", 64)
    expected = engine.read(ids(100), 90, room=4).logits
    chunks, real = [], Forward.__call__

    def forward(self: Forward, cache: KVCache, part: torch.Tensor, run: Pass) -> torch.Tensor:
        chunks.append(len(part))
        if len(part) > 16:
            raise CUDA_OOM
        return real(self, cache, part, run)

    monkeypatch.setattr(Forward, "__call__", forward)
    torch.testing.assert_close(engine.read(ids(100), 90, room=4).logits, expected, rtol=1e-4, atol=1e-5)
    assert chunks == [64, 32, 16, 16, 16, 16, 16, 10, 10]
    assert engine.chunk_size == 16
    monkeypatch.setattr(engine, "config", EngineConfig(attention="full", chunk_size=32))
    with pytest.raises(OutOfMemory):
        engine.read(ids(100), 90, room=4)


@pytest.mark.parametrize("kind", MEMORY)
def test_no_memory_while_reading_leaves_nothing_allocated(
    engine: Engine, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    caches: list[weakref.ref[KVCache]] = []
    made = engine.new_cache

    def new_cache(*args: Any, **named: Any) -> KVCache:
        cache = made(*args, **named)
        caches.append(weakref.ref(cache))
        return cache

    monkeypatch.setattr(engine, "new_cache", new_cache)
    assert engine.forward.step is not None
    failing(monkeypatch, MEMORY[kind], 4)
    with pytest.raises(OutOfMemory, match="out of memory while reading") as caught:
        engine.read(ids(90), 80, room=8)
    assert caught.value.exit_code == 5
    assert caught.value.hint
    assert caches[0]() is None  # at once, although the error is still held here
    assert caught.value.__context__ is None


def test_no_memory_while_writing_keeps_the_tokens_and_frees_the_cache(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    reading = engine.read(ids(90), 80, room=12)
    failing(monkeypatch, CUDA_OOM, 3 * 4)  # four steps of three layers
    written: list[Any] = []
    with pytest.raises(OutOfMemory, match="while writing"):
        collect(engine.write(reading, 10, ignore_end=True), written)
    assert len(written) == 5
    pools = [weakref.ref(layer.keys) for layer in reading.cache.pools]
    engine.let_go(reading)
    gc.collect()
    assert all(pool() is None for pool in pools)
    assert reading.cache.num_bytes() == 0
    monkeypatch.undo()
    again = engine.read(ids(90), 80, room=12)  # the engine still works
    assert [s.token_id for s in engine.write(again, 10, ignore_end=True)][:5] == [s.token_id for s in written]


def test_a_lost_device_is_named_and_is_not_a_matter_of_memory(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    failing(monkeypatch, LOST, 0)
    with pytest.raises(DeviceLost, match=r"GPU failed while reading .*illegal memory access") as caught:
        engine.read(ids(40), 30, room=4)
    assert caught.value.exit_code == 1
    assert "--device cpu" in caught.value.hint


def test_other_errors_pass_as_they_are() -> None:
    def fail() -> None:
        raise KeyError("x")

    with pytest.raises(KeyError):
        guarded("reading", fail)
    assert as_fault(ValueError("out of memory"), "x") is None  # a word in a value is no fault
    assert as_fault(RuntimeError("shapes differ"), "x") is None
    assert isinstance(as_fault(OSError(12, "Cannot allocate memory"), "x"), OutOfMemory)


def poison(model: Any, monkeypatch: pytest.MonkeyPatch, after: int) -> None:
    """NaN in the logits from forward pass number `after` on."""
    calls, real = iter(range(10**9)), DecoderStep.forward

    def forward(self: DecoderStep, *args: Any, **kwargs: Any) -> torch.Tensor:
        logits = real(self, *args, **kwargs)
        if next(calls) >= after:
            logits[7] = float("nan")
        return logits

    monkeypatch.setattr(DecoderStep, "forward", forward)


def test_nan_while_reading(engine: Engine, model: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    assert engine.forward.step is not None  # checked before anything is damaged
    poison(model, monkeypatch, 1)
    with pytest.raises(NotFinite, match="not finite after 64 tokens"):
        engine.read(ids(90), 80, room=4)


def test_nan_while_writing(engine: Engine, model: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    reading = engine.read(ids(90), 80, room=12)
    poison(model, monkeypatch, 3)
    written: list[Any] = []
    with pytest.raises(NotFinite, match="not finite after 94 tokens"):
        collect(engine.write(reading, 10, ignore_end=True), written)
    assert len(written) == 4


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_nan_in_the_captured_loop(model: Any, monkeypatch: pytest.MonkeyPatch, value: float) -> None:
    Engine(loaded(model), EngineConfig(attention="full"))
    cache, prompt = KVCache(3, 80, append_index_), ids(40)
    with torch.inference_mode():
        out = model(input_ids=torch.tensor([prompt]), past_key_values=SeamCache(cache), use_cache=True)
        step = DecoderStep(model)
        real, calls = step.forward, iter(range(99))

        def forward(*args: Any) -> torch.Tensor:
            logits = real(*args)
            if next(calls) == 3:
                logits[11] = value
            return logits

        selection = SelectionConfig(budget=256, num_sink=4, num_local=16)
        parts = {**{n: f for n, f in functions(torch_kernels()).items() if n != "row_linear_"}, "rms_norm_": rms_norm_, "silu_mul_": silu_mul_}
        decoder = GraphDecoder(step, model, cache, SimpleNamespace(**parts), selection)
        decoder.step.forward = forward  # type: ignore[method-assign]
        decoder.start(int(out.logits[0, -1].argmax()), 40)
        written: list[Any] = []
        with pytest.raises(NotFinite):
            collect(decoder.run(10, ()), written)
    assert len(written) == 3


def prompt_of(tokens: list[int]) -> Any:
    return SimpleNamespace(input_ids=tokens, doc_end=160, tail_start=160, num_tokens=len(tokens), documents=())


@pytest.fixture
def full_info(model: Any) -> Any:
    engine_model = loaded(model)
    engine_model.info = SimpleNamespace(num_layers=3, sha256="aa", name="tiny", trained_window=4096)
    return engine_model


def kept_store(engine: Engine, folder: Path) -> tuple[ReadingStore, Any, list[str], torch.Tensor]:
    """A store that holds the reading of a prompt, the prompt, the store's warnings, the logits of the reading."""
    warnings: list[str] = []
    store, prompt = ReadingStore(folder, warn=warnings.append), prompt_of(ids(170))
    reading = engine.read(prompt.input_ids, 160, room=4)
    keep_reading(store, engine, prompt, reading)
    store.wait()
    return store, prompt, warnings, reading.logits.clone()


def test_a_kept_reading_cut_short_while_it_is_loaded_is_read_again(
    full_info: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = Engine(full_info, EngineConfig(attention="full", chunk_size=32))
    store, prompt, warnings, logits = kept_store(engine, tmp_path)
    path = next(tmp_path.rglob("*.kept"))
    load = reading_file.ReadingFile.load

    def cut_then_load(self: Any, *args: Any) -> None:
        os.truncate(path, 5000)  # after its header was checked
        load(self, *args)

    monkeypatch.setattr(reading_file.ReadingFile, "load", cut_then_load)
    found = find_reading(store, engine, prompt)
    assert found is not None
    reading = engine.read(prompt.input_ids, 160, room=4, kept=found)
    assert reading.num_reused == 0
    assert torch.equal(reading.logits, logits)
    assert len(warnings) == 1
    assert "ends too early" in warnings[0]
    assert not path.exists()


def test_no_memory_for_keeping_a_reading_is_a_warning(
    full_info: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_memory(*_: Any) -> None:
        raise MemoryError

    monkeypatch.setattr("tsel_core.prefix_cache.store.write_reading", no_memory)
    engine = Engine(full_info, EngineConfig(attention="full", chunk_size=32))
    _, _, warnings, _ = kept_store(engine, tmp_path)
    assert warnings == ["the reading was not kept: out of memory while writing it"]


def raised(work: Callable[[], object]) -> TselError:
    with pytest.raises(TselError) as caught:
        work()
    return caught.value


def test_no_memory_while_loading_a_kept_reading(
    full_info: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = Engine(full_info, EngineConfig(attention="full", chunk_size=32))
    store, prompt, _, _ = kept_store(engine, tmp_path)

    def no_memory(*_: Any) -> None:
        raise MemoryError

    monkeypatch.setattr(reading_file.ReadingFile, "load", no_memory)
    found = find_reading(store, engine, prompt)
    error = raised(lambda: engine.read(prompt.input_ids, 160, room=4, kept=found))
    assert error.exit_code == 5
    assert next(tmp_path.rglob("*.kept")).exists()  # the file is not to blame


def test_the_smallest_chunk_is_the_smallest_that_takes_the_past_in_pieces() -> None:
    """The kernels cannot import the core: both say the same number."""
    from tsel_kernels.attention.full import LEAST_PIECED

    assert LEAST_CHUNK["cuda"] == LEAST_PIECED
