"""Selection on a CPU: the same results as the definitions in a quarter of the time.

The definitions are written to be read: they convert, sort and gather whole caches. Here whole rows are copied instead
of single elements, attention is PyTorch's flash operation in parts (tsel_kernels.cpu_flash), the best k of a list are
taken instead of its order, and a written token has one softmax for votes and normaliser. Calls of another form (a key
index, compact positions) go to the definitions.
Small parallel operations wait for the slower core, and where another program runs that is a time slice: so blocks and
heads are taken in turn by threads that share no operation (tsel_kernels.cpu_turns), and of a written token only the
product that reads every key in float32 runs on all cores (docs/dev/log.md).
"""

from __future__ import annotations

import torch
from torch import Tensor

from tsel_kernels import cpu_bf16, cpu_flash, cpu_index, reference, score
from tsel_kernels.checks import check_cache, check_k, check_picks, check_query
from tsel_kernels.cpu_index import RowIndex
from tsel_kernels.cpu_pick import best_rows
from tsel_kernels.cpu_turns import in_turns, one_thread
from tsel_kernels.key_index import KeyIndex

QUICK = ("causal_attention", "gathered_attention", "score_rows", "top_k_rows")
_BLOCK = 128  # queries of a turn: flash attention computes 512 causal ones as if they were not (10.5 ms, so 6.5)


def score_rows(
    query: Tensor,
    keys: Tensor | KeyIndex | RowIndex,
    candidate_start: int,
    candidate_end: int,
    *,
    groups: int,
    scaling: float,
) -> tuple[Tensor, Tensor]:
    """See tsel_kernels.score.score_rows; `keys` may also be their int8 copy, which is read three times as fast."""
    if isinstance(keys, RowIndex):
        return cpu_index.score_rows(query, keys, candidate_start, candidate_end, groups=groups, scaling=scaling)
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
    check_k(k)
    indices = torch.full((*votes.shape[:2], k), -1, dtype=torch.int32)
    held = votes.new_zeros(votes.shape[:2])
    with one_thread():
        for b, end in enumerate(candidate_end.tolist()):
            take = min(k, end - candidate_start)
            if take > 0:
                for g in range(votes.shape[1]):
                    values, best = best_rows(votes[b, g, candidate_start:end], take)
                    indices[b, g, :take] = best + candidate_start
                    held[b, g] = values.sum()
    return indices, held


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
    bf16: bool = False,
) -> tuple[Tensor, Tensor]:
    """See tsel_kernels.reference.gathered_attention. `bf16`: on bf16 copies where that pays (tsel_kernels.cpu_bf16)."""
    fast = rope is None and keys.dtype == query.dtype == torch.float32
    if not fast or not cpu_flash.usable(query.dtype, query.shape[2]):
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
    begins, kv_heads = window_start.tolist(), keys.shape[0]
    repeats = query.shape[1] // kv_heads
    dtype = torch.bfloat16 if bf16 and cpu_bf16.pays(query, keys) else query.dtype
    query = query.to(dtype)

    def attend(turn: int) -> None:
        b, head = divmod(turn, kv_heads)
        block = slice(b * block_size, min((b + 1) * block_size, query.shape[0]))
        own = slice(head * repeats, (head + 1) * repeats)
        picked = indices[b, head if indices.shape[1] > 1 else 0]
        first, end = torch.arange(min(num_sink, begins[b])), q_start + block.stop
        rows = torch.cat([first, picked[picked >= 0], torch.arange(begins[b], end)])
        own_keys, own_values = (t[head].index_select(0, rows)[None].to(dtype) for t in (keys, values))
        out[block, own], lse[block, own] = cpu_flash.chunk_attention(query[block, own], own_keys, own_values, scaling)

    in_turns(attend, len(begins) * kv_heads, per_thread=1)
    return out, lse


def chunk_attention(query: Tensor, keys: Tensor, values: Tensor, scaling: float, bf16: bool = False) -> Tensor:
    """Causal attention of query [T, H, D], the last T of the rows of keys, values [Hkv, N, D] -> [T, H, D].

    Only where cpu_flash.usable says so. `bf16`: on bf16 copies, made for this call (2 ms of 160 at 16,384 rows), where
    that pays (tsel_kernels.cpu_bf16).
    """
    num, kv_heads = query.shape[0], keys.shape[0]
    repeats, past = query.shape[1] // kv_heads, keys.shape[1] - num
    size = min(_BLOCK, max(16, -(-num // torch.get_num_threads())))
    out, num_blocks = torch.empty_like(query), -(-num // size)
    if bf16 and cpu_bf16.pays(query, keys):
        query, keys, values = (t.to(torch.bfloat16) for t in (query, keys, values))

    def attend(turn: int) -> None:
        b, head = num_blocks - 1 - turn // kv_heads, turn % kv_heads  # the longest come first
        block, own = slice(b * size, min((b + 1) * size, num)), slice(head * repeats, (head + 1) * repeats)
        own_keys, own_values = (t[head : head + 1, : past + block.stop] for t in (keys, values))
        out[block, own] = cpu_flash.chunk_attention(query[block, own], own_keys, own_values, scaling)[0]

    in_turns(attend, num_blocks * kv_heads)
    return out


def causal_attention(
    query: Tensor, positions: Tensor, keys: Tensor, values: Tensor, *, scaling: float
) -> tuple[Tensor, Tensor]:
    """See tsel_kernels.reference.causal_attention. Rows before the first query need no mask."""
    check_query(query, keys)
    check_cache(keys, values)
    first, last = int(positions.min()), int(positions.max())
    own = slice(first, last + 1)
    out, lse = reference.causal_attention(query, positions - first, keys[:, own], values[:, own], scaling=scaling)
    if first == 0:
        return out, lse
    if query.dtype != keys.dtype or not cpu_flash.usable(query.dtype, query.shape[2]):
        return reference.causal_attention(query, positions, keys, values, scaling=scaling)
    before = cpu_flash.past_attention(query, keys[:, :first], values[:, :first], scaling)
    return cpu_flash.merged(out, lse, *before)
