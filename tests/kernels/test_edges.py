"""Edges that once went wrong or easily do: huge strides, views, large picks, chips and workspaces that do not fit."""

from __future__ import annotations

from typing import Any

import pytest
import torch

from tests.kernels.build import TOLERANCE, VOTE_TOLERANCE, ints, normal, picks, pool, relative_error
from tsel_kernels import key_index
from tsel_kernels.backend import load_kernels, torch_kernels, triton_kernels
from tsel_kernels.decode.state import DecodeShape
from tsel_kernels.key_index import KeyIndex

pytest.importorskip("triton", reason="the kernels need triton")
gpu, reference = triton_kernels(), torch_kernels()
pytestmark = pytest.mark.interpret
FAR = 2**31 // 40  # row or head stride (elements) with which 40 rows pass 2^31 elements


@pytest.fixture
def untouched_memory() -> None:
    """torch.empty reserves without filling: gigabytes of address space cost nothing."""
    torch.utils.deterministic.fill_uninitialized_memory = False  # type: ignore[attr-defined]


def spread(rows: torch.Tensor, row_stride: int, head_stride: int) -> torch.Tensor:
    """rows [Hkv, N, D] (a copy) in memory with these strides; the gaps are never touched."""
    kv, num, dim = rows.shape
    whole = torch.empty((num - 1) * row_stride + (kv - 1) * head_stride + dim, dtype=rows.dtype)
    view = whole.as_strided(rows.shape, (head_stride, row_stride, 1))
    view.copy_(rows)
    return view


@pytest.mark.skipif(torch.cuda.is_available(), reason="the address space is not free on a GPU")
@pytest.mark.usefixtures("untouched_memory")
@pytest.mark.parametrize("far", ["rows", "heads"])
def test_offsets_beyond_32_bits(far: str) -> None:
    """A cache of 2 M rows of 8 heads has more than 2^31 elements: every row and head offset is 64 bits wide."""
    cpu = torch.device("cpu")
    strides = (FAR, 64) if far == "rows" else (64, 2**31 + 640)
    plain = [normal(cpu, torch.float16, 2, 50, 64, seed=s) for s in (1, 2)]
    keys, values = (spread(p, *strides) for p in plain)
    query = normal(cpu, torch.float16, 4, 4, 64)
    positions = ints(cpu, [30, 41, 45, 49])
    out, _ = gpu.causal_attention(query, positions, keys, values, scaling=0.2)
    want, want_lse = reference.causal_attention(query, positions, *plain, scaling=0.2)
    assert relative_error(out, want) < TOLERANCE[torch.float16]
    ends = ints(cpu, [40, 45])
    for source, dense in ((keys, plain[0]), (far_index(keys, strides), key_index.quantize_keys(plain[0], plain[0].float().mean(1)))):
        votes = gpu.soft_votes(query, want_lse, source, 2, ends, groups=2, scaling=0.2)
        assert relative_error(votes, reference.soft_votes(query, want_lse, dense, 2, ends, groups=2, scaling=0.2)) < VOTE_TOLERANCE
        both = [f.candidate_lse(query, s, 2, ends, scaling=0.2) for f, s in ((gpu, source), (reference, dense))]
        assert relative_error(*both) < 1e-3
    starts = [44, 46]
    chosen = picks(cpu, starts, 2, 20, 4)
    options: dict[str, Any] = {"block_size": 2, "num_sink": 4, "scaling": 0.2}
    out, _ = gpu.gathered_attention(query, 46, keys, values, chosen, ints(cpu, starts), **options)
    want, _ = reference.gathered_attention(query, 46, *plain, chosen, ints(cpu, starts), **options)
    assert relative_error(out, want) < TOLERANCE[torch.float16]
    decode_step_far(keys, values, plain)


def far_index(keys: torch.Tensor, strides: tuple[int, int]) -> KeyIndex:
    """Index of keys written by the kernel into codes with far strides."""
    mean = keys.float().mean(1)
    near = key_index.empty_index(mean, keys.shape[1])
    index = KeyIndex(spread(near.codes.fill_(0), *strides), near.scale, near.zero, mean)
    gpu.append_index_(index, keys, 0)
    return index


