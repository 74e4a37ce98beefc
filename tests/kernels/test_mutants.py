"""The comparisons must notice a wrong kernel: each mutant of the source has to fail the check its original passes."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

import pytest
import torch

from tests.kernels.build import TOLERANCE, VOTE_TOLERANCE, ints, normal, picks, pool, relative_error, source_with
from tsel_kernels import reference

pytest.importorskip("tsel_kernels.gpu", reason="the kernels need triton")
pytestmark = pytest.mark.interpret
MUTANTS = {
    "anchor: head mapping": ("anchor", "kv * G + r % G", "(r % G) * (HEADS // G) + kv"),
    "anchor: last tile dropped": ("anchor", "for start in tl.range(full, hi, BN", "for start in tl.range(hi, hi, BN"),
    "anchor: scale": ("anchor", "splits, scaling * LOG2_E,", "splits, scaling,"),
    "anchor: causal off by one": ("anchor", "n[None, :] <= pos[:, None]", "n[None, :] < pos[:, None]"),
    "votes: head mapping": ("votes", "head = group * G + row % G", "head = group + (row % G) * GROUPS"),
    "votes: block of a row": ("votes", "row[:, None] // per_block == b", "row[:, None] // (per_block + 1) == b"),
    "votes: end of candidates": ("votes", "(n[:, None] < ends[None, :]), acc", "(n[:, None] <= ends[None, :]), acc"),
    "gathered: head mapping": ("gathered", "head = kv * G + r % G", "head = (r % G) * (HEADS // G) + kv"),
    "gathered: window dropped": ("gathered", "total = listed + tl.max(pos, 0) + 1 - window", "total = listed"),
    "gathered: padding read": ("gathered", "sinks + count_picks(indices, K, 1024)", "sinks + K"),
    "gathered: scale": ("gathered", "num_sink, scaling * LOG2_E,", "num_sink, scaling,"),
}


def passes(name: str, module: ModuleType, device: torch.device) -> bool:
    """Compare one function of the module with its definition, on H 6, Hkv 2, D 64."""
    keys, values = (pool(normal(device, torch.float32, 2, 150, 64, seed=s)) for s in (1, 2))
    query = normal(device, torch.float32, 6, 6, 64)
    positions = ints(device, [10, 40, 80, 99, 120, 149])
    if name == "anchor":
        got, _ = module.causal_attention(query, positions, keys, values, scaling=0.2)
        want, lse = reference.causal_attention(query, positions, keys, values, scaling=0.2)
        return relative_error(got, want) < TOLERANCE[torch.float32]
    if name == "votes":
        _, lse = reference.causal_attention(query, positions, keys, values, scaling=0.2)
        ends = ints(device, [70, 100, 130])
        got = module.soft_votes(query, lse, keys, 4, ends, groups=2, scaling=0.2)
        want = reference.soft_votes(query, lse, keys, 4, ends, groups=2, scaling=0.2)
        return relative_error(got, want) < VOTE_TOLERANCE
    starts = [120, 124]
    arguments = (query, 144, keys, values, picks(device, starts, 2, 40, 4), ints(device, starts))
    options = {"block_size": 4, "num_sink": 4, "scaling": 0.2}
    got, _ = module.gathered_attention(*arguments, **options)
    want, _ = reference.gathered_attention(*arguments, **options)
    return relative_error(got, want) < TOLERANCE[torch.float32]


@pytest.mark.parametrize("name", ["anchor", "votes", "gathered"])
def test_original_passes(name: str, device: torch.device, tmp_path: Path) -> None:
    assert passes(name, source_with(name, "", "", tmp_path), device)


@pytest.mark.parametrize("mutant", MUTANTS)
def test_mutant_fails(mutant: str, device: torch.device, tmp_path: Path) -> None:
    name, old, new = MUTANTS[mutant]
    assert not passes(name, source_with(name, old, new, tmp_path), device)
