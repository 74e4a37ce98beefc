"""Everybody votes by cells: against the definition of the probe, exact in its limits, safe on awkward chunks."""

from __future__ import annotations

import pytest
import torch

from tests.quality.probe import LayerInputs
from tests.quality.votes.attend import attend, picked
from tests.quality.votes.scene import Scene, Way
from tsel_core.config import SelectionConfig
from tsel_core.errors import UsageError
from tsel_core.selection.cells import make_cells
from tsel_core.selection.cost import prefill_cost
from tsel_core.selection.lexical import LexicalRows
from tsel_core.selection.picks import Selection
from tsel_core.selection.selector import TokenSelector
from tsel_kernels.attention.full import full_attention
from tsel_kernels.backend import load_kernels

HEADS, KV_HEADS, DIM = 4, 2, 16
CELLS = SelectionConfig(
    budget=48, num_sink=16, num_local=64, block_size=16, cell_rows=8, cell_segment=64, pool=3, lexical_share=0.25
)


def make_layer(num_rows: int, num_queries: int) -> LayerInputs:
    draw = torch.Generator().manual_seed(3)
    keys, values = (torch.randn(KV_HEADS, num_rows, DIM, generator=draw) for _ in range(2))
    query = 2 * torch.randn(num_queries, HEADS, DIM, generator=draw)
    return LayerInputs(0, query, keys, values, DIM**-0.5, query)


def read(
    layer: LayerInputs, config: SelectionConfig, lexical: LexicalRows | None = None
) -> tuple[torch.Tensor, Selection]:
    selector = TokenSelector(config, load_kernels("cpu"))
    start = layer.keys.shape[1] - layer.query.shape[0]
    return selector.prefill(layer.query, start, layer.keys, layer.values, layer.scaling, lexical)


def test_picks_and_output_are_those_of_the_probe() -> None:
    layer = make_layer(512, 64)
    lexical = LexicalRows(torch.randint(20, (512,), generator=torch.Generator().manual_seed(4)))
    out, selection = read(layer, CELLS, lexical)
    way = Way("", 48, 16, 8, 64, visitors=True, pool=3, lexical=0.25, rest_cells=True, num_sink=16, num_local=32)
    scene = Scene(layer)
    expected, votes = attend(scene, way, lexical)
    mine = picked(scene, way, votes)
    assert selection.token_indices is not None
    found, same = expected.transpose(0, 1).reshape(64, HEADS, DIM), 0
    for block, head in ((b, h) for b in range(4) for h in range(KV_HEADS)):
        wanted = set(mine[block, head].nonzero()[:, 0].tolist())
        shared = len(wanted & set(selection.token_indices[block, head].tolist()))
        same += shared
        if shared == len(wanted):
            place = slice(block * 16, block * 16 + 16), slice(head * 2, head * 2 + 2)
            torch.testing.assert_close(out[place], found[place], atol=1e-4, rtol=1e-3)
    assert 0.97 * mine.sum() <= same  # a pool cut between rows of equal cells may differ
    assert scene.error(expected) > 0.05


@pytest.mark.parametrize(("num_rows", "num_queries"), [(512, 64), (503, 37), (300, 5), (130, 100), (200, 1 + 16)])
def test_every_row_is_full_attention(num_rows: int, num_queries: int) -> None:
    layer = make_layer(num_rows, num_queries)
    everything = SelectionConfig(budget=600, num_sink=16, num_local=64, block_size=16, cell_rows=8, cell_segment=64)
    out, selection = read(layer, everything)
    full = full_attention(layer.query, layer.keys, layer.values, layer.scaling)
    torch.testing.assert_close(out, full, atol=2e-5, rtol=1e-4)
    assert selection.coverage is not None
    assert float(selection.coverage) == pytest.approx(1, abs=1e-5)


def test_cells_of_one_row_lose_nothing() -> None:
    layer = make_layer(512, 64)
    single = SelectionConfig(budget=4, num_sink=16, num_local=64, block_size=16, cell_rows=1, cell_segment=64)
    full = full_attention(layer.query, layer.keys, layer.values, layer.scaling)
    torch.testing.assert_close(read(layer, single)[0], full, atol=2e-5, rtol=1e-4)


def test_whole_blocks_of_neighbours_are_picked_without_visitors() -> None:
    layer = make_layer(512, 64)
    blocks = SelectionConfig(
        budget=48, num_sink=16, num_local=64, block_size=16, cell_rows=16, cell_segment=16, visitors=False
    )
    _, selection = read(layer, blocks)
    assert selection.token_indices is not None
    for rows in selection.token_indices.flatten(0, 1).tolist():
        assert len({row // 16 for row in rows}) == 3


def test_a_coverage_floor_grows_the_budget_and_then_reads_everything() -> None:
    layer = make_layer(512, 64)
    strict = SelectionConfig(
        budget=8, num_sink=16, num_local=64, block_size=16, cell_rows=8, cell_segment=64, coverage_floor=0.999
    )
    out, selection = read(layer, strict)
    assert (selection.growth, selection.token_indices) == (0, None)
    torch.testing.assert_close(out, full_attention(layer.query, layer.keys, layer.values, layer.scaling))


def test_sums_of_cells_are_those_of_all_rows() -> None:
    layer = make_layer(512, 64)
    cells = make_cells(layer.keys, layer.values, 500, 8, 64)
    assert cells.member.shape[1] == 448
    torch.testing.assert_close(cells.values.sum(1), layer.values[:, :448].sum(1), atol=1e-4, rtol=1e-4)
    assert cells.count.sum(1).tolist() == [448.0, 448.0]


def test_cost_counts_cells_and_wrong_settings_are_refused() -> None:
    fine = SelectionConfig(cell_rows=16, block_size=16)
    coarse = SelectionConfig(cell_rows=64, block_size=16)
    assert prefill_cost(coarse, 131072).flops < prefill_cost(fine, 131072).flops < 0.2
    with pytest.raises(UsageError, match="cell_segment"):
        SelectionConfig(cell_rows=64, cell_segment=32)
