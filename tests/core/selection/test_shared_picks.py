"""Layers that attend to another layer's pick: without a plan nothing changes, with one the rows are the other's."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from tests_support import loaded, make_model
from tsel_core.config import EngineConfig, SelectionConfig
from tsel_core.engine.engine import Engine
from tsel_core.errors import UsageError
from tsel_core.selection.picks import Selection
from tsel_core.selection.selector import TokenSelector
from tsel_kernels.backend import load_kernels, torch_kernels

SMALL = SelectionConfig(budget=16, num_sink=4, num_local=12, block_size=8, anchor_every=4, reuse_threshold=1.0)
PLAN, TAIL = (0, 0, 2, 2, 4), 9
HEADS, KV_HEADS, DIM = 6, 2, 8


def engine_of(**changes: Any) -> Engine:
    config = EngineConfig(attention="select", chunk_size=32)
    return Engine(loaded(make_model("qwen2", num_hidden_layers=5)), config, replace(SMALL, **changes))


def run(engine: Engine, steps: int = 6) -> tuple[dict[int, list[Selection]], list[torch.Tensor]]:
    """Every selection by layer, and the logits after reading and after each step."""
    ids = torch.randint(3, 320, (150,), generator=torch.Generator().manual_seed(3)).tolist()
    found: dict[int, list[Selection]] = {}
    noted = engine.runtime.trace.add

    def note(layer_idx: int, selection: Selection, decoding: bool) -> None:
        found.setdefault(layer_idx, []).append(selection)
        noted(layer_idx, selection, decoding)

    engine.runtime.trace.add = note  # type: ignore[method-assign]
    reading = engine.read(ids, len(ids) - TAIL, room=steps + 2)
    logits = [reading.logits]
    list(engine.write(reading, steps, ignore_end=True, keep_logits=logits))
    return found, logits


@pytest.mark.parametrize("plan", [(), (0, 1, 2, 3, 4)])
def test_without_a_plan_nothing_changes(plan: tuple[int, ...]) -> None:
    picks, logits = run(engine_of(shared_picks=plan))
    expected_picks, expected = run(engine_of())
    assert all(torch.equal(one, other) for one, other in zip(logits, expected, strict=True))
    assert not any(s.shared for made in picks.values() for s in made)
    assert picks.keys() == expected_picks.keys()


@settings(max_examples=8, deadline=None)
@given(pairs=st.sets(st.sampled_from([1, 3])), delta=st.booleans(), lexical=st.sampled_from([0.0, 0.5]))
def test_shared_layers_read_the_rows_of_the_other(pairs: set[int], delta: bool, lexical: float) -> None:
    plan = tuple(layer - (layer in pairs) for layer in range(5))
    engine = engine_of(shared_picks=plan, delta=delta, lexical_share=lexical)
    picks, logits = run(engine)
    assert all(bool(torch.isfinite(x).all()) for x in logits)
    for layer in range(4):  # the last one does not select while reading
        assert len(picks[layer]) == len(picks[0]) >= 8
        for mine, own in zip(picks[layer], picks[plan[layer]], strict=True):
            assert mine.shared is (layer in pairs)
            assert mine.token_indices is own.token_indices if layer in pairs else mine.token_indices is not None
    caches = [s.cache for s in engine.runtime.selectors]
    assert [c.num_hits + c.num_misses > 0 for c in caches] == [layer not in pairs for layer in range(5)]
    different = [
        not torch.equal(a.token_indices, b.token_indices) for a, b in zip(picks[0], picks[2], strict=True)  # type: ignore[arg-type]
    ]
    assert any(different)  # else reading the other's rows would be no different from reading one's own


def test_a_sharing_layer_neither_votes_nor_ranks(monkeypatch: pytest.MonkeyPatch) -> None:
    def counted(plan: tuple[int, ...]) -> dict[str, int]:
        engine, calls = engine_of(shared_picks=plan), dict.fromkeys(("soft_votes", "top_k_rows", "score_rows"), 0)
        ops = torch_kernels()
        for selector in engine.runtime.selectors:
            selector.kernels = _Counting(ops, calls)  # type: ignore[assignment]
        run(engine)
        return calls

    alone, shared = counted(()), counted(PLAN)
    assert all(alone.values())
    assert shared["soft_votes"] * 2 == alone["soft_votes"]  # layers 0 to 3 read, of which two share
    assert shared["score_rows"] * 5 == alone["score_rows"] * 3
    assert shared["top_k_rows"] == shared["soft_votes"] + shared["score_rows"]


class _Counting:
    """Kernels that count some of their calls."""

    def __init__(self, ops: Any, calls: dict[str, int]) -> None:
        self.ops, self.calls = ops, calls

    def __getattr__(self, name: str) -> Any:
        if name in self.calls:
            self.calls[name] += 1
        return getattr(self.ops, name)


def test_a_shared_pick_below_the_coverage_floor_is_replaced_by_one_of_its_own() -> None:
    generator = torch.Generator().manual_seed(1)
    keys, values = (torch.randn(KV_HEADS, 200, DIM, generator=generator) * 3 for _ in range(2))
    query = torch.randn(16, HEADS, DIM, generator=generator)
    selector = TokenSelector(replace(SMALL, budget=40), load_kernels("cpu"))
    _, own = selector.prefill(query, 184, keys, values, DIM**-0.5)
    assert own.token_indices is not None
    poor = Selection(torch.full_like(own.token_indices, -1), own.window_start, None)  # nothing but sinks and window
    _, taken = selector.prefill(query, 184, keys, values, DIM**-0.5, given=poor)
    assert taken.shared
    assert float(taken.coverage) < float(own.coverage)  # type: ignore[arg-type]
    between = (float(taken.coverage) + float(own.low)) / 2  # type: ignore[arg-type]
    selector.config = replace(selector.config, coverage_floor=between)
    _, found = selector.prefill(query, 184, keys, values, DIM**-0.5, given=poor)
    assert not found.shared
    assert torch.equal(found.token_indices, own.token_indices)  # type: ignore[arg-type]
    _, other = TokenSelector(SMALL, load_kernels("cpu")).decode(query[:1], keys, values, DIM**-0.5)
    _, step = selector.decode(query[-1:], keys, values, DIM**-0.5, given=other)
    assert not step.shared  # what a step's pick holds is only known by scoring
    selector.config = replace(selector.config, coverage_floor=0.0)
    _, step = selector.decode(query[-1:], keys, values, DIM**-0.5, given=other)
    assert step.shared
    assert step.token_indices is other.token_indices


@pytest.mark.parametrize("plan", [(0, 0), (1, 1, 2), (0, 0, 1, 3), (0, 1, 1), (0, -1, 2)])
def test_a_plan_that_is_none_is_refused(plan: tuple[int, ...]) -> None:
    with pytest.raises(UsageError, match="shared_picks"):
        SelectionConfig(shared_picks=plan)


@pytest.mark.parametrize("changes", [{"vote": "mean-query"}, {"cell_rows": 64}])
def test_ways_without_picks_of_a_layers_own_refuse_a_plan(changes: dict[str, Any]) -> None:
    with pytest.raises(UsageError, match="shared_picks"):
        SelectionConfig(shared_picks=PLAN, **changes)
    assert SelectionConfig(shared_picks=PLAN).num_sharing == 2
