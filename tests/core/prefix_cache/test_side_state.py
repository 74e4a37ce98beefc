"""Kept readings of models whose layers do not know all their past: recurrent states and cut windows travel along."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest
import torch
from kept_support import CHUNK, DOC, FIRST, SECOND, ask, files, ids, make_prompt, make_store
from tiny_families import tiny_model

from tests_support import loaded
from tsel_core.config import EngineConfig, SelectionConfig
from tsel_core.engine.engine import Engine
from tsel_core.kv import window_layer
from tsel_core.kv.side_state import SideState
from tsel_core.prefix_cache.format.crypto import MasterKey

KINDS = ("qwen3_next", "lfm2", "granitemoehybrid", "falcon_h1", "gemma3_text", "gpt_oss")


@pytest.fixture(autouse=True)
def cut_early(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(window_layer, "CUT_FROM", 60)
    monkeypatch.setattr(window_layer, "SLACK", 40)


def make_engine(kind: str) -> Engine:
    model = loaded(tiny_model(kind, traits=False))
    model.info = SimpleNamespace(num_layers=4, sha256="aa", name="tiny", trained_window=1 << 20)
    return Engine(model, EngineConfig(chunk_size=CHUNK, max_new_tokens=12, attention="full"), SelectionConfig())


@pytest.mark.parametrize("sealed", [False, True])
@pytest.mark.parametrize("kind", KINDS)
def test_a_second_question_loads_rows_and_states(kind: str, sealed: bool, tmp_path: Path) -> None:
    engine, store = make_engine(kind), make_store(tmp_path)
    store.key = MasterKey(bytes(range(32))) if sealed else None
    _, reading = ask(engine, store, make_prompt(DOC, FIRST))
    assert reading.cache.forgets
    assert reading.num_reused == 0
    expected, cold = ask(engine, None, make_prompt(DOC, SECOND))
    written, warm = ask(engine, store, make_prompt(DOC, SECOND))
    assert warm.num_reused == len(DOC)
    assert torch.equal(warm.logits, cold.logits)
    assert written == expected
    assert len(files(store)) == 1
    assert store.warnings == []  # type: ignore[attr-defined]


def test_a_document_that_grew_is_read_anew(tmp_path: Path) -> None:
    engine, store = make_engine("qwen3_next"), make_store(tmp_path)
    ask(engine, store, make_prompt(DOC, FIRST))
    grown = [*DOC, *ids(50, 5)]
    expected, _ = ask(engine, None, make_prompt(grown, FIRST))
    written, warm = ask(engine, store, make_prompt(grown, FIRST))
    assert warm.num_reused == 0
    assert written == expected
    assert store.warnings == []  # type: ignore[attr-defined]


def test_a_state_that_says_something_else_is_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    engine, store = make_engine("lfm2"), make_store(tmp_path)
    made = SideState.from_rows

    def other(keys: torch.Tensor, values: torch.Tensor, about: dict) -> SideState:  # type: ignore[type-arg]
        return made(keys, values, {**about, "tensors": [[0, "conv", 0, "float32", [10**6]]]})

    ask(engine, store, make_prompt(DOC, FIRST))
    expected, _ = ask(engine, None, make_prompt(DOC, SECOND))
    monkeypatch.setattr(SideState, "from_rows", staticmethod(other))
    written, warm = ask(engine, store, make_prompt(DOC, SECOND))
    assert warm.num_reused == 0
    assert written == expected
    assert "damaged" in store.warnings[0]  # type: ignore[attr-defined]


def test_a_reading_with_every_row_is_not_taken_for_cut_windows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    engine, store = make_engine("gemma3_text"), make_store(tmp_path)
    monkeypatch.setattr(window_layer, "CUT_FROM", 1000)
    _, reading = ask(engine, store, make_prompt(DOC, FIRST))
    assert not reading.cache.forgets
    monkeypatch.setattr(window_layer, "CUT_FROM", 60)
    expected, _ = ask(engine, None, make_prompt(DOC, SECOND))
    written, warm = ask(engine, store, make_prompt(DOC, SECOND))
    assert warm.num_reused == 0
    assert written == expected


