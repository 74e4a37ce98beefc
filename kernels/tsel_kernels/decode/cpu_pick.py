"""A fresh pick of a written token on a CPU, from the votes to attention: a KV head is one turn of one core.

In separate steps every one of them would wake another thread (0.1 ms) and wait for it.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor

from tsel_kernels.attention import cpu_flash
from tsel_kernels.cpu_threads import in_turns, one_thread
from tsel_kernels.score.cpu_index import RowIndex, product, query_codes
from tsel_kernels.top_k.cpu import best_rows


class Pick(NamedTuple):
    """indices [1, Hkv, K] int32, votes [1, Hkv, N] float32, out [1, H, D], and coverage [] by the copy's own softmax."""

    indices: Tensor
    votes: Tensor
    out: Tensor
    coverage: Tensor


def pick_attend(
    query: Tensor,
    keys: Tensor,
    values: Tensor,
    index: RowIndex,
    k: int,
    *,
    num_sink: int,
    window_start: int,
    scaling: float,
) -> Pick:
    """What score_rows, top_k_rows and gathered_attention give for query [1, H, D] at the last row, a pick per KV head.

    keys, values [Hkv, N, D] float32, at least k candidates in num_sink .. window_start - 1; only where
    cpu_flash.usable says so.
    """
    heads, kv_heads, num = query.shape[1], keys.shape[0], keys.shape[1]
    packed = query.view(kv_heads, heads // kv_heads, -1)
    codes, unit = query_codes(packed * scaling, index)
    votes, out, held = torch.empty(1, kv_heads, num), torch.empty_like(packed), torch.empty(kv_heads, k)
    rows = torch.empty((kv_heads, num_sink + k + num - window_start), dtype=torch.int64)
    rows[:, :num_sink], rows[:, num_sink + k :] = torch.arange(num_sink), torch.arange(window_start, num)
    picked = rows[:, num_sink : num_sink + k]

    def attend(head: int) -> None:  # as few operations as can be: two threads of Python take turns between them
        logits = product(codes[head], index.codes[head], num).float().mul_(unit[head])
        own = torch.sum(torch.softmax(logits, -1), 0, out=votes[0, head])
        held[head], best = best_rows(own[num_sink:window_start], k)
        torch.add(best, num_sink, out=picked[head])
        own_keys, own_values = (t[head].index_select(0, rows[head])[None] for t in (keys, values))
        out[head] = cpu_flash.past_attention(packed[head][None], own_keys, own_values, scaling)[0][0]

    in_turns(attend, kv_heads, per_thread=1)
    with one_thread():
        votes[:, :, :num_sink], votes[:, :, window_start:] = 0, 0
        coverage = (1.0 - (votes.sum() - held.sum()) / heads).clamp_(0, 1)
        return Pick(picked.to(torch.int32)[None], votes, out.view(query.shape), coverage)
