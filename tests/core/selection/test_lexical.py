"""Lexical rows against a definition that looks at every earlier place in plain Python."""

from __future__ import annotations

from collections import Counter

import pytest
import torch

from tsel_core.selection.lexical import LexicalRows, raise_rows

RECENT, BIGRAM, UNIT = 16, 4, 1 << 24


def named(ids: list[int], begin: int, stop: int, low: int, high: int) -> Counter[int]:
    """Weight of each candidate row in [low, high) that the queries begin..stop-1 of one block name."""
    found: Counter[int] = Counter()
    for t in range(begin, stop):
        same = [p for p in range(begin) if ids[p] == ids[t]]
        pair = [p for p in same if p and t and ids[p - 1] == ids[t - 1]]
        weight = round((1 + len(same)) ** -0.5 * UNIT)
        for place in same[-RECENT:]:
            found.update({place: weight, place + 1: weight})
        for place in pair[-RECENT:]:
            found.update({place: BIGRAM * weight, place + 1: BIGRAM * weight})
    return Counter({row: weight for row, weight in found.items() if low <= row < high})


@pytest.mark.parametrize("vocab", [3, 40, 5000])
@pytest.mark.parametrize(("start", "block", "length"), [(0, 16, 70), (130, 16, 200), (130, 64, 191), (199, 1, 200)])
def test_rows_are_those_of_the_definition(vocab: int, start: int, block: int, length: int) -> None:
    generator = torch.Generator().manual_seed(vocab + start)
    ids = torch.randint(vocab, (220,), generator=generator)
    begins = torch.arange(start, length, block)
    windows = (begins - 20).clamp(min=0).to(torch.int32)
    rows = LexicalRows(ids).rows(start, length - start, block, 24, 4, windows)
    assert rows.shape[0] == len(begins)
    assert rows.shape[1] <= 24
    for b, begin in enumerate(begins.tolist()):
        expected = named(ids.tolist(), begin, min(begin + block, length), 4, int(windows[b]))
        best = sorted(expected, key=lambda row: (-expected[row], row))[:24]
        got = rows[b].tolist()
        assert got[: len(best)] == best
        assert set(got[len(best) :]) <= {-1}


def test_layers_share_a_computation_and_later_chunks_do_not_get_it() -> None:
    lexical = LexicalRows(torch.randint(9, (90,), generator=torch.Generator().manual_seed(1)))
    starts = torch.tensor([30, 46], dtype=torch.int32)
    first = lexical.rows(40, 32, 16, 8, 2, starts)
    assert lexical.rows(40, 32, 16, 8, 2, starts) is first
    later = lexical.rows(56, 32, 16, 8, 2, starts + 16)
    assert not torch.equal(later, first)
    assert torch.equal(lexical.rows(40, 32, 16, 8, 2, starts), first)


def test_raised_rows_win_in_every_group_and_padding_touches_no_candidate() -> None:
    votes = torch.rand(2, 3, 10, generator=torch.Generator().manual_seed(2))
    before = votes.clone()
    raised = raise_rows(votes, torch.tensor([[4, -1], [2, 7]]), 9.0)
    changed = (raised != before).nonzero().tolist()
    assert changed == [[0, g, n] for g in range(3) for n in (4, 9)] + [[1, g, n] for g in range(3) for n in (2, 7)]
    assert bool((raised[raised != before] == 9.0).all())
