"""Score pass of a decode step in torch: logits once, log-sum-exp over every row, votes over the candidates."""

from __future__ import annotations

import torch
from torch import Tensor

from tsel_kernels.key_index import KeyIndex, index_logits


def score_rows(
    query: Tensor,
    keys: Tensor | KeyIndex,
    candidate_start: int,
    candidate_end: int,
    *,
    groups: int,
    scaling: float,
) -> tuple[Tensor, Tensor]:
    """Votes of one decode query and the normaliser of every head.

    query [1, H, D]; keys [Hkv, N, D] or its index. Returns votes [1, groups, N] float32 (probabilities of the
    softmax over all N rows, summed over the heads of a group; zero outside the candidates) and the log-sum-exp
    over all N rows [1, H] float32. Source: head soft vote of arXiv:2411.02886, normalised over all rows so that
    a head that looks only at sinks and window has no say.
    """
    heads, dim = query.shape[1:]
    kv_heads = keys.num_kv_heads if isinstance(keys, KeyIndex) else keys.shape[0]
    packed = query.float().view(kv_heads, heads // kv_heads, dim)
    if isinstance(keys, KeyIndex):
        logits = index_logits(packed, keys) * scaling
    else:
        logits = (packed * scaling) @ keys.float().transpose(-1, -2)
    lse = torch.logsumexp(logits, -1)
    votes = torch.exp(logits.sub_(lse[..., None])).sum(1)
    votes[:, :candidate_start] = 0
    votes[:, candidate_end:] = 0
    if groups == 1:
        votes = votes.sum(0, keepdim=True)
    return votes[None], lse.view(1, heads)
