"""The cells with the most votes and, in them, the rows with the most votes: a program a block and KV head.

All candidates of a program are in registers: cells are few (a row in 64 of the past), and the rows of a pool a few
times the pick, however long the document is. The k-th vote is found by bisection over the bits of the votes.
"""

from __future__ import annotations

import torch
import triton
import triton.language as tl
from torch import Tensor

from tsel_kernels.cells.held import CellPool, Cells, named_rows
from tsel_kernels.triton_device import next_power


@triton.jit
def _most(votes, ok, k):
    """Which k of the candidates `ok` have the most votes (of equals the first); all of them where there are fewer."""
    bits = tl.where(ok, tl.maximum(votes, 0.0).to(tl.int32, bitcast=True), -1)
    low, high = 0, tl.maximum(tl.max(bits, 0), 0)
    while low < high:  # at least k are >= low, if there are so many; fewer than k are > high
        third = (high - low + 2) // 3
        one = low + third
        two = tl.minimum(one + third, high)
        enough_one, enough_two = tl.sum((bits >= one).to(tl.int32), 0) >= k, tl.sum((bits >= two).to(tl.int32), 0) >= k
        high = tl.where(enough_two, high, tl.where(enough_one, two - 1, one - 1))
        low = tl.where(enough_two, two, tl.where(enough_one, one, low))
    equal = bits == low
    ties = k - tl.sum((bits > low).to(tl.int32), 0)
    return (bits > low) | (equal & (tl.cumsum(equal.to(tl.int32), 0) <= ties))


@triton.jit
def _pool_kernel(
    votes_ptr, count_ptr, visible_ptr, pool_ptr, begin_ptr, used_ptr, num_cells, room,
    P: tl.constexpr, PP: tl.constexpr, JP: tl.constexpr,
):  # fmt: skip
    kv, block = tl.program_id(0), tl.program_id(1)
    pair = block.to(tl.int64) * tl.num_programs(0) + kv
    j, p = tl.arange(0, JP), tl.arange(0, PP)
    seen = j < tl.load(visible_ptr + block).to(tl.int32)
    count = tl.load(count_ptr + kv.to(tl.int64) * num_cells + j, mask=seen, other=0)
    votes = tl.load(votes_ptr + pair * num_cells + j, mask=seen, other=0.0)
    best = _most(votes, count > 0, P)
    place = tl.cumsum(best.to(tl.int32), 0) - 1
    rows = tl.where(best, count, 0)
    tl.store(pool_ptr + pair * P + place, j, mask=best)
    tl.store(begin_ptr + pair * P + place, tl.cumsum(rows, 0) - rows, mask=best)
    missing = (p >= tl.sum(best.to(tl.int32), 0)) & (p < P)
    tl.store(pool_ptr + pair * P + p, tl.zeros([PP], tl.int32) - 1, mask=missing)
    tl.store(begin_ptr + pair * P + p, tl.zeros([PP], tl.int32), mask=missing)
    tl.store(used_ptr + pair, tl.minimum(tl.sum(rows, 0), room))


@triton.jit
def _pick_kernel(
    votes_ptr, rows_ptr, used_ptr, member_ptr, named_ptr, is_named_ptr, kept_ptr, taken_ptr, first, room, num_listed, num_cells,
    K: tl.constexpr, KP: tl.constexpr, RP: tl.constexpr, NAMED: tl.constexpr, NP: tl.constexpr,
):  # fmt: skip
    kv, block = tl.program_id(0), tl.program_id(1)
    pair = block.to(tl.int64) * tl.num_programs(0) + kv
    i, p = tl.arange(0, RP), tl.arange(0, KP)
    used, wanted, begin = tl.load(used_ptr + pair), K, 0
    votes = tl.load(votes_ptr + pair * room + i, mask=i < used, other=0.0)
    rows = tl.load(rows_ptr + pair * room + i, mask=i < used, other=first) - first
    if NAMED:
        r = tl.arange(0, NP)
        named = tl.load(named_ptr + block * NAMED + r, mask=r < NAMED, other=-1)
        is_named = tl.load(is_named_ptr + block.to(tl.int64) * num_listed + rows, mask=i < used, other=0)
        votes = tl.where(is_named != 0, 0.0, votes)
        begin = tl.sum((named >= 0).to(tl.int32), 0)
        wanted = K - begin
        tl.store(kept_ptr + pair * K + r, named, mask=named >= 0)
        cell = tl.load(member_ptr + kv.to(tl.int64) * num_listed + named - first, mask=named >= 0, other=0)
        tl.atomic_add(taken_ptr + pair * num_cells + cell, 1, mask=named >= 0, sem="relaxed")
    best = _most(votes, votes > 0, wanted)
    tl.store(kept_ptr + pair * K + begin + tl.cumsum(best.to(tl.int32), 0) - 1, rows + first, mask=best)
    end = begin + tl.sum(best.to(tl.int32), 0)
    tl.store(kept_ptr + pair * K + p, tl.zeros([KP], tl.int32) - 1, mask=(p >= end) & (p < K))
    member = tl.load(member_ptr + kv.to(tl.int64) * num_listed + rows, mask=best, other=0)
    tl.atomic_add(taken_ptr + pair * num_cells + member, 1, mask=best, sem="relaxed")


def _warps(num: int) -> int:
    """Warps of a program that holds `num` candidates: at most 32 a thread up to 32,768."""
    return max(4, min(32, num // 512))


def cell_pool(votes: Tensor, cells: Cells, visible: Tensor, num: int, room: int) -> CellPool:
    """Triton form of `reference.cell_pool`; votes are contiguous."""
    blocks, kv_heads, num_cells = votes.shape
    whole = torch.empty(0, dtype=torch.int32, device=votes.device)
    pool, begin = whole.new_empty((blocks, kv_heads, num)), whole.new_empty((blocks, kv_heads, num))
    used = whole.new_empty((blocks, kv_heads))
    held = max(1024, next_power(num_cells))  # one form for all shorter documents
    _pool_kernel[(kv_heads, blocks)](
        votes, cells.count, visible, pool, begin, used, num_cells, room,
        P=num, PP=next_power(num), JP=held, num_warps=_warps(held),
    )  # fmt: skip
    return CellPool(pool, begin, used, room)


def pick_cell_rows(
    votes: Tensor, rows: Tensor, pool: CellPool, cells: Cells, k: int, named: Tensor | None = None
) -> tuple[Tensor, Tensor]:
    """Triton form of `reference.pick_cell_rows`. Integers are added up, so their order does not show."""
    blocks, kv_heads, room = votes.shape
    kept = torch.empty((blocks, kv_heads, k), dtype=torch.int32, device=votes.device)
    taken = torch.zeros((blocks, *cells.count.shape), dtype=torch.int32, device=votes.device)
    held, num = max(16, next_power(room)), 0 if named is None else named.shape[1]
    given = (kept, taken) if named is None else (named.int().contiguous(), named_rows(named, cells))
    _pick_kernel[(kv_heads, blocks)](
        votes, rows, pool.used, cells.member, *given, kept, taken, cells.shape.first, room, cells.member.shape[1],
        cells.count.shape[1], K=k, KP=next_power(k), RP=held, NAMED=num, NP=max(16, next_power(num)), num_warps=_warps(held),
    )  # fmt: skip
    return kept, taken
