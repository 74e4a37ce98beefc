"""Documents that are written about at once: the same answers as one after another, errors apart, nothing lost."""

from __future__ import annotations

import contextlib
import os
import signal
import threading
from pathlib import Path
from typing import Any

import pytest
from batch_folder import answers, run, table
from threads_support import changing_every

from tsel_core.pool.pool import Processes
from tsel_core.pool.together import Together
from tsel_core.pool.worker import EngineWorker
from tsel_core.session import Session


@pytest.fixture
def pools(monkeypatch: pytest.MonkeyPatch) -> list[Together]:
    made: list[Together] = []
    inner = Together.__init__

    def init(self: Together, *arguments: Any) -> None:
        inner(self, *arguments)
        made.append(self)

    monkeypatch.setattr(Together, "__init__", init)
    return made


def test_the_answers_are_those_of_one_after_another(
    folder: Path, model: Path, tmp_path: Path, pools: list[Together]
) -> None:
    with changing_every(5e-5):
        assert run(folder, model, tmp_path / "one", "--at-once", "1") == 0
        assert not pools
        assert run(folder, model, tmp_path / "four", "--at-once", "4") == 0
    one = answers(tmp_path / "one")
    assert one == answers(tmp_path / "four")
    assert len(set(one.values())) > 1  # or equal answers would say nothing
    assert pools[0]._crew is not None
    assert pools[0].size == 4


def test_every_thread_has_the_store_of_readings_whatever_the_first_one_does(
    folder: Path, model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inner, second, found = Session.answer, threading.Event(), []

    def answer(self: Session, *arguments: Any) -> Any:
        found.append(self.reading_store)
        if len(found) == 2:
            second.set()
        if len(found) > 1:
            return inner(self, *arguments)
        store, self.reading_store = self.reading_store, None  # as when it asks again without a passage
        second.wait(20)
        self.reading_store = store
        return inner(self, *arguments)

    monkeypatch.setattr(Session, "answer", answer)
    assert run(folder, model, tmp_path / "out", "--at-once", "2", "--keep-readings") == 0
    assert second.is_set()
    assert len(found) == 6
    assert None not in found


def test_one_bad_file_stops_nothing(folder: Path, model: Path, tmp_path: Path) -> None:
    (folder / "bad.pdf").write_bytes(b"%PDF-1.4 nothing follows")
    (folder / "long.txt").write_text("too long " * 4000, encoding="utf-8")
    assert run(folder, model, tmp_path / "out", "--at-once", "3") == 1
    rows = table(tmp_path / "out")
    assert [name for name, r in rows.items() if r["status"] == "error"] == ["bad.pdf", "long.txt"]
    assert rows["long.txt"]["exit_code"] == 5
    assert sum(r["status"] == "ok" for r in rows.values()) == 6


def test_a_document_that_finds_no_room_beside_the_others_is_done_alone(
    folder: Path, model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inner, running, lock = EngineWorker.run, [0], threading.Lock()
    beside: list[int] = []

    def crowded(self: EngineWorker, *arguments: Any) -> dict[str, Any]:
        with lock:
            running[0] += 1
            now = running[0]
        try:
            done = inner(self, *arguments)
            if "doc4" in arguments[1][0].path:
                beside.append(now)
                if len(beside) == 1:
                    return {"error": "no memory beside the others", "hint": "", "exit_code": 5}
                assert running[0] == 1
            return done
        finally:
            with lock:
                running[0] -= 1

    monkeypatch.setattr(EngineWorker, "run", crowded)
    assert run(folder, model, tmp_path / "out", "--at-once", "3") == 0
    assert beside[1:] == [1]


def test_a_model_that_cannot_write_several_does_one_after_another(
    folder: Path, model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, pools: list[Together]
) -> None:
    monkeypatch.setattr("tsel_core.engine.together.crew.Crew.takes", lambda _engine: False)
    assert run(folder, model, tmp_path / "out", "--at-once", "3") == 0
    assert pools[0].size == 1
    assert len(pools[0]._idle) == 1


def test_ctrl_c_ends_all_and_the_next_run_goes_on(
    folder: Path, model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inner, given = Together.next, []

    def interrupted(self: Together) -> Any:
        given.append(None)
        if len(given) == 3:
            raise KeyboardInterrupt
        return inner(self)

    with monkeypatch.context() as patch:
        patch.setattr(Together, "next", interrupted)
        with contextlib.suppress(KeyboardInterrupt):  # or the exit code that the command makes of it
            assert run(folder, model, tmp_path / "out", "--at-once", "3") != 0
    assert not [t for t in threading.enumerate() if t.name.startswith("tsel-document")]
    assert len(list((tmp_path / "out" / "items").rglob("*.json"))) == 2
    assert run(folder, model, tmp_path / "out", "--at-once", "3") == 0
    assert len(table(tmp_path / "out")) == 6


def test_replicas_write_about_several_each_and_a_killed_one_loses_nothing(
    folder: Path, model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not hasattr(signal, "SIGKILL"):
        pytest.skip("this system has no SIGKILL")
    run(folder, model, tmp_path / "one", "--at-once", "1")
    killed: list[int] = []
    inner, sizes = Processes.submit, []

    def submit(self: Processes, *arguments: Any) -> None:
        inner(self, *arguments)
        sizes.append(max(len(c.names) for c in self._children))
        if len(sizes) == 4:  # both have two
            victim = next(c for c in self._children if arguments[0] in c.names)
            os.kill(victim.process.pid, signal.SIGKILL)
            killed.append(victim.process.pid)

    monkeypatch.setattr(Processes, "submit", submit)
    assert run(folder, model, tmp_path / "two", "--replicas", "2", "--at-once", "2") == 0
    assert len(killed) == 1
    assert max(sizes) == 2
    assert answers(tmp_path / "one") == answers(tmp_path / "two")
