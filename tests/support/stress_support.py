"""Clients that behave and clients that do not, for long runs against a server, and what is measured of its process."""

from __future__ import annotations

import base64
import http.client
import json
import os
import random
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

SECONDS = float(os.environ.get("TSEL_STRESS_SECONDS", "12"))  # of each long run
GARBAGE = (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", b"GET\r\n\r\n", b"POST /v1/chat/completions HTTP/1.1\r\nHost: a", b"\x00" * 3000)
BODIES = (b"", b"{", b"[]", b"null", b'{"messages": 3}', b'{"model": "x", "messages": [{"role": "user"}]}', b"\xff\xfe\x00", b"[" * 20_000)


@dataclass
class Process:
    """What the system knows of a process."""

    pid: int

    def num_files(self) -> int:
        """Descriptors that are open."""
        return len(os.listdir(f"/proc/{self.pid}/fd"))

    def memory(self) -> int:
        """Bytes of memory that are its own."""
        lines = Path(f"/proc/{self.pid}/status").read_text().splitlines()
        return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("RssAnon:"))

    def num_threads(self) -> int:
        """Threads."""
        return len(os.listdir(f"/proc/{self.pid}/task"))


def needs_proc() -> None:
    """Skip where a process cannot be looked at."""
    if not Path("/proc/self/fd").is_dir():
        pytest.skip("this system does not tell a process's files")


@dataclass
class Outcome:
    """What clients met, together."""

    counts: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, what: str) -> None:
        """One more of these."""
        with self.lock:
            self.counts[what] += 1

    def fault(self, what: str) -> None:
        """Something that must not be."""
        with self.lock:
            self.wrong.append(what[:400])


