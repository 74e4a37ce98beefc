"""The low-bit index in both widths: writing it, and every kernel that reads it, against the torch definitions."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from tests.kernels.build import (
    DTYPES,
    LSE_TOLERANCE,
    TOLERANCE,
    VOTE_TOLERANCE,
    ints,
    normal,
    noticed,
    relative_error,
    source_with,
    table,
)
from tsel_kernels import key_index
from tsel_kernels.backend import torch_kernels, triton_kernels
from tsel_kernels.decode.state import DecodeShape, DecodeState
from tsel_kernels.key_index import KeyIndex, dequantize_keys, empty_index

pytest.importorskip("triton", reason="the kernels need triton")
gpu, reference = triton_kernels(), torch_kernels()
pytestmark = pytest.mark.interpret
KINDS = pytest.mark.parametrize("dtype", DTYPES, ids=str)
BITS = pytest.mark.parametrize("bits", [4, 8])


@BITS
def test_error_is_at_most_half_a_step(bits: int) -> None:
    """What the definition promises: the row's range over 15 or 254 steps (fp16 zero and scale beside it)."""
    keys = normal(torch.device("cpu"), torch.float32, 2, 50, 96)
    index = key_index.quantize_keys(keys, keys.mean(1), bits)
    error = (dequantize_keys(index) - keys).abs().amax(-1)
    assert bool((error <= index.scale.float() * 0.5 + index.zero.float().abs() * 2e-3 + 1e-4).all())
    assert index.bits == bits
    assert index.codes.shape[-1] * 8 == 96 * bits
    with pytest.raises(ValueError, match="4 or 8 bits, got 5"):
        empty_index(keys.mean(1), 4, 5)


@KINDS
@BITS
@pytest.mark.parametrize("dim", [16, 80, 128])
def test_quantize_and_append(device: torch.device, dtype: torch.dtype, bits: int, dim: int) -> None:
    keys = normal(device, dtype, 2, 70, dim)
    keys[0, 3] = 0.5  # a constant row: scale at its floor
    mean = keys.float().mean(1)
    got, want = gpu.quantize_keys(keys, mean, bits), key_index.quantize_keys(keys, mean, bits)
    assert got.bits == want.bits == bits
    assert torch.equal(got.scale, want.scale)
    assert torch.equal(got.zero, want.zero)
    assert float((got.codes != want.codes).float().mean()) < 1e-3  # a tie may round the other way
    part = key_index.quantize_keys(keys * 0, mean, bits)
    gpu.append_index_(part, keys[:, 5:40], 7)
    assert torch.equal(part.codes[:, 7:42], got.codes[:, 5:40])
    assert bool((part.codes[:, :7] == part.codes[:, 69:70]).all()), "rows beside those written are untouched"


@KINDS
@pytest.mark.parametrize(("heads", "kv_heads", "dim"), [(7, 1, 64), (8, 2, 80), (4, 4, 40)])
def test_votes_from_eight_bits(device: torch.device, dtype: torch.dtype, heads: int, kv_heads: int, dim: int) -> None:
    keys, query = normal(device, dtype, kv_heads, 257, dim), normal(device, dtype, 6, heads, dim, seed=3)
    index = key_index.quantize_keys(keys, keys.float().mean(1), 8)
    ends = ints(device, [0, 200, 257])
    last = torch.full((6,), 256, dtype=torch.int32, device=device)
    _, lse = reference.causal_attention(query, last, keys, keys, scaling=0.2)
    for groups in {1, kv_heads}:
        got, want = (f.soft_votes(query, lse, index, 2, ends, groups=groups, scaling=0.2) for f in (gpu, reference))
        assert relative_error(got, want) < max(VOTE_TOLERANCE, TOLERANCE[dtype])
    got, want = (f.candidate_lse(query, index, 2, ends, scaling=0.2) for f in (gpu, reference))
    assert relative_error(got, want) < 1e-3


