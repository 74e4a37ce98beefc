"""The quick CPU forms of selection give what the definitions give."""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
import torch

from tsel_kernels import cpu_threads
from tsel_kernels.attention import cpu_flash
from tsel_kernels.attention.full import full_attention
from tsel_kernels.backend import cpu_kernels, torch_kernels
from tsel_kernels.key_index import quantize_keys

cpu, reference = cpu_kernels(), torch_kernels()
SHAPES = {"gqa": (6, 2, 16, 300), "one head": (1, 1, 8, 300), "odd head_dim": (7, 1, 24, 257), "short": (4, 2, 16, 40)}


def rows(*size: int, seed: int = 0) -> torch.Tensor:
    return torch.randn(size, generator=torch.Generator().manual_seed(seed))


def cache(kv_heads: int, num: int, dim: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Views of longer pools, what lies behind them poisoned."""
    pools = rows(2, kv_heads, num + 9, dim, seed=1)
    pools[:, :, num:] = float("nan")
    return pools[0, :, :num], pools[1, :, :num]


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("shared", [False, True])
def test_a_decode_step_equals_the_definitions(shape: str, shared: bool) -> None:
    heads, kv_heads, dim, num = SHAPES[shape]
    keys, values = cache(kv_heads, num, dim)
    query, sinks, scaling = rows(1, heads, dim) * 2, 4, dim**-0.5
    begin = num - 16
    starts = torch.tensor([begin], dtype=torch.int32)
    groups = 1 if shared else kv_heads
    votes, lse = cpu.score_rows(query, keys, sinks, begin, groups=groups, scaling=scaling)
    expected, expected_lse = reference.score_rows(query, keys, sinks, begin, groups=groups, scaling=scaling)
    torch.testing.assert_close(votes, expected, rtol=1e-4, atol=1e-6)
    torch.testing.assert_close(lse, expected_lse, rtol=1e-5, atol=1e-5)
    picks, held = cpu.top_k_rows(votes, 32, sinks, starts)
    same, expected_held = reference.top_k_rows(votes, 32, sinks, starts)
    assert torch.equal(picks, same)
    assert picks.dtype == same.dtype
    torch.testing.assert_close(held, expected_held)
    form = {"block_size": 1, "num_sink": sinks, "scaling": scaling}
    out, picked_lse = cpu.gathered_attention(query, num - 1, keys, values, picks, starts, **form)
    expected_out, expected_picked = reference.gathered_attention(query, num - 1, keys, values, picks, starts, **form)
    torch.testing.assert_close(out, expected_out, rtol=1e-4, atol=1e-5)
    torch.testing.assert_close(picked_lse, expected_picked, rtol=1e-5, atol=1e-5)


def test_equal_votes_give_as_many_rows_and_as_much_mass() -> None:
    votes = torch.zeros(1, 1, 60)
    votes[..., 10:40] = 0.5
    starts = torch.tensor([50], dtype=torch.int32)
    picks, held = cpu.top_k_rows(votes, 12, 4, starts)
    assert picks.unique().numel() == 12
    assert bool((picks[..., 1:] > picks[..., :-1]).all())
    assert float(held) == 6.0


@pytest.mark.parametrize("shape", ["gqa", "one head", "odd head_dim"])
@pytest.mark.parametrize("shared", [False, True])
def test_blocks_of_a_chunk_equal_the_definitions(shape: str, shared: bool) -> None:
    """Ragged last block, a block whose window reaches the sinks, picks of different number."""
    heads, kv_heads, dim, num = SHAPES[shape]
    keys, values = cache(kv_heads, num, dim)
    query, groups, draw = rows(21, heads, dim), 1 if shared else kv_heads, torch.Generator().manual_seed(3)
    starts = torch.tensor([0, 180, 188], dtype=torch.int32)
    picks = torch.full((3, groups, 32), -1, dtype=torch.int32)
    for b, count in ((1, 32), (2, 9)):
        for g in range(groups):
            picks[b, g, :count] = (4 + torch.randperm(170, generator=draw)[:count]).sort().values.int()
    form = {"block_size": 8, "num_sink": 4, "scaling": dim**-0.5}
    got = cpu.gathered_attention(query, num - 21, keys, values, picks, starts, **form)
    expected = reference.gathered_attention(query, num - 21, keys, values, picks, starts, **form)
    torch.testing.assert_close(got[0], expected[0], rtol=1e-4, atol=1e-5)
    torch.testing.assert_close(got[1], expected[1], rtol=1e-5, atol=1e-5)


def test_other_forms_go_to_the_definitions() -> None:
    keys, values = cache(2, 200, 16)
    query, starts = rows(8, 4, 16), torch.tensor([150, 154], dtype=torch.int32)
    picks = torch.arange(8, 40, dtype=torch.int32).expand(2, 2, 32)
    form = {"block_size": 4, "num_sink": 4, "scaling": 0.25, "rope": (rows(300, 16), rows(300, 16, seed=5))}
    got = cpu.gathered_attention(query, 192, keys, values, picks, starts, **form)
    expected = reference.gathered_attention(query, 192, keys, values, picks, starts, **form)
    assert torch.equal(got[0], expected[0])
    index = quantize_keys(keys, keys.mean(1))
    assert torch.equal(
        cpu.score_rows(query[:1], index, 4, 100, groups=2, scaling=0.25)[0],
        reference.score_rows(query[:1], index, 4, 100, groups=2, scaling=0.25)[0],
    )


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("num", [1, 2, 21, 40, 128, 130, 257])
def test_attention_of_a_chunk_in_two_parts_equals_the_definition(shape: str, num: int) -> None:
    heads, kv_heads, dim, held = SHAPES[shape]
    num = min(num, held)
    keys, values = cache(kv_heads, held, dim)
    query = rows(num, heads, dim) * 2
    out, lse = cpu_flash.chunk_attention(query, keys, values, dim**-0.5)
    at = torch.arange(held - num, held)
    expected, expected_lse = reference.causal_attention(query, at, keys, values, scaling=dim**-0.5)
    torch.testing.assert_close(out, expected, rtol=1e-4, atol=1e-5)
    torch.testing.assert_close(lse, expected_lse, rtol=1e-5, atol=1e-5)
    assert out.is_contiguous()


@pytest.mark.parametrize("positions", [[299], [270, 270, 281, 299], [0, 7, 250], [31]])
@pytest.mark.parametrize("shape", ["gqa", "one head", "odd head_dim"])
def test_anchors_attend_to_what_the_definition_says(shape: str, positions: list[int]) -> None:
    heads, kv_heads, dim, num = SHAPES[shape]
    keys, values = cache(kv_heads, num, dim)
    at = torch.tensor(positions).clamp(max=num - 1)
    query = rows(len(at), heads, dim) * 2
    out, lse = cpu.causal_attention(query, at, keys, values, scaling=dim**-0.5)
    expected, expected_lse = reference.causal_attention(query, at, keys, values, scaling=dim**-0.5)
    torch.testing.assert_close(out, expected, rtol=1e-4, atol=1e-5)
    torch.testing.assert_close(lse, expected_lse, rtol=1e-5, atol=1e-5)


def test_a_torch_without_the_flash_operation_gets_the_definitions(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(*_: object, **__: object) -> None:
        raise AttributeError("no such operation")

    monkeypatch.setattr(cpu_flash, "_flash", missing)
    cpu_flash.usable.cache_clear()
    try:
        assert not cpu_flash.usable(torch.float32, 16)
        keys, values = cache(2, 90, 16)
        query, at = rows(7, 4, 16), torch.arange(83, 90)
        expected = reference.causal_attention(query, at, keys, values, scaling=0.25)
        assert torch.equal(cpu.causal_attention(query, at, keys, values, scaling=0.25)[0], expected[0])
        torch.testing.assert_close(full_attention(query, keys, values, 0.25), expected[0])
        picks, starts = torch.full((1, 2, 4), 9, dtype=torch.int32), torch.tensor([60], dtype=torch.int32)
        form = {"block_size": 8, "num_sink": 4, "scaling": 0.25}
        same = reference.gathered_attention(query, 83, keys, values, picks, starts, **form)
        assert torch.equal(cpu.gathered_attention(query, 83, keys, values, picks, starts, **form)[0], same[0])
    finally:
        cpu_flash.usable.cache_clear()


def test_picks_of_several_blocks_equal_the_definitions() -> None:
    votes, starts = torch.rand(4, 2, 200, generator=torch.Generator().manual_seed(1)), torch.tensor([0, 20, 90, 190])
    got, held = cpu.top_k_rows(votes, 32, 8, starts.int())
    expected, expected_held = reference.top_k_rows(votes, 32, 8, starts.int())
    assert torch.equal(got, expected)
    torch.testing.assert_close(held, expected_held)
    assert got.dtype == expected.dtype


def test_turns_are_all_taken_on_one_core_each_and_errors_come_back() -> None:
    seen, before = [], torch.get_num_threads()
    with torch.inference_mode():
        cpu_threads.in_turns(lambda turn: seen.append((turn, torch.get_num_threads(), torch.is_inference_mode_enabled())), 40)
    assert sorted(turn for turn, _, _ in seen) == list(range(40))
    assert {(threads, mode) for _, threads, mode in seen} == {(1, True)}
    assert torch.get_num_threads() == before

    def fail(turn: int) -> None:
        if turn == 5:
            raise IndexError("turn 5")

    with pytest.raises(IndexError, match="turn 5"):
        cpu_threads.in_turns(fail, 40)
    assert torch.get_num_threads() == before


@pytest.mark.parametrize("num_threads", [1, 2])
def test_every_item_is_worked_on_by_one_core_and_the_first_error_is_raised(num_threads: int) -> None:
    before = torch.get_num_threads()
    try:
        torch.set_num_threads(num_threads)
        seen = []
        with torch.inference_mode():
            kept = torch.zeros(9)

            def work(item: int) -> None:
                kept[item] = item
                seen.append((torch.get_num_threads(), torch.is_inference_mode_enabled()))

            cpu_threads.on_every_core(work, range(9))
        assert kept.tolist() == list(range(9))
        assert set(seen) == {(1, True)}
        with pytest.raises(ZeroDivisionError):
            cpu_threads.on_every_core(lambda item: 1 // item, range(9))
        assert torch.get_num_threads() == num_threads
    finally:
        torch.set_num_threads(before)


@pytest.mark.skipif(sys.platform == "win32", reason="torch's libraries show no call for one thread there")
def test_a_number_of_ones_own_is_not_where_other_threads_begin() -> None:
    """A prompt is read on a thread that is first used while another writes a token on one core."""
    before, found = torch.get_num_threads(), []

    def look() -> None:
        with ThreadPoolExecutor(1) as fresh:
            found.append(fresh.submit(torch.get_num_threads).result())

    try:
        torch.set_num_threads(2)
        for alone in (cpu_threads.one_thread, cpu_threads.lone_operations):
            with alone():
                look()
        cpu_threads.in_turns(lambda _: look(), 8)
        with ThreadPoolExecutor(1) as other:
            other.submit(cpu_threads.use_threads, 1).result()
        look()
        assert found == [2] * 11
        assert torch.get_num_threads() == 2
    finally:
        torch.set_num_threads(before)


def test_threads_are_given_back_after_a_step_and_after_an_error() -> None:
    before = torch.get_num_threads()
    with cpu_threads.one_thread():
        assert torch.get_num_threads() == 1
    assert torch.get_num_threads() == before
    with pytest.raises(KeyError), cpu_threads.one_thread():
        raise KeyError
    assert torch.get_num_threads() == before


def test_a_window_that_reaches_the_sinks_has_no_picks() -> None:
    keys, values = cache(2, 20, 16)
    none, starts = torch.full((1, 2, 4), -1, dtype=torch.int32), torch.zeros(1, dtype=torch.int32)
    form = {"block_size": 1, "num_sink": 4, "scaling": 0.25}
    got = cpu.gathered_attention(rows(1, 4, 16), 19, keys, values, none, starts, **form)
    expected = reference.gathered_attention(rows(1, 4, 16), 19, keys, values, none, starts, **form)
    torch.testing.assert_close(got, expected, rtol=1e-4, atol=1e-5)
