"""Token-level selection of one layer: which rows of the cache a block of queries attends to.

Source: TokenSelect, arXiv:2411.02886. Ours differs where docs/dev/method.md says so: votes of real queries instead
of the mean query, a pick per KV head, anchors that attend to everything and correct their neighbours.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor

from tsel_core.config import SelectionConfig
from tsel_core.kv.stored import StoredRows, whole
from tsel_core.selection.cell_prefill import CellPrefill
from tsel_core.selection.correction import correct_between
from tsel_core.selection.coverage import decode_coverage, exact_coverage, trim_to_target
from tsel_core.selection.coverage_bound import mean_bound, step_bound
from tsel_core.selection.grown_cells import GrownCells
from tsel_core.selection.lexical import LexicalRows, raise_rows
from tsel_core.selection.mean_query import attend_by_mean_query
from tsel_core.selection.picks import Observer, RowIndexOf, Selection, all_rows, pick
from tsel_core.selection.plan import chunk_plan, step_window
from tsel_core.selection.reuse import SelectionCache
from tsel_core.selection.rule import PickRule, load_rule
from tsel_core.selection.scratch import VoteScratch
from tsel_core.selection.sinks import with_sinks
from tsel_kernels.attention.cpu_flash import usable
from tsel_kernels.attention.full import full_attention
from tsel_kernels.decode.cpu_pick import pick_attend
from tsel_kernels.key_index import KeyIndex
from tsel_kernels.protocol import Kernels
from tsel_kernels.score.cpu_index import RowIndex

if TYPE_CHECKING:
    from tsel_core.device.ranks import Ranks


class TokenSelector:
    """Selection and attention of one layer. `kernels` holds the functions of tsel_kernels for the device."""

    def __init__(
        self, config: SelectionConfig, kernels: Kernels, layer_idx: int = 0, rule: PickRule | None = None
    ) -> None:
        self.config, self.kernels, self.layer_idx = config, kernels, layer_idx
        self.rule = rule or load_rule(config.rule)
        self.cache = SelectionCache()
        self.cells = GrownCells()
        self.observer: Observer | None = None
        self.ranks: Ranks | None = None  # the processes that hold the other heads
        self.scratch: VoteScratch | None = None  # shared by the layers; without it every chunk allocates its votes

    @property
    def budget(self) -> int:
        """Rows a pick of this layer may hold."""
        return self.config.budget_of(self.layer_idx)

    def groups(self, num_kv_heads: int) -> int:
        """How many picks a block has: one per KV head, or one for all heads."""
        return num_kv_heads if self.config.per_kv_head and self.config.vote == "queries" else 1

    def prefill(
        self,
        query: Tensor,
        q_start: int,
        keys: Tensor,
        values: Tensor,
        scaling: float,
        lexical: LexicalRows | None = None,
        sinks: Tensor | None = None,
        given: Selection | None = None,
    ) -> tuple[Tensor, Selection]:
        """Attention of a chunk. query [T, H, D] at q_start.., keys and values [Hkv, N, D] with N = q_start + T.

        `lexical` knows the tokens of the prompt; without it no part of the budget goes to them. Learned `sinks` [H]
        take their share of every softmax, as rows that are always picked. `given` is another layer's pick for the same
        queries: it is attended to instead of one of this layer's own, unless it misses the coverage floor.
        """
        if self.config.vote == "mean-query":
            return attend_by_mean_query(self, query, q_start, keys, values, scaling, sinks)
        if self.config.cell_rows and self.rule is None:  # a rule ranks all rows
            return CellPrefill(self, query, q_start, keys, values, scaling).attend(lexical, sinks)
        cfg, ops = self.config, self.kernels
        plan = chunk_plan(cfg, q_start, query.shape[0], keys.device)
        starts, offsets, num_anchors = plan.starts, plan.anchors, len(plan.anchors)
        exact, all_lse = ops.causal_attention(query[plan.everyone], plan.positions, keys, values, scaling=scaling)
        if sinks is not None:
            exact, all_lse = with_sinks(exact, all_lse, sinks)
        anchors, exact, lse = query[offsets], exact[:num_anchors], all_lse[:num_anchors]
        votes: tuple[Tensor, int] | None = None
        indices, growth = None if given is None else given.token_indices, 1
        shared = indices is not None
        while True:
            if indices is None:
                votes = votes or self._votes(anchors, lse, keys, starts, scaling)
                indices = self._pick(votes[0], self.budget * growth, starts, offsets, votes[1], q_start, lexical)
            out, picked_lse = self._gathered(
                query, q_start, keys, values, indices, starts, cfg.block_size, scaling, sinks
            )
            covers = exact_coverage(picked_lse[plan.measured], all_lse[plan.measured_from :]).mean(-1)
            coverage, low = self.agreed(covers.mean()), self.agreed(mean_bound(covers))
            if cfg.coverage_floor <= 0 or float(low) >= cfg.coverage_floor:
                break
            if not shared and growth >= cfg.max_growth:
                return self.every_row(query, keys, values, scaling, sinks), all_rows(indices, starts)
            growth *= 1 if shared else cfg.growth
            indices, shared = None, False
        if cfg.delta:
            out = correct_between(cfg.correction, ops, out, picked_lse, exact, lse, offsets)
        return out, Selection(indices, starts, coverage, growth=growth, low=low, shared=shared)

    def _votes(
        self, anchors: Tensor, lse: Tensor, keys: Tensor, starts: Tensor, scaling: float
    ) -> tuple[Tensor, int]:
        """Votes [B, groups, N] of a chunk's anchors [A, H, D] with log-sum-exp [A, H], and how many heads gave them."""
        groups, room = self.groups(keys.shape[0]), None
        if self.scratch is not None and keys.is_cuda:
            room = self.scratch.view(len(starts), groups, keys.shape[1], keys.device)
        sinks = self.config.num_sink
        votes = self.kernels.soft_votes(anchors, lse, keys, sinks, starts, groups=groups, scaling=scaling, out=room)
        return self.all_votes(votes, lse.shape[-1])

    def _pick(
        self,
        votes: Tensor,
        budget: int,
        starts: Tensor,
        offsets: Tensor,
        num_heads: int,
        q_start: int,
        lexical: LexicalRows | None,
    ) -> Tensor:
        """Indices [B, groups, K] of a budget, trimmed to the coverage target when there is one.

        With `lexical` the votes [B, groups, N] are changed in place: a copy would be the largest tensor of a chunk.
        """
        cfg, num_voters = self.config, offsets.numel() // len(starts)
        ranked = votes
        if lexical is not None and cfg.lexical_share:
            num_queries = votes.shape[-1] - q_start
            share = round(cfg.lexical_share * budget)
            named = lexical.rows(q_start, num_queries, cfg.block_size, share, cfg.num_sink, starts)
            bonus = float(1 + num_voters * num_heads)  # more than any vote
            ranked = raise_rows(votes.clone() if cfg.coverage_target else votes, named, bonus)
        indices, _ = pick(self, ranked, budget, starts)
        if not cfg.coverage_target:
            return indices
        return trim_to_target(indices, votes, num_voters, num_heads, cfg.coverage_target, cfg.min_budget)

    def every_row(self, query: Tensor, keys: Tensor, values: Tensor, scaling: float, sinks: Tensor | None) -> Tensor:
        """Attention of the last queries [T, H, D] to all rows."""
        if sinks is None:
            return full_attention(query, keys, values, scaling, self.kernels)
        positions = torch.arange(keys.shape[1] - query.shape[0], keys.shape[1], device=query.device)
        return with_sinks(*self.kernels.causal_attention(query, positions, keys, values, scaling=scaling), sinks)[0]

    def decode(
        self,
        query: Tensor,
        keys: Tensor | StoredRows,
        values: Tensor | StoredRows,
        scaling: float,
        index: KeyIndex | RowIndexOf | None = None,
        sinks: Tensor | None = None,
        given: Selection | None = None,
    ) -> tuple[Tensor, Selection]:
        """Attention of one new token: query [1, H, D] at the last row of keys, values [Hkv, N, D].

        `index` is the low-bit key index of the same rows, when there is one: it is read instead of the keys, which
        may then be StoredRows, whose picked rows are fetched. Or what gives their int8 copy, if a fresh pick asks.
        `given` is another layer's pick for this token: without a score its coverage is not known, so a coverage floor
        asks for a pick of this layer's own.
        """
        cfg, ops, last = self.config, self.kernels, keys.shape[1] - 1
        if given is not None and given.token_indices is not None and cfg.coverage_floor <= 0:
            assert given.window_start is not None
            picked = given.token_indices, given.window_start
            out, _ = self._gathered(query, last, keys, values, *picked, 1, scaling, sinks)
            return out, Selection(*picked, None, shared=True)
        scope = keys.shape[0] if cfg.reuse_scope == "each" else None
        if self.cache.matches(query, cfg.reuse_threshold, last, 2 * cfg.num_local, scope, self.ranks):
            self.cache.num_hits += 1
            indices, starts = self.cache.token_indices, self.cache.window_start
            assert indices is not None
            assert starts is not None
            out, _ = self._gathered(query, last, keys, values, indices, starts, 1, scaling, sinks)
            return out, Selection(indices, starts, None, reused=True)
        self.cache.num_misses += 1
        start = step_window(cfg, last)
        starts = torch.full((1,), start, dtype=torch.int32, device=keys.device)  # torch.tensor would wait
        held_index = index(query, keys) if callable(index) and isinstance(keys, Tensor) else index
        if sinks is None and isinstance(held_index, RowIndex) and self._alone(query, start):
            rows = (*whole(keys, values), held_index)
            found = pick_attend(query, *rows, self.budget, num_sink=cfg.num_sink, window_start=start, scaling=scaling)
            self._keep(query, found.votes, found.indices, starts)
            return found.out, Selection(found.indices, starts, found.coverage)
        source: Any = keys if held_index is None else held_index
        groups = self.groups(keys.shape[0])
        votes, lse = ops.score_rows(query, source, cfg.num_sink, start, groups=groups, scaling=scaling)
        votes, _ = self.all_votes(votes, query.shape[1])
        growth = 1
        while True:
            indices, held = pick(self, votes, self.budget * growth, starts)
            out, picked_lse = self._gathered(query, last, keys, values, indices, starts, 1, scaling)
            coverage = self.agreed(decode_coverage(picked_lse, lse, votes, held, held_index is not None))
            low = step_bound(cfg, query, keys, indices, start, picked_lse, scaling)
            low = None if low is None else self.agreed(low)
            if sinks is not None:
                out, _ = with_sinks(out, picked_lse, sinks)
            if cfg.coverage_floor <= 0 or float(coverage if low is None else low) >= cfg.coverage_floor:
                break
            if growth >= cfg.max_growth:
                self.cache.clear()
                return self.every_row(query, *whole(keys, values), scaling, sinks), all_rows(indices, starts)
            growth *= cfg.growth
        self._keep(query, votes, indices, starts)
        return out, Selection(indices, starts, coverage, growth=growth, low=low)

    def _alone(self, query: Tensor, window_start: int) -> bool:
        """Whether the heads of a fresh pick need nothing of each other, and each has enough candidates."""
        cfg = self.config
        apart = cfg.per_kv_head and cfg.vote == "queries" and cfg.coverage_floor <= 0 and self.rule is None
        return apart and window_start - cfg.num_sink >= self.budget and usable(query.dtype, query.shape[2])

    def _keep(self, query: Tensor, votes: Tensor, indices: Tensor, starts: Tensor) -> None:
        """Tell and remember a fresh pick."""
        if self.observer is not None:
            self.observer(query, votes, indices)
        self.cache.keep(query, indices, starts)

    def all_votes(self, votes: Tensor, num_heads: int) -> tuple[Tensor, int]:
        """Votes and how many heads gave them: those of all ranks where one pick serves all heads."""
        if self.ranks is None or (self.config.per_kv_head and self.config.vote == "queries"):
            return votes, num_heads
        return self.ranks.sum_(votes), num_heads * self.ranks.size

    def agreed(self, coverage: Tensor) -> Tensor:
        """The coverage by which all ranks decide: the mean of theirs."""
        return coverage if self.ranks is None or self.config.coverage_floor <= 0 else self.ranks.mean(coverage)

    def _gathered(
        self,
        query: Tensor,
        q_start: int,
        keys: Tensor | StoredRows,
        values: Tensor | StoredRows,
        indices: Tensor,
        starts: Tensor,
        block_size: int,
        scaling: float,
        sinks: Tensor | None = None,
    ) -> tuple[Tensor, Tensor]:
        """Attention to sinks, picked rows, window and chunk: out [T, H, D] and log-sum-exp [T, H]."""
        if isinstance(keys, StoredRows):
            keys, values, indices, starts, q_start = keys.packed(indices, starts, self.config.num_sink)
        assert isinstance(values, Tensor)
        out, lse = self.kernels.gathered_attention(
            query,
            q_start,
            keys,
            values,
            indices,
            starts,
            block_size=block_size,
            num_sink=self.config.num_sink,
            scaling=scaling,
        )
        return (out, lse) if sinks is None else with_sinks(out, lse, sinks)
