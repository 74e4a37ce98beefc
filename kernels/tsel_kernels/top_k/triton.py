"""Top-k of a chunk's votes without a sort: counts of float bits bound the k-th vote, one pass lists candidates.

For many rows of votes, which are read once and a little; a decode step, whose few rows lie in the cache of the chip, is
quicker with exact counts (decode/triton_pick.py).

1. `histogram_kernel` counts votes in 128 bins of a quarter octave; the last program of a row finds the bin of the
   k-th. With SAMPLE > 1 it reads one piece of 16 in SAMPLE and
   aims at 7/4 k: a guess that the last step checks (pieces are short because strong votes come in runs).
2. `refine_kernel` counts the votes of that bin in 128 finer bins, only where the list would overflow (flat votes).
3. `list_kernel` appends the candidates at or above the bound: a tile takes its place in the list with one atomic
   addition and notes it, so tiles lie in the list in order of arrival, rows of a tile in row order. No program waits.
4. `pick_kernel` puts the tiles in order, finds the exact threshold in registers and writes the k rows, ascending, ties
   to the lower index. What it writes does not depend on the order of arrival.
A list that overflowed or came out short (many equal votes, a bad guess) is replaced by a walk over the votes
themselves: slower, still exact. Every kernel leaves its workspace zeroed, so a captured graph needs no memset.
"""

from __future__ import annotations

import torch
import triton
import triton.language as tl
from torch import Tensor

from tsel_kernels.checks import check_k
from tsel_kernels.top_k.triton_pick import pick_row
from tsel_kernels.top_k.triton_workspace import BINS, TopKWorkspace, topk_workspace
from tsel_kernels.triton_device import ceil_div, next_power

PICK_WARPS = 32
"""Warps of the program that picks from a list of up to 8192."""

LOW_BIN = tl.constexpr((127 - 26) * 4)  # bins start at 2^-26 and end at 2^6: votes are sums of at most 64 probabilities
TOP_BITS = tl.constexpr(2139095039)  # the largest finite float


@triton.jit
def vote_bits(votes):
    """Votes as integers of the same order (votes are never negative)."""
    return tl.maximum(votes.to(tl.float32), 0.0).to(tl.int32, bitcast=True)


@triton.jit
def coarse_bin(bits, BINS: tl.constexpr):
    """Quarter-octave bin; the first and last hold everything beyond the range."""
    return tl.minimum(tl.maximum((bits >> 21) - LOW_BIN, 0), BINS - 1)


@triton.jit
def add_counts(counts_ptr, row, bins, ok, BINS: tl.constexpr):
    """Count `bins` where ok into the row's counters."""
    found = tl.histogram(bins, BINS, mask=ok)
    tl.atomic_add(counts_ptr + row * BINS + tl.arange(0, BINS), found, mask=found > 0, sem="relaxed")


@triton.jit
def take_counts(counts_ptr, row, k, BINS: tl.constexpr):
    """Highest bin with at least k counted at or above it (0 if fewer in all), how many lie above and in it; clears."""
    bins = tl.arange(0, BINS)
    at = counts_ptr + row * BINS + bins
    counts = tl.load(at, cache_modifier=".cg")
    tl.store(at, tl.zeros([BINS], tl.int32))
    reach = tl.cumsum(counts, 0, reverse=True)
    pivot = tl.maximum(tl.sum((reach >= k).to(tl.int32), 0) - 1, 0)
    return pivot, tl.sum(tl.where(bins > pivot, counts, 0), 0), tl.sum(tl.where(bins == pivot, counts, 0), 0)


