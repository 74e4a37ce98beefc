"""Long runs of spaces or letters are read in a time that grows as they do."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from tsel_core.trust.claims.parts.both_ways import says_both_ways
from tsel_core.trust.claims.told_with_old import without_old


@pytest.mark.parametrize(
    ("read", "text"),
    [
        (without_old, f"The fee is{' ' * 3_000}GBP 120"),
        (without_old, f"賃料は{'　' * 3_000}12万円"),
        (says_both_ways, "a-" * 20_000),
        (says_both_ways, "漢" * 20_000),
        (says_both_ways, "ア" * 20_000),
    ],
)
def test_a_long_run_is_read_in_time(read: Callable[[str], object], text: str) -> None:
    begun = time.process_time()
    read(text)
    assert time.process_time() - begun < 1


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("The fee is GBP 120 , (formerly GBP 100).", "The fee is GBP 120."),
        ("The fee is £120 (formerly £100).", "The fee is £120."),
        ("The fee is GBP 120, formerly GBP 100.", "The fee is GBP 120."),
        ("The fee was £100 and is £120.", "The fee is £120."),
    ],
)
def test_what_was_before_is_left_out_with_its_comma(text: str, rest: str) -> None:
    assert without_old(text)[0] == rest
