"""The int8 copy of keys a CPU scores: what it rounds, where it runs, and that a pick from it is the one of the parts."""

from __future__ import annotations

import threading

import pytest
import torch

from tsel_core.selection.coverage import decode_coverage
from tsel_kernels import cpu_threads, key_index
from tsel_kernels.backend import cpu_kernels, torch_kernels
from tsel_kernels.decode.cpu_pick import pick_attend
from tsel_kernels.score import cpu_index, cpu_rows
from tsel_kernels.score.cpu_index import make_index, write_rows_
from tsel_kernels.top_k.cpu import best_rows

SHAPES = {"gqa": (6, 2, 16, 700), "one head": (1, 1, 8, 300), "odd head_dim": (7, 1, 24, 513), "one row": (4, 2, 16, 1)}

cpu, reference = cpu_kernels(), torch_kernels()


@pytest.fixture(autouse=True)
def no_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(cpu_index.VARIABLE, raising=False)


def rows(*size: int, seed: int = 0) -> torch.Tensor:
    return torch.randn(size, generator=torch.Generator().manual_seed(seed))


def wide_keys(kv_heads: int, num: int, dim: int) -> torch.Tensor:
    """A view of a longer pool (what lies behind poisoned); two channels far wider than the others, one far from zero."""
    pool = rows(kv_heads, num + 9, dim, seed=1)
    pool[..., 1] *= 40
    pool[..., 2] *= 0.01
    pool[..., 3] += 60
    pool[:, num:] = float("nan")
    return pool[:, :num]


def narrow_query(heads: int, dim: int) -> torch.Tensor:
    """A query [1, H, D] that multiplies the wide channels with little, as queries of real models do."""
    query = rows(1, heads, dim, seed=2) * 2
    query[..., 1:4] *= torch.tensor([0.05, 1.0, 0.1])
    return query


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("shared", [False, True])
def test_votes_and_normaliser_are_those_of_the_keys(shape: str, shared: bool) -> None:
    heads, kv_heads, dim, num = SHAPES[shape]
    keys, query, groups = wide_keys(kv_heads, num, dim), narrow_query(heads, dim), 1 if shared else kv_heads
    form = {"groups": groups, "scaling": dim**-0.5}
    got, lse = cpu_rows.score_rows(query, make_index(keys, num + 5), 4, num - 16, **form)
    expected, expected_lse = reference.score_rows(query, keys, 4, num - 16, **form)
    assert got.shape == expected.shape
    assert float((got - expected).abs().sum()) < 0.03 * heads
    torch.testing.assert_close(lse, expected_lse, rtol=0, atol=0.02)
    assert torch.count_nonzero(got[..., :4]) == torch.count_nonzero(got[..., max(0, num - 16) :]) == 0


def test_channels_of_their_own_width_keep_what_a_scale_a_row_loses() -> None:
    keys, query, form = wide_keys(2, 700, 16), narrow_query(6, 16), {"groups": 2, "scaling": 0.25}
    expected, _ = reference.score_rows(query, keys, 0, 700, **form)
    by_channel, _ = cpu_rows.score_rows(query, make_index(keys, 700), 0, 700, **form)
    by_row, _ = reference.score_rows(query, key_index.quantize_keys(keys, keys.mean(1), 8), 0, 700, **form)
    assert (by_channel - expected).norm() < 0.3 * (by_row - expected).norm()


def test_rows_written_later_have_the_codes_of_those_made_at_once() -> None:
    keys = wide_keys(2, 2500, 16)
    whole, grown = make_index(keys, 2600), make_index(keys[:, :2400], 2600)
    for begin, end in ((2400, 2401), (2401, 2500)):
        write_rows_(grown, keys[:, begin:end], begin)
    back = [t.middle[:, None] + t.step[:, None] * t.codes[:, :2500].float() for t in (whole, grown)]
    inside = (keys - grown.middle[:, None]).abs() <= 127 * grown.step[:, None]
    assert not bool(inside.all())  # what leaves the range is cut, nothing wraps around
    for found, index in zip(back, (whole, grown), strict=True):
        error = (found - keys).abs() / index.step[:, None]
        assert float(error[inside].max()) < 0.51
    cut = grown.codes[:, :2500][~inside].abs()
    assert bool((cut == 127).all())


