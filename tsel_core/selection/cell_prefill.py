"""Attention of a chunk whose queries all vote, by cells, in which what nobody picked stays as mean rows.

Queries attend to sinks, window and chunk, and to every cell before as so many rows alike; from that softmax they vote
for cells, and in the cells with the most votes for rows; picked rows then stand for themselves (docs/dev/method.md).
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Protocol

import torch
from torch import Tensor

from tsel_core.config import SelectionConfig
from tsel_core.device.uploads import upload
from tsel_core.selection.anchors import measured_offsets
from tsel_core.selection.coverage import exact_coverage
from tsel_core.selection.coverage_bound import mean_bound
from tsel_core.selection.grown_cells import GrownCells
from tsel_core.selection.lexical import LexicalRows
from tsel_core.selection.picks import LayerPicks, Selection, all_rows
from tsel_core.selection.plan import whole_segments
from tsel_core.selection.scratch import VoteScratch
from tsel_core.selection.sinks import with_sinks
from tsel_kernels.cells.held import Cells, CellShape, with_named_cells

_ROOM = 2  # places for rows of the best cells, in rows that so many cells have on average


class CellLayer(LayerPicks, Protocol):
    """A layer's selector that keeps cells."""

    cells: GrownCells
    scratch: VoteScratch | None


class CellPrefill:
    """One chunk: query [T, H, D] at q_start.., keys and values [Hkv, N, D] up to its end."""

    def __init__(
        self, selector: CellLayer, query: Tensor, q_start: int, keys: Tensor, values: Tensor, scaling: float
    ) -> None:
        self.selector, self.config, self.ops = selector, selector.config, selector.kernels
        self.query, self.q_start, self.keys, self.values, self.scaling = query, q_start, keys, values, scaling
        self.starts, self.visible, self.measured, self.segments = _plan(
            self.config, q_start, query.shape[0], keys.device
        )
        self.by_block: dict[str, Any] = {"block_size": self.config.block_size, "scaling": scaling}

    def attend(self, lexical: LexicalRows | None, sinks: Tensor | None) -> tuple[Tensor, Selection]:
        """Output [T, H, D] and the pick, in part of rows that `lexical` names.

        Learned `sinks` [H] take their share of every softmax.
        """
        cfg, scratch = self.config, self.selector.scratch
        rows = (self.query, self.keys, self.values, self.scaling, sinks)
        near, near_lse = self._near()
        shape = CellShape(cfg.num_sink, cfg.cell_segment, cfg.cell_segment // cfg.cell_rows)
        whole = (shape, self.keys, self.values, self.q_start, self.segments, scratch.num_rows if scratch else 0)
        cells = self.selector.cells.up_to(self.ops, *whole)
        coarse, lse = self.ops.coarse_attention(self.query, near, near_lse, cells, self.visible, **self.by_block)
        by_cell = self.ops.cell_votes(self.query, lse, cells, self.visible, **self.by_block)
        exact_lse, growth = self._exact_lse(), 1
        while True:
            indices, taken, pool = self._pick(cells, lse, by_cell, self.selector.budget * growth, lexical)
            out, all_lse, picked_lse = self.ops.cell_attention(
                self.query, coarse, lse, self.keys, self.values, cells, indices, pool, taken, **self.by_block
            )
            held = torch.logaddexp(near_lse[self.measured], picked_lse[self.measured])
            covers = exact_coverage(held, exact_lse).mean(-1)
            coverage, low = self.selector.agreed(covers.mean()), self.selector.agreed(mean_bound(covers))
            if cfg.coverage_floor <= 0 or float(low) >= cfg.coverage_floor:
                break
            if growth >= cfg.max_growth:
                return self.selector.every_row(*rows), all_rows(indices, self.starts)
            growth *= cfg.growth
        if sinks is not None:
            out, _ = with_sinks(out, all_lse, sinks)
        return out, Selection(indices, self.starts, coverage, growth=growth, low=low)

    def _pick(
        self, cells: Cells, lse: Tensor, by_cell: Tensor, budget: int, lexical: LexicalRows | None
    ) -> tuple[Tensor, Tensor, Tensor]:
        """Picked rows [B, Hkv, K], how many each cell has of them [B, Hkv, J], and their cells [B, Hkv, P]."""
        cfg = self.config
        num = -(-(cfg.pool if cfg.visitors else 1) * budget // cfg.cell_rows)
        pool = self.ops.cell_pool(by_cell, cells, self.visible, num, _ROOM * num * cfg.cell_rows)
        made, held = self.ops.cell_visitors(self.query, lse, cells, pool.cells, **self.by_block)
        if not cfg.visitors:
            made.zero_()  # rows get their cell's votes
        votes, rows = self.ops.cell_row_votes(self.keys, cells, pool, made, held, scaling=self.scaling)
        named, share = None, round(cfg.lexical_share * budget)
        if lexical is not None and share:
            size = (self.query.shape[0], cfg.block_size, share, cfg.num_sink)
            named = lexical.rows(self.q_start, *size, self.starts)
        indices, taken = self.ops.pick_cell_rows(votes, rows, pool, cells, budget, named)
        return indices, taken, pool.cells if named is None else with_named_cells(pool.cells, named, cells)

    def _near(self) -> tuple[Tensor, Tensor]:
        """Attention to sinks, window and chunk."""
        nothing = _nothing(len(self.starts), self.keys.shape[0], self.keys.device)
        rows = (self.query, self.q_start, self.keys, self.values, nothing, self.starts)
        return self.ops.gathered_attention(*rows, num_sink=self.config.num_sink, **self.by_block)

    def _exact_lse(self) -> Tensor:
        """Log-sum-exps over all rows of the queries on which coverage is measured."""
        rows = (self.query[self.measured], self.q_start + self.measured, self.keys, self.values)
        return self.ops.causal_attention(*rows, scaling=self.scaling)[1]


@lru_cache(maxsize=4)
def _plan(
    config: SelectionConfig, q_start: int, num: int, device: torch.device
) -> tuple[Tensor, Tensor, Tensor, int]:
    """First row of each block's window, its visible cells (both [B] int32), the measured queries [M], segments."""
    segments = [whole_segments(config, at) for at in range(q_start, q_start + num, config.block_size)]
    starts = [config.num_sink + n * config.cell_segment if n else 0 for n in segments]
    visible = [n * (config.cell_segment // config.cell_rows) for n in segments]
    measured = measured_offsets(config, num, device)
    if len(measured) == 0:
        measured = torch.full((1,), num - 1, device=device)
    return upload(starts, device).int(), upload(visible, device).int(), measured, max(segments)


@lru_cache(maxsize=4)
def _nothing(num_blocks: int, kv_heads: int, device: torch.device) -> Tensor:
    """A pick of no row [B, Hkv, 1] int32."""
    return torch.full((num_blocks, kv_heads, 1), -1, dtype=torch.int32, device=device)
