"""What a meeting came to, listed: by code alone of written minutes, with the sweep's items sure in a talk."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from tsel_core.document import Document
from tsel_core.ingest.read import read_document
from tsel_core.listing.run import Listing, list_all, needs_no_model
from tsel_core.listing.wish import Wish

NOTES = """Catch-up 21/11
Present: Anna Ode, Joel Kim

Hall
- AGREED: we paint it green
- ACTION Joel: ring the painter (by Fri)
- Anna will lend the ladder
- parked: the curtains
"""
JA = "会合メモ\n参加者：宮部、滝\n\n・壁は白に決定。\n・見積は滝が12/5までに取る。\n・看板は保留。\n"
TALK = """WEBVTT

00:00:01.000 --> 00:00:04.000
<v Ada Park>The roof leaks again. Who calls the roofer?

00:00:05.000 --> 00:00:08.000
<v Ben Ito>I'll call the roofer by Friday.

00:00:09.000 --> 00:00:12.000
<v Ada Park>Thank you. It rained a lot.
"""
NO_JUDGE = SimpleNamespace()  # nobody may ask it anything


def document(path: Path, text: str, name: str = "a.txt") -> Document:
    (path / name).write_text(text, encoding="utf-8")
    return read_document(path / name)


def texts(found: Listing) -> list[str]:
    units = found.documents[0].units
    return [units[i.span.unit_index].text[i.span.start : i.span.end].strip() for i in found.items]


@pytest.mark.parametrize(
    ("wish", "listed"),
    [
        ("every action item", ["- ACTION Joel: ring the painter (by Fri)", "- Anna will lend the ladder"]),
        ("all tasks of Anna", ["- Anna will lend the ladder"]),
        ("every decision", ["- AGREED: we paint it green"]),
        ("what was left open", ["- parked: the curtains"]),
    ],
)
def test_written_minutes_are_listed_without_the_model(wish: str, listed: list[str], tmp_path: Path) -> None:
    notes = document(tmp_path, NOTES)
    assert needs_no_model(Wish.of(wish), notes)
    found = list_all([notes], Wish.of(wish), cast(Any, NO_JUDGE))
    assert texts(found) == listed
    assert {i.verdict for i in found.items} == {"cited"}
    assert found.adds_up


@pytest.mark.parametrize(
    ("wish", "listed"),
    [("アクション項目をすべて", ["・見積は滝が12/5までに取る。"]), ("決定事項をすべて", ["・壁は白に決定。"]), ("未決事項をすべて", ["・看板は保留。"])],
)
def test_written_minutes_in_japanese(wish: str, listed: list[str], tmp_path: Path) -> None:
    assert texts(list_all([document(tmp_path, JA)], Wish.of(wish), cast(Any, NO_JUDGE))) == listed


def test_of_a_talk_the_sweep_is_sure_and_the_model_is_asked_about_the_rest(tmp_path: Path) -> None:
    talk = document(tmp_path, TALK, "a.vtt")
    assert not needs_no_model(Wish.of("every action item"), talk)
    found = list_all([talk], Wish.of("every action item"))
    assert texts(found) == ["I'll call the roofer by Friday."]


def test_of_no_meeting_the_wish_is_what_it_was(tmp_path: Path) -> None:
    contract = document(tmp_path, "The Supplier shall deliver the goods within ten days. The Buyer shall pay for them.\n")
    found = list_all([contract], Wish.of("tasks that the supplier must do"))
    assert found.wish.kind is not None
    assert found.wish.kind.name == "obligation"
    assert texts(found) == ["The Supplier shall deliver the goods within ten days."]
