"""Questions about passages that are written together: each reply is the one that is given alone, and Ctrl-C ends all."""

from __future__ import annotations

from pathlib import Path

import pytest
from asker_support import DOCUMENTS, make_session
from tiny_folder import make_folder

from tsel_core.engine.together.crew import Crew, SharedEngine
from tsel_core.evidence.asking.asker import Asker
from tsel_core.evidence.asking.several import Question, ask_together
from tsel_core.prompts.build import build_prompt
from tsel_core.prompts.tasks import ask_task
from tsel_core.session import Session
from tsel_core.sweep.asked import AskedModel

QUESTIONS = [Question("Say it again. ", "Clause " * (3 + 5 * n) + str(n)) for n in range(7)]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_folder(tmp_path_factory.mktemp("tiny"))


def opened(session: Session) -> Asker:
    prompt = build_prompt(DOCUMENTS, ask_task("What is named?"), session.tokenizer)
    session.engine.reset()
    return session.asker(prompt, session.read(prompt))


def test_replies_are_those_of_one_after_another_in_their_order(folder: Path) -> None:
    session = make_session(folder)
    with opened(session) as asker:
        alone = [asker.ask(q.instruction, "", [q.passage], 12, alone=True) for q in QUESTIONS]
        before = asker.engine.config, asker.engine.captured, list(asker.reading.ids)
        together = ask_together(asker, QUESTIONS, 12)
        assert (asker.engine.config, asker.engine.captured, list(asker.reading.ids)) == before
    assert [r.token_ids for r in together] == [r.token_ids for r in alone]
    assert len({r.token_ids for r in together}) > 1
    assert Crew.of(session.engine).meeting.num_tokens


def test_one_question_needs_nobody_else(folder: Path) -> None:
    session = make_session(folder)
    with opened(session) as asker:
        ask_together(asker, QUESTIONS[:1], 4)
    assert session.engine.together is None


def test_ctrl_c_ends_all_of_them_and_the_sweep_goes_on_by_code(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    session = make_session(folder)
    steps = SharedEngine._step

    def interrupted(self: SharedEngine, *arguments: object) -> None:
        if self.crew.meeting.num_tokens > 4:
            raise KeyboardInterrupt
        steps(self, *arguments)  # type: ignore[arg-type]

    with opened(session) as asker:
        model = AskedModel(asker)
        with monkeypatch.context() as patch:
            patch.setattr(SharedEngine, "_step", interrupted)
            assert model.write_all([(q.passage, q.instruction) for q in QUESTIONS], 12) == [""] * len(QUESTIONS)
        assert model.interrupted
        assert len(ask_together(asker, QUESTIONS, 12)) == len(QUESTIONS)  # the engine is as good as new
