"""The interval of coverage: exact where all is sampled, and it holds about as often as it says."""

from __future__ import annotations

import pytest
import torch

from tsel_core.config import SelectionConfig
from tsel_core.layers.trace import Trace
from tsel_core.selection.coverage_bound import mean_bound, sampled_bound
from tsel_core.selection.picks import Selection
from tsel_core.selection.selector import TokenSelector
from tsel_kernels.backend import load_kernels

HEADS, KV_HEADS, DIM, ROWS, SINK, START = 8, 2, 16, 6000, 64, 5800
SCALING = DIM**-0.5


def step(seed: int, sharp: float) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor, float]:
    """(query, keys, picks, log-sum-exp over what is attended to, true coverage): the 300 best rows of a KV head."""
    draw = torch.Generator().manual_seed(seed)
    query = sharp * torch.randn(1, HEADS, DIM, generator=draw)
    keys = torch.randn(KV_HEADS, ROWS, DIM, generator=draw).cumsum(1) * 0.05 + torch.randn(
        KV_HEADS, ROWS, DIM, generator=draw
    )
    packed = query.view(KV_HEADS, -1, DIM)
    logits = packed @ keys.transpose(-1, -2) * SCALING
    votes = torch.softmax(logits, -1).sum(1)[:, SINK:START]
    picks = votes.topk(300, -1).indices.sort(-1).values + SINK
    attended = torch.ones(KV_HEADS, ROWS, dtype=torch.bool)
    attended[:, SINK:START] = False
    attended.scatter_(1, picks, True)
    picked_lse = torch.logsumexp(logits.masked_fill(~attended[:, None], float("-inf")), -1)
    true = torch.exp(picked_lse - torch.logsumexp(logits, -1)).mean()
    return query, keys, picks[None].to(torch.int32), picked_lse.reshape(1, HEADS), float(true)


def test_all_rows_sampled_is_the_coverage() -> None:
    query, keys, picks, lse, true = step(0, 1.0)
    found = sampled_bound(query, keys, picks, START, lse, num_sink=SINK, scaling=SCALING, num_samples=10_000)
    assert [float(x) for x in found] == pytest.approx([true] * 3, abs=1e-5)


@pytest.mark.parametrize("sharp", [0.5, 1.0, 2.0])
def test_the_interval_holds_for_about_as_many_steps_as_it_says(sharp: float) -> None:
    held = low_held = 0
    for seed in range(150):
        query, keys, picks, lse, true = step(seed, sharp)
        _, low, high = sampled_bound(query, keys, picks, START, lse, num_sink=SINK, scaling=SCALING)
        held += float(low) <= true <= float(high)
        low_held += float(low) <= true
        assert float(high) - float(low) < 0.2
    assert held / 150 >= 0.9
    assert low_held / 150 >= 0.93


def test_a_mean_of_few_queries_is_bounded_by_students_t() -> None:
    draw = torch.Generator().manual_seed(5)
    samples = 0.8 + 0.1 * torch.randn(2000, 6, generator=draw)
    below = sum(float(mean_bound(s)) <= 0.8 for s in samples) / 2000
    assert 0.96 < below < 0.99  # one side of a 95 % interval: 0.975
    assert float(mean_bound(torch.tensor([0.7]))) == pytest.approx(0.7)


def test_the_floor_is_compared_with_the_lower_end() -> None:
    query, keys, picks, lse, _ = step(3, 1.0)
    low = float(sampled_bound(query, keys, picks, START, lse, num_sink=SINK, scaling=SCALING)[1])
    values = torch.randn(KV_HEADS, ROWS, DIM, generator=torch.Generator().manual_seed(9))
    for floor, grows in ((low - 0.02, False), (0.9999, True)):
        config = SelectionConfig(budget=300, num_sink=SINK, num_local=ROWS - START, coverage_floor=floor, max_growth=1)
        _, selection = TokenSelector(config, load_kernels("cpu")).decode(query, keys, values, SCALING)
        assert (selection.growth == 0) is grows
        assert grows or selection.low is not None


def test_layers_err_together_and_chunks_apart() -> None:
    trace = Trace()
    for _ in range(4):
        for layer in (0, 1):
            cover, low = torch.tensor(0.9), torch.tensor(0.88)
            trace.add(layer, Selection(None, None, cover, low=low), decoding=False)
    assert trace.low_of(False) == pytest.approx(0.9 - 0.02 / 2, abs=1e-6)
    trace.add(0, Selection(None, None, torch.tensor(0.9)), decoding=False)
    assert trace.low_of(False) is None
