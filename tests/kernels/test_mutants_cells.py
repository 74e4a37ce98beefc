"""The comparisons of test_cells.py must notice a wrong kernel: mutants of its source."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

import pytest
import torch

from tests.kernels.build import LSE_TOLERANCE, TOLERANCE, VOTE_TOLERANCE, noticed, relative_error, source_with
from tests.kernels.test_cells import CASES, Chunk, make_chunk
from tsel_kernels.backend import torch_kernels
from tsel_kernels.cells.held import empty_cells

pytest.importorskip("triton", reason="the kernels need triton")
pytestmark = pytest.mark.interpret
reference = torch_kernels()
FINE = TOLERANCE[torch.float32]
MUTANTS = {
    "make: a round less": ("cells/triton_make", "for _ in range(ROUNDS)", "for _ in range(ROUNDS - 1)"),
    "make: no half of the length": ("cells/triton_make", "- half[None, :]", "- 0 * half[None, :]"),
    "make: centres begin elsewhere": ("cells/triton_make", "+ SEGMENT // (2 * C)", "+ 0"),
    "make: values of the keys' rows": ("cells/triton_make", "_summed(hot, y, values, INTERP)", "_summed(hot, x, values, INTERP)"),
    "make: rank within a tile": ("cells/triton_make", "begin += tl.sum(hot, 0)", "begin += 0 * tl.sum(hot, 0)"),
    "make: cells of another segment": ("cells/triton_make", "segment * C + tl.sum(hot", "tl.sum(hot"),
    "coarse: weight of a cell": ("cells/triton_coarse", "+ weight[None, :]", "+ 0 * weight[None, :]"),
    "coarse: what is near": ("cells/triton_coarse", "l = tl.full([BM], 1.0", "l = tl.full([BM], 0.0"),
    "coarse: cells beyond the visible": ("cells/triton_coarse", "weight_ptr, j, j < visible, cols", "weight_ptr, j, j < num_cells, cols"),
    "cell votes: last queries": ("cells/triton_coarse", "tl.range(0, tiles, 1", "tl.range(0, tiles - 1, 1"),
    "cell votes: empty cells": ("cells/triton_coarse", "tl.where(count > 0, tl.sum(acc, 1), 0.0)", "tl.sum(acc, 1)"),
    "visitors: head": ("cells/triton_visitors", "head = kv * G + g", "head = kv + 2 * g"),
    "visitors: votes for one row": ("cells/triton_visitors", "total * tl.exp2(top)", "total"),
    "row votes: above the mean": ("cells/triton_visitors", "s - at_mean[None, :]", "s - 0 * at_mean[None, :]"),
    "row votes: room": ("cells/triton_visitors", "tl.minimum(tl.load(count_ptr + at), room - place_of_first)", "tl.load(count_ptr + at) * 0 + 1"),
    "pool: empty cells": ("cells/triton_pool", "_most(votes, count > 0, P)", "_most(votes, seen, P)"),
    "pool: ties": ("cells/triton_pool", "<= ties", "< ties"),
    "pool: places of rows": ("cells/triton_pool", "tl.cumsum(rows, 0) - rows", "tl.cumsum(rows, 0)"),
    "pick: rows of no vote": ("cells/triton_pool", "_most(votes, votes > 0, wanted)", "_most(votes, i < used, wanted)"),
    "pick: cells of rows": ("cells/triton_pool", "num_listed + rows, mask=best", "num_listed + tl.minimum(rows + 9, num_listed - 1), mask=best"),
    "pick: a named row twice": ("cells/triton_pool", "tl.where(is_named != 0, 0.0, votes)", "votes"),
    "pick: room of named rows": ("cells/triton_pool", "wanted = K - begin", "wanted = K"),
    "attend: taken away": ("cells/triton_attend", "tl.dot(-w, v, acc", "tl.dot(0 * w, v, acc"),
    "attend: taken from the sum": ("cells/triton_attend", "l -= tl.sum(w, 1)", "l -= 0 * tl.sum(w, 1)"),
    "attend: how many were taken": ("cells/triton_attend", "tl.log2(tl.maximum(count, 1)", "tl.log2(tl.maximum(count, 2)"),
    "attend: padding": ("cells/triton_attend", "(i < num)[None, :] & live", "(i < num + 1)[None, :] & live"),
    "attend: what was picked alone": ("cells/triton_attend", "picked = l - tl.exp2(begun - m)", "picked = l"),
}  # fmt: skip


def passes(name: str, module: ModuleType, device: torch.device) -> bool:
    """What test_cells.py compares, of the kernels of one file, for two of its cases."""
    checks = {
        "cells/triton_make": _make,
        "cells/triton_coarse": _coarse,
        "cells/triton_visitors": _visitors,
        "cells/triton_pool": _pool,
        "cells/triton_attend": _attend,
    }
    return all(checks[name](module, make_chunk(case, device, torch.float32)) for case in CASES[:2])


def _make(module: ModuleType, chunk: Chunk) -> bool:
    found = []
    for form in (module, reference):
        cells = empty_cells(chunk.cells.shape, chunk.cells.num_segments, chunk.keys)
        form.make_cells_(chunk.keys, chunk.values, cells, range(cells.num_segments - 1))
        found.append(cells)
    done = slice(0, chunk.cells.shape.segment * (chunk.cells.num_segments - 1))
    cells = slice(0, chunk.cells.shape.per_segment * (chunk.cells.num_segments - 1))
    mine, wanted = found
    whole = torch.equal(mine.rows[:, done], wanted.rows[:, done]) and torch.equal(mine.member[:, done], wanted.member[:, done])
    pairs = ((mine.keys, wanted.keys), (mine.values, wanted.values), (mine.weight, wanted.weight))
    return whole and all(relative_error(a[:, cells], b[:, cells]) < FINE for a, b in pairs)


def _coarse(module: ModuleType, chunk: Chunk) -> bool:
    rows = (chunk.query, chunk.near, chunk.near_lse, chunk.cells, chunk.visible)
    (out, lse), (want, want_lse) = (f.coarse_attention(*rows, **chunk.by_block) for f in (module, reference))
    votes = [f.cell_votes(chunk.query, want_lse, chunk.cells, chunk.visible, **chunk.by_block) for f in (module, reference)]
    return relative_error(out, want) < FINE and relative_error(lse, want_lse) < LSE_TOLERANCE and relative_error(*votes) < VOTE_TOLERANCE


def _visitors(module: ModuleType, chunk: Chunk) -> bool:
    lse, pool = _lse(chunk), reference.cell_pool(_votes(chunk), chunk.cells, chunk.visible, 3, 9)
    made, held = reference.cell_visitors(chunk.query, lse, chunk.cells, pool.cells, **chunk.by_block)
    got, got_held = module.cell_visitors(chunk.query, lse, chunk.cells, pool.cells, **chunk.by_block)
    scaling, used = chunk.case.dim**-0.5, torch.arange(9, device=lse.device) < pool.used[..., None]
    (votes, rows), (want, want_rows) = (
        f.cell_row_votes(chunk.keys, chunk.cells, pool, made, held, scaling=scaling) for f in (module, reference)
    )
    right = relative_error(got, made) < FINE and relative_error(got_held, held) < VOTE_TOLERANCE
    return right and relative_error(votes.where(used, 0), want.where(used, 0)) < VOTE_TOLERANCE and bool((rows == want_rows)[used].all())


def _pool(module: ModuleType, chunk: Chunk) -> bool:
    votes = _votes(chunk)
    votes[..., 1], votes[..., 4:7] = 99.0, votes[..., 4:5]  # the empty cell, equal ones
    pools = [f.cell_pool(votes, chunk.cells, chunk.visible, 5, 200) for f in (module, reference)]
    if any(not torch.equal(getattr(pools[0], name), getattr(pools[1], name)) for name in ("cells", "begin", "used")):
        return False
    draw = torch.Generator().manual_seed(5)
    shape, last = (*pools[1].used.shape, 200), chunk.cells.member.shape[1] // 2
    rows = torch.randint(chunk.case.first, chunk.case.first + last, shape, generator=draw).int().to(votes.device)
    found = torch.rand(shape, generator=draw).to(votes.device).round(decimals=1)
    named = rows[:, 0, :6].unique(dim=-1).flip(-1)
    forms: list[tuple[int, torch.Tensor | None]] = [(7, None), (199, None), (9, named)]
    pairs = [[f.pick_cell_rows(found, rows, pools[1], chunk.cells, *form) for form in forms] for f in (module, reference)]
    return all(torch.equal(a, b) for mine, wanted in zip(*pairs, strict=True) for a, b in zip(mine, wanted, strict=True))


def _attend(module: ModuleType, chunk: Chunk) -> bool:
    lse, pool = _lse(chunk), reference.cell_pool(_votes(chunk), chunk.cells, chunk.visible, 3, 200)
    made, held = reference.cell_visitors(chunk.query, lse, chunk.cells, pool.cells, **chunk.by_block)
    votes, rows = reference.cell_row_votes(chunk.keys, chunk.cells, pool, made, held, scaling=chunk.case.dim**-0.5)
    kept, taken = reference.pick_cell_rows(votes, rows, pool, chunk.cells, 11)
    given = (chunk.query, chunk.near, lse, chunk.keys, chunk.values, chunk.cells, kept, pool.cells, taken)
    (out, all_lse, picked), (want, want_lse, want_picked) = (f.cell_attention(*given, **chunk.by_block) for f in (module, reference))
    there = torch.isfinite(want_picked) & (want_picked > want_lse - 8)
    return relative_error(out, want) < FINE and relative_error(all_lse, want_lse) < LSE_TOLERANCE and relative_error(picked[there], want_picked[there]) < 2e-3


def _lse(chunk: Chunk) -> torch.Tensor:
    rows = (chunk.query, chunk.near, chunk.near_lse, chunk.cells, chunk.visible)
    return reference.coarse_attention(*rows, **chunk.by_block)[1]


def _votes(chunk: Chunk) -> torch.Tensor:
    return reference.cell_votes(chunk.query, _lse(chunk), chunk.cells, chunk.visible, **chunk.by_block)


@pytest.mark.parametrize("name", sorted({name for name, _, _ in MUTANTS.values()}))
def test_original_passes(name: str, device: torch.device, tmp_path: Path) -> None:
    assert passes(name, source_with(name, "", "", tmp_path), device)


@pytest.mark.parametrize("mutant", MUTANTS)
def test_mutant_fails(mutant: str, device: torch.device, tmp_path: Path) -> None:
    name, old, new = MUTANTS[mutant]
    assert noticed(lambda: passes(name, source_with(name, old, new, tmp_path), device), device)