def decode_step_far(keys: torch.Tensor, values: torch.Tensor, plain: list[torch.Tensor]) -> None:
    """Append and attend one token at the far end."""
    cpu = torch.device("cpu")
    shape = DecodeShape(4, 2, 64, 50, 8, 2, num_sink=4, num_local=16)
    rows = [normal(cpu, torch.float16, n, 64, seed=9) for n in (4, 2, 2)]
    at, results = ints(cpu, [48]), []
    for form, pools in ((gpu, (keys, values)), (reference, tuple(plain))):
        state = reference.decode_state(shape, torch.float16, cpu)
        state.window_start.fill_(33)
        state.indices.copy_(torch.arange(10, 18, dtype=torch.int32).expand(1, 2, 8))
        out, lse, work = torch.empty(4, 64, dtype=torch.float16), torch.empty(4), form.decode_workspace(shape, cpu)
        query = form.rope_append_(*rows, at, *pools, None, torch.empty_like(out), None, shape, rope=None)
        results.append(form.decode_attend_(query, *pools, at, out, lse, state, shape, work, scaling=0.2))
    assert relative_error(*results) < TOLERANCE[torch.float16]


def test_positions_and_ends_may_be_views(device: torch.device) -> None:
    """Every second entry of a longer tensor: read with its stride, not as the first entries of the memory."""
    keys, values = (normal(device, torch.float32, 2, 90, 64, seed=s) for s in (1, 2))
    query = normal(device, torch.float32, 4, 4, 64)
    positions, ends = ints(device, [20, 0, 50, 0, 70, 0, 89, 0])[::2], ints(device, [40, 0, 80, 0])[::2]
    out, _ = gpu.causal_attention(query, positions, keys, values, scaling=0.2)
    want, lse = reference.causal_attention(query, positions, keys, values, scaling=0.2)
    assert relative_error(out, want) < TOLERANCE[torch.float32]
    votes, expected = (f.soft_votes(query, lse, keys, 2, ends, groups=2, scaling=0.2) for f in (gpu, reference))
    assert relative_error(votes, expected) < VOTE_TOLERANCE
    assert relative_error(*(f.candidate_lse(query, keys, 2, ends, scaling=0.2) for f in (gpu, reference))) < 1e-3
    assert torch.equal(gpu.top_k_rows(expected, 9, 2, ends)[0], reference.top_k_rows(expected, 9, 2, ends)[0])
    starts = ints(device, [60, 0, 64, 0])[::2]
    chosen = picks(device, starts.tolist(), 1, 20, 4)
    options: dict[str, Any] = {"block_size": 2, "num_sink": 4, "scaling": 0.2}
    both = [f.gathered_attention(query, 80, keys, values, chosen, starts, **options)[0] for f in (gpu, reference)]
    assert relative_error(*both) < TOLERANCE[torch.float32]


@pytest.mark.parametrize(("rows", "k"), [(70_000, 40_000), (66_000, 30_000), (70_000, 70_000)])
def test_picks_of_tens_of_thousands(device: torch.device, rows: int, k: int) -> None:
    """Counts of more than 2^16 candidates do not spill into each other."""
    votes = normal(device, torch.float32, 1, 1, rows).abs()
    ends = ints(device, [rows - 1])
    got, held = gpu.top_k_rows(votes, k, 0, ends)
    want, want_held = reference.top_k_rows(votes, k, 0, ends)
    assert torch.equal(got, want)
    torch.testing.assert_close(held, want_held, rtol=1e-4, atol=1e-6)


def test_a_small_workspace_is_refused(device: torch.device) -> None:
    from tsel_kernels.top_k.triton_workspace import topk_workspace

    votes, ends = torch.rand(1, 2, 5000, device=device), ints(device, [5000])
    for work in (topk_workspace(1, 5000, 50, device), topk_workspace(2, 1000, 50, device)):
        with pytest.raises(ValueError, match="workspace"):
            gpu.top_k_rows(votes, 50, 0, ends, workspace=work)


def test_join_of_many_splits(device: torch.device) -> None:
    """A pick of 6000 rows makes 100 splits."""
    shape = DecodeShape(4, 2, 64, 7000, 6000, 1, num_sink=0, num_local=64)
    keys, values = (normal(device, torch.float32, 2, 7000, 64, seed=s) for s in (1, 2))
    state = reference.decode_state(shape, torch.float32, device)
    state.indices[0, 0, :5990] = torch.arange(5990, device=device).int()
    state.window_start.fill_(6900)
    query, at = normal(device, torch.float32, 4, 64), ints(device, [6950])
    results = []
    for form in (gpu, reference):
        out, lse = torch.empty_like(query), torch.empty(4, device=device)
        form.decode_attend_(query, keys, values, at, out, lse, state, shape, form.decode_workspace(shape, device), scaling=0.3)
        results.append((out, lse))
    assert relative_error(results[0][0], results[1][0]) < TOLERANCE[torch.float32]
    assert relative_error(results[0][1], results[1][1]) < 1e-4


