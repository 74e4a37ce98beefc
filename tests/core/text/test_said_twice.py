"""Amounts in words and in figures, and those whose words say another number."""

from __future__ import annotations

import pytest

from tsel_core.text.said_twice import at_odds, said_twice


@pytest.mark.parametrize("text", ["thirty (30) days", "30 (thirty) days", "三（3）年間", "十二か月（12か月）", "two thousand (2,000) euros"])
def test_words_and_figures_agree(text: str) -> None:
    assert [twice.agrees for twice in said_twice(text)] == [True]


@pytest.mark.parametrize("text", ["sixty (30) days", "30 (sixty) days", "五（3）年間"])
def test_words_and_figures_differ(text: str) -> None:
    assert len(at_odds(text)) == 1


@pytest.mark.parametrize("text", ["thirty days (30 June)", "Clause 4 (b)", "第三条（3）", "one of (2) reasons"])
def test_what_is_said_once(text: str) -> None:
    assert at_odds(text) == []
