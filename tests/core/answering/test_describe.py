"""What is known of a run: phases that add up, texts made otherwise than by writing."""

from __future__ import annotations

import pytest

from tsel_core.answering.describe import named_timings
from tsel_core.answering.writer import Written


def test_the_phases_add_up() -> None:
    seconds = {"read": 0.5, "load": 1.0, "prepare": 0.25, "prefill": 2.0, "prefill_attention": 0.5, "decode": 1.0}
    named = named_timings(seconds)
    assert named["load"] == 1.25
    assert named["prefill_linear"] == 1.5
    assert named["total"] == pytest.approx(0.5 + 1.25 + 2.0 + 1.0)


def test_a_reading_that_was_loaded_is_a_phase_of_its_own() -> None:
    assert "load_reading" not in named_timings({"prefill": 1.0})
    assert named_timings({"prefill": 1.0, "load_reading": 0.5})["total"] == 1.5


def test_a_text_made_otherwise_has_no_tokens_of_its_own() -> None:
    written = Written.otherwise("One sentence. Another one.", 0)
    assert written.tracker.text == "One sentence. Another one."
    assert [written.tracker.text[s.start : s.end] for s in written.tracker.sentences()] == ["One sentence.", "Another one."]
    assert (written.stop, written.answer_ids, written.failure) == ("end", (), None)