@pytest.mark.parametrize("num_local", [7000, 64])
@pytest.mark.parametrize("length", [1, 65, 4500, 6951])
def test_programs_that_take_several_tiles(
    device: torch.device, monkeypatch: pytest.MonkeyPatch, num_local: int, length: int
) -> None:
    """Full attention of a long cache (the window is all of it), and a long pick, in at most 8 splits."""
    from tsel_kernels.decode import triton_workspace

    monkeypatch.setattr(triton_workspace, "MOST_SPLITS", 8)
    whole = num_local == 7000
    shape = DecodeShape(4, 2, 64, 7000, 16 if whole else 600, 1, num_sink=0, num_local=num_local, slack=0)
    assert triton_workspace.split_rounds(shape) > 1
    assert triton_workspace.num_splits(shape) <= 8
    keys, values = (pool(normal(device, torch.float32, 2, 7000, 64, seed=s)) for s in (1, 2))
    state = reference.decode_state(shape, torch.float32, device)
    if not whole:
        start = max(0, length - 64)
        state.window_start.fill_(start)
        picked = min(600, start)
        state.indices[0, 0, :picked] = torch.arange(picked, device=device).int()
    query, at = normal(device, torch.float32, 4, 64), ints(device, [length - 1])
    results = []
    for form in (gpu, reference):
        out, lse = torch.empty_like(query), torch.empty(4, device=device)
        form.decode_attend_(query, keys, values, at, out, lse, state, shape, form.decode_workspace(shape, device), scaling=0.3)
        results.append((out, lse))
    assert relative_error(results[0][0], results[1][0]) < TOLERANCE[torch.float32]
    assert relative_error(results[0][1], results[1][1]) < 1e-4


@pytest.mark.parametrize(("capability", "hip", "name"), [((7, 5), None, "torch"), ((8, 0), None, "triton"), ((9, 0), "6.1", "torch")])
def test_old_and_foreign_chips_get_the_definitions(
    monkeypatch: pytest.MonkeyPatch, capability: tuple[int, int], hip: str | None, name: str
) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "get_device_capability", lambda device=None: capability)
    monkeypatch.setattr(torch.version, "hip", hip)
    assert load_kernels("cuda").name == name


@pytest.mark.parametrize("sinks", [0, 5])
def test_no_sinks_and_nothing_to_pick(device: torch.device, sinks: int) -> None:
    """A window that reaches the sinks: no candidate, no pick, attention over everything."""
    shape = DecodeShape(4, 2, 64, 256, 8, 2, num_sink=sinks, num_local=64, slack=4)
    keys, values = (normal(device, torch.float32, 2, 256, 64, seed=s) for s in (1, 2))
    index = key_index.quantize_keys(keys, keys.mean(1))
    for length in (1, 60):
        state, work = reference.decode_state(shape, torch.float32, device), gpu.decode_workspace(shape, device)
        query, at = normal(device, torch.float32, 4, 64), ints(device, [length - 1])
        out, lse = torch.empty_like(query), torch.empty(4, device=device)
        gpu.decode_select_(query, index, at, state, shape, work, scaling=0.2)
        gpu.decode_attend_(query, keys, values, at, out, lse, state, shape, work, scaling=0.2)
        want, want_lse = reference.causal_attention(query[None], at, keys, values, scaling=0.2)
        assert bool((state.indices == -1).all())
        assert relative_error(out, want[0]) < TOLERANCE[torch.float32]
        assert relative_error(lse, want_lse[0]) < 1e-4


def test_one_bad_key_does_not_blind_the_pick(device: torch.device) -> None:
    """A NaN key row in the candidates: it is not picked before finite rows and the votes of the others stay."""
    shape = DecodeShape(4, 2, 64, 256, 8, 2, num_sink=0, num_local=16)
    keys = normal(device, torch.float32, 2, 256, 64, seed=1)
    index = key_index.quantize_keys(keys, keys.mean(1))
    query, at = normal(device, torch.float32, 4, 64), ints(device, [249])
    picked = []
    for bad in (False, True):
        if bad:
            index.scale[:, 77] = float("nan")
        state, work = reference.decode_state(shape, torch.float32, device), gpu.decode_workspace(shape, device)
        state.window_start.fill_(230)
        gpu.decode_select_(query, index, at, state, shape, work, scaling=0.2)
        picked.append([set(g.tolist()) - {77} for g in state.indices[0]])
    for before, after in zip(*picked, strict=True):
        assert len(before & after) >= 7
