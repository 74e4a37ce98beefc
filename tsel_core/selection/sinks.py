"""Learned sinks: a logit a head that takes its share of every softmax and gives nothing (gpt-oss)."""

from __future__ import annotations

import torch
from torch import Tensor


def with_sinks(out: Tensor, lse: Tensor, sinks: Tensor) -> tuple[Tensor, Tensor]:
    """out [T, H, D] and log-sum-exp [T, H] of attention once a sink a head [H] takes its share of the softmax.

    Exact for whatever rows were attended to: a sink is one more row, whose value is zero.
    """
    sinks = sinks.float()
    held = torch.sigmoid(lse - sinks)[..., None]
    return (out.float() * held).to(out.dtype), torch.logaddexp(lse, sinks.expand_as(lse))
