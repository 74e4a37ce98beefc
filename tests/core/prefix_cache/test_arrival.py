"""Rows of a kept reading that arrive while the question is read: the same answers, and nothing left on its way.

Plain files and packed ones, as a GPU keeps them; here the definitions unpack them.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import torch
from kept_support import DOC, FIRST, SECOND, ask, files, make_engine, make_prompt, make_store

from tsel_core.decoder.forward import Forward
from tsel_core.engine.engine import Engine
from tsel_core.engine.reading import LostRows
from tsel_core.kv.cache import KVCache
from tsel_core.kv.layer import KVLayer
from tsel_core.prefix_cache import store as reading_store
from tsel_core.prefix_cache.format.file import ReadingFile
from tsel_core.prefix_cache.format.write import write_reading
from tsel_core.prefix_cache.load import load as reading_load
from tsel_core.prefix_cache.load.arrival import Arriving
from tsel_core.prefix_cache.policy import find_reading
from tsel_core.prefix_cache.store import ReadingStore
from tsel_kernels.append.reference import append_index_


@pytest.fixture(scope="module", params=["plain", "packed"])
def engine(request: pytest.FixtureRequest) -> Engine:
    return make_engine(dtype=torch.bfloat16 if request.param == "packed" else torch.float32)


@pytest.fixture
def store(engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ReadingStore:
    monkeypatch.setattr(reading_load, "STREAMED", {"cpu", "cuda"})
    packed = engine.loaded.dtype == torch.bfloat16
    monkeypatch.setattr(reading_store, "write_reading", partial(write_reading, pack=packed))
    return make_store(tmp_path)


def is_packed(store: ReadingStore) -> bool:
    with ReadingFile(files(store)[0]) as file:
        return file.header.packed is not None


def loading() -> list[threading.Thread]:
    return [t for t in threading.enumerate() if t.name == "tsel-load"]


def test_answers_are_those_of_a_reading(engine: Engine, store: ReadingStore) -> None:
    ask(engine, store, make_prompt(DOC, FIRST))
    expected, cold = ask(engine, None, make_prompt(DOC, SECOND))
    written, warm = ask(engine, store, make_prompt(DOC, SECOND))
    assert warm.num_reused == len(DOC)
    assert written == expected
    assert is_packed(store) == (engine.loaded.dtype == torch.bfloat16)
    for mine, theirs in zip(warm.cache.pools, cold.cache.pools, strict=True):
        assert all(torch.equal(a, b) for a, b in zip(mine.held(len(DOC)), theirs.held(len(DOC)), strict=True))
    assert not loading()


def test_a_layer_waits_for_its_own_rows_only(
    engine: Engine, store: ReadingStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The last layer's blocks are let through once the first layer has been written to."""
    ask(engine, store, make_prompt(DOC, FIRST))
    expected, _ = ask(engine, None, make_prompt(DOC, SECOND))
    first_written, last = threading.Event(), engine.loaded.info.num_layers - 1
    real_load, real_update = ReadingFile._load, KVLayer.update

    def load(self: ReadingFile, targets: Any, first: int, arrived: Callable[[int], None] | None) -> None:
        assert arrived is not None
        per_layer = sum(2 * heads for heads, _, _ in self.header.shapes[:1])

        def held_back(number: int) -> None:
            assert number < last * per_layer or first_written.wait(20)
            arrived(number)

        real_load(self, targets, first, held_back)

    def update(self: KVLayer, *rest: Any, **options: Any) -> Any:
        result = real_update(self, *rest, **options)
        first_written.set()
        return result

    monkeypatch.setattr(ReadingFile, "_load", load)
    monkeypatch.setattr(KVLayer, "update", update)
    written, warm = ask(engine, store, make_prompt(DOC, SECOND))
    assert (written, warm.num_reused) == (expected, len(DOC))


