"""Attention of one layer past the trained window: votes of all rows by a distance rule, picks at compact positions."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from tsel_core.config import SelectionConfig
from tsel_core.kv.rope_distances import Distances, Rope, rule_logits
from tsel_core.selection.correction import correct_between
from tsel_core.selection.lexical import LexicalRows
from tsel_core.selection.picks import Selection, pick
from tsel_core.selection.plan import chunk_plan, step_window, window_starts
from tsel_core.selection.selector import TokenSelector

if TYPE_CHECKING:
    from tsel_core.kv.key_index_unrotated import TurnedIndex

_MAX_LOGITS = 16 << 20  # float32 logits of one call: 64 MB, and about three times that at the peak
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
    """One layer's rows for the length of a call: keys, values [Hkv, N, D], more rows than the trained window."""

    def __init__(
        self,
        distances: Distances,
        selector: TokenSelector,
        keys: Tensor,
        values: Tensor,
        scaling: float,
        rope: Rope,
        turned: TurnedIndex | None = None,
    ) -> None:
        self.distances, self.selector, self.ops = distances, selector, selector.kernels
        self.keys, self.values, self.scaling, self.rope = keys, values, scaling, rope
        self.turned = turned
        self.budget = min(selector.budget, room_for_picks(selector.config, distances.window))

    @cached_property
    def far_keys(self) -> Tensor:
        """See Distances.far_keys; a reused pick does not need them."""
        return self.distances.far_keys(self.keys, self.rope, self.ops.rope_rotate)

    def logits(self, query: Tensor, positions: Tensor) -> Tensor:
        """See rule_logits."""
        rotate = self.ops.rope_rotate
        return rule_logits(query, positions, self.keys, self.far_keys, self.distances, self.rope, rotate, self.scaling)

    def every_row(self, query: Tensor) -> Tensor:
        """Attention of query [T, H, D] over all rows by the rule."""
        num, rows = query.shape[0], self.keys.shape[1]
        step, outs = self._at_once(query, 1), []
        for lo in range(0, num, step):
            part = query[lo : lo + step]
            at = torch.arange(rows - num + lo, rows - num + lo + part.shape[0], device=query.device)
            outs.append(self._output(torch.softmax(self.logits(part, at), -1), query.dtype))
        return torch.cat(outs)

    def vote(self, query: Tensor, positions: Tensor, starts: Tensor) -> Voted:
        """Votes, exact output by the rule and log-sum-exp of voters query [A, H, D], A / B of every block."""
        voters, cfg = query.shape[0] // starts.shape[0], self.selector.config
        groups = self.selector.groups(self.keys.shape[0])
        at = torch.arange(self.keys.shape[1], device=query.device)
        blocks = self._at_once(query, voters) // voters
        votes, outs, lses = [], [], []
        for b in range(0, starts.shape[0], blocks):
            rows = slice(b * voters, (b + blocks) * voters)
            logits = self.logits(query[rows], positions[rows])
            lse = torch.logsumexp(logits, -1)
            probabilities = logits.sub_(lse[..., None]).exp_()
            outs.append(self._output(probabilities, query.dtype))
            lses.append(lse.transpose(0, 1).flatten(1))
            kv_heads, num, _, num_rows = probabilities.shape
            found = probabilities.view(kv_heads, num // voters, -1, num_rows).sum(2).transpose(0, 1)
            allowed = (at >= cfg.num_sink) & (at[None, :] < starts[b : b + blocks, None])
            found = found * allowed[:, None, :]
            votes.append(found if groups > 1 else found.sum(1, keepdim=True))
        return Voted(*self.selector.all_votes(torch.cat(votes), query.shape[1]), torch.cat(outs), torch.cat(lses))

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
        ranked = voted.votes if lexical is None else voted.votes.clone()  # lexical rows are written into it
        indices = self.selector._pick(ranked, self.budget, starts, offsets, voted.num_heads, q_start, lexical)
        out, lse = self._gathered(query, q_start, indices, starts, block_size)
        if tail or plan.measured_from == 0:  # every query voted, or the chunk is short: the voters are measured
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
        votes, num_heads = self._step_votes(query, start)
        indices, _ = pick(selector, votes, self.budget, starts)
        out, _ = self._gathered(query, last, indices, starts, 1)
        if selector.observer is not None:
            selector.observer(query, votes, indices)
        cache.keep(query, indices, starts)
        return out, Selection(indices, starts, _held_by_voters(votes, indices, num_heads))

    def _step_votes(self, query: Tensor, start: int) -> tuple[Tensor, int]:
        """Votes [1, groups, N] of query [1, H, D] at the last row, for candidates before `start`; of how many heads."""
        selector, rows = self.selector, self.keys.shape[1]
        logits = None
        if self.turned is not None:
            rotate = self.ops.rope_rotate
            logits = self.turned.logits(query, self.keys, self.distances, self.rope, rotate, self.scaling)
        if logits is None:
            logits = self.logits(query, torch.tensor([rows - 1], device=query.device))[:, 0]
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
        cfg, at = self.selector.config, torch.arange(self.keys.shape[1], device=query.device)
        step, shares = self._at_once(query, 1), []
        for lo in range(0, len(measured), step):
            some = measured[lo : lo + step]
            block = some // block_size
            mass = torch.softmax(self.logits(query[some], q_start + some), -1).sum(2).transpose(0, 1)  # [M, Hkv, N]
            picks = indices[block].expand(-1, self.keys.shape[0], -1)
            held = torch.where(picks >= 0, mass.gather(-1, picks.clamp(min=0).long()), 0.0).sum((1, 2))
            outside = (at >= cfg.num_sink) & (at[None, :] < starts[block][:, None])
            lost = (mass * outside[:, None, :]).sum((1, 2)) - held
            shares.append(1 - lost / query.shape[1])
        return torch.cat(shares).mean().clamp(0, 1)

    def _output(self, probabilities: Tensor, dtype: torch.dtype) -> Tensor:
        """probabilities [Hkv, A, G, N] over the values -> [A, H, D]."""
        kv_heads, num, repeats, rows = probabilities.shape
        out = probabilities.view(kv_heads, -1, rows) @ self.values.float()
        return out.view(kv_heads, num, repeats, -1).transpose(0, 1).reshape(num, kv_heads * repeats, -1).to(dtype)

    def _at_once(self, query: Tensor, multiple: int) -> int:
        """Queries whose logits are made at once: a multiple of `multiple`."""
        fitting = _MAX_LOGITS // (query.shape[1] * self.keys.shape[1])
        return max(1, fitting // multiple) * multiple


def _held_by_voters(votes: Tensor, indices: Tensor, total: int) -> Tensor:
    """Mean share [] of the voters' mass that picks [B, groups, K] do not leave out; `total` mass in all."""
    held = torch.where(indices >= 0, votes.gather(-1, indices.clamp(min=0).long()), 0.0)
    return (1 - (votes.sum() - held.sum()) / total).clamp(0, 1)
