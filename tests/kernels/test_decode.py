"""Decode kernels and the small fused ones against their torch definitions."""

from __future__ import annotations

import dataclasses

import pytest
import torch

from tests.kernels.build import DTYPES, LSE_TOLERANCE, TOLERANCE, VOTE_TOLERANCE, ints, normal, relative_error, table
from tsel_kernels import key_index
from tsel_kernels.backend import torch_kernels, triton_kernels
from tsel_kernels.decode.state import DecodeShape, DecodeState
from tsel_kernels.key_index import KeyIndex

pytest.importorskip("triton", reason="the kernels need triton")
gpu, reference = triton_kernels(), torch_kernels()
pytestmark = pytest.mark.interpret
KINDS = pytest.mark.parametrize("dtype", DTYPES, ids=str)
HEADS = [(7, 1, 64, 1), (8, 2, 80, 2), (4, 4, 128, 1), (28, 4, 64, 4), (6, 3, 96, 3)]


def clone(index: KeyIndex) -> KeyIndex:
    return dataclasses.replace(index, codes=index.codes.clone(), scale=index.scale.clone(), zero=index.zero.clone())


@KINDS
@pytest.mark.parametrize(("heads", "kv_heads", "dim", "groups"), HEADS)
@pytest.mark.parametrize("length", [300, 40])
def test_decode_steps(
    device: torch.device, dtype: torch.dtype, heads: int, kv_heads: int, dim: int, groups: int, length: int
) -> None:
    """Three steps: a selection, a hit of the Selection Cache, a miss; what the cache does not hold yet is NaN."""
    if device.type == "cpu" and heads not in (7, 8) and (length == 40 or dtype != torch.float32):
        pytest.skip("the interpreter is slow; covered by other heads")
    shape = DecodeShape(heads, kv_heads, dim, 500, 32, groups, num_sink=8, num_local=64, slack=4)
    caches = [normal(device, dtype, kv_heads, 512, dim, seed=s) for s in (1, 2)]
    index = key_index.quantize_keys(caches[0], caches[0][:, :length].float().mean(1))
    for tensor in (*caches, index.scale, index.zero):
        tensor[:, length:] = float("nan")
    mine, theirs = [c.clone() for c in caches], [c.clone() for c in caches]
    index, other = clone(index), clone(index)
    state, want = (reference.decode_state(shape, dtype, device) for _ in range(2))
    work = gpu.decode_workspace(shape, device)
    rope, weight = table(device, 512, dim), normal(device, dtype, dim).abs()
    base = normal(device, dtype, heads, dim)
    for step in range(3):
        query = base if step < 2 else -base
        key, value = (normal(device, dtype, kv_heads, dim, seed=10 * step + s) for s in (3, 4))
        at = ints(device, [length + step])
        q, expected = torch.empty_like(base), torch.empty_like(base)
        options = {"rope": rope, "q_norm": weight, "k_norm": weight, "theta": 0.9}
        gpu.rope_append_(query, key, value, at, *mine, index, q, state, shape, **options)
        reference.rope_append_(query, key, value, at, *theirs, other, expected, want, shape, **options)
        assert relative_error(q, expected) < TOLERANCE[dtype]
        for a, b in zip(mine, theirs, strict=True):
            assert relative_error(a[:, : length + step + 1], b[:, : length + step + 1]) < TOLERANCE[dtype]
        assert (state.reuse.item(), state.hits.item()) == (int(step == 1), int(step >= 1)), step
        assert (want.reuse.item(), state.window_start.item()) == (int(step == 1), want.window_start.item())
        theirs = [m.clone() for m in mine]  # compare each kernel on its own inputs
        other, expected = clone(index), q
        gpu.decode_select_(q, index, at, state, shape, work, scaling=0.2)
        reference.decode_select_(q, other, at, want, shape, None, scaling=0.2)
        check_selection(q, index, at, state, want, shape)
        want.indices.copy_(state.indices)
        out, lse = torch.empty_like(base), torch.empty(heads, device=device)
        want_out, want_lse = torch.empty_like(out), torch.empty_like(lse)
        compact = {"rope": rope if step == 2 else None, "scaling": 0.2}
        gpu.decode_attend_(q, *mine, at, out, lse, state, shape, work, **compact)
        reference.decode_attend_(q, *theirs, at, want_out, want_lse, want, shape, None, **compact)
        assert relative_error(out, want_out) < TOLERANCE[dtype] * (2 if step == 2 else 1)
        assert relative_error(lse, want_lse) < (1e-3 if step == 2 else LSE_TOLERANCE)


