"""Summaries that the model writes in one go: they go on past the limit, and never end in a loop or half a sentence."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tiny_folder import make_folder

from tests.core.sweep.test_meeting import meeting
from tsel_core.answer import AttentionReport, Draft, Receipt
from tsel_core.config import EngineConfig
from tsel_core.models.load import resolve_model
from tsel_core.prompts.tasks import summary_task
from tsel_core.session import Session
from tsel_core.sweep.one_pass import LOOPED, MORE, OTHER_LANGUAGE, UNFINISHED, mended

REPORT = AttentionReport("full", "full", "", 1, 1, 1, "", None, None, None)


def draft(text: str, stop: str = "end", lang: str = "en") -> Draft:
    return Draft("summarize", text, lang, (), {}, Receipt(1, 1, 1, 1), REPORT, {}, 1, 1, stop)


def test_what_is_whole_stays_as_it_is() -> None:
    made = draft("The fee is four euros. The roof is new.")
    assert mended(made) == replace(made, warnings=[])


def test_half_a_sentence_is_left_out_and_said() -> None:
    made = mended(draft("The fee is four euros. The roof is", "length"))
    assert made.text == "The fee is four euros."
    assert list(made.warnings) == [UNFINISHED]


def test_a_loop_and_another_language_are_said() -> None:
    assert list(mended(draft("The roof of the hall is new. " * 5)).warnings) == [LOOPED]
    assert list(mended(draft("The roof of the hall is new and red.", lang="ja")).warnings) == [OTHER_LANGUAGE]


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Session:
    info = resolve_model(str(make_folder(tmp_path_factory.mktemp("models") / "tiny")))
    return Session(info, EngineConfig(max_new_tokens=8), device="cpu", effort="quick")


def test_a_summary_goes_on_past_the_limit(session: Session) -> None:
    documents = meeting("Ann Lee: The roof is new.", "Bo Ray: It is red.")
    answer = session.answer("summarize", documents, summary_task("brief", "en"))
    assert 8 < answer.completion_tokens <= (1 + MORE) * 8 or answer.stop_reason == "end"  # random weights seldom end
    assert answer.completion_tokens <= (1 + MORE) * 8
    short = replace(session, engine_config=EngineConfig(max_new_tokens=session.info.trained_window // 2))
    assert short.answer("summarize", documents, summary_task("brief", "en")).completion_tokens <= session.info.trained_window


def test_a_question_keeps_to_the_limit(session: Session) -> None:
    from tsel_core.prompts.tasks import ask_task

    answer = session.answer("ask", meeting("Ann Lee: The roof is new."), ask_task("Is the roof new?"))
    assert answer.completion_tokens <= 8
