"""Mutants of what is scored and turned past the trained window, as test_mutants.py."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

import pytest
import torch

from tests.kernels.build import (
    LSE_TOLERANCE,
    TOLERANCE,
    VOTE_TOLERANCE,
    ints,
    normal,
    noticed,
    picks,
    relative_error,
    source_with,
    table,
)
from tests.kernels.test_bilevel import GROUPED, WRAPPED, case, cloned, leveled_index, levels
from tsel_kernels.backend import torch_kernels, triton_kernels
from tsel_kernels.bilevel.levels import HELD_PARTS
from tsel_kernels.decode.state import DecodeShape

pytest.importorskip("triton", reason="the kernels need triton")
reference = torch_kernels()
pytestmark = pytest.mark.interpret
MUTANTS = {
    "bilevel: a row nearer is far": ("bilevel/triton", "begin = tl.maximum(pos - reach + 1, 0)", "begin = tl.maximum(pos - reach + 2, 0)"),
    "bilevel: near rows of the far query": ("bilevel/triton", "n[None, :] < begin[:, None], scale, True", "n[None, :] <= begin[:, None], scale, True"),
    "bilevel: near keys from the first row": ("bilevel/triton", "load_rows(k_base, n - first, steps.near_row", "load_rows(k_base, n - first + 1, steps.near_row"),
    "bilevel: far query for near rows": ("bilevel/triton", "q = load_rows(levels.near_query + head[:, None] * steps.near_head", "q = load_rows(levels.far_query + head[:, None] * steps.near_head"),
    "bilevel: causal off by one": ("bilevel/triton", "(n[None, :] <= pos[:, None])", "(n[None, :] < pos[:, None])"),
    "bilevel votes: a row nearer is far": ("bilevel/triton_votes", "logits = tl.where(n[:, None] < begin", "logits = tl.where(n[:, None] <= begin"),
    "bilevel votes: block of a row": ("bilevel/triton_votes", "row // (R * G)", "row // (R * G + 1)"),
    "bilevel votes: end of candidates": ("bilevel/triton_votes", "(n[:, None] < ends[None, :]), found", "(n[:, None] <= ends[None, :]), found"),
    "bilevel votes: zeros not written": ("bilevel/triton_votes", "tl.zeros([BN, NBP], tl.float32), mask=block_ok", "tl.zeros([BN, NBP], tl.float32) + 1, mask=block_ok"),
    "bilevel held: window dropped": ("bilevel/triton_votes", "picked, window + j - num_sink - K))", "picked, -1))"),
    "bilevel held: rows after the query": ("bilevel/triton_votes", "ok = (n >= 0) & (n <= position)", "ok = (n >= 0) & (n < position)"),
    "bilevel turn: group of the query": ("bilevel/triton_turn", "at // places.query_group + places.query_add", "at // places.key_group + places.query_add"),
    "bilevel turn: add dropped": ("bilevel/triton_turn", "places.query_group + places.query_add", "places.query_group"),
    "bilevel turn: period dropped": ("bilevel/triton_turn", "at // places.key_group % places.key_period, cos", "at // places.key_group, cos"),
    "bilevel turn: slot of the ring": ("bilevel/triton_turn", "kv, at % ring, at, cos", "kv, (at + 1) % ring, at, cos"),
    "bilevel turn: mean left on": ("bilevel/triton_turn", "high.to(tl.float32) - mean_high[None, :]", "high.to(tl.float32)"),
    "bilevel select: slot of the ring": ("bilevel/triton_select", "n % ring, close, reference", "(n + 1) % ring, close, reference"),
    "bilevel select: a row nearer is far": ("bilevel/triton_select", "begin = tl.maximum(length - reach, 0)", "begin = tl.maximum(length - reach + 1, 0)"),
    "bilevel select: the mean's share": ("bilevel/triton_select", "reference - q_mean, width", "reference, width"),
    "bilevel select: window not held": ("bilevel/triton_select", "picked, window + j - num_sink - K))", "picked, -1))"),
    "bilevel select: last part of the list": ("bilevel/triton_select", "mine = j < tl.minimum(entries, (part + 1) * chunk)", "mine = j < tl.minimum(entries, (part + 1) * chunk) - 1"),
    "compact: rank of a pick": ("attention/triton_compact", "x = rotate(base, tl.where(ok, n, 0), k_sn, j,", "x = rotate(base, tl.where(ok, n, 0), k_sn, n,"),
    "compact: first pick dropped": ("attention/triton_compact", "mask=(j >= sinks) & (j < sinks + K)", "mask=(j > sinks) & (j < sinks + K)"),
}


def scores_pass(module: ModuleType, device: torch.device, name: str) -> bool:
    """Queries on both sides of the reach, two blocks of voters, lists of rows."""
    at = [280, 288, 291, 299]
    query, positions, keys, values = case(device, torch.float32, 6, 3, 64, 300, at)
    pair, leveled = levels(query, positions, keys, GROUPED, 239)
    want = reference.bilevel_attention(pair, positions, leveled, values, scaling=0.3)
    if name == "bilevel/triton":
        got = module.bilevel_attention(pair, positions, leveled, values, scaling=0.3)
        return relative_error(got[0], want[0]) < TOLERANCE[torch.float32] and relative_error(got[1], want[1]) < LSE_TOLERANCE
    ends, votes = ints(device, [270, 284]), []
    starts = [265, 273, 276, 284]
    held = []
    for form in (module, reference):
        votes.append(form.bilevel_votes(pair, positions, leveled, values, 4, ends, groups=3, scaling=0.3)[2])
        lists = picks(device, starts, 3, 16, 4), ints(device, starts)
        held.append(form.bilevel_held(pair, positions, want[1], leveled, *lists, num_sink=4, scaling=0.3))
    return relative_error(*votes) < VOTE_TOLERANCE and relative_error(*held) < VOTE_TOLERANCE


def step_passes(module: ModuleType, device: torch.device, name: str) -> bool:
    """A written token behind 300 rows, by a rule with groups and one with a period."""
    good = True
    for places in (GROUPED, WRAPPED):
        rows, query = normal(device, torch.float32, 2, 512, 64, seed=1), normal(device, torch.float32, 6, 64)
        rows[:, 259:263] *= 5  # those at the reach decide the softmax
        index = leveled_index(device, rows[:, :300] + 2, places, 512, 256)
        other, at, rope = cloned(index), ints(device, [300]), table(device, 600, 64)
        pairs = [(torch.empty_like(query), torch.empty_like(query)) for _ in range(2)]
        (module if name == "bilevel/triton_turn" else reference).bilevel_turn_(query, rows, at, *pairs[0], index, rope=rope)
        reference.bilevel_turn_(query, rows, at, *pairs[1], other, rope=rope)
        if name == "bilevel/triton_turn":
            same = [relative_error(a, b) < TOLERANCE[torch.float32] for a, b in zip(*pairs, strict=True)]
            for a, b, slot in ((index.near, other.near, 44), (index.far, other.far, 300)):
                same += [relative_error(a.scale[:, slot], b.scale[:, slot]) < 2e-3]
                same += [float((a.codes[:, slot] != b.codes[:, slot]).float().mean()) < 0.1]
            good = good and all(same)
            continue
        shape = DecodeShape(6, 2, 64, 500, 32, 2, num_sink=4, num_local=24, slack=4)
        held, lse = torch.zeros(2, HELD_PARTS, 6, device=device), []
        for number, (form, work) in enumerate(((module, triton_kernels().decode_workspace(shape, device)), (reference, None))):
            state = reference.decode_state(shape, torch.float32, device)
            state.window_start.fill_(277)
            form.bilevel_select_(*pairs[1], other, at, state, shape, work, held[number], scaling=0.4)
            lse.append(state.lse)
        good = good and relative_error(*lse) < LSE_TOLERANCE and relative_error(held[0].sum(0), held[1].sum(0)) < VOTE_TOLERANCE
    return good


def compact_passes(module: ModuleType, device: torch.device) -> bool:
    """Keys of lists of which one has fewer picks than it has room for."""
    keys, starts, rope = normal(device, torch.float32, 2, 150, 64), [120, 9], table(device, 100, 64)
    chosen = picks(device, starts, 2, 40, 4)
    got = module.compact_keys(keys, chosen, ints(device, starts), 4, rope)
    for block, head in ((0, 0), (0, 1), (1, 1)):
        own = chosen[block, head][chosen[block, head] >= 0].long()
        rows = torch.cat([torch.arange(4, device=device), own])
        want = reference.rope_rotate(keys[head, rows], torch.arange(len(rows), device=device), *rope)
        if relative_error(got[block, head, : len(rows)], want) >= TOLERANCE[torch.float32]:
            return False
    return True


def passes(name: str, module: ModuleType, device: torch.device) -> bool:
    """Compare one module with its definition."""
    if name == "attention/triton_compact":
        return compact_passes(module, device)
    return (scores_pass if name in ("bilevel/triton", "bilevel/triton_votes") else step_passes)(module, device, name)


@pytest.mark.parametrize("name", sorted({name for name, _, _ in MUTANTS.values()}))
def test_original_passes(name: str, device: torch.device, tmp_path: Path) -> None:
    assert passes(name, source_with(name, "", "", tmp_path), device)


@pytest.mark.parametrize("mutant", MUTANTS)
def test_mutant_fails(mutant: str, device: torch.device, tmp_path: Path) -> None:
    name, old, new = MUTANTS[mutant]
    assert noticed(lambda: passes(name, source_with(name, old, new, tmp_path), device), device)