def check_selection(
    query: torch.Tensor, index: KeyIndex, at: torch.Tensor, state: DecodeState, want: DecodeState, shape: DecodeShape
) -> None:
    """Scores, not indices: a pick may differ only where votes agree to rounding."""
    assert relative_error(state.lse, want.lse) < LSE_TOLERANCE
    assert torch.equal(state.indices < 0, want.indices < 0)
    score_rows = reference.score_rows

    end = int(state.window_start)
    votes, _ = score_rows(
        query[None], index.narrow(int(at) + 1), shape.num_sink, end, groups=shape.groups, scaling=0.2
    )
    for g in range(shape.groups):
        rows = [p[0, g][p[0, g] >= 0].long() for p in (state.indices, want.indices)]
        got, best = (votes[0, g][r] for r in rows)
        assert bool((rows[0][1:] > rows[0][:-1]).all()), "ascending, each row once"
        if best.numel():
            assert relative_error(got.sum(), best.sum()) < VOTE_TOLERANCE


@KINDS
@pytest.mark.parametrize("dim", [64, 80, 128])
def test_quantize_keys(device: torch.device, dtype: torch.dtype, dim: int) -> None:
    keys = normal(device, dtype, 2, 70, dim)
    keys[0, 3] = 0.5  # a constant row: scale at its floor
    mean = keys.float().mean(1)
    got, want = gpu.quantize_keys(keys, mean), key_index.quantize_keys(keys, mean)
    assert torch.equal(got.scale, want.scale)
    assert torch.equal(got.zero, want.zero)
    assert float((got.codes != want.codes).float().mean()) < 1e-3  # a tie may round the other way
    part = key_index.quantize_keys(keys * 0, mean)
    gpu.append_index_(part, keys[:, 5:40], 7)
    assert torch.equal(part.codes[:, 7:42], got.codes[:, 5:40])
    with pytest.raises(ValueError, match="index holds 70 rows"):
        gpu.append_index_(part, keys, 1)


@KINDS
@pytest.mark.parametrize("width", [1, 96, 1000])
@pytest.mark.parametrize("residual", [False, True])
def test_rms_norm(device: torch.device, dtype: torch.dtype, width: int, residual: bool) -> None:
    hidden, weight = normal(device, dtype, 3, width), normal(device, dtype, width)
    sums = [normal(device, dtype, 3, width, seed=5) for _ in range(2)] if residual else [None, None]
    got = gpu.rms_norm_(hidden, weight, torch.empty_like(hidden), eps=1e-6, residual=sums[0], offset=1.0)
    want = reference.rms_norm_(hidden, weight, torch.empty_like(hidden), eps=1e-6, residual=sums[1], offset=1.0)
    assert relative_error(got, want) < TOLERANCE[dtype]
    if residual:
        assert relative_error(sums[0], sums[1]) < TOLERANCE[dtype]


@KINDS
def test_silu_mul_and_rope_rotate(device: torch.device, dtype: torch.dtype) -> None:
    x = normal(device, dtype, 3, 2 * 1100)
    got, want = (f.silu_mul_(x, torch.empty_like(x[:, :1100])) for f in (gpu, reference))
    assert relative_error(got, want) < TOLERANCE[dtype]
    rows, at = normal(device, dtype, 2, 9, 80), torch.tensor([0, 5, 7, 1, 30, 2, 3, 3, 8], device=device)
    got, want = (f.rope_rotate(rows, at, *table(device, 31, 64)) for f in (gpu, reference))
    assert relative_error(got, want) < TOLERANCE[dtype]
