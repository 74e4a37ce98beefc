"""Reading past the trained window: un-rotated keys, picks at compact positions.

Up to the trained window everything is as it always is: true positions, full or selecting. A later query is scored
against all rows by a rule that keeps distances in the window (tsel_core.rope_positions); it then attends to sinks,
picked rows, local window and its own block, which are rotated to their ranks in this list: sinks first, the window
last, nothing farther apart than trained. Source: TokenSelect, arXiv:2411.02886, section on length extrapolation.
The question's tail cannot attend to everything here: it picks rows too, a few tokens at a time, all of them voting.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor

from tsel_core.anchors import anchor_offsets, measured_offsets
from tsel_core.config import SelectionConfig
from tsel_core.errors import DoesNotFit
from tsel_core.rope_positions import Distances, Rope, rule_logits
from tsel_core.selection import Selection, TokenSelector

if TYPE_CHECKING:
    from tsel_core.attention import AttentionRuntime

_MAX_LOGITS = 64 << 20  # float32 logits of one call: 256 MB, and about three times that at the peak
# Queries of the question's tail that share a pick, all of them voters. One pick for 16 or 64 real voters lost nothing
# (Qwen2.5-Coder-1.5B, 16 needles, an oracle pick); a pick a query costs 8 times as many gathers.
_TAIL_BLOCK = 8


@dataclass(frozen=True)
class Voted:
    """What the voters of a chunk found: votes [B, groups, N], their output [A, H, D] and log-sum-exp [A, H]."""

    votes: Tensor
    out: Tensor
    lse: Tensor


@dataclass(frozen=True)
class BeyondWindow:
    """How a cache of un-rotated keys is attended to. With `every_row` queries attend to all rows by the rule."""

    distances: Distances
    every_row: bool = False

    def reason(self, num_tokens: int) -> str:
        """For the receipt."""
        return (
            f"{num_tokens:,} tokens, past the trained window of {self.distances.window:,}: "
            f"{'every row' if self.every_row else 'picked rows at compact positions'}, {self.distances.rule} distances"
        )

    def as_json(self) -> dict[str, Any]:
        """For the JSON and the identity of kept readings: tokens, rule, positions of the rows attended to."""
        positions = self.distances.rule if self.every_row else "compact"
        return {**asdict(self.distances), "positions": positions}

    def attend(
        self,
        runtime: AttentionRuntime,
        layer_idx: int,
        query: Tensor,
        keys: Tensor,
        values: Tensor,
        scaling: float,
        rope: Rope,
    ) -> Tensor:
        """Attention of one layer: un-rotated query [T, H, D] at the last T rows of un-rotated keys [Hkv, N, D]."""
        num, rows = query.shape[0], keys.shape[1]
        selector = runtime.selectors[layer_idx]
        if rows <= self.distances.window:
            rotate, at = selector.backend.rope_rotate, torch.arange(rows, device=keys.device)
            turned = rotate(query.transpose(0, 1), at[rows - num :], *rope).transpose(0, 1)
            return runtime.layer(layer_idx, turned, rotate(keys, at, *rope), values, scaling)
        layer = _Layer(self.distances, selector, keys, values, scaling, rope)
        if self.every_row:
            with runtime.timings.phase(runtime._phase("attention")):
                out = layer.every_row(query)
        else:
            with runtime.timings.phase(runtime._phase("selection")):
                if runtime.decoding:
                    out, selection = layer.decode(query)
                else:
                    out, selection = layer.prefill(query, runtime)
            runtime.trace.add(layer_idx, selection, runtime.decoding)
        if runtime.decoding and runtime.trace.weighs(layer_idx):
            probabilities = torch.softmax(layer.logits(query, torch.tensor([rows - 1], device=keys.device)), -1)
            runtime.trace.add_weights(layer_idx, probabilities.mean((1, 2)))
        return out


def check_room(cfg: SelectionConfig, window: int) -> None:
    """Raise DoesNotFit when sinks, local window and a block leave no row of the trained window to a pick."""
    if _room(cfg, window) < 1:
        raise DoesNotFit(
            f"{cfg.num_sink} sinks, a local window of {cfg.num_local} and blocks of {cfg.block_size} tokens leave "
            f"nothing of the trained window of {window:,} to selected rows",
            "use smaller num_sink, num_local or block_size",
        )


def _room(cfg: SelectionConfig, window: int) -> int:
    """Rows a pick may hold so that the list of a block, or of a reused decode step, stays in the window."""
    return window - cfg.num_sink - 2 * cfg.num_local - cfg.block_size


class _Layer:
    """One layer's rows for the length of a call: keys, values [Hkv, N, D], more rows than the trained window."""

    def __init__(
        self, distances: Distances, selector: TokenSelector, keys: Tensor, values: Tensor, scaling: float, rope: Rope
    ) -> None:
        self.distances, self.selector, self.ops = distances, selector, selector.backend
        self.keys, self.values, self.scaling, self.rope = keys, values, scaling, rope
        self.budget = min(selector.budget, _room(selector.config, distances.window))

    def logits(self, query: Tensor, positions: Tensor) -> Tensor:
        """See rule_logits."""
        return rule_logits(
            query, positions, self.keys, self.distances, self.rope, self.ops.rope_rotate, self.scaling
        )

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
        return Voted(torch.cat(votes), torch.cat(outs), torch.cat(lses))

    def prefill(self, query: Tensor, runtime: AttentionRuntime) -> tuple[Tensor, Selection]:
        """Selected attention of a chunk [T, H, D]: anchors vote; in the question's tail every query does."""
        cfg, num = self.selector.config, query.shape[0]
        q_start, tail = self.keys.shape[1] - num, runtime.mode == "full"
        block_size = min(_TAIL_BLOCK, cfg.block_size) if tail else cfg.block_size
        starts = self.selector.window_starts(q_start, num, block_size, query.device)
        if tail:  # a ragged last block repeats its last query
            offsets = torch.arange(len(starts) * block_size, device=query.device).clamp(max=num - 1)
        else:
            offsets = anchor_offsets(cfg, num, query.device)
        voted = self.vote(query[offsets], q_start + offsets, starts)
        lexical = None if tail else runtime.lexical
        indices = self.selector._pick(
            voted.votes, self.budget, starts, offsets, query.shape[1], q_start, lexical
        )
        out, lse = self._gathered(query, q_start, indices, starts, block_size)
        measured = measured_offsets(cfg, num, query.device)
        if tail or len(measured) == 0:
            measured = offsets
        coverage = self._coverage(query, q_start, indices, starts, measured, block_size)
        if cfg.delta and not tail:
            out = self.selector._correct(out, lse, voted.out, voted.lse, offsets)
        return out, Selection(indices, starts, coverage)

    def decode(self, query: Tensor) -> tuple[Tensor, Selection]:
        """Selected attention of one new token [1, H, D] at the last row."""
        selector, cfg, last = self.selector, self.selector.config, self.keys.shape[1] - 1
        scope = self.keys.shape[0] if cfg.reuse_scope == "each" else 1
        cache = selector.cache
        if cache.matches(query, cfg.reuse_threshold, last, 2 * cfg.num_local, scope):
            cache.num_hits += 1
            assert cache.token_indices is not None
            assert cache.window_start is not None
            out, _ = self._gathered(query, last, cache.token_indices, cache.window_start, 1)
            return out, Selection(cache.token_indices, cache.window_start, None, reused=True)
        cache.num_misses += 1
        starts = selector.window_starts(last, 1, 1, query.device)
        voted = self.vote(query, torch.tensor([last], device=query.device), starts)
        indices, held = self.ops.top_k_rows(voted.votes, self.budget, cfg.num_sink, starts)
        out, _ = self._gathered(query, last, indices, starts, 1)
        if selector.observer is not None:
            selector.observer(query, voted.votes, indices)
        cache.keep(query, indices, starts)
        coverage = 1 - (voted.votes.sum() - held.sum()) / query.shape[1]
        return out, Selection(indices, starts, coverage.clamp(0, 1))

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


def beyond_window(info: Any, config: SelectionConfig, known: bool, every_row: bool) -> BeyondWindow:
    """The mode for a model; rows farther away than a quarter of its trained window count as far.

    `info` is the model's ModelInfo, `known` whether the lean forward pass runs it. Raises DoesNotFit.
    """
    window = int(info.trained_window)
    if not known:
        raise DoesNotFit(
            f"model type {getattr(info, 'model_type', 'unknown')} cannot be read past its trained window of {window:,}",
            "use a Llama, Qwen2, Qwen3, Mistral or Phi-3 type model without sliding layers, or --pages",
        )
    check_room(config, window)
    return BeyondWindow(Distances(config.distance_rule, window, max(1, window // 4)), every_row)
