"""Who the server lets in: other sites, other kinds of bodies, other keys, slow clients; and nothing stays behind."""

from __future__ import annotations

import json
import logging
import socket
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest
from serve_support import KEY, Running, ask, make_session, openai, question, upload

from tsel_cli.serve.app import ServeSettings
from tsel_cli.serve.door import Door
from tsel_cli.serve.engine import EngineThread
from tsel_cli.serve.patience import patient

OTHER = "another-key-of-some-length"


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    engine = EngineThread(make_session(tmp_path_factory.mktemp("tiny")), 64)
    server = Running(engine, ServeSettings("tiny", f"{KEY}\n{OTHER}", body_s=1.5))
    yield server
    server.stop()
    server.engine.close()


def send(running: Running, path: str, body: bytes | None, method: str = "POST", **headers: str) -> tuple[int, Any]:
    named = {k.replace("_", "-"): v for k, v in headers.items()}
    given = {"Authorization": f"Bearer {KEY}", "Content-Type": "application/json", **named}
    request = urllib.request.Request(running.url + path, body, given, method=method)
    try:
        with urllib.request.urlopen(request, timeout=30) as reply:
            return reply.status, json.loads(reply.read())
    except urllib.error.HTTPError as error:
        return error.code, json.loads(error.read())


CHAT = json.dumps({"model": "tiny", "messages": [{"role": "user", "content": "Hello"}], "max_tokens": 2}).encode()


def test_pages_of_other_sites_are_refused(running: Running) -> None:
    own = running.url
    assert send(running, "/v1/chat/completions", CHAT, Origin="https://evil.example")[0] == 403
    assert send(running, "/v1/chat/completions", CHAT, Origin="null")[0] == 403
    assert send(running, "/v1/chat/completions", CHAT, Sec_Fetch_Site="cross-site")[0] == 403
    assert send(running, "/v1/files/file-1", None, "DELETE", Origin="https://evil.example")[0] == 403
    assert send(running, "/v1/chat/completions", CHAT, Origin=own, Sec_Fetch_Site="same-origin")[0] == 200


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"])
def test_a_form_of_a_page_starts_nothing(running: Running, kind: str) -> None:
    assert send(running, "/v1/chat/completions", CHAT, Content_Type=kind)[0] == 415
    assert send(running, "/v1/files", b"x", Content_Type="text/plain")[0] == 415


def test_without_a_key_only_this_machine_by_its_name() -> None:
    door = Door(())
    assert door.check("GET", "/health", {"host": "127.0.0.1:8765"})[1] is None
    refused = [door.check("GET", "/health", {"host": h})[1] for h in ("evil.example", "127.0.0.1.evil.example:80", "")]
    assert [r[0] for r in refused if r] == [403, 403, 403]


def test_what_one_key_uploads_is_not_there_for_another(running: Running) -> None:
    file_id = upload(running, 1)
    other = openai.OpenAI(base_url=running.url + "/v1", api_key=OTHER, max_retries=0, timeout=60)
    assert file_id not in [f.id for f in other.files.list()]
    for use in (other.files.retrieve, other.files.delete):
        with pytest.raises(openai.NotFoundError):
            use(file_id)
    with pytest.raises(openai.NotFoundError):
        other.chat.completions.create(model="tiny", messages=question("What?", file_id))  # type: ignore[arg-type]
    assert running.client.files.retrieve(file_id).id == file_id


def test_how_much_was_read_before_is_not_told_to_another_key(running: Running) -> None:
    messages = [{"role": "user", "content": "The secret project is called Blackwood. What is it called?"}]
    ask(running, messages, max_tokens=2)
    other = openai.OpenAI(base_url=running.url + "/v1", api_key=OTHER, max_retries=0, timeout=60)
    reply = other.chat.completions.create(model="tiny", messages=messages, max_tokens=2)  # type: ignore[arg-type]
    assert reply.usage.prompt_tokens_details.cached_tokens == 0
    again = other.chat.completions.create(model="tiny", messages=messages, max_tokens=2)  # type: ignore[arg-type]
    assert again.usage.prompt_tokens_details.cached_tokens > 0


def test_a_deleted_file_leaves_no_reading_in_memory(running: Running) -> None:
    file_id = upload(running, 2)
    ask(running, question("What?", file_id), max_tokens=2)
    assert len(running.engine.readings) == 1
    running.client.files.delete(file_id)
    end = time.monotonic() + 10
    while len(running.engine.readings):
        assert time.monotonic() < end
        time.sleep(0.05)


