"""The paper's mode: one pick for a chunk, from the vote of its mean query over the candidates (arXiv:2411.02886)."""

from __future__ import annotations

from torch import Tensor

from tsel_core.selection.picks import LayerPicks, Selection, pick
from tsel_core.selection.plan import window_starts
from tsel_core.selection.sinks import with_sinks


def attend_by_mean_query(
    selector: LayerPicks,
    query: Tensor,
    q_start: int,
    keys: Tensor,
    values: Tensor,
    scaling: float,
    sinks: Tensor | None,
) -> tuple[Tensor, Selection]:
    """Attention of query [T, H, D] at q_start.., keys and values [Hkv, N, D] up to its end."""
    cfg, ops = selector.config, selector.kernels
    starts = window_starts(cfg, q_start, query.shape[0], query.shape[0], keys.device)
    mean = query.float().mean(0, keepdim=True).to(query.dtype)
    lse = ops.candidate_lse(mean, keys, cfg.num_sink, starts, scaling=scaling)
    votes = ops.soft_votes(mean, lse, keys, cfg.num_sink, starts, groups=1, scaling=scaling)
    votes, _ = selector.all_votes(votes, query.shape[1])
    indices, _ = pick(selector, votes, cfg.budget, starts)
    rows, size = (query, q_start, keys, values, indices, starts), query.shape[0]
    out, lse = ops.gathered_attention(*rows, block_size=size, num_sink=cfg.num_sink, scaling=scaling)
    if sinks is not None:
        out, _ = with_sinks(out, lse, sinks)
    return out, Selection(indices, starts, None)
