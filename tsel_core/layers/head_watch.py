"""How much single query heads look at each row of the document while a question is read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
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
        group, start = query.shape[1] // keys.shape[0], keys.shape[1] - query.shape[0]

        def logits(head: int, lo: int, hi: int) -> Tensor:
            return (query[lo - start : hi - start, head] @ keys[head // group].T).float() * scaling

        self.note(layer_idx, query.shape[0], keys.shape[1], logits)

    def note(self, layer_idx: int, num: int, rows: int, logits: Callable[[int, int, int], Tensor]) -> None:
        """Note what the last `num` of N rows see in a layer; logits(head, lo, hi) [hi - lo, N] of rows lo .. hi - 1."""
        heads = self.heads.get(layer_idx)
        lo, hi = max(self.begin, rows - num), min(self.end, rows)
        if not heads or lo >= hi:
            return
        means, lasts, hidden = [], [], None
        for head in heads:
            found = logits(head, lo, hi)
            if hidden is None:
                at = torch.arange(rows, device=found.device)
                hidden = at[None] > at[lo:hi, None]
            seen = found.masked_fill_(hidden, float("-inf")).softmax(-1)[:, self.first_row : self.last_row]
            means.append(seen.sum(0) / (self.end - self.begin))
            lasts.append(seen[-1])
        mean, last = torch.stack(means), torch.stack(lasts)
        # the first chunk of the question begins anew: a reading may be tried twice
        self.mean[layer_idx] = mean if lo == self.begin else self.mean[layer_idx] + mean
        self.last[layer_idx] = last
