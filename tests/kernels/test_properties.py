"""Random shapes: what must hold whatever the sizes are."""

from __future__ import annotations

import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.kernels.build import TOLERANCE, VOTE_TOLERANCE, ints, normal, pool, relative_error
from tsel_kernels.backend import torch_kernels, triton_kernels

pytest.importorskip("triton", reason="the kernels need triton")
gpu, reference = triton_kernels(), torch_kernels()
pytestmark = pytest.mark.interpret
FEW = settings(
    max_examples=12, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
DEVICE = torch.device("cuda" if torch.cuda.is_available() else "cpu")


@FEW
@given(
    group=st.integers(1, 8), kv_heads=st.integers(1, 3), dim=st.sampled_from([16, 40, 64, 80]),
    rows=st.integers(1, 140), num=st.integers(1, 6),
)  # fmt: skip
def test_attention_and_votes(group: int, kv_heads: int, dim: int, rows: int, num: int) -> None:
    """Anchors match the definition; with every row a candidate the votes of one voter sum to its heads."""
    query = normal(DEVICE, torch.float32, num, group * kv_heads, dim)
    keys, values = (pool(normal(DEVICE, torch.float32, kv_heads, rows, dim, seed=s)) for s in (1, 2))
    positions = ints(DEVICE, [rows - 1] * num)
    out, lse = gpu.causal_attention(query, positions, keys, values, scaling=0.3)
    want, _ = reference.causal_attention(query, positions, keys, values, scaling=0.3)
    assert relative_error(out, want) < TOLERANCE[torch.float32]
    votes = gpu.soft_votes(query, lse, keys, 0, ints(DEVICE, [rows] * num), groups=kv_heads, scaling=0.3)
    assert relative_error(votes.sum(-1), torch.full((num, kv_heads), float(group))) < VOTE_TOLERANCE
    assert bool((votes >= 0).all())


@FEW
@given(
    rows=st.integers(1, 3000), k=st.integers(1, 500), start=st.integers(0, 40), cut=st.integers(0, 60),
    levels=st.sampled_from([0, 1, 2, 50]), seed=st.integers(0, 5),
)  # fmt: skip
def test_top_k(rows: int, k: int, start: int, cut: int, levels: int, seed: int) -> None:
    """The same rows as a stable sort picks, whatever the ties."""
    votes = normal(DEVICE, torch.float32, 1, 1, rows, seed=seed).abs() ** 4
    if levels:
        votes = (votes * levels).round() / levels
    ends = ints(DEVICE, [max(0, rows - cut)])
    got, held = gpu.top_k_rows(votes, k, start, ends)
    want, want_held = reference.top_k_rows(votes, k, start, ends)
    assert torch.equal(got, want)
    torch.testing.assert_close(held, want_held, rtol=1e-4, atol=1e-6)