@pytest.mark.parametrize("shape", ["gqa", "odd head_dim"])
def test_a_pick_in_one_turn_is_that_of_its_parts(shape: str) -> None:
    heads, kv_heads, dim, num = SHAPES[shape]
    keys, values, query = wide_keys(kv_heads, num, dim), rows(kv_heads, num, dim, seed=3), narrow_query(heads, dim)
    index, start, scaling = make_index(keys, num), num - 40, dim**-0.5
    starts = torch.tensor([start], dtype=torch.int32)
    found = pick_attend(query, keys, values, index, 32, num_sink=4, window_start=start, scaling=scaling)
    votes, lse = cpu_rows.score_rows(query, index, 4, start, groups=kv_heads, scaling=scaling)
    picks, held = cpu.top_k_rows(votes, 32, 4, starts)
    form = {"block_size": 1, "num_sink": 4, "scaling": scaling}
    out, picked_lse = cpu.gathered_attention(query, num - 1, keys, values, picks, starts, **form)
    assert torch.equal(found.indices, picks)
    assert found.indices.dtype == picks.dtype
    torch.testing.assert_close(found.votes, votes)
    torch.testing.assert_close(found.out, out)
    torch.testing.assert_close(found.coverage, decode_coverage(picked_lse, lse, votes, held, True))


def uneven(num: int) -> torch.Tensor:
    """Votes of which every 16th, and no other, is large: a sample of every 16th misleads."""
    votes = torch.rand(num, generator=torch.Generator().manual_seed(0))
    votes[::16] += 10
    return votes


VOTES = {
    "long tail": lambda: rows(9000).mul(3).exp(),
    "uneven sample": lambda: uneven(9000),
    "other uneven sample": lambda: uneven(9000).roll(1),
    "rising": lambda: torch.arange(9000.0),
    "mostly zero": lambda: torch.nn.functional.pad(rows(100).abs(), (50, 8850)),
    "equal at the limit": lambda: torch.cat([torch.full((900,), 0.5), rows(8100).abs().clamp(max=0.4), torch.ones(20)]),
    "few": lambda: rows(300).abs(),
}


@pytest.mark.parametrize("kind", VOTES)
def test_the_best_rows(kind: str) -> None:
    votes = VOTES[kind]()
    values, at = best_rows(votes, 256)
    assert bool((at[1:] > at[:-1]).all())
    assert torch.equal(values, votes[at])
    assert torch.equal(values.sort().values, votes.sort().values[-256:])


def test_where_it_may_run(monkeypatch: pytest.MonkeyPatch) -> None:
    query, keys = rows(1, 6, 16), rows(2, cpu_index.LEAST_ROWS, 16)
    for wanted in (False, True):
        monkeypatch.setattr(cpu_index, "is_faster", lambda *_, said=wanted: said)
        assert cpu_index.pays(query, keys) is wanted
        assert not cpu_index.pays(query, keys[:, 1:])
        assert not cpu_index.pays(query.bfloat16(), keys.bfloat16())
    monkeypatch.setenv(cpu_index.VARIABLE, "off")
    assert not cpu_index.pays(query, keys)
    monkeypatch.setattr(cpu_index, "is_faster", lambda *_: False)
    monkeypatch.setenv(cpu_index.VARIABLE, "int8")
    assert cpu_index.pays(query, keys)


@pytest.mark.parametrize("broken", ["missing", "saturates"])
def test_not_where_the_product_is_missing_or_wrong(broken: str, monkeypatch: pytest.MonkeyPatch) -> None:
    exact = torch._int_mm

    def product(query: torch.Tensor, codes: torch.Tensor) -> torch.Tensor:
        if broken == "missing":
            raise NotImplementedError
        return exact(query, codes).clamp(max=2**15)

    monkeypatch.setattr(torch, "_int_mm", product)
    cpu_index.usable.cache_clear()
    try:
        assert not cpu_index.usable(7, 64)
    finally:
        cpu_index.usable.cache_clear()


def test_the_timing_decides() -> None:
    assert cpu_index.is_faster(3, 16) in (True, False)


def test_two_turns_use_two_threads_when_asked() -> None:
    before, meeting, seen = torch.get_num_threads(), threading.Barrier(2, timeout=20), []

    def meet(turn: int) -> None:
        meeting.wait()

    torch.set_num_threads(2)
    try:
        cpu_threads.in_turns(meet, 2, per_thread=1)
        cpu_threads.in_turns(lambda turn: seen.append(threading.get_ident()), 2)
    finally:
        torch.set_num_threads(before)
    assert seen == [threading.get_ident()] * 2
