"""Attention on a CPU: the same results as the definitions in a quarter of the time.

The definitions are written to be read: they convert, sort and gather whole caches. Here whole rows are copied instead
of single elements, and attention is PyTorch's flash operation in parts (cpu_flash.py). Calls of another form (compact
positions) go to the definitions.
Small parallel operations wait for the slower core, and where another program runs that is a time slice: so blocks and
heads are taken in turn by threads that share no operation (tsel_kernels.cpu_threads; docs/dev/log.md).
"""

from __future__ import annotations

import torch
from torch import Tensor

from tsel_kernels.attention import cpu_bf16, cpu_flash, reference
from tsel_kernels.checks import check_cache, check_picks, check_query
from tsel_kernels.cpu_threads import in_turns

_BLOCK = 128  # queries of a turn: flash attention computes 512 causal ones as if they were not (10.5 ms, so 6.5)


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
    """See reference.gathered_attention. `bf16`: on bf16 copies where that pays (cpu_bf16.py)."""
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
    that pays (cpu_bf16.py).
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
    """See reference.causal_attention. Rows before the first query need no mask."""
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
