"""The pick of a decode step from counted keys against a sort: exact, ties to the lower row, whatever the tiles."""

from __future__ import annotations

import pytest
import torch

from tests.kernels.build import ints

decode_pick = pytest.importorskip("tsel_kernels.decode.triton_pick", reason="the kernels need triton")
vote_keys = pytest.importorskip("tsel_kernels.top_k.triton_vote_keys")
pytestmark = pytest.mark.interpret
START = 13  # not where a wide load begins


def keys_of(kind: str, groups: int, num: int) -> torch.Tensor:
    """Keys [groups, num] of 14 bits."""
    generator = torch.Generator().manual_seed(7)
    if kind == "spread":
        return torch.randint(0, 1 << 14, (groups, num), generator=generator)
    if kind == "one bin":
        return torch.randint(77 * 64, 78 * 64, (groups, num), generator=generator)
    if kind == "top of a bin":  # the k-th is the highest value of its bin
        share = torch.rand(groups, num, generator=generator)
        return torch.where(share < 0.01, 100 * 64, torch.where(share < 0.5, 78 * 64 - 1, 30))
    return torch.randint(0, 3, (groups, num), generator=generator) * 8191  # many ties, zero and the highest key among them


def expected(keys: torch.Tensor, start: int, end: int, k: int) -> torch.Tensor:
    """Ascending rows of the k highest keys, padded with -1."""
    out = torch.full((keys.shape[0], k), -1, dtype=torch.int32)
    for group, row in enumerate(keys):
        order = torch.sort(row[start:end], descending=True, stable=True).indices[:k]
        out[group, : len(order)] = order.sort().values.int() + start
    return out


def pick(module: object, work: object, keys: torch.Tensor, end: int, k: int, device: torch.device, skip: int = 0) -> torch.Tensor:
    """What the module's kernels write for keys and their counts; -7 where nothing was written."""
    groups, num = keys.shape
    work.keys[:, :num] = keys.to(device, torch.int16)  # type: ignore[attr-defined]
    if not skip:
        for group in range(groups):
            found = torch.bincount(keys[group, START:end] >> 6, minlength=256)
            work.counts[group] += found.to(device, torch.int32)  # type: ignore[attr-defined]
    out = torch.full((groups, k), -7, dtype=torch.int32, device=device)
    module.launch_pick(work, ints(device, [end]), ints(device, [skip]), out, START, k)  # type: ignore[attr-defined]
    return out.cpu()


@pytest.mark.parametrize("kind", ["spread", "one bin", "top of a bin", "ties"])
@pytest.mark.parametrize(
    ("groups", "num", "end", "k", "tile"),
    [(1, 700, 693, 50, 2048), (2, 400, 400, 80, 128), (3, 900, 60, 64, 2048), (1, 90, START, 8, 2048)],
)
def test_pick_is_the_sorts(
    kind: str, groups: int, num: int, end: int, k: int, tile: int, device: torch.device, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(decode_pick, "TILE", tile)
    work, keys = decode_pick.pick_workspace(groups, num, device), keys_of(kind, groups, num)
    for _ in range(2):  # the counts are left clean
        assert torch.equal(pick(decode_pick, work, keys, end, k, device), expected(keys, START, end, k))
        assert not work.counts.any()


def test_a_program_takes_several_tiles(device: torch.device, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decode_pick, "TILE", 32)
    work, keys = decode_pick.pick_workspace(2, 2500, device, 2491 - START), keys_of("ties", 2, 2500)
    assert (work.rounds, work.above.shape[1]) == (2, 78)  # 32 keys a program, 2478 candidates and the start of the first eight
    assert torch.equal(pick(decode_pick, work, keys, 2491, 1300, device), expected(keys, START, 2491, 1300))


def test_a_reusing_step_writes_nothing(device: torch.device) -> None:
    work = decode_pick.pick_workspace(1, 700, device)
    assert bool((pick(decode_pick, work, keys_of("spread", 1, 700), 700, 20, device, skip=1) == -7).all())


def test_keys_order_like_votes(device: torch.device) -> None:
    """Through the vote kernel's conversion: every pair of votes that bfloat16 tells apart keeps its order."""
    import triton
    import triton.language as tl

    @triton.jit
    def convert(votes_ptr, keys_ptr, N: tl.constexpr):
        n = tl.arange(0, N)
        tl.store(keys_ptr + n, vote_keys.vote_key(tl.load(votes_ptr + n)))

    votes = torch.logspace(-40, 1.8, 1024, dtype=torch.float64).float().to(device)  # base 10: 1e-40 is below the least key
    keys = torch.zeros(1024, dtype=torch.int32, device=device)
    convert[(1,)](votes, keys, N=1024)
    assert bool((keys[1:] >= keys[:-1]).all())
    assert (int(keys[0]), int(keys[-1])) == (0, (int(torch.tensor(10**1.8).bfloat16().view(torch.int16)) - 11 * 64))
    apart = votes.bfloat16()[1:] > votes.bfloat16()[:-1]
    assert bool((keys[1:] > keys[:-1])[apart & (votes[1:] > 1e-36)].all())
