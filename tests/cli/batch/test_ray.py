"""The same batch on a real local Ray cluster of two worker processes: same answers, a killed worker loses nothing."""

from __future__ import annotations

import os
import re
import signal
import time
from pathlib import Path
from typing import Any

import pytest
from batch_folder import answers, make_documents, run

pytest.importorskip("ray", reason="the ray extra is not installed")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TSEL_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("TSEL_LOG", "0")
    return make_documents(tmp_path / "in")


@pytest.fixture(autouse=True)
def no_cluster_left() -> Any:
    yield
    import ray

    assert not ray.is_initialized()


def test_two_actors_give_the_answers_of_one_process(
    folder: Path, model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tsel_cli.console import Stderr

    notes: list[str] = []
    monkeypatch.setattr(Stderr, "note", lambda _self, text: notes.append(text))
    run(folder, model, tmp_path / "one", "--no-cache")
    assert run(folder, model, tmp_path / "two", "--ray", "local", "--jobs", "2", "--no-cache") == 0
    (about,) = [n for n in notes if n.startswith("ray ")]
    assert re.search(r"2 engines, dashboard (http://127\.0\.0\.1:\d+|none)", about)
    assert answers(tmp_path / "one") == answers(tmp_path / "two")
    before = {p: p.stat().st_mtime_ns for p in (tmp_path / "two" / "items").rglob("*.json")}
    assert run(folder, model, tmp_path / "two", "--ray", "local", "--jobs", "2", "--no-cache") == 0
    assert before == {p: p.stat().st_mtime_ns for p in (tmp_path / "two" / "items").rglob("*.json")}


def test_an_actor_killed_in_the_middle_loses_nothing(
    folder: Path, model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not hasattr(signal, "SIGKILL"):
        pytest.skip("this system has no SIGKILL")
    from tsel_core.pool import ray as ray_pool

    killed: list[int] = []
    inner_submit, inner_init = ray_pool.RayPool.submit, ray_pool.RayPool.__init__

    def init(self: Any, *args: Any) -> None:
        inner_init(self, *args)
        self.known = self.pids()
        assert len(set(self.known)) == 2
        assert os.getpid() not in self.known

    def submit(self: Any, *args: Any) -> None:
        inner_submit(self, *args)
        if not killed:
            time.sleep(0.2)  # the actor is at work
            killed.append(self.known[0])
            os.kill(self.known[0], signal.SIGKILL)

    monkeypatch.setattr(ray_pool.RayPool, "__init__", init)
    monkeypatch.setattr(ray_pool.RayPool, "submit", submit)
    run(folder, model, tmp_path / "one", "--no-cache")
    assert run(folder, model, tmp_path / "two", "--ray", "local", "--jobs", "2", "--no-cache") == 0
    assert killed
    assert answers(tmp_path / "one") == answers(tmp_path / "two")


def test_an_engine_of_two_processes_in_an_actor_survives_the_loss_of_one(
    folder: Path, model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """--device cpu,cpu stands for --gpus-per-engine 2 on a machine without GPUs."""
    if not Path("/proc/self/task").is_dir():
        pytest.skip("processes are found through /proc")
    from tsel_core.pool import ray as ray_pool

    killed: list[int] = []
    inner = ray_pool.RayPool.next

    def next_result(self: Any) -> Any:
        if len(self.done) == 1 and not killed:  # the first document is answered: its two processes are there
            (actor,) = self.pids()
            killed.extend(int(p) for p in Path(f"/proc/{actor}/task/{actor}/children").read_text().split())
            os.kill(killed[0], signal.SIGKILL)
        self.done.append(inner(self))
        return self.done[-1]

    monkeypatch.setattr(ray_pool.RayPool, "done", [], raising=False)
    monkeypatch.setattr(ray_pool.RayPool, "next", next_result)
    quick = ("--no-cache", "--effort", "quick")  # a second look is of one device
    run(folder, model, tmp_path / "one", *quick)
    assert run(folder, model, tmp_path / "two", "--ray", "local", "--device", "cpu,cpu", *quick) == 0
    assert len(killed) == 1
    assert answers(tmp_path / "one") == answers(tmp_path / "two")


def test_a_cluster_without_the_gpus_an_engine_needs(folder: Path, model: Path, tmp_path: Path) -> None:
    from tsel_core.errors import UsageError

    with pytest.raises(UsageError, match="an engine is to have 64 GPUs, the largest machine of the cluster has"):
        run(folder, model, tmp_path / "out", "--ray", "local", "--device", "auto", "--gpus-per-engine", "64")


def test_a_cluster_that_is_not_there(folder: Path, model: Path, tmp_path: Path) -> None:
    from tsel_core.errors import UsageError

    with pytest.raises(UsageError, match="cannot be used"):
        run(folder, model, tmp_path / "out", "--ray", "127.0.0.1:1")
