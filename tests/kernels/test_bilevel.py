"""Bi-level attention against its torch definition, and that against attention with the distances written out."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
import torch

from tests.kernels.build import (
    DTYPES,
    LSE_TOLERANCE,
    TOLERANCE,
    VOTE_TOLERANCE,
    ints,
    normal,
    picks,
    pool,
    relative_error,
    table,
)
from tsel_kernels.backend import torch_kernels, triton_kernels
from tsel_kernels.bilevel.levels import FAR, HELD_PARTS, FarPlaces, LeveledIndex, LeveledKeys, Pair
from tsel_kernels.decode.state import DecodeShape
from tsel_kernels.key_index import KeyIndex, empty_index
from tsel_kernels.pointwise.reference import rope_rotate

pytest.importorskip("triton", reason="the kernels need triton")
gpu, reference = triton_kernels(), torch_kernels()
pytestmark = pytest.mark.interpret
HEADS = [(7, 1, 64, 1), (8, 2, 80, 2), (4, 4, 96, 1), (6, 3, 128, 3)]
WINDOW, REACH = 160, 40
GROUPED = FarPlaces(3, REACH - REACH // 3, 3, FAR)
CLAMPED = FarPlaces(FAR, REACH, FAR, FAR)
WRAPPED = FarPlaces(FAR, WINDOW - 1, 1, WINDOW - REACH)


def turned(query: torch.Tensor, at: torch.Tensor, rope: tuple[torch.Tensor, torch.Tensor]) -> torch.Tensor:
    return rope_rotate(query.transpose(0, 1), at.long(), *rope).transpose(0, 1)


def levels(
    query: torch.Tensor, at: torch.Tensor, keys: torch.Tensor, places: FarPlaces, first: int = 0
) -> tuple[Pair, LeveledKeys]:
    """Both forms of un-rotated queries [A, H, D] at rows `at` and of keys [Hkv, N, D]."""
    device, rows = keys.device, keys.shape[1]
    rope = table(device, 600, keys.shape[2])
    near = rope_rotate(keys[:, first:], torch.arange(rows - first, device=device), *rope)
    far = rope_rotate(keys, places.of_rows(0, rows, device), *rope)
    pair = turned(query, at - first, rope), turned(query, places.of_queries(at), rope)
    return pair, LeveledKeys(pool(near), pool(far), first, REACH)


def case(device: torch.device, dtype: torch.dtype, heads: int, kv_heads: int, dim: int, rows: int, at: list[int]) -> Any:
    query, keys = normal(device, dtype, len(at), heads, dim), normal(device, dtype, kv_heads, rows, dim, seed=1)
    return query, ints(device, at), keys, pool(normal(device, dtype, kv_heads, rows, dim, seed=2))


@pytest.mark.parametrize("dtype", DTYPES, ids=str)
@pytest.mark.parametrize(("heads", "kv_heads", "dim", "groups"), HEADS)
@pytest.mark.parametrize("rows", [300, 31])
def test_attention_votes_and_what_a_list_holds(
    device: torch.device, dtype: torch.dtype, heads: int, kv_heads: int, dim: int, groups: int, rows: int
) -> None:
    """On both sides of the reach: rows 31 of 40 are all near, of 300 most are far."""
    if device.type == "cpu" and dtype != torch.float32 and heads != 8:
        pytest.skip("the interpreter is slow; covered by other heads")
    at = [rows - 20, rows - 12, rows - 9, rows - 1] if rows > 40 else [3, 12, 20, rows - 1]
    first = max(0, min(at) - REACH + 1 - 2)
    query, positions, keys, values = case(device, dtype, heads, kv_heads, dim, rows, at)
    pair, leveled = levels(query, positions, keys, GROUPED, first)
    got = gpu.bilevel_attention(pair, positions, leveled, values, scaling=0.2)
    want = reference.bilevel_attention(pair, positions, leveled, values, scaling=0.2)
    assert relative_error(got[0], want[0]) < TOLERANCE[dtype]
    assert relative_error(got[1], want[1]) < LSE_TOLERANCE
    ends = ints(device, [max(at[1] - 15, 0), max(at[3] - 10, 0)])
    options = {"groups": groups, "scaling": 0.2}
    mine = gpu.bilevel_votes(pair, positions, leveled, values, 4, ends, **options)
    theirs = reference.bilevel_votes(pair, positions, leveled, values, 4, ends, **options)
    assert relative_error(mine[0], theirs[0]) < TOLERANCE[dtype]
    assert relative_error(mine[2], theirs[2]) < VOTE_TOLERANCE
    starts = [max(a - 15, 0) if a - 15 > 4 else 0 for a in at]
    listed = picks(device, starts, groups, 16, 4)
    arguments = (pair, positions, want[1], leveled, listed, ints(device, starts))
    shares = [k.bilevel_held(*arguments, num_sink=4, scaling=0.2) for k in (gpu, reference)]
    assert relative_error(*shares) < VOTE_TOLERANCE
    assert float(shares[1].max()) <= 1 + 1e-4


@pytest.mark.parametrize("places", [GROUPED, CLAMPED, WRAPPED])
def test_every_logit_is_that_of_its_distance(device: torch.device, places: FarPlaces) -> None:
    """The definition against a softmax over logits whose distances are written out, row by row."""
    at = [280, 299]
    query, positions, keys, values = case(device, torch.float32, 4, 2, 64, 300, at)
    pair, leveled = levels(query, positions, keys, places, 200)
    rope = table(device, 600, 64)
    _, lse = reference.bilevel_attention(pair, positions, leveled, values, scaling=0.3)
    for a, position in enumerate(at):
        logits = []
        for row in range(position + 1):
            distance = position - row
            if distance >= REACH:
                there = position // places.query_group + places.query_add
                distance = there - row // places.key_group % places.key_period
            assert 0 <= distance < WINDOW
            q = rope_rotate(query[a][:, None], torch.tensor([distance], device=device), *rope)[:, 0]
            logits.append(0.3 * (q * keys[:, row].repeat_interleave(2, 0)).sum(-1))
        assert torch.allclose(lse[a], torch.logsumexp(torch.stack(logits), 0), atol=1e-4)


def leveled_index(device: torch.device, keys: torch.Tensor, places: FarPlaces, capacity: int, ring: int) -> LeveledIndex:
    """The index of un-rotated keys [Hkv, N, D]: what no row has yet is NaN."""
    _, rows, dim = keys.shape
    rope = table(device, 600, dim)
    near = rope_rotate(keys, torch.arange(rows, device=device), *rope)
    far = rope_rotate(keys, places.of_rows(0, rows, device), *rope)
    made = [empty_index(r.float().mean(1), size) for r, size in ((near, ring), (far, capacity))]
    for index in made:
        index.codes.fill_(7)
        index.scale.fill_(float("nan"))
        index.zero.fill_(float("nan"))
    reference.append_index_(made[1], far, 0)
    for row in range(max(0, rows - ring), rows):
        reference.append_index_(made[0], near[:, row : row + 1], row % ring)
    return LeveledIndex(*made, REACH, places)


def cloned(index: LeveledIndex) -> LeveledIndex:
    def clone(one: KeyIndex) -> KeyIndex:
        return replace(one, codes=one.codes.clone(), scale=one.scale.clone(), zero=one.zero.clone())

    return replace(index, near=clone(index.near), far=clone(index.far))


@pytest.mark.parametrize("dtype", DTYPES, ids=str)
@pytest.mark.parametrize(("heads", "kv_heads", "dim", "groups"), HEADS)
@pytest.mark.parametrize(("length", "places"), [(300, GROUPED), (300, WRAPPED), (30, CLAMPED)])
def test_a_decode_step(
    device: torch.device, dtype: torch.dtype, heads: int, kv_heads: int, dim: int, groups: int, length: int, places: FarPlaces
) -> None:
    """The query turned, the new row in both indices, the pick and what it holds; a reused step writes nothing."""
    if device.type == "cpu" and (dtype != torch.float32 or places is WRAPPED) and heads != 8:
        pytest.skip("the interpreter is slow; covered by other heads")
    shape = DecodeShape(heads, kv_heads, dim, 500, 32, groups, num_sink=4, num_local=24, slack=4)
    rows = normal(device, dtype, kv_heads, 512, dim, seed=1)
    index = leveled_index(device, rows[:, :length], places, 512, 256)
    other, rope = cloned(index), table(device, 600, dim)
    query, at = normal(device, dtype, heads, dim), ints(device, [length])
    pairs = [(torch.empty_like(query), torch.empty_like(query)) for _ in range(2)]
    gpu.bilevel_turn_(query, rows, at, *pairs[0], index, rope=rope)
    reference.bilevel_turn_(query, rows, at, *pairs[1], other, rope=rope)
    for got, want in zip(pairs[0], pairs[1], strict=True):
        assert relative_error(got, want) < TOLERANCE[dtype]
    for got, want, slot in ((index.near, other.near, length % 256), (index.far, other.far, length)):
        assert relative_error(got.scale, want.scale) < 2e-3
        assert float((got.codes[:, slot] != want.codes[:, slot]).float().mean()) < 0.1  # bf16 rounds a turned key another way
    state, want = (reference.decode_state(shape, dtype, device) for _ in range(2))
    for one in (state, want):
        one.window_start.fill_(length - 23 if length - 23 > 4 else 0)
    work, held = gpu.decode_workspace(shape, device), torch.zeros(2, HELD_PARTS, heads, device=device)
    gpu.bilevel_select_(*pairs[1], other, at, state, shape, work, held[0], scaling=0.2)
    reference.bilevel_select_(*pairs[1], other, at, want, shape, None, held[1], scaling=0.2)
    assert relative_error(state.lse, want.lse) < LSE_TOLERANCE
    same = torch.equal(state.indices, want.indices)  # votes of 14 bits may tie at the end of a pick
    assert relative_error(held[0].sum(0), held[1].sum(0)) < (VOTE_TOLERANCE if same else 0.02)
    assert torch.equal(state.indices < 0, want.indices < 0)
    assert len(set(state.indices.flatten().tolist()) ^ set(want.indices.flatten().tolist())) <= 2 + heads // 2
    before = held.clone(), state.indices.clone()
    state.reuse.fill_(1)
    gpu.bilevel_select_(*pairs[0], other, at, state, shape, work, held[0] * 0, scaling=0.9)
    assert torch.equal(held, before[0])
    assert torch.equal(state.indices, before[1])


def test_wrong_shapes_are_refused(device: torch.device) -> None:
    query, positions, keys, values = case(device, torch.float32, 4, 2, 64, 100, [90, 99])
    pair, leveled = levels(query, positions, keys, GROUPED, 10)
    with pytest.raises(ValueError, match="near and far form"):
        gpu.bilevel_attention(pair, positions, replace(leveled, first=11), values, scaling=1.0)
    index = leveled_index(device, keys, GROUPED, 300, 256)
    shape = DecodeShape(4, 2, 64, 300, 32, 2, 4, 24)
    state, held = reference.decode_state(shape, torch.float32, device), torch.zeros(HELD_PARTS, 4, device=device)
    work = gpu.decode_workspace(shape, device)
    with pytest.raises(ValueError, match="multiples of 256 rows"):
        gpu.bilevel_select_(query[0], query[0], index, positions[:1], state, shape, work, held, scaling=1.0)