@pytest.mark.parametrize("damage", ["last block", "cut short"])
def test_damage_found_on_the_way_reads_the_document(engine: Engine, store: ReadingStore, damage: str) -> None:
    """The first layers were used already; the reading begins anew and the file is gone."""
    ask(engine, store, make_prompt(DOC, FIRST))
    expected, cold = ask(engine, None, make_prompt(DOC, SECOND))
    path = files(store)[0]
    content = bytearray(path.read_bytes())
    end = int.from_bytes(content[32:40], "little")  # where the blocks end and the header begins
    content[end - 5] ^= 1
    path.write_bytes(content)
    if damage == "cut short":  # after its header was read
        real = ReadingFile._load

        def load(self: ReadingFile, *rest: Any, **options: Any) -> None:
            path.write_bytes(content[: end - 40])
            real(self, *rest, **options)

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(ReadingFile, "_load", load)
            written, reading = ask(engine, store, make_prompt(DOC, SECOND))
    else:
        written, reading = ask(engine, store, make_prompt(DOC, SECOND))
    assert (written, reading.num_reused) == (expected, 0)
    assert torch.equal(reading.cache.pools[0].held(8)[0], cold.cache.pools[0].held(8)[0])
    assert [w.split(" (")[0] for w in store.warnings] == ["a kept reading was damaged"]  # type: ignore[attr-defined]
    assert not loading()
    _, again = ask(engine, store, make_prompt(DOC, SECOND))  # it was kept anew
    assert again.num_reused == len(DOC)


def test_nothing_is_on_its_way_after_an_error(
    engine: Engine, store: ReadingStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask(engine, store, make_prompt(DOC, FIRST))

    def interrupted(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Forward, "__call__", interrupted)
    with pytest.raises(KeyboardInterrupt):
        ask(engine, store, make_prompt(DOC, SECOND))
    assert not loading()


def test_a_second_attempt_opens_the_file_again(engine: Engine, store: ReadingStore) -> None:
    """After one that ran out of memory: the file is still good, and not removed."""
    ask(engine, store, make_prompt(DOC, FIRST))
    kept = find_reading(store, engine, make_prompt(DOC, SECOND))
    assert kept is not None
    caches = [engine.new_cache(len(DOC) + 8, "select") for _ in range(2)]
    for cache in caches:
        assert kept.fill(cache, engine.device) == len(DOC)
        for number in range(len(cache.pools) - 1):  # memory ran out before the last
            cache.update(*(torch.zeros(1, *rows.shape[1:], dtype=rows.dtype)[:, :, :1] for rows in cache.pools[number].held(1)), number)
        kept.join(False)
    assert torch.equal(*(cache.pools[1].held(len(DOC))[1] for cache in caches))
    assert not store.warnings  # type: ignore[attr-defined]
    assert files(store)


@pytest.mark.parametrize("streamed", [True, False])
def test_the_key_index_of_loaded_rows(
    engine: Engine, store: ReadingStore, monkeypatch: pytest.MonkeyPatch, streamed: bool
) -> None:
    """It is made before the captured loop writes, and is that of a reading in chunks."""
    _, cold = ask(engine, store, make_prompt(DOC, FIRST))
    monkeypatch.setattr(reading_load, "STREAMED", {"cpu"} if streamed else set[str]())
    kept = find_reading(store, engine, make_prompt(DOC, SECOND))
    assert kept is not None
    loaded, read = (KVCache(engine.loaded.info.num_layers, len(DOC) + 8, append_index_) for _ in range(2))
    kept.fill(loaded, engine.device)
    assert all(layer.index is None for layer in loaded.pools)
    for number, layer in enumerate(cold.cache.pools):
        rows = layer.held(len(DOC) + 3)
        for begin, end in ((0, kept.chunk), (kept.chunk, len(DOC)), (len(DOC), len(DOC) + 3)):
            read.update(*(r[:, :, begin:end] for r in rows), number)
        loaded.update(*(r[:, :, len(DOC) : len(DOC) + 3] for r in rows), number)
    kept.join(True)
    for cache in (loaded, read):
        cache.settle()
    for mine, theirs in zip(loaded.pools, read.pools, strict=True):
        assert mine.index is not None
        assert theirs.index is not None
        assert mine.index.bits == theirs.index.bits
        for name in ("codes", "scale", "zero"):
            assert torch.equal(*(getattr(i, name)[:, : len(DOC) + 3] for i in (mine.index, theirs.index))), name
    before = [layer.index for layer in loaded.pools]
    loaded.settle()
    assert all(layer.index is index for layer, index in zip(loaded.pools, before, strict=True))


def test_lost_rows_name_what_went_wrong() -> None:
    def load(arrived: Callable[[int], None]) -> None:
        for number in range(4):
            arrived(number)
        raise OSError("gone")

    arriving = Arriving([2, 2, 2], load)
    arriving.wait_for(0)
    arriving.wait_for(1)
    with pytest.raises(LostRows, match="gone"):
        arriving.wait_for(2)
    assert isinstance(arriving.error, OSError)
