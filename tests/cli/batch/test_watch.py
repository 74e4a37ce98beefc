"""tsel batch --watch: what comes is answered once it is whole; a second run changes nothing."""

from __future__ import annotations

import contextlib
import json
import os
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from batch_folder import make_documents, table

from tsel_cli.batch.beside import record_markdown
from tsel_cli.batch.items import Item
from tsel_cli.batch.options import BatchOptions
from tsel_cli.batch.watch import Settling, Wake, watch_batch, woken_by
from tsel_cli.batch.works import Asked
from tsel_cli.console import Stderr
from tsel_cli.job_options import JobOptions
from tsel_core.prompts.tasks import ask_task


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TSEL_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("TSEL_LOG", "0")
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    return make_documents(tmp_path / "in", 2)


@contextlib.contextmanager
def watching(folder: Path, model: Path, out: Path) -> Iterator[list[int]]:
    """A watch in a thread of this process; the list gets its exit code when it is ended."""
    options = JobOptions((), model=str(model), device="cpu", max_new_tokens=6, effort="quick", quiet=True)
    batch = BatchOptions(folder, out, "ask", lambda _, question: ask_task(question), (Asked("ask", "What?"),), beside=True)
    wake, codes = Wake(poll_s=0.1), []
    thread = threading.Thread(target=lambda: codes.append(watch_batch(options, batch, wake, settle_s=0.4)), daemon=True)
    thread.start()
    try:
        yield codes
    finally:
        wake.end()
        thread.join(60)
        assert not thread.is_alive()


def until(what: Callable[[], Any], seconds: float = 60.0) -> Any:
    end = time.monotonic() + seconds
    while True:
        with contextlib.suppress(OSError, ValueError):
            found = what()
            if found:
                return found
        assert time.monotonic() < end
        time.sleep(0.05)


def test_what_comes_and_changes_is_answered(folder: Path, model: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    with watching(folder, model, out) as codes:
        until(lambda: sorted(table(out)) == ["doc0.txt", "sub/doc1.txt"])
        first = (out / "items" / "doc0.txt.json").read_bytes()
        (folder / "new.txt").write_text("A clause that is new: the fee is 7 euros.", encoding="utf-8")
        until(lambda: "new.txt" in table(out))
        assert (out / "items" / "doc0.txt.json").read_bytes() == first
        (folder / "doc0.txt").write_text("Another text: the fee is 8 euros.", encoding="utf-8")
        until(lambda: (out / "items" / "doc0.txt.json").read_bytes() != first)
        (folder / "new.txt").unlink()
        until(lambda: "new.txt" not in table(out))
        beside = folder / "doc0.txt.tsel.md"
        record = json.loads((out / "items" / "doc0.txt.json").read_text("utf-8"))["record"]
        until(lambda: beside.read_text("utf-8") == record_markdown("doc0.txt", record))
        assert not any(name.endswith(".tsel.md") for name in table(out))  # a result is no document
    assert codes == [0]


def test_a_file_that_is_written_slowly_is_read_once_and_whole(folder: Path, model: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    with watching(folder, model, out):
        until(lambda: len(table(out)) == 2)
        with (folder / "slow.txt").open("w", encoding="utf-8") as file:
            for number in range(8):
                file.write(f"Clause {number}: the fee is {number} euros.\n\n")
                file.flush()
                time.sleep(0.15)
                assert not (out / "items" / "slow.txt.json").exists()
        until(lambda: "slow.txt" in table(out))
        record = json.loads((out / "items" / "slow.txt.json").read_text("utf-8"))["record"]
        assert record["documents"][0]["num_units"] == 8


def test_a_second_run_changes_nothing(folder: Path, model: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"

    def state() -> dict[str, tuple[int, bytes]]:
        places = [*(out / "items").rglob("*.json"), *folder.rglob("*.tsel.md")]
        return {str(p): (p.stat().st_mtime_ns, p.read_bytes()) for p in places}

    with watching(folder, model, out):
        until(lambda: len(table(out)) == 2)
    before, rows = state(), (out / "results.jsonl").read_bytes()
    assert len(before) == 4
    with watching(folder, model, out):
        time.sleep(2)
    assert state() == before
    assert (out / "results.jsonl").read_bytes() == rows


def test_an_empty_folder_waits_for_its_first_document(model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TSEL_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("TSEL_LOG", "0")
    folder, out = tmp_path / "in", tmp_path / "out"
    folder.mkdir()
    with watching(folder, model, out) as codes:
        time.sleep(0.5)
        (folder / "bad.pdf").write_bytes(b"%PDF-1.4 nothing follows")
        until(lambda: table(out)["bad.pdf"]["status"] == "error")
    assert codes == [1]


def test_settling(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("x")
    items = {"a.txt": Item("a.txt", path)}
    settling = Settling(0.3)
    assert settling.settled(items) == ({}, True)  # written a moment ago
    time.sleep(0.35)
    found, waits = settling.settled(items)
    assert list(found) == ["a.txt"]
    assert not waits
    path.write_text("xy")
    assert settling.settled(items) == ({}, True)
    os.utime(path, (1, 1))  # copied with an old time: it is another file than before, and may grow still
    assert settling.settled(items) == ({}, True)
    old = tmp_path / "b.txt"
    old.write_text("x")
    os.utime(old, (1, 1))
    assert list(Settling(0.3).settled({"b.txt": Item("b.txt", old)})[0]) == ["b.txt"]


def test_the_system_tells_of_changes(tmp_path: Path) -> None:
    pytest.importorskip("watchdog", reason="watchdog is not installed")
    with woken_by(tmp_path, Stderr(quiet=True)) as wake:
        wake.changed.clear()
        (tmp_path / "a.txt").write_text("x")
        assert wake.changed.wait(10)
        assert wake.poll_s > 10


def test_without_watchdog_it_looks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "watchdog.events", None)
    with woken_by(tmp_path, Stderr()) as wake:
        assert wake.poll_s < 10
    assert "install watchdog" in capsys.readouterr().err
