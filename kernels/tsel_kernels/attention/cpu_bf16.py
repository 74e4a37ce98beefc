"""Whether the queries of a chunk attend on bf16 copies of queries, keys and values on this CPU.

The flash operation multiplies bf16 rows and adds up in float32; its log-sum-exp stays float32. Where bf16 has matrix
units (AMX) that can be several times faster; with AVX-512 BF16 alone it was not (docs/dev/log.md). So it is timed.
Only for models whose weights are bf16 too: such a layer rounds the attention's result to bf16 anyway.
"""

from __future__ import annotations

import os
import time
from functools import lru_cache

import torch
from torch import Tensor

from tsel_kernels.attention import cpu_flash

VARIABLE = "TSEL_CPU_ATTENTION"
_QUERIES, _ROWS = 256, 2048  # below either it saves less than the timing takes: a question, or a short document, waits for none
_CLEARLY = 0.75  # of float32's time: a draw decided by noise would give other digits in every process
_TIMED_QUERIES, _TIMED_ROWS = 128, 4096  # what one core does in a turn (cpu.py): 15 ms a KV head in float32


def pays(query: Tensor, keys: Tensor) -> bool:
    """Whether to make bf16 copies for query [T, H, D] over keys [Hkv, N, D]; False for anything but float32.

    TSEL_CPU_ATTENTION=fp32 or bf16 decides instead of the timing (for comparisons).
    """
    if query.dtype != torch.float32 or query.shape[0] < _QUERIES or keys.shape[1] < _ROWS:
        return False
    asked = os.environ.get(VARIABLE, "auto")
    if asked == "fp32" or not cpu_flash.usable(torch.bfloat16, query.shape[2]):
        return False
    return asked == "bf16" or is_faster(query.shape[1] // keys.shape[0], query.shape[2])


@lru_cache(maxsize=4)
def is_faster(repeats: int, head_dim: int) -> bool:
    """Whether a block of queries of one KV head, on one core, is clearly quicker with its copies than in float32.

    Decided once a process and shape (0.13 s where it was measured). Both are timed in turns, the least of three.
    """
    generator, num_threads = torch.Generator().manual_seed(0), torch.get_num_threads()
    sizes = ((_TIMED_QUERIES, repeats, head_dim), *((1, _TIMED_ROWS, head_dim),) * 2)
    rows = [torch.randn(size, generator=generator) for size in sizes]
    least = {torch.float32: float("inf"), torch.bfloat16: float("inf")}
    torch.set_num_threads(1)
    try:
        for _ in range(3):
            for dtype in least:
                started = time.perf_counter()
                query, keys, values = (r.to(dtype) for r in rows)
                cpu_flash.chunk_attention(query, keys, values, head_dim**-0.5)
                least[dtype] = min(least[dtype], time.perf_counter() - started)
    finally:
        torch.set_num_threads(num_threads)
    return least[torch.bfloat16] < _CLEARLY * least[torch.float32]
