"""tsel serve, with the openai package as the client, over a real socket."""
# ruff: noqa: E402 - what the extra brings is imported after the check that it is there

from __future__ import annotations

import base64
import gc
import json
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tiny_folder import make_folder

for _name, _extra in (("fastapi", "serve"), ("uvicorn", "serve"), ("python_multipart", "serve"), ("openai", "dev")):
    pytest.importorskip(_name, reason=f"{_name} is not installed (the {_extra} extra)")

import openai
import uvicorn

from tsel_cli.commands import serve as command
from tsel_cli.serve_app import ServeSettings, make_app
from tsel_cli.serve_engine import EngineThread
from tsel_cli.serve_limits import Busy, Gate
from tsel_core.config import EngineConfig
from tsel_core.errors import UsageError

KEY = "a-key-of-some-length"


class Running:
    """A server in this process."""

    def __init__(self, engine: EngineThread, settings: ServeSettings) -> None:
        config = uvicorn.Config(make_app(engine, settings), port=0, log_level="error", access_log=False)
        self.engine, self.server = engine, uvicorn.Server(config)
        self.thread = threading.Thread(target=self.server.run, daemon=True)
        self.thread.start()
        end = time.monotonic() + 30
        while not self.server.started:
            assert time.monotonic() < end
            time.sleep(0.01)
        self.url = f"http://127.0.0.1:{self.server.servers[0].sockets[0].getsockname()[1]}"
        self.client = openai.OpenAI(base_url=self.url + "/v1", api_key=KEY, max_retries=0, timeout=60)

    def stop(self) -> None:
        self.server.should_exit = True
        self.thread.join(20)


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Any:
    from tsel_core.model import resolve_model
    from tsel_core.session import Session

    folder = make_folder(tmp_path_factory.mktemp("tiny"))
    return Session(resolve_model(str(folder)), EngineConfig(max_new_tokens=24))


@pytest.fixture(scope="module")
def running(session: Any) -> Iterator[Running]:
    server = Running(EngineThread(session, 64), ServeSettings("tiny", KEY, max_body_bytes=300_000, max_files=8))
    yield server
    server.stop()
    server.engine.close()


def text_of(number: int, paragraphs: int = 6) -> bytes:
    lines = [f"Clause {j}: party {number} pays {j * 13 + number} in month {(number + j) % 12 + 1}." for j in range(paragraphs)]
    return "\n\n".join(lines).encode()


def upload(running: Running, number: int, name: str = "contract.txt") -> str:
    return running.client.files.create(file=(name, text_of(number)), purpose="user_data").id


def question(text: str, *file_ids: str) -> list[dict[str, Any]]:
    parts: list[dict[str, Any]] = [{"type": "file", "file": {"file_id": f}} for f in file_ids]
    return [{"role": "user", "content": [*parts, {"type": "text", "text": text}]}]


def ask(running: Running, messages: list[dict[str, Any]], **more: Any) -> Any:
    return running.client.chat.completions.create(model="tiny", messages=messages, **more)  # type: ignore[arg-type]


def test_an_uploaded_document_is_asked(running: Running) -> None:
    file_id = upload(running, 1)
    reply = ask(running, question("What does party 1 pay?", file_id))
    assert reply.object == "chat.completion"
    assert reply.choices[0].message.content
    assert reply.choices[0].finish_reason in ("stop", "length")
    assert reply.usage.total_tokens == reply.usage.prompt_tokens + reply.usage.completion_tokens
    assert reply.tsel["receipt"]["cut"] is False
    again = ask(running, question("What does party 1 pay?", file_id))
    assert again.choices[0].message.content == reply.choices[0].message.content
    assert again.usage.prompt_tokens_details.cached_tokens == reply.usage.prompt_tokens - 1


def test_a_stream_gives_the_same_words(running: Running) -> None:
    messages = [{"role": "user", "content": "Say something."}]
    whole = ask(running, messages)
    chunks = list(ask(running, messages, stream=True, stream_options={"include_usage": True}))
    assert chunks[0].choices[0].delta.role == "assistant"
    text = "".join(c.choices[0].delta.content or "" for c in chunks if c.choices)
    assert text.strip() == whole.choices[0].message.content
    assert len({c.id for c in chunks}) == 1
    assert chunks[-1].usage == whole.usage or chunks[-1].usage.completion_tokens == whole.usage.completion_tokens
    assert [c.choices[0].finish_reason for c in chunks if c.choices][-1] == whole.choices[0].finish_reason


def test_a_conversation_reads_only_what_is_new(running: Running) -> None:
    file_id = upload(running, 2)
    messages = question("What?", file_id)
    first = ask(running, messages)
    messages += [{"role": "assistant", "content": first.choices[0].message.content}, {"role": "user", "content": "And?"}]
    second = ask(running, messages)
    assert second.usage.prompt_tokens > first.usage.prompt_tokens
    assert second.usage.prompt_tokens_details.cached_tokens >= first.usage.prompt_tokens - 2


def test_inline_files_and_the_words_of_a_system_message(running: Running) -> None:
    data = "data:text/plain;base64," + base64.b64encode(text_of(3)).decode()
    part = {"type": "file", "file": {"filename": "a.txt", "file_data": data}}
    messages = [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": [part, {"type": "text", "text": "What?"}]},
    ]
    reply = ask(running, messages, max_tokens=4)
    assert reply.usage.completion_tokens <= 4
    assert reply.tsel["receipt"]["units_read"] == 6


