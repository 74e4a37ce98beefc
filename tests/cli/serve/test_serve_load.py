"""tsel serve under load, at its limits, and at its end."""

from __future__ import annotations

import gc
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from serve_support import KEY, Running, ask, make_session, openai, question, upload

from tsel_cli.serve.app import ServeSettings
from tsel_cli.serve.engine import EngineThread
from tsel_cli.serve.limits import Busy, Gate
from tsel_cli.serve.scribe import Scribe


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Any:
    return make_session(tmp_path_factory.mktemp("tiny"))


def test_a_full_queue_answers_429_and_a_client_that_leaves_frees_the_engine(
    session: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = EngineThread(session, 1)
    server = Running(engine, ServeSettings("tiny", KEY))
    entered, go_on = threading.Event(), threading.Event()
    inner = Scribe.answer

    def slow(self: Scribe, job: Any) -> Any:
        entered.set()
        while not go_on.wait(0.02):
            job._check()
        return inner(self, job)

    monkeypatch.setattr(Scribe, "answer", slow)
    messages = [{"role": "user", "content": "x"}]
    try:
        leaver = server.client.chat.completions.create(model="tiny", messages=messages, stream=True)  # type: ignore[call-overload]
        assert entered.wait(10)
        results: list[Any] = []
        waiter = threading.Thread(target=lambda: results.append(ask(server, messages)))
        waiter.start()
        end = time.monotonic() + 10
        while engine.waiting() < 1:
            assert time.monotonic() < end
            time.sleep(0.01)
        with pytest.raises(openai.RateLimitError) as caught:
            ask(server, messages)
        assert int(caught.value.response.headers["retry-after"]) >= 1
        entered.clear()
        leaver.close()  # the engine goes on with the next one
        assert entered.wait(10)
        go_on.set()
        waiter.join(30)
        assert results[0].choices[0].finish_reason in ("stop", "length")
    finally:
        go_on.set()
        server.stop()
        engine.close()


def test_a_server_that_ends_tells_its_clients(session: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = EngineThread(session, 4)
    server = Running(engine, ServeSettings("tiny", KEY))
    entered = threading.Event()

    def slow(_self: Scribe, job: Any) -> Any:
        entered.set()
        while True:
            time.sleep(0.02)
            job._check()

    monkeypatch.setattr(Scribe, "answer", slow)
    told: list[Any] = []

    def client() -> None:
        try:
            ask(server, [{"role": "user", "content": "x"}])
        except openai.APIStatusError as error:
            told.append((error.status_code, str(error)))

    clients = [threading.Thread(target=client) for _ in range(3)]
    try:
        for one in clients:
            one.start()
        assert entered.wait(10)
        end = time.monotonic() + 10
        while engine.waiting() < 2:
            assert time.monotonic() < end
            time.sleep(0.01)
        engine.end()
        for one in clients:
            one.join(10)
        client()  # and one that comes too late
        assert [status for status, _ in told] == [503] * 4
        assert "the server ends" in told[0][1]
    finally:
        server.stop()
        engine.close()


def test_an_upload_stays_off_the_disk(session: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    import tempfile

    def rollover(_self: object) -> None:
        raise AssertionError("written to the disk")

    monkeypatch.setattr(tempfile.SpooledTemporaryFile, "rollover", rollover)
    engine = EngineThread(session, 2)
    server = Running(engine, ServeSettings("tiny", KEY))
    text = "A line of a long document.\n" * 60_000  # 1.6 MB
    try:
        file = server.client.files.create(file=("long.txt", text.encode()), purpose="user_data")
        assert file.bytes == len(text)
    finally:
        server.stop()
        engine.close()


def test_more_bodies_at_once_than_fit_are_refused() -> None:
    gate = Gate(1)
    with gate.enter(), pytest.raises(Busy), gate.enter():
        pass
    with gate.enter():  # the refused one left nothing behind
        pass


def test_fifty_clients_lose_and_mix_nothing_and_memory_stays_flat(session: Any) -> None:
    engine = EngineThread(session, 64)
    server = Running(engine, ServeSettings("tiny", KEY, max_files=64))
    try:
        files = [upload(server, number) for number in range(10)]

        def send(client: int) -> str:
            sampled = {"max_tokens": 10, "temperature": 1.5, "seed": client, "stream": client % 3 == 0}
            reply = ask(server, question("What?", files[client % 10]), **sampled)
            if client % 3:
                return str(reply.choices[0].message.content)
            return "".join(c.choices[0].delta.content or "" for c in reply if c.choices)

        expected = {client: send(client) for client in range(50)}
        assert len(set(expected.values())) > 40  # or a mixed answer could not be seen
        replies: dict[int, str] = {}

        def one(client: int) -> None:
            replies[client] = send(client)

        used = []
        for _ in range(2):
            replies.clear()
            clients = [threading.Thread(target=one, args=(i,)) for i in range(50)]
            for client in clients:
                client.start()
            for client in clients:
                client.join(60)
            assert replies == expected
            gc.collect()
            used.append(resident_bytes())
        assert used[1] - used[0] < 30e6
    finally:
        server.stop()
        engine.close()


def resident_bytes() -> int:
    try:
        lines = Path("/proc/self/status").read_text().splitlines()
    except OSError:
        pytest.skip("this system does not tell a process's memory")
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmRSS:"))
