"""Token-level selection of one layer: which rows of the cache a block of queries attends to.

Source: TokenSelect, arXiv:2411.02886. Ours differs where docs/method.md says so: votes of real queries instead
of the mean query, a pick per KV head, anchors that attend to everything and correct their neighbours.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from tsel_core.config import SelectionConfig


@dataclass(frozen=True, slots=True)
class Selection:
    """The pick of one layer and step.

    token_indices [B, groups, K] int32 (-1 padded, None when the rows did not outnumber the budget and full
    attention ran), window_start [B] int32, coverage [] float32: mean share of softmax mass the picked rows hold, over the
    measured queries and heads (None when it was not measured: a reused pick), reused: Selection Cache hit.
    """

    token_indices: Tensor | None
    window_start: Tensor | None
    coverage: Tensor | None
    reused: bool = False


@dataclass
class SelectionCache:
    """The last pick of a layer and the query that made it (Selection Cache of the paper)."""

    query: Tensor | None = None
    token_indices: Tensor | None = None
    window_start: Tensor | None = None
    num_hits: int = 0
    num_misses: int = 0

    def matches(self, query: Tensor, threshold: float, last_row: int, max_window: int) -> bool:
        """Whether the pick can serve query [1, H, D]: cosine above threshold and a window not grown too long.

        The local window of a reused pick still begins where it began, so no row falls between the two.
        """
        if self.query is None or self.window_start is None or threshold >= 1:
            return False
        if last_row - int(self.window_start[0]) >= max_window:
            return False
        return float(torch.cosine_similarity(query.flatten().float(), self.query.flatten().float(), 0)) > threshold

    def keep(self, query: Tensor, token_indices: Tensor, window_start: Tensor) -> None:
        """Remember a fresh pick."""
        self.query, self.token_indices, self.window_start = query.clone(), token_indices, window_start

    def clear(self) -> None:
        """Forget the pick (the cache was cropped or another document is read); the counts stay."""
        self.query = self.token_indices = self.window_start = None


class TokenSelector:
    """Selection and attention of one layer. `backend` holds the functions of tsel_kernels for the device."""

    def __init__(self, config: SelectionConfig, backend: Any) -> None:
        self.config = config
        self.backend = backend
        self.cache = SelectionCache()

    def groups(self, num_kv_heads: int) -> int:
        """How many picks a block has: one per KV head, or one for all heads."""
        return num_kv_heads if self.config.per_kv_head and self.config.vote == "queries" else 1

    def worth_it(self, num_rows: int, num_queries: int) -> bool:
        """Whether the candidates outnumber the budget; otherwise full attention gives the same rows."""
        first_window = num_rows - num_queries - self.config.num_local
        return first_window - self.config.num_sink > self.config.budget

    def prefill_block_size(self, num_queries: int) -> int:
        """Queries that share a pick: the whole chunk in the paper's mode."""
        return num_queries if self.config.vote == "mean-query" else self.config.block_size

    def window_starts(self, q_start: int, num_queries: int, block_size: int, device: torch.device) -> Tensor:
        """First row of each block's local window [B] int32: 0 when the window reaches the sinks."""
        begins = torch.arange(q_start, q_start + num_queries, block_size, device=device) - self.config.num_local
        return torch.where(begins > self.config.num_sink, begins, 0).to(torch.int32)

    def anchor_offsets(self, num_queries: int, device: torch.device) -> Tensor:
        """Offsets [B * R] of the anchors in a chunk: every anchor_every-th query of a block and its last.

        A ragged last block repeats its last query so that every block has R voters.
        """
        size = self.config.block_size
        within = sorted({*range(0, size, self.config.anchor_every), size - 1})
        begins = torch.arange(0, num_queries, size, device=device)
        offsets = begins[:, None] + torch.tensor(within, device=device)[None, :]
        return offsets.clamp(max=num_queries - 1).flatten()

    def prefill(
        self, query: Tensor, q_start: int, keys: Tensor, values: Tensor, scaling: float
    ) -> tuple[Tensor, Selection]:
        """Attention of a chunk. query [T, H, D] at q_start.., keys and values [Hkv, N, D] with N = q_start + T."""
        if self.config.vote == "mean-query":
            return self._prefill_mean_query(query, q_start, keys, values, scaling)
        cfg, ops = self.config, self.backend
        starts = self.window_starts(q_start, query.shape[0], cfg.block_size, keys.device)
        offsets = self.anchor_offsets(query.shape[0], keys.device)
        anchors = query[offsets]
        exact, lse = ops.causal_attention(anchors, q_start + offsets, keys, values, scaling=scaling)
        groups = self.groups(keys.shape[0])
        votes = ops.soft_votes(anchors, lse, keys, cfg.num_sink, starts, groups=groups, scaling=scaling)
        indices, _ = ops.top_k_rows(votes, cfg.budget, cfg.num_sink, starts)
        out, selected_lse = self._gathered(query, q_start, keys, values, indices, starts, cfg.block_size, scaling)
        coverage = torch.exp(selected_lse[offsets] - lse).clamp(max=1).mean()
        if cfg.delta:
            out = ops.delta_correct(out, exact, offsets)
        return out, Selection(indices, starts, coverage)

    def _prefill_mean_query(
        self, query: Tensor, q_start: int, keys: Tensor, values: Tensor, scaling: float
    ) -> tuple[Tensor, Selection]:
        """The paper's mode: one pick for the chunk, from the vote of its mean query over the candidates."""
        cfg, ops = self.config, self.backend
        starts = self.window_starts(q_start, query.shape[0], query.shape[0], keys.device)
        mean = query.float().mean(0, keepdim=True).to(query.dtype)
        lse = ops.candidate_lse(mean, keys, cfg.num_sink, starts, scaling=scaling)
        votes = ops.soft_votes(mean, lse, keys, cfg.num_sink, starts, groups=1, scaling=scaling)
        indices, _ = ops.top_k_rows(votes, cfg.budget, cfg.num_sink, starts)
        out, _ = self._gathered(query, q_start, keys, values, indices, starts, query.shape[0], scaling)
        return out, Selection(indices, starts, None)

    def decode(
        self, query: Tensor, keys: Tensor, values: Tensor, scaling: float, index: Any = None
    ) -> tuple[Tensor, Selection]:
        """Attention of one new token: query [1, H, D] at the last row of keys, values [Hkv, N, D].

        `index` is the low-bit key index of the same rows, when there is one: it is read instead of the keys.
        """
        cfg, ops, last = self.config, self.backend, keys.shape[1] - 1
        if self.cache.matches(query, cfg.reuse_threshold, last, 2 * cfg.num_local):
            self.cache.num_hits += 1
            indices, starts = self.cache.token_indices, self.cache.window_start
            assert indices is not None and starts is not None
            out, _ = self._gathered(query, last, keys, values, indices, starts, 1, scaling)
            return out, Selection(indices, starts, None, reused=True)
        self.cache.num_misses += 1
        start = last + 1 - cfg.num_local
        start = start if start > cfg.num_sink else 0
        starts = torch.tensor([start], dtype=torch.int32, device=keys.device)
        source = keys if index is None else index
        groups = self.groups(keys.shape[0])
        votes, lse = ops.score_rows(query, source, cfg.num_sink, start, groups=groups, scaling=scaling)
        indices, held = ops.top_k_rows(votes, cfg.budget, cfg.num_sink, starts)
        out, selected_lse = self._gathered(query, last, keys, values, indices, starts, 1, scaling)
        coverage = _decode_coverage(selected_lse, lse, votes, held, index is not None, query.shape[1])
        self.cache.keep(query, indices, starts)
        return out, Selection(indices, starts, coverage)

    def _gathered(
        self,
        query: Tensor,
        q_start: int,
        keys: Tensor,
        values: Tensor,
        indices: Tensor,
        starts: Tensor,
        block_size: int,
        scaling: float,
    ) -> tuple[Tensor, Tensor]:
        return self.backend.gathered_attention(
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


def _decode_coverage(
    selected_lse: Tensor, lse: Tensor, votes: Tensor, held: Tensor, quantized: bool, num_heads: int
) -> Tensor:
    """Mean share of softmax mass the picked rows hold, over heads.

    Exact scores: exp(lse_selected - lse). From an index the normaliser is off, so the mass that was left out
    (votes not held, a share of the index's own softmax) is used instead.
    """
    if quantized:
        return 1.0 - (votes.sum() - held.sum()) / num_heads
    return torch.exp(selected_lse - lse).clamp(max=1).mean()
