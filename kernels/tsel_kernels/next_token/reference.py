"""Torch definition of what ends a captured step: the likeliest token, coverage, and where the next token stands."""

from __future__ import annotations

import torch
from torch import Tensor

NOT_FINITE = -1
"""What is shown in the place of a token whose logits are damaged."""


def held_share(lse: Tensor, full_lse: Tensor, reuse: Tensor) -> Tensor:
    """Share of softmax mass the attended rows hold [L] of log-sum-exps [L, H]; NaN where `reuse` [L] is not 0."""
    held = torch.exp(lse - full_lse).clamp(max=1).mean(-1)
    return torch.where(reuse != 0, torch.nan, held)


def next_token_(
    logits: Tensor,
    token: Tensor,
    shown: Tensor,
    position: Tensor,
    num_done: Tensor,
    lse: Tensor,
    full_lse: Tensor,
    reuse: Tensor,
    coverage: Tensor,
) -> None:
    """token [1] int64 = the place of the largest of logits [V], the first of equals; `shown` NOT_FINITE where that is not finite.

    Row num_done [1] int64 of coverage [steps, L] float32 becomes `held_share`; position [1] int32 and num_done go up by one.
    """
    best, found = logits.max(-1, keepdim=True)  # NaN anywhere makes the best NaN: no pass of its own
    token.copy_(found)
    shown.copy_(torch.where(best - best == 0, found, NOT_FINITE))
    coverage.index_copy_(0, num_done, held_share(lse, full_lse, reuse)[None])
    position.add_(1)
    num_done.add_(1)