@pytest.mark.parametrize(
    "body",
    [
        b"[" * 100_000,
        b'{"a":' * 50_000,
        b"\xff\xfe",
        b"null",
        b"[]",
        b'"x"',
        b'{"model": ["tiny"]}',
        b'{"model": "tiny", "messages": [{"role": ["user"], "content": "x"}]}',
        b'{"model": "tiny", "messages": [{"role": "user", "content": "\\ud800"}]}',
        b'{"model": "tiny", "messages": [{"role": "user", "content": "x"}], "response_format": "text"}',
        b'{"model": "tiny", "messages": [{"role": "user", "content": "x"}], "stream_options": [1]}',
        b'{"model": "tiny", "messages": [{"role": "user", "content": "x"}], "seed": 1e400}',
        b'{"model": "tiny", "messages": [{"role": "user", "content": "x"}], "max_tokens": "9"}',
        b'{"model": "tiny", "messages": [{"role": "user", "content": [{"type": "file", "file": {"file_id": 5}}]}]}',
    ],
)
def test_malformed_bodies_are_the_clients_fault(
    running: Running, body: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR):
        status, reply = send(running, "/v1/chat/completions", body)
    assert 400 <= status < 500, reply
    assert reply["error"]["message"]
    assert "Traceback" not in caplog.text
    assert not caplog.records


def test_what_nobody_foresaw_is_a_500_without_a_traceback(
    running: Running, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken() -> int:
        raise LookupError("words of a document")

    monkeypatch.setattr(running.engine, "waiting", broken)
    status, reply = send(running, "/health", None, "GET")
    assert status == 500
    assert "LookupError" in reply["error"]["message"]
    assert "words of a document" not in caplog.text
    assert "Traceback" not in caplog.text


def raw(running: Running) -> socket.socket:
    host, port = running.url.removeprefix("http://").split(":")
    return socket.create_connection((host, int(port)), timeout=10)


def test_a_body_that_breaks_off_is_no_fault_of_the_server(running: Running, caplog: pytest.LogCaptureFixture) -> None:
    head = f"POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {KEY}\r\nContent-Type: application/json\r\n"
    for rest in ("Transfer-Encoding: chunked\r\n\r\nZZZ\r\nno length\r\n", 'Content-Length: 100\r\n\r\n{"model"'):
        with caplog.at_level(logging.ERROR), raw(running) as client:
            client.sendall((head + rest).encode())
            client.shutdown(socket.SHUT_WR)
            while client.recv(4096):
                pass
    assert send(running, "/health", None, "GET")[0] == 200
    assert not caplog.records


def test_a_body_that_does_not_come_is_given_up(running: Running) -> None:
    with raw(running) as client:
        head = f"POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {KEY}\r\n"
        client.sendall((head + "Content-Type: application/json\r\nContent-Length: 1000\r\n\r\n{").encode())
        began = time.monotonic()
        assert b" 408 " in client.recv(4096).split(b"\r\n")[0]
        assert time.monotonic() - began < 8


def test_headers_that_never_end_are_given_up(tmp_path_factory: pytest.TempPathFactory) -> None:
    engine = EngineThread(make_session(tmp_path_factory.mktemp("slow")), 2)
    server = Running(engine, ServeSettings("tiny", KEY), http=patient(0.5))
    try:
        with raw(server) as client:
            client.sendall(b"GET /health HTTP/1.1\r\nHost: x\r\n")
            for _ in range(4):
                time.sleep(0.2)
                try:
                    client.sendall(b"X-More: 1\r\n")
                except OSError:
                    break
            assert client.recv(100) == b""
        with raw(server) as client:  # a request in time is answered, and another on the same connection
            for _ in range(2):
                client.sendall(f"GET /health HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {KEY}\r\n\r\n".encode())
                reply = b""
                while b'"status"' not in reply:
                    reply += client.recv(4096)
                assert b" 200 " in reply
    finally:
        server.stop()
        engine.close()


def test_pages_of_origins_that_are_named_are_let_in() -> None:
    door = Door((KEY,), ["https://chat.example.org/"])
    headers = {"host": "127.0.0.1", "content-type": "application/json", "authorization": f"Bearer {KEY}"}
    ours = headers | {"origin": "https://chat.example.org", "sec-fetch-site": "cross-site"}
    assert door.check("POST", "/v1/chat/completions", ours)[1] is None
    theirs = ours | {"origin": "https://evil.example.org"}
    refusal = door.check("POST", "/v1/chat/completions", theirs)[1]
    assert refusal is not None
    assert refusal[0] == 403


def test_a_browser_is_told_which_origins_may_ask(running: Running) -> None:
    engine = EngineThread(running.engine.session, 2)
    server = Running(engine, ServeSettings("tiny", KEY, origins=("https://chat.example.org",)))
    try:
        asked = {"Origin": "https://chat.example.org", "Access-Control-Request-Method": "POST"}
        asked["Access-Control-Request-Headers"] = "authorization, content-type"
        request = urllib.request.Request(server.url + "/v1/chat/completions", headers=asked, method="OPTIONS")
        with urllib.request.urlopen(request, timeout=30) as reply:
            assert reply.headers["access-control-allow-origin"] == "https://chat.example.org"
        other = urllib.request.Request(
            server.url + "/v1/chat/completions", headers=asked | {"Origin": "https://evil.example.org"}, method="OPTIONS"
        )
        with pytest.raises(urllib.error.HTTPError, match="400"):
            urllib.request.urlopen(other, timeout=30)
    finally:
        server.stop()
        engine.close()
