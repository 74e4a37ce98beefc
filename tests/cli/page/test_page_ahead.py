"""Documents are read while nobody has asked yet: the first question reads its own words alone."""

from __future__ import annotations

import asyncio
import json
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from page_support import make_pdf, serving

from tsel_cli.page.asking import Question, ask
from tsel_cli.page.door import OWNER
from tsel_core.prefix_cache.policy import default_store
from tsel_core.prompts.tasks import ask_task


def events_of(page: Any, question: str, *numbers: int) -> list[dict[str, Any]]:
    opened = [page.shelf.of(OWNER)[n] for n in numbers]

    async def all_events() -> list[dict[str, Any]]:
        asked = Question(ask_task(question), opened, OWNER, "en")
        return [event async for event in ask(page.engine, page.history, asked, page.ahead)]

    return asyncio.run(all_events())


@pytest.fixture
def page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("TSEL_CACHE", str(tmp_path / "cache"))
    with serving(tmp_path / "model") as served:
        served.page.engine.session.reading_store = default_store(lambda _: None)
        (tmp_path / "other.txt").write_text("The works committee met in May. " * 20, encoding="utf-8")
        served.show(make_pdf(tmp_path / "report.pdf"), tmp_path / "other.txt")
        yield served.page


def quiet(page: Any) -> None:
    end = time.monotonic() + 60
    while page.engine.is_busy() or page.engine.waiting():
        assert time.monotonic() < end
        time.sleep(0.02)


def reused(page: Any) -> int:
    return int((page.history.of(OWNER)[-1].answer.extra.get("reading") or {}).get("reused_tokens", 0))


def test_the_first_question_finds_the_documents_read(page: Any) -> None:
    page.ahead.begin(page.shelf.of(OWNER), OWNER)
    quiet(page)
    assert page.ahead.phase == {}
    assert page.history.of(OWNER) == []  # nothing was answered
    assert events_of(page, "What?", 0, 1)[-1]["kind"] == "done"
    assert reused(page) > 0.5 * page.history.of(OWNER)[-1].answer.prompt_tokens


def test_a_question_that_comes_early_waits_and_hears_how_far_it_is(page: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    session, read = page.engine.session, page.engine.session.read

    def slowly(prompt: Any, room: int = 0) -> Any:
        session.progress.begin("prefill", 10)
        for done in range(1, 9):
            session.progress.advance(done)
            time.sleep(0.25)
        monkeypatch.setattr(session, "read", read)
        return read(prompt, room)

    monkeypatch.setattr(session, "read", slowly)
    page.ahead.begin(page.shelf.of(OWNER), OWNER)
    events = events_of(page, "What?", 0, 1)
    assert {"kind": "waiting", "ahead": 1} in events
    assert any(e["kind"] == "phase" and e.get("total") == 10 and e.get("done") for e in events), json.dumps(events)[:500]
    assert events[-1]["kind"] == "done"
    assert reused(page) > 0


def test_a_question_about_other_documents_does_not_wait(page: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    session, read, broken, begun = page.engine.session, page.engine.session.read, [], threading.Event()

    def endlessly(prompt: Any, room: int = 0) -> Any:
        monkeypatch.setattr(session, "read", read)
        begun.set()
        try:
            while True:
                session.progress.advance(1)
                time.sleep(0.02)
        except BaseException as error:
            broken.append(type(error).__name__)
            raise

    monkeypatch.setattr(session, "read", endlessly)
    page.ahead.begin(page.shelf.of(OWNER), OWNER)
    assert begun.wait(30)
    assert events_of(page, "What?", 1)[-1]["kind"] == "done"
    assert broken == ["Cancelled"]


def test_without_a_place_to_keep_it_nothing_is_read(page: Any) -> None:
    page.engine.session.reading_store = None
    page.ahead.begin(page.shelf.of(OWNER), OWNER)
    assert page.engine.waiting() == 0
    assert not page.engine.is_busy()


def test_questions_that_are_answered_together(tmp_path: Path) -> None:
    """`tsel serve --ui` writes several answers at once: the page's checks are those of one alone."""
    from serve_support import make_session

    from tsel_cli.page.app import Page
    from tsel_cli.page.door import PageDoor
    from tsel_cli.page.shelf import bytes_of
    from tsel_cli.serve.engine import EngineThread
    from tsel_core.ingest import read_document

    engine = EngineThread(make_session(tmp_path / "model"), 4, effort="normal", logs=False, at_once=2)
    page = Page(engine, PageDoor((), "token"), "tiny", lambda name, data: pytest.fail("no upload"))
    document = read_document(make_pdf(tmp_path / "report.pdf"))
    opened = page.shelf.add(document, bytes_of(document), OWNER)

    async def both() -> list[list[dict[str, Any]]]:
        async def one(question: str) -> list[dict[str, Any]]:
            asked = Question(ask_task(question), [opened], OWNER, "en")
            return [event async for event in ask(engine, page.history, asked, page.ahead)]

        return list(await asyncio.gather(one("What is the revenue?"), one("Who failed?")))

    try:
        found = asyncio.run(both())
        assert [events[-1]["kind"] for events in found] == ["done", "done"], [events[-1] for events in found]
        assert [events[-1]["answer"]["question"] for events in found] == ["What is the revenue?", "Who failed?"]
    finally:
        page.shelf.close()
        engine.close()


@pytest.mark.parametrize("effort", ["quick", "normal"])
def test_without_a_store_the_documents_stay_in_memory(page: Any, effort: str) -> None:
    """As `serve --ui` does it: nothing is written to the disk, and the second question reads its own words alone."""
    page.engine.session.reading_store = None
    for scribe in page.engine._scribes.values():
        scribe.effort = effort
    assert events_of(page, "What was agreed?", 0)[-1]["kind"] == "done"
    assert reused(page) == 0
    assert events_of(page, "What was agreed?", 0)[-1]["kind"] == "done"
    first, again = (a.answer.text for a in page.history.of(OWNER))
    assert again == first
    assert reused(page) > 0.8 * page.history.of(OWNER)[-1].answer.prompt_tokens
    assert events_of(page, "What was agreed in May, and by whom?", 0)[-1]["kind"] == "done"
    assert reused(page) > 0.5 * page.history.of(OWNER)[-1].answer.prompt_tokens
    assert len(page.engine.readings) == 1
    assert events_of(page, "What was agreed?", 1)[-1]["kind"] == "done"  # another document is read anew
    assert reused(page) < 0.5 * page.history.of(OWNER)[-1].answer.prompt_tokens
    page.engine.forget()
    assert len(page.engine.readings) == 0
    assert page.engine.session.live is None
