"""Fair turns, bounds of what waits, and a health that tells the truth."""

from __future__ import annotations

import json
import threading
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from typing import Any

import pytest
from serve_support import KEY, Running, ask, make_session, openai

from tsel_cli.serve.app import ServeSettings
from tsel_cli.serve.engine import EngineThread
from tsel_cli.serve.health import Watch
from tsel_cli.serve.scribe import Scribe
from tsel_cli.serve.turns import Full, Turns


@dataclass
class Item:
    name: str
    user: str
    num_chars: int = 1
    gone: bool = False

    def is_cancelled(self) -> bool:
        return self.gone


def test_users_take_turns() -> None:
    turns: Turns[Item] = Turns(10, 100)
    for name, user in (("a1", "a"), ("a2", "a"), ("a3", "a"), ("b1", "b"), ("c1", "c"), ("b2", "b")):
        turns.put(Item(name, user))
    order = [turns.get() for _ in range(6)]
    assert [item.name for item in order if item] == ["a1", "b1", "c1", "a2", "b2", "a3"]
    turns.close()
    assert turns.get() is None


def test_number_and_text_are_bounded_and_those_who_left_do_not_count() -> None:
    turns: Turns[Item] = Turns(2, 100)
    first = Item("a", "a", 90)
    turns.put(first)
    with pytest.raises(Full):
        turns.put(Item("b", "b", 20))
    turns.put(Item("c", "c", 10))
    assert turns.is_full()
    first.gone = True
    assert not turns.is_full()
    turns.put(Item("d", "d", 50))
    assert [i.name for i in turns.take_all()] == ["c", "d"]
    turns.put(Item("long", "a", 5000))  # alone it may be long
    assert len(turns) == 1


def test_a_parser_and_an_engine_that_hang_are_seen() -> None:
    watch = Watch(0.05)
    assert watch.state()["status"] == "ok"
    with watch.parsing():
        assert watch.state()["status"] == "ok"
        time.sleep(0.1)
        assert watch.state()["what"] == ["a parser"]
    with watch.running():
        for _ in range(4):
            time.sleep(0.02)
            watch.moved()
        assert watch.state()["status"] == "ok"
        time.sleep(0.1)
        assert watch.state()["what"] == ["the engine"]
    assert watch.state()["status"] == "ok"


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Any:
    return make_session(tmp_path_factory.mktemp("tiny"))


def health(server: Running) -> tuple[int, dict[str, Any]]:
    request = urllib.request.Request(server.url + "/health", headers={"Authorization": f"Bearer {KEY}"})
    try:
        with urllib.request.urlopen(request, timeout=20) as reply:
            return reply.status, json.loads(reply.read())
    except urllib.error.HTTPError as error:
        return error.code, json.loads(error.read())


def test_health_and_the_limit_of_an_answer(session: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = EngineThread(session, 4, answer_seconds=1)
    engine.watch.stuck_seconds = 0.3
    server = Running(engine, ServeSettings("tiny", KEY))
    go_on = threading.Event()

    def slow(_self: Scribe, job: Any) -> Any:
        go_on.wait(20)  # as a call that does not come back
        while True:
            time.sleep(0.02)
            job._check()

    monkeypatch.setattr(Scribe, "answer", slow)
    told: list[str] = []

    def client() -> None:
        try:
            ask(server, [{"role": "user", "content": "x"}])
        except openai.APIStatusError as error:
            told.append(str(error))

    try:
        assert health(server)[0] == 200
        asking = threading.Thread(target=client)
        asking.start()
        ends = time.monotonic() + 10
        while health(server)[0] == 200:
            assert time.monotonic() < ends
            time.sleep(0.05)
        assert health(server)[1]["what"] == ["the engine"]
        go_on.set()
        asking.join(20)
        assert "took longer than 1 s" in told[0]
        assert health(server)[0] == 200
        engine.drain()
        code, found = health(server)
        assert (code, found["status"]) == (503, "ending")
    finally:
        go_on.set()
        server.stop()
        engine.close()
