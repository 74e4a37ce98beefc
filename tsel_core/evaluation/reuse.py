"""Calibration of the Selection Cache: what a cosine threshold saves (hit rate) and costs (coverage lost).

One answer is written with fresh picks at every step; beside it, every threshold is played through: it keeps its own
last pick, and at each step either would reuse it (its coverage is then known from the fresh votes) or takes the fresh.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from tsel_core.config import ReuseScope
from tsel_core.engine.engine import Engine
from tsel_core.engine.reading import Reading
from tsel_core.selection.reuse import query_cosine

THRESHOLDS = (0.7, 0.8, 0.85, 0.9, 0.95, 0.98)


@dataclass(frozen=True)
class ReuseRow:
    """A threshold and scope: share of picks reused, mean and worst coverage lost by reusing (in shares of mass)."""

    threshold: float
    scope: ReuseScope
    hit_rate: float
    mean_loss: float
    worst_loss: float


@dataclass
class _Played:
    """The cache of one layer as a threshold and scope would have kept it."""

    query: Tensor | None = None
    indices: Tensor | None = None
    num_rows: int = 0


def calibrate_reuse(
    engine: Engine,
    reading: Reading,
    token_ids: Sequence[int],
    thresholds: Sequence[float] = THRESHOLDS,
) -> list[ReuseRow]:
    """Write `token_ids` after a reading (its decode mode must be "select") and play every threshold through.

    Rows that entered the candidates since a pick was made are counted as held: a reused pick's window reaches back
    to where it began. Returns a row for each threshold and scope ("all" heads together, "each" KV group).
    """
    groups = engine.loaded.model.config.get_text_config().num_key_value_heads
    scopes: tuple[ReuseScope, ...] = ("all", "each")
    kinds = [(t, s) for t in thresholds for s in scopes]
    losses: dict[tuple[float, ReuseScope], list[float]] = {k: [] for k in kinds}
    tries = 0
    saved = engine.selection

    def watch(layer_idx: int) -> None:
        played = {k: _Played() for k in kinds}

        def observe(query: Tensor, votes: Tensor, indices: Tensor) -> None:
            nonlocal tries
            tries += 1
            fresh = float(_held(votes, indices)) / query.shape[1]
            voted = votes[0].sum(0).nonzero()
            num_rows = int(voted[-1]) + 1 if len(voted) else 0
            for kind, last in played.items():
                if last.query is not None and last.indices is not None:
                    cosine = float(query_cosine(query, last.query, groups if kind[1] == "each" else 1))
                    if cosine > kind[0]:
                        since = float(votes[..., last.num_rows :].sum())
                        kept = (float(_held(votes, last.indices)) + since) / query.shape[1]
                        losses[kind].append(max(0.0, fresh - kept))
                        continue
                played[kind] = _Played(query.clone(), indices, num_rows)

        engine.runtime.selectors[layer_idx].observer = observe

    try:
        engine.use_selection(replace(saved, reuse_threshold=1.0))
        for layer_idx in range(len(engine.runtime.selectors)):
            watch(layer_idx)
        logits: list[Tensor] = []
        list(engine.write(reading, forced_ids=token_ids, keep_logits=logits))
    finally:
        engine.use_selection(saved)
        for selector in engine.runtime.selectors:
            selector.observer = None
    return [
        ReuseRow(t, s, len(losses[t, s]) / max(1, tries), _mean(losses[t, s]), max(losses[t, s], default=0.0))
        for t, s in kinds
    ]


def choose_threshold(rows: Sequence[ReuseRow], max_loss: float = 0.01) -> ReuseRow | None:
    """The row with the most hits among those that lose at most `max_loss` of the mass on average; None without hits."""
    fitting = [r for r in rows if r.hit_rate > 0 and r.mean_loss <= max_loss]
    return max(fitting, key=lambda r: (r.hit_rate, r.threshold), default=None)


def _held(votes: Tensor, indices: Tensor) -> Tensor:
    """Votes held by indices [1, groups, K] (-1 padded), summed."""
    valid = indices >= 0
    return torch.where(valid, votes.gather(-1, indices.clamp(min=0).long()), 0.0).sum()


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 0.0
