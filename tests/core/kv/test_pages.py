"""Rows that several questions share: each goes on in memory of its own, and the document's rows are there once."""

from __future__ import annotations

import psutil
import pytest
import torch
from together_support import at_once, engine_of, ids
from torch import Tensor

from tsel_core.config import SelectionConfig
from tsel_core.engine.together.crew import Crew, SharedEngine
from tsel_core.kv.cache import KVCache
from tsel_core.kv.pages import has_pages

pytestmark = pytest.mark.skipif(not has_pages(), reason="this system maps no files in memory")
SELECTS = SelectionConfig(budget=8, num_sink=2, num_local=8, block_size=8)
DOC = ids(120, 0)
QUESTIONS = [ids(9 + number, 1 + number) for number in range(4)]


def paged(layers: int, capacity: int, rows: Tensor) -> KVCache:
    cache = KVCache(layers, capacity)
    for number, layer in enumerate(cache.pools):
        layer.in_pages = True
        cache.update(rows, -rows, number)
    return cache


def test_what_one_writes_no_other_sees() -> None:
    rows = torch.randn(1, 2, 50, 16)
    cache = paged(2, 400, rows)
    assert cache.can_branch
    branches = [cache.branch() for _ in range(3)]
    for number, branch in enumerate(branches):
        assert branch.length == 50
        branch.update(torch.full((1, 2, 60, 16), float(number)), torch.full((1, 2, 60, 16), -float(number)), 0)
    cache.update(torch.full((1, 2, 5, 16), 9.0), torch.full((1, 2, 5, 16), 9.0), 0)
    for number, branch in enumerate(branches):
        keys, values = branch.pools[0].held(110)
        assert torch.equal(keys[:, :, :50], rows)
        assert torch.equal(values[:, :, :50], -rows)
        assert bool((keys[:, :, 50:] == number).all())
        assert bool((values[:, :, 50:] == -number).all())
    assert bool((cache.pools[0].held(55)[0][:, :, 50:] == 9).all())
    deeper = branches[0].pools[1].held(50)[0]
    del cache, branches  # rows outlive the cache that they came of
    assert torch.equal(deeper, rows)


def test_a_branch_takes_the_memory_of_what_it_writes() -> None:
    rows = torch.randn(1, 2, 50_000, 64)  # 51 MB of keys and values
    cache, process = paged(1, 60_000, rows), psutil.Process()
    before = process.memory_full_info().uss
    branches = [cache.branch() for _ in range(4)]
    total = 0.0
    for branch in branches:
        keys, _ = branch.update(torch.ones(1, 2, 100, 64), torch.ones(1, 2, 100, 64), 0)
        total += float(keys.sum())  # every row is read
    assert process.memory_full_info().uss - before < 10_000_000
    assert total == pytest.approx(4 * (float(rows.sum()) + 2 * 100 * 64), rel=1e-3)


def test_branches_take_no_descriptors() -> None:
    cache, process = paged(6, 64, torch.ones(1, 1, 3, 16)), psutil.Process()
    before = process.num_fds()
    branches = [cache.branch() for _ in range(16)]
    assert process.num_fds() == before
    del branches, cache
    assert process.num_fds() == before - 12


def test_other_caches_are_not_branched() -> None:
    cache = KVCache(1, 100)
    cache.update(torch.ones(1, 1, 3, 4), torch.ones(1, 1, 3, 4), 0)
    assert not cache.can_branch
    assert not paged(1, 100, torch.ones(1, 1, 3, 4)).branch().can_branch  # a branch has no pages of its own


@pytest.mark.parametrize("attention", ["full", "select"])
def test_questions_on_one_reading_written_together_are_those_of_each_alone(attention: str) -> None:
    engine = engine_of("qwen2", attention, SELECTS)
    expected = []
    for question in QUESTIONS:
        engine.reset()
        reading = engine.read(DOC, len(DOC), room=60)
        engine.extend(reading, question)
        expected.append([step.token_id for step in engine.write(reading, 12)])
    engine.branching = True
    reading = engine.read(DOC, len(DOC), room=60)
    crew = Crew.of(engine)

    def one(own: SharedEngine, question: list[int]) -> list[int]:
        own.reset()
        mine = reading.branch()
        own.extend(mine, question)
        return [step.token_id for step in own.write(mine, 12)]

    engines = [crew.engine() for _ in QUESTIONS]
    found = at_once(*(lambda e=e, q=q: one(e, q) for e, q in zip(engines, QUESTIONS, strict=True)))
    assert found == expected
    assert len({tuple(f) for f in found}) > 1
    assert crew.meeting.num_tokens > crew.meeting.num_passes  # they were written together
    assert reading.ids == DOC
    assert reading.cache.length == len(DOC)
