"""Answers that are written together: fifty clients, some of whom leave, get what each gets alone; nothing is mixed."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
from serve_support import make_session

from tsel_cli.serve.engine import EngineThread
from tsel_cli.serve.job import Event, Job
from tsel_cli.serve.readings import Readings
from tsel_cli.serve.wire import ChatRequest
from tsel_core.document import Document, Unit
from tsel_core.engine.together.crew import Crew
from tsel_core.errors import DoesNotFit


@pytest.fixture(autouse=True)
def no_log(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TSEL_LOG", "0")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Any:
    return tmp_path_factory.mktemp("tiny")


@pytest.fixture
def engine(folder: Any) -> Iterator[EngineThread]:
    made = EngineThread(make_session(folder), 64, at_once=4)
    yield made
    made.close()


class Client:
    """Sends one request; leaves after the first words when it `leaves`."""

    def __init__(self, request: ChatRequest, leaves: bool = False) -> None:
        self.job = Job(request, self.hear, user=request.user)
        self.leaves, self.done = leaves, threading.Event()
        self.text, self.ended = "", ""

    def hear(self, event: Event) -> None:
        kind, what = event
        if kind == "text":
            self.text += what
            if self.leaves:
                self.job.cancelled.set()
                self.done.set()
        else:
            self.ended = kind if kind == "done" else f"{kind}: {what}"
            self.text = what.text if kind == "done" else self.text
            self.done.set()


def asked(number: int, **options: Any) -> ChatRequest:
    units = tuple(
        Unit(j, "paragraph", f"para {j}", f"Clause {j}: party {number} pays {j * 13 + number} in month {j}.")
        for j in range(4 + 3 * (number % 7))
    )
    documents = (Document(f"{number}.txt", str(number), "txt", "paragraph", units),)
    return ChatRequest(((f"What does party {number} pay?", ""),), documents, max_new_tokens=10, stream=True, **options)


def test_fifty_clients_of_whom_some_leave(engine: EngineThread, folder: Any) -> None:
    single = EngineThread(make_session(folder), 64)
    alone = {}
    for number in range(10):
        client = Client(asked(number))
        single.submit(client.job)
        assert client.done.wait(60)
        alone[number] = client.text
    single.close()
    assert len(set(alone.values())) > 1  # or equal answers would say nothing
    clients = [Client(asked(n % 10, owner=f"owner {n % 5}", user=f"user {n % 7}"), leaves=n % 3 == 1) for n in range(50)]
    for client in clients:
        engine.submit(client.job)
    for client in clients:
        assert client.done.wait(120)
    for number, client in enumerate(clients):
        if not client.leaves:
            assert (client.ended, client.text) == ("done", alone[number % 10]), number
    end = time.monotonic() + 30
    while engine._current:
        assert time.monotonic() < end
        time.sleep(0.01)
    meeting = Crew.of(engine.session.engine).meeting
    assert meeting._num_writing == 0
    assert not meeting._waiting
    assert len(engine.readings) <= 4
    assert engine.health()["status"] == "ok"


def test_a_conversation_goes_on_from_its_own_reading_whichever_thread_answers(engine: EngineThread) -> None:
    first = asked(3, owner="a")
    for turns in (first.turns, (("What does party 3 pay?", "It pays."), ("In which month?", ""))):
        client = Client(ChatRequest(turns, first.documents, max_new_tokens=4, owner="a"))
        engine.submit(client.job)
        assert client.done.wait(60)
        assert client.ended == "done"
    reading, time_of_it = engine.readings.take("a")
    assert reading is not None
    engine.readings.put("a", reading, time_of_it)
    other, time_of_other = engine.readings.take("b")
    assert other is None
    engine.readings.put("b", None, time_of_other)


def test_readings_of_others_make_room(engine: EngineThread, monkeypatch: pytest.MonkeyPatch) -> None:
    for owner in ("a", "b"):
        client = Client(asked(2, owner=owner))
        engine.submit(client.job)
        assert client.done.wait(60)
    assert len(engine.readings) == 2
    from tsel_core.answering import live_reading

    inner = live_reading.check_room

    def full(*arguments: Any) -> None:
        if len(engine.readings):
            raise DoesNotFit("full", "")
        inner(*arguments)

    monkeypatch.setattr(live_reading, "check_room", full)
    client = Client(asked(5, owner="c"))
    engine.submit(client.job)
    assert client.done.wait(60)
    assert client.ended == "done"
    assert len(engine.readings) == 1


def test_what_was_forgotten_while_it_was_used_does_not_come_back() -> None:
    readings, reading = Readings(2), object()
    _, time_of_it = readings.take("a")
    readings.put("a", reading, time_of_it)  # type: ignore[arg-type]
    found, later = readings.take("a")
    assert found is reading
    readings.forget()
    readings.put("a", found, later)
    assert len(readings) == 0
