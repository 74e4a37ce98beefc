"""Selection on a CPU: the same results as the definitions in a quarter of the time.

The definitions are written to be read: they convert, sort and gather whole caches. Here whole rows are copied instead
of single elements; and one written token takes the best k of a list instead of its order, and one softmax for votes and
normaliser. Calls of another form (a key index, compact positions) go to the definitions.
Only the product that reads every key runs on all cores: each small parallel operation waits for the slowest core, and
where another program runs that is a time slice (on two cores with one other program a step of one layer took 190 ms
instead of 8; docs/log.md). One core of an AMD EPYC, Hkv 2, G 6, D 128, 32,768 rows, k 2048, fp32: score 10.6 -> 5.1 ms, top-k 9.6 -> 0.7, attention
11.1 -> 1.2, where full attention takes 12.9.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import Tensor

from tsel_kernels import reference, score
from tsel_kernels.checks import check_cache, check_k, check_picks, check_query
from tsel_kernels.key_index import KeyIndex


@contextmanager
def one_thread() -> Iterator[None]:
    """Run what is inside on the calling core alone; switching costs less than a microsecond."""
    num_threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(num_threads)


def score_rows(
    query: Tensor,
    keys: Tensor | KeyIndex,
    candidate_start: int,
    candidate_end: int,
    *,
    groups: int,
    scaling: float,
) -> tuple[Tensor, Tensor]:
    """See tsel_kernels.score.score_rows."""
    if isinstance(keys, KeyIndex) or keys.dtype != torch.float32:
        return score.score_rows(query, keys, candidate_start, candidate_end, groups=groups, scaling=scaling)
    heads, kv_heads = query.shape[1], keys.shape[0]
    packed = query.float().view(kv_heads, heads // kv_heads, -1) * scaling
    by_row = keys @ packed.transpose(-1, -2)  # 1.5 times faster than packed @ keys.T
    with one_thread():
        logits = by_row.transpose(-1, -2).contiguous()
        shares = torch.softmax(logits, -1)
        best, top_share = logits.amax(-1), shares.amax(-1)  # the best row's share is exp(its logit - lse)
        votes = shares.sum(1)
        votes[:, :candidate_start] = 0
        votes[:, candidate_end:] = 0
        if groups == 1:
            votes = votes.sum(0, keepdim=True)
        return votes[None], (best - top_share.log()).view(1, heads)


def top_k_rows(votes: Tensor, k: int, candidate_start: int, candidate_end: Tensor) -> tuple[Tensor, Tensor]:
    """See tsel_kernels.reference.top_k_rows; of rows with equal votes at the limit any may be taken."""
    end = int(candidate_end[0])
    if votes.shape[0] > 1 or end - candidate_start < k:
        return reference.top_k_rows(votes, k, candidate_start, candidate_end)
    check_k(k)
    with one_thread():
        best = votes[..., candidate_start:end].topk(k, sorted=False)
        return (best.indices.sort(-1).values + candidate_start).to(torch.int32), best.values.sum(-1)


def gathered_attention(
    query: Tensor,
    q_start: int,
    keys: Tensor,
    values: Tensor,
    indices: Tensor,
    window_start: Tensor,
    *,
    block_size: int,
    num_sink: int,
    scaling: float,
    rope: tuple[Tensor, Tensor] | None = None,
) -> tuple[Tensor, Tensor]:
    """See tsel_kernels.reference.gathered_attention."""
    if rope is not None or keys.dtype != torch.float32:
        return reference.gathered_attention(
            query,
            q_start,
            keys,
            values,
            indices,
            window_start,
            block_size=block_size,
            num_sink=num_sink,
            scaling=scaling,
            rope=rope,
        )
    check_query(query, keys)
    check_cache(keys, values)
    check_picks(query.shape[0], block_size, indices, window_start, keys.shape[0])
    out, lse = torch.empty_like(query), query.new_empty(query.shape[:2], dtype=torch.float32)
    with one_thread():
        for b, begin in enumerate(window_start.tolist()):
            block = slice(b * block_size, min((b + 1) * block_size, query.shape[0]))
            first = q_start + block.start
            _attend(query[block], first, keys, values, indices[b], begin, num_sink, scaling, out[block], lse[block])
    return out, lse


def _attend(
    query: Tensor,
    q_start: int,
    keys: Tensor,
    values: Tensor,
    indices: Tensor,
    begin: int,
    num_sink: int,
    scaling: float,
    out: Tensor,
    lse: Tensor,
) -> None:
    """One block of gathered_attention, query [t, H, D] and indices [groups, K], into out [t, H, D] and lse [t, H]."""
    num, heads, dim = query.shape
    repeats = heads // keys.shape[0]
    first, last = torch.arange(min(num_sink, begin)), torch.arange(begin, q_start + num)
    later = torch.ones(num, num, dtype=torch.bool).triu(1).repeat_interleave(repeats, 0)  # of the block's own rows
    for head, picked in enumerate(indices.expand(keys.shape[0], -1)):
        own = slice(head * repeats, (head + 1) * repeats)
        rows = torch.cat([first, picked[picked >= 0], last])
        packed = query[:, own].reshape(-1, dim).float() * scaling
        logits = packed @ keys[head].index_select(0, rows).T
        logits[:, -num:].masked_fill_(later, float("-inf"))
        mass = torch.logsumexp(logits, -1)
        shares = logits.sub_(mass[:, None]).exp_()
        out[:, own] = (shares @ values[head].index_select(0, rows)).view(num, repeats, dim).to(out.dtype)
        lse[:, own] = mass.view(num, repeats)
