"""What a model thinks is no part of its answer: never shown, cited or scored, and it ends."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tiny_folder import make_tokenizer

from tsel_core.config import EngineConfig
from tsel_core.document import Document
from tsel_core.engine.reading import Step
from tsel_core.ingest.read import read_document
from tsel_core.models.load import resolve_model
from tsel_core.prompts.tasks import ask_task
from tsel_core.prompts.thinking import Thoughts, opens_thought, render_chat
from tsel_core.session import Session

TURNS = [{"role": "system", "content": "S"}, {"role": "user", "content": "U"}]
QWEN3 = (
    "{% for m in messages %}[{{ m.role }}]{{ m.content }}{% endfor %}[assistant]"
    "{% if enable_thinking is defined and enable_thinking is false %}<think>\n\n</think>\n\n{% endif %}"
)
ALWAYS = "{% for m in messages %}[{{ m.role }}]{{ m.content }}{% endfor %}[assistant]<think>\n"
NO_SYSTEM = (
    "{% for m in messages %}{% if m.role == 'system' %}{{ raise_exception('no system') }}{% endif %}"
    "[{{ m.role }}]{{ m.content }}{% endfor %}"
)


def tokenizer_with(template: str) -> Any:
    tokenizer = make_tokenizer()
    tokenizer.chat_template = template
    return tokenizer


def split(text: str, size: int, opened: bool = False) -> tuple[str, str]:
    """(answer, thought) of a reply that comes in pieces of `size` characters."""
    thoughts = Thoughts(None, opened)
    answer = "".join(thoughts.push(9, text[at : at + size]) for at in range(0, len(text), size))
    return answer + thoughts.finish(""), thoughts.text


def test_the_templates_own_switch() -> None:
    tokenizer = tokenizer_with(QWEN3)
    assert render_chat(tokenizer, TURNS).endswith("[assistant]<think>\n\n</think>\n\n")
    assert render_chat(tokenizer, TURNS, think=True).endswith("[assistant]")


def test_a_template_that_always_opens_a_thought_has_it_closed() -> None:
    tokenizer = tokenizer_with(ALWAYS)
    assert render_chat(tokenizer, TURNS).endswith("<think>\n\n</think>\n\n")
    assert opens_thought(render_chat(tokenizer, TURNS, think=True))
    assert not opens_thought(render_chat(tokenizer, TURNS))


def test_a_template_without_a_system_turn() -> None:
    assert render_chat(tokenizer_with(NO_SYSTEM), TURNS) == "[user]S\n\nU"


@pytest.mark.parametrize("size", [1, 2, 3, 7, 100])
@pytest.mark.parametrize(
    ("reply", "opened", "answer", "thought"),
    [
        ("<think>a < b</think>\n\nYes.", False, "Yes.", "a < b"),
        ("a < b</thin</think>\nYes.", True, "Yes.", "a < b</thin"),
        ("The tag <think> is not a thought here.", False, "The tag <think> is not a thought here.", ""),
        ("<thin ice>", False, "<thin ice>", ""),
        ("<think>never ends", False, "", "never ends"),
        ("1,250 円", False, "1,250 円", ""),
    ],
)
def test_a_reply_is_split(size: int, reply: str, opened: bool, answer: str, thought: str) -> None:
    assert split(reply, size, opened) == (answer, thought)


def session_of(tmp_path: Path, think: int, limit: int) -> tuple[Session, Document]:
    from tiny_folder import make_folder

    session = Session(resolve_model(str(make_folder(tmp_path / "m"))), EngineConfig(max_new_tokens=limit), think=think)
    source = tmp_path / "minutes.txt"
    source.write_text("The budget is 1,250 euros. It was approved.\n")
    return session, read_document(str(source))


def replies(session: Session, monkeypatch: pytest.MonkeyPatch, *texts: str) -> list[int | None]:
    """The engine writes these texts, one a call; returns the limits it was called with."""
    waiting, limits = list(texts), []

    def write(reading: Any, limit: int | None = None, **_: Any) -> Any:
        limits.append(limit)
        for token in session.tokenizer(waiting.pop(0), add_special_tokens=False).input_ids:
            yield Step(token)

    monkeypatch.setattr(session.engine, "write", write)
    return limits


def test_a_thought_is_no_part_of_an_answer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    session, document = session_of(tmp_path, 0, 400)
    replies(session, monkeypatch, "<think>Perhaps 9,999 euros?</think>\n\nIt is 1,250 euros.")
    shown: list[str] = []
    prompt = session.build([document], ask_task("What is the budget?"))
    draft = session.write("ask", prompt, session.read(prompt), shown.append)
    assert (draft.text, "".join(shown)) == ("It is 1,250 euros.", "It is 1,250 euros.")
    assert draft.extra["thought"]["text"] == "Perhaps 9,999 euros?"
    assert session.tokenizer.decode(session.written_ids).strip() == "It is 1,250 euros."


def test_a_thought_that_takes_too_long_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    session, document = session_of(tmp_path, 20, 120)
    limits = replies(session, monkeypatch, "<think>" + "on and on " * 30, "It is 1,250 euros.")
    prompt = session.build([document], ask_task("What is the budget?"))
    reading = session.read(prompt)
    draft = session.write("ask", prompt, reading)
    assert draft.text == "It is 1,250 euros."
    assert draft.extra["thought"]["tokens"] <= 21
    assert session.tokenizer.decode(reading.ids[-20:]).endswith("</think>\n\n")
    assert limits[1] is not None
    assert 0 < limits[1] < 100
