"""The torch definitions as a backend whose memory stays bounded at any length: anchors are taken some blocks at a time.

For experiments on devices whose kernels should not be trusted yet, or do not exist; slower, same results.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import torch
from torch import Tensor

from tsel_kernels.attention import reference as attention
from tsel_kernels.attention.reference import gathered_attention
from tsel_kernels.pointwise.reference import delta_correct
from tsel_kernels.score import reference as score
from tsel_kernels.votes import reference as votes_reference
from tsel_kernels.votes.reference import candidate_lse

_MAX_LOGITS = 256 << 20  # float32 logits of one call: 1 GiB, and about three times that at the peak


def bounded_backend(max_logits: int = _MAX_LOGITS) -> Any:
    """The torch definitions of tsel_kernels, none of which makes more than `max_logits` logits at once."""

    def rows_at_once(query: Tensor, keys: Tensor, multiple: int = 1) -> int:
        fitting = max_logits // max(1, query.shape[1] * keys.shape[1])
        return max(1, fitting // multiple) * multiple

    def causal_attention(
        query: Tensor, positions: Tensor, keys: Tensor, values: Tensor, *, scaling: float
    ) -> tuple[Tensor, Tensor]:
        step = rows_at_once(query, keys)
        parts = [
            attention.causal_attention(query[i : i + step], positions[i : i + step], keys, values, scaling=scaling)
            for i in range(0, query.shape[0], step)
        ]
        return torch.cat([p[0] for p in parts]), torch.cat([p[1] for p in parts])

    def soft_votes(
        query: Tensor, lse: Tensor, keys: Tensor, start: int, ends: Tensor, *, groups: int, scaling: float,
        out: Tensor | None = None,
    ) -> Tensor:
        voters = query.shape[0] // ends.shape[0]
        blocks = rows_at_once(query, keys, voters) // voters
        parts = []
        for b in range(0, ends.shape[0], blocks):
            rows = slice(b * voters, (b + blocks) * voters)
            parts.append(
                votes_reference.soft_votes(
                    query[rows], lse[rows], keys, start, ends[b : b + blocks], groups=groups, scaling=scaling
                )
            )
        votes = torch.cat(parts)
        return votes if out is None else out.copy_(votes)

    return SimpleNamespace(
        name="reference",
        bf16_chunks=False,
        causal_attention=causal_attention,
        soft_votes=soft_votes,
        candidate_lse=candidate_lse,
        top_k_rows=_top_k_rows,
        gathered_attention=gathered_attention,
        delta_correct=delta_correct,
        score_rows=score.score_rows,
    )


def _top_k_rows(votes: Tensor, k: int, candidate_start: int, candidate_end: Tensor) -> tuple[Tensor, Tensor]:
    """As reference.top_k_rows, by torch.topk (which does not say which of equal votes it takes)."""
    blocks, groups, rows = votes.shape
    at = torch.arange(rows, device=votes.device)
    allowed = ((at >= candidate_start) & (at[None, :] < candidate_end[:, None]))[:, None, :]
    found = torch.where(allowed, votes, float("-inf")).topk(min(k, rows), dim=-1)
    valid = torch.isfinite(found.values)
    held = torch.where(valid, found.values, 0.0).sum(-1)
    ascending = torch.where(valid, found.indices, rows).sort(-1).values
    indices = torch.where(ascending < rows, ascending, -1).to(torch.int32)
    if indices.shape[-1] < k:
        indices = torch.cat([indices, indices.new_full((blocks, groups, k - indices.shape[-1]), -1)], -1)
    return indices, held
