"""Several engines at once. Work goes to whoever is free, the longest first; a lost worker loses nothing."""

from __future__ import annotations

import contextlib
import multiprocessing
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from typing import Any, Protocol

from tsel_core.document import Document
from tsel_core.pool.worker import EngineWorker, Given, Opened, WorkSettings

ATTEMPTS = 3
_LAST_WRITES = 20.0  # seconds that an idle worker gets to finish writing what it keeps


@dataclass(frozen=True)
class Work:
    """One task on some documents. `length` orders the work (characters)."""

    name: str
    command: str
    length: int
    load: Callable[[], tuple[list[Document], Given]]  # called when a worker is free, here, not in the worker


class WorkerLost(Exception):
    """The process that did the work is gone."""


class Pool(Protocol):
    """Workers. `size` is how many tasks run at once."""

    size: int

    def submit(self, name: str, command: str, documents: list[Document], task: Given) -> None:
        """Give work to a free worker."""

    def next(self) -> tuple[str, dict[str, Any] | WorkerLost]:
        """Wait for a piece of work: its name and result (EngineWorker.run), or WorkerLost."""

    def close(self) -> None:
        """End the workers."""


def run_all(
    pool: Pool, work: Iterable[Work], done: Callable[[str, dict[str, Any]], None], attempts: int = ATTEMPTS
) -> None:
    """Do all work, the longest first, and hand each result to `done` once, in the order they finish.

    Work whose worker was lost is tried again up to `attempts` times, then handed over as an error. It is tried when all
    the rest is done, and nothing beside it: several may have been lost together, by the fault of one.
    """
    pending = deque(sorted(work, key=lambda w: -w.length))
    lost: deque[Work] = deque()
    running: dict[str, Work] = {}
    tried: dict[str, int] = {}
    while pending or lost or running:
        while (pending and len(running) < pool.size) or (lost and not running):
            item = pending.popleft() if pending else lost.popleft()
            documents, task = item.load()
            tried[item.name] = tried.get(item.name, 0) + 1
            running[item.name] = item
            pool.submit(item.name, item.command, documents, task)
        name, result = pool.next()
        item = running.pop(name)
        if not isinstance(result, WorkerLost):
            done(name, result)
        elif tried[name] < attempts:
            lost.append(item)
        else:
            done(name, {"error": f"its worker was lost {attempts} times", "hint": "use fewer --jobs", "exit_code": 1})


class InProcess:
    """One engine in this process."""

    size = 1

    def __init__(self, settings: WorkSettings, opened: Opened | None = None) -> None:
        self._worker = EngineWorker(settings, opened=opened)
        self._given: tuple[str, str, list[Document], Given] | None = None

    def submit(self, name: str, command: str, documents: list[Document], task: Given) -> None:
        """See Pool."""
        self._given = (name, command, documents, task)

    def next(self) -> tuple[str, dict[str, Any] | WorkerLost]:
        """See Pool."""
        assert self._given is not None
        name, command, documents, task = self._given
        return name, self._worker.run(command, documents, task)

    def close(self) -> None:
        """See Pool."""
        self._worker.close()


def _serve(settings: WorkSettings, pipe: Connection) -> None:
    """The loop of a worker process."""
    import signal

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C goes to the parent, which ends the workers
    worker = EngineWorker(settings)
    while True:
        try:
            given = pipe.recv()
        except EOFError:
            worker.close()
            return
        pipe.send((given[0], worker.run(*given[1:])))


@dataclass
class _Child:
    process: Any
    pipe: Connection
    names: set[str]  # of what it was given


class Processes:
    """One engine in each of several processes of this machine, each with its own settings (device, threads).

    `serve` is a process's loop, which takes `each` pieces of work at a time.
    """

    def __init__(self, settings: list[WorkSettings], serve: Callable[..., None] = _serve, each: int = 1) -> None:
        self.size, self.each, self._serve = len(settings) * each, each, serve
        self._context = multiprocessing.get_context("spawn")
        self._settings = settings
        self._lost: list[str] = []
        self._children = [self._start(s) for s in settings]

    def _start(self, settings: WorkSettings) -> _Child:
        ours, theirs = self._context.Pipe()
        given = (settings, theirs) if self.each == 1 else (settings, theirs, self.each)
        process = self._context.Process(target=self._serve, args=given, daemon=True, name="tsel-worker")
        process.start()
        theirs.close()
        return _Child(process, ours, set())

    def pids(self) -> list[int]:
        """Process ids of the workers."""
        return [c.process.pid for c in self._children]

    def submit(self, name: str, command: str, documents: list[Document], task: Given) -> None:
        """See Pool: to whoever has the least to do. A worker that died while idle is found by `next`."""
        child = min(self._children, key=lambda c: len(c.names))
        child.names.add(name)
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            child.pipe.send((name, command, documents, task))

    def next(self) -> tuple[str, dict[str, Any] | WorkerLost]:
        """See Pool."""
        while not self._lost:
            busy = {c.pipe: c for c in self._children if c.names}
            for pipe in wait(list(busy)):
                child = busy[pipe]  # type: ignore[index]
                try:
                    name, result = child.pipe.recv()
                except (EOFError, ConnectionResetError, OSError):
                    self._lost += sorted(child.names)
                    self._replace(child)
                    break
                child.names.remove(name)
                return name, result
        return self._lost.pop(), WorkerLost()

    def _replace(self, child: _Child) -> None:
        child.pipe.close()
        child.process.kill()
        child.process.join()
        at = self._children.index(child)
        self._children[at] = self._start(self._settings[at])

    def close(self) -> None:
        """See Pool."""
        for child in self._children:
            child.pipe.close()
        for child in self._children:
            child.process.join(0 if child.names else _LAST_WRITES)
            if child.process.is_alive():
                child.process.kill()
                child.process.join()
