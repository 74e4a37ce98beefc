"""The resident engine under fifty clients that ask, press Ctrl-C, leave, read slowly and send no messages; and killed.

A few seconds here; TSEL_STRESS_SECONDS=300 pytest -s tests/cli/resident/test_stress.py is the long run.
"""

from __future__ import annotations

import json
import os
import random
import signal
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from resident_support import User, wait_until
from stress_support import SECONDS, Outcome, Process, needs_proc, run_for

from tsel_cli.resident import client
from tsel_cli.resident.handed import HandedJob

CLIENTS = 50
_MORE_MEMORY, _MORE_FILES = 60_000_000, 4
JUNK = (b"", b"\x01", b"\xff\xff\xff\xff", b"\x04\0\0\0null", b"\x02\0\0\0{}", b"\x30\0\0\0{", b"\x11\0\0\0{\"kind\": \"nobody\"}"[:12], os.urandom(4000))


@pytest.fixture(scope="module")
def busy(user: User) -> Iterator[User]:
    """A person with a document for each client, whose settings this process has."""
    needs_proc()
    for number in range(CLIENTS):
        lines = [f"Clause {j}: party {number} pays {j * 13 + number} euros." for j in range(3)]
        (user.folder / f"{number}.txt").write_text("\n\n".join(lines))
    before, folder = dict(os.environ), Path.cwd()
    os.environ.clear()
    os.environ.update(user.environment(TSEL_EFFORT="quick", TSEL_NO_CACHE="1", TSEL_TEMPERATURE="1.5", TSEL_LOG="0"))
    os.chdir(user.folder)
    yield user
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(before)


class ShellUser:
    """One of many who hand their command over; each has a document of their own."""

    def __init__(self, number: int, outcome: Outcome) -> None:
        self.number, self.outcome, self.draw = number, outcome, random.Random(number)
        self.expected = ""

    def asks(self, *, pause: float = 0.0, stops: float = 0.0, leaves: float = 0.0) -> tuple[int | None, bytes]:
        """Exit code and output; Ctrl-C, or gone, after so many seconds."""
        words = ["ask", f"{self.number}.txt", f"What does party {self.number} pay?", "--json", "--seed", str(self.number)]
        out, into = os.pipe()
        empty = os.open(os.devnull, os.O_RDWR)
        got: list[bytes] = []

        def read() -> None:
            while piece := os.read(out, 64 if pause else 65536):
                got.append(piece)
                time.sleep(pause)

        reader = threading.Thread(target=read, daemon=True)
        reader.start()
        timers: list[threading.Timer] = []

        def begins(job: HandedJob) -> None:
            if stops:
                timers.append(threading.Timer(stops, job.interrupt))
            if leaves:
                timers.append(threading.Timer(leaves, lambda: job.connection.shutdown(socket.SHUT_RDWR)))
            for timer in timers[-1:]:
                timer.start()

        try:
            code = client.handed(words, (empty, into, empty), begins)
        finally:
            os.close(into)
            os.close(empty)
            for timer in timers:
                timer.cancel()
        reader.join(60)
        assert not reader.is_alive()
        os.close(out)
        return code, b"".join(got)

    def act(self) -> None:
        """One thing that a client does."""
        does = self.draw.choice([self._stays, self._stays, self._slow, self._stops, self._leaves, self._junk])
        try:
            does()
        except OSError as error:
            self.outcome.note(f"{does.__name__.strip('_')}: {type(error).__name__}")
        except Exception as error:
            self.outcome.fault(f"{does.__name__} {self.number}: {type(error).__name__}: {error}")

    def told(self, code: int | None, out: bytes, what: str) -> None:
        """An answer that came must be this client's, and whole unless it was broken off."""
        if code is None:
            self.outcome.note(f"{what}, by itself")
            return
        self.outcome.note(f"{what}, {code}")
        if code in (0, 3, 4):
            found = json.loads(out)["answer"]
            if self.expected and found != self.expected:
                self.outcome.fault(f"client {self.number} got {found!r}, not {self.expected!r}")
        elif code != 130:
            self.outcome.fault(f"client {self.number}: {code} {out[:100]!r}")

    def _stays(self) -> None:
        self.told(*self.asks(), "stays")

    def _slow(self) -> None:
        self.told(*self.asks(pause=0.005), "slow")

    def _stops(self) -> None:
        self.told(*self.asks(stops=self.draw.uniform(0.01, 2)), "stops")

    def _leaves(self) -> None:
        self.asks(leaves=self.draw.uniform(0.01, 2))
        self.outcome.note("leaves")

    def _junk(self) -> None:
        connection = client.connect(os.path.join(os.environ["TSEL_RUNTIME_DIR"], "engine.sock"))
        if connection is None:
            return
        with connection:
            connection.sendall(self.draw.choice(JUNK))
            time.sleep(self.draw.uniform(0, 0.2))
        self.outcome.note("junk")


