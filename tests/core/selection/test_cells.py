"""Everybody votes by cells: against a dense definition, exact in its limits, safe on awkward chunks."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from torch import Tensor

from tests.quality.probe import LayerInputs
from tsel_core.config import SelectionConfig
from tsel_core.errors import UsageError
from tsel_core.selection.cost import prefill_cost
from tsel_core.selection.grown_cells import GrownCells
from tsel_core.selection.lexical import LexicalRows
from tsel_core.selection.picks import Selection
from tsel_core.selection.selector import TokenSelector
from tsel_kernels.attention.full import full_attention
from tsel_kernels.backend import load_kernels
from tsel_kernels.cells.held import Cells, CellShape

HEADS, KV_HEADS, DIM = 4, 2, 16
CELLS = SelectionConfig(
    budget=48, num_sink=16, num_local=64, block_size=16, cell_rows=8, cell_segment=64, pool=3, lexical_share=0.0
)


def make_layer(num_rows: int, num_queries: int) -> LayerInputs:
    draw = torch.Generator().manual_seed(3)
    keys, values = (torch.randn(KV_HEADS, num_rows, DIM, generator=draw) for _ in range(2))
    query = 2 * torch.randn(num_queries, HEADS, DIM, generator=draw)
    return LayerInputs(0, query, keys, values, DIM**-0.5, query)


def read(layer: LayerInputs, config: SelectionConfig, sinks: Tensor | None = None) -> tuple[Tensor, Selection, Cells]:
    selector = TokenSelector(config, load_kernels("cpu"))
    start = layer.keys.shape[1] - layer.query.shape[0]
    out, selection = selector.prefill(layer.query, start, layer.keys, layer.values, layer.scaling, None, sinks)
    return out, selection, cells_of(selector)


def cells_of(selector: TokenSelector) -> Cells:
    held = selector.cells._cells
    assert held is not None
    return held


class Dense:
    """One block and KV head with every logit at hand."""

    def __init__(self, layer: LayerInputs, cells: Cells, block: int, kv: int, start: int) -> None:
        num = layer.query.shape[0]
        own, heads = slice(block * 16, block * 16 + 16), slice(kv * 2, kv * 2 + 2)
        self.query = layer.query[own, heads].flatten(0, 1) * layer.scaling
        rows = torch.arange(layer.keys.shape[1])
        at = (layer.keys.shape[1] - num + block * 16 + torch.arange(16)).repeat_interleave(2)
        self.keys, self.values, self.member = layer.keys[kv], layer.values[kv], torch.full((len(rows),), -1)
        self.logits = (self.query @ self.keys.T).masked_fill(rows > at[:, None], float("-inf"))
        self.near = (rows < 16) | (rows >= start)
        last = (start - 16) // 8
        self.member[16:start] = cells.member[kv, : start - 16].long()
        self.mean_keys, self.mean_values = cells.keys[kv, :last], cells.values[kv, :last]
        self.count = torch.bincount(self.member[16:start], minlength=last).float()
        self.of_cells = (self.query @ self.mean_keys.T).masked_fill(self.count == 0, float("-inf"))

    def attend(self, picked: Tensor) -> Tensor:
        """Output [32, D] when the rows `picked` [N] stand for themselves."""
        taken = torch.bincount(self.member[picked], minlength=len(self.count))
        rows = self.logits.masked_fill(~(self.near | picked), float("-inf"))
        left = self.of_cells + (self.count - taken).log()
        share = torch.softmax(torch.cat([rows, left], -1), -1)
        return share @ torch.cat([self.values, self.mean_values])

    def votes(self, pool: int) -> Tensor:
        """Votes [N] of the rows of the best cells, -1 elsewhere."""
        near = torch.logsumexp(self.logits.masked_fill(~self.near, float("-inf")), -1)
        lse = torch.logaddexp(near, torch.logsumexp(self.of_cells + self.count.log(), -1))[:, None]
        for_one = torch.exp(self.of_cells - lse)
        best = for_one.sum(0).topk(pool).indices
        votes = torch.zeros(len(self.member))
        for head in range(2):
            mine = for_one[head::2]
            visitors = mine.T @ self.query[head::2] / mine.sum(0)[:, None]
            above = ((self.keys - self.mean_keys[self.member]) * visitors[self.member]).sum(-1)
            votes += mine.sum(0)[self.member] * above.exp()
        return torch.where(torch.isin(self.member, best), votes, -1.0)


def test_picks_and_output_are_those_of_a_dense_definition() -> None:
    layer = make_layer(512, 64)
    out, selection, cells = read(layer, CELLS)
    assert selection.token_indices is not None
    assert selection.window_start is not None
    assert selection.window_start.tolist() == [400] * 3 + [464], "16 + whole segments of 64, at least 32 rows before"
    for block, kv in ((b, h) for b in range(4) for h in range(KV_HEADS)):
        dense = Dense(layer, cells, block, kv, int(selection.window_start[block]))
        wanted = dense.votes(18).topk(48)
        assert float(wanted.values[-1]) > 0
        mine = selection.token_indices[block, kv]
        assert sorted(wanted.indices.tolist()) == sorted(mine.tolist())
        picked = torch.zeros(512, dtype=torch.bool)
        picked[mine.long()] = True
        expected = dense.attend(picked).view(16, 2, DIM)
        torch.testing.assert_close(out[block * 16 : block * 16 + 16, kv * 2 : kv * 2 + 2], expected, atol=1e-4, rtol=1e-3)


@pytest.mark.parametrize(("num_rows", "num_queries"), [(512, 64), (503, 37), (300, 5), (130, 100), (200, 1 + 16)])
def test_every_row_is_full_attention(num_rows: int, num_queries: int) -> None:
    layer = make_layer(num_rows, num_queries)
    out, selection, _ = read(layer, replace(CELLS, budget=600))
    full = full_attention(layer.query, layer.keys, layer.values, layer.scaling)
    torch.testing.assert_close(out, full, atol=3e-5, rtol=1e-4)
    assert selection.coverage is not None
    assert float(selection.coverage) == pytest.approx(1, abs=1e-5)


def test_cells_of_one_row_lose_nothing() -> None:
    layer = make_layer(512, 64)
    out, _, _ = read(layer, replace(CELLS, budget=4, cell_rows=1))
    torch.testing.assert_close(out, full_attention(layer.query, layer.keys, layer.values, layer.scaling), atol=3e-5, rtol=1e-4)


def test_whole_blocks_of_neighbours_are_picked_without_visitors() -> None:
    _, selection, _ = read(make_layer(512, 64), replace(CELLS, cell_rows=16, cell_segment=16, visitors=False))
    assert selection.token_indices is not None
    for rows in selection.token_indices.flatten(0, 1).tolist():
        assert [len([r for r in rows if r // 16 == cell]) for cell in {r // 16 for r in rows}] == [16] * 3


def test_rows_that_words_name_are_a_part_of_the_pick() -> None:
    layer, selector = make_layer(512, 64), TokenSelector(replace(CELLS, lexical_share=0.25), load_kernels("cpu"))
    lexical = LexicalRows(torch.randint(20, (512,), generator=torch.Generator().manual_seed(4)))
    out, selection = selector.prefill(layer.query, 448, layer.keys, layer.values, layer.scaling, lexical)
    assert selection.token_indices is not None
    assert selection.window_start is not None
    named = lexical.rows(448, 64, 16, 12, 16, selection.window_start)
    assert bool((named >= 0).all())
    for block, kv in ((b, h) for b in range(4) for h in range(KV_HEADS)):
        rows = selection.token_indices[block, kv].tolist()
        assert rows[:12] == named[block].tolist()
        assert len(set(rows)) == 48
    exact = full_attention(layer.query, layer.keys, layer.values, layer.scaling)
    plain, _, _ = read(layer, CELLS)
    assert float((out - exact).norm()) < 1.2 * float((plain - exact).norm()), "random words are worth less than votes"


def test_named_rows_outside_the_pool_count_once() -> None:
    """They stand for themselves, and their cell's mean row no longer stands for them."""
    layer = make_layer(512, 64)
    selector = TokenSelector(replace(CELLS, lexical_share=0.75, pool=1), load_kernels("cpu"))
    ids = torch.randint(30, (512,), generator=torch.Generator().manual_seed(4))
    out, selection = selector.prefill(layer.query, 448, layer.keys, layer.values, layer.scaling, LexicalRows(ids))
    assert selection.token_indices is not None
    assert selection.window_start is not None
    for block, kv in ((b, h) for b in range(4) for h in range(KV_HEADS)):
        dense = Dense(layer, cells_of(selector), block, kv, int(selection.window_start[block]))
        picked = torch.zeros(512, dtype=torch.bool)
        picked[selection.token_indices[block, kv].clamp(min=0).long()] = True
        picked[:16] = False
        assert len(dense.member[picked].unique()) > 6, "more cells than the pool has"
        expected = dense.attend(picked).view(16, 2, DIM)
        torch.testing.assert_close(out[block * 16 : block * 16 + 16, kv * 2 : kv * 2 + 2], expected, atol=1e-4, rtol=1e-3)


