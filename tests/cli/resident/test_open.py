"""The page of `tsel open` beside the resident engine: its questions are answered there, by the one model in memory."""

from __future__ import annotations

import contextlib
import http.client
import http.cookiejar
import json
import os
import re
import signal
import threading
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from resident_support import TEXT, User, alive, wait_until

for _name in ("fastapi", "uvicorn"):
    pytest.importorskip(_name, reason=f"{_name} is not installed")


class Reader:
    """A person at the page of `tsel open`, without a browser."""

    def __init__(self, user: User, *arguments: str, **changes: str) -> None:
        self.process = user.start("open", *arguments, "--no-browser", "--effort", "quick", **changes)
        assert self.process.stderr is not None
        self.said, self.found = [], threading.Event()
        threading.Thread(target=self._hear, args=(self.process.stderr,), daemon=True).start()
        self.web = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))
        try:
            assert self.found.wait(120), self.said
            self.call("/page/enter", {})
            self.state = self.call("/page/api/state")
        except BaseException:
            self.process.kill()
            raise

    def _hear(self, stream: Any) -> None:
        for line in stream:
            self.said.append(line)
            match = re.search(r"(http://\S+)/#(\S+)", line)
            if match:
                self.address, self.token = match[1], match[2]
                self.found.set()

    def call(self, path: str, body: Any = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        headers = {"content-type": "application/json", "authorization": f"Bearer {self.token}", "origin": self.address}
        with self.web.open(urllib.request.Request(self.address + path, data, headers), timeout=120) as answer:
            text = answer.read().decode()
        if (answer.headers["content-type"] or "").startswith("text/event-stream"):
            return [json.loads(line.removeprefix("data: ")) for line in text.splitlines() if line]
        return json.loads(text) if text else None

    def ask(self, question: str) -> list[dict[str, Any]]:
        ids = [d["id"] for d in self.state["documents"]]
        return list(self.call("/page/api/ask", {"question": question, "documents": ids}))

    def loads(self) -> bool:
        """Whether the page's own process has loaded what a model needs."""
        return "libtorch_cpu" in Path(f"/proc/{self.process.pid}/maps").read_text()

    def leave(self) -> int:
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(60)


@pytest.fixture
def reader(user: User) -> Iterator[Reader]:
    (user.folder / "contract.txt").write_text(TEXT * 4, "utf-8")
    person = Reader(user, "contract.txt")
    yield person
    if person.process.poll() is None:
        person.leave()
    assert person.process.stdout is not None
    assert person.process.stdout.read() == ""


def last(events: list[dict[str, Any]]) -> dict[str, Any]:
    assert events[-1]["kind"] == "done", events[-1]
    return dict(events[-1]["answer"])


def idle(user: User) -> bool:
    """Whether the engine has its model and runs nothing: one that has just begun has no job yet."""
    found = user.engine() or {}
    return bool(found.get("model")) and found.get("running", "") is None


def test_ask_and_open_share_one_model(user: User, reader: Reader) -> None:
    alone = json.loads(user.run("ask", "contract.txt", "What is the fee?", "--effort", "quick", "--json", TSEL_KEEP_ALIVE="0").stdout)
    pid = user.pid()
    assert reader.state["model"] == (user.engine() or {})["model"]
    events = reader.ask("What is the fee?")
    assert any(e["kind"] == "text" for e in events)
    assert any(e["kind"] == "phase" for e in events)
    answer = last(events)
    assert (answer["question"], answer["stopped"]) == ("What is the fee?", False)
    written = "".join(e["text"] for e in events if e["kind"] == "text")
    assert written.strip() == re.sub(r" \[\d+\]", "", alone["answer"])
    assert answer["attention_total"]  # where attention lay came along
    found = json.loads(user.run("ask", "contract.txt", "Who gets notices?", "--effort", "quick", "--json").stdout)
    assert found["reading"]["reused_tokens"] > 0.8 * found["receipt"]["tokens_read"]  # the page has read it
    assert user.pid() == pid
    assert not reader.loads()
    kept = reader.call("/page/api/state")["answers"]
    assert [a["id"] for a in kept] == [answer["id"]]
    assert reader.leave() == 0
    assert alive(pid)


def test_temperature_and_seed_are_those_of_the_command(user: User) -> None:
    def drafted(*options: str) -> str:
        person = Reader(user, "contract.txt", *options)
        events = person.ask("What is the fee?")
        person.leave()
        last(events)
        return "".join(e["text"] for e in events if e["kind"] == "text")

    first = drafted("--temperature", "2", "--seed", "3")
    assert first == drafted("--temperature", "2", "--seed", "3")
    assert len({first, drafted("--temperature", "2", "--seed", "4"), drafted()}) == 3


def test_a_question_waits_for_a_command_that_came_before(user: User, reader: Reader) -> None:
    wait_until(lambda: idle(user))
    slow = user.start("ask", "contract.txt", "What is the fee?", "--max-new-tokens", "400", "--effort", "quick")
    user.wait_for("ask")
    events = reader.ask("Who gets notices?")
    assert {"kind": "waiting"} in events
    last(events)
    slow.communicate(timeout=60)


def test_a_page_that_is_left_frees_the_engine(user: User) -> None:
    person = Reader(user, "contract.txt", "--max-new-tokens", "2000")
    wait_until(lambda: idle(user))

    def ask() -> None:
        with contextlib.suppress(OSError, http.client.HTTPException):
            person.ask("What is the fee?")

    threading.Thread(target=ask, daemon=True).start()
    user.wait_for("open")
    person.process.kill()
    wait_until(lambda: idle(user), 20)
    assert user.run("ask", "contract.txt", "What is the fee?", "--effort", "quick").returncode in (0, 3, 4)


def test_an_engine_that_is_killed_is_replaced_by_the_next_question(user: User, reader: Reader) -> None:
    wait_until(lambda: idle(user))
    pid = user.pid()
    os.kill(pid, signal.SIGKILL)
    wait_until(lambda: not alive(pid))
    last(reader.ask("What is the fee?"))
    assert user.pid() != pid
    assert not reader.loads()


def test_without_a_resident_engine_the_model_is_loaded_here(user: User) -> None:
    person = Reader(user, "contract.txt", TSEL_KEEP_ALIVE="0")
    last(person.ask("What is the fee?"))
    assert person.loads()
    assert person.leave() == 0


def test_an_engine_that_is_busy_for_hours_is_not_waited_for(user: User, reader: Reader) -> None:
    wait_until(lambda: idle(user))
    talk = user.start("chat", "contract.txt", "--effort", "quick")
    user.wait_for("chat")
    last(reader.ask("What is the fee?"))
    assert reader.loads()
    assert talk.stdin is not None
    talk.stdin.close()
    talk.wait(60)
    last(reader.ask("Who gets notices?"))


def test_options_that_are_refused_end_the_command(user: User) -> None:
    wrong = ("contract.txt", "--model", str(user.folder / "none"))
    found, expected = user.run("open", *wrong, "--no-browser"), user.run("ask", wrong[0], "What?", *wrong[1:])
    assert found.returncode == expected.returncode != 0
    assert found.stderr == expected.stderr