def test_files_are_listed_and_deleted(running: Running) -> None:
    file_id = upload(running, 4, name="../../etc/passwd.txt")
    found = running.client.files.retrieve(file_id)
    assert found.filename == "passwd.txt"
    assert file_id in [f.id for f in running.client.files.list()]
    assert running.client.files.delete(file_id).deleted
    with pytest.raises(openai.NotFoundError):
        running.client.files.retrieve(file_id)
    with pytest.raises(openai.NotFoundError):
        ask(running, question("What?", file_id))


@pytest.mark.parametrize("file_id", ["/etc/passwd", "../../etc/passwd", "file:///etc/passwd", "~/.ssh/id_rsa"])
def test_no_path_is_ever_opened(running: Running, file_id: str, monkeypatch: pytest.MonkeyPatch) -> None:
    import builtins

    opened: list[str] = []
    real = builtins.open
    monkeypatch.setattr(builtins, "open", lambda *a, **k: (opened.append(str(a[0])), real(*a, **k))[1])
    with pytest.raises(openai.NotFoundError):
        ask(running, question("What?", file_id))
    part = {"type": "file", "file": {"file_data": file_id}}
    with pytest.raises((openai.BadRequestError, openai.APIStatusError)):
        ask(running, [{"role": "user", "content": [part, {"type": "text", "text": "What?"}]}])
    assert not [p for p in opened if "passwd" in p or "id_rsa" in p]


def test_limits_of_the_store(running: Running) -> None:
    for file in running.client.files.list():
        running.client.files.delete(file.id)
    for number in range(8):
        upload(running, number)
    with pytest.raises(openai.BadRequestError, match="limit"):
        upload(running, 9)
    for file in running.client.files.list():
        running.client.files.delete(file.id)


def test_a_document_that_cannot_be_read_is_an_error(running: Running) -> None:
    with pytest.raises(openai.BadRequestError) as caught:
        running.client.files.create(file=("a.pdf", b"%PDF-1.4 nothing follows"), purpose="user_data")
    assert caught.value.body is not None


def test_bodies_over_the_limit_are_refused(running: Running) -> None:
    with pytest.raises((openai.APIStatusError, openai.APIConnectionError)) as caught:
        running.client.files.create(file=("a.txt", b"x" * 400_000), purpose="user_data")
    if isinstance(caught.value, openai.APIStatusError):
        assert caught.value.status_code == 413


@pytest.mark.parametrize(
    "change",
    [
        {"model": "gpt-9"},
        {"messages": []},
        {"messages": [{"role": "assistant", "content": "x"}]},
        {"messages": [{"role": "user", "content": [{"type": "image_url", "image_url": {"url": "file:///x"}}]}]},
        {"n": 2},
        {"tools": [{"type": "function"}]},
        {"max_tokens": -1},
        {"temperature": 9},
    ],
)
def test_what_is_not_supported_is_said(running: Running, change: dict[str, Any]) -> None:
    body = {"model": "tiny", "messages": [{"role": "user", "content": "x"}], **change}
    status, reply = post(running, json.dumps(body).encode())
    assert status == 400
    assert reply["error"]["message"]


def post(running: Running, body: bytes, **headers: str) -> tuple[int, Any]:
    request = urllib.request.Request(
        running.url + "/v1/chat/completions",
        body,
        {"Content-Type": "application/json", "Authorization": f"Bearer {KEY}", **headers},
    )
    try:
        with urllib.request.urlopen(request, timeout=30) as reply:
            return reply.status, json.loads(reply.read())
    except urllib.error.HTTPError as error:
        return error.code, json.loads(error.read())


def test_broken_json_and_a_wrong_key(running: Running) -> None:
    assert post(running, b"{broken")[0] == 400
    assert post(running, b"{}", Authorization="Bearer wrong")[0] == 401
    wrong = openai.OpenAI(base_url=running.url + "/v1", api_key="wrong", max_retries=0)
    with pytest.raises(openai.AuthenticationError):
        wrong.models.list()
    assert [m.id for m in running.client.models.list()] == ["tiny"]


def test_without_a_key_only_loopback_names_are_answered(session: Any) -> None:
    engine = EngineThread(session, 2)
    server = Running(engine, ServeSettings("tiny"))
    try:
        assert post(server, b"{}", Host="evil.example")[0] == 403
        assert post(server, b"{}")[0] == 400
    finally:
        server.stop()
        engine.close()


def test_a_full_queue_answers_429_and_a_client_that_leaves_frees_the_engine(
    session: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = EngineThread(session, 1)
    server = Running(engine, ServeSettings("tiny", KEY))
    entered, go_on = threading.Event(), threading.Event()
    inner = EngineThread._answer

    def slow(self: EngineThread, job: Any) -> Any:
        entered.set()
        while not go_on.wait(0.02):
            job._check()
        return inner(self, job)

    monkeypatch.setattr(EngineThread, "_answer", slow)
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

    def slow(_self: EngineThread, job: Any) -> Any:
        entered.set()
        while True:
            time.sleep(0.02)
            job._check()

    monkeypatch.setattr(EngineThread, "_answer", slow)
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


def test_the_command_refuses_what_is_not_safe(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import typer

    monkeypatch.delenv("TSEL_API_KEY", raising=False)
    app = typer.Typer()
    app.command()(command.serve)
    (tmp_path / "short").write_text("abc")
    for args in (["--host", "0.0.0.0"], ["--api-key-file", str(tmp_path / "short")], ["--api-key-file", "/none"]):
        with pytest.raises(UsageError, match="key"):
            app(args=args, standalone_mode=False)
    monkeypatch.setenv("TSEL_API_KEY", "abc")
    with pytest.raises(UsageError, match="TSEL_API_KEY has 3 characters"):
        app(args=["--host", "0.0.0.0"], standalone_mode=False)