@dataclass
class WebClient:
    """One user of a server, who asks about a document of their own, in many ways."""

    url: str
    number: int
    key: str
    outcome: Outcome
    model: str
    expected: str = ""
    other_file: str = ""  # of a user with another key

    def __post_init__(self) -> None:
        place = urlsplit(self.url)
        self.host, self.port = str(place.hostname), int(place.port or 80)
        self.draw = random.Random(self.number)

    def body(self, stream: bool = False) -> dict[str, Any]:
        """The question; nobody else has this document."""
        text = "\n\n".join(f"Clause {j}: party {self.number} pays {j * 13 + self.number} euros." for j in range(3))
        data = "data:text/plain;base64," + base64.b64encode(text.encode()).decode()
        parts = [
            {"type": "file", "file": {"filename": f"{self.number}.txt", "file_data": data}},
            {"type": "text", "text": f"What does party {self.number} pay?"},
        ]
        sampled = {"max_tokens": 10, "temperature": 1.5, "seed": self.number, "stream": stream}
        return {"model": self.model, "messages": [{"role": "user", "content": parts}], **sampled}

    def connect(self, buffer: int = 0) -> http.client.HTTPConnection:
        """A connection of one's own; `buffer`: bytes that the system takes before they are read."""
        made = http.client.HTTPConnection(self.host, self.port, timeout=120)
        made.connect()
        if buffer:
            made.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer)
        return made

    def post(self, connection: http.client.HTTPConnection, body: Any, key: str = "") -> http.client.HTTPResponse:
        """The response to a question."""
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {key or self.key}"}
        connection.request("POST", "/v1/chat/completions", data, headers)
        return connection.getresponse()

    def asks(self) -> str | None:
        """The whole answer; None when the server is busy."""
        connection = self.connect()
        try:
            response = self.post(connection, self.body())
            found = json.loads(response.read())
            if response.status == 429:
                return None
            assert response.status == 200, found
            return str(found["choices"][0]["message"]["content"])
        finally:
            connection.close()

    def streams(self, pause: float = 0.0, stop_after: int = 0) -> str | None:
        """The answer as it comes, read slowly with a `pause`; left after so many bytes."""
        connection = self.connect(2048 if pause else 0)
        try:
            response = self.post(connection, self.body(stream=True))
            if response.status == 429:
                return None
            assert response.status == 200, response.read()
            got = b""
            while piece := response.read1(64 if pause else 65536):
                got += piece
                time.sleep(pause)
                if stop_after and len(got) >= stop_after:
                    return ""
            return "".join(_pieces(got))
        finally:
            connection.close()

    def act(self) -> None:
        """One thing that a client does."""
        does = self.draw.choice([self._whole, self._whole, self._streamed, self._slow, self._leaves, self._hangs_up,
                                 self._malformed, self._garbage, self._stranger, self._files])  # fmt: skip
        name = does.__name__.strip("_")
        try:
            does()
            self.outcome.note(name)
        except (OSError, http.client.HTTPException) as error:
            self.outcome.note(f"{name}: {type(error).__name__}")
        except Exception as error:
            self.outcome.fault(f"{name}, client {self.number}: {type(error).__name__}: {error}")

    def _told(self, found: str | None) -> None:
        if found is None:
            self.outcome.note("busy")
            time.sleep(self.draw.uniform(0.1, 1))
        elif found != self.expected:
            self.outcome.fault(f"client {self.number} got {found!r}, not {self.expected!r}")

    def _whole(self) -> None:
        self._told(self.asks())

    def _streamed(self) -> None:
        self._told(self.streams())

    def _slow(self) -> None:
        self._told(self.streams(pause=0.02))

    def _leaves(self) -> None:
        self.streams(stop_after=self.draw.choice([1, 300, 900]))

    def _hangs_up(self) -> None:
        """Asks, and is gone before anything came."""
        connection = self.connect()
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {self.key}"}
        connection.request("POST", "/v1/chat/completions", json.dumps(self.body()).encode(), headers)
        time.sleep(self.draw.uniform(0, 0.3))
        connection.close()

    def _malformed(self) -> None:
        connection = self.connect()
        try:
            response = self.post(connection, self.draw.choice(BODIES))
            response.read()
            assert response.status in (400, 404, 422, 429), response.status
        finally:
            connection.close()

    def _garbage(self) -> None:
        """No HTTP, or half of it."""
        with socket.create_connection((self.host, self.port), timeout=30) as raw:
            raw.sendall(self.draw.choice(GARBAGE))
            time.sleep(self.draw.uniform(0, 0.2))

    def _stranger(self) -> None:
        connection = self.connect()
        try:
            response = self.post(connection, self.body(), key="a-key-that-is-not-known")
            response.read()
            assert response.status == 401, response.status
        finally:
            connection.close()

    def _files(self) -> None:
        """Another user's file is not there."""
        body = self.body()
        body["messages"][0]["content"][0] = {"type": "file", "file": {"file_id": self.other_file}}
        connection = self.connect()
        try:
            response = self.post(connection, body)
            response.read()
            assert response.status in (400, 404, 429), response.status
        finally:
            connection.close()


def _pieces(data: bytes) -> list[str]:
    """Words of the events of a stream."""
    found = []
    for line in data.decode().splitlines():
        if line.startswith("data: ") and line != "data: [DONE]":
            choices = json.loads(line[6:]).get("choices") or []
            found += [c["delta"].get("content") or "" for c in choices]
    return found


def run_for(seconds: float, actors: Sequence[Callable[[], None]], watch: Callable[[], None], every: float = 1.0) -> None:
    """Each actor again and again in a thread of its own; `watch` in this one. All have ended when it returns."""
    ends = time.monotonic() + seconds

    def again(actor: Callable[[], None]) -> None:
        while time.monotonic() < ends:
            actor()

    threads = [threading.Thread(target=again, args=(actor,), daemon=True) for actor in actors]
    for thread in threads:
        thread.start()
    while time.monotonic() < ends:
        watch()
        time.sleep(every)
    for thread in threads:
        thread.join(180)
        assert not thread.is_alive(), "a client waits for ever"
