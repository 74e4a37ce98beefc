"""The exact pick of k among the listed candidates of one row: the last step of the top-k (triton.py)."""

from __future__ import annotations

import triton
import triton.language as tl


@triton.jit
def _bits(votes):
    return tl.maximum(votes.to(tl.float32), 0.0).to(tl.int32, bitcast=True)


@triton.jit
def _write(out_ptr, n, bits, votes, ok, threshold, ties, taken, tied, k):
    """Store the rows of one batch that belong to the pick; returns how many were stored and how many tied.

    One scan carries two counts (each below 2^15): rows above the threshold, and rows equal to it.
    """
    above, equal = ok & (bits > threshold), ok & (bits == threshold)
    counts = above.to(tl.int32) + (equal.to(tl.int32) << 16)
    reach = tl.cumsum(counts, 0)
    rank = tied + (reach >> 16)
    pick = above | (equal & (rank <= ties))
    at = taken + (reach & 65535) + tl.minimum(rank, ties) - tl.minimum(tied, ties) - 1
    tl.store(out_ptr + at, n, mask=pick & (at < k))
    total = tl.sum(counts, 0)
    now = tied + (total >> 16)
    taken += (total & 65535) + tl.minimum(now, ties) - tl.minimum(tied, ties)
    return taken, now, tl.sum(tl.where(pick, votes, 0.0), 0)


@triton.jit
def _write_pick(votes_ptr, listed_ptr, out_ptr, first, end, threshold, ties, k, FB: tl.constexpr, LISTED: tl.constexpr):
    """Store the pick among rows first..end-1 (of the list), ascending; returns how many, and the votes they hold."""
    span = tl.arange(0, FB)
    taken = 0
    tied = 0
    held = 0.0
    for i in range(first, end, FB):
        n = i + span
        ok = n < end
        if LISTED:
            n = tl.load(listed_ptr + n, mask=ok, other=0, cache_modifier=".cg")
        votes = tl.load(votes_ptr + n, mask=ok, other=0.0).to(tl.float32)
        taken, tied, more = _write(out_ptr, n, _bits(votes), votes, ok, threshold, ties, taken, tied, k)
        held += more
    return taken, held


@triton.jit
def _pick_list(votes_ptr, listed_ptr, out_ptr, count, least, most, k, CAP: tl.constexpr, FB: tl.constexpr):
    """Bits of all candidates in registers: bisection for the k-th, then the write."""
    i = tl.arange(0, CAP)
    ok = i < count
    n = tl.load(listed_ptr + i, mask=ok, other=0, cache_modifier=".cg")
    votes = tl.load(votes_ptr + n, mask=ok, other=0.0)
    # 16-bit votes leave the low bits of a float empty: two or three probes instead of ten
    low_bits: tl.constexpr = 16 if votes.dtype == tl.bfloat16 else 13 if votes.dtype == tl.float16 else 0
    bits = tl.where(ok, _bits(votes) >> low_bits, -1)
    # invariant: at least k candidates are >= low (if there are k), fewer than k are > high; two probes a step, whose
    # counts (below 2^16) travel in one reduction
    low, high = least >> low_bits, tl.minimum(most >> low_bits, tl.max(bits, 0))
    while low < high:
        third = (high - low + 2) // 3
        one = low + third
        two = tl.minimum(one + third, high)
        counts = tl.sum((bits >= one).to(tl.int32) + ((bits >= two).to(tl.int32) << 16), 0)
        enough_one, enough_two = (counts & 65535) >= k, (counts >> 16) >= k
        high = tl.where(enough_two, high, tl.where(enough_one, two - 1, one - 1))
        low = tl.where(enough_two, two, tl.where(enough_one, one, low))
    ties = k - tl.sum((bits > low).to(tl.int32), 0)
    return _write_pick(votes_ptr, listed_ptr, out_ptr, 0, count, low << low_bits, ties, k, FB, True)


