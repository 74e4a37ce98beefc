"""Every causal language model that transformers knows is right here, or refused with a hint; there is no third outcome.

A seeded quarter of the families is built (and every one of the fast path); TSEL_ALL_FAMILIES=1 builds all of them.
"""

from __future__ import annotations

import os
import random
from pathlib import Path

import pytest
import transformers
from family_outcome import Outcome, outcome
from tiny_families import NOT_BUILT, families, tiny_model
from write_families import BEGIN, END, ROOT

from tsel_core.models.families import FAMILIES
from tsel_core.models.family_table import as_markdown, family_table

ALL = [f for f in families() if f not in NOT_BUILT]
EVERY = os.environ.get("TSEL_ALL_FAMILIES") == "1"
CHOSEN = ALL if EVERY else sorted({*FAMILIES, *random.Random(18).sample(ALL, len(ALL) // 4)})
SAME_VERSION = family_table().transformers == transformers.__version__


@pytest.fixture(autouse=True)
def own_models_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TSEL_MODELS", str(tmp_path / "models"))


def right_or_refused(family: str, folder: Path, traits: bool) -> Outcome:
    found = outcome(family, folder, traits)
    assert found.path in ("fast", "slow", "refused")
    assert found.wrong == []
    return found


@pytest.mark.parametrize("family", CHOSEN)
def test_a_family_with_unusual_settings_is_right_or_refused(family: str, tmp_path: Path) -> None:
    right_or_refused(family, tmp_path / "m", True)


@pytest.mark.parametrize("family", ALL if EVERY else CHOSEN[::4])
def test_the_table_says_what_becomes_of_a_family(family: str, tmp_path: Path) -> None:
    found = right_or_refused(family, tmp_path / "m", False)
    row = next((r for r in family_table().rows if r.family == family), None)
    if SAME_VERSION:
        assert row is not None
        assert (found.path, found.lean, found.selects, found.layers) == (row.path, row.lean, row.selects, row.layers)


@pytest.mark.parametrize("family", sorted(FAMILIES))
def test_the_lean_families_are_lean(family: str, tmp_path: Path) -> None:
    found = right_or_refused(family, tmp_path / "m", False)
    assert found.lean
    assert found.plain  # the second start does not need transformers
    assert next(r for r in family_table().rows if r.family == family).lean


@pytest.mark.skipif(not SAME_VERSION, reason="the table was made with another transformers")
def test_the_table_has_every_family() -> None:
    assert {r.family for r in family_table().rows} | set(NOT_BUILT) == set(families())


@pytest.mark.parametrize("family", sorted(set(NOT_BUILT) & set(families())))
def test_what_is_not_tested_cannot_be_built(family: str) -> None:
    if not SAME_VERSION:
        pytest.skip("another transformers may build it")
    import torch

    with pytest.raises(Exception):  # noqa: B017  whatever its code says
        tiny_model(family)(input_ids=torch.ones(1, 4, dtype=torch.int64), use_cache=False)


def test_the_page_shows_the_table() -> None:
    text = (ROOT / "docs" / "models.md").read_text(encoding="utf-8")
    assert text.partition(BEGIN)[2].partition(END)[0].strip() == as_markdown(family_table()).strip()
