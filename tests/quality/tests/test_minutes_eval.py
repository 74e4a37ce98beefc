"""The made meetings hold what they say they hold, and the scorer tells right from wrong."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.quality.minutes.made_meetings import Gold, make_meeting
from tests.quality.minutes.scoring import matches, score_items
from tsel_core.document import SourceSpan
from tsel_core.sweep.item import Item

AT = (SourceSpan(0, 0, 0, 1),)


@pytest.mark.parametrize("lang", ["en", "ja"])
@pytest.mark.parametrize("half", ["build", "measure", "fresh", "later-build", "later-measure"])
def test_every_gold_item_stands_in_its_turn(lang: str, half: str) -> None:
    for seed in range(5):
        meeting = make_meeting(seed, lang, half)  # type: ignore[arg-type]
        assert {g.kind for g in meeting.gold} >= {"decision", "action"}
        for gold in meeting.gold:
            who, words = meeting.turns[gold.turn]
            plain = words.casefold()
            assert all(m.casefold() in plain for m in gold.must), (gold, words)
            if gold.kind == "action":
                assert gold.who in who or gold.who in words
                assert gold.when in words


def test_the_halves_share_no_phrase() -> None:
    from tests.quality.minutes import phrases_en
    from tests.quality.minutes.made_meetings import half_of

    for name in ("DECIDE", "CHANGE", "ASSIGN", "VOLUNTEER", "CHAT", "OPEN_POINT"):
        phrases = getattr(phrases_en, name)
        assert not set(half_of(phrases, "build")) & set(half_of(phrases, "measure"))


def test_an_action_needs_who_what_and_by_when() -> None:
    gold = Gold("action", 0, ("quote",), who="Ben", when="Friday")
    right = Item("action", "send the quote", AT, "Ben Okafor", "by Friday")
    assert matches(right, gold)
    for wrong in (
        replace(right, who="Ann"),
        replace(right, when="Monday"),
        replace(right, when=""),
        replace(right, what="send it"),
    ):
        assert not matches(wrong, gold)
    assert not matches(right, replace(gold, when=""))  # a date where none was said


def test_a_decision_needs_its_value_and_its_topic_and_counts_once() -> None:
    gold = Gold("decision", 0, ("3 March",), about=("launch date",))
    right = Item("decision", "3 March", AT, section="launch date")
    assert matches(right, gold)
    assert not matches(replace(right, section="audit"), gold)
    assert not matches(replace(right, status="rejected"), gold)
    score = score_items([right, right], [gold])
    assert score.row("decision") == {"gold": 1, "items": 2, "recall": 1.0, "precision": 0.5}
