"""A bounded queue of jobs, and threads that answer them; who answers is said by what is made of it."""

from __future__ import annotations

import logging
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Protocol

from tsel_cli.remembered import WhileHeld, forget_texts
from tsel_cli.serve.health import Watch
from tsel_cli.serve.job import Cancelled, Job, ServerEnds
from tsel_cli.serve.limits import Busy
from tsel_cli.serve.readings import Readings
from tsel_cli.serve.turns import Full, Turns
from tsel_core.errors import TselError

if TYPE_CHECKING:
    from tsel_core.answer import Draft

_LOG = logging.getLogger(__name__)
_WAITING_CHARS = 200_000_000  # of documents in waiting requests together


class Answerer(Protocol):
    """Answers one job after another."""

    def answer(self, job: Job) -> Draft:
        """The answer, checked where there are documents. Raises what the engine raises, and what the job does."""


class JobQueue(ABC):
    """Answers jobs, `at_once` together, users in turn. `queue_size` more may wait; then `submit` raises Busy.

    An answer that takes longer than `answer_seconds` is broken off (0: never). `start` begins.
    """

    def __init__(self, queue_size: int, answer_seconds: float = 0.0, at_once: int = 1) -> None:
        self.answer_seconds = answer_seconds
        self.readings, self.watch = Readings(at_once), Watch()
        self.queue_size = queue_size
        self._turns: Turns[Job] = Turns(queue_size, _WAITING_CHARS)
        self._seconds = 5.0  # of an answer, a running mean
        self._current: list[Job] = []
        self._ends = False
        self._texts = WhileHeld()
        self._scribes: dict[str, Answerer] = {}  # by thread
        self.on_answer: Callable[[Draft | None, str], None] = lambda _draft, _end: None  # told how each answer ended
        names = [f"tsel-engine-{number}" for number in range(at_once)]
        self._threads = [threading.Thread(target=self._run, name=name, daemon=True) for name in names]

    @property
    @abstractmethod
    def keeps_readings(self) -> bool:
        """Whether what is read of a document is kept on the disk for the questions that follow."""

    @abstractmethod
    def make_scribe(self) -> Answerer:
        """Who answers, for the thread that calls it."""

    def start(self) -> None:
        """Begin to answer."""
        for thread in self._threads:
            thread.start()

    def submit(self, job: Job) -> None:
        """Queue a job. Raises Busy, or ServerEnds."""
        if self._ends:
            raise ServerEnds
        try:
            self._turns.put(job)
        except Full:
            raise self._busy() from None

    def check_room(self) -> None:
        """Raise Busy when `submit` would."""
        if self._turns.is_full():
            raise self._busy()

    def _busy(self) -> Busy:
        return Busy(max(1, min(60, round(self._seconds * self.queue_size / 2 / len(self._threads)))))

    def waiting(self) -> int:
        """Jobs in the queue."""
        return len(self._turns)

    def is_busy(self) -> bool:
        """Whether an answer is being written."""
        return bool(self._current)

    def running(self) -> int:
        """Answers that are being written."""
        return len(self._current)

    def health(self) -> dict[str, Any]:
        """What /health says; `status` is "ok", "stuck", "ending" or "dead"."""
        found = {**self.watch.state(), "waiting": self.waiting()}
        if not all(thread.is_alive() for thread in self._threads):
            found["status"] = "dead"
        elif self._ends:
            found["status"] = "ending"
        return found

    def drain(self) -> None:
        """Take no more jobs; those that run or wait are still answered."""
        self._ends = True

    def end(self) -> None:
        """Tell every client that waits or is answered that the server ends; nothing is queued any more."""
        self._ends = True
        for job in [*self._current, *self._turns.take_all()]:
            job.cancelled.set()
            job.emit(("error", ServerEnds()))

    def close(self) -> None:
        """Finish what is queued and end."""
        self._turns.close()
        for thread in self._threads:
            thread.join()

    def forget(self) -> None:
        """Let go of the readings in memory, those in use as soon as their answers are done, and of texts."""
        self.readings.forget()
        forget_texts()

    def _run(self) -> None:
        scribe = self._scribes[threading.current_thread().name] = self.make_scribe()
        while (job := self._turns.get()) is not None:
            self._answer(scribe, job)
            del job  # while this thread waits for the next one nothing of its documents is held

    def _answer(self, scribe: Answerer, job: Job) -> None:
        job.watch, job.limit_s = self.watch, self.answer_seconds
        job.deadline = time.monotonic() + self.answer_seconds if self.answer_seconds else None
        started = time.perf_counter()
        self._current.append(job)
        self._texts.note(job.request.documents)
        try:
            if not job.cancelled.is_set():
                with self.watch.running():
                    answer = scribe.answer(job)
                failed = answer.extra.get("error")
                if failed:
                    raise TselError(failed["message"], failed["hint"])
                self.on_answer(answer, answer.stop_reason)
                job.emit(("done", answer))
                self._seconds += 0.2 * (time.perf_counter() - started - self._seconds)
        except Cancelled:
            self.on_answer(None, "interrupted")
        except TselError as error:
            self.on_answer(None, "error")
            job.emit(("error", error))
        except MemoryError:
            self.on_answer(None, "error")
            self.readings.make_room()
            job.emit(("error", TselError("out of memory", "send fewer or shorter documents")))
        except Exception as error:  # the server goes on; the client learns what kind of error it was
            _LOG.error("unexpected %s: %s", type(error).__name__, error)
            self.on_answer(None, "error")
            job.emit(("error", TselError(f"unexpected {type(error).__name__}", "see the server's log")))
        finally:
            self._current.remove(job)
