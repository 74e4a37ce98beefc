"""Other ideas' picks: rows a block may pick, each once, and nothing lost when the budget holds every row."""

from __future__ import annotations

import pytest
import torch

from tests.quality import ideas_experiment
from tests.quality.probe import LayerInputs
from tsel_core.config import SelectionConfig
from tsel_kernels.attention.full import general_attention
from tsel_kernels.backend import load_kernels

CONFIG = SelectionConfig(num_sink=64, num_local=64)


def layer(rows: int = 1024, num: int = 128) -> LayerInputs:
    draw = torch.Generator().manual_seed(0)
    query = torch.randn(num, 4, 16, generator=draw)
    keys, values = (torch.randn(2, rows, 16, generator=draw) for _ in range(2))
    keys[:, 300:340] *= 3  # rows worth finding
    return LayerInputs(0, query, keys, values, 0.25, general_attention(query, keys, values, 0.25, None, None, None))


@pytest.mark.parametrize("name", ideas_experiment.IDEAS)
def test_a_pick_holds_candidates_once_and_more_of_them_err_less(name: str) -> None:
    inputs, backend, pick = layer(), load_kernels("cpu"), ideas_experiment.IDEAS[name]
    found = []
    for budget in (128, 512):
        rows = pick(inputs, budget, CONFIG)
        assert rows.shape[:2] == (2, 2)
        for block in range(2):
            for head in range(2):
                listed = rows[block, head][rows[block, head] >= 0].tolist()
                assert listed == sorted(set(listed))
                assert len(listed) <= budget
                assert min(listed) >= 64
                assert max(listed) < 1024 - 128 + 64 * block - 64
        found.append(ideas_experiment.errors(inputs, pick, budget, backend, CONFIG)[0])
    assert 0 < found[1] < found[0] < 1


def test_every_row_picked_is_full_attention() -> None:
    error, rows = ideas_experiment.errors(layer(), ideas_experiment.pooled, 4096, load_kernels("cpu"), CONFIG)
    # the second block's window begins 64 rows later: those between are its window's or nobody's
    assert rows == 1024 - 128 - 64 - 64
    assert error < 0.2
