"""What the crossover times: the attention of a captured step, full and selecting, on given rows."""

from __future__ import annotations

import pytest
import torch

from tsel_core.config import SelectionConfig
from tsel_core.engine.crossover import Geometry, measure
from tsel_core.engine.crossover_step import decode_steps
from tsel_kernels.attention.full import full_attention
from tsel_kernels.backend import load_kernels

SELECTION = SelectionConfig(budget=32, num_sink=4, num_local=16)


def rows(num: int) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    draw = torch.Generator().manual_seed(3)
    query = torch.randn(1, 4, 32, generator=draw)
    keys, values = (torch.randn(2, num, 32, generator=draw) for _ in range(2))
    return query, keys, values


@pytest.mark.parametrize("num", [300, 9000])
def test_the_steps_that_are_timed_are_full_attention_and_a_fresh_pick(num: int) -> None:
    backend = load_kernels("cpu")
    query, keys, values = rows(num)
    full, select = decode_steps(query, keys, values, SELECTION, backend)
    expected = full_attention(query, keys, values, 32**-0.5, backend)[0]
    assert torch.allclose(full(), expected, atol=1e-4)
    first = select().clone()
    assert not torch.allclose(first, expected, atol=1e-2)  # it leaves rows out
    assert torch.equal(select(), first)  # and picks afresh each time, the same rows for the same query
    _, all_rows = decode_steps(query, keys, values, SelectionConfig(budget=num, num_sink=4, num_local=16), backend)
    assert torch.allclose(all_rows(), expected, atol=1e-4)


def test_a_crossover_is_a_measured_length(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tsel_core.engine.crossover._LENGTHS", {"cpu": (1024, 2048)})
    found = measure(Geometry(4, 2, 32, 64), SELECTION, load_kernels("cpu"), torch.device("cpu"), torch.float32)
    assert {(phase, num) for phase, num, _, _ in found.measured} >= {("prefill", 1024), ("decode", 1024)}
    for phase, end in (("prefill", found.prefill), ("decode", found.decode)):
        won = [num for p, num, full, select in found.measured if p == phase and select <= 0.9 * full]
        assert won == ([end] if end <= 2048 else [])
