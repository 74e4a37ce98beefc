"""How much single query heads look at each row of the document while a question is read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import torch
from torch import Tensor


@dataclass
class HeadWatch:
    """Softmax mass of the watched heads' queries on the rows [first_row, last_row) of the cache.

    `heads`: layer -> query heads. Watched are the tokens at positions [begin, end) of the prompt: `mean` is their mean,
    `last` the last of them, each [heads of the layer, rows] float32 by layer. It costs one pass of these heads over the
    keys; nothing else of the reading changes.
    """

    heads: Mapping[int, tuple[int, ...]]
    first_row: int
    last_row: int
    begin: int
    end: int
    mean: dict[int, Tensor] = field(default_factory=dict)
    last: dict[int, Tensor] = field(default_factory=dict)

    def look(self, layer_idx: int, query: Tensor, keys: Tensor, scaling: float) -> None:
        """Note what one layer's queries [T, H, D] (the last T positions) see of keys [Hkv, N, D]."""
        heads = self.heads.get(layer_idx)
        rows = keys.shape[1]
        start = rows - query.shape[0]
        lo, hi = max(self.begin, start), min(self.end, rows)
        if not heads or lo >= hi:
            return
        group = query.shape[1] // keys.shape[0]
        places = torch.arange(lo, hi, device=keys.device)
        hidden = torch.arange(rows, device=keys.device)[None] > places[:, None]
        means, lasts = [], []
        for head in heads:
            logits = (query[lo - start : hi - start, head] @ keys[head // group].T).float() * scaling
            seen = logits.masked_fill_(hidden, float("-inf")).softmax(-1)[:, self.first_row : self.last_row]
            means.append(seen.sum(0) / (self.end - self.begin))
            lasts.append(seen[-1])
        mean, last = torch.stack(means), torch.stack(lasts)
        # the first chunk of the question begins anew: a reading may be tried twice
        self.mean[layer_idx] = mean if lo == self.begin else self.mean[layer_idx] + mean
        self.last[layer_idx] = last
