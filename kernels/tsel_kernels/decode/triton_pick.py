"""The exact pick of one decode step from 14-bit votes: three counts, no list, no sort, no program that waits.

A vote becomes a key (top_k/triton_vote_keys.py): the upper 16 bits of its float32 (bfloat16, rounded), less those of 2^-121.5. Keys order like
votes; votes below 2^-121.5 are ties, as are votes whose bfloat16 agree (the scores' own error is far larger).

1. `decode_vote_kernel` (score/triton.py) writes the keys and counts them in 256 bins of half an octave.
2. `count_kernel`: every program finds the bin of the k-th key from those counts, and counts its tile's keys in the 64
   values of that bin: reach[tile, v] = keys of the tile at or above value v of the bin.
3. `place_kernel`: every program adds the tiles' counts, which gives the k-th key itself and the rows picked before its
   tile, and stores its rows where they belong: ascending, ties to the lower index.
Results do not depend on the order of programs (counts are integers), and any k is taken in the same time.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
import triton
import triton.language as tl
from torch import Tensor

from tsel_kernels.triton_device import ceil_div, next_power

BINS = 256
FINE = 64
TILE = 2048
"""Keys a program takes at a time, half of it where there is little to do."""
COUNT_WARPS = 4
PLACE_WARPS = 4


@dataclass(frozen=True)
class PickWorkspace:
    """Scratch of one pick a group from at most `capacity` keys; only `counts` must be zero at rest.

    keys [groups, capacity] int16, counts [groups, BINS] int32, bin_of_kth [groups] int32, reach [groups, tiles, FINE]
    int32, above [groups, tiles] int32 (keys of a tile above the bin). A program takes `rounds` tiles of `tile` keys; tiles
    begin with the first candidate's eight keys, and cover as many candidates as there can be.
    """

    keys: Tensor
    counts: Tensor
    bin_of_kth: Tensor
    reach: Tensor
    above: Tensor
    tile: int
    rounds: int


def pick_workspace(
    groups: int, capacity: int, device: torch.device, num_candidates: int | None = None, share: int = 1
) -> PickWorkspace:
    """Scratch for `groups` picks of at most `num_candidates` (`capacity` when it is not given) keys.

    Tiles are short where there is little to do (`share`: as many sequences pick at once), programs few enough to add up.
    """
    covered = (capacity if num_candidates is None else num_candidates) + 7
    tile = TILE // 2 if capacity * groups * share < 1 << 19 else TILE
    rounds = ceil_div(covered, tile * (128 if groups > 1 else 256))
    tiles = ceil_div(covered, tile * rounds)

    def zeros(*shape: int, dtype: torch.dtype = torch.int32) -> Tensor:
        return torch.zeros(shape, dtype=dtype, device=device)

    rows = ceil_div(capacity, 8) * 8  # rows begin where eight keys can be read at once
    return PickWorkspace(
        zeros(groups, rows, dtype=torch.int16), zeros(groups, BINS), zeros(groups),
        zeros(groups, tiles, FINE), zeros(groups, tiles), tile, rounds,
    )  # fmt: skip


@triton.jit
def _kth(reach, k):
    """Highest place whose reach (not ascending) is at least k; 0 if none is."""
    return tl.maximum(tl.sum((reach >= k).to(tl.int32), 0) - 1, 0)


@triton.jit
def _rows(first, BT: tl.constexpr):
    """Rows [BT / 8, 8] from `first` on: eight in a row for a thread."""
    return first + tl.arange(0, BT // 8)[:, None] * 8 + tl.arange(0, 8)[None, :]


@triton.jit
def _tile_keys(keys_ptr, first, num_rows, BT: tl.constexpr):
    """Keys of `_rows`, one wide load a thread (so the mask is the row's end, not the candidates')."""
    n = _rows(first, BT)
    return tl.load(keys_ptr + n, mask=n < num_rows, other=0).to(tl.int32)


@triton.jit
def _candidates(first, start, end, BT: tl.constexpr):
    n = _rows(first, BT)
    return (n >= start) & (n < end)


@triton.jit
def count_kernel(
    keys_ptr, end_ptr, skip_ptr, counts_ptr, bin_ptr, reach_ptr, above_ptr, num_rows, start, k,
    BT: tl.constexpr, ROUNDS: tl.constexpr, BINS: tl.constexpr, FINE: tl.constexpr,
):  # fmt: skip
    """Keys of ROUNDS tiles at or above each value of the bin that holds the k-th key."""
    tile, tiles, group = tl.program_id(0), tl.num_programs(0), tl.program_id(1)
    # everything is asked for before anything is waited for: a step is a chain of latencies
    skip, end = tl.load(skip_ptr), tl.minimum(tl.load(end_ptr).to(tl.int32), num_rows)
    counts = tl.load(counts_ptr + group * BINS + tl.arange(0, BINS))
    base, first = keys_ptr + group.to(tl.int64) * num_rows, start // 8 * 8 + tile * ROUNDS * BT
    keys = _tile_keys(base, first, num_rows, BT)
    if skip != 0:
        return
    pivot = _kth(tl.cumsum(counts, 0, reverse=True), k)
    if tile == 0:
        tl.store(bin_ptr + group, pivot)
    above = 0
    found = tl.zeros([FINE], tl.int32)
    for i in range(ROUNDS):
        ahead = keys
        if i + 1 < ROUNDS:
            ahead = _tile_keys(base, first + (i + 1) * BT, num_rows, BT)
        flat, ok = tl.reshape(keys, [BT]), tl.reshape(_candidates(first + i * BT, start, end, BT), [BT])
        above += tl.sum((ok & ((flat >> 6) > pivot)).to(tl.int32), 0)
        found += tl.histogram(flat & (FINE - 1), FINE, mask=ok & ((flat >> 6) == pivot))
        keys = ahead
    row = group * tiles + tile
    tl.store(reach_ptr + row * FINE + tl.arange(0, FINE), above + tl.cumsum(found, 0, reverse=True))
    tl.store(above_ptr + row, above)


@triton.jit
def place_kernel(
    keys_ptr, end_ptr, skip_ptr, counts_ptr, bin_ptr, reach_ptr, above_ptr, out_ptr, num_rows, start, k,
    BT: tl.constexpr, ROUNDS: tl.constexpr, BINS: tl.constexpr, FINE: tl.constexpr, TP: tl.constexpr, K_PAD: tl.constexpr,
):  # fmt: skip
    """Store the rows of ROUNDS tiles that belong to the pick of their group."""
    tile, tiles, group = tl.program_id(0), tl.num_programs(0), tl.program_id(1)
    skip, end = tl.load(skip_ptr), tl.minimum(tl.load(end_ptr).to(tl.int32), num_rows)
    t, fine = tl.arange(0, TP), tl.arange(0, FINE)
    rows = group * tiles + t
    reach = tl.load(reach_ptr + rows[:, None] * FINE + fine[None, :], mask=(t < tiles)[:, None], other=0)
    above = tl.load(above_ptr + rows, mask=t < tiles, other=0)
    base, first = keys_ptr + group.to(tl.int64) * num_rows, start // 8 * 8 + tile * ROUNDS * BT
    keys = _tile_keys(base, first, num_rows, BT)
    pivot = tl.load(bin_ptr + group)
    if skip != 0:
        return
    value = _kth(tl.sum(reach, 0), k)
    at_least = tl.sum(tl.where((fine == value)[None, :], reach, 0), 1)
    above = tl.where(value == FINE - 1, above, tl.sum(tl.where((fine == value + 1)[None, :], reach, 0), 1))
    equal = at_least - above
    ties = k - tl.sum(above, 0)
    taken = tl.sum(tl.where(t < tile, above, 0), 0) - 1  # the last place taken by keys above the k-th
    tied = tl.sum(tl.where(t < tile, equal, 0), 0)
    out = out_ptr + group.to(tl.int64) * k
    if tile == 0:
        pad = tl.arange(0, K_PAD)
        num = k - ties + tl.minimum(tl.sum(equal, 0), ties)
        tl.store(out + pad, -1, mask=(pad >= num) & (pad < k))
        tl.store(counts_ptr + group * BINS + tl.arange(0, BINS), tl.zeros([BINS], tl.int32))
    threshold = pivot * FINE + value
    for i in range(ROUNDS):
        ahead = keys
        if i + 1 < ROUNDS:
            ahead = _tile_keys(base, first + (i + 1) * BT, num_rows, BT)
        n, ok = _rows(first + i * BT, BT), _candidates(first + i * BT, start, end, BT)
        over, same = ok & (keys > threshold), ok & (keys == threshold)
        # one scan carries two counts, each below 2^15: a thread's eight keys first, then the threads
        counts = over.to(tl.int32) + (same.to(tl.int32) << 16)
        mine = tl.sum(counts, 1)
        reached = (tl.cumsum(mine, 0) - mine)[:, None] + tl.cumsum(counts, 1)
        rank = tied + (reached >> 16)
        at = taken + (reached & 65535) + tl.minimum(rank, ties)
        tl.store(out + at, n, mask=(over | (same & (rank <= ties))) & (at < k))  # counts of a step cut short cannot lead it outside
        if ROUNDS > 1:
            total = tl.sum(mine, 0)
            taken += total & 65535
            tied += total >> 16
        keys = ahead


def launch_pick(
    ws: PickWorkspace, end: Tensor, skip: Tensor, out: Tensor, start: int, k: int
) -> None:
    """Passes 2 and 3 for keys start .. end[0] - 1: out [groups, k] int32; `skip` [1] nonzero: return at once."""
    groups, stride = ws.keys.shape
    tiles = ws.above.shape[1]
    shared = {"BT": ws.tile, "ROUNDS": ws.rounds, "BINS": BINS, "FINE": FINE}
    count_kernel[(tiles, groups)](
        ws.keys, end, skip, ws.counts, ws.bin_of_kth, ws.reach, ws.above, stride, start, k, num_warps=COUNT_WARPS, **shared,
    )  # fmt: skip
    place_kernel[(tiles, groups)](
        ws.keys, end, skip, ws.counts, ws.bin_of_kth, ws.reach, ws.above, out, stride, start, k,
        TP=next_power(tiles), K_PAD=next_power(k), num_warps=PLACE_WARPS * (1 + (tiles > 128)), **shared,
    )  # fmt: skip
