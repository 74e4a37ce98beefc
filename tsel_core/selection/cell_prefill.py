"""Attention of a chunk whose queries all vote, by cells, with the rest as mean rows. A torch definition around the
device's kernels: what is measured for quality before it gets kernels of its own."""

from __future__ import annotations

import torch
from torch import Tensor

from tsel_core.selection.anchors import measured_offsets
from tsel_core.selection.cell_votes import Blocks, rest_attention, row_votes
from tsel_core.selection.cells import Cells, make_cells
from tsel_core.selection.coverage import exact_coverage
from tsel_core.selection.coverage_bound import mean_bound
from tsel_core.selection.lexical import LexicalRows, raise_rows
from tsel_core.selection.picks import LayerPicks, Selection, all_rows, pick
from tsel_core.selection.plan import segment_start, segment_starts
from tsel_core.selection.sinks import with_sinks

_NAMED = 100.0  # more than any vote, within what the kernels count apart
_MOST_LOGITS = 1 << 26  # float32 values of one intermediate


class CellPrefill:
    """One chunk: query [T, H, D] at q_start.., keys and values [Hkv, N, D] up to its end."""

    def __init__(
        self, selector: LayerPicks, query: Tensor, q_start: int, keys: Tensor, values: Tensor, scaling: float
    ) -> None:
        self.selector, self.config, self.ops = selector, selector.config, selector.kernels
        self.query, self.q_start, self.keys, self.values, self.scaling = query, q_start, keys, values, scaling
        self.starts = segment_starts(self.config, q_start, query.shape[0], keys.device)
        self.last_block = q_start + (query.shape[0] - 1) // self.config.block_size * self.config.block_size
        self.group = query.shape[1] // keys.shape[0]
        self.measured = measured_offsets(self.config, query.shape[0], query.device)
        if len(self.measured) == 0:
            self.measured = torch.full((1,), query.shape[0] - 1, device=query.device)

    def attend(self, lexical: LexicalRows | None, sinks: Tensor | None) -> tuple[Tensor, Selection]:
        """Output [T, H, D] and the pick; learned `sinks` [H] take their share of every softmax."""
        cfg = self.config
        cells = make_cells(self.keys, self.values, segment_start(cfg, self.last_block), cfg.cell_rows, cfg.cell_segment)
        votes = self._votes(cells)
        exact_lse = self._measured()
        growth = 1
        while True:
            indices = self._pick(votes, self.selector.budget * growth, lexical)
            out, lse = self._gathered(indices)
            covers = exact_coverage(lse[self.measured], exact_lse).mean(-1)
            coverage, low = self.selector.agreed(covers.mean()), self.selector.agreed(mean_bound(covers))
            if cfg.coverage_floor <= 0 or float(low) >= cfg.coverage_floor:
                break
            if growth >= cfg.max_growth:
                rows = (self.query, self.keys, self.values, self.scaling, sinks)
                return self.selector.every_row(*rows), all_rows(indices, self.starts)
            growth *= cfg.growth
        out, lse = self._with_rest(out, lse, cells, indices)
        if sinks is not None:
            out, _ = with_sinks(out, lse, sinks)
        return out, Selection(indices, self.starts, coverage, growth=growth, low=low)

    def _votes(self, cells: Cells) -> Tensor:
        """Votes [B, Hkv, N] of all blocks, some blocks at a time."""
        num_blocks, kv_heads = len(self.starts), self.keys.shape[0]
        nothing = torch.full((num_blocks, kv_heads, 1), -1, dtype=torch.int32, device=self.keys.device)
        near_lse, pool = self._gathered(nothing)[1], self.config.pool * self.selector.budget
        found = []
        for part in self._parts(cells, pool):
            blocks = self._blocks(part, near_lse)
            num, visitors = self.config.num_sink, self.config.visitors
            found.append(row_votes(blocks, cells, self.keys, num, pool, self.group, visitors))
        return torch.cat(found)

    def _pick(self, votes: Tensor, budget: int, lexical: LexicalRows | None) -> Tensor:
        cfg, num = self.config, self.query.shape[0]
        if lexical is not None and cfg.lexical_share:
            share = round(cfg.lexical_share * budget)
            named = lexical.rows(self.q_start, num, cfg.block_size, share, cfg.num_sink, self.starts)
            votes = raise_rows(votes.clone(), named, _NAMED)
        return pick(self.selector, votes, budget, self.starts)[0]

    def _with_rest(self, out: Tensor, lse: Tensor, cells: Cells, indices: Tensor) -> tuple[Tensor, Tensor]:
        """One softmax over the picked rows (out [T, H, D], lse [T, H]) and the mean rows of the rest."""
        outs, lses = [], []
        for part in self._parts(cells, self.config.budget):
            blocks = self._blocks(part, lse)
            far, far_lse = rest_attention(blocks, cells, self.keys, self.values, indices[part], self.config.num_sink)
            outs.append(self._unpacked(far))
            lses.append(self._unpacked(far_lse[..., None])[..., 0])
        far, far_lse = torch.cat(outs)[: len(out)], torch.cat(lses)[: len(out)]
        both = torch.logaddexp(lse, far_lse)
        mixed = out.float() * torch.exp(lse - both)[..., None] + far * torch.exp(far_lse - both)[..., None]
        return mixed.to(out.dtype), both

    def _parts(self, cells: Cells, rows: int) -> list[slice]:
        """Blocks that fit in bounded memory together."""
        kv_heads, dim = self.keys.shape[0], self.keys.shape[2]
        packed = self.config.block_size * self.group * cells.count.shape[1]
        seen = max(rows, cells.count.shape[1])
        each = kv_heads * max(packed, seen * max(dim, self.config.block_size * self.group))
        step = max(1, _MOST_LOGITS // max(1, each))
        return [slice(at, at + step) for at in range(0, len(self.starts), step)]

    def _blocks(self, part: slice, lse: Tensor) -> Blocks:
        packed = self._packed(self.query.float() * self.scaling)[part]
        return Blocks(packed, self.starts[part], self._packed(lse[..., None])[part][..., 0])

    def _packed(self, rows: Tensor) -> Tensor:
        """[T, H, X] as [B, Hkv, block * G, X]; a ragged last block repeats its last query."""
        size = self.config.block_size
        missing = -rows.shape[0] % size
        whole = torch.cat([rows, rows[-1:].expand(missing, -1, -1)]) if missing else rows
        kv_heads, wide = self.keys.shape[0], rows.shape[-1]
        blocks = whole.reshape(-1, size, kv_heads, self.group, wide).transpose(1, 2)
        return blocks.reshape(len(blocks), kv_heads, -1, wide)

    def _unpacked(self, rows: Tensor) -> Tensor:
        """The inverse of `_packed`, ragged end included."""
        blocks, kv_heads, _, wide = rows.shape
        apart = rows.view(blocks, kv_heads, -1, self.group, wide).transpose(1, 2)
        return apart.reshape(-1, kv_heads * self.group, wide)

    def _measured(self) -> Tensor:
        """Exact log-sum-exps of the queries on which coverage is measured."""
        rows = (self.query[self.measured], self.q_start + self.measured, self.keys, self.values)
        return self.ops.causal_attention(*rows, scaling=self.scaling)[1]

    def _gathered(self, indices: Tensor) -> tuple[Tensor, Tensor]:
        return self.ops.gathered_attention(
            self.query,
            self.q_start,
            self.keys,
            self.values,
            indices,
            self.starts,
            block_size=self.config.block_size,
            num_sink=self.config.num_sink,
            scaling=self.scaling,
        )
