"""Prefill kernels against their torch definitions: anchors, votes, top-k, gathered attention, delta."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from tests.kernels.build import (
    DTYPES,
    LSE_TOLERANCE,
    SHAPES,
    TOLERANCE,
    VOTE_TOLERANCE,
    Shape,
    ints,
    normal,
    picks,
    pool,
    relative_error,
    source_with,
    table,
)  # fmt: skip
from tsel_kernels.attention import triton_gathered
from tsel_kernels.backend import torch_kernels, triton_kernels
from tsel_kernels.key_index import quantize_keys

pytest.importorskip("triton", reason="the kernels need triton")
gpu, reference = triton_kernels(), torch_kernels()
pytestmark = pytest.mark.interpret
KINDS = pytest.mark.parametrize("dtype", DTYPES, ids=str)
FORMS = pytest.mark.parametrize("shape", SHAPES, ids=str)


def cache(device: torch.device, dtype: torch.dtype, shape: Shape) -> tuple[torch.Tensor, torch.Tensor]:
    rows = (shape.kv_heads, shape.rows, shape.dim)
    return pool(normal(device, dtype, *rows, seed=1)), pool(normal(device, dtype, *rows, seed=2))


@KINDS
@FORMS
@pytest.mark.parametrize("num", [1, 19])
def test_causal_attention(device: torch.device, dtype: torch.dtype, shape: Shape, num: int) -> None:
    keys, values = cache(device, dtype, shape)
    query = normal(device, dtype, num, shape.heads, shape.dim)
    positions = torch.linspace(0, shape.rows - 1, num).int().to(device) if num > 1 else ints(device, [shape.rows - 1])
    out, lse = gpu.causal_attention(query, positions, keys, values, scaling=0.2)
    want, want_lse = reference.causal_attention(query, positions, keys, values, scaling=0.2)
    assert relative_error(out, want) < TOLERANCE[dtype]
    assert relative_error(lse, want_lse) < LSE_TOLERANCE


@KINDS
@FORMS
@pytest.mark.parametrize(("blocks", "voters"), [(1, 1), (3, 2), (2, 40)])
@pytest.mark.parametrize("low_bit", [False, True])
def test_soft_votes(
    device: torch.device, dtype: torch.dtype, shape: Shape, blocks: int, voters: int, low_bit: bool
) -> None:
    if voters == 40 and (low_bit or shape.rows > 200) and device.type == "cpu":
        pytest.skip("the interpreter is slow; covered by another shape")
    keys, values = cache(device, dtype, shape)
    query = normal(device, dtype, blocks * voters, shape.heads, shape.dim)
    ends = ints(device, [max(0, shape.rows - 3 - 40 * b) for b in range(blocks)][::-1])
    last = torch.full((blocks * voters,), shape.rows - 1, dtype=torch.int32, device=device)
    _, lse = reference.causal_attention(query, last, keys, values, scaling=0.2)
    source = quantize_keys(keys, keys.float().mean(1)) if low_bit else keys
    for groups in {1, shape.kv_heads}:
        votes = gpu.soft_votes(query, lse, source, 2, ends, groups=groups, scaling=0.2)
        want = reference.soft_votes(query, lse, source, 2, ends, groups=groups, scaling=0.2)
        assert relative_error(votes, want) < max(VOTE_TOLERANCE, TOLERANCE[dtype] if low_bit else 0)
    half = gpu.soft_votes(query, lse, source, 2, ends, groups=1, scaling=0.2, out=torch.empty_like(want[:, :1]).half())
    assert relative_error(half, reference.soft_votes(query, lse, source, 2, ends, groups=1, scaling=0.2)) < 1e-2
    got, want = (f.candidate_lse(query, source, 2, ends, scaling=0.2) for f in (gpu, reference))
    assert relative_error(got, want) < 1e-3


@pytest.mark.parametrize("dtype", [torch.float32, torch.float16], ids=str)
@pytest.mark.parametrize(("groups", "rows", "k"), [(1, 100, 7), (2, 2500, 100), (4, 1100, 1100), (1, 1, 4), (1, 9000, 16)])
@pytest.mark.parametrize("kind", ["spread", "tied", "equal", "zero"])
def test_top_k_rows(device: torch.device, dtype: torch.dtype, groups: int, rows: int, k: int, kind: str) -> None:
    votes = normal(device, torch.float32, 2, groups, rows).abs() ** 6
    votes = {"spread": votes, "tied": (votes * 3).round(), "equal": votes * 0 + 0.25, "zero": votes * 0}[kind].to(dtype)
    ends = ints(device, [rows, max(0, rows - 13)])
    got, held = gpu.top_k_rows(votes, k, 3, ends)
    want, want_held = reference.top_k_rows(votes.float(), k, 3, ends)
    assert torch.equal(got, want)
    torch.testing.assert_close(held, want_held, rtol=1e-4, atol=1e-6)


def test_top_k_workspace_is_left_clean(device: torch.device) -> None:
    from tsel_kernels.top_k.triton_workspace import topk_workspace

    workspace = topk_workspace(2, 5000, 50, device)
    for seed in range(3):
        votes = normal(device, torch.float32, 1, 2, 5000, seed=seed).abs()
        ends = ints(device, [4000 + seed])
        got = gpu.top_k_rows(votes, 50, 0, ends, workspace=workspace)[0]
        assert torch.equal(got, reference.top_k_rows(votes, 50, 0, ends)[0])
        assert not any(bool(t.any()) for t in (workspace.counts, workspace.states, workspace.tickets))


@KINDS
@FORMS
@pytest.mark.parametrize("compact", [False, True])
def test_gathered_attention(device: torch.device, dtype: torch.dtype, shape: Shape, compact: bool) -> None:
    num, block, sinks = 37, 16, 4
    rows = shape.rows + num
    shape = Shape(shape.heads, shape.kv_heads, shape.dim, rows)
    keys, values = cache(device, dtype, shape)
    query = normal(device, dtype, num, shape.heads, shape.dim)
    q_start = rows - num
    begins = [b - 9 if b - 9 > sinks else 0 for b in range(q_start, rows, block)]
    rope = table(device, rows + 8, shape.dim if shape.dim != 96 else 48) if compact else None
    for groups in {1, shape.kv_heads}:
        chosen = picks(device, begins, groups, 40, sinks)
        arguments = (query, q_start, keys, values, chosen, ints(device, begins))
        options = {"block_size": block, "num_sink": sinks, "scaling": 0.2, "rope": rope}
        out, lse = gpu.gathered_attention(*arguments, **options)
        want, want_lse = reference.gathered_attention(*arguments, **options)
        assert relative_error(out, want) < TOLERANCE[dtype] * (2 if compact else 1)  # two roundings: rotated, weighted
        assert relative_error(lse, want_lse) < (1e-3 if compact else LSE_TOLERANCE)


@KINDS
@pytest.mark.parametrize("at_once", [1, 2, 100])
def test_keys_turned_ahead_of_time(monkeypatch: pytest.MonkeyPatch, device: torch.device, dtype: torch.dtype, at_once: int) -> None:
    """Blocks worked on one by one, two and two, all at once; the last one is short."""
    monkeypatch.setattr(triton_gathered, "blocks_at_once", lambda keys, length: at_once)
    keys, values = cache(device, dtype, Shape(8, 2, 80, 137))
    query, begins = normal(device, dtype, 37, 8, 80), [91, 107, 0]
    for groups in (1, 2):
        arguments = (query, 100, keys, values, picks(device, begins, groups, 40, 4), ints(device, begins))
        options = {"block_size": 16, "num_sink": 4, "scaling": 0.2, "rope": table(device, 145, 48)}
        out, lse = triton_gathered.gathered_attention(*arguments, **options, ahead=True)
        want, want_lse = reference.gathered_attention(*arguments, **options)
        assert relative_error(out, want) < 2 * TOLERANCE[dtype]
        assert relative_error(lse, want_lse) < 1e-3


def test_gathered_equals_causal_when_everything_is_picked(device: torch.device) -> None:
    keys, values = (normal(device, torch.float32, 2, 90, 64, seed=s) for s in (1, 2))
    query = normal(device, torch.float32, 10, 8, 64)
    chosen = torch.arange(4, 60, device=device, dtype=torch.int32)[None, None]
    out, _ = gpu.gathered_attention(
        query, 80, keys, values, chosen, ints(device, [60]), block_size=16, num_sink=4, scaling=0.125
    )
    want, _ = reference.causal_attention(query, torch.arange(80, 90, device=device), keys, values, scaling=0.125)
    assert relative_error(out, want) < TOLERANCE[torch.float32]


@KINDS
def test_delta_correct(device: torch.device, dtype: torch.dtype) -> None:
    out, anchors = normal(device, dtype, 21, 3, 80), normal(device, dtype, 3, 3, 80)
    offsets = torch.tensor([2, 9, 20], device=device)
    want = reference.delta_correct(out, anchors, offsets)
    assert relative_error(gpu.delta_correct(out, anchors, offsets), want) < TOLERANCE[dtype]
    gpu.delta_correct(out, anchors, offsets, into=out)
    assert relative_error(out, want) < TOLERANCE[dtype]


@pytest.mark.parametrize(("rows", "k", "levels"), [(9000, 60, 0), (9000, 60, 40), (5000, 5000, 0), (3000, 3, 2)])
def test_pick_does_not_depend_on_the_order_of_programs(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, rows: int, k: int, levels: int
) -> None:
    """Tiles append in the order they arrive: the pick, its ties and its sum are the same for every order."""
    from triton.runtime import interpreter

    if torch.cuda.is_available():
        pytest.skip("a GPU has its own order in every other test")
    votes = normal(torch.device("cpu"), torch.float32, 1, 2, rows, seed=4).abs() ** 3
    votes = (votes * levels).round() / levels if levels else votes
    ends = ints(torch.device("cpu"), [rows - 5])
    want, _ = reference.top_k_rows(votes, k, 3, ends)
    builder = interpreter.interpreter_builder
    place, held = builder.set_grid_idx, []
    for seed in range(4):

        def shuffled(x: int, y: int, z: int, seed: int = seed) -> None:
            number = int(builder.grid_dim[0])
            order = torch.randperm(number, generator=torch.Generator().manual_seed(seed)) if seed else torch.arange(number)
            place(int(order[x]), y, z)

        monkeypatch.setattr(builder, "set_grid_idx", shuffled)
        got, sums = gpu.top_k_rows(votes, k, 3, ends)
        assert torch.equal(got, want)
        held.append(sums)
    assert all(torch.equal(held[0], other) for other in held)
    if rows == 9000:  # the check notices a list that is left as it came
        module = source_with("top_k/triton_pick", "i + shift", "i + shift * 0", tmp_path)
        monkeypatch.setattr("tsel_kernels.top_k.triton.pick_row", module.pick_row)
        assert not torch.equal(gpu.top_k_rows(votes, k, 3, ends)[0], want)