def clients_of(outcome: Outcome) -> list[ShellUser]:
    """Each with the answer that it gets alone."""
    made = [ShellUser(number, outcome) for number in range(CLIENTS)]
    for one in made:
        code, out = one.asks()
        assert code in (0, 3, 4)
        one.expected = str(json.loads(out)["answer"])
    return made


def test_nothing_is_mixed_and_nothing_piles_up(busy: User) -> None:
    busy.warm()
    outcome, pid = Outcome(), busy.pid()
    clients, process = clients_of(outcome), Process(pid)
    assert len({c.expected for c in clients}) > CLIENTS * 0.8
    ours, before = Process(os.getpid()).num_files(), process.num_files()
    used: list[tuple[float, int, int, int]] = []
    began = time.monotonic()

    def watch() -> None:
        used.append((time.monotonic() - began, process.memory(), process.num_files(), process.num_threads()))

    run_for(SECONDS, [c.act for c in clients], watch)
    path = str(busy.runtime / "engine.sock")
    wait_until(lambda: (client.tell(path, {"kind": "status"}) or {"running": 1})["running"] is None, 60)
    time.sleep(1)
    watch()
    warm = [u for u in used if u[0] > SECONDS / 3] or used
    print(f"\n{SECONDS:.0f} s: {dict(outcome.counts)}")
    for at in (0, len(used) // 3, 2 * len(used) // 3, len(used) - 1):
        seconds, memory, num_files, num_threads = used[at]
        print(f"{seconds:6.0f} s  {memory / 1e6:6.1f} MB  {num_files} files  {num_threads} threads")
    assert not outcome.wrong, outcome.wrong[:5]
    assert sum(count for name, count in outcome.counts.items() if name.startswith(("stays, ", "slow, "))) > 10
    assert process.memory() - warm[0][1] < _MORE_MEMORY
    assert process.num_files() <= before + _MORE_FILES
    assert Process(os.getpid()).num_files() <= ours + _MORE_FILES
    assert busy.pid() == pid
    for one in clients[:5]:
        one.told(*one.asks(), "afterwards")
    assert not outcome.wrong, outcome.wrong[:5]


def test_an_engine_that_is_killed_again_and_again_gives_nobody_anothers_answer(busy: User) -> None:
    busy.warm()
    outcome = Outcome()
    clients, path = clients_of(outcome)[:12], str(busy.runtime / "engine.sock")
    kills: list[int] = []
    last = time.monotonic()

    def kill() -> None:
        nonlocal last
        found = client.tell(path, {"kind": "status"})
        if found is None or found["running"] is None or time.monotonic() - last < 4:
            return
        os.kill(int(found["pid"]), signal.SIGKILL)
        kills.append(int(found["pid"]))
        last = time.monotonic()

    run_for(max(SECONDS, 12), [c.act for c in clients], kill, every=0.2)
    print(f"\n{len(kills)} kills: {dict(outcome.counts)}")
    assert kills
    assert not outcome.wrong, outcome.wrong[:5]
    code, out = clients[0].asks()
    clients[0].told(code, out, "afterwards")
    assert code in (0, 3, 4)
