"""How a prompt is cut into the chunks of a prefill."""

from __future__ import annotations

from collections.abc import Iterator

CHUNK = {"cpu": 512, "cuda": 8192}
OTHER_GPU_CHUNK = 2048  # tokens on GPUs that run the torch definitions
"""Tokens a chunk has when settings leave it open. CPU: larger chunks gain nothing and show progress later. H100, 7B
shape: 512 to 8192 tokens run the linear part equally fast, fewer chunks launch less."""

MEAN_QUERY_CHUNK = 512
"""Tokens of a chunk in the published mode (TokenSelect, arXiv:2411.02886), whose chunk has one pick."""


def prefill_chunks(
    tail_start: int, num_tokens: int, chunk_size: int, start: int, edge: int
) -> Iterator[tuple[int, int]]:
    """(begin, end) of the prefill chunks from `start` on; a chunk never crosses `tail_start` or `edge`."""
    for lo, hi in ((0, min(tail_start, num_tokens)), (min(tail_start, num_tokens), num_tokens)):
        for begin in range(max(lo, start), hi, chunk_size):
            end = min(begin + chunk_size, hi)
            if begin < edge < end:
                yield begin, edge
                yield edge, end
            else:
                yield begin, end
