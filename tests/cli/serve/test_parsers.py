"""Uploads are read within bounds of memory: per process, and all together; who waits too long is told so."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest

from tsel_cli.serve.limits import Busy
from tsel_cli.serve.parsers import LEAST, MOST, ParseLimits, Parsers, parse_limited
from tsel_core.document import Document, Unit
from tsel_core.errors import DocumentError

MB = 1 << 20


def document(name: str) -> Document:
    return Document(name, "0", "txt", "paragraph", (Unit(0, "paragraph", "1", "words"),))


def test_bounds() -> None:
    assert ParseLimits.of(4 << 30) == ParseLimits(4 << 30, 2 << 30)
    assert ParseLimits.of(100 << 30).each == MOST
    assert ParseLimits.of(1) == ParseLimits(LEAST, LEAST)  # one at a time
    assert ParseLimits.of_machine().total >= LEAST


def test_so_many_at_once_as_memory_is_there() -> None:
    inside, most, lock = 0, 0, threading.Lock()

    def read(name: str, data: bytes, memory: int, processes: int) -> Document:
        nonlocal inside, most
        assert memory == 1000 * MB
        with lock:
            inside += 1
            most = max(most, inside)
        time.sleep(0.05)
        with lock:
            inside -= 1
        return document(name)

    parsers = Parsers(ParseLimits(2500 * MB, 1000 * MB), read)
    threads = [threading.Thread(target=parsers.read, args=("a.txt", b"words")) for _ in range(7)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == 2
    assert parsers.state() == {"parse_memory_bytes": 0, "parse_memory_limit_bytes": 2500 * MB, "waiting_for_memory": 0}


def test_who_waits_too_long_is_told_to_come_again_and_a_failure_gives_back() -> None:
    began, go_on = threading.Event(), threading.Event()

    def read(name: str, data: bytes, memory: int, processes: int) -> Document:
        began.set()
        assert go_on.wait(10)
        raise DocumentError("damaged", "")

    parsers = Parsers(ParseLimits(LEAST, LEAST), read, wait_s=0.05)

    def first() -> None:
        with pytest.raises(DocumentError):
            parsers.read("a.txt", b"")

    thread = threading.Thread(target=first)
    thread.start()
    assert began.wait(10)
    with pytest.raises(Busy):
        parsers.read("b.txt", b"")
    go_on.set()
    thread.join()
    assert parsers.state()["parse_memory_bytes"] == 0


def test_the_processes_of_a_long_pdf_share_it(monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[tuple[int, int]] = []

    def read(name: str, data: bytes, memory: int, processes: int) -> Document:
        given.append((memory, processes))
        return document(name)

    monkeypatch.setattr("tsel_core.ingest.page_readers._cores", lambda: 8)
    long = b"%PDF-1.7\n" + bytes(2_000_000)
    for total in (16 << 30, 3 << 30, 2 << 30, LEAST):
        Parsers(ParseLimits.of(total), read).read("a.pdf", long)
    assert given == [(3 << 30, 4), (768 * MB, 4), (512 * MB, 4), (LEAST, 1)]
    assert all(memory * count <= total for (memory, count), total in zip(given, (16 << 30, 3 << 30, 2 << 30, LEAST), strict=True))


def test_no_more_processes_are_started_than_are_allowed(tmp_path: Path) -> None:
    from tsel_core.ingest.isolation import worker
    from tsel_core.ingest.options import ReadOptions

    assert worker._others("a.pdf", b"%PDF-1.7\n" + bytes(2_000_000), ReadOptions(processes=1), None) == ()


def test_a_document_that_needs_more_ends_alone() -> None:
    big = b"words and more words\n" * 1_000_000
    with pytest.raises(DocumentError, match="memory"):
        parse_limited("a.txt", big, 200 * MB)
    assert parse_limited("a.txt", b"words", LEAST).units


def test_health_says_it(tmp_path: Path) -> None:
    pytest.importorskip("fastapi")
    import httpx2
    from serve_support import KEY, Running, make_session

    from tsel_cli.serve.app import ServeSettings
    from tsel_cli.serve.engine import EngineThread

    engine = EngineThread(make_session(tmp_path), 4)
    running = Running(engine, ServeSettings("tiny", KEY, parsing=ParseLimits.of(2 << 30)))
    try:
        found = httpx2.get(f"{running.url}/health", headers={"Authorization": f"Bearer {KEY}"}).json()
        assert found["parse_memory_limit_bytes"] == 2 << 30
        assert found["waiting_for_memory"] == 0
    finally:
        running.stop()
        engine.close()


def test_a_bound_too_small_is_refused() -> None:
    from tsel_cli.commands.serve import _parsing
    from tsel_core.errors import UsageError

    assert _parsing(None) is None
    assert _parsing("4GB") == ParseLimits.of(4 * 10**9)
    for text in ("1MB", "much"):
        with pytest.raises(UsageError, match="--parse-memory"):
            _parsing(text)
