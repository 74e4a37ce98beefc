"""Attention of one layer past the trained window: votes of all rows by a distance rule, picks at compact positions."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from tsel_core.config import SelectionConfig
from tsel_core.kv.rope_distances import Distances, Rope
from tsel_core.selection.correction import correct_between
from tsel_core.selection.lexical import LexicalRows
from tsel_core.selection.picks import Selection, pick
from tsel_core.selection.plan import chunk_plan, step_window, window_starts
from tsel_core.selection.selector import TokenSelector
from tsel_kernels.bilevel.levels import LeveledKeys, Pair
from tsel_kernels.bilevel.reference import bilevel_logits

if TYPE_CHECKING:
    from tsel_core.kv.key_index_unrotated import TurnedIndex

# Queries of the question's tail that share a pick, all of them voters. One pick for 16 or 64 real voters lost nothing
# (Qwen2.5-Coder-1.5B, 16 needles, an oracle pick); a pick a query costs 8 times as many gathers.
_TAIL_BLOCK = 8


@dataclass(frozen=True)
class Voted:
    """What the voters of a chunk found: votes [B, groups, N], their output [A, H, D] and log-sum-exp [A, H].

    The votes are those of `num_heads` heads: the others' too where one pick serves the heads of all ranks.
    """

    votes: Tensor
    num_heads: int
    out: Tensor
    lse: Tensor


def room_for_picks(cfg: SelectionConfig, window: int) -> int:
    """Rows a pick may hold so that the list of a block, or of a reused decode step, stays in the window."""
    return window - cfg.num_sink - 2 * cfg.num_local - cfg.block_size


class CompactLayer:
    """One layer's rows for the length of a call: keys, values [Hkv, N, D], more rows than the trained window.

    The queries of the call are those of the last `num` rows.
    """

    def __init__(
        self,
        distances: Distances,
        selector: TokenSelector,
        keys: Tensor,
        values: Tensor,
        scaling: float,
        rope: Rope,
        num: int,
        turned: TurnedIndex | None = None,
    ) -> None:
        self.distances, self.selector, self.ops = distances, selector, selector.kernels
        self.keys, self.values, self.scaling, self.rope = keys, values, scaling, rope
        self.places = distances.places(keys.shape[1])
        self.first = max(0, keys.shape[1] - num - distances.near + 1)  # before it rows are far from every query
        self.turned = turned
        self.budget = min(selector.budget, room_for_picks(selector.config, distances.window))

    @cached_property
    def leveled(self) -> LeveledKeys:
        """The keys as near and as far rows; a reused pick does not need them."""
        rows, rotate = self.keys.shape[1], self.ops.rope_rotate
        near = torch.arange(rows - self.first, device=self.keys.device)
        return LeveledKeys(
            rotate(self.keys[:, self.first :], near, *self.rope),
            rotate(self.keys, self.places.of_rows(0, rows, self.keys.device), *self.rope),
            self.first,
            self.distances.near,
        )

    def pair(self, query: Tensor, positions: Tensor) -> Pair:
        """Un-rotated query [A, H, D] at rows `positions` [A], turned for near rows and for far ones."""
        rows, rotate = query.transpose(0, 1), self.ops.rope_rotate
        near, far = (rotate(rows, at, *self.rope) for at in (positions - self.first, self.places.of_queries(positions)))
        return near.transpose(0, 1), far.transpose(0, 1)

    def logits(self, query: Tensor, positions: Tensor) -> Tensor:
        """Scaled logits [Hkv, A * G, N] float32 of query [A, H, D] by the rule (bilevel_logits)."""
        return bilevel_logits(self.pair(query, positions), positions, self.leveled, self.scaling)

    def head_logits(self, query: Tensor, head: int, lo: int, hi: int) -> Tensor:
        """Scaled logits [hi - lo, N] float32 of rows lo .. hi - 1 by one head of query [T, H, D] at the last rows."""
        kv, start = head // (query.shape[1] // self.keys.shape[0]), self.keys.shape[1] - query.shape[0]
        one, at = slice(kv, kv + 1), torch.arange(lo, hi, device=query.device)
        keys = replace(self.leveled, near=self.leveled.near[one], far=self.leveled.far[one])
        pair = self.pair(query[lo - start : hi - start, head : head + 1], at)
        return bilevel_logits(pair, at, keys, self.scaling)[0]

    def every_row(self, query: Tensor) -> Tensor:
        """Attention of query [T, H, D] over all rows by the rule."""
        rows = self.keys.shape[1]
        at = torch.arange(rows - query.shape[0], rows, device=query.device)
        pair = self.pair(query, at)
        return self.ops.bilevel_attention(pair, at, self.leveled, self.values, scaling=self.scaling)[0]

    def vote(self, query: Tensor, positions: Tensor, starts: Tensor) -> Voted:
        """Votes, exact output by the rule and log-sum-exp of voters query [A, H, D], A / B of every block."""
        groups = self.selector.groups(self.keys.shape[0])
        out, lse, votes = self.ops.bilevel_votes(
            self.pair(query, positions),
            positions,
            self.leveled,
            self.values,
            self.selector.config.num_sink,
            starts,
            groups=groups,
            scaling=self.scaling,
        )
        return Voted(*self.selector.all_votes(votes, query.shape[1]), out, lse)

    def prefill(self, query: Tensor, *, tail: bool, lexical: LexicalRows | None) -> tuple[Tensor, Selection]:
        """Selected attention of a chunk [T, H, D]: anchors vote; in the question's `tail` every query does."""
        cfg, num = self.selector.config, query.shape[0]
        q_start = self.keys.shape[1] - num
        block_size = min(_TAIL_BLOCK, cfg.block_size) if tail else cfg.block_size
        plan = chunk_plan(cfg, q_start, num, query.device)
        starts, offsets = plan.starts, plan.anchors
        if tail:  # a ragged last block repeats its last query
            starts = window_starts(cfg, q_start, num, block_size, query.device)
            offsets = torch.arange(len(starts) * block_size, device=query.device).clamp(max=num - 1)
        voted = self.vote(query[offsets], q_start + offsets, starts)
        lexical = None if tail else lexical
        own = tail or plan.measured_from == 0  # the voters are measured: every query is one, or the chunk is short
        ranked = voted.votes.clone() if own and lexical is not None else voted.votes  # lexical rows are written into it
        indices = self.selector._pick(ranked, self.budget, starts, offsets, voted.num_heads, q_start, lexical)
        out, lse = self._gathered(query, q_start, indices, starts, block_size)
        if own:
            coverage = _held_by_voters(voted.votes, indices, offsets.numel() * voted.num_heads)
        else:
            coverage = self._coverage(query, q_start, indices, starts, plan.measured, block_size)
        if cfg.delta and not tail:
            out = correct_between(cfg.correction, self.selector.kernels, out, lse, voted.out, voted.lse, offsets)
        return out, Selection(indices, starts, coverage)

    def decode(self, query: Tensor) -> tuple[Tensor, Selection]:
        """Selected attention of one new token [1, H, D] at the last row."""
        selector, cfg, last = self.selector, self.selector.config, self.keys.shape[1] - 1
        scope = self.keys.shape[0] if cfg.reuse_scope == "each" else None
        cache = selector.cache
        if cache.matches(query, cfg.reuse_threshold, last, 2 * cfg.num_local, scope, selector.ranks):
            cache.num_hits += 1
            assert cache.token_indices is not None
            assert cache.window_start is not None
            out, _ = self._gathered(query, last, cache.token_indices, cache.window_start, 1)
            return out, Selection(cache.token_indices, cache.window_start, None, reused=True)
        cache.num_misses += 1
        start = step_window(cfg, last)
        starts = torch.full((1,), start, dtype=torch.int32, device=query.device)
        votes, num_heads = self._step_votes(query, starts, start)
        indices, _ = pick(selector, votes, self.budget, starts)
        out, _ = self._gathered(query, last, indices, starts, 1)
        if selector.observer is not None:
            selector.observer(query, votes, indices)
        cache.keep(query, indices, starts)
        return out, Selection(indices, starts, _held_by_voters(votes, indices, num_heads))

    def _step_votes(self, query: Tensor, starts: Tensor, start: int) -> tuple[Tensor, int]:
        """Votes [1, groups, N] of query [1, H, D] at the last row, for candidates before `start`; of how many heads."""
        selector, last = self.selector, self.keys.shape[1] - 1
        rotate, logits = self.ops.rope_rotate, None
        if self.turned is not None:
            logits = self.turned.logits(query, self.keys, self.distances, self.rope, rotate, self.scaling)
        if logits is None:
            voted = self.vote(query, torch.tensor([last], device=query.device), starts)
            return voted.votes, voted.num_heads
        votes = torch.softmax(logits, -1).sum(1)[None]
        votes[..., : selector.config.num_sink] = 0
        votes[..., start:] = 0
        if selector.groups(self.keys.shape[0]) == 1:
            votes = votes.sum(1, keepdim=True)
        return selector.all_votes(votes, query.shape[1])

    def _gathered(
        self, query: Tensor, q_start: int, indices: Tensor, starts: Tensor, block_size: int
    ) -> tuple[Tensor, Tensor]:
        return self.ops.gathered_attention(
            query,
            q_start,
            self.keys,
            self.values,
            indices,
            starts,
            block_size=block_size,
            num_sink=self.selector.config.num_sink,
            scaling=self.scaling,
            rope=self.rope,
        )

    def _coverage(
        self, query: Tensor, q_start: int, indices: Tensor, starts: Tensor, measured: Tensor, block_size: int
    ) -> Tensor:
        """Mean share [] of the softmax mass by the rule that sinks, picks and window hold, over queries `measured`."""
        at, block = q_start + measured, measured // block_size
        pair = self.pair(query[measured], at)
        _, lse = self.ops.bilevel_attention(pair, at, self.leveled, self.values, scaling=self.scaling)
        picks, sinks = (indices[block], starts[block]), self.selector.config.num_sink
        held = self.ops.bilevel_held(pair, at, lse, self.leveled, *picks, num_sink=sinks, scaling=self.scaling)
        return held.mean().clamp(0, 1)


def _held_by_voters(votes: Tensor, indices: Tensor, total: int) -> Tensor:
    """Mean share [] of the voters' mass that picks [B, groups, K] do not leave out; `total` mass in all."""
    held = torch.where(indices >= 0, votes.gather(-1, indices.clamp(min=0).long()), 0.0)
    return (1 - (votes.sum() - held.sum()) / total).clamp(0, 1)