@triton.jit
def finish_histogram(counts_ptr, tickets_ptr, bounds_ptr, row, k, sample, room, programs, BINS: tl.constexpr):
    """The last program of a row turns its counts into bounds on the bits of the k-th vote."""
    tl.debug_barrier()
    if tl.atomic_add(tickets_ptr + row * 4, 1, sem="acq_rel") == programs - 1:
        wanted = tl.where(sample > 1, 7 * k // (4 * sample) + 24, k)
        pivot, above, inside = take_counts(counts_ptr, row, wanted, BINS)
        least = tl.where(pivot == 0, 0, (pivot + LOW_BIN) << 21)
        most = tl.where((pivot == BINS - 1) | (sample > 1), TOP_BITS, ((pivot + LOW_BIN + 1) << 21) - 1)
        tl.store(bounds_ptr + row * 4, least)
        tl.store(bounds_ptr + row * 4 + 1, most)
        # a sampled count is a guess: leave it room
        refine = ((above + inside) * sample > tl.where(sample > 1, room // 2, room)) & (pivot > 0) & (pivot < BINS - 1)
        tl.store(bounds_ptr + row * 4 + 2, refine.to(tl.int32))
        tl.store(bounds_ptr + row * 4 + 3, above)
        tl.store(tickets_ptr + row * 4, 0)


@triton.jit
def _sampled(votes_ptr, begin, start, end, num_rows, BT: tl.constexpr, SAMPLE: tl.constexpr):
    """Bits of BT votes from row `begin` * SAMPLE on, pieces of 16, one in SAMPLE; and which of them are candidates.

    A thread takes 8 votes in a row; the mask of the load is the votes' end, so that it stays one wide load.
    """
    i = tl.arange(0, BT // 8)
    n = (begin * SAMPLE + i // 2 * (16 * SAMPLE) + i % 2 * 8)[:, None] + tl.arange(0, 8)[None, :]
    votes = tl.load(votes_ptr + n, mask=n < num_rows, other=0.0)
    return tl.reshape(vote_bits(votes), [BT]), tl.reshape((n >= start) & (n < end), [BT])


@triton.jit
def histogram_kernel(
    votes_ptr, end_ptr, counts_ptr, tickets_ptr, bounds_ptr,
    num_rows, start, k, groups, room, BT: tl.constexpr, BINS: tl.constexpr, SAMPLE: tl.constexpr,
):  # fmt: skip
    row = tl.program_id(1)
    end = tl.minimum(tl.load(end_ptr + row // groups).to(tl.int32), num_rows)
    bits, ok = _sampled(votes_ptr + row.to(tl.int64) * num_rows, tl.program_id(0) * BT, start, end, num_rows, BT, SAMPLE)
    add_counts(counts_ptr, row, coarse_bin(bits, BINS), ok, BINS)
    finish_histogram(counts_ptr, tickets_ptr, bounds_ptr, row, k, SAMPLE, room, tl.num_programs(0), BINS)


@triton.jit
def refine_kernel(
    votes_ptr, end_ptr, counts_ptr, tickets_ptr, bounds_ptr,
    num_rows, start, k, groups, BT: tl.constexpr, BINS: tl.constexpr, SAMPLE: tl.constexpr,
):  # fmt: skip
    """Where a quarter octave holds too many votes: 128 bins inside it."""
    row = tl.program_id(1)
    if tl.load(bounds_ptr + row * 4 + 2) != 0:
        end = tl.minimum(tl.load(end_ptr + row // groups).to(tl.int32), num_rows)
        least = tl.load(bounds_ptr + row * 4)
        at = votes_ptr + row.to(tl.int64) * num_rows
        bits, ok = _sampled(at, tl.program_id(0) * BT, start, end, num_rows, BT, SAMPLE)
        add_counts(counts_ptr, row, (bits >> 14) & 127, ok & ((bits >> 21) == (least >> 21)), BINS)
        tl.debug_barrier()
        if tl.atomic_add(tickets_ptr + row * 4, 1, sem="acq_rel") == tl.num_programs(0) - 1:
            above = tl.load(bounds_ptr + row * 4 + 3)
            target = tl.where(SAMPLE > 1, 7 * k // (4 * SAMPLE) + 24, k)
            pivot, _above, _inside = take_counts(counts_ptr, row, target - above, BINS)
            tl.store(bounds_ptr + row * 4, least + (pivot << 14))
            if SAMPLE == 1:
                tl.store(bounds_ptr + row * 4 + 1, least + ((pivot + 1) << 14) - 1)
            tl.store(tickets_ptr + row * 4, 0)


@triton.jit
def list_kernel(
    votes_ptr, end_ptr, states_ptr, tickets_ptr, bounds_ptr, listed_ptr,
    num_rows, start, groups, BT: tl.constexpr, CAP: tl.constexpr,
):  # fmt: skip
    """One tile of one row: append its candidates at or above the bound, note their count and place."""
    tile, tiles, row = tl.program_id(0), tl.num_programs(0), tl.program_id(1)
    end = tl.minimum(tl.load(end_ptr + row // groups).to(tl.int32), num_rows)
    if (tile * BT < end) & ((tile + 1) * BT > start):
        least = tl.load(bounds_ptr + row * 4)
        # a thread takes 8 votes in a row: one wide load (so the mask is the tile's, not the candidates'), and its own
        # count goes through the scan instead of every vote
        n = tile * BT + tl.arange(0, BT // 8)[:, None] * 8 + tl.arange(0, 8)[None, :]
        votes = tl.load(votes_ptr + row.to(tl.int64) * num_rows + n, mask=n < num_rows, other=0.0)
        keep = (n >= start) & (n < end) & (vote_bits(votes) >= least)
        kept = keep.to(tl.int32)
        mine = tl.sum(kept, 1)
        found = tl.sum(mine, 0)
        if found > 0:
            place = tl.atomic_add(tickets_ptr + row * 4 + 1, found, sem="relaxed")
            note = states_ptr + row * 2 * tiles + tile
            tl.store(note, found)
            tl.store(note + tiles, place)
            at = place + (tl.cumsum(mine, 0) - mine)[:, None] + tl.cumsum(kept, 1) - 1
            tl.store(listed_ptr + row.to(tl.int64) * 2 * CAP + at, n, mask=keep & (at < CAP))


@triton.jit
def pick_kernel(
    votes_ptr, end_ptr, states_ptr, tickets_ptr, bounds_ptr, listed_ptr, out_ptr, held_ptr,
    num_rows, start, k, groups, tiles, BT: tl.constexpr, TP: tl.constexpr, CAP: tl.constexpr, K_PAD: tl.constexpr,
):  # fmt: skip
    """One row: the exact pick from its list."""
    row = tl.program_id(0)
    end = tl.minimum(tl.load(end_ptr + row // groups).to(tl.int32), num_rows)
    pick_row(
        votes_ptr + row.to(tl.int64) * num_rows, listed_ptr + row.to(tl.int64) * 2 * CAP, states_ptr + row * 2 * tiles,
        tickets_ptr + row * 4, bounds_ptr + row * 4, out_ptr + row.to(tl.int64) * k, held_ptr + row,
        start, end, k, tiles, BT, TP, CAP, K_PAD,
    )  # fmt: skip


def top_k_rows(
    votes: Tensor,
    k: int,
    candidate_start: int,
    candidate_end: Tensor,
    *,
    workspace: TopKWorkspace | None = None,
) -> tuple[Tensor, Tensor]:
    """Triton form of `reference.top_k_rows`; votes [B, groups, N] float32, float16 or bfloat16."""
    check_k(k)
    blocks, groups, rows = votes.shape
    votes, candidate_end = votes.contiguous(), candidate_end.contiguous()
    ws = workspace or topk_workspace(blocks * groups, rows, k, votes.device)
    if blocks * groups > ws.counts.shape[0] or ceil_div(rows, ws.tile) > ws.states.shape[2]:
        room = f"{ws.counts.shape[0]} rows of {ws.states.shape[2] * ws.tile} votes"
        raise ValueError(f"the workspace holds {room}, got {blocks * groups} of {rows}")
    out = torch.empty((blocks, groups, k), dtype=torch.int32, device=votes.device)
    held = torch.empty((blocks, groups), dtype=torch.float32, device=votes.device)
    # a sample must hold a few hundred of the k for its guess to be good
    sample = 1
    while rows > 32768 * sample and k > 256 * sample and sample < 8:
        sample *= 2
    histogram_kernel[(ceil_div(rows, 2048 * sample), blocks * groups)](
        votes, candidate_end, ws.counts, ws.tickets, ws.bounds, rows, candidate_start, k, groups, ws.listed.shape[2],
        BT=2048, BINS=BINS, SAMPLE=sample, num_warps=4,
    )  # fmt: skip
    tiles, picks, cap = ceil_div(rows, ws.tile), blocks * groups, ws.listed.shape[2]
    refine_kernel[(ceil_div(rows, 2048 * sample), picks)](
        votes, candidate_end, ws.counts, ws.tickets, ws.bounds, rows, candidate_start, k, groups,
        BT=2048, BINS=BINS, SAMPLE=sample, num_warps=4,
    )  # fmt: skip
    list_kernel[(tiles, picks)](
        votes, candidate_end, ws.states, ws.tickets, ws.bounds, ws.listed, rows, candidate_start, groups,
        BT=ws.tile, CAP=cap, num_warps=max(4, min(8, ws.tile // 1024)),
    )  # fmt: skip
    pick_kernel[(picks,)](
        votes, candidate_end, ws.states, ws.tickets, ws.bounds, ws.listed, out, held,
        rows, candidate_start, k, groups, tiles, BT=ws.tile, TP=next_power(tiles), CAP=cap, K_PAD=next_power(k),
        num_warps=PICK_WARPS if cap <= 8192 else 32,
    )  # fmt: skip
    return out, held
