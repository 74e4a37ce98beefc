"""Several documents at once in this process, over one model: read one after another, written about together."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from queue import SimpleQueue
from typing import Any

import torch

from tsel_core.document import Document
from tsel_core.engine.together.crew import Crew
from tsel_core.errors import TselError
from tsel_core.pool.pool import WorkerLost
from tsel_core.pool.worker import EngineWorker, Given, Opened, WorkSettings
from tsel_core.session import Session
from tsel_kernels.cpu_threads import use_threads

_NO_ROOM = 5  # the exit code of what does not fit in memory


class Together:
    """A tsel_core.pool.pool.Pool of threads. A document that finds no room beside the others is done again alone.

    The model is loaded at the first document. One that cannot write several texts together does one after another.
    """

    def __init__(self, settings: WorkSettings, size: int, opened: Opened | None = None) -> None:
        self.size = size
        self._first = EngineWorker(settings, opened=opened)
        self._settings = settings
        self._crew: Crew | None = None
        self._idle: list[EngineWorker] = []
        self._done: SimpleQueue[tuple[str, dict[str, Any] | BaseException]] = SimpleQueue()
        self._threads = ThreadPoolExecutor(size, "tsel-document")
        self._num_threads = torch.get_num_threads()
        self._change = threading.Condition()
        self._running, self._is_alone = 0, False

    def submit(self, name: str, command: str, documents: list[Document], task: Given) -> None:
        """See Pool."""
        if not self._idle and not self._running:
            try:
                self._open()
            except TselError as error:
                self._done.put((name, {"error": error.message, "hint": error.hint, "exit_code": error.exit_code}))
                return
        self._threads.submit(self._run, name, command, documents, task)

    def _open(self) -> None:
        """Load the model, and see whether it can write several texts together."""
        session: Session = self._first.session()
        engine = session.engine
        self._num_threads = torch.get_num_threads()
        if Crew.takes(engine):
            self._crew = Crew.of(engine)
            # all of them now: a session that is at work is in no state to be copied
            others = [session.beside(self._crew.engine()) for _ in range(self.size - 1)]
            self._idle = [EngineWorker(self._settings, other) for other in others]
            session.adopt(self._crew.engine())
        else:
            self.size = 1
        self._idle.append(self._first)

    def next(self) -> tuple[str, dict[str, Any] | WorkerLost]:
        """See Pool."""
        name, result = self._done.get()
        if isinstance(result, BaseException):
            raise result
        return name, result

    def close(self) -> None:
        """See Pool. What is still under way is ended."""
        if self._crew is not None:
            self._crew.gate.close()
        self._threads.shutdown(cancel_futures=True)
        for worker in self._idle:
            worker.close()

    def _run(self, name: str, command: str, documents: list[Document], task: Given) -> None:
        use_threads(self._num_threads)
        result: dict[str, Any] | BaseException
        try:
            result = self._tried(command, documents, task, alone=self._crew is None)
            if result.get("exit_code") == _NO_ROOM and self._crew is not None:
                result = self._tried(command, documents, task, alone=True)
        except BaseException as error:  # raised where it is waited for
            result = error
        self._done.put((name, result))

    def _tried(self, command: str, documents: list[Document], task: Given, *, alone: bool) -> dict[str, Any]:
        with self._change:
            self._change.wait_for(lambda: not self._is_alone and not (alone and self._running))
            self._running, self._is_alone = self._running + 1, alone
            worker = self._idle.pop()
        try:
            return worker.run(command, documents, task)
        finally:
            with self._change:
                self._idle.append(worker)
                self._running, self._is_alone = self._running - 1, False
                self._change.notify_all()
