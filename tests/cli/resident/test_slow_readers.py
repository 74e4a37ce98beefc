"""A pager that nobody pages on holds its own command, and no other."""

from __future__ import annotations

import os
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from resident_support import resident_process

from tsel_cli.resident import client
from tsel_cli.resident.handed import HandedJob

SERVER = """
import socket, sys
from tsel_cli.resident.server import Server

def command(arguments):
    for number in range(int(arguments[1])):
        print(f"{arguments[2]} {number}")
        if number % 1000 == 0:
            print(f"note {number}", file=sys.stderr)
    return 3

Server(socket.socket(fileno=int(sys.argv[1])), sys.argv[2], sys.argv[3], command).run()
"""
LINES = 40_000  # far more than a pipe holds


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(dir="/tmp") as name:
        monkeypatch.setenv("TSEL_RUNTIME_DIR", name)
        with resident_process(Path(name), SERVER) as path:
            yield path


class Reader:
    """A command whose output goes through a pipe, stderr with it where `both`."""

    def __init__(self, path: Path, lines: int, name: str, *, both: bool = False) -> None:
        self.out, into = os.pipe()
        self.code: int | None = None
        connection = client.connect(str(path))
        assert connection is not None
        empty = os.open(os.devnull, os.O_RDWR)
        job = HandedJob(connection, ["ask", str(lines), name], (empty, into, into if both else empty))

        def run() -> None:
            self.code = job.run(100)
            os.close(empty)

        ask = job._ask

        def asked(seconds: float) -> None:
            ask(seconds)
            os.close(into)  # the engine has its own

        job._ask = asked  # type: ignore[method-assign]
        self.thread = threading.Thread(target=run, daemon=True)
        self.thread.start()

    def read(self, most: int = 1 << 30) -> str:
        got = b""
        while len(got) < most and (piece := os.read(self.out, min(65536, most - len(got)))):
            got += piece
        return got.decode()


@pytest.mark.parametrize("both", [False, True])
def test_others_are_answered_meanwhile_and_what_it_reads_later_is_whole(served: Path, both: bool) -> None:
    paused = Reader(served, LINES, "paused", both=both)
    first = paused.read(1000)
    began = time.monotonic()
    other = Reader(served, 10, "other")
    assert other.read() == "".join(f"other {n}\n" for n in range(10))
    other.thread.join(20)
    assert other.code == 3
    assert time.monotonic() - began < 20
    assert paused.code is None  # it has not all its words yet
    words = (first + paused.read()).splitlines()
    assert [w for w in words if w.startswith("paused")] == [f"paused {n}" for n in range(LINES)]
    assert sum(w.startswith("note") for w in words) == (LINES // 1000 if both else 0)
    paused.thread.join(20)
    assert paused.code == 3


def test_a_pager_that_is_left_ends_its_command(served: Path) -> None:
    paused = Reader(served, LINES, "paused")
    paused.read(1000)
    time.sleep(3)
    os.close(paused.out)
    paused.thread.join(20)
    assert paused.code is not None
    other = Reader(served, 3, "other")
    assert other.read() == "other 0\nother 1\nother 2\n"
