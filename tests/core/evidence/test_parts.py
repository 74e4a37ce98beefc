"""Parts hold every unit, overlap, and keep the numbers of the whole."""

from __future__ import annotations

import itertools
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from asker_support import DOCUMENTS, make_session
from tiny_folder import make_folder

from tsel_core.errors import DoesNotFit
from tsel_core.evidence.parts import split_parts
from tsel_core.prompts.build import build_prompt
from tsel_core.prompts.tasks import ask_task


@pytest.fixture(scope="module")
def tokenizer(tmp_path_factory: pytest.TempPathFactory) -> Any:
    return make_session(make_folder(tmp_path_factory.mktemp("tiny"))).tokenizer


@pytest.mark.parametrize(("limit", "overlap"), [(200, 0), (200, 80), (400, 150), (100_000, 512)])
def test_every_unit_is_in_a_part_and_no_part_is_too_long(tokenizer: Any, limit: int, overlap: int) -> None:
    task = ask_task("What?")
    whole = build_prompt(DOCUMENTS, task, tokenizer)
    parts = split_parts(whole, limit, overlap)
    seen: list[set[int]] = []
    for documents in parts:
        assert [len(d.units) for d in documents] == [len(d.units) for d in DOCUMENTS]
        part = build_prompt(documents, task, tokenizer)
        assert part.num_document_tokens <= limit
        seen.append({p.unit_index for p in part.rendered.placed})
    assert set().union(*seen) == {u.index for u in DOCUMENTS[0].units}
    if overlap and len(parts) > 1:
        assert all(left & right for left, right in itertools.pairwise(seen))
    assert (len(parts) == 1) == (limit > whole.num_document_tokens + 100)


def test_a_unit_that_fits_into_no_part_is_refused(tokenizer: Any) -> None:
    whole = build_prompt(DOCUMENTS, ask_task("What?"), tokenizer)
    with pytest.raises(DoesNotFit, match="para"):
        split_parts(whole, 20)


def test_the_kept_readings_of_parts_are_used_again(tmp_path: Path) -> None:
    from tsel_core.prefix_cache.store import ReadingStore

    session = make_session(make_folder(tmp_path / "model"))
    session.effort = "normal"
    session.info = replace(session.info, trained_window=6000)
    session.reading_store = ReadingStore(tmp_path / "readings")
    units = tuple(replace(DOCUMENTS[0].units[0], index=i, text=f"Clause {i} names {i * 7} euros.") for i in range(250))
    documents = [replace(DOCUMENTS[0], units=units)]
    first = session.answer("ask", documents, ask_task("How many euros does clause 9 name?"))
    assert first.extra["parts"]["count"] > 1
    assert any("Clause 9 names" in e["quote"] for e in first.extra["evidence"])
    again = session.answer("ask", documents, ask_task("How many euros does clause 201 name?"))
    assert again.extra["reading"]["reused_tokens"] > 0
    assert any("Clause 201 names" in e["quote"] for e in again.extra["evidence"])
