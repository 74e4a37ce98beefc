"""Top-k over many votes without a sort: histogram of the float bits, then one ordered compaction pass.

1. `histogram_kernel` counts the top 11 bits (sign, exponent, 3 of mantissa) of every candidate's vote; the last
   program of a row finds the bin that holds the k-th. (The decode score kernel fuses this pass: score.py.)
2. `select_kernel` writes the candidates at or above that bin to a short list in row order: a program publishes its
   count, adds up the counts before it, and writes. The last program of a row refines the threshold over the list
   with the remaining 11 and 10 bits and writes the k indices, ascending, ties to the lower index.
If the list overflows (many equal votes) the last program walks the votes themselves: slower, still exact.
Every kernel leaves its workspace zeroed for the next call, so a captured graph needs no memset.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
import triton
import triton.language as tl
from torch import Tensor

from tsel_kernels.checks import check_k
from tsel_kernels.gpu.device import ceil_div, next_power

BINS = 2048


@dataclass(frozen=True)
class TopKWorkspace:
    """Scratch of `rows` picks of k from at most `capacity` votes; zero at rest except `listed` and `pivot`.

    counts [rows, BINS] int32, states [rows, tiles] int32, tickets [rows, 3] int32, pivot [rows, 2] int32 (bin of
    the k-th vote; candidates in all), listed [rows, cap] int32. `tile` votes are read by one program.
    """

    counts: Tensor
    states: Tensor
    tickets: Tensor
    pivot: Tensor
    listed: Tensor
    tile: int


def topk_workspace(rows: int, capacity: int, k: int, device: torch.device, tile: int = 0) -> TopKWorkspace:
    """Workspace for `rows` picks of k votes out of at most `capacity`."""
    tile = tile or max(1024, min(4096, next_power(ceil_div(capacity * rows, 1024))))
    tiles = ceil_div(capacity, tile)
    while tiles > 1024:
        tile, tiles = tile * 2, ceil_div(tiles, 2)

    def zeros(*shape: int) -> Tensor:
        return torch.zeros(shape, dtype=torch.int32, device=device)

    cap = min(next_power(capacity), max(4096, 2 * next_power(k)))
    return TopKWorkspace(zeros(rows, BINS), zeros(rows, tiles), zeros(rows, 3), zeros(rows, 2), zeros(rows, cap), tile)


@triton.jit
def vote_bits(votes):
    """Votes as integers of the same order (votes are never negative)."""
    return tl.maximum(votes.to(tl.float32), 0.0).to(tl.int32, bitcast=True)


@triton.jit
def bin_of_kth(counts, k, BINS: tl.constexpr):
    """Highest bin with at least k counted at or above it (0 if fewer than k in all), and how many lie above it."""
    at = tl.arange(0, BINS)
    above_or_in = tl.cumsum(counts, 0, reverse=True)
    pivot = tl.maximum(tl.sum((above_or_in >= k).to(tl.int32), 0) - 1, 0)
    above = tl.sum(tl.where(at > pivot, counts, 0), 0)
    return pivot, above


@triton.jit
def finish_histogram(counts_ptr, tickets_ptr, pivot_ptr, row, k, programs, BINS: tl.constexpr):
    """The last program of a row turns its counts into the pivot bin and clears them."""
    tl.debug_barrier()
    done = tl.atomic_add(tickets_ptr + row * 3, 1, sem="acq_rel")
    if done == programs - 1:
        at = counts_ptr + row * BINS + tl.arange(0, BINS)
        counts = tl.load(at, cache_modifier=".cg")
        pivot, _above = bin_of_kth(counts, k, BINS)
        tl.store(pivot_ptr + row * 2, pivot)
        tl.store(pivot_ptr + row * 2 + 1, tl.sum(counts, 0))
        tl.store(at, tl.zeros([BINS], tl.int32))
        tl.store(tickets_ptr + row * 3, 0)


@triton.jit
def add_counts(counts_ptr, row, bits, ok, BINS: tl.constexpr):
    """Count the top 11 bits of `bits` where ok."""
    found = tl.histogram(bits >> 20, BINS, mask=ok)
    tl.atomic_add(counts_ptr + row * BINS + tl.arange(0, BINS), found, mask=found > 0, sem="relaxed")


@triton.jit
def histogram_kernel(
    votes_ptr, end_ptr, counts_ptr, tickets_ptr, pivot_ptr,
    num_rows, start, k, groups, BT: tl.constexpr, BINS: tl.constexpr,
):  # fmt: skip
    row = tl.program_id(1)
    end = tl.minimum(tl.load(end_ptr + row // groups).to(tl.int32), num_rows)
    n = tl.program_id(0) * BT + tl.arange(0, BT)
    ok = (n >= start) & (n < end)
    votes = tl.load(votes_ptr + row.to(tl.int64) * num_rows + n, mask=ok, other=0.0)
    add_counts(counts_ptr, row, vote_bits(votes), ok, BINS)
    finish_histogram(counts_ptr, tickets_ptr, pivot_ptr, row, k, tl.num_programs(0), BINS)


@triton.jit
def _listed(votes_ptr, listed_ptr, i, count, direct):
    """The i-th listed candidate: row index, bits, validity (`direct`: the candidates are the votes themselves)."""
    ok = i < count
    n = i
    if direct == 0:
        n = tl.load(listed_ptr + i, mask=ok, other=0, cache_modifier=".cg")
    votes = tl.load(votes_ptr + n, mask=ok, other=0.0, cache_modifier=".cg")
    return n, votes.to(tl.float32), vote_bits(votes), ok


@triton.jit
def write_pick(
    votes_ptr, listed_ptr, out_ptr, held_ptr, first, count, direct, pivot, k, K_PAD: tl.constexpr, FB: tl.constexpr,
    BINS: tl.constexpr,
):  # fmt: skip
    """Exact threshold among `count` candidates (from `first` when direct) and the ascending pick of k."""
    span = tl.arange(0, FB)
    above = tl.zeros([1], tl.int32)
    counts = tl.zeros([BINS], tl.int32)
    for i in range(first, count, FB):
        _n, _v, bits, ok = _listed(votes_ptr, listed_ptr, i + span, count, direct)
        above += tl.sum((ok & ((bits >> 20) > pivot)).to(tl.int32), 0)
        counts += tl.histogram((bits >> 9) & 2047, BINS, mask=ok & ((bits >> 20) == pivot))
    need = k - tl.sum(above, 0)
    middle, over = bin_of_kth(counts, need, BINS)
    need -= over
    counts = tl.zeros([BINS], tl.int32)
    prefix = pivot * 2048 + middle
    for i in range(first, count, FB):
        _n, _v, bits, ok = _listed(votes_ptr, listed_ptr, i + span, count, direct)
        counts += tl.histogram(bits & 511, BINS, mask=ok & ((bits >> 9) == prefix))
    low, over = bin_of_kth(counts, need, BINS)
    ties = need - over
    threshold = prefix * 512 + low
    taken = 0
    tied = 0
    held = tl.zeros([FB], tl.float32)
    for i in range(first, count, FB):
        n, votes, bits, ok = _listed(votes_ptr, listed_ptr, i + span, count, direct)
        equal = ok & (bits == threshold)
        rank = tied + tl.cumsum(equal.to(tl.int32), 0)
        pick = ok & ((bits > threshold) | (equal & (rank <= ties)))
        at = taken + tl.cumsum(pick.to(tl.int32), 0) - 1
        tl.store(out_ptr + at, n, mask=pick & (at < k))
        held += tl.where(pick, votes, 0.0)
        taken += tl.sum(pick.to(tl.int32), 0)
        tied += tl.sum(equal.to(tl.int32), 0)
    pad = tl.arange(0, K_PAD)
    tl.store(out_ptr + pad, -1, mask=(pad >= taken) & (pad < k))
    tl.store(held_ptr, tl.sum(held, 0))


@triton.jit
def select_kernel(
    votes_ptr, end_ptr, states_ptr, tickets_ptr, pivot_ptr, listed_ptr, out_ptr, held_ptr, skip_ptr,
    num_rows, stride_row, start, k, groups, cap,
    BT: tl.constexpr, TP: tl.constexpr, FB: tl.constexpr, K_PAD: tl.constexpr, BINS: tl.constexpr,
    SKIP: tl.constexpr,
):  # fmt: skip
    """One tile of one row: ordered list of candidates at or above the pivot bin; the last tile writes the pick."""
    if SKIP:
        if tl.load(skip_ptr) != 0:
            return
    row = tl.program_id(1)
    tiles = tl.num_programs(0)
    tile = tl.atomic_add(tickets_ptr + row * 3 + 1, 1, sem="relaxed")  # in order of start: no one waits for the unborn
    end = tl.minimum(tl.load(end_ptr + row // groups).to(tl.int32), num_rows)
    pivot = tl.load(pivot_ptr + row * 2)
    n = tile * BT + tl.arange(0, BT)
    ok = (n >= start) & (n < end)
    base = votes_ptr + row.to(tl.int64) * stride_row
    bits = vote_bits(tl.load(base + n, mask=ok, other=0.0))
    keep = ok & ((bits >> 20) >= pivot)
    kept = keep.to(tl.int32)
    mine = states_ptr + row * tiles
    tl.atomic_xchg(mine + tile, tl.sum(kept, 0) + 1, sem="relaxed")
    t = tl.arange(0, TP)
    before = tl.load(mine + t, mask=t < tile, other=1, volatile=True)
    while tl.min(before, 0) == 0:
        before = tl.load(mine + t, mask=t < tile, other=1, volatile=True)
    offset = tl.sum(before, 0) - TP
    at = offset + tl.cumsum(kept, 0) - 1
    listed = listed_ptr + row.to(tl.int64) * cap
    tl.store(listed + at, n, mask=keep & (at < cap))
    tl.debug_barrier()
    done = tl.atomic_add(tickets_ptr + row * 3 + 2, 1, sem="acq_rel")
    if done == tiles - 1:
        all_states = tl.load(mine + t, mask=t < tiles, other=1, cache_modifier=".cg")
        count = tl.sum(all_states, 0) - TP
        direct = (count > cap).to(tl.int32)
        first = tl.where(direct != 0, tl.minimum(start, end), 0)
        count = tl.where(direct != 0, end, count)
        write_pick(
            base, listed, out_ptr + row.to(tl.int64) * k, held_ptr + row, first, count, direct, pivot, k, K_PAD, FB, BINS
        )
        tl.store(mine + t, 0, mask=t < tiles)
        tl.store(tickets_ptr + row * 3 + 1, 0)
        tl.store(tickets_ptr + row * 3 + 2, 0)


def top_k_rows(
    votes: Tensor,
    k: int,
    candidate_start: int,
    candidate_end: Tensor,
    *,
    workspace: TopKWorkspace | None = None,
) -> tuple[Tensor, Tensor]:
    """Triton form of `tsel_kernels.reference.top_k_rows`; votes [B, groups, N] float32, float16 or bfloat16."""
    check_k(k)
    blocks, groups, rows = votes.shape
    votes = votes.contiguous()
    ws = workspace or topk_workspace(blocks * groups, rows, k, votes.device)
    out = torch.empty((blocks, groups, k), dtype=torch.int32, device=votes.device)
    held = torch.empty((blocks, groups), dtype=torch.float32, device=votes.device)
    grid = (ceil_div(rows, ws.tile), blocks * groups)
    histogram_kernel[grid](
        votes, candidate_end, ws.counts, ws.tickets, ws.pivot, rows, candidate_start, k, groups,
        BT=ws.tile, BINS=BINS, num_warps=4,
    )  # fmt: skip
    launch_select(votes, candidate_end, ws, out, held, None, rows, candidate_start, k, groups)
    return out, held


def launch_select(
    votes: Tensor, end: Tensor, ws: TopKWorkspace, out: Tensor, held: Tensor, skip: Tensor | None,
    num_rows: int, start: int, k: int, groups: int,
) -> None:  # fmt: skip
    """Second pass over votes [..., num_rows] (last dimension contiguous); `skip` [1] int32 nonzero makes it return at once."""
    tiles = ceil_div(num_rows, ws.tile)
    total_rows = out.numel() // k
    select_kernel[(tiles, total_rows)](
        votes, end, ws.states, ws.tickets, ws.pivot, ws.listed, out, held, skip if skip is not None else end,
        num_rows, votes.stride(-2), start, k, groups, ws.listed.shape[1],
        BT=ws.tile, TP=next_power(tiles), FB=2048, K_PAD=next_power(k), BINS=BINS, SKIP=skip is not None, num_warps=8,
    )  # fmt: skip
