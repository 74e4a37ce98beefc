"""A command of the resident engine that is heard line by line: its words, its turn, and Ctrl-C on the way."""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from resident_support import resident_process, wait_until

from tsel_cli.page.asking import PageJob
from tsel_cli.page.elsewhere import Elsewhere, HandedEngine
from tsel_cli.resident.live import LiveCall
from tsel_cli.serve.wire import ChatRequest

SERVER = """
import os, socket, sys, time
from tsel_cli.resident.server import Server

def command(arguments):
    print(arguments[-1], sys.stdin.read(), flush=True)
    while arguments[-1] == "slow" and not os.path.exists(os.path.join(arguments[1], "go")):
        time.sleep(0.01)
    print("whole")
    return 3

Server(socket.socket(fileno=int(sys.argv[1])), sys.argv[2], sys.argv[3], command).run()
"""


@pytest.fixture
def folder(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The folder of a resident process whose commands wait for a file called "go" in it."""
    with tempfile.TemporaryDirectory(dir="/tmp") as name:
        monkeypatch.setenv("TSEL_RUNTIME_DIR", name)
        monkeypatch.setenv("TSEL_KEEP_ALIVE", "100")
        with resident_process(Path(name), SERVER):
            yield Path(name)


class Heard:
    """A call in a thread, and what came of it."""

    def __init__(self, folder: Path, words: str, given: bytes) -> None:
        self.lines: list[str] = []
        self.waited, self.stop = threading.Event(), threading.Event()
        self.code: int | None = None
        self.call = LiveCall(["open", str(folder), words], given)
        self.thread = threading.Thread(target=self._run)
        self.thread.start()

    def _run(self) -> None:
        self.code = self.call.run(self.lines.append, self.stop.is_set, self.waited.set)

    def ended(self) -> int | None:
        self.thread.join(60)
        assert not self.thread.is_alive()
        return self.code


def test_lines_are_heard_as_they_come_and_who_waits_hears_that(folder: Path) -> None:
    first = Heard(folder, "slow", "木の\nword".encode())
    wait_until(lambda: first.lines == ["slow 木の", "word"])
    assert not first.waited.is_set()
    second = Heard(folder, "at once", b"")
    assert second.waited.wait(60)
    assert second.lines == []
    (folder / "go").touch()
    assert (first.ended(), second.ended()) == (3, 3)
    assert first.lines[2:] == ["whole"]
    assert second.lines == ["at once ", "whole"]


def test_one_that_is_no_longer_wanted_gets_ctrl_c(folder: Path) -> None:
    first, second = Heard(folder, "slow", b""), Heard(folder, "slow", b"")
    wait_until(lambda: len(first.lines + second.lines) == 1)
    running, waiting = (first, second) if first.lines else (second, first)
    assert waiting.waited.wait(60)
    for one in (waiting, running):
        one.stop.set()
        assert one.ended() == 130
    assert waiting.lines == []


def test_without_a_resident_engine_there_is_no_code(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TSEL_KEEP_ALIVE", "0")
    never = Heard(folder, "at once", b"")
    assert never.ended() is None
    assert never.lines == []


def test_a_page_that_was_there_before_an_upgrade_asks_no_other_version() -> None:
    heard: list[Any] = []
    engine = HandedEngine(Elsewhere(("open", "--call"), "tiny", True, "of another program"), 4, lambda: pytest.fail("loaded"))
    engine.submit(PageJob(ChatRequest((("What?", ""),)), heard.append))
    engine.close()
    ((kind, error),) = heard
    assert (kind, error.message) == ("error", "tsel was changed while the page was open")
