"""Kept readings: used when they are right, never when they are not."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
import torch
from kept_support import DOC, FIRST, SECOND, ask, files, ids, make_engine, make_prompt, make_store

from tsel_core.engine.engine import Engine
from tsel_core.errors import UsageError
from tsel_core.prefix_cache.format.crypto import MasterKey
from tsel_core.prefix_cache.policy import reading_identity
from tsel_core.prefix_cache.store import ReadingStore
from tsel_core.text.sizes import parse_size


@pytest.fixture(scope="module")
def engine() -> Engine:
    return make_engine()


@pytest.fixture
def store(tmp_path: Path) -> ReadingStore:
    return make_store(tmp_path)


def test_a_second_question_loads_the_reading_and_answers_the_same(engine: Engine, store: ReadingStore) -> None:
    _, reading = ask(engine, store, make_prompt(DOC, FIRST))
    assert reading.num_reused == 0
    expected, cold = ask(engine, None, make_prompt(DOC, SECOND))
    written, warm = ask(engine, store, make_prompt(DOC, SECOND))
    assert warm.num_reused == len(DOC)
    assert torch.equal(warm.logits, cold.logits)
    assert written == expected
    assert len(files(store)) == 1


def test_a_document_that_grew_is_read_on(engine: Engine, store: ReadingStore) -> None:
    ask(engine, store, make_prompt(DOC, FIRST))
    grown = [*DOC, *ids(50, 5)]
    expected, cold = ask(engine, None, make_prompt(grown, FIRST))
    written, warm = ask(engine, store, make_prompt(grown, FIRST))
    assert warm.num_reused == 96  # whole chunks of the 100 tokens they share
    assert torch.equal(warm.logits, cold.logits)
    assert written == expected
    assert len(files(store)) == 2


def test_a_change_in_the_middle_reuses_what_stands_before_it(engine: Engine, store: ReadingStore) -> None:
    ask(engine, store, make_prompt(DOC, FIRST))
    changed = [*DOC[:40], DOC[40] % 300 + 5, *DOC[41:]]
    expected, _ = ask(engine, None, make_prompt(changed, FIRST))
    written, warm = ask(engine, store, make_prompt(changed, FIRST))
    assert warm.num_reused == 32
    assert written == expected


def test_selected_prefill_is_kept_with_its_coverage(store: ReadingStore) -> None:
    engine = make_engine(attention="select")
    ask(engine, store, make_prompt(DOC, FIRST))
    expected, cold = ask(engine, None, make_prompt(DOC, SECOND))
    trace = engine.runtime.trace
    coverage, picked = trace.coverage_of(trace.prefill_coverage), trace.picked
    written, warm = ask(engine, store, make_prompt(DOC, SECOND))
    assert store.warnings == []  # type: ignore[attr-defined]
    assert warm.num_reused == len(DOC)
    assert torch.equal(warm.logits, cold.logits)
    assert written == expected
    trace = engine.runtime.trace
    assert coverage is not None
    assert trace.coverage_of(trace.prefill_coverage) == pytest.approx(coverage, abs=1e-5)
    assert picked is not None
    assert trace.picked is not None
    assert torch.equal(trace.picked[: len(DOC)], picked[: len(DOC)])


@pytest.mark.parametrize(
    "other",
    [{"sha256": "bb"}, {"attention": "select"}],
    ids=["another model", "another mode"],
)
def test_other_models_and_settings_read_again(engine: Engine, store: ReadingStore, other: dict[str, str]) -> None:
    ask(engine, store, make_prompt(DOC, FIRST))
    _, reading = ask(make_engine(**other), store, make_prompt(DOC, SECOND))
    assert reading.num_reused == 0


def test_selection_settings_are_part_of_the_key() -> None:
    one, two = make_engine(attention="select"), make_engine(attention="select", anchor_every=4)
    assert reading_identity(one, "select", 0) != reading_identity(two, "select", 0)
    assert reading_identity(one, "full", 0) == reading_identity(two, "full", 0)


def test_a_reading_moved_to_the_folder_of_another_model_is_not_used(engine: Engine, store: ReadingStore) -> None:
    ask(engine, store, make_prompt(DOC, FIRST))
    other = make_engine(sha256="bb")
    target = store._path(reading_identity(other, "full", 0), DOC)
    target.parent.mkdir()
    os.rename(files(store)[0], target)
    _, reading = ask(other, store, make_prompt(DOC, SECOND))
    assert reading.num_reused == 0
    assert "another model" in store.warnings[0]  # type: ignore[attr-defined]


def test_sealed_readings_need_their_key(engine: Engine, store: ReadingStore) -> None:
    store.key = MasterKey(bytes(range(32)))
    ask(engine, store, make_prompt(DOC, FIRST))
    assert ask(engine, store, make_prompt(DOC, SECOND))[1].num_reused == len(DOC)
    store.key = MasterKey(bytes(32))
    assert ask(engine, store, make_prompt(DOC, SECOND))[1].num_reused == 0
    assert len(files(store)) == 2  # each key has its own file: none is written over
    for key in (store.key, MasterKey(bytes(range(32)))):
        store.key = key
        assert ask(engine, store, make_prompt(DOC, SECOND))[1].num_reused == len(DOC)
    store.key = None
    assert ask(engine, store, make_prompt(DOC, SECOND))[1].num_reused == 0
    assert store.warnings == []  # type: ignore[attr-defined]


def test_purge_removes_what_is_named(engine: Engine, store: ReadingStore) -> None:
    for seed in (30, 31):
        ask(engine, store, make_prompt(ids(64, seed), FIRST))
    entries = store.files.entries(None)
    assert [e.header is not None and e.header.num_tokens for e in entries] == [64, 64]
    assert store.files.purge([entries[0].name])[0] == 1
    assert store.files.purge()[0] == 1
    assert files(store) == []


@pytest.mark.parametrize(("text", "expected"), [("20GB", 20 * 10**9), ("500m", 5 * 10**8), ("0", 0), ("1.5k", 1500)])
def test_sizes(text: str, expected: int) -> None:
    assert parse_size(text, "TSEL_CACHE_MAX") == expected


@pytest.mark.parametrize("text", ["", "x", "-1", "5 parsecs"])
def test_sizes_that_are_none(text: str) -> None:
    with pytest.raises(UsageError, match="TSEL_CACHE_MAX"):
        parse_size(text, "TSEL_CACHE_MAX")


def test_the_first_reading_that_is_kept_is_announced_once(engine: Engine, store: ReadingStore) -> None:
    said: list[str] = []
    store.tell = said.append
    for document in (DOC, ids(120, 7)):
        ask(engine, store, make_prompt(document, FIRST))
        store.wait()
    assert len(files(store)) == 2
    assert len(said) == 1
    assert str(store.folder) in said[0]
    assert "NOT sealed" in said[0]
