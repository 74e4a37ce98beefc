"""What softmax attention of a layer has beyond scaled products: a sliding window, a soft cap, learned sinks."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True, slots=True)
class Extras:
    """`window`: tokens a query sees, itself included; `softcap` of the logits; `sinks` [H]: logits of rows of zeros."""

    window: int | None = None
    softcap: float | None = None
    sinks: Tensor | None = None


def row_attention(
    query: Tensor, keys: Tensor, values: Tensor, position: Tensor, scaling: float, extras: Extras
) -> Tensor:
    """Attention of query [H, D] at row `position` [1] of keys, values [Hkv, capacity, D] -> [H, Dv].

    Its shapes are fixed, and it never waits for the device. With a window only the window's rows are read; else every
    row of the cache, those past the position masked.
    """
    at = position.long()
    if extras.window is not None and extras.window < keys.shape[1]:
        rows = at - torch.arange(extras.window, device=query.device)
        seen = rows >= 0
        places = rows.clamp(min=0) % keys.shape[1]  # of a ring (kv/window_layer.py); every row of others has its own
        keys, values = (t.index_select(1, places) for t in (keys, values))
    else:
        rows = torch.arange(keys.shape[1], device=query.device)
        seen = rows <= at
    grouped = query.view(keys.shape[0], -1, query.shape[-1])
    logits = (grouped @ keys.transpose(-1, -2)).float() * scaling
    if extras.softcap is not None:
        logits = torch.tanh(logits / extras.softcap) * extras.softcap
    logits = logits.masked_fill(~seen, float("-inf"))
    if extras.sinks is not None:
        logits = torch.cat([logits, extras.sinks.float().view(*logits.shape[:2], 1)], -1)
    weights = torch.softmax(logits, -1)[..., : keys.shape[1]]
    # rows of the cache that were never written may hold anything, and 0 times NaN is NaN
    mixed = weights.to(values.dtype) @ torch.where(seen[:, None], values, 0)
    return mixed.reshape(query.shape[0], -1)
