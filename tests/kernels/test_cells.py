"""Cells, their votes and attention with their mean rows: Triton against the definitions."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest
import torch
from torch import Tensor

from tests.kernels.build import DTYPES, LSE_TOLERANCE, TOLERANCE, VOTE_TOLERANCE, ints, normal, pool, relative_error
from tsel_kernels.backend import torch_kernels, triton_kernels
from tsel_kernels.cells.held import Cells, CellShape, empty_cells

pytest.importorskip("triton", reason="the kernels need triton")
pytestmark = pytest.mark.interpret
gpu, reference = triton_kernels(), torch_kernels()


@dataclass(frozen=True)
class Case:
    """H heads on Hkv, D, N rows, T queries in blocks; a segment, its cells, the sinks before the first."""

    heads: int
    kv_heads: int
    dim: int
    rows: int
    queries: int
    block: int
    segment: int
    per_segment: int
    first: int


CASES = [
    Case(4, 2, 64, 500, 40, 16, 64, 8, 10),
    Case(7, 1, 64, 700, 70, 64, 128, 4, 16),  # G = 7, a ragged block
    Case(8, 2, 80, 420, 33, 32, 100, 3, 7),  # nothing a power of two
    Case(2, 2, 128, 200, 20, 32, 32, 1, 0),  # a segment is a cell
]


@dataclass
class Chunk:
    """What a chunk by cells passes from one kernel to the next, by the definitions."""

    case: Case
    keys: Tensor
    values: Tensor
    query: Tensor
    near: Tensor
    near_lse: Tensor
    cells: Cells
    visible: Tensor

    @property
    def by_block(self) -> dict[str, float]:
        return {"block_size": self.case.block, "scaling": self.case.dim**-0.5}


def make_chunk(case: Case, device: torch.device, dtype: torch.dtype) -> Chunk:
    """Rows in a larger pool of NaN; blocks see different numbers of segments, the first of several none."""
    rows = (case.kv_heads, case.rows, case.dim)
    keys, values = pool(normal(device, dtype, *rows)), pool(normal(device, dtype, *rows, seed=1))
    query = 2 * normal(device, dtype, case.queries, case.heads, case.dim, seed=2)
    near = normal(device, dtype, case.queries, case.heads, case.dim, seed=3)
    near_lse = normal(device, torch.float32, case.queries, case.heads, seed=4) + 3
    shape = CellShape(case.first, case.segment, case.per_segment)
    whole = shape.segments(case.rows - case.queries)
    cells = empty_cells(shape, whole + 1, keys)
    reference.make_cells_(keys, values, cells, range(whole))
    cells.count[:, 1] = 0  # an empty cell, whose mean row would show
    cells.keys[:, 1], cells.values[:, 1], cells.weight[:, 1] = 5.0, 9.0, float("-inf")
    blocks = -(-case.queries // case.block)
    seen = [(whole - b % 2 if b or blocks == 1 else 0) * case.per_segment for b in range(blocks)]
    return Chunk(case, keys, values, query, near, near_lse, cells, ints(device, seen))


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("case", CASES)
def test_cells_hold_every_row_once_and_are_as_tight(case: Case, dtype: torch.dtype, device: torch.device) -> None:
    rows = (case.kv_heads, case.rows, case.dim)
    keys, values = pool(normal(device, dtype, *rows)), pool(normal(device, dtype, *rows, seed=1))
    shape = CellShape(case.first, case.segment, case.per_segment)
    num = shape.segments(case.rows)
    got, want = empty_cells(shape, num, keys), empty_cells(shape, num, keys)
    gpu.make_cells_(keys, values, got, range(1))
    gpu.make_cells_(keys, values, got, range(1, num))
    reference.make_cells_(keys, values, want, range(num))
    listed = torch.arange(num * case.segment, device=device) + case.first
    assert bool((got.rows.sort(-1).values == listed).all())
    for kv in range(case.kv_heads):
        of_row = got.member[kv].long()[got.rows[kv].long() - case.first]
        assert bool((of_row[1:] >= of_row[:-1]).all()), "cell after cell"
        same = of_row[1:] == of_row[:-1]
        assert bool((got.rows[kv, 1:] > got.rows[kv, :-1])[same].all()), "ascending within a cell"
        assert got.count[kv].tolist() == torch.bincount(of_row, minlength=got.count.shape[1]).tolist()
        assert got.begin[kv].tolist() == (got.count[kv].cumsum(0) - got.count[kv]).tolist()
    if dtype == torch.float32:
        assert bool((got.member == want.member).all())
    spread = [_spread(keys, cells) for cells in (got, want)]
    assert spread[0] == pytest.approx(spread[1], rel=0.02)
    means = [_mean_rows(t, got) for t in (keys, values)]
    filled = (got.count > 0)[..., None]
    for held, mean in zip((got.keys, got.values), means, strict=True):
        assert relative_error(held.float().where(filled, 0), mean.where(filled, 0)) < TOLERANCE[dtype]


def _mean_rows(rows: Tensor, cells: Cells) -> Tensor:
    first = cells.shape.first
    listed = rows[:, first : first + cells.member.shape[1]].float()
    out = torch.zeros((*cells.count.shape, rows.shape[2]), device=rows.device)
    out.scatter_add_(1, cells.member.long()[..., None].expand_as(listed), listed)
    return out / cells.count.clamp(min=1)[..., None]


def _spread(keys: Tensor, cells: Cells) -> float:
    """Squared distance of rows from the mean of their cell."""
    first = cells.shape.first
    listed = keys[:, first : first + cells.member.shape[1]].float()
    at = cells.member.long()[..., None].expand_as(listed)
    return float((listed - _mean_rows(keys, cells).gather(1, at)).square().sum())


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("case", CASES)
def test_coarse_attention_and_votes(case: Case, dtype: torch.dtype, device: torch.device) -> None:
    chunk = make_chunk(case, device, dtype)
    rows = (chunk.query, chunk.near, chunk.near_lse, chunk.cells, chunk.visible)
    want, want_lse = reference.coarse_attention(*rows, **chunk.by_block)
    got, got_lse = gpu.coarse_attention(*rows, **chunk.by_block)
    assert relative_error(got, want) < TOLERANCE[dtype]
    assert relative_error(got_lse, want_lse) < LSE_TOLERANCE
    votes = [k.cell_votes(chunk.query, want_lse, chunk.cells, chunk.visible, **chunk.by_block) for k in (gpu, reference)]
    assert relative_error(*votes) < VOTE_TOLERANCE


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("case", CASES)
def test_visitors_row_votes_and_attention(case: Case, dtype: torch.dtype, device: torch.device) -> None:
    chunk = make_chunk(case, device, dtype)
    cells, by_block = chunk.cells, chunk.by_block
    coarse, lse = reference.coarse_attention(chunk.query, chunk.near, chunk.near_lse, cells, chunk.visible, **by_block)
    by_cell = reference.cell_votes(chunk.query, lse, cells, chunk.visible, **by_block)
    starts = [n // case.per_segment * case.segment + case.first if n else 0 for n in chunk.visible.tolist()]
    best, tight = (reference.cell_pool(by_cell, cells, chunk.visible, 3, room) for room in (3 * case.segment, 5))
    for room, want_pool in ((best.room, best), (5, tight)):
        pool_ = gpu.cell_pool(by_cell, cells, chunk.visible, 3, room)
        assert (pool_.cells.tolist(), pool_.used.tolist()) == (want_pool.cells.tolist(), want_pool.used.tolist())
        assert pool_.begin.tolist() == want_pool.begin.tolist()
    assert not bool((best.cells == 1).any()), "the empty cell"
    made, held = reference.cell_visitors(chunk.query, lse, cells, best.cells, **by_block)
    got, got_held = gpu.cell_visitors(chunk.query, lse, cells, best.cells, **by_block)
    assert relative_error(got, made) < 2 * TOLERANCE[dtype]
    assert relative_error(got_held, held) < VOTE_TOLERANCE
    for pool_ in (tight, best):
        votes, listed = reference.cell_row_votes(chunk.keys, cells, pool_, made, held, scaling=case.dim**-0.5)
        found, found_rows = gpu.cell_row_votes(chunk.keys, cells, pool_, made, held, scaling=case.dim**-0.5)
        used = torch.arange(pool_.room, device=device) < pool_.used[..., None]
        assert relative_error(found.where(used, 0), votes.where(used, 0)) < VOTE_TOLERANCE
        assert bool((found_rows == listed)[used].all())
    votes = torch.where(votes > votes.mean(), votes, 0)  # rows of no vote are not picked, of equal ones the first
    votes[..., 7:19] = votes[..., 7:8]
    named = torch.full((len(starts), 9), -1, device=device)
    for block, start in enumerate(starts):  # rows of the list and others, not in their order
        some = list(range(start - 1, case.first - 1, -7))[:6]
        named[block, : len(some)] = torch.tensor(some, device=device, dtype=torch.long)
    for k in (9, 11, 200):
        for mine, wanted in zip(*(f.pick_cell_rows(votes, listed, best, cells, k, named) for f in (gpu, reference)), strict=True):
            assert bool((mine == wanted).all())
        first = named.int()[:, None].expand(-1, case.kv_heads, -1)
        assert bool((reference.pick_cell_rows(votes, listed, best, cells, k, named)[0][..., :9] == first)[first >= 0].all())
    for k in (2, 11, 200):
        kept, taken = reference.pick_cell_rows(votes, listed, best, cells, k)
        assert bool((kept < 0).any()) == (k > 11 or bool((chunk.visible == 0).any()))
        for mine, wanted in zip(gpu.pick_cell_rows(votes, listed, best, cells, k), (kept, taken), strict=True):
            assert bool((mine == wanted).all())
    rows = (chunk.query, coarse, lse, chunk.keys, chunk.values, cells, kept, best.cells, taken)
    want, want_lse, want_picked = reference.cell_attention(*rows, **by_block)
    out, out_lse, picked_lse = gpu.cell_attention(*rows, **by_block)
    assert relative_error(out, want) < TOLERANCE[dtype]
    assert relative_error(out_lse, want_lse) < LSE_TOLERANCE
    there = torch.isfinite(want_picked) & (want_picked > want_lse - 8)  # a share below e^-8 is lost in rounding
    assert relative_error(picked_lse[there], want_picked[there]) < 2e-3


def test_cells_that_do_not_fit_are_refused(device: torch.device) -> None:
    case = CASES[0]
    keys = normal(device, torch.float32, case.kv_heads, case.rows, case.dim)
    cells = empty_cells(CellShape(10, 64, 8), 2, keys)
    for kernels in (gpu, reference):
        with pytest.raises(ValueError, match="do not fit"):
            kernels.make_cells_(keys, keys, cells, range(1, 3))
        with pytest.raises(ValueError, match="do not fit"):
            kernels.make_cells_(keys[:, :100], keys[:, :100], cells, range(2))
        with pytest.raises(ValueError, match="are not of keys"):
            kernels.make_cells_(keys[:1], keys[:1], cells, range(1))
    with pytest.raises(ValueError, match="1 to `segment` cells"):
        replace(cells.shape, per_segment=65)
