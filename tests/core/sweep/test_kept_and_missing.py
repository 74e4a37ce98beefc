"""A proposal that was rejected is a decision though it is called a proposal; what has not been found yet is open."""

from __future__ import annotations

import pytest

from tsel_core.document import Document, Unit
from tsel_core.sweep.meetings.open_points import finds_open
from tsel_core.sweep.run import sweep_documents


@pytest.mark.parametrize(
    ("text", "lang", "found"),
    [
        ("We have not found a caterer for the open day yet.", "en", True),
        ("The caterer has not been found guilty of anything.", "en", False),
        ("We have not received the keys.", "en", False),  # it may never have been meant to come
        ("The date of the fair is not yet known.", "en", True),
        ("会場はまだ見つかっていません。", "ja", True),
        ("印刷所からの返事はまだ届いていません。", "ja", True),
        ("会場は駅前に見つかりました。", "ja", False),
    ],
)
def test_what_is_missing_is_open(text: str, lang: str, found: bool) -> None:
    assert finds_open(text, lang) is found


@pytest.mark.parametrize(
    ("line", "decided"),
    [
        ("The proposal to close the canteen on Fridays was turned down.", True),
        ("My proposal is to close the canteen on Fridays.", False),
        ("The proposal to close the canteen on Fridays is on the table.", False),
    ],
)
def test_what_became_of_a_proposal_is_a_decision(line: str, decided: bool) -> None:
    said = ("Chair: Good morning.", f"Chair: {line}", "Ann: The next point is the garden.")
    units = tuple(Unit(i, "turn", f"line {i + 1}", text, speaker=text.split(":")[0]) for i, text in enumerate(said))
    swept = sweep_documents([Document("m.txt", "", "txt", "turn", units)], "en", "meeting")
    assert [i.kind for i in swept.items if i.verdict == "supported"].count("decision") == int(decided)
