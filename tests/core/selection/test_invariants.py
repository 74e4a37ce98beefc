"""What must hold for every pick, whatever the settings."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from tsel_core.config import SelectionConfig
from tsel_core.errors import UsageError
from tsel_core.selection.selector import TokenSelector
from tsel_kernels.backend import load_kernels

HEADS, KV_HEADS, DIM = 6, 2, 8


def tensors(num_rows: int, num_queries: int, seed: int) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    generator = torch.Generator().manual_seed(seed)
    keys, values = (torch.randn(KV_HEADS, num_rows, DIM, generator=generator) for _ in range(2))
    return torch.randn(num_queries, HEADS, DIM, generator=generator), keys, values


@settings(max_examples=40, deadline=None)
@given(
    num_rows=st.integers(60, 300),
    num_queries=st.integers(1, 50),
    budget=st.integers(1, 64),
    num_sink=st.integers(0, 8),
    num_local=st.integers(1, 20),
    block_size=st.sampled_from([1, 7, 16]),
    per_kv_head=st.booleans(),
    seed=st.integers(0, 999),
)
def test_picks_are_ascending_distinct_candidates_within_the_budget(
    num_rows: int, num_queries: int, budget: int, num_sink: int, num_local: int, block_size: int, per_kv_head: bool, seed: int
) -> None:
    config = SelectionConfig(
        budget=budget, num_sink=num_sink, num_local=num_local, block_size=block_size, anchor_every=5, per_kv_head=per_kv_head
    )
    selector = TokenSelector(config, load_kernels("cpu"))
    query, keys, values = tensors(num_rows, num_queries, seed)
    q_start = num_rows - num_queries
    out, selection = selector.prefill(query, q_start, keys, values, DIM**-0.5)
    assert out.shape == query.shape
    assert bool(torch.isfinite(out).all())
    assert selection.coverage is not None
    assert 0 < float(selection.coverage) <= 1 + 1e-6
    assert selection.token_indices is not None
    assert selection.window_start is not None
    assert selection.token_indices.shape[1] == (KV_HEADS if per_kv_head else 1)
    for block, start in zip(selection.token_indices, selection.window_start.tolist(), strict=True):
        assert start == 0 or start > num_sink
        for row in block:
            picked = row[row >= 0].tolist()
            assert picked == sorted(set(picked))
            assert len(picked) == min(budget, max(0, start - num_sink))
            assert all(num_sink <= p < start for p in picked)


def test_a_larger_budget_covers_no_less() -> None:
    query, keys, values = tensors(400, 32, 3)
    found = []
    for budget in (8, 32, 128):
        config = SelectionConfig(budget=budget, num_sink=4, num_local=16, block_size=16, anchor_every=4)
        selector = TokenSelector(config, load_kernels("cpu"))
        found.append(float(selector.prefill(query, 368, keys, values, DIM**-0.5)[1].coverage))  # type: ignore[arg-type]
    assert found == sorted(found)


def test_reuse_never_loses_a_row_between_pick_and_window() -> None:
    config = SelectionConfig(budget=16, num_sink=4, num_local=16, reuse_threshold=-1.0)
    selector = TokenSelector(config, load_kernels("cpu"))
    query, keys, values = tensors(200, 1, 5)
    _, first = selector.decode(query, keys[:, :190], values[:, :190], DIM**-0.5)
    _, second = selector.decode(query, keys, values, DIM**-0.5)
    assert second.reused
    assert not first.reused
    assert int(second.window_start[0]) == int(first.window_start[0])  # type: ignore[index]
    assert (selector.cache.num_hits, selector.cache.num_misses) == (1, 1)


@pytest.mark.parametrize(
    "changes", [{"budget": 0}, {"num_sink": -1}, {"num_local": 0}, {"vote": "loudest"}, {"coverage_floor": 1.0}, {"block_size": 0}]
)
def test_settings_that_make_no_sense_are_refused_with_the_name(changes: dict[str, object]) -> None:
    with pytest.raises(UsageError, match=next(iter(changes))):
        SelectionConfig(**changes)  # type: ignore[arg-type]
