"""Seeded damage to what is sent to the server: 4xx or an answer, never a 5xx, a traceback or a server that is gone."""

from __future__ import annotations

import base64
import contextlib
import json
import logging
import random
import socket
from collections.abc import Iterator
from typing import Any

import pytest
from damage import cases, damaged_bytes, damaged_json
from serve_support import KEY, Running, make_session, text_of

from tsel_cli.serve.app import ServeSettings
from tsel_cli.serve.engine import EngineThread
from tsel_cli.serve.parsers import ParseLimits


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    engine = EngineThread(make_session(tmp_path_factory.mktemp("model")), 8)
    settings = ServeSettings("tiny", KEY, max_body_bytes=200_000, max_files=2000, body_s=3.0, parsing=ParseLimits.of(1 << 30))
    running = Running(engine, settings)
    yield running
    running.stop()
    engine.close()


def exchange(server: Running, data: bytes) -> list[int]:
    """Status codes of the answers to raw bytes; none when the server only hung up."""
    host, port = server.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=30) as line:
        line.sendall(data)
        with contextlib.suppress(OSError):
            line.shutdown(socket.SHUT_WR)
        got = b""
        with contextlib.suppress(ConnectionResetError):
            while piece := line.recv(65536):
                got += piece
    starts = [part[:3] for part in got.split(b"HTTP/1.1 ")[1:]]
    return [int(code) for code in starts if code.isdigit()]


def request(path: str, body: bytes, kind: str = "application/json", method: str = "POST") -> bytes:
    head = f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {KEY}\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    return head.encode("utf-8", "replace") + body


def chat(chosen: random.Random) -> bytes:
    inline = {"type": "file", "file": {"file_data": base64.b64encode(b"The fee is 4711.").decode(), "filename": "a.txt"}}
    body: dict[str, Any] = {
        "model": "tiny", "max_tokens": 1, "temperature": 0, "top_p": 1, "seed": 3, "stream": False, "n": 1, "user": "u",
        "stream_options": {"include_usage": True}, "response_format": {"type": "text"}, "stop": None, "tools": None,
        "messages": [{"role": "system", "content": "S"}, {"role": "user", "content": [{"type": "text", "text": "q"}]}],
    }  # fmt: skip
    if chosen.random() < 0.1:
        body["messages"][1]["content"].insert(0, inline)
    whole = json.dumps(body)
    text = (whole if chosen.random() < 0.1 else damaged_json(whole, chosen)).encode("utf-8", "surrogatepass")
    return request("/v1/chat/completions", text)


def upload(chosen: random.Random) -> bytes:
    parts = b'--b\r\nContent-Disposition: form-data; name="purpose"\r\n\r\nuser_data\r\n--b\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\nContent-Type: text/plain\r\n\r\n'
    body = damaged_bytes(parts + text_of(1, 1) + b"\r\n--b--\r\n", chosen, reach=len(parts))
    return request("/v1/files", body, "multipart/form-data; boundary=b")


def other(chosen: random.Random) -> bytes:
    path = chosen.choice(("/v1/files/%00", "/v1/files/..%2f..", "/v1/models/" + "x" * 3000, "/health?a=%ff", "//v1//files", "/v1/files/file-1", "/", "/v1/chat/completions", "*"))
    return request(path, chosen.randbytes(chosen.randint(0, 40)), method=chosen.choice(("GET", "PUT", "DELETE", "POST", "PATCH", "OPTIONS", "HEAD", "TRACE", "FOO")))


def raw(chosen: random.Random) -> bytes:
    whole = chat(chosen)
    return damaged_bytes(whole, chosen, reach=whole.index(b"\r\n\r\n") + 4)


def test_seeded_requests(server: Running, caplog: pytest.LogCaptureFixture) -> None:
    kinds = (chat, chat, upload, other, raw)
    seen: dict[int, int] = {}
    with caplog.at_level(logging.WARNING):
        for seed in range(cases(100)):
            chosen = random.Random(seed)
            kind = chosen.choice(kinds)
            codes = exchange(server, kind(chosen))
            assert all(code < 500 for code in codes), (seed, kind.__name__, codes)
            for code in codes:
                seen[code] = seen.get(code, 0) + 1
    assert not [r for r in caplog.records if r.exc_info or "unexpected" in r.getMessage()]
    assert {200, 400} <= set(seen), seen  # some get through to the model, some do not
    assert exchange(server, request("/health", b"", method="GET")) == [200]