def test_learned_sinks_take_their_share() -> None:
    layer = make_layer(512, 64)
    sinks = torch.tensor([0.0, 1.0, 2.0, 3.0])
    out, _, _ = read(layer, replace(CELLS, budget=600), sinks)
    logits = torch.einsum("thd,hnd->thn", layer.query, layer.keys.repeat_interleave(2, 0)) * layer.scaling
    logits.masked_fill_((torch.arange(512) > torch.arange(448, 512)[:, None])[:, None], float("-inf"))
    share = torch.softmax(torch.cat([logits, sinks[None, :, None].expand(64, -1, -1)], -1), -1)[..., :-1]
    torch.testing.assert_close(out, torch.einsum("thn,hnd->thd", share, layer.values.repeat_interleave(2, 0)), atol=3e-5, rtol=1e-4)


def test_a_coverage_floor_grows_the_budget_and_then_reads_everything() -> None:
    layer = make_layer(512, 64)
    out, selection, _ = read(layer, replace(CELLS, budget=8, coverage_floor=0.999))
    assert (selection.growth, selection.token_indices) == (0, None)
    torch.testing.assert_close(out, full_attention(layer.query, layer.keys, layer.values, layer.scaling))


def test_a_chunk_that_follows_makes_only_what_is_new() -> None:
    layer, kernels, made = make_layer(512, 64), load_kernels("cpu"), []
    selector = TokenSelector(CELLS, kernels)
    plain = kernels.make_cells_

    def watching(keys: Tensor, values: Tensor, cells: Cells, segments: range) -> None:
        made.append(segments)
        plain(keys, values, cells, segments)

    kernels.make_cells_ = watching  # type: ignore[method-assign]
    for begin in (256, 320, 384, 448):
        query, rows = layer.query[:64], slice(0, begin + 64)
        last, _ = selector.prefill(query, begin, layer.keys[:, rows], layer.values[:, rows], layer.scaling)
    assert made == [range(4), range(4, 5), range(5, 6), range(6, 7)]
    torch.testing.assert_close(last, read(layer, CELLS)[0])
    selector.prefill(layer.query, 384, layer.keys[:, :448], layer.values[:, :448], layer.scaling)
    assert made[-1] == range(6), "not the next chunk: another document"
    selector.cells.clear()
    selector.prefill(layer.query, 448, layer.keys, layer.values, layer.scaling)
    assert made[-1] == range(7)


def test_cells_grow_past_the_room_that_was_made() -> None:
    layer, kernels = make_layer(512, 64), load_kernels("cpu")
    grown, shape = GrownCells(), CellShape(16, 64, 8)
    first = grown.up_to(kernels, shape, layer.keys[:, :200], layer.values[:, :200], 100, 1, 0)
    assert first.num_segments == 2
    kept = first.keys[:, :8].clone()
    second = grown.up_to(kernels, shape, layer.keys, layer.values, 200, 7, 0)
    assert second.num_segments == 7
    torch.testing.assert_close(second.keys[:, :8], kept)
    assert second.rows.sort(-1).values.tolist() == [list(range(16, 464))] * 2


def test_cost_counts_cells_and_wrong_settings_are_refused() -> None:
    fine = SelectionConfig(cell_rows=16, block_size=16)
    coarse = SelectionConfig(cell_rows=64, block_size=16)
    assert prefill_cost(coarse, 131072).flops < prefill_cost(fine, 131072).flops < 0.2
    with pytest.raises(UsageError, match="cell_segment"):
        SelectionConfig(cell_rows=64, cell_segment=32)