@triton.jit
def _pick_walk(votes_ptr, out_ptr, first, end, k, FB: tl.constexpr):
    """The same over all votes of a row in memory, eight bits a pass: for lists that overflowed or came out short."""
    span = tl.arange(0, FB)
    bins = tl.arange(0, 256)
    prefix = 0
    ties = k
    for level in range(4):
        shift = 24 - 8 * level
        counts = tl.zeros([256], tl.int32)
        for i in range(first, end, FB):
            ok = i + span < end
            bits = _bits(tl.load(votes_ptr + i + span, mask=ok, other=0.0))
            ok = ok & ((bits >> shift >> 8) == prefix)
            counts += tl.histogram((bits >> shift) & 255, 256, mask=ok)
        reach = tl.cumsum(counts, 0, reverse=True)
        pivot = tl.maximum(tl.sum((reach >= ties).to(tl.int32), 0) - 1, 0)
        ties -= tl.sum(tl.where(bins > pivot, counts, 0), 0)
        prefix = prefix * 256 + pivot
    return _write_pick(votes_ptr, votes_ptr, out_ptr, first, end, prefix, ties, k, FB, False)


@triton.jit
def _in_order(listed_ptr, ordered_ptr, states_ptr, count, tiles, BT: tl.constexpr, TP: tl.constexpr, FB: tl.constexpr):
    """Copy `count` listed rows, tile by tile in order of arrival, to `ordered_ptr` in row order."""
    t = tl.arange(0, TP)
    found = tl.load(states_ptr + t, mask=t < tiles, other=0)
    place = tl.load(states_ptr + tiles + t, mask=t < tiles, other=0)
    tl.debug_barrier()
    # what a tile's rows move by: the rows of the tiles before it, less the place they have
    tl.store(states_ptr + tiles + t, tl.cumsum(found, 0) - found - place, mask=t < tiles)
    tl.debug_barrier()
    for first in range(0, count, FB):
        i = first + tl.arange(0, FB)
        ok = i < count
        n = tl.load(listed_ptr + i, mask=ok, other=0)
        shift = tl.load(states_ptr + tiles + n // BT, mask=ok, other=0, cache_modifier=".cg")
        tl.store(ordered_ptr + i + shift, n, mask=ok)
    tl.debug_barrier()


@triton.jit
def pick_row(
    votes_ptr, listed_ptr, states_ptr, tickets_ptr, bounds_ptr, out_ptr, held_ptr, start, end, k, tiles,
    BT: tl.constexpr, TP: tl.constexpr, CAP: tl.constexpr, K_PAD: tl.constexpr,
):  # fmt: skip
    """Write the ascending pick of one row (padded with -1) and the votes it holds; clear the row's workspace."""
    t = tl.arange(0, TP)
    count = tl.load(tickets_ptr + 1)
    first = tl.minimum(start, end)
    taken = 0
    held = 0.0
    FB: tl.constexpr = 4096
    if (count <= CAP) & ((count >= k) | (count == end - first)):
        least, most = tl.load(bounds_ptr), tl.load(bounds_ptr + 1)
        ordered_ptr = listed_ptr + CAP
        _in_order(listed_ptr, ordered_ptr, states_ptr, count, tiles, BT, TP, FB)
        if count <= CAP // 2:
            taken, held = _pick_list(votes_ptr, ordered_ptr, out_ptr, count, least, most, k, CAP // 2, FB)
        else:
            taken, held = _pick_list(votes_ptr, ordered_ptr, out_ptr, count, least, most, k, CAP, FB)
    else:
        taken, held = _pick_walk(votes_ptr, out_ptr, first, end, k, FB)
    pad = tl.arange(0, K_PAD)
    tl.store(out_ptr + pad, -1, mask=(pad >= taken) & (pad < k))
    tl.store(held_ptr, held)
    tl.debug_barrier()
    tl.store(states_ptr + t, 0, mask=t < tiles)
    tl.store(states_ptr + tiles + t, 0, mask=t < tiles)
    tl.store(tickets_ptr + 1, 0)
