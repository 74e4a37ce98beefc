"""What people say who think aloud is marked, unless the words settle it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tsel_core.ingest.read import read_document
from tsel_core.sweep.run import sweep_documents

IDLE = "Um, you know, I mean, it is like the the other one, uh, sort of."
TALK = (
    ("Ada", "So we decided on the rubber case."),
    ("Ada", "Ben, can you book the room?"),
    ("Ben", "Yes, I will."),
    ("Cleo", "Ben, please call the factory by Friday."),
    ("Ben", "OK."),
)


@pytest.mark.parametrize(("free", "booked"), [(True, "unsure"), (False, "supported")])
def test_a_task_without_a_day_is_unsure_where_people_think_aloud(free: bool, booked: str, tmp_path: Path) -> None:
    path = tmp_path / "talk.txt"
    around = [(who, IDLE if free else "The weather is fine today.") for who in ("Ada", "Ben", "Cleo")]
    path.write_text("\n".join(f"{who}: {words}" for who, words in (*around, *TALK, *around)))
    items = sweep_documents([read_document(path)], "en", style="minutes").items
    told = {(i.kind, i.what.strip(".")): i.verdict for i in items}
    assert told == {
        ("decision", "we decided on the rubber case"): "supported",
        ("action", "book the room"): booked,
        ("action", "call the factory"): "supported",
    }
