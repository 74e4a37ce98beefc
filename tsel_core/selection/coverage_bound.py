"""How far a measured coverage can be trusted: 95 % intervals from a sample, and their lower ends.

Of a written token's step a few hundred of the rows that were not picked are scored exactly, one drawn from each of as
many stretches of equal length: a bound that holds whatever an index said of them (vAttention, arXiv:2510.05688, bounds
the output so). Of a chunk only some queries were measured; the interval is that of their mean.
"""

from __future__ import annotations

import random

import torch
from torch import Tensor

from tsel_core.config import SelectionConfig
from tsel_core.kv.stored import StoredRows
from tsel_kernels.shapes import logits_of, ungrouped

NUM_SAMPLES = 256
_Z = 1.959964  # of a 95 % interval


def sampled_bound(
    query: Tensor,
    keys: Tensor,
    indices: Tensor,
    window_start: int,
    picked_lse: Tensor,
    *,
    num_sink: int,
    scaling: float,
    num_samples: int = NUM_SAMPLES,
) -> tuple[Tensor, Tensor, Tensor]:
    """(coverage, low, high) [] of one query [1, H, D] over keys [Hkv, N, D], mean over heads.

    indices [1, groups, K] -1 padded: the rows picked in num_sink .. window_start; picked_lse [1, H] over all rows
    attended to. The draw depends on `window_start` alone, so that a run can be repeated. Candidates that are no more
    than `num_samples` are all scored: the interval is then a point.
    """
    rows, weight = _drawn(num_sink, window_start, num_samples, keys.device)
    if len(rows) == 0:
        one = torch.ones((), device=keys.device)
        return one, one, one
    logits = logits_of(query, keys[:, rows], scaling)
    shares = torch.exp(ungrouped(logits, 1)[0] - picked_lse[0][:, None].float()) * weight  # of the picked mass [H, m]
    taken = (rows[:, None] == indices[0][:, None, :].to(rows)).any(-1)  # [groups, m]
    heads = shares.shape[0]
    shares = shares * (~taken).repeat_interleave(heads // len(taken), 0)
    total = 1 + shares.sum(-1)
    coverage = (1 / total).mean()
    if weight == 1:
        return coverage, coverage, coverage
    effect = (shares / total[:, None] ** 2).mean(0) * len(rows)  # of one drawn row on the mean over heads
    half = _Z * effect.std() / len(rows) ** 0.5
    return coverage, (coverage - half).clamp(min=0), (coverage + half).clamp(max=1)


def step_bound(
    config: SelectionConfig,
    query: Tensor,
    keys: Tensor | StoredRows,
    indices: Tensor,
    window_start: int,
    picked_lse: Tensor,
    scaling: float,
) -> Tensor | None:
    """Lower end of a step's coverage; only a floor asks for it, and the rows must be at hand."""
    if config.coverage_floor <= 0 or not isinstance(keys, Tensor):
        return None
    rows = (query, keys, indices, window_start, picked_lse)
    return sampled_bound(*rows, num_sink=config.num_sink, scaling=scaling)[1]


def _drawn(begin: int, end: int, num: int, device: torch.device) -> tuple[Tensor, float]:
    """One row of each of `num` stretches of begin .. end, and for how many rows it stands."""
    count = max(0, end - begin)
    if count <= num:
        return torch.arange(begin, begin + count, device=device), 1.0
    draw = random.Random(f"coverage {end}")
    rows = [begin + int((i + draw.random()) * count / num) for i in range(num)]
    return torch.tensor(rows, device=device), count / num


def mean_bound(values: Tensor) -> Tensor:
    """Lower end [] of the 95 % interval of the mean of values [M] (Student's t; M = 1: the value itself)."""
    num = len(values)
    if num < 2:
        return values.mean()
    free = num - 1
    t = _Z + (_Z**3 + _Z) / (4 * free) + (5 * _Z**5 + 16 * _Z**3 + 3 * _Z) / (96 * free**2)  # its quantile's expansion
    low: Tensor = values.mean() - t * values.std() / num**0.5
    return low.clamp(min=0)
