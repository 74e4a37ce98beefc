"""Votes as 14-bit keys of the same order: what a decode step counts and picks from (decode/triton_pick.py)."""

from __future__ import annotations

import triton
import triton.language as tl

LOWEST_KEY = tl.constexpr(11 * 64)  # bfloat16 bits of 2^-121.5: bin 255 then ends at 2^6.5, beyond any sum of 64 probabilities
HIGHEST_KEY = tl.constexpr(256 * 64 - 1)


@triton.jit
def vote_key(votes):
    """Votes >= 0 as 14-bit integers of the same order."""
    bits = votes.to(tl.int32, bitcast=True)
    return tl.minimum(tl.maximum(((bits + 32768) >> 16) - LOWEST_KEY, 0), HIGHEST_KEY)
