"""State that threads of one process share while they answer together: each finds its own, whatever the others do."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import torch
from kept_support import DOC, make_engine
from together_support import engine_of
from torch import Tensor

from tsel_core.config import SelectionConfig
from tsel_core.decoder.int8_rows import Int8Rows
from tsel_core.engine.together.crew import Crew
from tsel_core.engine.together.gate import Gate
from tsel_core.engine.together.meeting import Meeting, Wanted
from tsel_core.engine.together.writer import Loops
from tsel_core.errors import NotFinite
from tsel_core.evidence.heads.head_table import HeadTable, find_heads, keep_heads
from tsel_core.evidence.heads.masses import Head
from tsel_core.prefix_cache.store import ReadingStore
from tsel_kernels.cpu_threads import use_threads


def together(work: Callable[[], Any], num: int = 6) -> list[Any]:
    """What so many threads give that begin at the same moment."""
    begin = threading.Barrier(num)

    def one() -> Any:
        begin.wait()
        return work()

    with ThreadPoolExecutor(num) as pool:
        return [found.result(30) for found in [pool.submit(one) for _ in range(num)]]


def test_threads_that_begin_together_make_one_crew(monkeypatch: pytest.MonkeyPatch) -> None:
    engine, made, prepared = engine_of("qwen2", "full", SelectionConfig()), [], []
    inner = Crew.__init__

    def slow(self: Crew, base: Any) -> None:
        made.append(self)
        time.sleep(0.02)
        inner(self, base)

    def prepare(self: Int8Rows) -> None:
        prepared.append(self)
        time.sleep(0.02)

    monkeypatch.setattr(Crew, "__init__", slow)
    monkeypatch.setattr(Int8Rows, "prepare", prepare)
    assert Crew.takes(engine)
    engine.forward._waiting = Int8Rows([])
    engines = together(lambda: Crew.of(engine).engine())
    assert len(made) == len(prepared) == 1
    assert {id(e.crew.gate) for e in engines} == {id(made[0].gate)}


def test_threads_that_begin_together_share_a_loop(monkeypatch: pytest.MonkeyPatch) -> None:
    def slow(*_: Any) -> object:
        time.sleep(0.02)
        return SimpleNamespace(selection=None)

    monkeypatch.setattr("tsel_core.engine.together.writer.BatchLoop", slow)
    loops = Loops(SimpleNamespace(), Gate())  # type: ignore[arg-type]
    assert len({id(found) for found in together(lambda: loops.of(None))}) == 1


def test_a_thread_uses_the_cores_it_was_told_to() -> None:
    before, told, changed, found = torch.get_num_threads(), threading.Event(), threading.Event(), []

    def one() -> None:
        use_threads(before + 1)
        told.set()
        changed.wait(10)
        found.append(torch.get_num_threads())

    thread = threading.Thread(target=one)
    thread.start()
    assert told.wait(10)
    torch.set_num_threads(before)
    changed.set()
    thread.join()
    assert found == [before + 1]
    assert torch.get_num_threads() == before


def test_a_sequence_that_went_wrong_has_no_logits() -> None:
    class Forward:
        device = torch.device("cpu")

        def together(self, tokens: Tensor, rows: Any) -> Tensor:
            return torch.tensor([[1.0, 2.0], [1.0, float("nan")]])

    meeting = Meeting(Forward(), Gate())  # type: ignore[arg-type]
    row = SimpleNamespace(cache=SimpleNamespace(length=7))
    right, wrong = Wanted([1], [row]), Wanted([1], [row])  # type: ignore[list-item]
    assert wrong not in [right]  # or one that is interrupted would take another out
    meeting._pass([right, wrong])
    assert right.logits is not None
    assert right.error is None
    assert wrong.logits is None  # a thread that looks between two assignments must not take them for its own
    assert isinstance(wrong.error, NotFinite)


def test_a_store_waits_for_what_a_thread_keeps_while_another_waits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written = {name: threading.Event() for name in ("first", "second")}
    monkeypatch.setattr(ReadingStore, "_write", lambda self, path, pools, ids, about: written[about["documents"][0]].wait(10))
    engine = make_engine()
    cache = engine.read(DOC, len(DOC), room=4).cache
    store = ReadingStore(tmp_path)
    store.keep({}, DOC[:9], cache, documents=["first"])  # type: ignore[list-item]
    one = threading.Thread(target=store.wait)
    one.start()
    time.sleep(0.05)  # it waits for the first
    store.keep({}, DOC, cache, documents=["second"])  # type: ignore[list-item]
    written["first"].set()
    one.join(5)
    other = threading.Thread(target=store.wait)
    other.start()
    other.join(0.1)
    assert other.is_alive()  # rows that are still being written would change otherwise
    written["second"].set()
    other.join(5)
    assert not one.is_alive()
    assert not other.is_alive()


def test_heads_that_threads_keep_at_once_are_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TSEL_CACHE", str(tmp_path))
    table = HeadTable(tuple(Head(layer, head, "mean") for layer in range(40) for head in range(40)), 0.5, 0.6, 7)
    keep_heads("ab", table)

    def again() -> list[HeadTable | None]:
        found = []
        for _ in range(8):
            keep_heads("ab", table)
            found.append(find_heads("ab"))
        return found

    assert all(found == table for several in together(again, 4) for found in several)