@KINDS
@pytest.mark.parametrize("source", ["keys", "4 bits", "8 bits"])
@pytest.mark.parametrize("groups", [1, 2])
def test_score_rows(device: torch.device, dtype: torch.dtype, source: str, groups: int) -> None:
    """One query's votes, zero outside the candidates, and its normaliser over every row."""
    keys, query = normal(device, dtype, 2, 300, 64), normal(device, dtype, 1, 6, 64, seed=3)
    rows = keys if source == "keys" else key_index.quantize_keys(keys, keys.float().mean(1), int(source[0]))
    found = [f.score_rows(query, rows, 5, 250, groups=groups, scaling=0.2) for f in (gpu, reference)]
    (votes, lse), (want_votes, want_lse) = found
    assert votes.shape == want_votes.shape == (1, groups, 300)
    assert relative_error(votes, want_votes) < max(VOTE_TOLERANCE, TOLERANCE[dtype])
    assert relative_error(lse, want_lse) < 1e-3
    assert float(votes[..., :5].abs().max()) == float(votes[..., 250:].abs().max()) == 0.0


def setting(device: torch.device, dtype: torch.dtype, bits: int, shape: DecodeShape, length: int, drift: float = 0.0):
    """(query, keys, index, state) with NaN in every row the cache does not hold; `drift` moves later keys away."""
    rows = -(-shape.capacity // 256) * 256
    keys = normal(device, dtype, shape.num_kv_heads, rows, shape.head_dim, seed=1)
    query = normal(device, dtype, shape.num_heads, shape.head_dim, seed=2)
    mean = keys[:, :32].float().mean(1)
    if drift:  # the query's own direction: a constant `drift` on the logits of every row after the first
        towards = query.view(shape.num_kv_heads, -1, shape.head_dim).mean(1).float()
        keys[:, 32:] += (towards * (drift / towards.square().sum(-1, keepdim=True)))[:, None].to(dtype)
    index = key_index.quantize_keys(keys, mean, bits)
    index.scale[:, length:] = float("nan")
    index.zero[:, length:] = float("nan")
    keys[:, length:] = float("nan")
    state = reference.decode_state(shape, dtype, device)
    state.window_start.fill_(max(0, length - shape.num_local))
    return query, keys, index, state


def selection_matches(
    device: torch.device, query: torch.Tensor, index: KeyIndex, state: DecodeState, shape: DecodeShape, length: int
) -> bool:
    """Whether the Triton pick holds the votes that the definition's pick holds, and the log-sum-exp agrees."""
    at, work = ints(device, [length - 1]), gpu.decode_workspace(shape, device)
    want = reference.decode_state(shape, query.dtype, device)
    want.window_start.copy_(state.window_start)
    gpu.decode_select_(query, index, at, state, shape, work, scaling=0.2)
    reference.decode_select_(query, index, at, want, shape, None, scaling=0.2)
    end = int(state.window_start)
    votes, _ = reference.score_rows(query[None], index.narrow(length), shape.num_sink, end, groups=shape.groups, scaling=0.2)
    same = relative_error(state.lse, want.lse) < LSE_TOLERANCE
    for g in range(shape.groups):
        mine, best = (p[0, g][p[0, g] >= 0].long() for p in (state.indices, want.indices))
        same &= mine.numel() == best.numel() and bool((mine[1:] > mine[:-1]).all())
        if same and best.numel():
            same &= relative_error(votes[0, g][mine].sum(), votes[0, g][best].sum()) < VOTE_TOLERANCE
    return same


@KINDS
@BITS
@pytest.mark.parametrize(("heads", "kv_heads", "dim", "groups"), [(7, 1, 64, 1), (8, 2, 80, 2), (4, 2, 256, 1), (3, 1, 16, 1)])
@pytest.mark.parametrize("length", [300, 40, 7])
def test_decode_select(
    device: torch.device, dtype: torch.dtype, bits: int, heads: int, kv_heads: int, dim: int, groups: int, length: int
) -> None:
    """Ragged lengths, a head_dim of 256 (wide rows: a shorter tile) and of 16; length 7: nothing to pick."""
    if device.type == "cpu" and dtype != torch.float32 and (length != 300 or dim > 80):
        pytest.skip("the interpreter is slow; covered by float32")
    shape = DecodeShape(heads, kv_heads, dim, 500, 24, groups, num_sink=8, num_local=16)
    query, _, index, state = setting(device, dtype, bits, shape, length)
    assert selection_matches(device, query, index, state, shape, length)


@BITS
@pytest.mark.parametrize("drift", [700.0, -700.0])
def test_keys_may_drift_from_the_mean(device: torch.device, bits: int, drift: float) -> None:
    """Rotated biases put hundreds of nats on every late row: the pick and the log-sum-exp must not saturate."""
    shape = DecodeShape(8, 2, 64, 500, 24, 2, num_sink=8, num_local=16)
    query, _, index, state = setting(device, torch.float32, bits, shape, 400, drift)
    assert selection_matches(device, query, index, state, shape, 400)


@KINDS
def test_append_step_writes_eight_bits(device: torch.device, dtype: torch.dtype) -> None:
    shape = DecodeShape(6, 2, 80, 300, 16, 2, num_sink=4, num_local=16)
    keys, values = (normal(device, dtype, 2, 512, 80, seed=s) for s in (1, 2))
    rows = [normal(device, dtype, n, 80, seed=9) for n in (6, 2, 2)]
    at, rope = ints(device, [37]), table(device, 512, 80)
    results = []
    for backend in (gpu, reference):
        index = key_index.quantize_keys(keys.clone(), keys.float().mean(1), 8)
        pools = keys.clone(), values.clone()
        backend.rope_append_(*rows, at, *pools, index, torch.empty_like(rows[0]), None, shape, rope=rope)
        results.append((pools[0], index))
    (mine, got), (_, want) = results
    want = key_index.quantize_keys(mine, got.mean, 8)  # of the row as this backend stored it
    assert torch.equal(got.scale, want.scale)
    assert torch.equal(got.zero, want.zero)
    assert float((got.codes != want.codes).float().mean()) < 1e-3


MUTANTS = {
    "high half lost": ("append/triton_index", "tl.store(ptr + D // 2, b", "tl.store(ptr + D // 2, a"),
    "middle": ("append/triton_index", "((least + most) * 0.5)", "(least)"),
    "fine term lost": ("score/triton", "whole - coarse * 128", "whole * 0"),
    "zero lost": ("score/triton", "zero[:, None] * q_sum[None, :]", "zero[:, None] * 0.0"),
    "last tile lost": ("score/triton", "for begin in tl.range(lo, hi, BN", "for begin in tl.range(lo, hi - BN, BN"),
    "head mapping": ("score/triton", "kv * G + tl.minimum(h, G - 1)", "tl.minimum(h, G - 1)"),
}


@pytest.mark.parametrize("mutant", MUTANTS)
def test_mutant_fails(mutant: str, device: torch.device, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    name, old, new = MUTANTS[mutant]
    module = source_with(name, old, new, tmp_path)
    shape = DecodeShape(8, 2, 64, 500, 24, 2, num_sink=8, num_local=16)
    query, keys, index, state = setting(device, torch.float32, 8, shape, 300)
    assert selection_matches(device, query, index, state, shape, 300)
    if name == "append/triton_index":
        index = module.quantize_keys(keys[:, :300], index.mean, 8)
        assert relative_error(dequantize_keys(index), keys[:, :300]) > 0.02
    else:
        monkeypatch.setattr("tsel_kernels.decode.triton.score_kernel", module.score_kernel)
        assert noticed(lambda: selection_matches(device, query, index, state, shape, 300), device)
